#!/usr/bin/env python3
"""Writes an invented results file of any size, to try reports on: families of models, scores, missing cells, curves.

usage: scripts/make_example_results.py OUTPUT [--models N] [--layers L] [--cross M] [--seed S] [--curves] [--statistics]

Models of a family are more alike than others and better models more alike than worse ones; a tenth of the models has no
scores, and a few cells are missing. With --statistics every metric has z and p, permutations and intervals. With --cross, N models of x are compared with M of y. The layout is that of
Schemas/results.md; the same arguments give the same numbers.
"""

import argparse
import pathlib
import sys

import h5py
import numpy as np

from feature_import.output_place import OutputPlace
from feature_import.refusal import Refusal

SAMPLES = 1024
METRICS = [
    ("mutual_knn", {"k": 10}, True),
    ("mutual_knn", {"k": 20}, True),
    ("cka", {}, True),
    ("unbiased_cka", {}, True),
    ("svcca", {"dimensions": 10}, True),
    ("cknna", {"k": 10}, False),
    ("cycle_knn", {"k": 10}, False),
    ("lcs_knn", {"k": 10}, True),
    ("edit_distance_knn", {"k": 10}, True),
    ("rsa", {}, True),
]
FAMILIES = ["ViT-AugReg", "DINOv2", "MAE", "CLIP", "BLOOM", "OpenLLaMA", "LLaMA"]
KS = [1, 2, 5, 10, 20, 50, 100]


def strings(values):
    return np.array(values, dtype=h5py.string_dtype())


class Model:
    """Where a model lies, and how good it is."""

    def __init__(self, number, count, layers, generator):
        family = number * len(FAMILIES) // count
        self.family = FAMILIES[family]
        self.modality = "vision" if family < 4 else "language"
        self.network = f"{self.family.lower()}-{number}"
        self.name = f"{self.family.lower()}_{['tiny', 'small', 'base', 'large', 'huge'][number % 5]}_{number}"
        self.parameters = int(10 ** generator.uniform(7, 10))
        self.competence = generator.uniform()
        centre = np.random.default_rng(1000 + family).normal(size=8)
        self.place = 0.6 * centre + 0.8 * generator.normal(size=8) * (1.2 - self.competence)
        self.layers = max(1, layers + int(generator.integers(-2, 3)))
        self.scored = generator.uniform() > 0.1


def layer_scores(x, y, scale, generator):
    """More alike where the models are near and at like depth."""
    near = np.exp(-np.linalg.norm(x.place - y.place) / 4)
    depth = np.abs(np.linspace(0, 1, x.layers)[:, None] - np.linspace(0, 1, y.layers)[None, :])
    return scale * near * (1 - 0.6 * depth) * generator.uniform(0.8, 1, size=depth.shape)


def write_side(root, side, models):
    layers = [(m, i) for m, model in enumerate(models) for i in range(model.layers)]
    root[side] = strings([model.name for model in models])
    root[f"{side}_layer"] = np.arange(len(layers), dtype=np.int32)
    root[f"{side}_layer_model"] = np.array([m for m, _ in layers], dtype=np.int32)
    root[f"{side}_layer_index"] = np.array([i for _, i in layers], dtype=np.int32)
    root[f"{side}_layer_name"] = strings([f"block{i}" for _, i in layers])
    root[f"{side}_layer_label"] = strings([f"{models[m].name}:{i}" for m, i in layers])
    root[f"{side}_layer_tied"] = np.array([0.3 if (m % 17, i) == (3, 0) else 0.0 for m, i in layers])
    root[f"{side}_layer_clipped"] = np.array([0.05 + 0.001 * i for _, i in layers])
    for name in ("family", "modality", "network"):
        root[f"{side}_attr_{name}"] = strings([getattr(model, name) for model in models])
    root[f"{side}_attr_parameters"] = np.array([model.parameters for model in models], dtype=np.int64)

    def score(name, value, applies, lower_is_better=0):
        values = [value(i, m) if m.scored and applies(m) else np.nan for i, m in enumerate(models)]
        if np.isfinite(values).any():
            root[f"{side}_score_{name}"] = np.array(values)
            root[f"{side}_score_{name}"].attrs["lower_is_better"] = np.int64(lower_is_better)

    language, vision = (lambda m: m.modality == "language"), (lambda m: m.modality == "vision")
    noise = np.random.default_rng(7).normal(size=(20, len(models)))
    score("bits_per_byte", lambda i, m: 1.1 - 0.5 * m.competence + 0.03 * noise[0, i], language, 1)
    score("hellaswag", lambda i, m: 0.3 + 0.5 * m.competence + 0.03 * noise[1, i], language)
    for task in range(6):
        score(f"vtab:task{task}", lambda i, m, task=task: 0.3 + 0.6 * m.competence + 0.1 * noise[2 + task, i], vision)
    return layers


