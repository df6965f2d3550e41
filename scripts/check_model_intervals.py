#!/usr/bin/env python3
"""How often intervals over models hold the truth in simulated samples, by the definitions of Schemas/metrics.md.

usage: scripts/check_model_intervals.py [SAMPLES]

SAMPLES are 1,000 for each line unless given; needs NumPy and SciPy and takes about ten seconds. All are meant to hold it in 95 %.
"""

import sys

import numpy as np
from scipy import stats

GRID = 21
RESAMPLES = 1000


def jackknife(left_out):
    """The square of the standard error."""
    return (len(left_out) - 1) / len(left_out) * ((left_out - left_out.mean()) ** 2).sum()


def holds(estimate, square, degrees):
    return abs(estimate) <= stats.t.ppf(0.975, degrees) * np.sqrt(square)


def mean_over_pairs(rng, models, twins):
    """Effects of networks, each with so many models that share most of it; true mean 0. By pairs, models and networks."""
    network = np.repeat(np.arange(models // twins), twins)
    effects = rng.normal(size=network[-1] + 1)[network] + (0.3 * rng.normal(size=models) if twins > 1 else 0)
    i, j = np.triu_indices(models, 1)
    i, j = i[network[i] != network[j]], j[network[i] != network[j]]
    values = (effects[i] + effects[j]) / 2 + 0.3 * rng.normal(size=len(i))

    def left_out(units):
        return np.array([values[(units[i] != unit) & (units[j] != unit)].mean() for unit in np.unique(units)])

    by_model, by_network = left_out(np.arange(models)), left_out(network)
    return [
        abs(values.mean()) <= 1.96 * values.std(ddof=1) / np.sqrt(len(values)),
        holds(values.mean(), jackknife(by_model), len(by_model) - 1),
        holds(values.mean(), jackknife(by_network), len(by_network) - 1),
    ]


def mean_of_two_sides(rng, rows, columns):
    scores = rng.normal(size=(rows, 1)) + rng.normal(size=(1, columns)) + 0.3 * rng.normal(size=(rows, columns))
    x = jackknife(np.array([np.delete(scores, i, 0).mean() for i in range(rows)]))
    y = jackknife(np.array([np.delete(scores, i, 1).mean() for i in range(columns)]))
    return [holds(scores.mean(), x + y, (x + y) ** 2 / (x**2 / (rows - 1) + y**2 / (columns - 1)))]


def line(rng, models, scatter):
    """The true line is 0 everywhere. By percentiles at each x, sup-t alone, and made up for few models."""
    x, y = rng.normal(size=(2, models))
    if scatter == "unequal":
        y *= 0.4 + 0.6 * np.abs(x)
    grid = np.linspace(x.min(), x.max(), GRID)
    fit = np.polyval(np.polyfit(x, y, 1), grid)
    drawn = rng.integers(0, models, (RESAMPLES, models))
    a, b = x[drawn], y[drawn]
    centred = a - a.mean(axis=1, keepdims=True)
    slope = (centred * b).sum(axis=1) / (centred**2).sum(axis=1)
    lines = b.mean(axis=1)[:, None] + slope[:, None] * (grid - a.mean(axis=1)[:, None])
    lower, upper = np.quantile(lines, [0.025, 0.975], axis=0)
    pointwise = np.sqrt(((lines - fit) ** 2).mean(axis=0))
    critical = np.quantile((np.abs(lines - fit) / pointwise).max(axis=1), 0.95, method="inverted_cdf")
    small = np.sqrt(models / (models - 2)) * stats.t.ppf(0.975, models - 2) / stats.norm.ppf(0.975)
    inside = [np.all(np.abs(fit) <= factor * critical * pointwise) for factor in (1, small)]
    return [np.all((lower <= 0) & (upper >= 0)), *inside]


def correlation(rng, models, rho):
    x, noise = rng.normal(size=(2, models))
    found = stats.spearmanr(x, rho * x + np.sqrt(1 - rho**2) * noise).statistic
    if abs(found) > 1 - 1e-12:
        return [np.nan]
    width = stats.norm.ppf(0.975) * np.sqrt((1 + found**2 / 2) / (models - 3))
    return [abs(np.arctanh(found) - np.arctanh(6 / np.pi * np.arcsin(rho / 2))) <= width]


def main():
    samples = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    cases = [
        ("means over pairs: paper's standard error, by model, by network", mean_over_pairs, [(8, 1), (30, 1), (16, 2)]),
        ("means over pairs of two sides", mean_of_two_sides, [(3, 10), (3, 60), (5, 8), (8, 24)]),
        (
            "lines: percentiles at each x, sup-t, made up for few models",
            line,
            [(10, "equal"), (10, "unequal"), (30, "equal"), (30, "unequal")],
        ),
        ("Spearman's rho", correlation, [(5, 0), (10, 0), (10, 0.9), (30, 0.9)]),
    ]
    for title, check, arguments in cases:
        print(title)
        for these in arguments:
            rng = np.random.default_rng(1)
            shares = np.nanmean([check(rng, *these) for _ in range(samples)], axis=0)
            print(f"  {these}: {', '.join(f'{100 * share:.1f} %' for share in shares)}", flush=True)


if __name__ == "__main__":
    main()
