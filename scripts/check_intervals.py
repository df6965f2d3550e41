#!/usr/bin/env python3
"""Holds intervals by subsamples to what they promise: of nominal 95 % intervals about that many hold E[score at n].

Data sets of five kinds (aligned by common factors, in clusters, with hubs, independent, in groups of five) are drawn anew again and again; each is
one small sweep with --intervals. E[score at n] is the mean over these data sets and 400 more, by NumPy. Prints for each kind and metric the coverage of
scores, and of the difference of two scores on the same samples, and standard errors over the true deviation.

Stated beforehand: at n = 200 coverage is no less than what an independent simulation of 100 data sets of each kind had, less two binomial
standard errors of both; at larger n it is at least 92 %, and standard errors are at most twice the true deviation (but for independent layers, of which both are next to nothing).

    scripts/check_intervals.py [--sets 400] [--samples 200] [--subsamples 60] [--kinds aligned …]
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "scripts"))

from bench_program import environment, write_store  # noqa: E402

K = 10
MORE = 400
GROUP = 5
METRICS = ["mutual_knn", "unbiased_cka"]
CENTRES = np.random.default_rng(5).normal(size=(12, 10)) * 1.5
# What coverage was at n = 200, by kind: of mutual_knn, of unbiased_cka.
KNOWN = {
    "aligned": (0.97, 0.96),
    "clusters": (1, 0.98),
    "hubs": (0.96, 0.94),
    "independent": (1, 1),
    "groups": (0.96, 0.94),
}


def data(kind, generator, n):
    """Two layers that are compared, and a third that is compared with the second."""

    def normal(*shape):
        return generator.normal(size=shape)

    if kind == "aligned":
        common = normal(n, 6)
        x, y = (np.c_[common, 0.8 * normal(n, 6)] for _ in range(2))
    elif kind == "clusters":
        cluster = generator.integers(0, len(CENTRES), n)
        x, y = CENTRES[cluster] + normal(n, 10), CENTRES[cluster][:, ::-1] + normal(n, 10)
    elif kind == "hubs":
        common = generator.standard_t(3, (n, 4))
        x, y = np.c_[common, 0.5 * normal(n, 30)], np.c_[common**3 / 5, 0.5 * normal(n, 20)]
    elif kind == "independent":
        x, y = normal(n, 8), normal(n, 8)
    else:
        common = normal(n // GROUP, 5)[np.arange(n) // GROUP]
        x, y = (common + 0.3 * normal(n, 5) for _ in range(2))
    third = x[:, :8] + normal(n, min(8, x.shape[1]))
    return [side.astype(np.float32) for side in (x, y, third)]


def scores(x, y, groups):
    """mutual_knn and unbiased_cka of rows of unit length, in float64 (Schemas/metrics.md)."""
    n = len(x)
    members, centred = [], []
    for side in (x, y):
        rows = side.astype(np.float64)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        gram = rows @ rows.T
        kernel = gram - np.diag(np.diag(gram))
        means = kernel.sum(axis=1) / (n - 2)
        kernel += means.sum() / (n - 1) - means[:, None] - means
        np.fill_diagonal(kernel, 0)
        centred.append(kernel)
        np.fill_diagonal(gram, -np.inf)
        if groups is not None:
            gram[np.equal.outer(groups, groups)] = -np.inf
        listed = np.zeros((n, n), dtype=bool)
        np.put_along_axis(listed, np.argpartition(-gram, K, axis=1)[:, :K], True, axis=1)
        members.append(listed)
    a, b = centred
    return (members[0] & members[1]).sum() / (n * K), (a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum())


def swept(folder, program, number, sides, groups, arguments):
    """For each metric the scores of (x, y) and (third, y) and their values in every subsample, and the factor of standard errors."""
    paths = [
        write_store(folder / f"{name}.h5", name, len(side), [side])
        for name, side in zip(("x", "y", "third"), sides, strict=True)
    ]
    if groups is not None:
        for path in paths:
            with h5py.File(path, "r+") as store:
                store["samples/groups"] = groups
    output = folder / "results.h5"
    command = [program, "sweep", "--quiet", "--x", paths[0], paths[2], "--y", paths[1], "--metric", *METRICS, "--k", K]
    command += ["--clip", "none", "--intervals", arguments.subsamples, "--seed", number, "--workers", 1, "--force"]
    command += ["--output", output, "--artifacts", folder / "artifacts"]
    command += ["--exclude-groups"] if groups is not None else []
    subprocess.run(list(map(str, command)), check=True, env=environment(), stdout=subprocess.DEVNULL)
    with h5py.File(output) as file:
        found = []
        order = [list(file["x"].asstr()[:]).index(model) for model in ("x", "third")]
        for name in (f"mutual_knn_k{K}", "unbiased_cka"):
            statistics = file[f"statistics/{name}"]
            units, drawn = statistics.attrs["units"], statistics.attrs["drawn_units"]
            whole, within = file[f"metrics/{name}/scores"][:][order, 0], statistics["replicates"][:][order, 0]
            errors = statistics["maximum_standard_error"][:][order, 0]
            difference = np.std(within[0] - within[1], ddof=1) * np.sqrt(drawn / (units - drawn))
            found.append([(whole[0], errors[0]), (whole[0] - whole[1], difference)])
        return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sets", type=int, default=400, help="data sets of each kind")
    parser.add_argument("--samples", type=int, default=200)
    parser.add_argument("--subsamples", type=int, default=60)
    parser.add_argument("--kinds", nargs="+", choices=KNOWN, default=list(KNOWN))
    parser.add_argument("--program", default=ROOT / ".build/release/platonic")
    arguments = parser.parse_args()
    n, missed = arguments.samples, 0
    for kind in arguments.kinds:
        groups = np.arange(n) // GROUP if kind == "groups" else None
        found, true = [], []
        for number in range(arguments.sets):
            sides = data(kind, np.random.default_rng([number, n]), n)
            with tempfile.TemporaryDirectory() as folder:
                found.append(swept(pathlib.Path(folder), arguments.program, number, sides, groups, arguments))
        for number in range(MORE):
            x, y, third = data(kind, np.random.default_rng([arguments.sets + number, n]), n)
            one, other = scores(x, y, groups), scores(third, y, groups)
            true.append([(a, a - b) for a, b in zip(one, other, strict=True)])
        # Data sets x metrics x (score, difference) x (value, standard error); true values likewise, without errors.
        found, true = np.array(found), np.array(true)
        values = np.concatenate([found[..., 0], true])
        mean, deviation = values.mean(axis=0), values.std(axis=0, ddof=1)
        covered = (np.abs(found[..., 0] - mean) <= 1.96 * found[..., 1]).mean(axis=0)
        width = found[..., 1].mean(axis=0) / deviation
        for m, metric in enumerate(METRICS):
            for d, what in enumerate(("score", "difference")):
                known = KNOWN[kind][m] if d == 0 else 0.95
                least = (
                    known - 2 * np.sqrt(max(known * (1 - known), 0.05 * 0.95) * (1 / arguments.sets + 0.01))
                    if n <= 200
                    else 0.92
                )
                is_held = covered[m, d] >= least and (n <= 200 or kind == "independent" or width[m, d] <= 2)
                missed += not is_held
                print(
                    f"n = {n}  {kind:12} {metric:13} {what:11} mean {mean[m, d]:7.4f}  sd {deviation[m, d]:.4f}  covered "
                    f"{100 * covered[m, d]:5.1f} %  standard error/sd {width[m, d]:.2f}{'' if is_held else '  NOT HELD'}",
                    flush=True,
                )
    print(f"{missed} not held")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
