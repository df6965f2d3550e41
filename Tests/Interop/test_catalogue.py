"""The catalogue of metrics: pages and schemas say what it says, nothing else knows its entries, and adding to it is enough."""

import csv
import json
import pathlib
import re

import h5py
import numpy as np
import pytest

from conftest import ROOT, Program, write_store

SOURCES = ROOT / "Sources"
CATALOGUE, KINDS = SOURCES / "SweepModel/Catalogue", SOURCES / "AlignmentMetrics/Kinds"
SAMPLES, K = 60, 4


@pytest.fixture(scope="module")
def metrics(platonic):
    return json.loads(platonic.succeed("metrics", "--json"))


def test_the_readme_has_every_metric_in_order(metrics):
    cells = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", (ROOT / "README.md").read_text(), re.MULTILINE)
    rows = [name for cell in cells for name in re.findall(r"`(\w+)`", cell)]
    names = [metric["metric"] for metric in metrics]
    assert [row for row in rows if row in names] == names


def test_the_schema_has_every_metric(metrics):
    schema = json.loads((ROOT / "Schemas/sweep-spec.schema.json").read_text())
    (names,) = {tuple(found) for found in enumerations(schema) if "mutual_knn" in found}
    assert set(names) == {metric["metric"] for metric in metrics} | {"all"}


def enumerations(schema):
    if isinstance(schema, dict):
        if "enum" in schema:
            yield schema["enum"]
        for value in schema.values():
            yield from enumerations(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from enumerations(value)


def test_the_definitions_have_every_metric(metrics):
    page = (ROOT / "Schemas/metrics.md").read_text()
    assert [metric["metric"] for metric in metrics if f"`{metric['metric']}`" not in page] == []


def constants(folder, kind):
    """The names of a catalogue's constants in Swift."""
    pattern = re.compile(rf"extension {kind} \{{.*?static (?:let|func) (\w+)", re.DOTALL)
    return [pattern.search(path.read_text()).group(1) for path in sorted((CATALOGUE / folder).glob("*.swift"))]


def test_nothing_else_switches_over_kinds():
    names = set(constants("Metrics", "MetricKind") + constants("Artifacts", "ArtifactKind"))
    # A parameter of metrics, over which one may switch, has this name as well.
    names -= {"neighbours"}
    assert len(names) >= 19
    case = re.compile(rf"^\s*case [^\n]*\.(?:{'|'.join(sorted(names))})\b[^\n]*:", re.MULTILINE)
    found = []
    for path in sorted(SOURCES.rglob("*.swift")):
        if CATALOGUE in path.parents or KINDS in path.parents or path.name.endswith(".pb.swift"):
            continue
        for match in case.finditer(path.read_text()):
            found.append(f"{path.relative_to(ROOT)}: {match.group(0).strip()}")
    assert found == []


# MARK: Adding to it


@pytest.fixture(scope="module")
def extended(platonic, tmp_path_factory):
    """The program with the metrics of Tests/ExtendedProgram."""
    binary = pathlib.Path(platonic.binary).with_name("platonic-extended")
    assert binary.exists(), f"there is no program at {binary}: run scripts/build --tests"
    return Program(binary, tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def swept(extended, tmp_path_factory):
    folder = tmp_path_factory.mktemp("extended")
    generator = np.random.default_rng(5)
    values = [generator.normal(size=(SAMPLES, 8)) for _ in range(3)]
    ids = [f"s{i}" for i in range(SAMPLES)]
    stores = [
        write_store(folder / f"{m}.h5", f"m{m}", [x, x + generator.normal(size=x.shape)], ids)
        for m, x in enumerate(values)
    ]
    output = folder / "results.h5"
    report = folder / "report"
    extended.succeed(
        *(
            "sweep",
            "--x",
            *stores,
            "--metric",
            "hit_knn",
            "mutual_knn",
            "centre_correlation",
            "--k",
            K,
            "--clip",
            "none",
            "--workers",
            "2",
        ),
        *("--output", output, "--report", report),
    )
    return stores, output, report


def lists(path, layer):
    with h5py.File(path) as store:
        rows = store[f"layers/{layer:04d}"][:]
    rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    similarities = rows @ rows.T
    np.fill_diagonal(similarities, -np.inf)
    return np.argsort(-similarities, axis=1)[:, :K]


def test_an_added_neighbour_metric_goes_through_a_sweep(swept):
    stores, output, _ = swept
    layers = [lists(path, layer) for path in stores for layer in range(2)]
    expected = [
        [np.mean([len(set(a) & set(b)) > 0 for a, b in zip(x, y, strict=True)]) for y in layers] for x in layers
    ]
    with h5py.File(output) as file:
        group = file[f"metrics/hit_knn_k{K}"]
        np.testing.assert_array_equal(group["layer_scores"][:], expected)
        none = np.prod([(SAMPLES - 1 - K - j) / (SAMPLES - 1 - j) for j in range(K)])
        np.testing.assert_allclose(group.attrs["chance"], 1 - none, rtol=1e-12)
        assert f"metrics/mutual_knn_k{K}" in file


def centre_distances(path, layer):
    with h5py.File(path) as store:
        rows = store[f"layers/{layer:04d}"][:].astype(np.float64)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return np.linalg.norm(rows - rows.mean(axis=0), axis=1)


def test_an_added_artifact_goes_through_a_sweep(swept):
    stores, output, _ = swept
    expected = np.corrcoef([centre_distances(path, layer) for path in stores for layer in range(2)])
    with h5py.File(output) as file:
        np.testing.assert_allclose(file["metrics/centre_correlation/layer_scores"][:], expected, atol=1e-9)
        assert file["metrics/centre_correlation"].attrs["chance"] == 0


def test_added_metrics_are_listed_exported_and_reported(extended, swept):
    _, output, report = swept
    listed = [metric["metric"] for metric in json.loads(extended.succeed("metrics", "--json"))]
    rows = list(csv.DictReader(extended.succeed("export", output).splitlines()))
    page = (report / "report.html").read_text()
    for name, shown in [("hit_knn", f"hit_knn_k{K}"), ("centre_correlation", "centre_correlation")]:
        assert name in listed
        assert any(name in cell for row in rows for cell in row.values())
        assert shown in page


def test_others_do_not_know_an_added_metric(platonic, swept, tmp_path):
    stores, output, _ = swept
    refused = platonic.run("sweep", "--x", *stores, "--metric", "hit_knn", "--output", tmp_path / "r.h5")
    assert refused.returncode == 2 and "hit_knn" in refused.stderr
    # Its results can be read all the same.
    assert "\nhit_knn,exact," in platonic.succeed("export", output)
