"""Every metric on small stores of random layers: scores, curves, chance and diagnostics against the reference."""

import h5py
import numpy as np
import pytest

import comparison
import reference
import reference_levels as levels

SAMPLES = 48
SINGLE, RANGE = 3, (5, 6, 7, 8)
METRICS = [f"{metric}_k{SINGLE}" for metric in comparison.NEIGHBOUR_METRICS]
METRICS += ["cka", "unbiased_cka", "svcca_d10", "rsa", "distance_correlation", "cka_rbf_b1"]

SHAPES = {
    "double": [(9, 1.0, np.float64), (33, 3.0, np.float64)],
    "half": [(16, 0.5, np.float16), (24, 2.0, np.float16), (5, 0.1, np.float16), (64, 8.0, np.float16)],
    "single": [(40, 4.0, np.float32)],
}


@pytest.fixture(scope="module")
def models():
    return comparison.random_models(SAMPLES, SHAPES, seed=17)


@pytest.fixture(scope="module")
def ids():
    return [f"s{i}" for i in range(SAMPLES)]


@pytest.fixture(scope="module")
def stores(models, ids, tmp_path_factory):
    return comparison.write_models(tmp_path_factory.mktemp("stores") / "x", models, ids)


@pytest.fixture(scope="module")
def layers(models):
    ready = comparison.prepared(models)
    assert not comparison.tied(ready, SINGLE), "random layers should not tie"
    return ready


@pytest.fixture(scope="module")
def results(platonic, stores, tmp_path_factory):
    output = comparison.run(
        platonic, tmp_path_factory.mktemp("sweep"), "--x", *stores, "--metric", "all", "--k", SINGLE,
        f"{RANGE[0]}:{RANGE[-1]}",
    )  # fmt: skip
    with h5py.File(output) as file:
        yield file


@pytest.fixture(scope="module")
def on_x(models, ids, platonic, tmp_path_factory):
    """Sweeps two of the models against the third, both ways round."""
    folder = tmp_path_factory.mktemp("cross")
    sides = {"x": ["double", "half"], "y": ["single"]}
    paths = {
        side: comparison.write_models(folder / side, {name: models[name] for name in names}, ids)
        for side, names in sides.items()
    }

    def sweep(x, y, *metrics):
        arguments = ("--x", *paths[x], "--y", *paths[y], "--metric", *metrics, "--k", SINGLE)
        of_side = {side: comparison.prepared({name: models[name] for name in names}) for side, names in sides.items()}
        return comparison.run(platonic, folder, *arguments), of_side[x], of_side[y]

    return sweep


def test_all_is_every_metric_but_procrustes(results):
    assert sorted(results["metrics"]) == sorted(METRICS)
    for identifier in METRICS:
        attributes = results[f"metrics/{identifier}"].attrs
        metric, parameter = reference.parse(identifier)
        names = {"k", "dimensions", "bandwidth"} & set(attributes)
        assert (attributes["metric"], attributes["variant"]) == (metric, "exact")
        assert [attributes[name] for name in names] == ([] if parameter is None else [parameter])


@pytest.mark.parametrize("identifier", METRICS)
def test_layer_scores_equal_the_reference(results, layers, identifier):
    comparison.assert_layer_scores(results, identifier, layers, layers)


@pytest.mark.parametrize("identifier", METRICS)
def test_model_scores_follow_from_layer_scores(results, layers, identifier):
    comparison.assert_models(results, identifier, layers, layers)


@pytest.mark.parametrize("identifier", METRICS)
def test_chance(results, layers, identifier):
    group = results[f"metrics/{identifier}"]
    assert ("chance" in group.attrs) != ("chance_layer" in group), "one number, or one for each pair of layers"
    if levels.chance(identifier, layers[0].values, layers[1].values) is None:
        return
    expected = np.array([[levels.chance(identifier, a.values, b.values) for b in layers] for a in layers])
    found = group["chance_layer"][:] if "chance_layer" in group else group.attrs["chance"]
    atol = 1e-5 if identifier.startswith("cka") else 1e-9
    np.testing.assert_allclose(np.broadcast_to(found, expected.shape), expected, rtol=0, atol=atol)
    assert ("chance" in group.attrs) == bool(np.all(expected == expected[0, 0]))


@pytest.mark.parametrize("metric", comparison.NEIGHBOUR_METRICS)
def test_a_range_of_k_gives_a_curve(results, layers, metric):
    curve = results[f"curves/{metric}"]
    assert list(curve["k"]) == list(RANGE)
    models = comparison.models_of(layers)
    assert curve["scores"].shape == curve["last_layers"].shape == (len(RANGE), len(models), len(models))
    mirrored = metric not in ("cknna", "cycle_knn")
    for at, k in enumerate(RANGE):
        scores = comparison.layer_scores(f"{metric}_k{k}", layers, layers)
        tied = comparison.tied(layers, k)
        best, _, _ = comparison.model_maxima(scores, layers, layers, tied, tied, mirrored=mirrored)
        atol = comparison.tolerance(f"{metric}_k{k}")
        np.testing.assert_allclose(curve["scores"][at], best, rtol=0, atol=atol, err_msg=f"k = {k}")
        last = comparison.last_layers(scores, layers, layers)
        np.testing.assert_allclose(curve["last_layers"][at], last, rtol=0, atol=atol, err_msg=f"k = {k}")


def test_curves_are_of_neighbour_metrics(results):
    assert sorted(results["curves"]) == sorted(comparison.NEIGHBOUR_METRICS)


