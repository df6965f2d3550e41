#!/usr/bin/env python3
"""Sets what 'platonic plan' predicts beside what sweeps then take, for six sweeps that differ in everything.

Sizes, metrics, numbers of neighbours, precisions and shapes differ; stores are synthetic and in the page cache, as a
plan takes them to be, and artifact directories are empty. Each sweep is predicted once, by trials made anew, and run
several times: the median counts. A prediction holds for a machine with nothing else to do. Where others compute as
well, the ratio of processor seconds (all processes of the sweep, less those of a sweep of next to nothing) tells
whether it was wrong.
"""

import argparse
import json
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

import h5py
import numpy as np

import bench_program
import bench_rows

# Name: (models, layers each, samples, widths, dtype, options of the sweep).
SWEEPS = {
    "mutual_knn, n = 1,024, float16": (8, 12, 1024, (384, 768, 2048), "f2", ["--metric", "mutual_knn"]),
    "cka, unbiased_cka, n = 1,500, float32": (
        6, 10, 1500, (256, 512, 1024), "f4", ["--metric", "cka", "unbiased_cka"]),
    "all, n = 600, float32": (6, 8, 600, (128, 384), "f4", ["--metric", "all"]),
    "k = 1:100, n = 800, float64": (
        6, 12, 800, (200, 300), "f8", ["--metric", "mutual_knn", "lcs_knn", "cknna", "--k", "10", "1:100"]),
    "mutual_knn, svcca, n = 3,000, float16": (
        4, 5, 3000, (192, 640), "f2", ["--metric", "mutual_knn", "svcca", "--k", "10", "50"]),
    "mutual_knn, n = 50,000, float16": (2, 1, 50_000, (768,), "f2", ["--metric", "mutual_knn", "--k", "10", "30"]),
}  # fmt: skip


def write_stores(folder, models, layers, samples, widths, dtype):
    """Stores whose layers share some directions of the samples; in memory, since they were just written."""
    generator = np.random.default_rng(7)
    latent = generator.standard_normal((samples, 24)) / np.sqrt(np.arange(1, 25))
    for model in range(models):
        with h5py.File(folder / f"model {model}.h5", "w") as store:
            store.attrs.update(format="platonic-features", version=1, model=f"model {model}", modality="synthetic",
                               dataset="bench of plans")  # fmt: skip
            store.create_dataset("samples/ids", data=[f"sample {i}" for i in range(samples)], dtype=h5py.string_dtype())
            for layer in range(layers):
                width = widths[(model + layer) % len(widths)]
                values = latent @ generator.standard_normal((24, width))
                values += 0.5 * generator.standard_normal((samples, width)) + 0.3 * generator.standard_normal(width)
                store.create_dataset(f"layers/{layer:04}", data=values.astype(dtype))


def children_seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


class Program:
    def __init__(self, binary, cache):
        self.binary = binary
        self.cache = cache
        self.environment = dict(bench_program.environment(), XDG_CACHE_HOME=str(cache))

    def run(self, *words):
        result = subprocess.run([self.binary, *map(str, words)], env=self.environment, capture_output=True, text=True)
        if result.returncode != 0:
            raise SystemExit(f"platonic {words[0]}: exit {result.returncode}: {result.stderr}")
        return result.stdout


def stages_of(path):
    with h5py.File(path) as results:
        provenance = results["provenance"].attrs
        return {stage: float(provenance[f"seconds_{stage}"]) for stage in ("surveys", "layers", "tiles")}


def measure(binary, folder, case, workers, runs):
    models, layers, samples, widths, dtype, options = case
    stores = folder / "stores"
    stores.mkdir()
    write_stores(stores, models, layers, samples, widths, dtype)
    program = Program(binary, folder / "cache")
    tiny = folder / "tiny"
    tiny.mkdir()
    write_stores(tiny, 1, 1, 16, (8,), "f4")
    before = children_seconds()
    program.run("sweep", "--x", tiny, "--k", 3, "--workers", workers, "--artifacts", folder / "tiny artifacts",
                "--output", folder / "tiny.h5", "--quiet", "--json")  # fmt: skip
    base = children_seconds() - before
    words = ["--x", stores, "--workers", workers, *options]
    start = time.perf_counter()
    plan = json.loads(program.run("plan", *words, "--artifacts", folder / "none", "--recalibrate", "--json"))
    planning = time.perf_counter() - start
    walls, processors, stages = [], [], []
    for number in range(runs):
        output = folder / f"{number}.h5"
        before, start = children_seconds(), time.perf_counter()
        program.run("sweep", *words, "--artifacts", folder / f"artifacts {number}", "--output", output, "--quiet",
                    "--json")  # fmt: skip
        walls.append(time.perf_counter() - start)
        processors.append(children_seconds() - before)
        stages.append(stages_of(output))
    return plan, planning, walls, processors, stages, base


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=pathlib.Path, required=True)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", help="only sweeps with this in their name")
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    rows = []
    for name, case in SWEEPS.items():
        if options.only and options.only not in name:
            continue
        with tempfile.TemporaryDirectory() as folder:
            plan, planning, walls, processors, stages, base = measure(
                options.binary.resolve(), pathlib.Path(folder), case, options.workers, options.runs
            )
        work = sum(plan["workerSeconds"][stage] for stage in stages[0]) + plan["seconds"]["results"]
        processor = statistics.median(processors) - base
        rows.append(
            bench_rows.row(
                name,
                plan["seconds"]["total"],
                "s",
                "measured",
                statistics.median(walls),
                "share",
                note=f"{work / processor:.2f} of the processor's seconds; planning took {bench_rows.shown(planning, 's')}",
            )
        )
        for stage in stages[0]:
            guess, took = plan["workerSeconds"][stage], statistics.median(run[stage] for run in stages)
            print(f"{name}, {stage}: {bench_rows.shown(guess, 's')} predicted, {bench_rows.shown(took, 's')} measured, "
                  "all workers", flush=True)  # fmt: skip
    bench_rows.finish(rows, options.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
