#!/usr/bin/env python3
"""Times what a sweep's subsamples and galleries take, and NumPy doing the same for a few layer pairs.

usage: scripts/bench_intervals.py --binary PLATONIC [--models 4] [--layers 16] [--n 1024] [--k 10] [--subsamples 200]
       [--workers 2] [--runs 3] [--json FILE]

A whole sweep of two sides with --intervals, or --gallery, less the same without, artifacts of the same lists at hand both times.
"""

import argparse
import pathlib
import statistics
import tempfile
import time

import numpy as np

import bench_rows
from bench_program import Sweeps, write_store


def lists_within(similarity, drawn, k):
    within = similarity[np.ix_(drawn, drawn)]
    member = np.zeros(within.shape, dtype=bool)
    np.put_along_axis(member, np.argpartition(-within, k, axis=1)[:, :k], True, axis=1)
    return member


def centred_within(gram, drawn):
    within = gram[np.ix_(drawn, drawn)].copy()
    np.fill_diagonal(within, 0)
    m = len(drawn)
    means = within.sum(axis=1) / (m - 2)
    within += means.sum() / (m - 1) - means[:, None] - means
    np.fill_diagonal(within, 0)
    return within


def numpy_seconds(n, k, layers=4, subsamples=5):
    """Seconds of a layer pair in one subsample, for mutual_knn and unbiased_cka: what is of a layer alone is shared by its pairs."""
    generator = np.random.default_rng(0)
    grams = []
    for _ in range(2 * layers):
        rows = generator.normal(size=(n, 32))
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        grams.append(rows @ rows.T)
        np.fill_diagonal(grams[-1], -np.inf)
    drawn = [np.sort(generator.permutation(n)[: n // 2]) for _ in range(subsamples)]
    found = []
    for within, pair in (
        (lambda gram, one: lists_within(gram, one, k), lambda a, b: np.count_nonzero(a & b)),
        (centred_within, lambda a, b: np.vdot(a, b) / np.sqrt(np.vdot(a, a) * np.vdot(b, b))),
    ):
        start = time.perf_counter()
        for one in drawn:
            own = [within(gram, one) for gram in grams]
            for a in own[:layers]:
                for b in own[layers:]:
                    pair(a, b)
        found.append((time.perf_counter() - start) / subsamples / layers**2)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--json", type=pathlib.Path)
    for name, value in (("models", 4), ("layers", 16), ("n", 1024), ("k", 10), ("subsamples", 200), ("workers", 2),
                        ("runs", 3)):  # fmt: skip
        parser.add_argument(f"--{name}", type=int, default=value)
    options = parser.parse_args()
    generator = np.random.default_rng(0)
    n, k = options.n, options.k
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        sides = []
        for side in "xy":
            layers = [generator.normal(size=(n, 32)).astype(np.float16) for _ in range(options.layers)]
            sides.append([
                write_store(folder / f"{side}{number}.h5", f"{side}{number}", n, layers) for number in range(options.models)
            ])  # fmt: skip
        sweeps = Sweeps(options.binary, folder)

        def taken(metric, more, baseline):
            """Seconds that `more` takes beyond `baseline`, whose lists are as long."""
            words = ["--x", *sides[0], "--y", *sides[1], "--metric", metric, "--k", k]
            artifacts = folder / f"artifacts {metric} {more[0]}"
            sweeps.run([*words, *more], options.workers, artifacts)
            found = []
            for _ in range(options.runs):
                whole = sweeps.run([*words, *more], options.workers, artifacts)["seconds"]
                found.append(whole - sweeps.run([*words, *baseline], options.workers, artifacts)["seconds"])
            return statistics.median(found)

        pairs = (options.models * options.layers) ** 2
        rows = []
        note = f"{pairs:,} layer pairs, {options.subsamples} subsamples, n = {n:,}, on one core, of all work"
        for metric, peer in zip(("mutual_knn", "unbiased_cka"), numpy_seconds(n, k), strict=True):
            seconds = taken(metric, ["--intervals", options.subsamples], ["--intervals", 20])
            each = seconds * options.workers / pairs / (options.subsamples - 20)
            rows.append(
                bench_rows.row(
                    f"{metric}, a layer pair in a subsample", each * 1e6, "µs", "NumPy", peer * 1e6, note=note
                )
            )
        # Nine sizes beside one: a table of probabilities for each, and twice as many with k in proportion.
        sizes = [n // 8 + number * n // 24 for number in range(9)]
        seconds = taken("mutual_knn", ["--gallery", *sizes], ["--gallery", n // 8])
        each = seconds * options.workers / options.models**2 / 16
        note = (
            f"{options.models**2} model pairs, sizes {sizes[1]} to {sizes[-1]}, lists for {sizes[0]}, tables among it"
        )
        rows.append(bench_rows.row("a gallery of a model pair", each * 1e3, "ms", note=note))
    bench_rows.finish(rows, options.json)


if __name__ == "__main__":
    main()
