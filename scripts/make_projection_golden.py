#!/usr/bin/env python3
"""Makes the numbers that the tests of `Projection` are held to, with umap-learn 0.5, scikit-learn and SciPy.

usage: scripts/make_projection_golden.py [FOLDER]

Stage by stage for UMAP (neighbours, scales, graph, curve, eigenvectors, three epochs of layout), as distributions over
seeds for whole maps, and stress, alignment and quality from independent code. The matrices are made alike on both sides
(`clustered_distances`), so only results are stored.
"""

import argparse
import json
import pathlib
import warnings

import numpy as np
import scipy.spatial
import scipy.stats
import sklearn
import umap
from sklearn.manifold import MDS, trustworthiness
from umap import layouts, spectral, umap_, utils

from bench_projection import clustered_distances

SEEDS = 16
SIZES = (50, 78, 300)
EPOCHS = 500


def rounded(values, digits=9):
    return [float(f"{v:.{digits}g}") for v in np.asarray(values, dtype=float).ravel()]


def matrix(n, quantum):
    """Clustered distances, rounded to multiples of `quantum` (ties) if it is not 0."""
    d = clustered_distances(n)
    return np.round(d / quantum) * quantum if quantum else d


def fuzzy_graph(d):
    k = len(d) - 1 if len(d) <= 15 else 15
    single = d.astype(np.float32)
    indices, _, _ = umap_.nearest_neighbors(single, k, "precomputed", {}, False, None)
    graph, sigma, rho = umap_.fuzzy_simplicial_set(single, k, None, "precomputed")
    return k, indices, rho, sigma, graph


def pruned(graph):
    graph = graph.tocoo()
    graph.sum_duplicates()
    graph.data[graph.data < graph.data.max() / EPOCHS] = 0
    graph.eliminate_zeros()
    return graph


def eigenvectors(graph):
    """Second and third, by a dense solver; umap-learn's iteration has to agree once its tolerance of 1e-4 is tightened."""
    w = graph.toarray().astype(float)
    scale = 1 / np.sqrt(w.sum(axis=0))
    _, vectors = np.linalg.eigh(np.eye(len(w)) - scale[:, None] * w * scale)
    vectors = vectors[:, 1:3]
    theirs = spectral.spectral_layout(None, graph, 2, np.random.RandomState(0), tol=1e-10)
    for axis in range(2):
        sign = np.sign(vectors[:, axis] @ theirs[:, axis])
        error = np.abs(vectors[:, axis] - sign * theirs[:, axis]).max()
        assert error < 1e-3, error
    return vectors


def stages():
    result = []
    for n, quantum in ((50, 0), (50, 0.25), (12, 0), (300, 0)):
        k, indices, rho, sigma, graph = fuzzy_graph(matrix(n, quantum))
        graph = pruned(graph)
        case = {"n": n, "quantum": quantum, "k": k, "rho": rounded(rho), "sigma": rounded(sigma)}
        case["checksum"] = float(matrix(n, quantum).sum())
        case["eigenvectors"] = rounded(eigenvectors(graph))
        case["weightSum"] = float(graph.data.sum(dtype=float))
        if n <= 50:
            order = np.lexsort((graph.col, graph.row))
            case["neighbours"] = indices.ravel().tolist()
            case["rows"] = graph.row[order].tolist()
            case["columns"] = graph.col[order].tolist()
            case["weights"] = rounded(graph.data[order])
        result.append(case)
    return result


def curves():
    pairs = ((1, 0.1), (1, 0.01), (1, 0.5), (2, 0.1))
    return [{"spread": s, "minDist": m, "ab": [float(v) for v in umap_.find_ab_params(s, m)]} for s, m in pairs]


def transcribed_epoch(points, head, tail, periods, a, b, alpha, next_sample, next_negative, epoch, draw):
    """One epoch of stochastic gradient descent in float64, written from the paper's algorithm."""
    for e in range(len(head)):
        if next_sample[e] > epoch:
            continue
        j, k = head[e], tail[e]
        difference = points[j] - points[k]
        squared = difference @ difference
        force = -2 * a * b * squared ** (b - 1) / (1 + a * squared**b) if squared > 0 else 0
        move = alpha * np.clip(force * difference, -4, 4)
        points[j] += move
        points[k] -= move
        next_sample[e] += periods[e]
        count = int((epoch - next_negative[e]) / (periods[e] / 5))
        for _ in range(count):
            other = draw(j)
            if other == j:
                continue
            difference = points[j] - points[other]
            squared = difference @ difference
            force = 2 * b / ((0.001 + squared) * (1 + a * squared**b))
            points[j] += alpha * np.clip(force * difference, -4, 4)
        next_negative[e] += count * periods[e] / 5


