"""Alignment metrics as a user of NumPy and SciPy would write them, for bench_metrics.py to time.

Each metric twice: with what belongs to one layer already at hand (`given`), and with everything recomputed for the
pair (`recomputed`: as the released code of the Platonic Representation Hypothesis does, or in its manner where it has
no such metric). Layers are float32 with rows of unit length.
"""

import functools

import numpy as np
import scipy.stats

# Of one layer


def neighbours(x, k):
    similarity = x @ x.T
    np.fill_diagonal(similarity, -np.inf)
    return np.argsort(-similarity, axis=1)[:, :k].astype(np.int32)


def mask(x, k):
    found = np.zeros((len(x), len(x)), dtype=bool)
    np.put_along_axis(found, neighbours(x, k), True, axis=1)
    return found


def bits(x, k):
    # Whole words, whatever the number of samples.
    found = np.pad(mask(x, k), ((0, 0), (0, -len(x) % 64)))
    return np.packbits(found, axis=1).view(np.uint64)


def centred(kernel):
    return kernel - kernel.mean(axis=0) - kernel.mean(axis=1, keepdims=True) + kernel.mean()


def centred_gram(x):
    x = x - x.mean(axis=0)
    return x @ x.T


def without_diagonal(kernel):
    kernel = kernel.copy()
    np.fill_diagonal(kernel, 0)
    return kernel


def u_centred(matrix):
    """Rows and columns that sum to zero without the diagonal, whose inner product is the unbiased HSIC."""
    n = len(matrix)
    matrix = without_diagonal(matrix)
    sums = matrix.sum(axis=0)
    inner = matrix - np.add.outer(sums, sums) / np.float32(n - 2) + sums.sum() / np.float32((n - 1) * (n - 2))
    return without_diagonal(inner)


def distances(x):
    norms = np.einsum("ij,ij->i", x, x)
    squares = np.maximum(np.add.outer(norms, norms) - 2 * (x @ x.T), 0)
    np.fill_diagonal(squares, 0)
    return np.sqrt(squares)


def rbf(x):
    found = distances(x)
    # Where clipping has left few distinct rows the median may be 0.
    sigma = np.median(found[np.triu_indices(len(x), 1)]) or np.float32(1)
    return centred(np.exp(-(found**2) / (2 * sigma**2)))


def centred_ranks(x):
    ranks = scipy.stats.rankdata((x @ x.T)[np.triu_indices(len(x), 1)])
    return (ranks - ranks.mean()).astype(np.float32)


def standardised(x):
    deviations = x.std(axis=0, ddof=1)
    kept = deviations > 1e-6 * deviations.max()
    return (x[:, kept] - x[:, kept].mean(axis=0)) / deviations[kept]


def basis(x, q):
    """The first q left singular vectors as rows, by the eigenvectors of the Gram."""
    x = standardised(x)
    return np.ascontiguousarray(np.linalg.eigh(x @ x.T)[1][:, -q:].T)


def low_rank_basis(x, q, iterations=2):
    """What svd_lowrank does: randomised subspace iteration."""
    x = standardised(x)
    found = np.linalg.qr(x @ np.random.default_rng(0).normal(size=(x.shape[1], q)).astype(np.float32))[0]
    for _ in range(iterations):
        found = np.linalg.qr(x @ np.linalg.qr(x.T @ found)[0])[0]
    return found @ np.linalg.svd(found.T @ x, full_matrices=False)[0]


def centred_unit(x):
    x = x - x.mean(axis=0)
    return x / np.linalg.norm(x)


def unit_vector(matrix):
    """Half of a symmetric matrix, diagonal included, as a vector whose inner products are those of the whole."""
    packed = matrix[np.triu_indices(len(matrix))] * np.float32(np.sqrt(2))
    packed[np.cumsum(np.r_[0, np.arange(len(matrix), 1, -1)])] /= np.float32(np.sqrt(2))
    return packed / np.linalg.norm(packed)


