"""Every metric and variant of the full feature stores' float64 reference scores, where both are at hand."""

import h5py
import numpy as np
import pytest

from conftest import ROOT

FEATURES = (ROOT / "../shared/features").resolve()
REFERENCE = (ROOT / "../shared/reference/emoji-1024.h5").resolve()

pytestmark = pytest.mark.skipif(
    not (FEATURES.is_dir() and REFERENCE.is_file()), reason="the full feature stores are not beside the repository"
)

KS = (10, 20)
NEIGHBOUR_METRICS = ("mutual_knn", "cycle_knn", "lcs_knn", "edit_distance_knn", "jaccard_knn")
EXACT = {f"{metric}_k{k}": 1e-9 for metric in NEIGHBOUR_METRICS for k in KS}
EXACT |= {f"cknna_k{k}": 1e-5 for k in KS} | {"svcca_d10": 1e-4}
FULL = {"mutual_knn_k10": 1e-9, "mutual_knn_k20": 1e-9, "cka": 1e-5, "unbiased_cka": 1e-5}


@pytest.fixture(scope="module")
def expected():
    with h5py.File(REFERENCE) as file:
        yield file


@pytest.fixture(scope="module")
def sweep(platonic, tmp_path_factory):
    """Sweeps all stores with one set of artifacts, each combination of metrics and variant once."""
    folder = tmp_path_factory.mktemp("shared metrics")
    opened = {}

    def run(*metrics, variant):
        if variant not in opened:
            output = folder / f"{variant}.h5"
            platonic.succeed(
                "sweep", "--x", f"{FEATURES}/*.h5", "--metric", *metrics, "--k", *KS, "--variant", variant, "--quiet",
                "--output", output, "--workers", 2, "--artifacts", folder / "artifacts", timeout=600,
            )  # fmt: skip
            opened[variant] = h5py.File(output)
        return opened[variant]

    yield run
    for file in opened.values():
        file.close()


@pytest.fixture(scope="module")
def exact(sweep):
    return sweep("all", variant="exact")


@pytest.fixture(scope="module")
def released(sweep):
    metrics = ("cka", "unbiased_cka", "cknna", "lcs_knn", "cycle_knn", "mutual_knn")
    return sweep(*metrics, variant="reference")


@pytest.fixture(scope="module")
def paper(sweep):
    return sweep("cknna", variant="paper")


def compare(results, metric, scores, tolerance, rows=None):
    """Holds a metric's layer scores, or those among `rows`, to `scores`."""
    found = results[f"metrics/{metric}/layer_scores"][:]
    if rows is not None:
        found = found[np.ix_(rows, rows)]
    np.testing.assert_allclose(found, scores, rtol=0, atol=tolerance)


@pytest.mark.parametrize("metric, tolerance", FULL.items())
def test_every_layer_against_every_layer(exact, expected, metric, tolerance):
    compare(exact, metric, expected[f"full/{metric}"][:], tolerance)


@pytest.mark.parametrize("metric, tolerance", EXACT.items())
def test_three_layers_of_each_model(exact, expected, metric, tolerance):
    compare(exact, metric, expected[f"subset/{metric}"][:], tolerance, expected["subset/rows"][:])


@pytest.mark.parametrize("metric", ["cka", "unbiased_cka"])
def test_released_code_adds_to_the_denominators_of_cka(released, expected, metric):
    assert released[f"metrics/{metric}"].attrs["variant"] == "reference"
    compare(released, metric, expected[f"full/{metric}_reference"][:], 1e-5)


@pytest.mark.parametrize("k", KS)
def test_released_code_adds_to_the_denominator_of_cknna(released, expected, k):
    assert released[f"metrics/cknna_k{k}"].attrs["variant"] == "reference"
    compare(released, f"cknna_k{k}", expected[f"subset/cknna_k{k}_reference"][:], 1e-5, expected["subset/rows"][:])


@pytest.mark.parametrize("k", KS)
def test_released_code_does_not_divide_the_common_subsequence(released, expected, k):
    scores = k * expected[f"subset/lcs_knn_k{k}"][:]
    compare(released, f"lcs_knn_k{k}", scores, 1e-9, expected["subset/rows"][:])


@pytest.mark.parametrize("k", KS)
def test_released_code_exchanges_the_sides_of_the_cycle(released, expected, k):
    scores = expected[f"subset/cycle_knn_k{k}"][:].T
    compare(released, f"cycle_knn_k{k}", scores, 1e-9, expected["subset/rows"][:])


@pytest.mark.parametrize("k", KS)
def test_released_code_agrees_on_mutual_neighbours(released, expected, k):
    compare(released, f"mutual_knn_k{k}", expected[f"full/mutual_knn_k{k}"][:], 1e-9)


@pytest.mark.parametrize("k", KS)
def test_equation_18_as_printed(paper, expected, k):
    assert paper[f"metrics/cknna_k{k}"].attrs["variant"] == "paper"
    compare(paper, f"cknna_k{k}", expected[f"subset/cknna_k{k}_paper"][:], 1e-5, expected["subset/rows"][:])
