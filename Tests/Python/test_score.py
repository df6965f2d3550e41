"""Scores of one model against published references."""

import pathlib
import subprocess

import h5py
import numpy as np
import pytest

import platonic_sweep
from platonic_sweep import PlatonicWarning, RequestError


@pytest.fixture
def published(binary, tmp_path, features, ids):
    """References of two models, and the stores that they were made of."""
    stores = tmp_path / "stores"
    stores.mkdir()
    for name in ("right", "other"):
        # Wide enough that kernels are kept by their entries.
        layers = {layer: np.hstack([values, values[:, ::-1] ** 2]) for layer, values in features[name].items()}
        platonic_sweep.write_store(stores / f"{name}.h5", layers, ids, model=name, modality="none", dataset="set one")
    path = tmp_path / "two.references"
    words = ["--metric", "mutual_knn", "cka", "--k", "12", "--clip", "0.9", "--output", path, "--quiet"]
    subprocess.run([binary, "bundle", "--x", stores, *words], check=True, capture_output=True)
    return path, stores


def test_scores_are_those_of_a_sweep_with_the_stores(published, tmp_path, features, ids):
    path, stores = published
    found = platonic_sweep.score(features["left"], path, metric=["mutual_knn", "cka"], k=[3, 5])
    assert list(found.columns) == ["metric", "reference", "score", "layer", "reference_layer", "chance"]
    mine = platonic_sweep.write_store(
        tmp_path / "mine.h5", features["left"], ids, model="mine", modality="none", dataset="set one"
    )
    swept = platonic_sweep.sweep(mine, stores, metrics=["mutual_knn", "cka"], k=[3, 5], clip=0.9)
    for metric in swept.metrics:
        rows = found[found["metric"] == metric].set_index("reference")
        assert list(rows["score"]) == sorted(rows["score"], reverse=True)
        for name in ("right", "other"):
            assert rows.loc[name, "score"] == swept.scores(metric).loc["mine", name]
            layers = np.asarray(swept.layer_scores("mine", name, metric))
            assert layers[rows.loc[name, "layer"], rows.loc[name, "reference_layer"]] == layers.max()
    assert found.iloc[0]["reference"] == "right"


def test_rows_are_the_references_samples_unless_ids_say_otherwise(published, features, ids):
    path, _ = published
    straight = platonic_sweep.score(features["left"], path, k=5)
    order = np.random.default_rng(1).permutation(len(ids))
    shuffled = {layer: values[order] for layer, values in features["left"].items()}
    with pytest.warns(PlatonicWarning, match="reordered"):
        again = platonic_sweep.score(shuffled, path, k=5, ids=[ids[i] for i in order])
    assert again.equals(straight)
    assert not platonic_sweep.score(shuffled, path, k=5)["score"].equals(straight["score"])


def test_one_layer_and_a_store_are_features_too(published, features, tmp_path, ids):
    path, _ = published
    one = platonic_sweep.score(features["left"]["last"], path, k=5)
    assert set(one["layer"]) == {0}
    mine = platonic_sweep.write_store(
        tmp_path / "mine.h5", features["left"]["last"], ids, model="mine", modality="none", dataset="set one")  # fmt: skip
    assert platonic_sweep.score(mine, path, k=5).equals(one)


def test_what_is_not_held_is_refused(published, features, tmp_path):
    path, stores = published
    with pytest.raises(RequestError, match="at most 12"):
        platonic_sweep.score(features["left"], path, k=13)
    with pytest.raises(RequestError, match="rsa cannot be computed"):
        platonic_sweep.score(features["left"], path, metric="rsa")
    with pytest.raises(RequestError, match="has 10 rows, and the references have 64 samples"):
        platonic_sweep.score(features["left"]["last"][:10], path)
    with pytest.raises(RequestError, match="holds no references"):
        platonic_sweep.score(features["left"], next(pathlib.Path(stores).iterdir()))
    with pytest.raises(RequestError, match="there are no references"):
        platonic_sweep.score(features["left"], tmp_path / "none.references")


def test_nothing_is_left_behind(published, features, tmp_path, monkeypatch):
    path, _ = published
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    platonic_sweep.score(features["left"], path, k=5)
    with pytest.raises(RequestError):
        platonic_sweep.score(features["left"], path, k=13)
    assert not list(temporary.iterdir())
    with pytest.raises(OSError, match="signature"):
        h5py.File(path)
