"""Damaged results files under every command that reads one: a sentence or an answer, never a crash, a hang or a GiB."""

import collections
import shutil

import h5py
import numpy as np
import pytest

import results_fuzz
import store_fuzz

FILES = 350
SEED = 1


@pytest.fixture(scope="module")
def originals(platonic, tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    written = dict(results_fuzz.small_results(platonic, folder))
    return {name: (data, store_fuzz.places(data)) for name, data in written.items()}, sorted(folder.glob("m*.h5"))[:2]


def test_damaged_results_are_told_or_read(platonic, originals, tmp_path):
    whole, stores = originals
    wrong, outcomes = [], collections.Counter()
    for number, (path, _) in enumerate(results_fuzz.damaged_results(whole, tmp_path, FILES, SEED)):
        words = results_fuzz.commands(path, tmp_path, stores)
        words = words[number % len(words)]
        fault = results_fuzz.fault(platonic, words)
        outcomes[words[0]] += 1
        if fault:
            wrong.append(f"{path.name}: {fault}")
        shutil.rmtree(tmp_path / "report", ignore_errors=True)
        (tmp_path / "copy.h5").unlink(missing_ok=True)
    assert wrong == []
    assert len(outcomes) == 7


def test_whole_results_are_read(platonic, originals, tmp_path):
    whole, _ = originals
    path = tmp_path / "results.h5"
    for data, _ in whole.values():
        path.write_bytes(data)
        platonic.succeed("export", path)
        platonic.succeed("report", path, "--output", tmp_path / "report")


def spoiled(whole, path, change):
    path.write_bytes(whole["symmetric"][0])
    with h5py.File(path, "r+") as file:
        change(file)
    return path


def put(name, values):
    def change(file):
        del file[name]
        file[name] = values

    return change


@pytest.mark.parametrize(
    "change, words",
    [
        (put("metrics/cka/scores", np.zeros((6, 5))), "its shape is [6, 5], where [6, 6] belongs"),
        (put("metrics/cka/layer_scores", np.zeros(144)), "its shape is [144], where [12, 12] belongs"),
        (put("metrics/cka/best_x_layer", np.full((6, 6), -7)), "it holds -7, where numbers from -2"),
        (put("x_layer_model", np.full(12, 6)), "it holds 6, where numbers from 0 to 5 belong"),
        (put("x_layer_index", np.arange(11)), "its shape is [11], where [12] belongs"),
        (put("curves/mutual_knn/k", np.array([1, 2, 2, 4])), "do not ascend"),
        (put("x", np.zeros(6)), "it holds float64, not text"),
        (lambda file: file["metrics/mutual_knn_k5"].attrs.__setitem__("k", 0), "a number from 1 on belongs"),
        (lambda file: put("y", file["y"][:3])(file), "it holds 3, where numbers from 0 to 2 belong"),
    ],
)
def test_results_that_contradict_themselves_are_refused(platonic, originals, tmp_path, change, words):
    path = spoiled(originals[0], tmp_path / "bad.h5", change)
    for command in (["export", path], ["report", path, "--output", tmp_path / "report"], ["project", path]):
        result = platonic.run(*command)
        assert result.returncode == 2 and words in result.stderr, result.stderr
        assert "bad.h5" in result.stderr and result.stderr.count("platonic: ") == 1


def test_extents_without_values_take_no_memory(platonic, originals, tmp_path):
    def change(file):
        del file["x"]
        file.create_dataset("x", (2**26,), h5py.string_dtype())

    path = spoiled(originals[0], tmp_path / "bad.h5", change)
    for command in (["export", path], ["report", path, "--output", tmp_path / "report"], ["project", path]):
        result, peak = platonic.measure(*command)
        assert result.returncode == 2 and "ever written" in result.stderr, result.stderr
        assert peak < 1 << 18


def test_what_libhdf5_breaks_down_over_is_no_results_file(platonic, originals, tmp_path):
    """A specification without end would be parsed in vain: another process does it, within its limits."""
    path = spoiled(originals[0], tmp_path / "bad.h5", lambda file: file.attrs.__setitem__("spec", "[" * 300_000))
    result = platonic.run("sweep", "--metric", "cka", "--workers", 1, "--x", *originals[1], "--output", path)
    assert result.returncode == 2 and result.stderr.count("platonic: ") == 1, result.stderr
    assert "holds" in result.stderr
