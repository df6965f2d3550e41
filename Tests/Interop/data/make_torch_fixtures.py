#!/usr/bin/env python3
"""Makes the .pt and .safetensors fixtures of test_import_features.py with PyTorch itself (see README.md).

usage: make_torch_fixtures.py [OUTPUT]
"""

import pathlib
import sys

import safetensors.torch
import torch

SAMPLES, LAYERS, WIDTH = 5, 3, 4


def values(*shape, dtype=torch.float32):
    """0, 1/16, -2/16, 3/16 …: exact in every dtype used here, and different everywhere."""
    count = torch.arange(torch.Size(shape).numel(), dtype=torch.float64)
    return (count / 16 * (1 - 2 * (count % 3 == 2))).reshape(shape).to(dtype)


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent)
    save = {
        # What extract_features.py of the Platonic Representation Hypothesis saves of a language model: the scores are
        # means, num_params is an int.
        "language_bfloat16.pt": {
            "feats": values(SAMPLES, LAYERS, WIDTH, dtype=torch.bfloat16),
            "num_params": 559214592,
            "mask": torch.ones(SAMPLES, 7, dtype=torch.int64),
            "loss": torch.tensor([2.5, 3.0]).mean(),
            "bpb": torch.tensor([0.75, 1.0]).mean(),
        },
        # … and of a vision model, here with the strides of a permuted [layer, sample, width].
        "vision_float16.pt": {
            "feats": values(LAYERS, SAMPLES, WIDTH, dtype=torch.float16).permute(1, 0, 2),
            "num_params": 22050664,
        },
        # Layers of different widths; bits per byte of every sample; a parameter among the layers.
        "list_of_layers.pt": {
            "feats": [
                values(SAMPLES, 2),
                torch.nn.Parameter(values(SAMPLES, 3, dtype=torch.float64)),
                values(SAMPLES, 4, dtype=torch.float16),
            ],
            "bpb": torch.tensor([1.0, 2.0, 3.0, 4.0, 5.0], dtype=torch.float16),
        },
        # Views that share one storage: a transpose, every second row from an offset, a single column kept as a matrix.
        "views.pt": [
            (base := values(11, 6)).t()[:SAMPLES],
            base[1::2, 2:],
            base[3:8, 5:6],
        ],
        "bare_tensor.pt": values(SAMPLES, LAYERS, WIDTH, dtype=torch.float64),
        "integers.pt": {"feats": torch.arange(20).reshape(SAMPLES, 4)},
        "expanded.pt": torch.ones(1, 4).expand(SAMPLES, 4),
        # Every exponent of bfloat16, both signs, subnormals included; the patterns are the values' row-major order.
        "bfloat16_bits.pt": torch.tensor(
            [s << 15 | exponent << 7 | m for s in (0, 1) for exponent in range(255) for m in (0, 1, 127)],
            dtype=torch.int32,
        )
        .to(torch.uint16)
        .view(torch.bfloat16)
        .reshape(6, 255),
    }
    for name, content in save.items():
        torch.save(content, folder / name)
    torch.save(save["bare_tensor.pt"], folder / "legacy.pt", _use_new_zipfile_serialization=False)
    layers = {
        f"block.{i}": values(SAMPLES, i + 1, dtype=dtype)
        for i, dtype in [(2, torch.float16), (9, torch.bfloat16), (10, torch.float32), (11, torch.float64)]
    }
    safetensors.torch.save_file(layers, folder / "layers.safetensors", metadata={"format": "pt"})
    for path in sorted(folder.iterdir()):
        if path.suffix in (".pt", ".safetensors"):
            print(f"{path.stat().st_size:6,} {path.name}")


if __name__ == "__main__":
    main()