def edges(x, k):
    """Neighbours with their similarities, and the metric's own term."""
    found = neighbours(x, k)
    similar = np.take_along_axis(x @ x.T, found, axis=1).astype(np.float64)
    rows = np.repeat(np.arange(len(x)), k)
    own = sparse_hsic(len(x), rows, found.ravel(), similar.ravel(), similar.ravel())
    return found, similar, own


# Of two layers, given the above


def common(a, b):
    return np.bitwise_count(a & b).sum(axis=1)


def lcs(a, b):
    """One row of the dynamic program at a time, for all samples together."""
    table = np.zeros((len(a), a.shape[1] + 1), dtype=np.int32)
    for rank in range(a.shape[1]):
        table[:, 1:] = np.maximum(table[:, 1:], table[:, :-1] + (a[:, rank, None] == b))
        np.maximum.accumulate(table, axis=1, out=table)
    return table[:, -1].mean() / a.shape[1]


def edit_distance(a, b):
    ramp = np.arange(a.shape[1] + 1, dtype=np.int32)
    table = np.tile(ramp, (len(a), 1))
    for rank in range(a.shape[1]):
        replaced = table[:, :-1] + (a[:, rank, None] != b)
        table += 1
        table[:, 1:] = np.minimum(table[:, 1:], replaced)
        table = np.minimum.accumulate(table - ramp, axis=1) + ramp
    return 1 - table[:, -1].mean() / a.shape[1]


def sparse_hsic(n, rows, columns, m, p):
    """The unbiased HSIC of two matrices with the same few entries."""
    keys, mirrored = rows.astype(np.int64) * n + columns, columns.astype(np.int64) * n + rows
    order = np.argsort(keys)
    at = order[np.minimum(np.searchsorted(keys, mirrored, sorter=order), len(keys) - 1)]
    trace = np.sum(m * p[at] * (keys[at] == mirrored))
    cross = np.bincount(columns, m, n) @ np.bincount(rows, p, n)
    return (trace + m.sum() * p.sum() / ((n - 1) * (n - 2)) - 2 / (n - 2) * cross) / (n * (n - 3))


def cknna(a, b):
    (of_a, similar_a, own_a), (of_b, similar_b, own_b) = a, b
    rows, at_a, at_b = np.nonzero(of_a[:, :, None] == of_b[:, None, :])
    both = sparse_hsic(len(of_a), rows, of_a[rows, at_a], similar_a[rows, at_a], similar_b[rows, at_b])
    return both / np.sqrt(own_a * own_b)


def jaccard(a, b, k):
    shared = common(a, b)
    return np.mean(shared / (2 * k - shared))


def cycle(a, b):
    of_a, of_b = a[0], b[1]
    return of_a[of_b, np.arange(len(of_b))[:, None]].any(axis=1).mean()


def nuclear_norm(product):
    return np.linalg.svd(product, compute_uv=False).sum()


def procrustes_score(a, b):
    return 1 - 2 / np.pi * np.arccos(min(1.0, nuclear_norm(a.T @ b)))


def all_inner_products(stacked):
    return stacked @ stacked.T


def all_svcca(stacked):
    """The upper triangle of layers x layers."""
    count, q, n = stacked.shape
    flat = stacked.reshape(count * q, n)
    products = (flat @ flat.T).reshape(count, q, count, q).swapaxes(1, 2)
    upper = np.triu_indices(count)
    scores = np.full((count, count), np.nan)
    scores[upper] = np.linalg.svd(products[upper], compute_uv=False).sum(axis=-1) / q
    return scores


