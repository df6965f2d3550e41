"""Scores in float64 NumPy and SciPy, straight from the definitions: what the program's numbers are held to.

Nothing here is shared with the program: every layer pair is computed alone, from whole n x n matrices and with plain
dynamic programming, so it is for small n.
"""

import numpy as np
import scipy.spatial.distance
import scipy.stats

# What the released code adds to the denominators of cka, unbiased_cka and cknna.
EPSILON = 1e-6


def clip_threshold(layers, quantile, scope="model"):
    """Where the values of one model are clipped.

    Scope model (and layer, given one layer): element floor(q N) of all sorted absolute values. Scope sample_mean: each
    sample's interpolated quantile over all its layers, averaged over the samples.
    """
    magnitudes = [np.abs(layer.astype(np.float64)) for layer in layers]
    if scope == "sample_mean":
        return np.quantile(np.concatenate(magnitudes, axis=1), quantile, axis=1).mean()
    values = np.sort(np.concatenate([layer.ravel() for layer in magnitudes]))
    return values[min(int(np.floor(quantile * values.size)), values.size - 1)]


def unit_rows(layer):
    norms = np.linalg.norm(layer, axis=1, keepdims=True)
    return layer / np.where(norms == 0, 1, norms)


def prepare(layers, clip=0.95, normalize=True, scope="model", concatenate=False):
    """The layers of one model clipped, then with rows of unit length; `concatenate` adds them all side by side."""
    prepared = [layer.astype(np.float64) for layer in layers]
    if clip is not None and scope == "layer":
        thresholds = [clip_threshold([layer], clip) for layer in layers]
        prepared = [
            np.clip(layer, -threshold, threshold) for layer, threshold in zip(prepared, thresholds, strict=True)
        ]
    elif clip is not None:
        threshold = clip_threshold(layers, clip, scope)
        prepared = [np.clip(layer, -threshold, threshold) for layer in prepared]
    if concatenate:
        prepared.append(np.concatenate(prepared, axis=1))
    return [unit_rows(layer) for layer in prepared] if normalize else prepared


def candidates(features, groups=None):
    """Inner products, those that cannot be neighbours (self, and members of the same group) at minus infinity."""
    similarity = features @ features.T
    np.fill_diagonal(similarity, -np.inf)
    if groups is not None:
        similarity[np.equal.outer(groups, groups)] = -np.inf
    return similarity


def neighbours(features, k, groups=None):
    """The k samples of largest inner product, most similar first, ties by ascending index."""
    return np.argsort(-candidates(features, groups), axis=1, kind="stable")[:, :k]


def tied_share(features, k, groups=None):
    """The share of rows whose k-th and (k+1)-th neighbours are equally similar."""
    descending = -np.sort(-candidates(features, groups), axis=1)
    return np.mean(descending[:, k - 1] == descending[:, k]) if k < len(features) else 0.0


# Neighbour metrics


def mutual_knn(x, y, k, groups=None):
    pairs = zip(neighbours(x, k, groups), neighbours(y, k, groups), strict=True)
    return np.mean([len(set(a) & set(b)) for a, b in pairs]) / k


def jaccard_knn(x, y, k, groups=None):
    pairs = zip(neighbours(x, k, groups), neighbours(y, k, groups), strict=True)
    return np.mean([len(set(a) & set(b)) / len(set(a) | set(b)) for a, b in pairs])


def cycle_knn(x, y, k, groups=None):
    """How often a sample is among the x neighbours of its y neighbours."""
    of_x, of_y = neighbours(x, k, groups), neighbours(y, k, groups)
    return np.mean([i in of_x[of_y[i]] for i in range(len(x))])


def longest_common_subsequence(a, b):
    table = np.zeros((len(a) + 1, len(b) + 1), dtype=int).tolist()
    for i, left in enumerate(a):
        for j, right in enumerate(b):
            table[i + 1][j + 1] = table[i][j] + 1 if left == right else max(table[i][j + 1], table[i + 1][j])
    return table[-1][-1]


def levenshtein(a, b):
    table = [[i + j if i * j == 0 else 0 for j in range(len(b) + 1)] for i in range(len(a) + 1)]
    for i, left in enumerate(a):
        for j, right in enumerate(b):
            table[i + 1][j + 1] = min(table[i][j] + (left != right), table[i][j + 1] + 1, table[i + 1][j] + 1)
    return table[-1][-1]


def lcs_knn(x, y, k, groups=None, divided=True):
    pairs = zip(neighbours(x, k, groups).tolist(), neighbours(y, k, groups).tolist(), strict=True)
    return np.mean([longest_common_subsequence(a, b) for a, b in pairs]) / (k if divided else 1)


def edit_distance_knn(x, y, k, groups=None):
    pairs = zip(neighbours(x, k, groups).tolist(), neighbours(y, k, groups).tolist(), strict=True)
    return 1 - np.mean([levenshtein(a, b) for a, b in pairs]) / k


# Kernel metrics


def centred_gram(x):
    x = x - x.mean(axis=0)
    return x @ x.T


def centred(kernel):
    """H K H."""
    return kernel - kernel.mean(axis=0) - kernel.mean(axis=1, keepdims=True) + kernel.mean()


def cosine(kernel_x, kernel_y, epsilon=0.0):
    """The cosine of the angle between two matrices."""
    return np.sum(kernel_x * kernel_y) / (np.sqrt(np.sum(kernel_x**2) * np.sum(kernel_y**2)) + epsilon)


def cka(x, y, epsilon=0.0):
    return cosine(centred_gram(x), centred_gram(y), epsilon)


def without_diagonal(kernel):
    return kernel - np.diag(np.diag(kernel))