def layout(epochs, rate):
    """The first epochs (nothing is due in epoch 0) from a spectral start, with umap-learn's random choices."""
    n = 50
    *_, graph = fuzzy_graph(matrix(n, 0))
    graph = pruned(graph)
    vectors = eigenvectors(graph)
    start = 10 * (vectors - vectors.min(0)) / (vectors.max(0) - vectors.min(0))
    start = start.astype(np.float32)
    # A little below umap-learn's, whose kernel is compiled with fastmath: (1 - 0.2)/0.2 is not 4 everywhere.
    periods = umap_.make_epochs_per_sample(graph.data, EPOCHS) * 0.9999
    a, b = umap_.find_ab_params(1, 0.1)
    states = np.random.RandomState(1).randint(-(2**31), 2**31 - 1, (n, 3)).astype(np.int64)
    ours_states, negatives = states.copy(), []

    def draw(j):
        negatives.append(int(utils.tau_rand_int(ours_states[j]) % n))
        return negatives[-1]

    theirs, ours = start.copy(), start.astype(float)
    theirs_sample, theirs_negative, ours_sample, ours_negative = (
        periods.copy(),
        periods / 5,
        periods.copy(),
        periods / 5,
    )
    epoch_function = layouts._get_optimize_layout_euclidean_single_epoch_fn(False)
    one = np.zeros(1, dtype=np.float32)
    alpha = rate
    for epoch in range(epochs):
        epoch_function(
            theirs,
            theirs,
            graph.row,
            graph.col,
            n,
            periods,
            a,
            b,
            states,
            1.0,
            2,
            True,
            alpha,
            periods / 5,
            theirs_negative,
            theirs_sample,
            epoch,
            False,
            one,
            one,
            0,
            0,
            0,
            0,
            one,
            one,
            0,
        )
        transcribed_epoch(ours, graph.row, graph.col, periods, a, b, alpha, ours_sample, ours_negative, epoch, draw)
        alpha = rate * (1 - epoch / EPOCHS)
    assert np.abs(theirs - ours).max() < 1e-4, np.abs(theirs - ours).max()
    return {
        "n": n,
        "epochs": epochs,
        "rate": rate,
        "total": EPOCHS,
        "a": a,
        "b": b,
        "start": rounded(start),
        "heads": graph.row.tolist(),
        "tails": graph.col.tolist(),
        "periods": rounded(periods, 17),
        "negatives": negatives,
        "umapPoints": rounded(theirs),
        "transcribedPoints": rounded(ours),
    }


def layouts_of_both_kinds():
    """One epoch at the full rate, which is chaotic after that: rounding grows to units within three; three at a fiftieth."""
    return [layout(2, 1.0), layout(4, 0.02)]


def preservation(d, points, k=10):
    e = scipy.spatial.distance.squareform(scipy.spatial.distance.pdist(points))
    near = [np.argsort(np.where(np.eye(len(m)), np.inf, m), axis=1, kind="stable")[:, :k] for m in (d, e)]
    recall = np.mean([len(set(p) & set(q)) / k for p, q in zip(*near, strict=True)])
    trust = trustworthiness(d, points, n_neighbors=k, metric="precomputed")
    return [float(trust), continuity(d, e, k), float(recall)]


def continuity(d, e, k):
    """Trustworthiness with the roles of distances exchanged, from the definition (Venna & Kaski 2001)."""
    n = len(d)
    ranks = [np.argsort(np.argsort(np.where(np.eye(n), -1, m), axis=1, kind="stable"), axis=1) for m in (d, e)]
    torn = (ranks[0] >= 1) & (ranks[0] <= k) & (ranks[1] > k)
    return float(1 - 2 / (n * k * (2 * n - 3 * k - 1)) * (ranks[1][torn] - k).sum())


def raw_stress(d, points):
    e = scipy.spatial.distance.pdist(points)
    return float(((scipy.spatial.distance.squareform(d, checks=False) - e) ** 2).sum())


