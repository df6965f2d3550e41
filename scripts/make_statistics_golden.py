#!/usr/bin/env python3
"""Makes the golden numbers that the tests of SweepAnalysis hold its statistics to, with NumPy and SciPy.

usage: scripts/make_statistics_golden.py [OUTPUT]

OUTPUT is Tests/SweepAnalysisTests/Golden unless given. Nothing here follows the code under test: correlations, lines and
trees are SciPy's, jackknives and bootstraps recompute everything for every resample. null stands for NaN.
"""

import json
import pathlib
import sys

import numpy as np
from scipy import stats
from scipy.cluster import hierarchy
from scipy.spatial import distance


class SplitMix64:
    """The generator of the code under test, so that both draw the same resamples."""

    MASK = (1 << 64) - 1

    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & self.MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & self.MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & self.MASK
        return z ^ (z >> 31)

    def below(self, count):
        return (self.next() * count) >> 64

    def uniform(self):
        return (self.next() >> 11) * 2.0**-53


def plain(value):
    """For JSON: NaN becomes null, NumPy's types Python's."""
    if isinstance(value, dict):
        return {key: plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(entry) for entry in value]
    if isinstance(value, (float, np.floating)):
        return float(value) if np.isfinite(value) else None
    return int(value) if isinstance(value, np.integer) else value


def complete(x, y):
    kept = np.isfinite(x) & np.isfinite(y)
    return x[kept], y[kept]


def relation(x, y):
    a, b = complete(x, y)
    line = stats.linregress(a, b)
    return {
        "x": x,
        "y": y,
        "n": len(a),
        "pearson": stats.pearsonr(a, b).statistic,
        "spearman": stats.spearmanr(a, b).statistic,
        "slope": line.slope,
        "intercept": line.intercept,
        "rSquared": line.rvalue**2,
    }


def relations(rng):
    cases = []
    for n in (3, 8, 50):
        x = rng.normal(size=n)
        cases.append(relation(x, 0.5 * x + rng.normal(size=n)))
    tied_x, tied_y = rng.integers(0, 5, 40).astype(float), rng.integers(0, 4, 40).astype(float)
    cases.append(relation(tied_x, tied_y))
    x, y = rng.normal(size=30), rng.normal(size=30)
    x[[1, 5, 9]], y[[5, 6]] = np.nan, np.nan
    cases.append(relation(x, y))
    # Far from zero, where sums of squares without centring would lose everything.
    x = 1e8 + rng.normal(size=20)
    cases.append(relation(x, 1e6 - 3 * (x - 1e8) + 0.1 * rng.normal(size=20)))
    return cases


def sample(values):
    kept = values[np.isfinite(values)]
    return {"values": values, "n": len(kept), "mean": kept.mean(), "sd": kept.std(ddof=1), "se": stats.sem(kept)}


def band(rng, families, seed):
    n = 14
    x = np.round(rng.normal(size=n), 3)
    y = 2 - x + rng.normal(size=n)
    x[3] = np.nan
    names = [f"f{i % 5}" if families and i != 7 else None for i in range(n)]
    kept = sorted((i for i in range(n) if np.isfinite(x[i])), key=lambda i: (x[i], y[i]))
    units = {}
    for i in kept:
        units.setdefault(names[i] or f"alone {i}", []).append(i)
    units = list(units.values())
    generator, resamples, level = SplitMix64(seed), 1000, 0.95
    grid = np.linspace(x[kept[0]], x[kept[-1]], 21)
    heights = []
    for _ in range(resamples):
        drawn = [i for _ in units for i in units[generator.below(len(units))]]
        if len(set(x[drawn])) > 1:
            heights.append(np.polyval(np.polyfit(x[drawn], y[drawn], 1), grid))
    heights, line = np.array(heights), np.polyval(np.polyfit(x[kept], y[kept], 1), grid)
    # Largest deviations in units of the pointwise ones, and what is made up for few units.
    pointwise = np.sqrt(((heights - line) ** 2).mean(axis=0))
    largest = np.sort((np.abs(heights - line) / pointwise).max(axis=1))
    critical = largest[int(np.ceil(level * len(heights))) - 1]
    free = len(units) - 2
    factor = np.sqrt(len(units) / free) * stats.t.isf((1 - level) / 2, free) / stats.norm.isf((1 - level) / 2)
    return {
        "x": x,
        "y": y,
        "families": names,
        "seed": seed,
        "lineCount": len(heights),
        "grid": grid,
        "lower": line - factor * critical * pointwise,
        "upper": line + factor * critical * pointwise,
    }


def pair_mean(matrix, members, networks):
    """The mean over pairs of `members` with a score, those of one network left out, with its interval."""

    def values(without=None):
        chosen = [i for i in members if networks[i] != without]
        found = [matrix[i, j] for a, i in enumerate(chosen) for j in chosen[a + 1 :] if networks[i] != networks[j]]
        return np.array([value for value in found if np.isfinite(value)])

    return summary(values, [{networks[i] for i in members}])


