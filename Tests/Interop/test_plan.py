"""What `platonic plan` says against the sweep that it speaks of, and that it does nothing of it."""

import hashlib
import json
import os
import pathlib
import uuid

import jsonschema
import numpy as np
import pytest

from conftest import ROOT, Program, write_store

SCHEMA = json.loads((ROOT / "Schemas/plan.schema.json").read_text())
SAMPLES = 120
WIDTHS = (24, 40, 64)


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stores")
    generator = np.random.default_rng(11)
    for name in ("a", "b", "c"):
        layers = [generator.normal(size=(SAMPLES, width)).astype(np.float32) for width in WIDTHS]
        write_store(folder / f"{name}.h5", name, layers, [f"s{i}" for i in range(SAMPLES)])
    return folder


@pytest.fixture
def program(platonic, tmp_path):
    """The program with a cache of its own."""
    return Program(platonic.binary, tmp_path / "cache")


def plan(program, *words):
    document = json.loads(program.succeed("plan", *words, "--json"))
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    return document


def contents(folder):
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_counts_are_those_of_the_sweep(program, stores, tmp_path):
    words = ["--x", stores, "--metric", "all", "procrustes", "--k", "5", "1:7", "--workers", "1"]
    found = plan(program, *words, "--artifacts", tmp_path / "artifacts")
    work = found["work"]
    assert (work["models"], work["layers"], work["samples"], work["symmetric"]) == (3, 9, SAMPLES, True)
    assert work["layerPairs"] == 45
    assert (work["surveys"], work["tiles"]) == (3, 1)
    assert work["readBytes"] == 3 * sum(WIDTHS) * SAMPLES * 4
    assert found["flops"]["symmetricProducts"] == 3 * sum(WIDTHS) * SAMPLES**2
    assert (work["knownSurveys"], work["knownLayers"]) == (0, 0)
    parts = found["workerSeconds"]["tileParts"]
    assert sum(part["seconds"] for part in parts) == pytest.approx(found["workerSeconds"]["tiles"])
    # What artifacts are said to take is what they then do, but for a few hundred bytes of header each.
    program.succeed("sweep", *words, "--artifacts", tmp_path / "artifacts", "--output", tmp_path / "r.h5", "--quiet")
    files = [path for path in (tmp_path / "artifacts/v1").rglob("*") if path.is_file()]
    payload = sum(part["bytes"] for part in found["artifacts"])
    measured = sum(path.stat().st_size for path in files)
    assert payload < measured < payload + 2048 * len(files)


def test_a_second_plan_knows_what_a_sweep_left(program, stores, tmp_path):
    words = ["--x", stores, "--metric", "mutual_knn", "cka", "--artifacts", tmp_path / "artifacts", "--workers", "1"]
    before = plan(program, *words)
    program.succeed("sweep", *words, "--output", tmp_path / "r.h5", "--quiet")
    after = plan(program, *words)
    assert (after["work"]["knownSurveys"], after["work"]["knownLayers"]) == (3, 9)
    assert after["workerSeconds"]["layers"] < before["workerSeconds"]["layers"]
    # Another k needs other lists.
    other = plan(program, *words, "--k", "11")
    assert (other["work"]["knownSurveys"], other["work"]["knownLayers"]) == (3, 0)


def test_trials_are_remembered_and_made_again_when_asked(program, stores):
    words = ["--x", stores, "--workers", "1"]
    first, second = plan(program, *words), plan(program, *words)
    assert first["calibration"]["made"] > 0 and first["calibration"]["remembered"] == 0
    assert second["calibration"]["made"] == 0
    assert second["calibration"]["remembered"] == first["calibration"]["made"]
    again = plan(program, *words, "--recalibrate")
    assert again["calibration"]["made"] == first["calibration"]["made"]
    assert first["seconds"]["layers"] > 0


def test_nothing_is_written_but_what_was_measured(program, stores, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = contents(stores)
    plan(program, "--x", stores, "--output", tmp_path / "never.h5", "--report", tmp_path / "never", "--workers", "2")
    assert contents(stores) == before
    written = [path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()]
    assert [path.parent for path in written] == [pathlib.Path("cache/platonic/calibration")]
    plan(program, "--x", stores, "--artifacts", tmp_path / "elsewhere", "--workers", "2")
    assert not (tmp_path / "elsewhere").exists()


def test_trials_that_were_interrupted_are_cleared_away(program, stores):
    calibration = pathlib.Path(program.environment["XDG_CACHE_HOME"]) / "platonic/calibration"
    old, fresh = (calibration / f"trials-{str(uuid.uuid4()).upper()}" for _ in range(2))
    foreign = calibration / "trials-of-mine"
    for folder in (old, fresh, foreign):
        folder.mkdir(parents=True)
        (folder / "all.h5").write_bytes(b"half")
    for folder in (old, foreign):
        os.utime(folder, (0, 0))
    plan(program, "--x", stores, "--workers", "1")
    assert not old.exists() and fresh.exists()
    # Only names that trials have are the program's own.
    assert (foreign / "all.h5").read_bytes() == b"half"


def test_a_damaged_record_is_made_anew(program, stores):
    first = plan(program, "--x", stores, "--workers", "1")
    (record,) = (pathlib.Path(program.environment["XDG_CACHE_HOME"]) / "platonic/calibration").iterdir()
    record.write_text("{")
    assert plan(program, "--x", stores, "--workers", "1")["calibration"]["made"] == first["calibration"]["made"]


def test_the_text_names_work_and_time(program, stores):
    text = program.succeed("plan", "--x", stores, "--metric", "mutual_knn", "cka", "--workers", "1")
    for words in ("3 models, 9 layers", "45 layer pairs", "in all", "surveys", "chunks of 16,384", "Predicted from"):
        assert words in text


@pytest.mark.parametrize(
    "words, said",
    [
        (["--x", "nowhere"], "no such file"),
        (["--metric", "mutual_nkn"], "mutual_knn"),
        (["--k", str(SAMPLES)], "k"),
        (["--memory", "1MB"], "--memory"),
        (["--workers", "0"], "--workers"),
        (["--layers", "9"], "layer"),
    ],
)
def test_a_wrong_request_is_refused_as_by_sweep(program, stores, words, said):
    named = [] if "--x" in words else ["--x", stores]
    result = program.run("plan", *named, *words)
    assert result.returncode == 2
    assert said in result.stderr and result.stderr.startswith("platonic: ")
    assert result.stdout == ""


def test_a_store_that_breaks_a_rule_is_refused(program, tmp_path):
    path = write_store(tmp_path / "bad.h5", "bad", [np.zeros((3, 4))], ["a", "b", "c"])
    result = program.run("plan", "--x", path)
    assert result.returncode == 2
    assert "bad.h5" in result.stderr
