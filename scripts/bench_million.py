#!/usr/bin/env python3
"""A sweep of two models of one layer of a million samples by two workers, and what is predicted of it before and on the way; and the same at
fewer samples with a worker and then the whole sweep killed.

usage: scripts/bench_million.py --binary PLATONIC [--n 1000000] [--killed-n 200000] [--d 768] [--k 10] [--memory 8GiB] [--json FILE]

Stores are of float16 (3 GB at a million), written to --folder and kept there if it is given. Beside the sweep stands faiss.IndexFlatIP, whose
time for all samples is extrapolated from 10,000 queries. Peak memory is that of both workers together, bytes read are those that the system
counted for all processes (rchar, and from the disk), and predictions on the way are those of `--progress json`.
"""

import argparse
import contextlib
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import threading
import time

import h5py
import numpy as np

import bench_kernels
import bench_rows
from bench_large_layer import PeakMemory, write_layer
from bench_program import environment

QUERIES = 10_000


class Processes(PeakMemory):
    """What the children of a process have resident together at most, and what all of its processes read."""

    def __init__(self):
        super().__init__()
        self.reads = {}

    def follow(self, process):
        while process.poll() is None:
            children = self.children(process.pid)
            self.bytes = max(self.bytes, sum(map(self.high_water, children)))
            for pid in (process.pid, *children):
                with contextlib.suppress(OSError):
                    lines = pathlib.Path(f"/proc/{pid}/io").read_text().splitlines()
                    self.reads[pid] = {name: int(value) for name, value in (line.split(": ") for line in lines)}
            time.sleep(0.1)

    def read(self, counter):
        return sum(counts[counter] for counts in self.reads.values())


class Sweep:
    """A sweep of two stores by two workers, whose progress is followed."""

    def __init__(self, options, folder, samples, name):
        self.stores = [folder / f"{samples}-{model}.h5" for model in (1, 2)]
        for seed, store in enumerate(self.stores, 1):
            if not store.exists():
                write_layer(store, samples, options.d, seed)
        self.words = [
            "--x",
            *self.stores,
            "--metric",
            "mutual_knn",
            "--k",
            options.k,
            "--workers",
            2,
            "--memory",
            options.memory,
        ]
        self.binary, self.folder, self.name = options.binary.resolve(), folder, name
        self.output = folder / f"{name}.h5"
        self.progress = []

    def predicted(self):
        words = [self.binary, "plan", *self.words, "--artifacts", self.folder / f"{self.name} artifacts", "--json"]
        return json.loads(subprocess.run([str(word) for word in words], env=environment(), check=True,
                                         stdout=subprocess.PIPE).stdout)["seconds"]["total"]  # fmt: skip

    def start(self):
        words = [self.binary, "sweep", *self.words, "--artifacts", self.folder / f"{self.name} artifacts",
                 "--output", self.output, "--progress", "json", "--json"]  # fmt: skip
        self.started = time.perf_counter()
        self.process = subprocess.Popen([str(word) for word in words], env=environment(), text=True,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)  # fmt: skip
        threading.Thread(target=self.follow, args=(self.process,), daemon=True).start()

    def follow(self, process):
        for line in process.stderr:
            if line.startswith("{"):
                self.progress.append((time.perf_counter() - self.started, json.loads(line)["progress"]))
            else:
                print(f"  {line}", end="", flush=True)

    def wait_for(self, share):
        while self.process.poll() is None and not (self.progress and self.progress[-1][1]["share"] >= share):
            time.sleep(0.05)
        if self.process.poll() is not None:
            raise SystemExit(f"{self.name}: ended before {share} of it was done")

    def end(self):
        status = self.process.wait()
        if status != 0:
            raise SystemExit(f"{self.name}: exit {status}")
        return time.perf_counter() - self.started

    def prediction(self, share, wall):
        """What was said to be left when so much was done, beside what was; nothing where nothing was said."""
        told = [(at, line["remaining"]) for at, line in self.progress if line["share"] >= share and "remaining" in line]
        return told and (told[0][1], wall - told[0][0])

    def scores(self):
        """Everything of the results that the stores decide."""
        found = {}
        with h5py.File(self.output) as results:
            results.visititems(lambda name, node: found.update({name: node[()].tobytes()})
                               if isinstance(node, h5py.Dataset) and node.dtype.kind == "f" and "provenance" not in name else None)  # fmt: skip
        return found


