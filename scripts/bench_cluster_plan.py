#!/usr/bin/env python3
"""Sets what 'platonic plan --hosts' simulates beside what really takes place.

Sweeps of one and of two workers, one a core: by trials, and with costs from that very sweep (rates scaled so that each
stage takes the seconds of workers' time that it took). Up to 64 workers on real sockets of a real coordinator, which
compute nothing and take as long for each work item as a calibration says. And how long it takes to plan figure 3 with
ten times its samples for 3,200 workers.

A simulation is of hosts with nothing else to do. Where others compute as well, measured times are too long.
"""

import argparse
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

import h5py
import numpy as np

import bench_plan
import bench_rows
import make_figure3_stores

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "Tests/Interop"))

from cluster import Cluster  # noqa: E402
from conftest import Program  # noqa: E402
from processes import wait_until  # noqa: E402

# As bench_plan.SWEEPS: long enough for the start of processes not to decide.
SWEEP = (8, 12, 1500, (512, 1024, 2048), "f2", ["--metric", "mutual_knn", "cka"])
FAKE_WORKERS = (8, 32, 64)
# Seconds of a survey, a layer and a tile of fake cost, the coordinator's own time aside.
FAKE = {"survey": 0.4, "layer": 0.4, "tile": 0.3}
STAGES = ("surveys", "layers", "tiles")


def of_one_core(core):
    """For a child process: it and its children use the first `core` cores."""
    cores = sorted(os.sched_getaffinity(0))[:core]
    return lambda: os.sched_setaffinity(0, cores)