def unbiased_hsic(kernel_x, kernel_y):
    """Song et al. 2012, equation 5; the kernels need not be symmetric."""
    n = len(kernel_x)
    kernel_x, kernel_y = without_diagonal(kernel_x), without_diagonal(kernel_y)
    trace = np.sum(kernel_x * kernel_y.T)
    means = kernel_x.sum() * kernel_y.sum() / ((n - 1) * (n - 2))
    cross = 2 / (n - 2) * kernel_x.sum(axis=0) @ kernel_y.sum(axis=1)
    return (trace + means - cross) / (n * (n - 3))


def unbiased_cka(x, y, epsilon=0.0):
    kernel_x, kernel_y = x @ x.T, y @ y.T
    own = unbiased_hsic(kernel_x, kernel_x) * unbiased_hsic(kernel_y, kernel_y)
    return unbiased_hsic(kernel_x, kernel_y) / (np.sqrt(own) + epsilon)


def cknna(x, y, k, groups=None, epsilon=0.0):
    def edges(layer):
        mask = np.zeros((len(layer), len(layer)))
        np.put_along_axis(mask, neighbours(layer, k, groups), 1, axis=1)
        return mask

    kernel_x, kernel_y, of_x, of_y = x @ x.T, y @ y.T, edges(x), edges(y)
    both = of_x * of_y
    own = unbiased_hsic(of_x * kernel_x, of_x * kernel_x) * unbiased_hsic(of_y * kernel_y, of_y * kernel_y)
    return unbiased_hsic(both * kernel_x, both * kernel_y) / (np.sqrt(own) + epsilon)


def cknna_paper(x, y, k, groups=None):
    """Equation 18 as printed: products of centred kernels over common neighbours."""
    kernel_x, kernel_y = centred_gram(x), centred_gram(y)
    of_x, of_y = np.zeros(kernel_x.shape), np.zeros(kernel_y.shape)
    np.put_along_axis(of_x, neighbours(x, k, groups), 1, axis=1)
    np.put_along_axis(of_y, neighbours(y, k, groups), 1, axis=1)
    own = np.sum(of_x * kernel_x**2) * np.sum(of_y * kernel_y**2)
    return np.sum(of_x * of_y * kernel_x * kernel_y) / np.sqrt(own)


def rbf_kernel(x, bandwidth=1.0):
    distances = scipy.spatial.distance.pdist(x)
    sigma = bandwidth * np.median(distances)
    return np.exp(-(scipy.spatial.distance.squareform(distances) ** 2) / (2 * sigma**2))


def cka_rbf(x, y, bandwidth=1.0):
    return cosine(centred(rbf_kernel(x, bandwidth)), centred(rbf_kernel(y, bandwidth)))


# Companions


def svcca(x, y, dimensions):
    def basis(layer):
        deviations = layer.std(axis=0, ddof=1)
        kept = deviations > 1e-6 * deviations.max()
        standard = (layer[:, kept] - layer[:, kept].mean(axis=0)) / deviations[kept]
        left, singular, _ = np.linalg.svd(standard, full_matrices=False)
        return left[:, : min(dimensions, int(np.sum(singular > 1e-4 * singular[0])))]

    of_x, of_y = basis(x), basis(y)
    return np.linalg.svd(of_x.T @ of_y, compute_uv=False).sum() / max(of_x.shape[1], of_y.shape[1])


def rsa(x, y):
    upper = np.triu_indices(len(x), 1)
    return scipy.stats.spearmanr((x @ x.T)[upper], (y @ y.T)[upper]).statistic


def u_centred(matrix):
    """A symmetric matrix U-centred (Székely & Rizzo 2014): its diagonal is 0, and every row sums to 0."""
    n = len(matrix)
    sums = without_diagonal(matrix).sum(axis=0)
    return without_diagonal(matrix - np.add.outer(sums, sums) / (n - 2) + sums.sum() / ((n - 1) * (n - 2)))


def distances(layer):
    return scipy.spatial.distance.squareform(scipy.spatial.distance.pdist(layer))


def distance_correlation(x, y):
    """The bias-corrected squared distance correlation of Székely & Rizzo 2013; it may be negative."""
    return cosine(u_centred(distances(x)), u_centred(distances(y)))


def procrustes(x, y):
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    nuclear = np.linalg.svd(x.T @ y, compute_uv=False).sum()
    return 1 - 2 / np.pi * np.arccos(min(1.0, nuclear / (np.linalg.norm(x) * np.linalg.norm(y))))


# By the names that results files use


def parse(identifier):
    """The metric and the parameter of an identifier such as cknna_k10, svcca_d5, cka_rbf_b0.5 or cka."""
    metric, _, suffix = identifier.rpartition("_")
    if suffix[:1] in ("k", "d") and suffix[1:].isdigit():
        return metric, int(suffix[1:])
    if metric == "cka_rbf":
        return metric, float(suffix[1:])
    return identifier, None


def is_constant(layer):
    return bool(np.all(layer == layer[0]))


def score(identifier, x, y, variant="exact", groups=None):
    """The score of prepared layers x and y that a results file keeps under `identifier`; NaN if one is constant."""
    if is_constant(x) or is_constant(y):
        return np.nan
    metric, parameter = parse(identifier)
    arguments = [] if parameter is None else [parameter]
    options = {"groups": groups} if identifier.endswith(f"_k{parameter}") else {}
    if variant == "paper" and metric == "cknna":
        return cknna_paper(x, y, *arguments, **options)
    if variant == "reference":
        if metric in ("cka", "unbiased_cka", "cknna"):
            options["epsilon"] = EPSILON
        if metric == "lcs_knn":
            options["divided"] = False
        if metric == "cycle_knn":
            x, y = y, x
    return globals()[metric](x, y, *arguments, **options)
