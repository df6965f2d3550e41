"""Stores written by plain h5py, swept, against the float64 reference; then every way to read the results."""

import csv
import io
import json
import math

import h5py
import numpy as np
import pytest
import xarray

import reference
from conftest import COLUMNS, write_store

SAMPLES = 60
KS = (5, 10)
METRICS = [f"mutual_knn_k{k}" for k in KS] + ["cka", "unbiased_cka"]


class Sweep:
    """A finished sweep with what went into it: per model, in the order of the stores' paths, its raw layers."""

    def __init__(self, stores, models, ids, results):
        self.stores, self.models, self.ids, self.results = stores, models, ids, results
        self.layers = [(model, i) for model, layers in models.items() for i in range(len(layers))]

    def expected(self, metric):
        """The whole layer x layer matrix, in float64."""
        prepared = [layer for layers in self.models.values() for layer in reference.prepare(layers)]
        if metric.startswith("mutual_knn"):
            k = int(metric.rpartition("_k")[2])
            return np.array([[reference.mutual_knn(x, y, k) for y in prepared] for x in prepared])
        score = getattr(reference, metric)
        return np.array([[score(x, y) for y in prepared] for x in prepared])


def random_models():
    """Three related models, so that scores spread over their range, in three number types and several widths."""
    generator = np.random.default_rng(7)
    latent = generator.normal(size=(SAMPLES, 12))

    def layer(width, noise, kind):
        mixed = latent @ generator.normal(size=(12, width)) + noise * generator.normal(size=(SAMPLES, width)) + 0.5
        return mixed.astype(kind)

    return {
        "double": [layer(9, 1.0, np.float64), layer(33, 3.0, np.float64)],
        "half": [layer(16, 0.5, np.float16), layer(24, 2.0, np.float16), layer(5, 0.1, np.float16)],
        "single": [layer(40, 4.0, np.float32), layer(7, 0.2, np.float32)],
    }