class Bench:
    def __init__(self, binary, folder):
        self.binary = binary
        self.folder = folder
        self.program = bench_plan.Program(binary, folder / "cache")

    def plan(self, *words, cores=None):
        """What a plan says, its seconds, and the largest resident memory in bytes."""
        command = ["/usr/bin/env", "python3", "-c", MEASURED, self.binary, "plan", *words, "--json"]
        start = time.perf_counter()
        result = subprocess.run(
            [str(word) for word in command], env=self.program.environment, capture_output=True, text=True,
            preexec_fn=cores and of_one_core(cores),
        )  # fmt: skip
        took = time.perf_counter() - start
        if result.returncode != 0:
            raise SystemExit(f"platonic plan: exit {result.returncode}: {result.stderr}")
        peak = int(re.search(r"peak kilobytes (\d+)", result.stderr)[1]) * 1024
        return json.loads(result.stdout or "null"), took, peak

    def sweep(self, words, workers, runs):
        """The wall-clock seconds of the middle run of so many, and its workers' seconds by stage."""
        found = []
        for number in range(runs):
            name = f"{workers} workers, run {number}"
            output = self.folder / f"{name}.h5"
            command = [self.binary, "sweep", *words, "--workers", workers, "--artifacts", self.folder / name,
                       "--output", output, "--quiet", "--json"]  # fmt: skip
            start = time.perf_counter()
            subprocess.run([str(word) for word in command], env=self.program.environment, check=True,
                           stdout=subprocess.DEVNULL, preexec_fn=of_one_core(workers))  # fmt: skip
            found.append((time.perf_counter() - start, bench_plan.stages_of(output)))
        return sorted(found, key=lambda run: run[0])[len(found) // 2]


# Runs the words behind it and says how much memory they took at most.
MEASURED = """
import resource, subprocess, sys
status = subprocess.run(sys.argv[1:]).returncode
print("peak kilobytes", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(status)
"""

# Stores of this machine are in memory, and so are artifacts.
HERE = ["--bandwidth", "100GB/s", "--latency", "0ms"]


def real_sweeps(bench, runs):
    stores = bench.folder / "stores"
    stores.mkdir()
    bench_plan.write_stores(stores, *SWEEP[:5])
    words = ["--x", stores, *SWEEP[5]]
    rows = []
    for workers in (1, 2):
        took, stages = bench.sweep(words, workers, runs)
        cluster = ["--hosts", 1, "--workers-per-host", workers, "--artifacts", bench.folder / "none", *HERE]
        file = bench.folder / f"{workers}.json"
        bench.plan(*words, "--workers", workers, "--calibrate-only", file, cores=workers)
        predicted, _, _ = bench.plan(*words, *cluster, "--calibration", file)
        rows.append(row(f"{workers} workers, from trials", predicted, took))
        # The same with every stage's seconds as they were: they hold what workers took from each other.
        spent = predicted["cluster"]["curve"][-1]["workerSeconds"]
        calibration = json.loads(file.read_text())
        calibration["rates"]["contention"] = 1
        for name, stage in zip(("survey", "layer"), STAGES[:2], strict=True):
            factor = stages[stage] / spent[stage]
            calibration["rates"][name] = [rate * factor for rate in calibration["rates"][name]]
        factor = stages["tiles"] / spent["tiles"]
        for name in ("tiles", "loads"):
            calibration["rates"][name] = [[rate * factor for rate in part] for part in calibration["rates"][name]]
        # What contention was is in the stages' seconds.
        file.write_text(json.dumps(calibration))
        predicted, _, _ = bench.plan(*words, *cluster, "--calibration", file)
        rows.append(row(f"{workers} workers, with its own costs", predicted, took))
    return rows


def fake_costs(bench, runs):
    """Real coordinators and workers that only wait, beside simulations with the same costs."""
    stores = bench.folder / "many layers"
    stores.mkdir()
    bench_plan.write_stores(stores, 32, 24, 40, (8,), "f4")
    words = ["--x", stores, "--metric", "mutual_knn", "--k", 5]
    file = bench.folder / "fake.json"
    bench.plan(*words, "--calibrate-only", file)
    calibration = json.loads(file.read_text())
    rates = calibration["rates"]
    rates["survey"] = [FAKE["survey"], 0]
    rates["layer"] = [FAKE["layer"]] + [0] * (len(rates["layer"]) - 1)
    # Whatever its units are, a tile takes so long for its pairs.
    rates["tiles"] = [[FAKE["tile"]] + [0] * (len(part) - 1) for part in rates["tiles"]]
    rates["loads"] = [[0] * len(part) for part in rates["loads"]]
    rates["contention"] = 1
    file.write_text(json.dumps(calibration))
    rows = []
    for workers in FAKE_WORKERS:
        seconds = []
        for number in range(runs):
            folder = bench.folder / f"fleet of {workers}, {number}"
            folder.mkdir()
            cluster = Cluster(Program(bench.binary, folder), folder)
            cluster.start_coordinator()
            try:
                fleet = subprocess.Popen(
                    [bench.binary.parent / "cluster-bench", "fleet", "--workers", str(workers), "--calibration", file,
                     "--connect", (cluster.state / "endpoint").read_text().strip(), "--keys", cluster.worker_keys],
                    stdout=subprocess.PIPE, text=True,
                )  # fmt: skip
                wait_until(lambda c=cluster, w=workers: len(c.workers()) == w, "all workers", patience=60)
                cluster.submit(*words)
                output, _ = fleet.communicate(timeout=300)
                seconds.append(json.loads(output)["seconds"])
            finally:
                cluster.end()
        predicted, _, _ = bench.plan(
            *words, "--calibration", file, "--hosts", 1, "--workers-per-host", workers, "--artifacts",
            bench.folder / "none", *HERE,
        )  # fmt: skip
        run = predicted["cluster"]["curve"][-1]
        span = max(run["stages"][stage] for stage in STAGES)
        rows.append(bench_rows.row(f"{workers} workers of fake cost", span, "s", "measured",
                                   statistics.median(seconds), "share"))  # fmt: skip
    return rows


def figure3(bench, samples):
    """A plan for figure 3 with so many samples, from stores that hold nothing: a plan reads no values."""
    folder = bench.folder / "figure3"
    for modality, models in (("language", make_figure3_stores.LANGUAGE), ("vision", make_figure3_stores.VISION)):
        (folder / modality).mkdir(parents=True)
        for name, (layers, width) in models.items():
            write_empty_store(folder / modality / f"{name}.h5", name, modality, layers, width, samples)
    predicted, took, peak = bench.plan(
        "--x", folder / "language", "--y", folder / "vision", "--metric", "mutual_knn", "--artifacts",
        bench.folder / "none", "--hosts", 50, "--workers-per-host", 64, "--memory", "200GB",
    )  # fmt: skip
    note = table_note(predicted)
    return [
        bench_rows.row("figure 3, ten times its samples, for 3,200 workers", took, "s", note=note),
        bench_rows.row("memory of that plan", peak / 2**30, "GiB"),
    ]


def write_empty_store(path, name, modality, layers, width, samples):
    """A store whose values have their place in the file and were never written: holes, which take no room."""
    with h5py.File(path, "w") as store:
        store.attrs.update(format="platonic-features", version=1, model=name, modality=modality, dataset="figure 3")
        # Compressed, so that the ids of millions of samples take little room as well.
        ids = np.arange(samples).astype("S8").astype(h5py.string_dtype(length=8))
        store.create_dataset("samples/ids", data=ids, compression=1)
        created = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        created.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
        created.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
        group = store.create_group("layers").id
        for layer in range(layers):
            space = h5py.h5s.create_simple((samples, width))
            h5py.h5d.create(group, f"{layer:04}".encode(), h5py.h5t.IEEE_F16LE, space, dcpl=created)


def table_note(predicted):
    cluster = predicted["cluster"]
    last = cluster["curve"][-1]
    pays = cluster.get("payingWorkers")
    ending = f"more than {pays:,} do not pay" if pays else "more would pay"
    return f"simulated: {bench_rows.shown(last['seconds'], 's')} with {last['workers']:,} workers; {ending}"


def row(name, predicted, took):
    return bench_rows.row(name, predicted["cluster"]["curve"][-1]["seconds"], "s", "measured", took, "share")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=pathlib.Path, required=True)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--samples", type=int, default=10_240, help="of figure 3 (default: ten times its own)")
    parser.add_argument("--only", choices=("real", "fake", "figure3"))
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(options.binary.resolve(), pathlib.Path(folder))
        if options.only in (None, "real"):
            rows += real_sweeps(bench, options.runs)
        if options.only in (None, "fake"):
            rows += fake_costs(bench, options.runs)
        if options.only in (None, "figure3"):
            rows += figure3(bench, options.samples)
    bench_rows.finish(rows, options.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
