#!/usr/bin/env python3
"""Times a sweep of every layer against every layer, with nothing cached and with all artifacts at hand (whole
processes), beside mutual k-NN recomputed pair by pair, as released code does it.

usage: scripts/bench_per_pair.py FOLDER --binary PLATONIC [--pairs 200] [--workers 2] [--runs 5] [--json FILE]

For every pair of layers the released code multiplies each layer with its own transpose, sorts every row, marks the
first k in two n x n masks, and averages their product. Reading, clipping and normalising stay outside the timing. A
fixed random sample of the pairs is timed and extrapolated to all unordered pairs of layers, each with itself included.

BLAS takes its number of threads from the environment; sorting uses as many as there are workers, over blocks of rows.
"""

import argparse
import concurrent.futures
import pathlib
import statistics
import tempfile
import time

import h5py
import numpy as np

import bench_rows
from bench_program import Sweeps


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
    return len(first), list(zip(first[chosen], second[chosen], strict=True))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path, help="folder of feature stores")
    parser.add_argument("--binary", type=pathlib.Path, required=True)
    parser.add_argument("--pairs", type=int, default=200, help="pairs to time (default: 200)")
    parser.add_argument("--k", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2, help="of the sweep, and threads per pair (default: 2)")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", type=pathlib.Path)
    arguments = parser.parse_args()

    stores, layers = read_layers(arguments.folder)
    if not layers:
        parser.error(f"no feature stores (*.h5) in {arguments.folder}")
    with tempfile.TemporaryDirectory() as folder:
        sweeps = Sweeps(arguments.binary.resolve(), pathlib.Path(folder))
        words = ["--x", f"{arguments.folder}/*.h5", "--metric", "mutual_knn", "--k", arguments.k]
        cold, warm = [], []
        for run in range(arguments.runs):
            artifacts = pathlib.Path(folder) / f"kept {run}"
            cold.append(sweeps.run(words, arguments.workers, artifacts)["seconds"])
            warm.append(sweeps.run(words, arguments.workers, artifacts)["seconds"])
    total, pairs = sample_pairs(len(layers), arguments.pairs, arguments.seed)
    per_pair = PerPair(len(layers[0]), arguments.k, arguments.workers)
    per_pair.mutual_knn(layers[0], layers[-1])  # Threads start and pages are mapped before the clock does.
    seconds = []
    for i, j in pairs:
        start = time.perf_counter()
        per_pair.mutual_knn(layers[i], layers[j])
        seconds.append(time.perf_counter() - start)
    mean = statistics.fmean(seconds)
    peer = f"NumPy per pair, extrapolated from {len(pairs)} pairs", mean * total
    bench_rows.finish([
        bench_rows.row("mutual_knn, nothing cached", statistics.median(cold), "s", *peer,
                       note=f"{stores} stores, {len(layers)} layers, n = {len(layers[0]):,}, {total:,} pairs"),
        bench_rows.row("mutual_knn, artifacts at hand", statistics.median(warm), "s", *peer,
                       note=f"{arguments.workers} workers; {bench_rows.shown(mean, 's')} a pair on as many threads"),
    ], arguments.json)  # fmt: skip


if __name__ == "__main__":
    main()