@pytest.fixture(scope="module")
def sweep(platonic, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sweep")
    models = random_models()
    ids = [f"sample {i} é" for i in range(SAMPLES)]
    order = np.random.default_rng(8).permutation(SAMPLES)
    stores = []
    for model, layers in models.items():
        # The last store holds the same samples in another order; the reference keeps the first store's.
        rows = order if model == "single" else np.arange(SAMPLES)
        stores.append(
            write_store(
                folder / f"{model}.h5",
                model,
                [layer[rows] for layer in layers],
                [ids[row] for row in rows],
                parameters=1000,
                scores={"group_probe": 0.25} if model == "half" else None,
            )
        )
    results = folder / "results.h5"
    platonic.succeed(
        "sweep",
        "--x",
        *stores,
        "--metric",
        "mutual_knn",
        "--metric",
        "cka",
        "--metric",
        "unbiased_cka",
        "--k",
        KS[0],
        "--k",
        KS[1],
        "--output",
        results,
        "--workers",
        2,
        "--quiet",
        "--artifacts",
        folder / "artifacts",
    )
    return Sweep(stores, models, ids, results)


def test_inspect_names_models_and_widths(platonic, sweep):
    output = platonic.succeed("inspect", *sweep.stores)
    for model, layers in sweep.models.items():
        assert model in output
        assert all(str(layer.shape[1]) in output for layer in layers)
    assert str(SAMPLES) in output


def test_inspect_refuses_a_value_that_is_not_finite(platonic, tmp_path):
    values = np.ones((6, 3), dtype=np.float32)
    values[4, 1] = np.nan
    store = write_store(tmp_path / "broken.h5", "broken", [values], [f"s{i}" for i in range(6)])
    result = platonic.run("inspect", store)
    assert result.returncode == 2
    assert result.stderr.startswith("platonic: ")
    assert "broken.h5" in result.stderr and "/layers/0000" in result.stderr


def test_inspect_looks_at_every_store_and_names_each_bad_one(platonic, tmp_path):
    ids = [f"s{i}" for i in range(6)]
    values = np.arange(18, dtype=np.float32).reshape(6, 3)
    for name in "abcd":
        write_store(tmp_path / f"{name}.h5", f"model {name}", [values], ids)
    for name, value in (("b", np.nan), ("d", np.inf)):
        with h5py.File(tmp_path / f"{name}.h5", "a") as store:
            store["layers/0000"][2, 1] = value
    (tmp_path / ".e.h5").touch()
    result = platonic.run("inspect", tmp_path)
    assert result.returncode == 2
    assert [line.split()[1] + line.split()[2] for line in result.stdout.splitlines() if "  model" in line] == [
        "modela", "modelc",
    ]  # fmt: skip
    assert "warning: " in result.stderr and ".e.h5" in result.stderr
    sentences = [line for line in result.stderr.splitlines() if "feature 1" in line]
    assert len(sentences) == 2 and "b.h5" in sentences[0] and "d.h5" in sentences[1], result.stderr
    sound = json.loads(platonic.run("inspect", tmp_path, "--json").stdout)
    assert [store["model"] for store in sound] == ["model a", "model c"]


@pytest.mark.parametrize("metric", METRICS)
def test_layer_scores_equal_the_reference(sweep, metric):
    with h5py.File(sweep.results) as results:
        scores = results[f"metrics/{metric}/layer_scores"][:]
    tolerance = 1e-12 if metric.startswith("mutual_knn") else 1e-5
    np.testing.assert_allclose(scores, sweep.expected(metric), rtol=0, atol=tolerance)


@pytest.mark.parametrize("metric", METRICS)
def test_model_scores_are_the_maximum_over_layers(sweep, metric):
    names = list(sweep.models)
    with h5py.File(sweep.results) as results:
        group = results[f"metrics/{metric}"]
        layer_scores, scores = group["layer_scores"][:], group["scores"][:]
        best_x, best_y = group["best_x_layer"][:], group["best_y_layer"][:]
    of_model = [np.array([model == name for model, _ in sweep.layers]) for name in names]
    for i, rows in enumerate(of_model):
        for j, columns in enumerate(of_model):
            block = layer_scores[np.ix_(rows, columns)]
            assert scores[i, j] == block.max()
            assert block[best_x[i, j], best_y[i, j]] == scores[i, j]


def test_h5py_reads_names_and_dimension_scales(sweep):
    with h5py.File(sweep.results) as results:
        assert results.attrs["format"] == "platonic-results"
        assert results.attrs["version"] == 1
        assert results.attrs["status"] == "complete"
        assert results.attrs["symmetric"] == 1
        for side in "xy":
            assert list(results[side].asstr()) == list(sweep.models)
            owners = [list(sweep.models)[i] for i in results[f"{side}_layer_model"]]
            assert list(zip(owners, results[f"{side}_layer_index"], strict=True)) == sweep.layers
            assert list(results[f"{side}_layer_name"].asstr()) == [f"block{i}" for _, i in sweep.layers]
            assert list(results[f"{side}_layer_label"].asstr()) == [f"{model}:{i}" for model, i in sweep.layers]
            assert list(results[f"{side}_attr_modality"].asstr()) == ["language"] * 3
            assert list(results[f"{side}_attr_parameters"]) == [1000] * 3
            np.testing.assert_array_equal(results[f"{side}_score_group_probe"], [math.nan, 0.25, math.nan])
        assert list(results["sample"].asstr()) == sweep.ids
        for metric in METRICS:
            group = results[f"metrics/{metric}"]
            parameters = f"_k{group.attrs['k']}" if "k" in group.attrs else ""
            assert group.attrs["metric"] + parameters == metric
            assert group.attrs["variant"] == "exact"
            layer_scores, scores = group["layer_scores"], group["scores"]
            assert layer_scores.dtype == scores.dtype == np.float64
            assert [layer_scores.dims[axis][0].name for axis in (0, 1)] == ["/x_layer", "/y_layer"]
            assert [scores.dims[axis][0].name for axis in (0, 1)] == ["/x", "/y"]


def test_xarray_opens_the_tree_with_inherited_coordinates(sweep):
    with xarray.open_datatree(sweep.results, engine="h5netcdf") as tree, h5py.File(sweep.results) as results:
        for metric in METRICS:
            node = tree[f"metrics/{metric}"]
            assert node["layer_scores"].dims == ("x_layer", "y_layer")
            assert node["scores"].dims == ("x", "y")
            assert {"x", "y", "x_layer", "y_layer"} <= set(node.coords)
            assert list(node["x"].values) == list(sweep.models)
            assert list(node["x_layer"].values) == list(range(len(sweep.layers)))
            group = results[f"metrics/{metric}"]
            np.testing.assert_array_equal(node["layer_scores"].values, group["layer_scores"][:])
            picked = node["scores"].sel(x="half", y="single").item()
            assert picked == group["scores"][1, 2]


def number(field):
    return math.nan if field in ("", "nan", "NaN") else float(field)


def test_csv_of_layers_equals_the_results_file(platonic, sweep):
    text = platonic.succeed("export", sweep.results, "--format", "csv", "--level", "layer")
    rows = csv.DictReader(io.StringIO(text))
    assert rows.fieldnames == COLUMNS
    exported = {}
    for row in rows:
        metric = f"{row['metric']}_k{row['k']}" if row["k"] else row["metric"]
        cell = (metric, row["x_model"], int(row["x_layer"]), row["y_model"], int(row["y_layer"]))
        assert cell not in exported
        assert (row["x_layer_name"], row["y_layer_name"]) == (f"block{row['x_layer']}", f"block{row['y_layer']}")
        assert (row["variant"], row["n"]) == ("exact", str(SAMPLES))
        exported[cell] = number(row["score"]), number(row["chance"])
    stored = {}
    with h5py.File(sweep.results) as results:
        for metric in METRICS:
            group = results[f"metrics/{metric}"]
            chance = group["chance_layer"][:] if "chance_layer" in group else None
            for (i, j), score in np.ndenumerate(group["layer_scores"][:]):
                expected = group.attrs["chance"] if chance is None else chance[i, j]
                stored[metric, *sweep.layers[i], *sweep.layers[j]] = score, expected
    assert exported.keys() == stored.keys()
    for cell, numbers in stored.items():
        np.testing.assert_array_equal(exported[cell], numbers, err_msg=str(cell))


def test_chance_of_mutual_knn_is_k_over_n_minus_1(sweep):
    with h5py.File(sweep.results) as results:
        for k in KS:
            assert results[f"metrics/mutual_knn_k{k}"].attrs["chance"] == pytest.approx(k / (SAMPLES - 1), abs=1e-15)


@pytest.fixture(scope="module")
def tied(tmp_path_factory):
    """Stores whose inner products are exact integers; the layers of one have only three distinct rows."""
    folder = tmp_path_factory.mktemp("tied")
    generator = np.random.default_rng(9)
    smooth = generator.integers(-40, 41, size=(SAMPLES, 32)).astype(np.float32)
    saturated = np.eye(3, 4, dtype=np.float32)[generator.integers(0, 3, size=SAMPLES)]
    models = {"saturated": [saturated, saturated[::-1].copy()], "smooth": [smooth]}
    ids = [f"s{i}" for i in range(SAMPLES)]
    for model, layers in models.items():
        write_store(folder / f"{model}.h5", model, layers, ids)
    return folder, models


@pytest.mark.parametrize("keep_tied", [False, True])
def test_ties_go_to_the_lower_index_and_stay_out_of_the_maximum(platonic, tied, tmp_path, keep_tied):
    folder, models = tied
    spec = tmp_path / "spec.yaml"
    spec.write_text(
        f"name: tied\nx: ['{folder}/*.h5']\nmetrics: [mutual_knn]\nk: [10]\n"
        f"prepare: {{clip: none, normalize: none}}\nkeep_tied: {str(keep_tied).lower()}\n"
    )
    output = tmp_path / "results.h5"
    artifacts = tmp_path / "artifacts"
    platonic.succeed("sweep", spec, "--output", output, "--quiet", "--workers", 1, "--artifacts", artifacts)
    layers = [layer for of_model in models.values() for layer in reference.prepare(of_model, None, False)]
    expected = np.array([[reference.mutual_knn(x, y, 10) for y in layers] for x in layers])
    shares = [reference.tied_share(layer, 10) for layer in layers]
    assert min(shares[:2]) > 0.9 and shares[2] == 0, "the stores do not tie as intended"
    with h5py.File(output) as results:
        group = results["metrics/mutual_knn_k10"]
        np.testing.assert_allclose(group["layer_scores"][:], expected, rtol=0, atol=1e-12)
        np.testing.assert_allclose(results["x_layer_tied"][:], shares, rtol=0, atol=1e-12)
        between = group["scores"][0, 1]
        best = group["best_x_layer"][0, 1]
    if keep_tied:
        assert between == expected[:2, 2].max()
    else:
        assert math.isnan(between) and best == -1
