"""The tables that `platonic export` prints, read by the programs that people read them with."""

import csv
import io
import json
import math
import subprocess

import numpy as np
import pyarrow.parquet
import pytest

from conftest import COLUMNS, write_store

NUMBERS = ("score", "chance", "z", "p", "adjusted", "q", "threshold", "calibrated")
NUMBERS += ("standard_error", "lower", "upper")


@pytest.fixture(scope="module")
def results(platonic, tmp_path_factory):
    """Two models, one of them with a layer whose rows are all the same, so that scores are missing."""
    folder = tmp_path_factory.mktemp("export")
    generator = np.random.default_rng(3)
    ids = [f"sample {i}" for i in range(30)]
    layers = [generator.normal(size=(30, 5)) for _ in range(3)]
    stores = [
        write_store(folder / "a.h5", "a, 'é' \"quoted\"", layers, ids),
        write_store(folder / "b.h5", "b", [layers[0] + 1, np.ones((30, 4))], ids),
    ]
    path = folder / "results.h5"
    result = platonic.run(
        "sweep",
        "--x",
        *stores,
        "--metric",
        "mutual_knn",
        "cka",
        "svcca",
        "--k",
        5,
        "--output",
        path,
        "--quiet",
        "--workers",
        1,
    )
    assert result.returncode in (0, 1), result.stderr
    return path


def export(platonic, results, form, level):
    result = platonic.run("export", results, "--format", form, "--level", level)
    assert result.returncode == 0, result.stderr
    return result.stdout


def from_csv(text):
    """The rows of the CSV with the types of their columns."""
    rows = []
    for row in csv.DictReader(io.StringIO(text)):
        for name in ("k", "x_layer", "y_layer", "n", "queries"):
            row[name] = int(row[name]) if row[name] else None
        for name in NUMBERS:
            row[name] = float(row[name]) if row[name] else None
        for name in ("x_layer_name", "y_layer_name"):
            row[name] = row[name] or None
        rows.append(row)
    return rows


def same(a, b):
    return a == b or (isinstance(a, float) and isinstance(b, float) and math.isnan(a) and math.isnan(b))


@pytest.mark.parametrize("level", ["layer", "model"])
def test_parquet_holds_what_the_csv_holds(platonic, results, tmp_path, level):
    expected = from_csv(export(platonic, results, "csv", level))
    path = tmp_path / "results.parquet"
    with path.open("wb") as file:
        subprocess.run(
            [platonic.binary, "export", results, "--format", "parquet", "--level", level],
            stdout=file,
            check=True,
            env=platonic.environment,
        )
    table = pyarrow.parquet.read_table(path)
    assert table.column_names == COLUMNS
    types = {field.name: str(field.type) for field in table.schema}
    assert {types[name] for name in NUMBERS} == {"double"}
    assert {types[name] for name in ("k", "x_layer", "y_layer", "n", "queries")} == {"int32"}
    assert {types[name] for name in COLUMNS if "model" in name or "name" in name} == {"string"}
    rows = table.to_pylist()
    assert len(rows) == len(expected) == (3 * 25 if level == "layer" else 3 * 4)
    for row, wanted in zip(rows, expected, strict=True):
        assert all(same(row[name], wanted[name]) for name in COLUMNS), (row, wanted)
    assert "platonic" in pyarrow.parquet.read_metadata(path).created_by


@pytest.mark.parametrize("level", ["layer", "model"])
def test_json_is_one_document_of_records(platonic, results, level):
    expected = from_csv(export(platonic, results, "csv", level))

    def refuse(name):
        raise AssertionError(f"{name} is no JSON")

    rows = json.loads(export(platonic, results, "json", level), parse_constant=refuse)
    assert len(rows) == len(expected) and any(row["score"] is None for row in rows) == (level == "layer")
    for row, wanted in zip(rows, expected, strict=True):
        assert set(row) == set(COLUMNS)
        for name in COLUMNS:
            # JSON has no NaN.
            assert row[name] == (None if same(wanted[name], math.nan) else wanted[name]), (name, row, wanted)