def million(options, folder):
    sweep = Sweep(options, folder, options.n, "sweep")
    predicted = sweep.predicted()
    processes = Processes()
    sweep.start()
    processes.watch(sweep.process)
    wall = sweep.end()
    size = f"n = {options.n:,}, d = {options.d}, k = {options.k}, two layers of float16, two workers"
    yield bench_rows.row("the plan beside the sweep", predicted, "s", "measured", wall, "share", note=size)
    for percent in (2, 10, 25, 50, 75):
        if told := sweep.prediction(percent / 100, wall):
            yield bench_rows.row(f"left at {percent} %, as progress says", told[0], "s", "measured", told[1], "share")
    yield bench_rows.row(
        "peak memory of both workers", processes.bytes / 2**30, "GiB", note=f"--memory {options.memory}"
    )
    yield bench_rows.row("bytes read", processes.read("rchar") / 2**30, "GiB", "both stores",
                         sum(store.stat().st_size for store in sweep.stores) / 2**30, "share",
                         note=f"{processes.read('read_bytes') / 2**30:.1f} GiB of them from the disk")  # fmt: skip
    yield faiss_row(options, sweep.stores[0], wall)


def faiss_row(options, store, wall):
    faiss = bench_kernels.faiss(options.binary)
    faiss.omp_set_num_threads(2)
    with h5py.File(store) as features:
        rows = features["layers/0000"][()].astype(np.float32)
    rows -= rows.mean(axis=0)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    index = faiss.IndexFlatIP(options.d)
    index.add(rows)
    queries = rows[:: max(1, len(rows) // QUERIES)][:QUERIES]
    start = time.perf_counter()
    index.search(queries, options.k + 1)
    seconds = (time.perf_counter() - start) * 2 * options.n / len(queries)
    return bench_rows.row(
        "the whole sweep, beside faiss's search", wall, "s",
        f"faiss.IndexFlatIP {faiss.__version__}, both layers, extrapolated from {len(queries):,} queries", seconds)  # fmt: skip


def killed(options, folder):
    """A sweep whose worker, and then all of whose processes, are killed: what it yields is what an undisturbed one does."""
    whole = Sweep(options, folder, options.killed_n, "undisturbed")
    whole.start()
    wall = whole.end()
    broken = Sweep(options, folder, options.killed_n, "killed")
    broken.start()
    broken.wait_for(0.2)
    os.kill(Processes().children(broken.process.pid)[0], signal.SIGKILL)
    broken.wait_for(0.6)
    broken.process.kill()
    lost = broken.progress[-1][1]["share"]
    first = time.perf_counter() - broken.started
    broken.process.wait()
    broken.start()
    second = broken.end()
    same = whole.scores() == broken.scores() and len(whole.scores()) > 0
    yield bench_rows.row(
        "worker and coordinator killed, both runs", first + second, "s", "undisturbed", wall, "share",
        note=f"n = {options.killed_n:,}; killed at 20 and {100 * lost:.0f} %; {'the same bytes' if same else 'OTHER BYTES'}")  # fmt: skip
    if not same:
        raise SystemExit("the scores after a kill are others")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=pathlib.Path, required=True)
    parser.add_argument("--memory", default="8GiB")
    parser.add_argument("--folder", type=pathlib.Path, help="for stores and results; what is there is used again")
    parser.add_argument("--json", type=pathlib.Path)
    for name, value in (("n", 1_000_000), ("killed-n", 200_000), ("d", 768), ("k", 10), ("runs", 1)):
        parser.add_argument(f"--{name}", type=int, default=value)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or pathlib.Path(temporary)
        rows = [*killed(options, folder), *million(options, folder)]
    bench_rows.finish(rows, options.json)


if __name__ == "__main__":
    main()
