#!/usr/bin/env python3
"""Times mutual k-NN over stores of the shape of the paper's figure 3, beside the least that its arithmetic and reading
take.

usage: scripts/bench_figure3.py --binary .build/release/platonic [--stores FOLDER] [--scale 0.125] [--json FILE]

In one run, in turn: sweeps with two workers, and with one on one core (alone on the machine it would share a layer among
threads), and nothing cached (whole processes, reading included; the stores
are in the page cache, having been read just before); `ssyrk` of the same OpenBLAS on two threads over products of every
layer's shape; reading all bytes from the page cache; and mutual k-NN recomputed for a sample of the layer pairs
(scripts/bench_per_pair.py), extrapolated to all of them and labelled so.

What coordination costs is told two ways, both from the sweep with one worker: its wall-clock seconds over those in
which its worker computed, with and without what a sweep of next to nothing takes (processes, state, a results file).
"""

import argparse
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import h5py
import numpy as np

import bench_per_pair
import bench_rows
from bench_products import SymmetricProduct
from bench_program import Sweeps, tiny_store

SCRIPTS = pathlib.Path(__file__).resolve().parent


def layer_shapes(stores):
    """(samples, width, bytes) of every layer of every store."""
    shapes = []
    for path in stores:
        with h5py.File(path) as store:
            for layer in store["layers"].values():
                shapes.append((*layer.shape, layer.size * layer.dtype.itemsize))
    return shapes


def read_seconds(stores):
    """Seconds to read all bytes of the files, which an earlier call has brought into the page cache."""
    buffer = bytearray(1 << 22)
    start = time.perf_counter()
    for path in stores:
        with open(path, "rb", buffering=0) as file:
            while file.readinto(buffer):
                pass
    return time.perf_counter() - start


def middle(runs):
    """The run of median length."""
    return sorted(runs, key=lambda run: run["seconds"])[len(runs) // 2]


def per_pair_seconds(x, y, pairs, k, threads, seed):
    """Mean seconds to recompute mutual k-NN of one pair of layers, over a random sample of them."""

    def layers(stores):
        return [(path, name) for path in stores for name in sorted(h5py.File(path)["layers"])]

    def read(place):
        with h5py.File(place[0]) as store:
            layer = store["layers"][place[1]][:].astype(np.float32)
        limit = np.quantile(np.abs(layer), 0.95)
        layer = np.clip(layer, -limit, limit)
        return np.ascontiguousarray(layer / np.linalg.norm(layer, axis=1, keepdims=True))

    left, right = layers(x), layers(y)
    generator = np.random.default_rng(seed)
    recomputed = None
    times = []
    for _ in range(pairs + 1):
        a, b = read(left[generator.integers(len(left))]), read(right[generator.integers(len(right))])
        recomputed = recomputed or bench_per_pair.PerPair(len(a), k, threads)
        start = time.perf_counter()
        recomputed.mutual_knn(a, b)
        times.append(time.perf_counter() - start)
    # The first pair starts threads and maps pages.
    return statistics.fmean(times[1:])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=pathlib.Path, required=True)
    parser.add_argument(
        "--stores", type=pathlib.Path, help="as scripts/make_figure3_stores.py makes them (default: made anew)"
    )
    parser.add_argument("--scale", type=float, default=0.125, help="of stores that are made (default: 0.125; paper: 1)")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--pairs", type=int, default=40, help="layer pairs that are recomputed (default: 40)")
    parser.add_argument("--k", type=int, default=10)
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    threads = 2
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        root = options.stores or folder / "stores"
        if not options.stores:
            maker = [sys.executable, SCRIPTS / "make_figure3_stores.py", root, "--scale", str(options.scale)]
            subprocess.run([str(word) for word in maker], check=True)
        x, y = sorted((root / "language").glob("*.h5")), sorted((root / "vision").glob("*.h5"))
        if not x or not y:
            parser.error(f"no stores in {root}/language and {root}/vision")
        shapes = layer_shapes(x + y)
        total_bytes = sum(size for _, _, size in shapes)
        flops = sum(samples * samples * width for samples, width, _ in shapes)
        rows = sum(len(h5py.File(path)["layers"]) for path in x)
        pairs = rows * (len(shapes) - rows)
        product = SymmetricProduct(threads, options.binary)
        sweeps = Sweeps(options.binary.resolve(), folder)
        words = ["--x", root / "language", "--y", root / "vision", "--metric", "mutual_knn", "--k", options.k]
        small = ["--x", tiny_store(folder), "--k", 3]
        read_seconds(x + y)
        one, two, nothing, gram, reading = [], [], [], [], []
        for _ in range(options.runs):
            two.append(sweeps.run(words, 2))
            one.append(sweeps.run(words, 1, cores=1))
            nothing.append(sweeps.run(small, 1, cores=1)["seconds"])
            each = {shape: product.seconds(*shape) for shape in {shape[:2] for shape in shapes}}
            gram.append(sum(each[shape[:2]] for shape in shapes))
            reading.append(read_seconds(x + y))
        recomputed = per_pair_seconds(x, y, options.pairs, options.k, threads, seed=0)

    gram, reading, nothing = (statistics.median(values) for values in (gram, reading, nothing))
    one, two = middle(one), middle(two)
    computed = sum(one["worker_seconds"].values())
    stages = ", ".join(f"{name} {bench_rows.shown(seconds, 's')}" for name, seconds in two["worker_seconds"].items())
    idle = 1 - sum(two["worker_seconds"].values()) / (2 * two["coordinator_seconds"])
    started = (one["seconds"] - nothing) / computed - 1
    bench_rows.finish([
        bench_rows.row("two workers, beside the least", two["seconds"], "s", "ssyrk + reading", gram + reading, "share",
                       note=f"{rows} x {len(shapes) - rows} layers, {pairs:,} pairs, {total_bytes / 1e9:.2f} GB"),
        bench_rows.row("two workers, beside per pair", two["seconds"], "s", "NumPy, extrapolated", recomputed * pairs,
                       note=f"from {options.pairs} pairs of {bench_rows.shown(recomputed, 's')}"),
        bench_rows.row("two workers over one", one["seconds"] / two["seconds"], "times faster",
                       note="every worker on a core of its own"),
        bench_rows.row("one worker", one["seconds"], "s", note="on one core, the coordinator included"),
        bench_rows.row("coordination", 100 * (one["seconds"] / computed - 1), "%",
                       note="one worker's wall clock over its computing: starting, ending and results included"),
        bench_rows.row("coordination, without starting", 100 * started, "%",
                       note=f"less a sweep of next to nothing, {bench_rows.shown(nothing, 's')}"),
        bench_rows.row("workers without work, of two", 100 * idle, "%", note=f"seconds of both: {stages}"),
        bench_rows.row("ssyrk, two threads", gram, "s", note=f"{flops / gram / 1e9:.0f} GFLOP/s, all layers' shapes"),
        bench_rows.row("reading, from the page cache", reading, "s", note=f"{total_bytes / reading / 1e9:.1f} GB/s"),
    ], options.json)  # fmt: skip


if __name__ == "__main__":
    main()
