#!/usr/bin/env python3
"""What a worker takes at most for each kind of artifact, beside the least that it has to be given (`platonic plan`).

usage: scripts/bench_memory.py --binary PLATONIC [--n 8000] [--widths 64 1024] [--json FILE]

Every metric of one kind stands for it: a sweep of one model of three layers by one worker with exactly that much
--memory. The peak is what the kernel says that the worker had resident (VmHWM), less that of a sweep of next to
nothing: the program itself, OpenBLAS and libhdf5.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

import bench_rows
from bench_large_layer import PeakMemory
from bench_program import Sweeps, environment, write_store

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "Tests/Interop"))
from artifact_kinds import KINDS


def peak(sweeps, words):
    found = PeakMemory()
    sweeps.run(words, 1, watch=found.watch)
    return found.bytes / 2**20


def required(binary, words):
    """The MiB that a worker needs, as whoever starts one would give it."""
    command = [binary, "plan", "--json", *words]
    plan = subprocess.run(list(map(str, command)), env=environment(), capture_output=True, text=True, check=True)
    return -(-json.loads(plan.stdout)["memory"]["requiredBytes"] // 2**20)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=pathlib.Path, required=True)
    parser.add_argument("--n", type=int, default=8000)
    parser.add_argument("--widths", type=int, nargs="+", default=[64, 1024])
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    binary, rows = options.binary.resolve(), []
    generator = np.random.default_rng(1)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        sweeps = Sweeps(binary, folder)

        def store(name, samples, width, count=3):
            layers = [generator.normal(size=(samples, width)).astype(np.float32) for _ in range(count)]
            write_store(folder / name, name, samples, layers)
            return folder / name

        # Enough of them that the worker is there when it is looked at.
        tiny = store("tiny.h5", 100, 8, count=200)
        for width in options.widths:
            path = store(f"{width}.h5", options.n, width)
            for kind, metric in KINDS.items():
                words = ["--x", path, "--metric", *metric]
                least = required(binary, words)
                before = max(peak(sweeps, ["--x", tiny, "--metric", *metric]) for _ in range(options.runs))
                most = max(peak(sweeps, [*words, "--memory", f"{least}MiB"]) for _ in range(options.runs))
                rows.append(bench_rows.row(f"{kind}, d = {width:,}", most - before, "MiB", "promised", least, "share"))
    bench_rows.finish(rows, options.json)


if __name__ == "__main__":
    main()
