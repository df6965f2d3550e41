"""Any torch module, and benchmark scores."""

import hashlib
import os
import subprocess
import sys

import h5py
import numpy as np
import pytest
import torch

from conftest import PACKAGE, facts_of, layers_of

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

def exits(): raise SystemExit(0)

class Other(torch.nn.Module):
    # Its layer gives what is no tensor to pool.
    def __init__(self, give):
        super().__init__()
        self.give, self.first, self.weight = give, torch.nn.Identity(), torch.nn.Linear(1, 1)

    def forward(self, images, scale=1.0):
        self.first(self.give(images))

def broken(*arguments):
    raise ValueError("boom")

def other(give): return made(network=Other(give), layers=["first"])
def dictionary(): return other(lambda images: {{"x": images}})
def none(): return other(lambda images: None)
def empty(): return other(lambda images: ())
def scalar(): return other(lambda images: images.mean())
def complex(): return other(lambda images: torch.complex(images, images))
def raising(): return other(broken)
def leaving(): return other(lambda images: exits())
def loader(): return made(batches=broken)
def no_loader(): return made(batches=lambda rows: None)
def pool_raises(): return made(pool=broken)
def pool_flat(): return made(pool=lambda layer, output: output.mean((1, 2, 3)) if output.ndim > 2 else output)
def pool_numpy(): return made(pool=lambda layer, output: output.flatten(1)[:, :2].numpy())
def no_network(): return made(network=lambda images: images)
def numbers(): return made(ids=range(40))
def surrogate(): return made(ids=["\\ud800", *map(str, range(39))])
def no_name(): return made(model=5)
def a_text(): return made(layers="first")
def few_digests(): return made(digests=lambda rows: [b"x"] * 3)
def many_digests(): return made(digests=lambda rows: [b"x"] * 41)
def halves(): return made(groups=[0.5] * 40)
def listed(): return made(attributes={{"sizes": [1, 2]}})
def minus(): return made(attributes={{"parameters": -5}})
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
    extract.accepted("module", f"{place}:pool_numpy", output=extract.stores / "arrays")
    assert np.array_equal(layers_of(extract.stores / "arrays/mine.h5")["head"], layers["head"])


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
        ("exits", "ends the process (SystemExit: 0)"),
        ("dictionary", "the output of module 'first' is dict, and should be a tensor of real numbers"),
        ("none", "is NoneType, and should be a tensor"),
        ("empty", "is tuple, and should be a tensor"),
        ("scalar", "the output of module 'first' has the shape ()"),
        ("complex", "is complex64, and should be a tensor of real numbers"),
        ("raising", "'mine' fails in a pass (ValueError: boom)"),
        ("leaving", "the network of 'mine' ends the process"),
        ("loader", "batches fails: ValueError: boom"),
        ("no_loader", "batches fails: TypeError"),
        ("pool_raises", "pool of layer 'first' fails: ValueError: boom"),
        ("pool_flat", "pool makes rows of the shape (8,) of layer 'first'"),
        ("no_network", "the network is a function, and should be a torch.nn.Module"),
        ("numbers", "the id of a sample is 0, and should be a text"),
        ("surrogate", "the id of a sample has characters that are none"),
        ("no_name", "model is 5, and should be a text"),
        ("a_text", "the layers are 'first', and should be a list"),
        ("few_digests", "digests gives 3 for the 40 samples"),
        ("many_digests", "digests gives more than 40 for the 40 samples"),
        ("halves", "groups are float64"),
        ("listed", "the attribute 'sizes' is [1, 2], and should be a text or one number"),
        ("minus", "the attribute 'parameters' is -5, and should be from 0"),
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


@pytest.mark.parametrize("room", [-100, 0])
def test_a_full_disk_is_told_in_the_systems_words(stores, tmp_path, room):
    """Whether the copy does not fit, or what comes into it; in a process of its own, which libhdf5 might crash."""
    table, path = tmp_path / "scores.csv", stores / "mine.h5"
    names = [f"score {number}" for number in range(200)]
    table.write_text(f"model,{','.join(names)}\nmine{',1' * 200}\n")
    before = path.read_bytes()
    code = f"""if True:
        import resource, signal, sys
        from platonic_sweep.extract._command import main
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, ({len(before) + room},) * 2)
        sys.exit(main(["scores", {str(stores)!r}, {str(table)!r}]))"""
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": str(PACKAGE)}, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr.count("\n")) == (1, 1) and "File too large" in done.stderr, done.stderr
    assert path.read_bytes() == before and os.listdir(stores) == ["mine.h5"]


@pytest.mark.parametrize(
    "content, words, sentence",
    [
        ("name,a\nmine,1\n", [], "has no column 'model'"),
        ("model,a\nmine,much\n", [], "the score 'a' of 'mine' in"),
        ("model,a\nmine,inf\n", [], "and should be a finite number"),
        ("model,a\nmine,nan\n", [], "and should be a finite number"),
        ("model,a\nmine,1_000\n", [], "and should be a finite number"),
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