def sklearn_stress(d):
    """scikit-learn's metric MDS from the same start as ours, and its mean over seeds from random ones, one each."""
    start = MDS(metric="precomputed", init="classical_mds", n_init=1).fit_transform(d)
    random = [
        MDS(metric="precomputed", init="random", n_init=1, random_state=seed).fit_transform(d) for seed in range(8)
    ]
    return {"classical": raw_stress(d, start), "random": float(np.mean([raw_stress(d, p) for p in random]))}


def distributions():
    result = []
    for n in SIZES:
        d = matrix(n, 0)
        figures = []
        for seed in range(SEEDS):
            points = umap.UMAP(metric="precomputed", random_state=seed, n_jobs=1).fit_transform(d)
            figures.append(preservation(d, points))
        result.append(
            {
                "n": n,
                "seeds": SEEDS,
                "mean": rounded(np.mean(figures, axis=0)),
                "sd": rounded(np.std(figures, axis=0, ddof=1)),
                "stress": sklearn_stress(d),
            }
        )
    return result


def classical(d):
    n = len(d)
    centre = np.eye(n) - 1 / n
    values, vectors = np.linalg.eigh(-0.5 * centre @ (d**2) @ centre)
    points = vectors[:, [-1, -2]] * np.sqrt(np.maximum(values[[-1, -2]], 0))
    return points, values


def umeyama(source, target, reflection):
    """Umeyama (1991), equations 34-42, by singular values."""
    x, y = source - source.mean(0), target - target.mean(0)
    u, s, vt = np.linalg.svd(y.T @ x)
    sign = np.ones(2)
    if not reflection and np.linalg.det(u @ vt) < 0:
        sign[-1] = -1
    rotation = (u * sign) @ vt
    scale = (s * sign).sum() / (x**2).sum()
    aligned = scale * x @ rotation.T + target.mean(0)
    return {
        "scale": float(scale),
        "aligned": rounded(aligned, 12),
        "residual": float(((target - aligned) ** 2).sum() / (y**2).sum()),
    }


def scaling():
    d = matrix(50, 0)
    points, values = classical(d)
    random = np.random.RandomState(3)
    source, target = random.normal(size=(12, 2)), random.normal(size=(12, 2))
    embedded = points + random.normal(scale=0.5, size=points.shape)
    e = scipy.spatial.distance.pdist(embedded)
    flat = scipy.spatial.distance.squareform(d, checks=False)
    scale = (flat @ e) / (e @ e)
    allowed = umeyama(source, target, True)
    assert abs(scipy.spatial.procrustes(target, source)[2] - allowed["residual"]) < 1e-12
    ties = matrix(50, 0.25)
    return {
        "n": 50,
        "points": rounded(points, 12),
        "eigenvalues": rounded(values[[-1, -2]], 12),
        "negativeShare": float(-values[values < 0].sum() / np.abs(values).sum()),
        "source": rounded(source, 17),
        "target": rounded(target, 17),
        "forbidden": umeyama(source, target, False),
        "allowed": allowed,
        "embedded": rounded(embedded, 17),
        "preservation": preservation(d, embedded.round(12)),
        "stress1": float(np.sqrt(((flat - scale * e) ** 2).sum() / (flat @ flat))),
        "spearman": float(scipy.stats.spearmanr(flat, e)[0]),
        "spearmanTies": float(scipy.stats.spearmanr(scipy.spatial.distance.squareform(ties, checks=False), e)[0]),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = pathlib.Path(__file__).resolve().parent.parent / "Tests/ProjectionTests/Golden"
    parser.add_argument("folder", nargs="?", type=pathlib.Path, default=default)
    folder = parser.parse_args().folder
    warnings.simplefilter("ignore")
    folder.mkdir(parents=True, exist_ok=True)
    versions = {"umap": umap.__version__, "sklearn": sklearn.__version__}
    for name, content in (
        ("stages", stages()),
        ("curves", curves()),
        ("layout", layouts_of_both_kinds()),
        ("scaling", scaling()),
        ("distributions", {"versions": versions, "cases": distributions()}),
    ):
        (folder / f"{name}.json").write_text(json.dumps(content, separators=(",", ":")) + "\n")
        print(name, (folder / f"{name}.json").stat().st_size)


if __name__ == "__main__":
    main()
