#!/usr/bin/env python3
"""Times exact k-nearest neighbours of a layer among its own samples: `metric-bench layer` beside faiss.IndexFlatIP on the same
features, and beside `ssyrk` alone.

usage: scripts/bench_neighbours.py --binary LAYER_BENCH [--n 20000] [--d 768] [--k 10] [--threads 2] [--json FILE]

Features are in memory before the clock starts, and each of the three has run once. Then they take turns; medians count.
faiss searches for k + 1, since it finds each sample itself as well. Needs faiss-cpu.
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

import faiss
import numpy as np

import bench_products
import bench_rows


class Layers:
    """metric-bench, which computes a layer whenever it is asked to."""

    def __init__(self, options, path):
        words = [options.binary, "layer", "--precision", "float32", "--dump", path, "--turns"]
        for name in ("n", "d", "k", "threads"):
            words += [f"--{name}", str(getattr(options, name))]
        environment = dict(os.environ, OPENBLAS_NUM_THREADS="1")
        self.process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )

    def once(self):
        print(file=self.process.stdin, flush=True)
        return float(self.process.stdout.readline())

    def end(self):
        self.process.stdin.close()
        self.process.wait()


class Flat:
    """faiss over rows of unit length."""

    def __init__(self, options, path):
        self.rows = np.fromfile(path, dtype=np.float32).reshape(options.n, options.d)
        self.rows /= np.linalg.norm(self.rows, axis=1, keepdims=True)
        self.count = options.k + 1
        faiss.omp_set_num_threads(options.threads)
        self.index = faiss.IndexFlatIP(options.d)
        self.index.add(self.rows)

    def once(self):
        start = time.perf_counter()
        self.index.search(self.rows, self.count)
        return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--json", type=pathlib.Path)
    for name, value in (("n", 20000), ("d", 768), ("k", 10), ("threads", 2), ("runs", 5)):
        parser.add_argument(f"--{name}", type=int, default=value)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "rows.float32")
        ours = Layers(options, path)
        ours.once()
        theirs = Flat(options, path)
        theirs.once()
        product = bench_products.SymmetricProduct(options.threads)
        multiplied = product.prepare(options.n, options.d)
        seconds = {}
        for _ in range(options.runs):
            for contestant in (ours, theirs, product):
                # Threads of the last one may still be spinning.
                time.sleep(0.3)
                seconds.setdefault(contestant, []).append(contestant.once())
        ours.end()
    layer, flat, least = (statistics.median(seconds[contestant]) for contestant in (ours, theirs, product))
    size = f"n = {options.n:,}, d = {options.d}, k = {options.k}, float32, {options.threads} threads"
    gflops = options.n**2 * options.d / least / 1e9
    of_rows = "" if multiplied == options.n else f", extrapolated from {multiplied:,} rows"
    bench_rows.finish([
        bench_rows.row("a layer, beside faiss", layer, "s", f"faiss.IndexFlatIP {faiss.__version__}", flat, note=size),
        bench_rows.row("a layer, beside ssyrk", layer, "s", f"ssyrk{of_rows}", least, "share",
                       note=f"{gflops:.0f} GFLOP/s on {options.threads} threads"),
    ], options.json)  # fmt: skip


if __name__ == "__main__":
    main()
