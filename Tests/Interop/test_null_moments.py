"""Where scores lie among those of random matchings: `/statistics` of a results file."""

import csv
import math

import h5py
import numpy as np
import pytest

import null_rates
import reference
from conftest import write_store

SAMPLES, K = 60, 4
WITH = ["mutual_knn", "jaccard_knn", "cycle_knn", "cka", "unbiased_cka", "cka_rbf", "rsa", "distance_correlation"]
WITHOUT = ["svcca", "cknna", "lcs_knn", "edit_distance_knn", "procrustes"]
NAMES = ["null_mean", "null_sd", "null_skewness", "z", "p", "adjusted"]


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    """Two models of two layers that have a part in common, in wide and in narrow layers, and one that has nothing in common with them."""
    folder = tmp_path_factory.mktemp("stores")
    generator = np.random.default_rng(4)
    common = generator.normal(size=(SAMPLES, 6))
    paths = []
    for model, share in enumerate((1.0, 1.0, 0.0)):
        layers = []
        for width in (5, 80):
            mixed = share * common @ generator.normal(size=(6, width))
            layers.append((mixed + generator.normal(size=(SAMPLES, width))).astype(np.float32))
        paths.append(write_store(folder / f"{model}.h5", f"m{model}", layers, [f"s{i}" for i in range(SAMPLES)]))
    return paths


def sweep(platonic, output, stores, *words, workers=2):
    platonic.succeed("sweep", "--quiet", "--x", *stores, "--k", K, "--workers", workers, "--output", output, *words)
    return output


@pytest.fixture(scope="module")
def results(platonic, stores, tmp_path_factory):
    return sweep(
        platonic, tmp_path_factory.mktemp("results") / "r.h5", stores, "--metric", *WITH, *WITHOUT, "--clip", "none"
    )


def groups(file):
    """For each metric's name its group of scores and that of statistics."""
    return {group.attrs["metric"]: (group, file["statistics"][name]) for name, group in file["metrics"].items()}


def test_every_metric_has_its_moments_or_a_reason(results):
    with h5py.File(results) as file:
        found = groups(file)
        assert sorted(found) == sorted(WITH + WITHOUT)
        for metric in WITH:
            _, group = found[metric]
            assert sorted(group) == sorted(NAMES), metric
            assert group.attrs["p_floor"] == 1e-3
            for name in NAMES:
                assert group[name].shape == (6, 6)
                assert np.isnan(group[name][()]).all() == (metric == "cycle_knn" and name == "null_skewness"), name
        for metric in WITHOUT:
            _, group = found[metric]
            assert list(group) == [] and "closed form" in group.attrs["unknown"], metric


def test_moments_agree_with_what_is_known_otherwise(results):
    """The mean is the level of chance, which is computed elsewhere; the variance of U-centred kernels is that of every such kernel."""
    with h5py.File(results) as file:
        for metric in WITH:
            scores, group = groups(file)[metric]
            chance = scores["chance_layer"][()] if "chance_layer" in scores else scores.attrs["chance"]
            np.testing.assert_allclose(group["null_mean"][()], chance + np.zeros((6, 6)), rtol=1e-6, atol=1e-12)
            score, mean, sd = scores["layer_scores"][()], group["null_mean"][()], group["null_sd"][()]
            np.testing.assert_allclose(group["z"][()], (score - mean) / sd, rtol=1e-12)
            np.testing.assert_allclose(group["adjusted"][()], (score - mean) / (1 - mean), rtol=1e-12, atol=1e-15)
            p = group["p"][()]
            assert ((p >= 1e-3) & (p <= 1)).all()
            # The models that have a part in common, and one that is its own.
            assert (p[:2, 2:4] == 1e-3).all() and (np.diag(p) == 1e-3).all(), metric
            assert (p[:4, 4:] > 1e-3).any(), metric
        for metric in ("unbiased_cka", "distance_correlation"):
            sd = groups(file)[metric][1]["null_sd"][()]
            np.testing.assert_allclose(sd, math.sqrt(2 / (SAMPLES * (SAMPLES - 3))), rtol=1e-9)