def summary(values, sides):
    """The mean of values(), sd/√pairs, and the interval by the jackknife over the networks of each side, by brute force."""
    everything = values()
    entry = {
        "mean": everything.mean(),
        "pairs": len(everything),
        "se": everything.std(ddof=1) / np.sqrt(len(everything)),
        "jackknife": None,
        "lower": None,
        "upper": None,
    }
    # A side of one network is held fixed.
    sides = [sorted(side) for side in sides if len(side) > 1]
    if sides and min(map(len, sides)) >= 3:
        squares, free = [], [len(side) - 1 for side in sides]
        for side in sides:
            left_out = np.array([values(network).mean() for network in side])
            squares.append((len(side) - 1) / len(side) * ((left_out - left_out.mean()) ** 2).sum())
        degrees = sum(squares) ** 2 / sum(square**2 / count for square, count in zip(squares, free, strict=True))
        entry["jackknife"] = np.sqrt(sum(squares))
        entry["lower"], entry["upper"] = stats.t.interval(0.95, degrees, entry["mean"], entry["jackknife"])
    return entry


def least_cost(links, square):
    """The least sum of adjacent distances over all orders of a tree's leaves, by min-plus products.

    SciPy's own optimal_leaf_ordering does not always reach it (scipy issue 11227), so that its sum is only a bound.
    """
    n = len(square)
    # For each cluster its leaves and the least cost between any two ends, infinite where they cannot both be ends.
    clusters = [(np.array([leaf]), np.zeros((1, 1))) for leaf in range(n)]
    for left, right in links[:, :2].astype(int):
        (rows, a), (columns, b) = clusters[left], clusters[right]
        bridge = (a[:, :, None] + square[np.ix_(rows, columns)][None]).min(axis=1)
        joined = (bridge[:, :, None] + b[None]).min(axis=1)
        cost = np.full((len(rows) + len(columns),) * 2, np.inf)
        cost[: len(rows), len(rows) :] = joined
        cost[len(rows) :, : len(rows)] = joined.T
        clusters.append((np.concatenate([rows, columns]), cost))
    return clusters[-1][1].min()


def tree(n, seed):
    """Average linkage of points in a cube; the points are drawn again by the test."""
    generator = SplitMix64(seed)
    points = np.array([[generator.uniform() for _ in range(3)] for _ in range(n)])
    condensed = distance.pdist(points)
    links = hierarchy.linkage(condensed, method="average", optimal_ordering=True)
    leaves = hierarchy.leaves_list(links)
    square = distance.squareform(condensed)
    return {
        "n": n,
        "seed": seed,
        "heights": links[:, 2],
        "sizes": links[:, 3].astype(int),
        "cost": least_cost(links, square),
        "boundOfSciPy": square[leaves[:-1], leaves[1:]].sum(),
    }


def statistics():
    rng = np.random.default_rng(20240513)
    values = rng.normal(3, 2, 25)
    values[[0, 7]] = np.nan
    return {
        "samples": [sample(rng.normal(size=2)), sample(values), sample(1e9 + rng.normal(size=12))],
        "relations": relations(rng),
        "bands": [band(rng, False, 0), band(rng, False, 12345), band(rng, True, 7)],
        "trees": [tree(n, 100 + n) for n in (2, 3, 4, 7, 40, 200)],
    }