def write_metric(root, kind, settings, symmetric, xs, ys, is_one_list, generator):
    name = kind + "".join(
        f"_{letter}{value}"
        for (letter, value) in [({"k": "k", "dimensions": "d"}[key], value) for key, value in settings.items()]
    )
    rows, columns = sum(m.layers for m in xs), sum(m.layers for m in ys)
    full = np.full((rows, columns), np.nan)
    shape = (len(xs), len(ys))
    best, last, depth = np.full(shape, np.nan), np.full(shape, np.nan), np.full(shape, np.nan)
    best_x, best_y = np.full(shape, -1, np.int32), np.full(shape, -1, np.int32)
    row_ends, column_ends = np.cumsum([m.layers for m in xs]), np.cumsum([m.layers for m in ys])
    scale = {"mutual_knn": 0.9, "cka": 1.0}.get(kind, 0.7)
    for i, x in enumerate(xs):
        for j, y in enumerate(ys):
            is_missing = generator.uniform() < 0.002
            cells = layer_scores(x, y, scale, generator)
            if is_one_list and symmetric and j < i:
                continue
            if is_one_list and i == j:
                cells = np.ones_like(cells) * 0.8
                np.fill_diagonal(cells, 1.0)
            elif is_missing:
                cells[:] = np.nan

            def put(i, j, cells):
                x, y = xs[i], ys[j]
                full[row_ends[i] - x.layers : row_ends[i], column_ends[j] - y.layers : column_ends[j]] = cells
                last[i, j] = cells[-1, -1]
                if np.isfinite(cells).any():
                    best[i, j] = np.nanmax(cells)
                    best_x[i, j], best_y[i, j] = np.unravel_index(np.nanargmax(cells), cells.shape)
                deep, shallow = (cells, y.layers) if x.layers >= y.layers else (cells.T, x.layers)
                steps = np.arange(len(deep))
                matched = np.floor(steps * (shallow - 1) / max(1, len(deep) - 1) + 0.5).astype(int)
                depth[i, j] = deep[steps, matched].mean()

            put(i, j, cells)
            if is_one_list and symmetric and j != i:
                put(j, i, cells.T)
    group = root.create_group(f"metrics/{name}")
    group.attrs.update(metric=kind, variant="exact", **{key: np.int64(value) for key, value in settings.items()})
    group["layer_scores"], group["scores"] = full, best
    group["best_x_layer"], group["best_y_layer"] = best_x, best_y
    if kind == "cka":
        widths = np.random.default_rng(5).uniform(0.05, 0.5, size=rows + columns)
        group["chance_layer"] = np.sqrt(widths[:rows, None] * widths[None, -columns:])
    else:
        group.attrs["chance"] = settings["k"] / (SAMPLES - 1) if kind == "mutual_knn" else np.nan
    beside = root.create_group(f"diagnostics/{name}")
    beside["last_layers"], beside["matched_depth"] = last, depth
    return best, name