@pytest.mark.parametrize("side", ["x", "y"])
def test_diagnostics_of_layers(results, layers, side):
    diagnostics = results["diagnostics"]
    ranks = [levels.effective_rank(layer.values) for layer in layers]
    np.testing.assert_allclose(diagnostics[f"{side}_effective_rank"][:], ranks, rtol=1e-5)
    cosines = [levels.mean_cosine(layer.values) for layer in layers]
    np.testing.assert_allclose(diagnostics[f"{side}_mean_cosine"][:], cosines, rtol=0, atol=1e-6)
    degrees = [levels.largest_in_degree(layer.values, max(RANGE)) for layer in layers]
    np.testing.assert_array_equal(diagnostics[f"{side}_largest_in_degree"][:], degrees)


def test_procrustes_is_computed_by_name(platonic, stores, layers, tmp_path):
    output = comparison.run(platonic, tmp_path, "--x", *stores, "--metric", "procrustes")
    expected = comparison.layer_scores("procrustes", layers, layers)
    with h5py.File(output) as file:
        found = file["metrics/procrustes/layer_scores"][:]
        comparison.assert_models(file, "procrustes", layers, layers)
    # The arc cosine near 1 takes the square root of rounding errors.
    own = np.eye(len(layers), dtype=bool)
    np.testing.assert_allclose(found[~own], expected[~own], rtol=0, atol=1e-5)
    np.testing.assert_allclose(found[own], 1, rtol=0, atol=1e-3)


def test_each_number_of_singular_vectors_and_each_bandwidth_gives_a_metric(platonic, stores, layers, tmp_path):
    output = comparison.run(
        platonic, tmp_path, "--x", *stores, "--metric", "svcca", "cka_rbf", "--svcca-dimensions", 2, 4,
        "--cka-rbf-bandwidth", 0.5, 1,
    )  # fmt: skip
    with h5py.File(output) as file:
        assert sorted(file["metrics"]) == ["cka_rbf_b0.5", "cka_rbf_b1", "svcca_d2", "svcca_d4"]
        for identifier in file["metrics"]:
            comparison.assert_layer_scores(file, identifier, layers, layers)


@pytest.mark.parametrize("x, y", ["xy", "yx"])
def test_a_sweep_of_two_sides_keeps_the_order(on_x, x, y):
    metrics = [f"{metric}_k{SINGLE}" for metric in ("cycle_knn", "cknna", "lcs_knn")]
    output, rows, columns = on_x(x, y, "cycle_knn", "cknna", "lcs_knn")
    swapped = comparison.layer_scores(metrics[0], columns, rows).T
    assert not np.allclose(comparison.layer_scores(metrics[0], rows, columns), swapped), "the order should matter"
    with h5py.File(output) as file:
        assert file.attrs["symmetric"] == 0
        for identifier in metrics:
            comparison.assert_layer_scores(file, identifier, rows, columns)
            comparison.assert_models(file, identifier, rows, columns)
        expected = [[levels.chance(metrics[0], a.values, b.values) for b in columns] for a in rows]
        np.testing.assert_allclose(file[f"metrics/{metrics[0]}/chance_layer"][:], expected, rtol=0, atol=1e-9)


RELEASED = ["cka", "unbiased_cka", *(f"{m}_k{SINGLE}" for m in ("cknna", "lcs_knn", "cycle_knn", "mutual_knn"))]


def test_variant_reference(platonic, stores, layers, tmp_path):
    metrics = [reference.parse(identifier)[0] for identifier in RELEASED]
    output = comparison.run(
        platonic, tmp_path, "--x", *stores, "--metric", *metrics, "--k", SINGLE, "--variant", "reference"
    )
    with h5py.File(output) as file:
        assert sorted(file["metrics"]) == sorted(RELEASED)
        for identifier in RELEASED:
            assert file[f"metrics/{identifier}"].attrs["variant"] == "reference"
            comparison.assert_layer_scores(file, identifier, layers, layers, "reference")
            comparison.assert_models(file, identifier, layers, layers, "reference")
        cycle = f"cycle_knn_k{SINGLE}"
        expected = [[levels.chance(cycle, a.values, b.values, "reference") for b in layers] for a in layers]
        np.testing.assert_allclose(file[f"metrics/{cycle}/chance_layer"][:], expected, rtol=0, atol=1e-9)


def test_variant_paper(platonic, stores, layers, tmp_path):
    output = comparison.run(
        platonic, tmp_path, "--x", *stores, "--metric", "cknna", "--k", SINGLE, "--variant", "paper"
    )
    with h5py.File(output) as file:
        assert file[f"metrics/cknna_k{SINGLE}"].attrs["variant"] == "paper"
        comparison.assert_layer_scores(file, f"cknna_k{SINGLE}", layers, layers, "paper")
        comparison.assert_models(file, f"cknna_k{SINGLE}", layers, layers, "paper")


@pytest.mark.parametrize("variant", ["exact", "reference"])
def test_only_released_code_starts_its_maximum_at_zero(platonic, ids, tmp_path, variant):
    shapes = {"a": [(6, 1.0, np.float64)], "b": [(6, 1.0, np.float64)]}
    apart = {name: comparison.random_models(SAMPLES, shapes, seed)[name] for name, seed in (("a", 3), ("b", 12))}
    first, second = comparison.prepared(apart)
    score = reference.score("unbiased_cka", first.values, second.values, variant)
    assert score < -0.01, "the two layers should be less alike than chance"
    stores = comparison.write_models(tmp_path / "x", apart, ids)
    output = comparison.run(platonic, tmp_path, "--x", *stores, "--metric", "unbiased_cka", "--variant", variant)
    with h5py.File(output) as file:
        group = file["metrics/unbiased_cka"]
        found = [group[name][0, 1] for name in ("scores", "best_x_layer", "best_y_layer")]
        assert group["layer_scores"][0, 1] == pytest.approx(score, abs=1e-5)
    assert found == ([0, -1, -1] if variant == "reference" else pytest.approx([score, 0, 0], abs=1e-5))
