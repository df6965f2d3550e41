#!/usr/bin/env python3
"""Times one large layer from a store of float16 to its score: a sweep of one model against itself by one worker whose
threads share the layer, within a bound on memory; and by two workers that share it in steps.

usage: scripts/bench_large_layer.py --binary PLATONIC [--n 100000] [--d 768] [--k 100] [--memory 4GiB] [--json FILE]

The store is written in chunks and deleted afterwards. Beside it: `ssyrk` of the same shape on as many threads, which
for more than 20,000 samples is extrapolated from so many by the square. The worker's peak memory is what the kernel
says that it had resident (VmHWM), pages of libraries included.
"""

import argparse
import os
import pathlib
import statistics
import tempfile
import threading
import time

import h5py
import numpy as np

import bench_products
import bench_rows
from bench_program import Sweeps, write_store

CHUNK = 5000


def write_layer(path, samples, width, seed=1):
    """Features with a few directions that many samples share, as networks have them."""
    generator = np.random.default_rng(seed)
    directions = generator.uniform(-1, 1, (16, width)).astype(np.float32)
    write_store(path, path.stem, samples, [])
    with h5py.File(path, "a") as store:
        layer = store.create_dataset("layers/0000", shape=(samples, width), dtype=np.float16)
        for first in range(0, samples, CHUNK):
            count = min(CHUNK, samples - first)
            values = generator.uniform(-0.7, 1.3, (count, width)).astype(np.float32)
            values += generator.uniform(-1, 1, (count, 16)).astype(np.float32) @ directions
            layer[first : first + count] = values.astype(np.float16)


class PeakMemory:
    """The most that any child of a process had resident, looked up while it runs."""

    def __init__(self):
        self.bytes = 0

    def watch(self, process):
        threading.Thread(target=self.follow, args=(process,), daemon=True).start()

    def follow(self, process):
        while process.poll() is None:
            for child in self.children(process.pid):
                self.bytes = max(self.bytes, self.high_water(child))
            time.sleep(0.05)

    def children(self, pid):
        try:
            found = [int(child) for path in pathlib.Path(f"/proc/{pid}/task").glob("*/children")
                     for child in path.read_text().split()]  # fmt: skip
        except OSError:
            return []
        return found + [grandchild for child in found for grandchild in self.children(child)]

    def high_water(self, pid):
        try:
            lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
        except OSError:
            return 0
        return next((1024 * int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=pathlib.Path, required=True)
    parser.add_argument("--memory", default="4GiB")
    parser.add_argument("--json", type=pathlib.Path)
    for name, value in (("n", 100_000), ("d", 768), ("k", 100), ("threads", 2), ("runs", 3)):
        parser.add_argument(f"--{name}", type=int, default=value)
    options = parser.parse_args()
    # So that the worker's threads are as many, wherever there are more cores.
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: options.threads])
    product = bench_products.SymmetricProduct(options.threads, options.binary)
    rows = min(options.n, bench_products.MOST_ROWS)
    peak = PeakMemory()
    walls, layers, least = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        store = folder / "large.h5"
        write_layer(store, options.n, options.d)
        sweeps = Sweeps(options.binary.resolve(), folder)
        words = ["--x", store, "--metric", "mutual_knn", "--k", options.k, "--memory", options.memory]
        for _ in range(options.runs):
            found = sweeps.run(words, 1, watch=peak.watch)
            walls.append(found["seconds"])
            layers.append(found["worker_seconds"]["layers"])
            least.append(product.seconds(rows, options.d, runs=2) * (options.n / rows) ** 2)
        # Two workers of one thread each beside one of them; once, since each takes a minute or more.
        shared = sweeps.run(words, 2)["seconds"]
        alone = sweeps.run(words, 1, cores=1)["seconds"]
    size = f"n = {options.n:,}, d = {options.d}, k = {options.k}, float16"
    extrapolated = "" if rows == options.n else f", extrapolated from {rows:,} rows"
    bench_rows.finish([
        bench_rows.row("the layer, beside ssyrk", statistics.median(layers), "s",
                       f"ssyrk, {options.threads} threads{extrapolated}", statistics.median(least), "share", note=size),
        bench_rows.row("whole sweep of that layer with itself", statistics.median(walls), "s",
                       note="the survey, reading, starting and writing results included"),
        bench_rows.row("peak memory of the worker", peak.bytes / 2**30, "GiB", note=f"--memory {options.memory}"),
        bench_rows.row("that sweep by two workers", shared, "s", "one worker on one core", alone,
                       note="the layer's neighbours in steps; a single run of each"),
    ], options.json)  # fmt: skip


if __name__ == "__main__":
    main()
