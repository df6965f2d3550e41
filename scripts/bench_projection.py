#!/usr/bin/env python3
"""Times `projection-bench`, and in turn a warm, single-threaded umap-learn.

usage: scripts/bench_projection.py --binary PROJECTION_BENCH [--runs 5] [--json FILE] [SIZE ...]

The matrices are those of `projection-bench`; the first fit, which compiles, is not counted. Needs umap-learn 0.5.
"""

import argparse
import os
import pathlib
import re
import statistics
import subprocess
import time
import warnings

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

import numpy as np  # noqa: E402
import umap  # noqa: E402

import bench_rows  # noqa: E402


def clustered_distances(n):
    """Six clusters in five dimensions with noise on every distance: the matrix of `projection-bench`."""
    state = 1

    def uniform():
        nonlocal state
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (state >> 11) * 2.0**-53

    centres = [[1.5 * uniform() for _ in range(5)] for _ in range(6)]
    points = np.array([[c + uniform() for c in centres[i % 6]] for i in range(n)])
    values = np.zeros((n, n))
    for i in range(n):
        row = np.sqrt(((points[i] - points[i + 1 :]) ** 2).sum(axis=1))
        values[i, i + 1 :] = [d * (0.85 + 0.3 * uniform()) for d in row]
    return values + values.T


def fit(matrix, seed):
    """Seconds of one fit."""
    model = umap.UMAP(metric="precomputed", random_state=seed, n_jobs=1)
    start = time.perf_counter()
    model.fit(matrix)
    return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int, default=[78, 2000])
    parser.add_argument("--binary", required=True)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    fit(clustered_distances(78), 0)
    rows = []
    for n in options.sizes:
        matrix = clustered_distances(n)
        theirs, ours = [], []
        for seed in range(options.runs):
            theirs.append(fit(matrix, seed))
            output = subprocess.run([options.binary, str(n), "1"], check=True, capture_output=True, text=True).stdout
            ours.append(float(re.search(r"median (\S+)", output)[1]))
        rows.append(bench_rows.row(f"UMAP of {n:,} models", statistics.median(ours), "s",
                                   f"umap-learn {umap.__version__}", statistics.median(theirs)))  # fmt: skip
    bench_rows.finish(rows, options.json)


if __name__ == "__main__":
    main()
