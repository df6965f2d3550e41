#!/usr/bin/env python3
"""Makes synthetic feature stores of the shape of the paper's figure 3: 12 language and 17 vision models.

usage: scripts/make_figure3_stores.py OUTPUT [--scale 0.125]

The models are the validation set of the paper's released code (github.com/minyoungg/platonic-rep, tasks.py) with the
layer counts and widths that their configurations publish: a language model has the embedding beside its blocks, a
vision model its blocks, which makes 454 and 352 layers. At scale 1 that is 5.2 GB of float16 for 1,024 samples; a
smaller scale keeps the models, samples and widths and takes evenly spread layers.

Every model sees the samples through random maps of its own: what all models share (low-rank latent samples), what the
model alone sees (as many directions, moving on from layer to layer), and noise. So neighbours overlap by far more than
chance, and most in the middle of a network. The bytes are the same on every run with the same numpy. Written to
OUTPUT/language and OUTPUT/vision.
"""

import argparse
import pathlib
import sys
import time

import h5py
import numpy as np

from feature_import.output_place import OutputPlace
from feature_import.refusal import Refusal

# Model: (layers, width).
LANGUAGE = {
    "bloomz-560m": (25, 1024), "bloomz-1b1": (25, 1536), "bloomz-1b7": (25, 2048), "bloomz-3b": (31, 2560),
    "bloomz-7b1": (31, 4096), "open_llama_3b": (27, 3200), "open_llama_7b": (33, 4096), "open_llama_13b": (41, 5120),
    "llama-7b": (33, 4096), "llama-13b": (41, 5120), "llama-30b": (61, 6656), "llama-65b": (81, 8192),
}  # fmt: skip
VISION = {
    "vit_tiny_patch16_224.augreg_in21k": (12, 192), "vit_small_patch16_224.augreg_in21k": (12, 384),
    "vit_base_patch16_224.augreg_in21k": (12, 768), "vit_large_patch16_224.augreg_in21k": (24, 1024),
    "vit_base_patch16_224.mae": (12, 768), "vit_large_patch16_224.mae": (24, 1024),
    "vit_huge_patch14_224.mae": (32, 1280),
    "vit_small_patch14_dinov2.lvd142m": (12, 384), "vit_base_patch14_dinov2.lvd142m": (12, 768),
    "vit_large_patch14_dinov2.lvd142m": (24, 1024), "vit_giant_patch14_dinov2.lvd142m": (40, 1536),
    "vit_base_patch16_clip_224.laion2b": (12, 768), "vit_large_patch14_clip_224.laion2b": (24, 1024),
    "vit_huge_patch14_clip_224.laion2b": (32, 1280), "vit_base_patch16_clip_224.laion2b_ft_in12k": (12, 768),
    "vit_large_patch14_clip_224.laion2b_ft_in12k": (24, 1024),
    "vit_huge_patch14_clip_224.laion2b_ft_in12k": (32, 1280),
}  # fmt: skip
SAMPLES = 1024
RANK = 64


def latent_samples(generator):
    """Samples in directions of falling weight, so that a few dozen of them decide who is whose neighbour."""
    weights = np.arange(1, RANK + 1) ** -0.5
    return (generator.standard_normal((SAMPLES, RANK)) * weights).astype(np.float32)


def evenly(count, total):
    return [round(i * (total - 1) / max(count - 1, 1)) for i in range(count)]


def write_model(path, name, modality, shape, scale, latent, generator):
    total, width = shape
    kept = evenly(max(1, round(total * scale)), total)
    # One block of noise for a model, turned by other rows for each layer: it costs more to make than all the rest.
    noise = generator.standard_normal((SAMPLES, width), dtype=np.float32)
    means = generator.standard_normal(width, dtype=np.float32) * 0.3
    first, last = latent_samples(generator), latent_samples(generator)
    place = OutputPlace(path, "platonic-features", force=True)
    with place.partial() as partial, h5py.File(partial, "x") as store:
        store.attrs["format"] = "platonic-features"
        store.attrs["version"] = 1
        store.attrs["model"] = name
        store.attrs["modality"] = modality
        store.attrs["dataset"] = "figure 3, synthetic"
        store.attrs["family"] = name.split("_")[0].split("-")[0]
        store.create_dataset("samples/ids", data=[f"synthetic image {i}" for i in range(SAMPLES)],
                             dtype=h5py.string_dtype())  # fmt: skip
        for place, index in enumerate(kept):
            depth = index / max(total - 1, 1)
            common = (0.97 if modality == "vision" else 0.95) - 0.25 * abs(depth - 0.6)
            angle = depth * np.pi / 2
            own = np.float32(np.cos(angle)) * first + np.float32(np.sin(angle)) * last
            seen = np.float32(common) * latent + np.float32((1 - common**2) ** 0.5) * own
            layer = seen @ generator.standard_normal((RANK, width), dtype=np.float32)
            layer += np.roll(noise, 37 * index, axis=0)
            layer += means
            data = store.create_dataset(f"layers/{place:04}", data=layer.astype(np.float16))
            data.attrs["name"] = f"block {index}"
    return len(kept), width


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output", type=pathlib.Path)
    parser.add_argument("--scale", type=float, default=1, help="share of the layers of each model (default: 1)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--side", choices=("language", "vision"), help="only the models of this side")
    arguments = parser.parse_args()
    if not 0 < arguments.scale <= 1:
        parser.error(f"--scale is {arguments.scale}; give a number above 0 and at most 1")
    start = time.perf_counter()
    latent = latent_samples(np.random.default_rng(arguments.seed))
    layers, values = {}, 0
    for modality, models in (("language", LANGUAGE), ("vision", VISION)):
        if arguments.side not in (None, modality):
            continue
        folder = arguments.output / modality
        folder.mkdir(parents=True, exist_ok=True)
        for position, (name, shape) in enumerate(models.items()):
            generator = np.random.default_rng([arguments.seed, modality == "vision", position])
            count, width = write_model(folder / f"{name}.h5", name, modality, shape, arguments.scale, latent, generator)
            layers[modality] = layers.get(modality, 0) + count
            values += SAMPLES * count * width
    print(
        f"{layers.get('language', 0)} language and {layers.get('vision', 0)} vision layers, {SAMPLES} samples, "
        f"{2 * values / 1e9:.2f} GB of float16 in {arguments.output}, {time.perf_counter() - start:.0f} s"
    )


if __name__ == "__main__":
    try:
        main()
    except Refusal as refusal:
        sys.exit(f"make_figure3_stores.py: {refusal}")