def given(k, q):
    """For each metric: what is made of a layer, how that is scored, and whether all pairs of a stack are at once."""
    listed, packed = functools.partial(neighbours, k=k), functools.partial(bits, k=k)
    return {
        "mutual_knn": (packed, lambda a, b: common(a, b).mean() / k, False),
        "jaccard_knn": (packed, functools.partial(jaccard, k=k), False),
        "lcs_knn": (listed, lcs, False),
        "edit_distance_knn": (listed, edit_distance, False),
        "cycle_knn": (lambda x: (mask(x, k), listed(x)), cycle, False),
        "cknna": (functools.partial(edges, k=k), cknna, False),
        "cka": (lambda x: unit_vector(centred_gram(x)), all_inner_products, True),
        "unbiased_cka": (lambda x: unit_vector(u_centred(x @ x.T)), all_inner_products, True),
        "svcca": (functools.partial(basis, q=q), all_svcca, True),
        "rsa": (lambda x: (ranks := centred_ranks(x)) / np.linalg.norm(ranks), all_inner_products, True),
        "distance_correlation": (lambda x: unit_vector(u_centred(distances(x))), all_inner_products, True),
        "cka_rbf": (lambda x: unit_vector(rbf(x)), all_inner_products, True),
        "procrustes": (centred_unit, procrustes_score, False),
    }


# Of two layers, with everything recomputed


def lcs_of_lists(a, b):
    table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, left in enumerate(a):
        for j, right in enumerate(b):
            table[i + 1][j + 1] = table[i][j] + 1 if left == right else max(table[i][j + 1], table[i + 1][j])
    return table[-1][-1]


def edit_distance_of_lists(a, b):
    previous = list(range(len(b) + 1))
    for i, left in enumerate(a, 1):
        current = [i]
        for j, right in enumerate(b):
            current.append(min(previous[j] + (left != right), previous[j + 1] + 1, current[j] + 1))
        previous = current
    return previous[-1]


def ratio(hsic, kernel_x, kernel_y):
    return hsic(kernel_x, kernel_y) / np.sqrt(hsic(kernel_x, kernel_x) * hsic(kernel_y, kernel_y))


def biased_hsic(kernel_x, kernel_y):
    centring = np.eye(len(kernel_x), dtype=np.float32) - np.float32(1 / len(kernel_x))
    return np.trace(kernel_x @ centring @ kernel_y @ centring)


def unbiased_hsic(kernel_x, kernel_y):
    n = len(kernel_x)
    kernel_x, kernel_y = without_diagonal(kernel_x), without_diagonal(kernel_y)
    means = kernel_x.sum() * kernel_y.sum() / ((n - 1) * (n - 2))
    return (np.sum(kernel_x * kernel_y.T) + means - 2 * np.sum(kernel_x @ kernel_y) / (n - 2)) / (n * (n - 3))


def cknna_of_masks(x, y, k):
    kernel_x, kernel_y, of_x, of_y = x @ x.T, y @ y.T, mask(x, k), mask(y, k)
    both = of_x & of_y
    own = unbiased_hsic(of_x * kernel_x, of_x * kernel_x) * unbiased_hsic(of_y * kernel_y, of_y * kernel_y)
    return unbiased_hsic(both * kernel_x, both * kernel_y) / np.sqrt(own)


def recomputed(k, q):
    def of_lists(score):
        return lambda x, y: np.mean(
            [score(a, b) for a, b in zip(neighbours(x, k).tolist(), neighbours(y, k).tolist(), strict=True)]
        )

    found = {
        "mutual_knn": lambda x, y: (mask(x, k).astype(np.float32) * mask(y, k)).sum(axis=1).mean() / k,
        "lcs_knn": lambda x, y: of_lists(lcs_of_lists)(x, y) / k,
        "edit_distance_knn": lambda x, y: 1 - of_lists(edit_distance_of_lists)(x, y) / k,
        "cknna": functools.partial(cknna_of_masks, k=k),
        "cka": lambda x, y: ratio(biased_hsic, x @ x.T, y @ y.T),
        "unbiased_cka": lambda x, y: ratio(unbiased_hsic, x @ x.T, y @ y.T),
        "svcca": lambda x, y: nuclear_norm(low_rank_basis(x, q).T @ low_rank_basis(y, q)) / q,
    }
    for metric, (of_layer, of_pair, together) in given(k, q).items():
        if metric not in found:
            found[metric] = functools.partial(from_scratch, of_layer, of_pair, together)
    return found


def from_scratch(of_layer, of_pair, together, x, y):
    a, b = of_layer(x), of_layer(y)
    return of_pair(np.stack([a, b]))[0, 1] if together else of_pair(a, b)
