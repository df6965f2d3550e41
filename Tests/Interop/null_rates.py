"""How often scores of samples that are matched at random have a small p, by the moments that a results file has of them.

Scores are recomputed here for every matching from what `reference` makes of the layers; nothing but the three moments is the program's.
"""

import h5py
import numpy as np
import scipy.stats

import reference

METRICS = ["mutual_knn", "jaccard_knn", "cycle_knn", "cka", "unbiased_cka", "cka_rbf", "rsa", "distance_correlation"]
LEVELS = (0.05, 0.01, 0.001)
# How far the share of p at or below a level may be from it, beside what drawing matchings leaves to chance: p is an approximation.
TOLERANCES = (0.1, 0.2, 0.5)


def band(level, tolerance, draws):
    chance = 4 * np.sqrt(level * (1 - level) / draws)
    return level * (1 - tolerance) - chance, level * (1 + tolerance) + chance


def near(features, k):
    found = np.zeros((len(features), len(features)), bool)
    np.put_along_axis(found, reference.neighbours(features, k), True, axis=1)
    return found


def ranks(features):
    n = len(features)
    upper = np.triu_indices(n, 1)
    values = scipy.stats.rankdata(np.round((features @ features.T)[upper], 12))
    found = np.zeros((n, n))
    found[upper] = values - values.mean()
    return found + found.T


def unit(matrix):
    return matrix / np.linalg.norm(matrix)


def artifact(metric, features, k):
    """What a score is the sum of products of, or in neighbour metrics made of."""
    if metric.endswith("_knn"):
        return near(features, k)
    return unit(
        {
            "cka": lambda: reference.centred_gram(features),
            "unbiased_cka": lambda: reference.u_centred(reference.centred_gram(features)),
            "cka_rbf": lambda: reference.centred(reference.rbf_kernel(features)),
            "rsa": lambda: ranks(features),
            "distance_correlation": lambda: reference.u_centred(reference.distances(features)),
        }[metric]()
    )


def score(metric, x, y, k):
    """Of two artifacts, row i of one matched with row i of the other."""
    if metric == "mutual_knn":
        return np.count_nonzero(x & y) / (len(x) * k)
    if metric == "jaccard_knn":
        common = np.count_nonzero(x & y, axis=1)
        return np.mean(common / (2 * k - common))
    if metric == "cycle_knn":
        # Whether any j in y's list of i has i in x's.
        return np.mean((y & x.T).any(axis=1))
    return np.vdot(x, y)


def tails(metric, scores, mean, sd, skewness, samples, k):
    """p of each score, as the program takes it: half a step earlier where scores count."""
    step = {"mutual_knn": 1 / (samples * k), "cycle_knn": 1 / samples}.get(metric, 0)
    z = (scores - mean - step / 2) / sd
    return scipy.stats.pearson3.sf(z, skewness) if np.isfinite(skewness) else scipy.stats.norm.sf(z)


def drawn(metric, x, y, k, draws, seed):
    """The scores of drawn matchings, and the score as the layers lie."""
    generator = np.random.default_rng(seed)
    a, b = artifact(metric, x, k), artifact(metric, y, k)
    scores = np.empty(draws)
    for draw in range(draws):
        order = generator.permutation(len(b))
        scores[draw] = score(metric, a, b[np.ix_(order, order)], k)
    return scores, score(metric, a, b, k)


def rates(metric, x, y, moments, k, draws, seed):
    """The share of drawn matchings whose p is at or below each of LEVELS, and the score as the layers lie."""
    scores, own = drawn(metric, x, y, k, draws, seed)
    p = tails(metric, scores, *moments, len(x), k)
    return [np.mean(p <= level) for level in LEVELS], own


def moments(path, x, y):
    """By metric the moments of cell (x, y) of a results file, and its score."""
    found = {}
    with h5py.File(path) as file:
        for name, group in file["metrics"].items():
            statistics = file["statistics"][name]
            if "null_mean" in statistics:
                cell = [statistics[f"null_{moment}"][x, y] for moment in ("mean", "sd", "skewness")]
                found[group.attrs["metric"]] = (cell, group["layer_scores"][x, y])
    return found
