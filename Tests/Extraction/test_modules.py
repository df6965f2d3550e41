"""Any torch module, and benchmark scores."""

import hashlib

import h5py
import numpy as np
import pytest
import torch

from conftest import facts_of, layers_of

MODULE = """
import torch
from platonic_sweep.extract import UserModule

VALUES = torch.linspace(-1, 1, 40 * 3 * 8 * 8).reshape(40, 3, 8, 8).sin()

class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(3)
        self.first = torch.nn.Conv2d(3, 5, 3)
        self.head = torch.nn.Linear(5, 4)

    def forward(self, images, scale=1.0):
        return self.head(self.first(images).relu().mean((2, 3)) * scale)

def batches(rows):
    for begin in range(rows.start, rows.stop, 8):
        yield {CALL}

def made(**changes):
    return UserModule(**{{
        "network": Net(), "layers": ["first", "head"], "ids": [f"s{{row}}" for row in range(40)], "batches": batches,
        "digests": lambda rows: (VALUES[row].numpy().tobytes() for row in rows),
        "model": "mine", "modality": "vision", "dataset": "waves", "attributes": {{"pretrained": 0}},
    }} | changes)

def one(): return made()
def pooled(): return made(pool=lambda layer, output: output.flatten(1)[:, :2])
def short(): return made(batches=lambda rows: [VALUES[rows.start:rows.stop - 1]])
def long(): return made(batches=lambda rows: [VALUES, VALUES])
def absent(): return made(layers=["last"])
def wrong(): return 3
def failing(): return 1 / 0
"""


