"""What has no score, and why: each reason against features that are made for it. Models that are the same, and where they are drawn."""

import h5py
import numpy as np
import pytest
import scipy.linalg

from conftest import write_store

IDS = [f"s{i}" for i in range(32)]


@pytest.fixture
def normal():
    return np.random.default_rng(3).normal(size=(32, 12))


def undefined(path):
    with h5py.File(path) as results:
        attribute = results["provenance"].attrs["undefined"]
        return [text.decode() if isinstance(text, bytes) else text for text in np.atleast_1d(attribute)]


def test_a_model_that_clipping_leaves_nothing_of_is_named(platonic, tmp_path, normal):
    sparse = np.diag(np.arange(1, 33)).astype(np.float32)
    sparse[:, 0] = np.arange(32) % 2
    stores = [
        write_store(tmp_path / "sparse.h5", "sparse", [sparse], IDS),
        write_store(tmp_path / "a.h5", "a", [normal], IDS),
    ]
    assert np.quantile(np.abs(sparse), 0.95, method="lower") == 0
    inspected = platonic.succeed("inspect", *stores)
    assert "clipping leaves nothing of the model" in inspected and inspected.count("--clip none") == 1
    output = tmp_path / "results.h5"
    swept = platonic.run("sweep", "--x", *stores, "--metric", "cka", "--output", output)
    assert swept.returncode == 0
    assert "clipping leaves nothing of sparse" in swept.stderr and "--clip none" in swept.stderr
    plain = platonic.run(
        "sweep", "--x", *stores, "--metric", "cka", "--clip", "none", "--output", tmp_path / "plain.h5"
    )
    assert plain.returncode == 0 and "clipping leaves" not in plain.stderr
    with h5py.File(tmp_path / "plain.h5") as results:
        assert np.isfinite(results["metrics/cka/scores"][:]).all()


def test_layers_are_named_where_each_is_clipped_by_itself(platonic, tmp_path, normal):
    stores = [
        write_store(tmp_path / "a.h5", "a", [normal, np.eye(32, 30, dtype=np.float32)], IDS),
        write_store(tmp_path / "b.h5", "b", [normal[:, ::-1]], IDS),
    ]
    arguments = [
        "sweep",
        "--x",
        *stores,
        "--metric",
        "cka",
        "--clip-scope",
        "layer",
        "--output",
        tmp_path / "results.h5",
    ]
    swept = platonic.run(*arguments)
    assert (
        swept.returncode == 0
        and "clipping leaves nothing of a:1:" in swept.stderr
        and "nothing of a:0" not in swept.stderr
    )


def test_equal_singular_values_leave_no_subspace_to_compare(platonic, tmp_path, normal):
    orthogonal = scipy.linalg.hadamard(32)[:, 1:].astype(np.float32)
    stores = [
        write_store(tmp_path / "a.h5", "orthogonal", [orthogonal, normal], IDS),
        write_store(tmp_path / "b.h5", "normal", [normal + 0.1], IDS),
    ]
    output = tmp_path / "results.h5"
    platonic.succeed(
        "sweep", "--x", *stores, "--metric", "svcca", "--svcca-dimensions", 5, 31, "--clip", "none", "--normalize", "none",
        "--output", output)  # fmt: skip
    with h5py.File(output) as results:
        five, all = results["metrics/svcca_d5/layer_scores"][:], results["metrics/svcca_d31/layer_scores"][:]
    assert np.isnan(five[0]).all() and np.isnan(five[:, 0]).all() and np.isfinite(five[1:, 1:]).all()
    assert np.isfinite(all).all(), "all vectors together are determined"
    reasons = undefined(output)
    assert len(reasons) == 1 and reasons[0].startswith(
        "svcca_d5 is NaN for orthogonal:0: its singular values are equal"
    )


def test_a_sound_layer_is_not_blamed_for_its_partners(platonic, tmp_path, normal):
    # All rows at right angles: every similarity is the same.
    stores = [
        write_store(tmp_path / "a.h5", "sound", [normal], IDS),
        write_store(tmp_path / "b.h5", "equal", [np.eye(32)], IDS),
    ]
    output = tmp_path / "results.h5"
    platonic.succeed(
        "sweep", "--x", stores[0], "--y", stores[1], "--metric", "rsa", "--clip", "none", "--output", output
    )
    assert undefined(output) == ["rsa is NaN for equal:0: all similarities between its samples are the same"]


def test_equal_models_are_one_point_of_every_map(platonic, tmp_path):
    generator = np.random.default_rng(9)
    latent = generator.normal(size=(32, 8))
    layers = [latent @ generator.normal(size=(8, 12)) + 0.7 * generator.normal(size=(32, 12)) for _ in range(5)]
    names = ["a", "b", "c", "d", "e"]
    stores = [
        write_store(tmp_path / f"{name}.h5", name, [values], IDS) for name, values in zip(names, layers, strict=True)
    ]
    # The same features, turned: for metrics of angles and distances the same model.
    turn = scipy.linalg.qr(generator.normal(size=(12, 12)))[0]
    stores.append(write_store(tmp_path / "twin.h5", "twin", [layers[1] @ turn], IDS))
    output = tmp_path / "results.h5"
    platonic.succeed(
        "sweep", "--x", *stores, "--metric", "cka", "cka_rbf", "distance_correlation", "mutual_knn", "unbiased_cka", "--k", 5,
        "--clip", "none", "--output", output)  # fmt: skip
    with h5py.File(output) as results:
        for id, group in results["projection"].items():
            if id in ("model", "axis"):
                continue
            scores = results[f"metrics/{id}/scores"][:]
            assert abs(scores[1, 5] - 1) < 1e-6, id
            assert group.attrs["points"] == 5 and "reason" not in group.attrs, id
            for panel in ("umap", "mds"):
                points = group[panel][:]
                assert (points[1] == points[5]).all(), (id, panel)
                distances = np.linalg.norm(points[:, None] - points[None], axis=2)
                assert (distances[~np.eye(6, dtype=bool)] == 0).sum() == 2, (id, panel)
        heights = results["analysis/clustering/height"][:]
        assert (heights[:, 0] == 0).all() and (heights[:, 1] > 1e-3).all()
