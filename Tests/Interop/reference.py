"""Scores in float64 NumPy, straight from the definitions: what the program's numbers are held to.

Nothing here is shared with the program: every layer pair is computed alone, from whole n x n matrices.
"""

import numpy as np


def clip_threshold(layers, quantile):
    """Element floor(q N) of the sorted absolute values of all layers of one model."""
    values = np.sort(np.concatenate([np.abs(layer.astype(np.float64)).ravel() for layer in layers]))
    return values[min(int(np.floor(quantile * values.size)), values.size - 1)]


def prepare(layers, clip=0.95, normalize=True):
    """The layers of one model clipped (model-wide threshold), then with rows of unit length."""
    prepared = [layer.astype(np.float64) for layer in layers]
    if clip is not None:
        threshold = clip_threshold(layers, clip)
        prepared = [np.clip(layer, -threshold, threshold) for layer in prepared]
    if normalize:
        norms = [np.linalg.norm(layer, axis=1, keepdims=True) for layer in prepared]
        prepared = [layer / np.where(norm == 0, 1, norm) for layer, norm in zip(prepared, norms)]
    return prepared


def neighbours(features, k):
    """The k samples of largest inner product, self excluded, most similar first, ties by ascending index."""
    similarity = features @ features.T
    np.fill_diagonal(similarity, -np.inf)
    return np.argsort(-similarity, axis=1, kind="stable")[:, :k]


def tied_share(features, k):
    """The share of rows whose k-th and (k+1)-th neighbours are equally similar."""
    similarity = features @ features.T
    np.fill_diagonal(similarity, -np.inf)
    descending = -np.sort(-similarity, axis=1)
    return np.mean(descending[:, k - 1] == descending[:, k])


def mutual_knn(x, y, k):
    pairs = zip(neighbours(x, k), neighbours(y, k))
    return np.mean([len(set(a) & set(b)) for a, b in pairs]) / k


def cka(x, y):
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    kernel_x, kernel_y = x @ x.T, y @ y.T
    return np.sum(kernel_x * kernel_y) / np.sqrt(np.sum(kernel_x**2) * np.sum(kernel_y**2))


def unbiased_hsic(kernel_x, kernel_y):
    """Song et al. 2012, equation 5."""
    n = len(kernel_x)
    kernel_x, kernel_y = kernel_x.copy(), kernel_y.copy()
    np.fill_diagonal(kernel_x, 0)
    np.fill_diagonal(kernel_y, 0)
    trace = np.sum(kernel_x * kernel_y)
    means = kernel_x.sum() * kernel_y.sum() / ((n - 1) * (n - 2))
    cross = 2 / (n - 2) * kernel_x.sum(axis=0) @ kernel_y.sum(axis=0)
    return (trace + means - cross) / (n * (n - 3))


def unbiased_cka(x, y):
    kernel_x, kernel_y = x @ x.T, y @ y.T
    own = unbiased_hsic(kernel_x, kernel_x) * unbiased_hsic(kernel_y, kernel_y)
    return unbiased_hsic(kernel_x, kernel_y) / np.sqrt(own)
