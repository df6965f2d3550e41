#!/usr/bin/env python3
"""Times the metrics of tiles that are in memory, per pair of layers, on one core (`metric-bench`): those of neighbours,
and those of kernels and subspaces beside the sgemm and ssyrk of the same run.

usage: scripts/bench_tiles.py --programs FOLDER [--quick] [--runs 5] [--json FILE]

Both write rows of a name, a value and a unit.
"""

import argparse
import json
import os
import pathlib
import subprocess
import tempfile

import bench_rows


def measured(program, *words):
    """What a program writes: value and unit by name."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "rows.json"
        environment = dict(os.environ, OPENBLAS_NUM_THREADS="1")
        words = [str(word) for word in (program, *words, "--json", path)]
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL, env=environment)
        rows = json.loads(path.read_text())
    return {found["name"].strip(): (found["value"], found["unit"].replace("us", "µs")) for found in rows}


def kernel_rows(found, layers):
    """Rows of the numbers of kernels and subspaces."""

    def value(name):
        return found[name][0]

    rate, sgemm = value("cka + unbiased_cka, files to scores"), value("sgemm, one call")
    pair = bench_rows.shown(*found["per pair of layers"])
    return [
        bench_rows.row("svcca", *found["svcca per pair of layers"], note="q = 10"),
        bench_rows.row("cka and unbiased_cka", rate, "GFLOP/s", "sgemm", sgemm, "share",
                       note=f"{layers} x {layers} layers from artifact files, {pair} a pair"),
        bench_rows.row("Gram artifact of a layer", *found["Gram artifact of a layer"], "ssyrk",
                       value("ssyrk of a layer"), "share", note="d = 1024; once for a layer"),
        bench_rows.row("basis, falling spectrum", *found["and beside it a basis, falling spectrum"],
                       note="d = 1024; once for a layer, beside its preparation"),
        bench_rows.row("basis, nothing stands out", *found["or one of which no direction stands out"], note="likewise"),
    ]  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", type=pathlib.Path, required=True)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="64 layers instead of 256")
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    layers = 64 if options.quick else 256
    scores = measured(options.programs / "metric-bench", "neighbours", "--runs", options.runs)
    kernels = measured(options.programs / "metric-bench", "kernels", "--runs", options.runs, "--layers", layers)
    rows = [bench_rows.row(name, *found) for name, found in scores.items()]
    bench_rows.finish(rows + kernel_rows(kernels, layers), options.json)


if __name__ == "__main__":
    main()