def write_statistics(root, name, generator):
    """What random matchings, permutations and subsamples might say of a metric."""
    source, group = root[f"metrics/{name}"], root.create_group(f"statistics/{name}")
    layers, scores = source["layer_scores"][:], source["scores"][:]
    one_list = root.attrs["symmetric"] == 1

    def mirrored(values):
        return np.where(np.tri(*values.shape, dtype=bool), values.T, values) if one_list else values

    deviation = mirrored(generator.uniform(0.002, 0.02, size=layers.shape))
    z = (layers - 0.05) / deviation
    group.attrs.update(p_floor=1e-3)
    p = np.maximum(1e-3, np.exp(-np.maximum(z, 0) / 3))
    null = {"null_mean": np.full(layers.shape, 0.05), "null_sd": deviation, "null_skewness": np.zeros(layers.shape)}
    for dataset, values in {**null, "z": z, "p": p, "adjusted": layers - 0.05}.items():
        group.create_dataset(dataset, data=values)
    group.attrs.update(permutations=np.int64(1000), permuted="samples", level=0.05, family=np.int64(1), least_q=1e-3)
    shares = np.round(mirrored(generator.uniform(size=scores.shape)) ** 3, 3)
    found = np.isfinite(scores)
    threshold = np.where(found, 0.1 + 0.1 * shares, np.nan)
    own = {"p": shares, "q": np.minimum(1, 1.2 * shares), "holm": np.minimum(1, 3 * shares), "threshold": threshold}
    for aggregate in ("maximum", "last_layers"):
        for dataset, values in own.items():
            group[f"{aggregate}_{dataset}"] = np.where(found, values, np.nan)
    calibrated = np.clip((scores - threshold) / (1 - threshold), 0, 1)
    group["calibrated"], group["last_layers_calibrated"] = calibrated, calibrated
    group.attrs.update(
        subsamples=np.int64(2), units=np.int64(SAMPLES), drawn_units=np.int64(SAMPLES // 2), drawn="samples",
        interval_validated=np.int64(1),
    )  # fmt: skip
    group["standard_error"] = mirrored(generator.uniform(0.002, 0.03, size=layers.shape))
    group["maximum_standard_error"] = mirrored(generator.uniform(0.002, 0.03, size=scores.shape))
    group["replicates"] = np.stack([scores, scores], axis=2)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output")
    parser.add_argument("--models", type=int, default=78)
    parser.add_argument("--layers", type=int, default=8)
    parser.add_argument("--cross", type=int, default=0, metavar="M")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--curves", action="store_true")
    parser.add_argument("--statistics", action="store_true")
    options = parser.parse_args()
    place = OutputPlace(pathlib.Path(options.output), "platonic-results", force=True)
    generator = np.random.default_rng(options.seed)
    total = options.models + options.cross
    models = [Model(number, total, options.layers, generator) for number in range(total)]
    xs = models[: options.models]
    ys = models[options.models :] if options.cross else xs
    with place.partial() as partial, h5py.File(partial, "x") as root:
        root.attrs.update(
            format="platonic-results",
            version=np.int64(1),
            sweep="example",
            spec="name: example\n",
            status="partial",
            symmetric=np.int64(0 if options.cross else 1),
            created="2000-01-01T00:00:00Z",
            software="example",
        )
        root["sample"] = strings([f"sample {i}" for i in range(SAMPLES)])
        write_side(root, "x", xs)
        write_side(root, "y", ys)
        for kind, settings, symmetric in METRICS:
            best, name = write_metric(root, kind, settings, symmetric, xs, ys, not options.cross, generator)
            if options.statistics:
                write_statistics(root, name, generator)
            if options.curves and settings.get("k") == 10 and kind in ("mutual_knn", "cknna"):
                curve = root.create_group(f"curves/{kind}")
                growth = np.array(KS)[:, None, None] ** 0.3 / 10**0.3
                curve["k"] = np.array(KS, dtype=np.int32)
                curve["scores"], curve["last_layers"] = best * growth * 0.5, best * growth * 0.4
        root.create_group("provenance").attrs.update(
            hosts=strings(["node1", "node2"]),
            retries=np.int64(2),
            lost_workers=np.int64(1),
            tasks_tiles=np.int64(100),
            seconds_wall=120.0,
            seconds_tiles=90.0,
            store_paths=strings([f"stores/{m.name}.h5" for m in models]),
            store_digests=strings(["0" * 16 for _ in models]),
            warnings=strings(["some layers have tied neighbours"]),
            undefined=strings([]),
            failures=strings(["tile 0,3: the store could not be read"]),
        )


if __name__ == "__main__":
    try:
        main()
    except Refusal as refusal:
        sys.exit(f"make_example_results.py: {refusal}")
