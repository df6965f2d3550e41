#!/usr/bin/env python3
"""Holds calibrated maxima to what they promise: of pairs of unrelated models a share of about alpha has p <= alpha.

Pairs of models of 12 and of 24 layers whose data are independent, layers of one model being related to each other as those of networks are;
each pair is seeded and stands in no other, so that pairs are independent. Prints the share of p <= 0.05 for every statistic, with the band
that was stated beforehand: 3 to 7 % of 1,000 pairs, which is three binomial standard errors.

    scripts/check_calibration.py [--pairs 1000] [--first 0] [--permutations 199] [--samples 200]
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "scripts"))

from bench_program import environment, write_store  # noqa: E402

DEPTHS = (12, 24)
BATCH = 10
BAND = (0.03, 0.07)
STATISTICS = ["maximum", "studentised_maximum", "last_layers", "matched_depth", "mean"]


def layers(generator, samples, depth):
    """Layers of one model: each mixes the one before it with something of its own."""
    found, values = [], generator.normal(size=(samples, 16))
    for _ in range(depth):
        values = 0.8 * values @ generator.normal(size=(16, 16)) / 4 + 0.6 * generator.normal(size=(samples, 16))
        found.append(values.astype(np.float32))
    return found


def batch(folder, program, first, arguments):
    """p of `BATCH` pairs, each of models that are in no other."""
    sides = []
    for side, depth in zip("xy", DEPTHS, strict=True):
        paths = []
        for number in range(BATCH):
            generator = np.random.default_rng([first + number, ord(side)])
            path = folder / f"{side}{number}.h5"
            paths.append(write_store(path, path.stem, arguments.samples, layers(generator, arguments.samples, depth)))
        sides.append(paths)
    output = folder / "results.h5"
    command = [program, "sweep", "--quiet", "--x", *sides[0], "--y", *sides[1], "--metric", *arguments.metric]
    command += ["--calibrate", arguments.permutations, "--calibrate-metric", *arguments.metric]
    command += ["--seed", first, "--output", output, "--artifacts", folder / "artifacts", "--force"]
    subprocess.run(list(map(str, command)), check=True, env=environment(), stdout=subprocess.DEVNULL)
    with h5py.File(output) as file:
        return {
            (name, statistic): np.diag(group[f"{statistic}_p"][:])
            for name, group in file["statistics"].items()
            for statistic in STATISTICS
        }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0, help="the number of the first pair, by which it is seeded")
    parser.add_argument("--permutations", type=int, default=199)
    parser.add_argument("--samples", type=int, default=200)
    parser.add_argument("--metric", nargs="+", default=["mutual_knn", "jaccard_knn"])
    parser.add_argument("--program", default=ROOT / ".build/release/platonic")
    arguments = parser.parse_args()
    found = {}
    for first in range(arguments.first, arguments.first + arguments.pairs, BATCH):
        with tempfile.TemporaryDirectory() as folder:
            for key, p in batch(pathlib.Path(folder), arguments.program, first, arguments).items():
                found.setdefault(key, []).append(p)
    outside = 0
    for (metric, statistic), p in found.items():
        p = np.concatenate(p)[: arguments.pairs]
        share = np.mean(p <= 0.05)
        outside += not BAND[0] <= share <= BAND[1]
        print(f"{metric:16} {statistic:20} {100 * share:5.1f} % of {len(p)} pairs have p <= 0.05")
    print(f"{outside} outside of {100 * BAND[0]:.0f} to {100 * BAND[1]:.0f} %")
    return 1 if outside else 0


if __name__ == "__main__":
    sys.exit(main())