def sections():
    """A symmetric sweep of 12 vision and 6 language models, with one symmetric metric and one that is not."""
    rng = np.random.default_rng(7)
    vision, language = 12, 6
    n = vision + language
    skill = rng.uniform(size=n)
    base = 0.1 + 0.4 * np.outer(skill, skill)
    first = np.round(base + 0.05 * rng.normal(size=(n, n)), 4)
    mutual = np.triu(first) + np.triu(first, 1).T
    cknna = np.round(base + 0.05 * rng.normal(size=(n, n)), 4)
    for i, j in ((0, 13), (2, 5), (4, 17)):
        mutual[i, j] = mutual[j, i] = np.nan
    cknna[1, 14] = np.nan  # One direction is enough to leave the average undefined.
    curve = np.round(base + 0.05 * rng.normal(size=(3, n, n)), 4)
    curve = np.triu(curve) + np.transpose(np.triu(curve, 1), (0, 2, 1))
    tasks = np.round(skill[:vision, None] + 0.3 * rng.uniform(size=(vision, 5)), 3)
    tasks[6, 2] = np.nan
    accuracy = np.round(skill[:vision] + 0.1 * rng.normal(size=vision), 3)
    accuracy[8] = np.nan
    bpb = np.round(1 - 0.5 * skill[vision:], 3)
    networks = [f"v{i // 2}" if i < 4 else f"v{i}" for i in range(vision)] + ["l0", "l0", "l0", "l1", "l1", "l2"]
    captions = ["name", "plain", "rich", "name", "rich", "name"]
    parameters = [int(p) for p in rng.permutation(np.arange(10, 10 + n))]

    averaged = (cknna + cknna.T) / 2
    matrices = {"mutual_knn_k10": mutual, "cknna_k10": averaged}
    expected = {"alignments": [], "facets": [], "bins": [], "trees": []}
    for name, matrix in matrices.items():
        for score, members, others, shown in (
            ("imagenet", range(vision), range(vision, n), np.append(accuracy, [np.nan] * language)),
            ("bits_per_byte", range(vision, n), range(vision), 1 - np.append([np.nan] * vision, bpb)),
        ):
            rows = [i for i in members if np.isfinite(shown[i])]
            for other in others:
                entry = relation(shown[rows], matrix[rows, other])
                expected["alignments"].append({"metric": name, "score": score, "reference": other, **entry})
            pooled = relation(shown[rows], np.nanmean(matrix[np.ix_(rows, others)], axis=1))
            expected["alignments"].append({"metric": name, "score": score, "reference": -1, **pooled})
        for value in ("name", "plain", "rich"):
            chosen = [vision + i for i in range(language) if captions[i] == value]

            def values(without=None, chosen=chosen, matrix=matrix):
                cells = [
                    matrix[i, j]
                    for i in chosen
                    for j in range(vision)
                    if without is None or without not in (networks[i], networks[j])
                ]
                return np.array([cell for cell in cells if np.isfinite(cell)])

            sides = [{networks[i] for i in chosen}, set(networks[:vision])]
            expected["facets"].append({"metric": name, "value": value, **summary(values, sides)})
        known = np.isfinite(tasks)
        solved = (tasks >= 0.8 * np.nanmax(tasks, axis=0)) & known
        shares = solved.sum(axis=1) / known.sum(axis=1)
        expected["shares"] = shares
        # Four bins of three: half of the models solve nothing, and ties stay together. Then three bins of eleven models.
        order = list(np.argsort(accuracy)[:11])
        nothing = [i for i in range(vision) if shares[i] == 0]
        something = [i for i in range(vision) if shares[i] > 0]
        assert len(nothing) == 6 and len(set(accuracy[order])) == 11
        for score, parts in (("", (nothing, something)), ("imagenet", (order[:3], order[3:7], order[7:]))):
            for members in map(sorted, parts):
                entry = pair_mean(matrix, members, networks)
                expected["bins"].append({"metric": name, "score": score, "members": members, **entry})
        filled = np.where(np.isnan(matrix), np.nanmin(np.where(np.eye(n), np.nan, matrix)), matrix)
        distances = 1 - filled
        np.fill_diagonal(distances, 0)
        condensed = distance.squareform(distances, checks=False)
        links = hierarchy.linkage(condensed, method="average")
        expected["trees"].append({"metric": name, "heights": links[:, 2], "cost": least_cost(links, distances)})
    different = [(i, j) for i in range(n) for j in range(i + 1, n) if networks[i] != networks[j]]
    cells = [np.array([matrix[pair] for pair in different]) for matrix in matrices.values()]
    expected["correlation"] = relation(*cells)
    smallest = min(range(vision), key=lambda i: parameters[i])
    block = curve[:, :vision, vision:]
    expected["trend"] = ((block - block[:, [smallest]]) / block.std(axis=1, ddof=1, keepdims=True)).mean(axis=2)
    expected["curveMeans"] = block.mean(axis=(1, 2))

    def curve_values(without=None):
        rows = [i for i in range(vision) if networks[i] != without]
        columns = [j for j in range(vision, n) if networks[j] != without]
        return curve[1][np.ix_(rows, columns)].ravel()

    middle = summary(curve_values, [set(networks[:vision]), set(networks[vision:])])
    expected["curveInterval"] = [middle["lower"], middle["upper"]]
    expected["smallest"] = smallest
    return {
        "vision": vision,
        "mutual": mutual.ravel(),
        "cknna": cknna.ravel(),
        "curve": curve.ravel(),
        "tasks": [np.append(column, [np.nan] * language) for column in tasks.T],
        "imagenet": np.append(accuracy, [np.nan] * language),
        "bits_per_byte": np.append([np.nan] * vision, bpb),
        "networks": networks,
        "captions": [""] * vision + captions,
        "parameters": parameters,
        "expected": expected,
    }


def main():
    root = pathlib.Path(__file__).resolve().parent.parent
    output = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else root / "Tests/SweepAnalysisTests/Golden"
    output.mkdir(parents=True, exist_ok=True)
    for name, content in (("statistics", statistics()), ("sections", sections())):
        (output / f"{name}.json").write_text(json.dumps(plain(content)) + "\n")


if __name__ == "__main__":
    main()
