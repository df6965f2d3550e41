"""What a report says beside its claims: untrained twins, random matchings, and how far a bandwidth decides."""

import csv
import itertools

import h5py
import numpy as np
import pytest
from scipy import stats

from conftest import write_store

SAMPLES = 48
MODELS = {
    # name: network, pretrained, captions, noise
    "a": ("A", 1, "", 0.4),
    "a untrained": ("A", 0, "", 2.0),
    "a untrained again": ("A", 0, "", 1.5),
    "b rich": ("B", 1, "rich", 0.5),
    "b name": ("B", 1, "name", 0.6),
    "b untrained": ("B", 0, "name", 2.5),
    "c": ("C", 1, "", 0.7),
    "d": ("", 1, "", 0.9),
}
BANDWIDTHS = [0.5, 1.0, 2.0]


@pytest.fixture(scope="module")
def results(platonic, tmp_path_factory):
    folder = tmp_path_factory.mktemp("controls")
    generator = np.random.default_rng(5)
    common = generator.normal(size=(SAMPLES, 5))
    stores = []
    for name, (network, pretrained, captions, noise) in MODELS.items():
        layers = [common @ generator.normal(size=(5, 8)) + noise * generator.normal(size=(SAMPLES, 8)) for _ in "ab"]
        attributes = {"pretrained": pretrained}
        attributes |= {"network": network} if network else {}
        attributes |= {"captions": captions} if captions else {}
        stores.append(write_store(folder / f"{name}.h5", name, layers, [f"s{i}" for i in range(SAMPLES)], **attributes))
    words = [
        "--metric",
        "mutual_knn",
        "cka",
        "cka_rbf",
        "--k",
        5,
        "--cka-rbf-bandwidth",
        *BANDWIDTHS,
        "--calibrate",
        100,
    ]
    platonic.succeed("sweep", "--x", *stores, *words, "--output", folder / "results.h5", "--quiet")
    return folder / "results.h5"


@pytest.fixture(scope="module")
def report(platonic, results):
    platonic.succeed("report", results, "--output", results.parent / "report")
    return results.parent / "report"


def rows(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_controls_are_the_scores_of_untrained_twins(results, report):
    twins = {"a": ["a untrained", "a untrained again"], "b name": ["b untrained"]}
    with h5py.File(results) as file:
        names = list(file["x"].asstr())
        scores = {name: group["scores"][:] for name, group in file["metrics"].items()}
        group = file["metrics/mutual_knn_k5"]
        threshold = file["statistics/mutual_knn_k5/maximum_threshold"][:]
        means = file["statistics/mutual_knn_k5/null_mean"][:]
        layers = list(zip(file["x_layer_model"][:], file["x_layer_index"][:], strict=True))
        best = group["best_x_layer"][:], group["best_y_layer"][:]
    trained = [name for name, (_, pretrained, _, _) in MODELS.items() if pretrained]
    expected = {}
    for x, y in itertools.combinations(trained, 2):
        if MODELS[x][0] == MODELS[y][0] != "" or not (x in twins or y in twins):
            continue
        expected[x, y] = [
            [(i, y) for i in twins.get(x, [])],
            [(x, j) for j in twins.get(y, [])],
            list(itertools.product(twins.get(x, []), twins.get(y, []))),
        ]
    found = [row for row in rows(report / "data/controls.csv") if row["metric"] == "mutual_knn_k5"]
    order = {(row["x"], row["y"]) if (row["x"], row["y"]) in expected else (row["y"], row["x"]) for row in found}
    assert order == set(expected) and len(found) == len(expected)
    above = 0
    for row in found:
        swapped = (row["x"], row["y"]) not in expected
        pair = (row["y"], row["x"]) if swapped else (row["x"], row["y"])
        at = names.index(row["x"]), names.index(row["y"])
        matrix = scores["mutual_knn_k5"]
        assert float(row["score"]) == matrix[at]
        assert float(row["threshold"]) == threshold[at]
        cell = layers.index((at[0], best[0][at])), layers.index((at[1], best[1][at]))
        assert float(row["matched at random"]) == pytest.approx(means[cell], rel=1e-12)
        columns = ["x untrained", "y untrained", "both untrained"]
        wanted = expected[pair] if not swapped else [expected[pair][1], expected[pair][0], expected[pair][2]]
        values = [max((matrix[names.index(i), names.index(j)] for i, j in pairs), default=None) for pairs in wanted]
        assert [float(row[column]) if row[column] else None for column in columns] == values
        above += float(row["score"]) > max(value for value in values if value is not None)
    page = (report / "report.html").read_text()
    assert f"{len(found)} pairs of trained models of different networks have such controls" in page
    assert (
        "in each of them the trained pair" in page
        if above == len(found)
        else f"in {above} of them the trained pair" in page
    )
    # Beside the claims of the summary too.
    assert "; matched at random 0." in page and ", untrained 0." in page


def test_bandwidths_are_curves_of_pairs(results, report):
    with h5py.File(results) as file:
        names = list(file["x"].asstr())
        ids = ["cka_rbf_b0.5", "cka_rbf_b1", "cka_rbf_b2", "cka"]
        scores = {name: file[f"metrics/{name}/scores"][:] for name in ids}
    found = rows(report / "data/bandwidths.csv")
    pairs = [
        (x, y) for x, y in itertools.combinations(MODELS, 2) if not (MODELS[x][0] == MODELS[y][0] and MODELS[x][0])
    ]
    assert {frozenset((row["x"], row["y"])) for row in found} == {frozenset(pair) for pair in pairs}
    for row in found:
        at = names.index(row["x"]), names.index(row["y"])
        assert [float(row[name]) for name in ids] == [scores[name][at] for name in ids]
    column = {name: [float(row[name]) for row in found] for name in ids}
    rho = stats.spearmanr(column["cka_rbf_b2"], column["cka"]).statistic
    assert f"between bandwidth 2 and linear CKA {rho:.2f}" in (report / "report.html").read_text()
    curves = rows(report / "data/bandwidth-cka_rbf.csv")
    assert {float(row["x"]) for row in curves} == set(BANDWIDTHS)


def test_reports_without_controls_have_no_such_section(platonic, results, tmp_path):
    stores = [results.parent / f"{name}.h5" for name in ("c", "d", "b rich")]
    platonic.succeed("sweep", "--x", *stores, "--k", 5, "--output", tmp_path / "plain.h5", "--quiet")
    platonic.succeed("report", tmp_path / "plain.h5", "--output", tmp_path / "report")
    page = (tmp_path / "report/report.html").read_text()
    assert "Controls: matched" not in page and "From local to global" not in page and "untrained 0." not in page
