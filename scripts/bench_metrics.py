#!/usr/bin/env python3
"""Times every metric of `platonic sweep`, per pair of layers, against NumPy and SciPy.

Ours: sweeps of one metric by one worker with all artifacts at hand: the seconds that the worker spent on tiles, over
the pairs of layers that were computed; a median over several sweeps. What the artifacts cost is listed beside it, by
layer, from the sweep that made them.

NumPy: with the artifacts of the layers at hand too (a mean over the pairs of a sample of layers; kernel metrics and
svcca score all pairs of as many layers as ours in one product), and with everything recomputed for each pair, as
released code does (a mean over a few pairs). procrustes is timed on the last layer of every model only.

One BLAS thread on both sides. Ours are read from files, and checked against their digests, while the clock runs;
NumPy's are in memory. A layer of ours has the exact moments of its scores under random matching beside the artifact
where there are such, which takes a matrix product more; NumPy's has none.
"""

import argparse
import itertools
import os
import pathlib
import statistics
import tempfile
import time

# Before NumPy is loaded: its BLAS reads them once.
for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import h5py  # noqa: E402
import numpy as np  # noqa: E402

import bench_baselines  # noqa: E402
import bench_rows  # noqa: E402
from bench_per_pair import read_layers  # noqa: E402
from bench_program import Sweeps  # noqa: E402

NOT_SYMMETRIC = ("cycle_knn", "cknna")
NEIGHBOUR_METRICS = ("mutual_knn", "jaccard_knn", "lcs_knn", "edit_distance_knn", *NOT_SYMMETRIC)
MOMENTS = ("mutual_knn", "jaccard_knn", "cycle_knn", "cka", "unbiased_cka", "rsa", "distance_correlation", "cka_rbf")
# A singular value decomposition for each pair: on the last layers only, and fewer times.
SLOW = ("procrustes",)


def time_ours(arguments, metric):
    words = ["--x", f"{arguments.folder}/*.h5", "--metric", metric]
    if metric in NEIGHBOUR_METRICS:
        words += ["--k", arguments.k]
    if metric == "svcca":
        words += ["--svcca-dimensions", arguments.dimensions]
    if metric in SLOW:
        words += ["--layers", "last"]
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        sweeps = Sweeps(arguments.binary.resolve(), folder)
        first = sweeps.run(words, 1, folder / "artifacts")
        runs = 1 if metric in SLOW else arguments.runs
        tiles = [sweeps.run(words, 1, folder / "artifacts")["worker_seconds"]["tiles"] for _ in range(runs)]
    layers = first["layers"]
    pairs = layers**2 if metric in NOT_SYMMETRIC else layers * (layers + 1) // 2
    return statistics.median(tiles) / pairs, first["worker_seconds"]["layers"] / layers


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


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path, help="folder of feature stores")
    parser.add_argument("--binary", type=pathlib.Path, required=True)
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
    stores, layers = read_layers(arguments.folder)
    if len(layers) < 2:
        parser.error(f"fewer than two layers in the feature stores (*.h5) of {arguments.folder}")
    samples = len(layers[0])
    order = np.random.default_rng(arguments.seed).permutation(len(layers))
    sample, last = [layers[i] for i in order[: arguments.layers]], last_layers(arguments.folder, layers)
    print(f"{stores} stores, {len(layers)} layers, {samples} samples, k = {arguments.k}, q = {arguments.dimensions}")
    rows = []
    for metric in metrics:
        # Widths differ from pair to pair, so the same pairs as ours where they matter most.
        chosen, pairs = (last, len(last) ** 2) if metric in SLOW else (sample, arguments.pairs)
        ours, layer = time_ours(arguments, metric)
        given, making = time_given(forms[metric], chosen, len(layers))
        again_seconds = time_recomputed(again[metric], chosen, pairs)
        if (apart := disagreement(forms[metric], again[metric], *chosen[:2])) > 1e-3:
            print(f"{metric}: the two forms in NumPy are {apart:.2g} apart")
        moments = " and its moments" if metric in MOMENTS else ""
        numpy_makes = bench_rows.shown(making, "s")
        made = f"artifacts of a layer{moments} {bench_rows.shown(layer, 's')}, NumPy's artifacts {numpy_makes}"
        rows += [
            bench_rows.row(metric, ours, "s", "NumPy, artifacts at hand", given, note=made),
            bench_rows.row(f"{metric}, all recomputed", ours, "s", "NumPy, from the layers", again_seconds),
        ]
    bench_rows.finish(rows, arguments.json)


if __name__ == "__main__":
    main()
