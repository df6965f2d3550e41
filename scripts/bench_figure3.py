#!/usr/bin/env python3
"""Times mutual k-NN over stores of the shape of the paper's figure 3, beside the least that its arithmetic and reading take.

usage: scripts/bench_figure3.py --binary .build/release/platonic [--stores FOLDER] [--scale 0.125] [--json FILE]

In one run, in turn: sweeps with one and two workers and nothing cached (whole processes, reading included; the stores are
in the page cache, having been read just before); `ssyrk` of the same OpenBLAS on two threads over products of every
layer's shape; reading all bytes from the page cache; and mutual k-NN recomputed for a sample of the layer pairs
(scripts/bench_per_pair.py), extrapolated to all of them and labelled so.

What coordination costs is told two ways, both from the sweep with one worker: its wall-clock seconds over those in which
its worker computed, with and without what a sweep of next to nothing takes (processes, state, a results file).
"""

import argparse
import ctypes
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import h5py
import numpy as np

import bench_per_pair

SCRIPTS = pathlib.Path(__file__).resolve().parent
ROW_MAJOR, UPPER, NO_TRANSPOSE = 101, 121, 111


class SymmetricProduct:
    """ssyrk of the OpenBLAS that the program is linked with."""

    def __init__(self, threads):
        self.library = ctypes.CDLL("libopenblas.so.0")
        self.library.openblas_set_num_threads(threads)
        self.threads = threads

    def seconds(self, samples, width, runs=3):
        features = np.random.default_rng(1).standard_normal((samples, width), dtype=np.float32)
        product = np.zeros((samples, samples), dtype=np.float32)
        pointer = ctypes.POINTER(ctypes.c_float)
        times = []
        for _ in range(runs + 1):
            start = time.perf_counter()
            self.library.cblas_ssyrk(
                ROW_MAJOR, UPPER, NO_TRANSPOSE, ctypes.c_int(samples), ctypes.c_int(width), ctypes.c_float(1),
                features.ctypes.data_as(pointer), ctypes.c_int(width), ctypes.c_float(0),
                product.ctypes.data_as(pointer), ctypes.c_int(samples))  # fmt: skip
            times.append(time.perf_counter() - start)
        return min(times)


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


class Sweeps:
    def __init__(self, binary, folder):
        self.binary = binary
        self.folder = folder
        self.count = 0
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("PLATONIC_")}

    def run(self, words, workers):
        """Wall-clock seconds of the whole command, and what the results say of the time; artifacts start empty."""
        self.count += 1
        output = self.folder / f"{self.count}.h5"
        artifacts = self.folder / f"artifacts {self.count}"
        command = [self.binary, "sweep", *words, "--workers", workers, "--artifacts", artifacts, "--output", output,
                   "--quiet", "--json"]  # fmt: skip
        start = time.perf_counter()
        result = subprocess.run([str(word) for word in command], env=self.environment, capture_output=True, text=True)
        wall = time.perf_counter() - start
        if result.returncode != 0:
            raise SystemExit(f"platonic sweep: exit {result.returncode}: {result.stderr}")
        with h5py.File(output) as results:
            provenance = results["provenance"].attrs
            found = {name: float(provenance[f"seconds_{name}"]) for name in ("wall", "surveys", "layers", "tiles")}
        return {"seconds": wall, "coordinator_seconds": found.pop("wall"), "worker_seconds": found}


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


