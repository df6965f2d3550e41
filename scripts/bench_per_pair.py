#!/usr/bin/env python3
"""Times mutual k-NN recomputed pair by pair, as released code does it, and sets it beside timed sweeps.

For every pair of layers the released code multiplies each layer with its own transpose, sorts every row, marks the
first k in two n x n masks, and averages their product. Reading, clipping and normalising stay outside the timing. A
fixed random sample of the pairs is timed and extrapolated to all unordered pairs of layers, each with itself included.

BLAS takes its number of threads from the environment; sorting uses the same number, over blocks of rows.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import platform
import statistics
import time

import h5py
import numpy as np


def read_layers(folder):
    """Every layer of every store in float32, clipped at its model's 0.95 quantile, with rows of unit length."""
    layers = []
    paths = sorted(folder.glob("*.h5"))
    for path in paths:
        with h5py.File(path, "r") as store:
            model = [layer[:].astype(np.float32) for layer in store["layers"].values()]
        magnitudes = np.concatenate([np.abs(layer).ravel() for layer in model])
        element = int(0.95 * magnitudes.size)
        threshold = np.partition(magnitudes, element)[element]
        for layer in model:
            layer = np.clip(layer, -threshold, threshold)
            norms = np.linalg.norm(layer, axis=1, keepdims=True)
            layers.append(np.ascontiguousarray(layer / np.where(norms == 0, 1, norms)))
    return len(paths), layers


class PerPair:
    """Scores one pair of layers from scratch."""

    def __init__(self, samples, k, threads):
        self.k = k
        self.rows = np.arange(samples)[:, None]
        self.blocks = np.array_split(np.arange(samples), threads)
        self.pool = concurrent.futures.ThreadPoolExecutor(threads)

    def neighbours(self, features):
        similarity = features @ features.T
        np.fill_diagonal(similarity, -1e8)
        ordered = self.pool.map(lambda block: np.argsort(-similarity[block], axis=1)[:, : self.k], self.blocks)
        return np.concatenate(list(ordered))

    def mask(self, features):
        mask = np.zeros((len(features), len(features)), dtype=np.float32)
        mask[self.rows, self.neighbours(features)] = 1
        return mask

    def mutual_knn(self, x, y):
        return ((self.mask(x) * self.mask(y)).sum(axis=1) / self.k).mean()


def sample_pairs(count, wanted, seed):
    """`wanted` of all unordered pairs of `count` layers, without repetition."""
    first, second = np.triu_indices(count)
    chosen = np.random.default_rng(seed).choice(len(first), size=min(wanted, len(first)), replace=False)
    return len(first), list(zip(first[chosen], second[chosen]))


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as info:
        return next((line.split(":", 1)[1].strip() for line in info if line.startswith("model name")), "unknown")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path, help="folder of feature stores")
    parser.add_argument("--pairs", type=int, default=200, help="pairs to time (default: 200)")
    parser.add_argument("--k", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=int(os.environ.get("OPENBLAS_NUM_THREADS", "1")))
    parser.add_argument("--sweep", nargs="+", action="append", default=[], metavar=("LABEL", "SECONDS"),
                        help="wall times of sweeps of the same folder, to set beside")
    parser.add_argument("--json", type=pathlib.Path, help="write the numbers here too")
    arguments = parser.parse_args()

    stores, layers = read_layers(arguments.folder)
    if not layers:
        parser.error(f"no feature stores (*.h5) in {arguments.folder}")
    samples = len(layers[0])
    total, pairs = sample_pairs(len(layers), arguments.pairs, arguments.seed)
    per_pair = PerPair(samples, arguments.k, arguments.threads)
    per_pair.mutual_knn(layers[0], layers[-1])  # Threads start and pages are mapped before the clock does.
    seconds = []
    for i, j in pairs:
        start = time.perf_counter()
        per_pair.mutual_knn(layers[i], layers[j])
        seconds.append(time.perf_counter() - start)
    mean = statistics.fmean(seconds)

    rows = [
        {"label": label, "runs": [float(run) for run in runs], "seconds": statistics.median(map(float, runs))}
        for label, *runs in arguments.sweep
    ]
    baseline = {
        "label": f"per pair, NumPy (extrapolated from {len(pairs)} pairs)",
        "pairs_timed": len(pairs),
        "seconds": mean * total,
    }
    rows.append(baseline)
    for row in rows:
        row["seconds_per_pair"] = row["seconds"] / total
        row["ratio"] = baseline["seconds"] / row["seconds"]

    print(f"mutual_knn, k = {arguments.k}: {stores} stores, {len(layers)} layers, {samples} samples, "
          f"{total:,} pairs of layers; {arguments.threads} threads, {processor()}")
    print(f"{'':46}{'seconds':>10}{'s per pair':>14}{'ratio':>10}")
    for row in rows:
        print(f"{row['label']:46}{row['seconds']:10.2f}{row['seconds_per_pair']:14.2e}{row['ratio']:9.1f}x")
    if arguments.json:
        arguments.json.write_text(json.dumps({
            "metric": "mutual_knn", "k": arguments.k, "stores": stores, "layers": len(layers), "samples": samples,
            "pairs": total, "seed": arguments.seed, "threads": arguments.threads, "processor": processor(),
            "python": platform.python_version(), "numpy": np.__version__, "rows": rows,
        }, indent=2) + "\n")


if __name__ == "__main__":
    main()
