#!/usr/bin/env python3
"""Times every metric of `platonic sweep`, per pair of layers, against NumPy and SciPy.

Ours: sweeps of one metric by one worker with all artifacts at hand: the seconds that the worker spent on tiles, over
the pairs of layers that were computed; a median over several sweeps. What the artifacts cost is listed beside it, by
layer, from the sweep that made them.

NumPy: with the artifacts of the layers at hand too (a mean over the pairs of a sample of layers; kernel metrics and
svcca score all pairs of as many layers as ours in one product), and with everything recomputed for each pair, as
released code does (a mean over a few pairs). procrustes is timed on the last layer of every model only.

One BLAS thread on both sides.
"""

import argparse
import itertools
import json
import os
import pathlib
import platform
import statistics
import subprocess
import tempfile
import time

# Before NumPy is loaded: its BLAS reads them once.
for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import bench_baselines  # noqa: E402
import h5py  # noqa: E402
import numpy as np  # noqa: E402
from bench_per_pair import processor, read_layers  # noqa: E402

NOT_SYMMETRIC = ("cycle_knn", "cknna")
NEIGHBOUR_METRICS = ("mutual_knn", "jaccard_knn", "lcs_knn", "edit_distance_knn", *NOT_SYMMETRIC)
# A singular value decomposition for each pair: on the last layers only, and fewer times.
SLOW = ("procrustes",)


def sweep(arguments, metric, folder):
    """Seconds of one sweep by stage, and its numbers of layers and of pairs of layers."""
    output = folder / "results.h5"
    command = [arguments.binary, "sweep", "--x", f"{arguments.folder}/*.h5", "--metric", metric, "--workers", "1"]
    if metric in NEIGHBOUR_METRICS:
        command += ["--k", str(arguments.k)]
    if metric == "svcca":
        command += ["--svcca-dimensions", str(arguments.dimensions)]
    if metric in SLOW:
        command += ["--layers", "last"]
    subprocess.run([*command, "--quiet", "--output", output, "--artifacts", folder / "artifacts"], check=True,
                   stdout=subprocess.DEVNULL)
    with h5py.File(output) as results:
        provenance = results["provenance"].attrs
        seconds = float(provenance["seconds_layers"]), float(provenance["seconds_tiles"])
        layers = len(results["x_layer"])
    output.unlink()
    return *seconds, layers, layers**2 if metric in NOT_SYMMETRIC else layers * (layers + 1) // 2


def time_ours(arguments, metric):
    runs = 1 if metric in SLOW else arguments.runs
    with tempfile.TemporaryDirectory() as scratch:
        making, _, layers, pairs = sweep(arguments, metric, pathlib.Path(scratch))
        tiles = [sweep(arguments, metric, pathlib.Path(scratch))[1] for _ in range(runs)]
    return {
        "layers": layers, "pairs": pairs, "tile_seconds": tiles, "artifact_seconds_per_layer": making / layers,
        "seconds_per_pair": statistics.median(tiles) / pairs,
    }  # fmt: skip


def clock(operation, *arguments):
    start = time.perf_counter()
    operation(*arguments)
    return time.perf_counter() - start


