#!/usr/bin/env python3
"""Holds p to what it says: samples of real layers are matched at random, and p has to be small as often as it claims.

usage: scripts/check_null_rates.py FOLDER OF STORES --binary PLATONIC [--samples 300] [--draws 20000] [--k 10]

For three pairs of layers of different models and each metric with moments in closed form the share of matchings with p at
or below .05, .01 and .001 is printed beside the band that was laid down for it (Tests/Interop/null_rates.py). Exit status
1 where one is outside.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "Tests/Interop"), str(ROOT / "scripts")]

import null_rates  # noqa: E402
import reference  # noqa: E402
from bench_program import environment, write_store  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--binary", type=pathlib.Path, required=True)
    parser.add_argument("--samples", type=int, default=300)
    parser.add_argument("--draws", type=int, default=20_000)
    parser.add_argument("--k", type=int, default=10)
    options = parser.parse_args()
    layers, paths, wrong = [], [], 0
    chosen = None
    generator = np.random.default_rng(1)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for path in sorted(options.folder.glob("*.h5")):
            with h5py.File(path) as store:
                stored = [layer[()] for layer in store["layers"].values()]
            if chosen is None:
                count = len(stored[0])
                chosen = np.sort(generator.choice(count, options.samples, replace=False))
            elif len(stored[0]) != count:
                continue
            kept = [layer[chosen] for layer in (stored[len(stored) // 2], stored[-1])]
            paths.append(write_store(folder / path.name, path.stem, options.samples, kept))
            layers += [(f"{path.stem}:{position}", x) for position, x in enumerate(reference.prepare(kept))]
            if len(paths) == 4:
                break
        results = folder / "results.h5"
        command = [
            options.binary, "sweep", "--quiet", "--x", *paths, "--metric", *null_rates.METRICS, "--k", options.k,
            "--output", results,
        ]  # fmt: skip
        subprocess.run(list(map(str, command)), check=True, env=environment(), stdout=subprocess.DEVNULL)
        for x, y in [(0, 3), (2, 5), (4, 7)]:
            for metric, (moments, score) in null_rates.moments(results, x, y).items():
                shares, own = null_rates.rates(
                    metric, layers[x][1], layers[y][1], moments, options.k, options.draws, seed=x
                )
                assert abs(own - score) < 1e-5, (metric, own, score)
                words = []
                for level, tolerance, share in zip(null_rates.LEVELS, null_rates.TOLERANCES, shares, strict=True):
                    low, high = null_rates.band(level, tolerance, options.draws)
                    wrong += not low <= share <= high
                    mark = "" if low <= share <= high else " OUTSIDE"
                    words.append(f"{share:.5f} of {level:g} ({max(low, 0):.5f} to {high:.5f}){mark}")
                print(f"{metric:21} {layers[x][0]} x {layers[y][0]}: {', '.join(words)}", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
