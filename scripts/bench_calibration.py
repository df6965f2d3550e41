#!/usr/bin/env python3
"""Times the permutations of a sweep: those of every pair of layers of two sides of models, `mutual_knn`.

usage: scripts/bench_calibration.py --binary PLATONIC [--models 20] [--layers 20] [--n 1024] [--k 10]
       [--permutations 1000] [--workers 2] [--peer-python PYTHON] [--runs 3] [--json FILE]

A whole sweep with permutations less the same without, artifacts at hand both times. Beside it PyPI's calibrated-similarity,
with torch on one thread, of four of the layer pairs under five permutations, where PYTHON has both: no requirements
file installs them.
"""

import argparse
import pathlib
import statistics
import subprocess
import sys
import tempfile

import numpy as np

import bench_rows
from bench_program import Sweeps, write_store

SCRIPTS = pathlib.Path(__file__).resolve().parent

PEER = """
import functools, sys, time
import calibrated_similarity
import torch

scripts, count, k, permutations = sys.argv[1], *map(int, sys.argv[2:])
sys.path.insert(0, scripts)
import make_calibration_golden

torch.set_num_threads(1)
mutual_knn = functools.partial(make_calibration_golden.mutual_knn, k=k)
layers = [torch.randn(count, 32) for _ in range(4)]
calibrated_similarity.calibrate_layers(layers[:2], layers[2:], mutual_knn, K=1)
start = time.perf_counter()
calibrated_similarity.calibrate_layers(layers[:2], layers[2:], mutual_knn, K=permutations)
print((time.perf_counter() - start) / 4 / (permutations + 1))
"""


def peer_seconds(python, n, k):
    """Seconds of one layer pair under one permutation; None where the peer is not there."""
    found = subprocess.run([python, "-c", PEER, str(SCRIPTS), str(n), str(k), "5"], capture_output=True, text=True)
    return float(found.stdout) if found.returncode == 0 else None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--peer-python", default=sys.executable)
    parser.add_argument("--json", type=pathlib.Path)
    for name, value in (("models", 20), ("layers", 20), ("n", 1024), ("k", 10), ("permutations", 1000), ("workers", 2),
                        ("runs", 3)):  # fmt: skip
        parser.add_argument(f"--{name}", type=int, default=value)
    options = parser.parse_args()
    generator = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        sides = []
        for side in "xy":
            paths = []
            for number in range(options.models):
                layers = [generator.normal(size=(options.n, 32)).astype(np.float16) for _ in range(options.layers)]
                path = folder / f"{side}{number}.h5"
                write_store(path, path.stem, options.n, layers)
                paths.append(path)
            sides.append(paths)
        words = ["--x", *sides[0], "--y", *sides[1], "--metric", "mutual_knn", "--k", options.k]
        sweeps, artifacts = Sweeps(options.binary, folder), folder / "artifacts"
        sweeps.run(words, options.workers, artifacts)
        taken = []
        for _ in range(options.runs):
            without = sweeps.run(words, options.workers, artifacts)["seconds"]
            whole = sweeps.run([*words, "--calibrate", options.permutations], options.workers, artifacts)["seconds"]
            taken.append(whole - without)
    seconds = statistics.median(taken)
    pairs = (options.models * options.layers) ** 2
    each = seconds * options.workers / pairs / (options.permutations + 1)
    peer = peer_seconds(options.peer_python, options.n, options.k)
    bench_rows.finish([
        bench_rows.row("all permutations", seconds, "s",
                       note=f"{pairs:,} layer pairs, {options.permutations:,} permutations, n = {options.n:,}, "
                            f"k = {options.k}, {options.workers} workers"),
        bench_rows.row("a layer pair under a permutation", each * 1e6, "µs", peer and "calibrated-similarity, torch",
                       peer and peer * 1e6, note="on one core, of all work, beside one thread"),
    ], options.json)  # fmt: skip


if __name__ == "__main__":
    main()
