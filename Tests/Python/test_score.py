"""Scores of one model against published references."""

import io
import os
import pathlib
import subprocess
import tarfile

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


def manifest(path):
    with tarfile.open(path) as archive:
        return archive.extractfile("references.json").read().decode()


def write_references(path, text, **header):
    """A file that begins as references do, with this manifest."""
    with tarfile.open(path, "w", format=header.pop("format", tarfile.USTAR_FORMAT), **header) as archive:
        for name, content in (("SHA256SUMS", b"sums\n"), ("references.json", text.encode())):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


CHANGES = [
    # The program takes the first of two, this package took the last, and its list became words of the command.
    ('"normalize":"l2"', '"normalize":"l2","normalize":["l2","--report","injected"]', "has 'normalize' twice"),
    ('"normalize":"l2"', '"normalize":["l2","--report","injected"]', "no normalize that is known"),
    ('"normalize":"l2"', '"normalize":"--report"', "no normalize that is known"),
    ('"clip":0.9', '"clip":["0.9","--report","injected"]', "no quantile of clipping"),
    ('"clip":0.9', '"clip":{"--report":1}', "no quantile of clipping"),
    ('"clip":0.9', '"clip":NaN', "no quantile of clipping"),
    ('"clip":0.9', '"clip":true', "no quantile of clipping"),
    ('"clipScope":"model"', '"clipScope":"--force"', "no clipScope that is known"),
    ('"excludesGroups":false', '"excludesGroups":"--force"', "no excludesGroups that is known"),
    ('"excludesGroups":false', '"excludesGroups":0', "no excludesGroups that is known"),
    ('"clipScope":"model",', "", "holds no references"),
    ('"sampleIDs":["', '"sampleIDs":5,"others":["', "no ids of samples"),
    ('"sampleIDs":["', '"sampleIDs":[5,"', "no ids of samples"),
    ('"dataset":"set one"', '"dataset":["--force"]', "no name of a data set"),
    ('"models":[', '"models":{},"others":[', "holds no references"),
    ('"contents":{', '"contents":[],"others":{', "no quantile of clipping"),
    ('"version":1', '"version":2', "another version than 1"),
    ("{", "[" * 100_000, "holds no references"),
    ("{", "[1]", "holds no references"),
]


def test_what_references_say_becomes_no_words_of_the_command(published, features, tmp_path, monkeypatch):
    path, _ = published
    monkeypatch.chdir(tmp_path)
    text = manifest(path)
    for number, (old, new, sentence) in enumerate(CHANGES):
        assert old in text
        bad = write_references(tmp_path / f"{number}.references", text.replace(old, new, 1))
        with pytest.raises(RequestError, match=sentence):
            platonic_sweep.score(features["left"], bad, k=5)
    assert not (tmp_path / "injected").exists()


def test_files_that_are_no_references(published, features, tmp_path):
    path, _ = published
    (tmp_path / "folder.references").mkdir()
    (tmp_path / "empty.references").write_bytes(b"")
    (tmp_path / "cut.references").write_bytes(path.read_bytes()[:3000])
    huge = bytearray(path.read_bytes())
    huge[124:135] = b"77777777777"
    (tmp_path / "huge.references").write_bytes(huge)
    os.mkfifo(tmp_path / "pipe.references")
    # Read by an extension of tar, this manifest has three gigabytes.
    sparse = {
        f"GNU.sparse.{name}": value for name, value in (("major", "1"), ("minor", "0"), ("realsize", str(3 << 30)))
    }
    sparse["GNU.sparse.name"] = "references.json"
    write_references(
        tmp_path / "sparse.references", "1\n0\n0\n".ljust(512, "\0"), format=tarfile.PAX_FORMAT, pax_headers=sparse
    )
    for name in ("folder", "empty", "cut", "huge", "pipe", "sparse"):
        with pytest.raises(RequestError, match=f"{name}.references"):
            platonic_sweep.score(features["left"], tmp_path / f"{name}.references")


def test_a_pipe_is_no_results_file(tmp_path):
    os.mkfifo(tmp_path / "pipe.h5")
    with pytest.raises(RequestError, match="is no regular file"):
        platonic_sweep.open_results(tmp_path / "pipe.h5")