def tiny_store(folder):
    generator = np.random.default_rng(1)
    with h5py.File(folder / "tiny.h5", "w") as store:
        store.attrs.update(format="platonic-features", version=1, model="tiny", modality="none", dataset="tiny")
        store.create_dataset("samples/ids", data=[f"sample {i}" for i in range(16)], dtype=h5py.string_dtype())
        store.create_dataset("layers/0000", data=generator.standard_normal((16, 8)).astype(np.float32))
    return folder / "tiny.h5"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=pathlib.Path, required=True)
    parser.add_argument("--stores", type=pathlib.Path, help="as scripts/make_figure3_stores.py makes them (default: made anew)")
    parser.add_argument("--scale", type=float, default=0.125, help="of stores that are made (default: 0.125; the paper: 1)")
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
        product = SymmetricProduct(threads)
        sweeps = Sweeps(options.binary.resolve(), folder)
        words = ["--x", root / "language", "--y", root / "vision", "--metric", "mutual_knn", "--k", options.k]
        small = ["--x", tiny_store(folder), "--k", 3]
        read_seconds(x + y)
        one, two, nothing, gram, reading = [], [], [], [], []
        for _ in range(options.runs):
            two.append(sweeps.run(words, 2))
            one.append(sweeps.run(words, 1))
            nothing.append(sweeps.run(small, 1)["seconds"])
            each = {shape: product.seconds(*shape) for shape in {shape[:2] for shape in shapes}}
            gram.append(sum(each[shape[:2]] for shape in shapes))
            reading.append(read_seconds(x + y))
        recomputed = per_pair_seconds(x, y, options.pairs, options.k, threads, seed=0)

    gram, reading, nothing = (statistics.median(values) for values in (gram, reading, nothing))
    one, two = middle(one), middle(two)
    least = gram + reading
    computed = sum(one["worker_seconds"].values())
    numbers = {
        "layers": [rows, len(shapes) - rows], "layer_pairs": pairs, "bytes": total_bytes, "gram_flops": flops,
        "runs": options.runs, "two_workers": two, "one_worker": one,
        "ssyrk_seconds": gram, "ssyrk_gflops": flops / gram / 1e9, "ssyrk_threads": threads,
        "page_cache_seconds": reading, "page_cache_bytes_per_second": total_bytes / reading, "least_seconds": least,
        "ratio_to_least": two["seconds"] / least, "speedup_two_over_one": one["seconds"] / two["seconds"],
        "nothing_seconds": nothing,
        "coordination_share": one["seconds"] / computed - 1,
        "coordination_share_without_start": (one["seconds"] - nothing) / computed - 1,
        "idle_share_two_workers": 1 - sum(two["worker_seconds"].values()) / (2 * two["coordinator_seconds"]),
        "per_pair_seconds": recomputed, "per_pair_pairs_timed": options.pairs,
        "per_pair_extrapolated_seconds": recomputed * pairs,
        "ratio_per_pair": recomputed * pairs / two["seconds"], "processor": bench_per_pair.processor(),
    }  # fmt: skip
    stages = ", ".join(f"{name} {seconds:.2f}" for name, seconds in two["worker_seconds"].items())
    table = [
        ("two workers, whole process", f"{two['seconds']:.2f} s ({pairs:,} layer pairs, {total_bytes / 1e9:.2f} GB)"),
        ("  of that in the coordinator's sight", f"{two['coordinator_seconds']:.2f} s; worker seconds: {stages}"),
        ("  workers without work", f"{100 * numbers['idle_share_two_workers']:.1f} %"),
        ("one worker, whole process", f"{one['seconds']:.2f} s; {numbers['speedup_two_over_one']:.2f} times two's"),
        ("ssyrk, two threads", f"{gram:.2f} s ({flops / 1e9:,.0f} GFLOP at {flops / gram / 1e9:.0f} GFLOP/s)"),
        ("reading, from the page cache", f"{reading:.2f} s ({total_bytes / reading / 1e9:.1f} GB/s)"),
        ("two workers over the sum of both", f"{numbers['ratio_to_least']:.2f}"),
        ("a sweep of next to nothing", f"{nothing:.2f} s"),
        ("coordination, of one worker's computing", f"{100 * numbers['coordination_share']:.1f} %"),
        ("  without that sweep of nothing", f"{100 * numbers['coordination_share_without_start']:.1f} %"),
        (f"per pair, NumPy, extrapolated from {options.pairs}", f"{recomputed * pairs:,.0f} s ({recomputed:.3f} s a pair)"),
        ("  ratio to two workers", f"{numbers['ratio_per_pair']:,.0f}"),
    ]  # fmt: skip
    width = max(len(name) for name, _ in table)
    for name, text in table:
        print(f"{name:<{width}}  {text}")
    if options.json:
        options.json.write_text(json.dumps(numbers, indent=2) + "\n")


if __name__ == "__main__":
    main()
