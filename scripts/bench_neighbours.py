#!/usr/bin/env python3
"""Times exact k-nearest neighbours of a layer among its own samples: `metric-bench layer` beside faiss.IndexFlatIP on the same
features, and beside `ssyrk` alone; and a whole sweep of that layer from its store beside faiss's search.

usage: scripts/bench_neighbours.py --programs FOLDER [--n 20000] [--d 768] [--k 10] [--threads 2] [--json FILE]

Features are in memory before the clock starts, and each has run once. Then they take turns; medians count. Sweeps are as many workers of a
thread, find no artifacts, and are timed from the command to its end. Others search for k + 1, since they find each sample itself as well.
usearch's exact search looks for neighbours of some rows alone, of which its time for all is extrapolated and its recall counted, in float32 and
in 8-bit integers. Needs faiss-cpu and usearch.
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

import numpy as np
import usearch
from usearch.index import MetricKind, search

import bench_kernels
import bench_products
import bench_rows
from bench_program import Sweeps, write_store


class Layers:
    """metric-bench, which computes a layer whenever it is asked to."""

    def __init__(self, options, path):
        words = [options.programs / "metric-bench", "layer", "--precision", "float32", "--dump", path, "--turns"]
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


class Store:
    """A sweep of the layer alone, of which nothing is known yet."""

    def __init__(self, options, path, folder):
        rows = np.fromfile(path, dtype=np.float32).reshape(options.n, options.d)
        self.store = write_store(folder / "layer.h5", "layer", options.n, [rows])
        self.sweeps, self.options = Sweeps(options.programs / "platonic", folder), options

    def once(self):
        words = ["--x", self.store, "--k", self.options.k, "--force"]
        return self.sweeps.run(words, self.options.threads)["seconds"]


class Flat:
    """faiss over rows of unit length."""

    def __init__(self, options, path):
        self.rows = np.fromfile(path, dtype=np.float32).reshape(options.n, options.d)
        self.rows /= np.linalg.norm(self.rows, axis=1, keepdims=True)
        self.count = options.k + 1
        faiss = bench_kernels.faiss(options.programs / "platonic")
        self.version = faiss.__version__
        faiss.omp_set_num_threads(options.threads)
        self.index = faiss.IndexFlatIP(options.d)
        self.index.add(self.rows)

    def once(self):
        start = time.perf_counter()
        self.index.search(self.rows, self.count)
        return time.perf_counter() - start


def usearch_rows(layer, options, rows, queries=1000):
    """usearch's exact search for the neighbours of `queries` of `rows` (unit length), by time for all rows and by recall."""
    chosen = np.linspace(0, options.n - 1, queries).astype(int)
    similarities = rows[chosen].astype(np.float64) @ rows.T.astype(np.float64)
    similarities[np.arange(queries), chosen] = -np.inf
    exact = np.argpartition(-similarities, options.k, axis=1)[:, : options.k]
    for name, values in (("float32", rows), ("int8", np.round(rows * (127 / np.abs(rows).max())).astype(np.int8))):
        start = time.perf_counter()
        keys = search(values, values[chosen], options.k + 1, MetricKind.Cos, exact=True, threads=options.threads).keys
        seconds = (time.perf_counter() - start) * options.n / queries
        found = [np.setdiff1d(row, [i])[np.newaxis] for row, i in zip(keys, chosen, strict=True)]
        hits = np.mean([np.isin(own, row).mean() for own, row in zip(exact, found, strict=True)])
        yield bench_rows.row(
            f"a layer, beside usearch in {name}", layer, "s",
            f"exact search, usearch {usearch.__version__}, extrapolated from {queries:,} rows", seconds,
            note=f"it finds {100 * hits:.1f} % of the exact neighbours")  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", type=pathlib.Path, required=True)
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
        product = bench_products.SymmetricProduct(options.threads, options.programs / "platonic")
        multiplied = product.prepare(options.n, options.d)
        whole = Store(options, path, pathlib.Path(folder))
        whole.once()
        seconds = {}
        for _ in range(options.runs):
            for contestant in (ours, theirs, product, whole):
                # Threads of the last one may still be spinning.
                time.sleep(0.3)
                seconds.setdefault(contestant, []).append(contestant.once())
        ours.end()
        layer, flat, least, sweep = (
            statistics.median(seconds[contestant]) for contestant in (ours, theirs, product, whole)
        )
        others = list(usearch_rows(layer, options, theirs.rows))
    size = f"n = {options.n:,}, d = {options.d}, k = {options.k}, float32, {options.threads} threads"
    gflops = options.n**2 * options.d / least / 1e9
    of_rows = "" if multiplied == options.n else f", extrapolated from {multiplied:,} rows"
    bench_rows.finish([
        bench_rows.row("a layer, beside faiss", layer, "s", f"faiss.IndexFlatIP {theirs.version}", flat, note=size),
        bench_rows.row("a layer, beside ssyrk", layer, "s", f"ssyrk{of_rows}", least, "share",
                       note=f"{gflops:.0f} GFLOP/s on {options.threads} threads"),
        bench_rows.row("a whole sweep of the layer, beside faiss's search", sweep, "s", "faiss.IndexFlatIP", flat,
                       note=f"from its store to results, nothing cached, {options.threads} workers"),
        *others,
    ], options.json)  # fmt: skip


if __name__ == "__main__":
    main()
