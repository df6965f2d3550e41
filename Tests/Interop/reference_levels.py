"""What stands beside the scores, in float64 from the definitions: chance, diagnostics, and maxima over layers."""

import math

import numpy as np
import scipy.stats

import reference


def in_degrees(features, k, groups=None):
    """How many samples have each sample as a neighbour."""
    return np.bincount(reference.neighbours(features, k, groups).ravel(), minlength=len(features))


def trace_chance(kernel_x, kernel_y):
    """The level of biased CKA for unrelated layers, from two centred kernels."""
    norms = np.linalg.norm(kernel_x) * np.linalg.norm(kernel_y)
    return np.trace(kernel_x) * np.trace(kernel_y) / ((len(kernel_x) - 1) * norms)


def chance(identifier, x, y, variant="exact"):
    """The score expected of unrelated layers; None where no definition gives one."""
    metric, parameter = reference.parse(identifier)
    n = len(x)
    if metric == "mutual_knn":
        return parameter / (n - 1)
    if metric == "unbiased_cka":
        return 0.0
    if metric == "jaccard_knn":
        common = np.arange(parameter + 1)
        weights = scipy.stats.hypergeom(n - 1, parameter, parameter).pmf(common)
        return np.sum(weights * common / (2 * parameter - common))
    if reference.is_constant(x) or reference.is_constant(y):
        return None
    if metric == "cycle_knn":
        degrees = in_degrees(y if variant == "reference" else x, parameter)
        missed = [math.comb(n - 1 - int(degree), parameter) / math.comb(n - 1, parameter) for degree in degrees]
        return 1 - np.mean(missed)
    if metric == "cka":
        return trace_chance(reference.centred_gram(x), reference.centred_gram(y))
    if metric == "cka_rbf":
        return trace_chance(*(reference.centred(reference.rbf_kernel(layer, parameter)) for layer in (x, y)))
    return None


def effective_rank(x):
    """The participation ratio of the centred Gram's spectrum."""
    kernel = reference.centred_gram(x)
    return np.trace(kernel) ** 2 / np.sum(kernel**2)


def mean_cosine(x):
    """The mean over distinct pairs of rows that are not zero."""
    unit = reference.unit_rows(x[np.any(x != 0, axis=1)])
    return (unit @ unit.T)[np.triu_indices(len(unit), 1)].mean()


def largest_in_degree(x, k, groups=None):
    return in_degrees(x, k, groups).max()


def maximum(block, start=None):
    """The largest finite cell of two models' layer pairs and where it is, the first in reading order; -1 where none is.

    `start` is a score that a cell has to exceed: 0 in variant reference.
    """
    best, row, column = (np.nan if start is None else start), -1, -1
    for (i, j), cell in np.ndenumerate(block):
        if np.isfinite(cell) and (np.isnan(best) or cell > best):
            best, row, column = cell, i, j
    return best, row, column


def matched_depth(block):
    """The mean over the deeper model's layers (x if equal), each with the layer at the same relative depth."""
    rows, columns = block.shape
    deeper, other = max(rows, columns), min(rows, columns)
    cells = []
    for layer in range(deeper):
        partner = math.floor(layer * (other - 1) / (deeper - 1) + 0.5) if deeper > 1 else 0
        cells.append(block[layer, partner] if rows >= columns else block[partner, layer])
    finite = [cell for cell in cells if np.isfinite(cell)]
    return np.mean(finite) if finite else np.nan