@pytest.fixture
def place(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(MODULE.format(CALL="VALUES[begin:min(begin + 8, rows.stop)]"))
    return path


def expected():
    values = torch.linspace(-1, 1, 40 * 3 * 8 * 8).reshape(40, 3, 8, 8).sin()
    torch.manual_seed(3)
    first, head = torch.nn.Conv2d(3, 5, 3), torch.nn.Linear(5, 4)
    with torch.no_grad():
        maps = first(values)
        return values, maps.mean((2, 3)).numpy(), head(maps.relu().mean((2, 3))).numpy()


def test_layers_of_any_module(extract, place):
    extract.accepted("module", f"{place}:one")
    values, first, head = expected()
    layers = layers_of(extract.stores / "mine.h5")
    np.testing.assert_allclose(layers["first"], first, atol=1e-6)
    np.testing.assert_allclose(layers["head"], head, atol=1e-6)
    attributes, _, samples = facts_of(extract.stores / "mine.h5")
    assert samples["ids"][5] == "s5" and attributes["parameters"] == 3 * 5 * 9 + 5 + 5 * 4 + 4
    assert samples["digest"][5] == hashlib.blake2b(values[5].numpy().tobytes(), digest_size=16).hexdigest()
    assert attributes["pretrained"] == 0 and attributes["dataset"] == "waves"
    run = extract.accepted("module", f"{place}:one", "--json")
    assert [event["event"] for event in run.events] == ["kept"]


@pytest.mark.parametrize(
    "call", ["(VALUES[begin:begin + 8], 1.0)", "{'images': VALUES[begin:begin + 8], 'scale': 1.0}"]
)
def test_ways_to_call_it_and_a_pooling_of_ones_own(extract, place, call):
    place.write_text(MODULE.format(CALL=call))
    extract.accepted("module", f"{place}:pooled")
    layers = layers_of(extract.stores / "mine.h5")
    assert layers["first"].shape == layers["head"].shape == (40, 2)
    np.testing.assert_allclose(layers["head"], expected()[2][:, :2], atol=1e-6)


def test_shards_of_a_module(extract, place, tmp_path):
    extract.accepted("module", f"{place}:one", output=tmp_path / "whole")
    for shard in ("1/2", "2/2"):
        extract.accepted("module", f"{place}:one", "--window", 16, "--shard", shard, output=tmp_path / "shards")
    extract.accepted("merge", tmp_path / "shards")
    one, two = (layers_of(folder / "mine.h5") for folder in (tmp_path / "whole", extract.stores))
    assert all(np.array_equal(one[layer], two[layer]) for layer in one)


@pytest.mark.parametrize(
    "function, sentence",
    [
        ("short", "gives 39 samples for the 40 rows"),
        ("long", "gives more than the 40 samples"),
        ("absent", "the network has no module 'last'"),
        ("wrong", "returns a int, and should return a platonic_sweep.extract.UserModule"),
        ("failing", "fails: ZeroDivisionError"),
        ("nothing", "has no function 'nothing'"),
    ],
)
def test_wrong_modules(extract, place, function, sentence):
    assert sentence in extract.refused("module", f"{place}:{function}")
    assert "should be FILE.py:FUNCTION" in extract.refused("module", str(place))


@pytest.fixture
def stores(extract, place):
    extract.accepted("module", f"{place}:one")
    return extract.stores


def scored(*words):
    from platonic_sweep.extract._command import main

    return main(["scores", *map(str, words)])


def test_scores_go_into_stores(stores, tmp_path, capsys):
    table = tmp_path / "scores.csv"
    table.write_text("model,perplexity,hellaswag,piqa\nmine,12.5,0.4,\nother,3,0.5,0.6\n")
    before = layers_of(stores / "mine.h5")
    assert scored(stores, table, "--lower-is-better", "perplexity") == 0
    _, scores, _ = facts_of(stores / "mine.h5")
    assert (scores["perplexity"], scores["hellaswag"], list(scores["lower_is_better"])) == (12.5, 0.4, ["perplexity"])
    assert "piqa" not in scores
    assert "warning: there is no store of 'other'" in capsys.readouterr().err
    assert all(np.array_equal(layer, before[name]) for name, layer in layers_of(stores / "mine.h5").items())
    # The table of a sweep's --scores does for both.
    table.write_text("model,perplexity (lower is better),wer (lower is better)\nmine,12.5,0.25\n")
    assert scored(stores, table) == 0
    _, scores, _ = facts_of(stores / "mine.h5")
    assert (scores["wer"], list(scores["lower_is_better"])) == (0.25, ["perplexity", "wer"])
    # A score that was a loss stays one.
    table.write_text("model,perplexity\nmine,11\n")
    assert scored(stores / "mine.h5", table) == 0
    _, scores, _ = facts_of(stores / "mine.h5")
    assert (scores["perplexity"], scores["hellaswag"], list(scores["lower_is_better"])) == (
        11,
        0.4,
        ["perplexity", "wer"],
    )
    assert [path.name for path in stores.iterdir()] == ["mine.h5"]


@pytest.mark.parametrize(
    "content, words, sentence",
    [
        ("name,a\nmine,1\n", [], "has no column 'model'"),
        ("model,a\nmine,much\n", [], "the score 'a' of 'mine' in"),
        ("model,a\nmine,inf\n", [], "and should be a finite number"),
        ("model,a\nmine,nan\n", [], "and should be a finite number"),
        ("model,a,a (lower is better)\nmine,1,2\n", [], "the column 'a' of"),
        ("model,lower_is_better\nmine,1\n", [], "is no name of a score"),
        ("", [], "has no column 'model'"),
        ("model,a\nmine,1\nmine,2\n", [], "the model 'mine' is twice in"),
        ("model,a\nyours,1\n", [], "no model of"),
        ("model,a\nmine,1,2\n", [], "has not as many fields as the header"),
        ("model,a\nmine,1\n", ["--lower-is-better", "b"], "--lower-is-better names 'b'"),
    ],
)
def test_wrong_tables(stores, tmp_path, capsys, content, words, sentence):
    table = tmp_path / "scores.csv"
    table.write_text(content)
    before = (stores / "mine.h5").read_bytes()
    assert scored(stores, table, *words) == 2
    said = capsys.readouterr().err
    assert sentence in said and len(said.splitlines()) == 1
    assert (stores / "mine.h5").read_bytes() == before
    with h5py.File(stores / "mine.h5") as file:
        assert "scores" not in file
