#!/usr/bin/env python3
"""Makes the bundled demo stores from full feature stores.

usage: scripts/make_demo_stores.py FEATURES [OUTPUT]

Every store keeps the same samples (evenly strided, ids kept) and a few layers of its network (evenly spread, the
first and the last included), with all attributes and scores. The bytes are the same on every run.
"""

import argparse
import pathlib
import sys

import h5py
import numpy as np

from feature_import.output_place import OutputPlace
from feature_import.refusal import Refusal

SAMPLES = 286
BUDGET = 5_800_000

# File stem: how many layers to keep, and the widest allowed. The two classifiers end in a 1,280-wide head, which would
# cost as much as a hundred samples: their last narrower layer stands in for it.
NETWORKS = {
    "dinov2_small": (4, 384),
    "dinov2_small_random": (4, 384),
    "efficientnet_lite0": (5, 320),
    "glove_50d__rich": (1, 50),
    "hed_vgg16": (3, 512),
    "minilm_l6__name": (4, 384),
    "minilm_l6_random__name": (4, 384),
    "mobilenet_v2": (5, 320),
    "mobilenet_v2_random": (5, 320),
    "smollm2_135m__rich": (3, 576),
}


def evenly(count, total):
    """`count` indices spread over 0 ..< total; first and last included when there are two or more."""
    return [0] if count == 1 else [round(i * (total - 1) / (count - 1)) for i in range(count)]


def copy_attributes(source, target):
    for name in sorted(source.attrs):
        target.attrs[name] = source.attrs[name]


def choose_layers(source, count, widest):
    """The kept layers' positions, and the keys of all layers in stored order."""
    keys = sorted(source["layers"])
    narrow = [i for i, key in enumerate(keys) if source["layers"][key].shape[1] <= widest]
    return [narrow[i] for i in evenly(count, len(narrow))], keys


def write_store(source, path, rows, count, widest):
    chosen, keys = choose_layers(source, count, widest)
    total = len(source["samples/ids"])
    # The bounds keep the file readable by every libhdf5 since 1.10, whatever the default of the one that writes it.
    with h5py.File(path, "x", libver=("earliest", "v110")) as target:
        copy_attributes(source, target)
        target.attrs["subset"] = (
            f"{len(rows)} of {total} samples (rows floor(i * {total} / {len(rows)})), "
            f"layers {', '.join(map(str, chosen))} of 0 to {len(keys) - 1}; scores are those of the whole store"
        )
        ids = source["samples/ids"].asstr()[:][rows]
        target.create_dataset("samples/ids", data=ids.tolist(), dtype=h5py.string_dtype(), track_times=False)
        if "groups" in source["samples"]:
            target.create_dataset("samples/groups", data=source["samples/groups"][:][rows], track_times=False)
        for position, index in enumerate(chosen):
            layer = source["layers"][keys[index]]
            kept = target.create_dataset(
                f"layers/{position:04d}",
                data=layer[:][rows],
                chunks=(len(rows), layer.shape[1]),
                shuffle=True,
                compression="gzip",
                compression_opts=9,
                track_times=False,
            )
            copy_attributes(layer, kept)
        if "scores" in source:
            copy_attributes(source["scores"], target.create_group("scores"))


def verify_store(source, path, rows):
    """Reads the store back and compares every value with the row of the same id in the source."""
    with h5py.File(path, "r") as store:
        ids = store["samples/ids"].asstr()[:]
        row_of = {identifier: row for row, identifier in enumerate(source["samples/ids"].asstr()[:])}
        assert [row_of[identifier] for identifier in ids] == list(rows), f"{path}: ids differ"
        layer_of = {layer.attrs["name"]: layer for layer in source["layers"].values()}
        names = [layer.attrs["name"] for layer in store["layers"].values()]
        assert len(set(names)) == len(names), f"{path}: a layer occurs twice"
        for layer in store["layers"].values():
            original = layer_of[layer.attrs["name"]]
            assert layer.dtype == original.dtype, f"{path}: {layer.name} has another type"
            assert layer[:].tobytes() == original[:][rows].tobytes(), f"{path}: {layer.name} differs"
        assert set(store.attrs) - {"subset"} == set(source.attrs), f"{path}: attributes differ"
        assert all(store.attrs[name] == source.attrs[name] for name in source.attrs), f"{path}: attributes differ"
        if "scores" in source:
            assert dict(store["scores"].attrs) == dict(source["scores"].attrs), f"{path}: scores differ"
        return store.attrs["model"], list(
            zip(names, (layer.shape[1] for layer in store["layers"].values()), strict=True)
        )


def main():
    root = pathlib.Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("features", type=pathlib.Path, help="folder of the full feature stores")
    parser.add_argument("output", type=pathlib.Path, nargs="?", default=root / "Sources/platonic/Resources/demo")
    arguments = parser.parse_args()
    arguments.output.mkdir(parents=True, exist_ok=True)

    models, size = set(), 0
    for stem, (count, widest) in NETWORKS.items():
        path = arguments.output / f"{stem}.h5"
        features = arguments.features / f"{stem}.h5"
        with h5py.File(features, "r") as source:
            total = len(source["samples/ids"])
            rows = np.arange(SAMPLES) * total // SAMPLES
            with OutputPlace(path, "platonic-features", inputs=[features], force=True).partial() as partial:
                write_store(source, partial, rows, count, widest)
            model, layers = verify_store(source, path, rows)
        if model in models:
            sys.exit(f"{path}: the model {model} occurs twice")
        models.add(model)
        size += path.stat().st_size
        print(f"{path.name:26} {path.stat().st_size:9,}  " + " ".join(f"{name}:{width}" for name, width in layers))
    print(f"{len(models)} stores of {SAMPLES} samples, {size:,} bytes")
    if size > BUDGET:
        sys.exit(f"larger than the {BUDGET:,} bytes allowed: keep fewer samples or layers")


if __name__ == "__main__":
    try:
        main()
    except Refusal as refusal:
        sys.exit(f"make_demo_stores.py: {refusal}")
