"""Permutations of samples as they are drawn (Schemas/metrics.md, *Calibration by permutation*), and what scores under them say."""

import itertools

import numpy as np

import reference

MASK = (1 << 64) - 1
PERMUTATION = 0x7065726D


class SplitMix64:
    def __init__(self, seed):
        self.state = seed & MASK

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def below(self, count):
        """Lemire's position below `count`; products that are drawn again are one in 2**60."""
        return (self.next() * count) >> 64


def shuffled(generator, count):
    order = list(range(count))
    for last in range(count - 1, 0, -1):
        position = generator.below(last + 1)
        order[last], order[position] = order[position], order[last]
    return order


def permutation(number, count, seed=0, groups=None):
    """Sample i of x is matched with sample `result[i]` of y."""
    mixed = SplitMix64(SplitMix64(seed ^ PERMUTATION).next() + number)
    generator = SplitMix64(mixed.next())
    if groups is None:
        return np.array(shuffled(generator, count))
    members = [np.flatnonzero(groups == group) for group in dict.fromkeys(groups)]
    result = np.arange(count)
    for size in sorted({len(group) for group in members}):
        same = [group for group in members if len(group) == size]
        for group, other in zip(same, shuffled(generator, len(same)), strict=True):
            result[group] = same[other]
    return result


def depths(x, y):
    """Pairs of layers at matched relative depth, of so many in each."""
    deeper, other = max(x, y), min(x, y)
    pairs = [(level, int(level * (other - 1) / (deeper - 1) + 0.5) if deeper > 1 else 0) for level in range(deeper)]
    return pairs if x >= y else [(b, a) for a, b in pairs]


def aggregates(metric, x, y, k, groups=None, excluded=((), ())):
    """The maximum and the mean over layers, last with last layer, and the mean at matched depth; the lists of layers have no concatenation."""
    cells = np.array([[reference.score(f"{metric}_k{k}", a, b, groups=groups) for b in y] for a in x])
    matched = np.mean([cells[pair] for pair in depths(len(x), len(y))])
    candidates = [
        cells[i, j]
        for i, j in itertools.product(range(len(x)), range(len(y)))
        if i not in excluded[0] and j not in excluded[1]
    ]
    return {
        "maximum": max(candidates),
        "last_layers": cells[-1, -1],
        "matched_depth": matched,
        "mean": np.mean(candidates),
    }


def calibrated(observed, null, level=0.05):
    """p, threshold and calibrated score; what differs by rounding only is tied."""
    count = len(null) + 1
    p = (1 + np.sum(np.asarray(null) >= observed - 1e-12)) / count
    threshold = np.sort([*null, observed])[int(np.ceil(round((1 - level) * count, 9))) - 1]
    return p, threshold, float(np.clip((observed - threshold) / (1 - threshold), 0, 1))


def benjamini_hochberg(p):
    order = np.argsort(p)
    q = np.minimum.accumulate((np.asarray(p)[order] * len(p) / np.arange(1, len(p) + 1))[::-1])[::-1]
    result = np.empty(len(p))
    result[order] = q
    return result


def holm(p):
    order = np.argsort(p)
    adjusted = np.maximum.accumulate(np.minimum(1, np.asarray(p)[order] * np.arange(len(p), 0, -1)))
    result = np.empty(len(p))
    result[order] = adjusted
    return result
