"""Subsamples as they are drawn (Schemas/metrics.md, *Intervals by subsamples*), and scores within them."""

import math

import numpy as np

import reference
from permutations import SplitMix64, shuffled

SUBSAMPLE = 0x73756273
PARTS = 0x70617274


def units(count, groups=None):
    if groups is None:
        return [np.array([i]) for i in range(count)]
    return [np.flatnonzero(groups == group) for group in dict.fromkeys(groups)]


def subsample(number, count, seed=0, groups=None):
    """The samples of subsample `number`, ascending: half of them, or of the groups."""
    mixed = SplitMix64(SplitMix64(seed ^ SUBSAMPLE).next() + number)
    generator = SplitMix64(mixed.next())
    members = units(count, groups)
    order = list(range(len(members)))
    for place in range(len(members) // 2):
        other = place + generator.below(len(members) - place)
        order[place], order[other] = order[other], order[place]
    return np.sort(np.concatenate([members[i] for i in order[: len(members) // 2]]))


def parts(number, count, seed=0, groups=None):
    """The samples of each of `number` disjoint parts, ascending."""
    mixed = SplitMix64(SplitMix64(seed ^ PARTS).next())
    members = units(count, groups)
    order = shuffled(SplitMix64(mixed.next()), len(members))
    ends = [part * len(members) // number for part in range(number + 1)]
    return [np.sort(np.concatenate([members[i] for i in order[ends[part] : ends[part + 1]]])) for part in range(number)]


def reach(k, count, groups=None, share=2):
    """How far lists go for subsamples of one in `share`."""
    sizes = [len(unit) for unit in units(count, groups)]
    usual = sum(size * size for size in sizes) / sum(sizes)
    return min(count - max(sizes), share * k + math.ceil(4 * math.sqrt(share * (share - 1) * k * max(1, usual))))


def lists_within(x, drawn, k, groups=None, share=2):
    """For each sample drawn the first k of its list that were drawn as well; None where the list has fewer."""
    listed = reference.neighbours(x, reach(k, len(x), groups, share), groups)
    inside = np.isin(listed, drawn)
    return [set(listed[i][inside[i]][:k]) if inside[i].sum() >= k else None for i in drawn]


def neighbour_score(metric, x, y, drawn, k, groups=None, share=2):
    """The score of the samples of which both lists are known, and the share of the others."""
    pairs = zip(lists_within(x, drawn, k, groups, share), lists_within(y, drawn, k, groups, share), strict=True)
    known = [(a, b) for a, b in pairs if a is not None and b is not None]
    common = np.array([len(a & b) for a, b in known])
    shares = common / k if metric == "mutual_knn" else common / (2 * k - common)
    return np.mean(shares), 1 - len(known) / len(drawn)


def kernel_score(metric, x, y, drawn):
    """Of the features as they were prepared: what depends on all samples, such as a bandwidth, is held fixed."""
    if metric == "cka_rbf":
        kernels = [reference.rbf_kernel(side)[np.ix_(drawn, drawn)] for side in (x, y)]
        return reference.cosine(*map(reference.centred, kernels))
    return getattr(reference, metric)(x[drawn], y[drawn])


def standard_error(scores, count, groups=None):
    members = len(units(count, groups))
    half = members // 2
    return np.std(scores, ddof=1) * math.sqrt(half / (members - half))
