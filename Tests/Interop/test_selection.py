"""Which stores and layers take part: as many as were meant, and whatever is passed over is said once."""

import json
import os

import h5py
import numpy as np
import pytest

from cluster import Cluster
from conftest import write_store

SAMPLES = 40


def store(path, seed, layers=2, model=None):
    path.parent.mkdir(parents=True, exist_ok=True)
    generator = np.random.default_rng(seed)
    arrays = [generator.normal(size=(SAMPLES, 6)).astype(np.float32) for _ in range(layers)]
    return write_store(path, model or path.stem, arrays, [f"s{i}" for i in range(SAMPLES)])


@pytest.fixture
def folder(tmp_path):
    """Two stores, what another system left beside them, and a folder of stores behind a link that also leads in a circle."""
    root = tmp_path / "stores"
    store(root / "m0.h5", 0)
    store(root / "m1.h5", 1)
    (root / "._m0.h5").write_bytes(b"\0\x05\x16\x07")
    store(root / ".snapshot" / "h0" / "m9.h5", 9)
    store(tmp_path / "other" / "b.h5", 2)
    (root / "more").symlink_to("../other")
    (tmp_path / "other" / "back").symlink_to("../stores")
    (root / "gone.h5").symlink_to("nowhere.h5")
    (root / "late.hdf5").write_bytes(b"")
    os.mkfifo(root / "pipe.h5")
    return root


PASSED_OVER = ("._m0.h5", ".snapshot", "gone.h5", "late.hdf5", "pipe.h5", "more/back")


def warnings(result):
    prefix = "platonic: warning: passed over"
    return [line for line in result.stderr.splitlines() if line.startswith(prefix)]


def assert_said_once(result, folder):
    said = "\n".join(warnings(result)) + "\n"
    for name in PASSED_OVER:
        named = said.count(f"{folder}/{name},") + said.count(f"{folder}/{name}\n")
        assert named == 1, (name, result.stderr)


def run(platonic, tmp_path, command, *words):
    more = {
        "inspect": ["--json"],
        "plan": ["--json", "--workers", 1],
        "sweep": ["--json", "--workers", 1, "--artifacts", tmp_path / "artifacts"],
    }[command]
    sides = words if command == "inspect" else ["--x", *words]
    result = platonic.run(command, *sides, *more)
    assert result.returncode == 0, result.stderr
    return result


@pytest.mark.parametrize("command", ["inspect", "plan", "sweep"])
def test_what_is_passed_over_is_named_once_by_every_command(platonic, tmp_path, folder, command):
    output = ["--output", tmp_path / "results.h5"] if command == "sweep" else []
    result = run(platonic, tmp_path, command, folder, *output)
    assert_said_once(result, folder)
    document = json.loads(result.stdout)
    if command == "inspect":
        assert [entry["path"] for entry in document] == [f"{folder}/{name}" for name in ("m0.h5", "m1.h5", "more/b.h5")]
    elif command == "sweep":
        with h5py.File(tmp_path / "results.h5") as results:
            recorded = results["provenance"].attrs.get("warnings", [])
            assert not any("passed over" in warning for warning in np.atleast_1d(recorded))


def test_submit_says_it_too(platonic, tmp_path, folder):
    cluster = Cluster(platonic, tmp_path / "cluster", insecure=True)
    cluster.folder.mkdir()
    try:
        cluster.start_coordinator()
        result = cluster.run("submit", "--x", folder)
        assert result.returncode == 0, result.stderr
        assert_said_once(result, folder)
    finally:
        cluster.end()


def test_the_same_command_works_twice_beside_its_results(platonic, tmp_path):
    for index in range(2):
        store(tmp_path / f"m{index}.h5", index)
    words = (
        "--x",
        tmp_path,
        "--workers",
        1,
        "--artifacts",
        tmp_path / "artifacts",
        "--output",
        tmp_path / "results.h5",
    )
    first = platonic.run("sweep", *words)
    assert first.returncode == 0 and "passed over" not in first.stderr, first.stderr
    again = platonic.run("sweep", *words)
    assert again.returncode == 0, again.stderr
    assert warnings(again) == [
        f"platonic: warning: passed over (results of a sweep, not features): {tmp_path}/results.h5"
    ]
    named = platonic.run("inspect", tmp_path / "m0.h5", tmp_path / "results.h5")
    assert named.returncode == 2 and "holds the results of a sweep, not features" in named.stderr