def prepared(stores, layer):
    """A layer of the sweep, two of each store."""
    with h5py.File(stores[layer // 2]) as store:
        return reference.prepare([store[f"layers/{layer % 2:04d}"][()]], clip=None)[0]


@pytest.mark.parametrize("metric", ["mutual_knn", "cka"])
def test_moments_are_those_of_drawn_matchings(results, stores, metric):
    draws = 4000
    with h5py.File(results) as file:
        scores, group = groups(file)[metric]
        for a, b in [(0, 2), (1, 4), (3, 5)]:
            values, _ = null_rates.drawn(metric, prepared(stores, a), prepared(stores, b), K, draws, seed=a)
            mean, sd, skewness = (group[name][a, b] for name in NAMES[:3])
            assert abs(values.mean() - mean) < 4 * sd / math.sqrt(draws)
            kurtosis = np.mean((values - values.mean()) ** 4) / values.var() ** 2
            assert abs(values.var() / sd**2 - 1) < 4 * math.sqrt((kurtosis - 1) / draws)
            assert abs(np.mean((values - mean) ** 3) / sd**3 - skewness) < 0.25
            # Of all matchings as many are as high as the tail says.
            p = group["p"][a, b]
            share = (values >= scores["layer_scores"][a, b] - 1e-9).mean()
            assert abs(share - p) < 4 * math.sqrt(max(p * (1 - p), 1e-3) / draws) + 0.15 * p


@pytest.mark.parametrize("metric", WITH)
def test_p_is_as_small_as_often_as_it_says(results, stores, metric):
    moments, score = null_rates.moments(results, 1, 4)[metric]
    x, y = prepared(stores, 1), prepared(stores, 4)
    shares, own = null_rates.rates(metric, x, y, moments, K, 2000, seed=6)
    assert abs(own - score) < 1e-6
    for level, tolerance, share in zip(null_rates.LEVELS, null_rates.TOLERANCES, shares, strict=True):
        low, high = null_rates.band(level, tolerance, 2000)
        assert low <= share <= high, level


def test_groups_and_variants_say_why_there_are_none(platonic, stores, tmp_path):
    with h5py.File(
        sweep(platonic, tmp_path / "v.h5", stores, "--metric", *WITH, *WITHOUT, "--variant", "reference")
    ) as file:
        found = groups(file)
        assert "variant" in found["cka"][1].attrs["unknown"] and "variant" in found["unbiased_cka"][1].attrs["unknown"]
        assert "z" in found["mutual_knn"][1]
        scores, cycle = found["cycle_knn"]
        np.testing.assert_allclose(cycle["null_mean"][()], scores["chance_layer"][()], rtol=1e-9)
    grouped = []
    for path in stores[:2]:
        copy = tmp_path / path.name
        copy.write_bytes(path.read_bytes())
        with h5py.File(copy, "a") as store:
            store["samples/groups"] = np.arange(SAMPLES) // 2
        grouped.append(copy)
    with h5py.File(
        sweep(platonic, tmp_path / "g.h5", grouped, "--metric", "mutual_knn", "cka", "--exclude-groups")
    ) as file:
        for _, group in groups(file).values():
            assert list(group) == [] and "group" in group.attrs["unknown"]


def test_the_same_bytes_by_any_number_of_workers_and_from_artifacts(platonic, results, stores, tmp_path):
    def statistics(path):
        found = {}
        with h5py.File(path) as file:
            file["statistics"].visititems(
                lambda name, item: found.update({name: item[()].tobytes()}) if isinstance(item, h5py.Dataset) else None
            )
        return found

    words = ["--metric", *WITH, *WITHOUT, "--clip", "none", "--artifacts", tmp_path / "artifacts"]
    first = sweep(platonic, tmp_path / "1.h5", stores, *words, workers=4)
    again = sweep(platonic, tmp_path / "2.h5", stores, *words, workers=1)
    assert statistics(first) == statistics(again) == statistics(results)


def test_tables_have_them(platonic, results):
    rows = list(csv.DictReader(platonic.succeed("export", results, "--level", "layer").splitlines()))
    with h5py.File(results) as file:
        found = groups(file)
        for row in rows:
            metric = row["metric"].removesuffix("_b1")
            if metric not in WITH:
                assert row["z"] == row["p"] == row["adjusted"] == ""
                continue
            x = 2 * int(row["x_model"][1:]) + int(row["x_layer"])
            y = 2 * int(row["y_model"][1:]) + int(row["y_layer"])
            for name in ("z", "p", "adjusted"):
                assert float(row[name]) == found[metric][1][name][x, y]
