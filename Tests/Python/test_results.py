"""What results files say in Python, beside what is in them."""

import csv
import io
import subprocess

import h5py
import numpy as np
import pytest

import platonic_sweep
from platonic_sweep import RequestError, Results, open_results


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    generator = np.random.default_rng(5)
    common = generator.normal(size=(80, 6))
    models = {
        name: [common + noise * generator.normal(size=common.shape) for _ in range(2)]
        for name, noise in (("plain", 0.1), ("<b>&amp;</b>", 0.2), ("=formula", 0.4))
    }
    path = tmp_path_factory.mktemp("results") / "results.h5"
    platonic_sweep.sweep(models, output=path, metrics=["mutual_knn", "cka"], k=[4, "1:6"], calibrate=99).close()
    return path


def test_tree_has_labelled_arrays(path):
    with open_results(path) as tree:
        scores = tree["metrics/mutual_knn_k4/scores"]
        assert scores.dims == ("x", "y") and set(scores["x"].values) == {"plain", "<b>&amp;</b>", "=formula"}
        with h5py.File(path) as file:
            assert np.array_equal(scores.values, file["metrics/mutual_knn_k4/scores"], equal_nan=True)
        assert tree["curves/mutual_knn/scores"].sizes["k"] == 6


def test_scores_and_layer_scores(path):
    results = Results(path)
    frame = results.scores("cka")
    pair = results.layer_scores("plain", "=formula", "cka")
    assert pair.shape == (2, 2) and list(pair.index) == ["plain:0", "plain:1"]
    assert frame.loc["plain", "=formula"] == pair.to_numpy().max()
    with pytest.raises(RequestError, match="'rsa' is none of the metrics mutual_knn_k4, cka"):
        results.scores("rsa")
    with pytest.raises(RequestError, match="'nobody' is none of the models"):
        results.layer_scores("nobody", "plain")


@pytest.mark.parametrize("level", ["model", "layer"])
def test_frame_is_the_exported_table(binary, path, level):
    frame = Results(path).to_frame(level)
    done = subprocess.run(
        [binary, "export", path, "--format", "csv", "--level", level], capture_output=True, text=True, check=True
    )
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert list(frame.columns) == list(rows[0]) and len(frame) == len(rows)
    assert str(frame["k"].dtype) == "Int64" and frame["score"].dtype == np.float64
    for name in ("score", "p", "calibrated", "z", "chance"):
        expected = [float(row[name] or "nan") for row in rows]
        assert np.array_equal(frame[name].to_numpy(dtype=float, na_value=np.nan), expected, equal_nan=True), name
    # Spreadsheets would take it for a formula, pandas does not.
    assert "=formula" in set(frame["x_model"]) | set(frame["y_model"])
    with pytest.raises(RequestError, match="level is 'pair'"):
        Results(path).to_frame("pair")


def test_it_shows_itself(path):
    results = Results(path)
    assert repr(results) == "<Results: 3 x 3 models, mutual_knn_k4, cka, 80 samples>"
    shown = results._repr_html_()
    assert shown.count("<table>") == 2
    assert "<b>&amp;</b>" not in shown and "&lt;b&gt;&amp;amp;&lt;/b&gt;" in shown
    assert f"{results.scores('cka').loc['plain', '=formula']:.3f}" in shown


def test_report_and_words(tmp_path, path):
    results = Results(path)
    page = results.report(tmp_path / "report")
    assert page.read_text().startswith("<!DOCTYPE html>")
    assert "plain" in results.explain("plain", "=formula")


def test_curves_have_no_single_scores():
    rows = np.random.default_rng(0).normal(size=(64, 4))
    results = platonic_sweep.sweep({"a": rows, "b": rows + 1}, k="1:5")
    for ask in (results.scores, lambda: results.scores("mutual_knn_k1"), lambda: results.layer_scores("a", "b")):
        with pytest.raises(RequestError, match="are curves over ranges of k"):
            ask()
    assert results.tree["curves/mutual_knn/scores"].sizes["k"] == 5 and "2 x 2 models" in repr(results)
    assert results._repr_html_()


def test_saving_replaces_results_alone(path, tmp_path):
    results, target = Results(path), tmp_path / "kept.h5"
    # A name that an earlier version took for its own unfinished copies.
    foreign = tmp_path / ".kept.h5.partial"
    foreign.write_text("mine")
    target.write_text("a thesis")
    with pytest.raises(RequestError, match="is no results file"):
        results.save(target, replace=True)
    assert target.read_text() == "a thesis"
    target.unlink()
    results.save(target)
    with pytest.raises(RequestError, match="is there already"):
        results.save(target)
    results.save(target, replace=True)
    assert target.read_bytes() == path.read_bytes() and foreign.read_text() == "mine"
    assert sorted(found.name for found in tmp_path.iterdir()) == [".kept.h5.partial", "kept.h5"]


def test_what_is_no_results_file_is_told(tmp_path):
    with pytest.raises(FileNotFoundError, match="there are no results"):
        open_results(tmp_path / "none.h5")
    (tmp_path / "text.h5").write_text("text")
    with pytest.raises(RequestError, match="is no results file"):
        open_results(tmp_path / "text.h5")
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["x"] = [1]
    with pytest.raises(RequestError, match="is no results file"):
        open_results(tmp_path / "other.h5")