def test_names_that_would_move_the_cursor_are_shown_without(platonic, tmp_path):
    store(tmp_path / "a.h5", 0)
    (tmp_path / "x\n\x1b[31m.hdf5").write_bytes(b"")
    result = platonic.run("inspect", tmp_path)
    assert result.returncode == 0
    assert len(result.stderr.splitlines()) == 1 and "\x1b" not in result.stderr
    assert result.stderr.rstrip().endswith("/x??[31m.hdf5")


def test_a_link_tells_the_size_of_its_target(platonic, tmp_path):
    store(tmp_path / "files" / "a.h5", 0)
    (tmp_path / "link.h5").symlink_to("files/a.h5")
    [entry] = json.loads(platonic.succeed("inspect", tmp_path / "link.h5", "--json"))
    assert entry["path"] == f"{tmp_path}/link.h5"
    assert entry["fileBytes"] == (tmp_path / "files" / "a.h5").stat().st_size


# Layers.


@pytest.fixture
def depths(tmp_path):
    """Models of 7 and of 4 layers."""
    return [store(tmp_path / "deep.h5", 0, layers=7), store(tmp_path / "flat.h5", 1, layers=4)]


def layers(platonic, tmp_path, stores, *words):
    """The layers of both models, and the warnings, of a sweep and of its plan."""
    output = tmp_path / "results.h5"
    common = ("--x", *stores, "--metric", "cka", *words, "--workers", 1, "--output", output)
    planned = platonic.run("plan", *common)
    result = platonic.run("sweep", *common, "--artifacts", tmp_path / "artifacts")
    assert (planned.returncode, result.returncode) == (0, 0), planned.stderr + result.stderr
    with h5py.File(output) as results:
        found = list(zip(results["x_layer_model"][:].tolist(), results["x_layer_index"][:].tolist(), strict=True))
        spec = results.attrs["spec"]
    said = [line for line in result.stderr.splitlines() if "warning" in line]
    assert said == [line for line in planned.stderr.splitlines() if "warning" in line]
    return found, said, spec


def test_relative_depths_are_in_every_model(platonic, tmp_path, depths):
    found, said, spec = layers(platonic, tmp_path, depths, "--layers", "0.0", "0.5", "1.0")
    assert found == [(0, 0), (0, 3), (0, 6), (1, 0), (1, 2), (1, 3)]
    assert said == [] and "layers: [0.0, 0.5, 1.0]\n" in spec


def test_a_model_that_lacks_an_index_is_named(platonic, tmp_path, depths):
    found, said, _ = layers(platonic, tmp_path, depths, "--layers", "0", "6")
    assert found == [(0, 0), (0, 6), (1, 0)]
    assert len(said) == 1 and "flat.h5: it has 4 layers, so that it takes part without layer 6" in said[0]


@pytest.mark.parametrize(
    "words", [("--layers", "0", "-1"), ("--layers=0", "-1"), ("--layers=-1", "0"), ("--layers", "-1", "0")]
)
def test_minus_one_is_the_last_layer(platonic, tmp_path, depths, words):
    found, _, spec = layers(platonic, tmp_path, depths, *words)
    assert found == [(0, 0), (0, 6), (1, 0), (1, 3)]
    assert "-1" in spec


@pytest.mark.parametrize(
    "words, said",
    [
        (["0", "0.5"], "mixes indices (0) with relative depths (0.5)"),
        (["-0.5"], "go from 0.0, the first layer, to 1.0, the last"),
        (["1.5"], "has 1.5"),
        (["0.5", "last"], "'last' beside other layers"),
        (["7"], "layer 7 is asked for, and the store has 7 layers"),
    ],
)
def test_layers_that_cannot_be_meant_are_refused(platonic, depths, words, said):
    result = platonic.run("plan", "--x", *depths, "--layers", *words)
    assert result.returncode == 2 and said in result.stderr, result.stderr