def time_given(form, layers, total):
    """Seconds per pair with the artifacts of every layer at hand, and seconds per layer for those.

    Where all pairs are scored at once, copies stand in for further layers, up to `total`: the shape of a product
    decides its time.
    """
    of_layer, of_pair, together = form
    start = time.perf_counter()
    made = [of_layer(layer) for layer in layers]
    making = (time.perf_counter() - start) / len(layers)
    if together:
        stacked = np.stack([made[i % len(made)] for i in range(total)])
        of_pair(stacked[:2])
        seconds = statistics.median(clock(of_pair, stacked) for _ in range(3))
        return seconds / (total * (total + 1) // 2), making
    of_pair(made[0], made[1])
    pairs = itertools.combinations_with_replacement(made, 2)
    return statistics.fmean(clock(of_pair, a, b) for a, b in pairs), making


def time_recomputed(score, layers, count):
    pairs = list(itertools.combinations_with_replacement(layers, 2))
    score(*pairs[0])
    return statistics.fmean(clock(score, x, y) for x, y in pairs[:: max(1, len(pairs) // count)][:count])


def last_layers(folder, layers):
    """The last layer of every store, of the layers of all."""
    counts = []
    for path in sorted(folder.glob("*.h5")):
        with h5py.File(path, "r") as store:
            counts.append(len(store["layers"]))
    return [layers[end - 1] for end in itertools.accumulate(counts)]


def disagreement(forms, again, x, y):
    """How far the two NumPy forms of a metric are apart on one pair: they should be the same metric."""
    return abs(float(bench_baselines.from_scratch(*forms, x, y)) - float(again(x, y)))


def engineering(seconds):
    for unit, scale in (("s", 1), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= scale:
            return f"{seconds / scale:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path, help="folder of feature stores")
    parser.add_argument("--binary", help="the program; without it only NumPy is timed")
    parser.add_argument("--metrics", nargs="+", help="(default: every metric)")
    parser.add_argument("--k", type=int, default=10)
    parser.add_argument("--dimensions", type=int, default=10, help="singular vectors of svcca (default: 10)")
    parser.add_argument("--runs", type=int, default=5, help="warm sweeps (default: 5)")
    parser.add_argument("--layers", type=int, default=16, help="layers to sample for NumPy (default: 16)")
    parser.add_argument("--pairs", type=int, default=4, help="pairs to recompute in NumPy (default: 4)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=pathlib.Path, help="write the numbers here too")
    arguments = parser.parse_args()

    forms = bench_baselines.given(arguments.k, arguments.dimensions)
    again = bench_baselines.recomputed(arguments.k, arguments.dimensions)
    metrics = arguments.metrics or list(forms)
    if unknown := set(metrics) - set(forms):
        parser.error(f"unknown metrics: {', '.join(sorted(unknown))}")
    ours = {metric: time_ours(arguments, metric) for metric in metrics} if arguments.binary else {}

    stores, layers = read_layers(arguments.folder)
    if len(layers) < 2:
        parser.error(f"fewer than two layers in the feature stores (*.h5) of {arguments.folder}")
    samples = len(layers[0])
    order = np.random.default_rng(arguments.seed).permutation(len(layers))
    sample, last = [layers[i] for i in order[: arguments.layers]], last_layers(arguments.folder, layers)
    rows = []
    for metric in metrics:
        # Widths differ from pair to pair, so the same pairs as ours where they matter most.
        chosen, pairs = (last, len(last) ** 2) if metric in SLOW else (sample, arguments.pairs)
        seconds, making = time_given(forms[metric], chosen, len(layers))
        rows.append({
            "metric": metric, "ours": ours.get(metric),
            "numpy_seconds_per_pair": seconds, "numpy_artifact_seconds_per_layer": making,
            "recomputed_seconds_per_pair": time_recomputed(again[metric], chosen, pairs),
            "numpy_forms_apart": disagreement(forms[metric], again[metric], *chosen[:2]),
        })  # fmt: skip

    print(f"Seconds per pair of layers: {stores} stores, {len(layers)} layers, {samples} samples, k = {arguments.k}, "
          f"q = {arguments.dimensions}; 1 thread, {processor()}")
    print(f"{'':22}{'ours':>10}{'NumPy':>10}{'ratio':>8}{'recomputed':>12}{'ratio':>10}"
          f"{'layer, ours':>14}{'NumPy':>10}")
    for row in rows:
        mine = row["ours"] or {"seconds_per_pair": float("nan"), "artifact_seconds_per_layer": float("nan")}
        pair = mine["seconds_per_pair"]
        ratios = []
        for form in ("numpy", "recomputed"):
            row[f"{form}_ratio"] = row[f"{form}_seconds_per_pair"] / pair if row["ours"] else None
            ratios.append(f"{row[f'{form}_ratio']:.1f}x" if row["ours"] else "")
        print(f"{row['metric']:22}{engineering(pair) if row['ours'] else '':>10}"
              f"{engineering(row['numpy_seconds_per_pair']):>10}{ratios[0]:>8}"
              f"{engineering(row['recomputed_seconds_per_pair']):>12}{ratios[1]:>10}"
              f"{engineering(mine['artifact_seconds_per_layer']) if row['ours'] else '':>14}"
              f"{engineering(row['numpy_artifact_seconds_per_layer']):>10}")
    if arguments.json:
        arguments.json.write_text(json.dumps({
            "stores": stores, "layers": len(layers), "samples": samples, "k": arguments.k,
            "dimensions": arguments.dimensions, "seed": arguments.seed, "threads": 1, "processor": processor(),
            "python": platform.python_version(), "numpy": np.__version__, "rows": rows,
        }, indent=2) + "\n")


if __name__ == "__main__":
    main()
