"""All layers of the full feature stores against their float64 reference scores, where both are at hand."""

import h5py
import numpy as np
import pytest

from conftest import ROOT

FEATURES = (ROOT / "../shared/features").resolve()
REFERENCE = (ROOT / "../shared/reference/emoji-1024.h5").resolve()

pytestmark = pytest.mark.skipif(
    not (FEATURES.is_dir() and REFERENCE.is_file()), reason="the full feature stores are not beside the repository"
)


@pytest.fixture(scope="module")
def results(platonic, tmp_path_factory):
    folder = tmp_path_factory.mktemp("shared")
    output = folder / "results.h5"
    platonic.succeed(
        "sweep",
        "--x",
        f"{FEATURES}/*.h5",
        "--metric",
        "mutual_knn",
        "--metric",
        "cka",
        "--metric",
        "unbiased_cka",
        "--k",
        10,
        "--k",
        20,
        "--output",
        output,
        "--workers",
        2,
        "--quiet",
        "--artifacts",
        folder / "artifacts",
        timeout=600,
    )
    with h5py.File(output) as file:
        yield file


def test_layers_come_in_the_order_of_the_stores_paths(results):
    with h5py.File(REFERENCE) as expected:
        models = list(expected["layers/model"].asstr())
        indices = list(expected["layers/index"])
    names = list(results["x"].asstr())
    assert names == list(dict.fromkeys(models))
    assert [names[owner] for owner in results["x_layer_model"]] == models
    assert list(results["x_layer_index"]) == indices


@pytest.mark.parametrize(
    "metric, tolerance",
    [("mutual_knn_k10", 1e-9), ("mutual_knn_k20", 1e-9), ("cka", 1e-5), ("unbiased_cka", 1e-5)],
)
def test_every_layer_score_equals_the_reference(results, metric, tolerance):
    with h5py.File(REFERENCE) as file:
        expected = file[f"full/{metric}"][:]
    scores = results[f"metrics/{metric}/layer_scores"][:]
    np.testing.assert_allclose(scores, expected, rtol=0, atol=tolerance)
