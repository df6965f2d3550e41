"""Scores of models from a table beside their stores: `--scores`."""

import h5py
import numpy as np
import pytest

from conftest import write_store

IDS = [f"sample {i}" for i in range(30)]


@pytest.fixture
def stores(tmp_path):
    generator = np.random.default_rng(2)
    folder = tmp_path / "stores"
    folder.mkdir()
    for number in range(4):
        write_store(
            folder / f"{number}.h5",
            f"model, {number}",
            [generator.standard_normal((30, 8))],
            IDS,
            scores={"old": float(number)},
        )
    return folder


def sweep(platonic, tmp_path, stores, *words):
    output = tmp_path / f"{len(list(tmp_path.iterdir()))}.h5"
    result = platonic.run("sweep", "--x", stores, "--k", 3, "--output", output, "--quiet", *words)
    return result, output


def found(output):
    """Names of the models; and scores by name, with whether lower is better."""
    with h5py.File(output) as results:
        models = [name.decode() for name in results["x"][()]]
        scores = {
            node.attrs["name"]: (list(node[()]), bool(node.attrs["lower_is_better"]))
            for name, node in results.items()
            if name.startswith("x_score_")
        }
    return models, scores


def test_a_table_gives_scores_that_stores_lack(platonic, tmp_path, stores):
    table = tmp_path / "scores.csv"
    table.write_text(
        "\ufeffmodel,accuracy,bits per byte (lower is better),old\r\n"
        '"model, 0",0.5,1.25,0\r\n"model, 1",0.75,,1\r\n"model, 3",1e-3,2.5,3\r\nanother,9,9,9\r\n', encoding="utf-8")  # fmt: skip
    result, output = sweep(platonic, tmp_path, stores, "--scores", table)
    assert result.returncode == 0, result.stderr
    assert "no scores of 1 model: model, 2" in result.stderr
    models, scores = found(output)
    order = [models.index(f"model, {number}") for number in range(4)]
    values = {name: [numbers[place] for place in order] for name, (numbers, _) in scores.items()}
    np.testing.assert_array_equal(values["accuracy"], [0.5, 0.75, np.nan, 1e-3])
    np.testing.assert_array_equal(values["bits per byte"], [1.25, np.nan, np.nan, 2.5])
    np.testing.assert_array_equal(values["old"], [0, 1, 2, 3])
    assert {name: lower for name, (_, lower) in scores.items()} == {
        "accuracy": False,
        "bits per byte": True,
        "old": False,
    }
    # The layers' scores are none of the table's business.
    plain, other = sweep(platonic, tmp_path, stores)
    with h5py.File(output) as one, h5py.File(other) as two:
        name = "metrics/mutual_knn_k3/layer_scores"
        assert plain.returncode == 0 and np.array_equal(one[name][()], two[name][()])


def test_the_table_is_taken_where_a_store_says_otherwise(platonic, tmp_path, stores):
    table = tmp_path / "scores.csv"
    table.write_text('model,old\n"model, 1",7\n')
    result, output = sweep(platonic, tmp_path, stores, "--scores", table)
    assert result.returncode == 0 and "'old' of model, 1 is 7.0, and 1.0 in its store" in result.stderr
    models, scores = found(output)
    assert scores["old"][0][models.index("model, 1")] == 7


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("name,accuracy\nmodel,1\n", "not the names of columns"),
        ("model\nx\n", "not the names of columns"),
        ('model,a\n"model, 0",much\n', "'a' of 'model, 0' is 'much', not a number"),
        ('model,a\n"model, 0",inf\n', "not a number"),
        ('model,a\n"model, 0",1\n"model, 0",2\n', "occurs twice"),
        ("model,a,a\nx,1,2\n", "occurs twice"),
        ("model,a\nmodel, 0,1\n", "3 fields for 2 columns"),
        ('model,a,b\n"model, 0",1\n', "2 fields for 3 columns"),
        ('model,a\n"model, 0",0x1p3\n', "not a number"),
        ('model,a\n"model, 0",1\0abc\n', "not a number"),
        ("model," + ",".join(f"s{i}" for i in range(2000)) + "\n", "2,001 columns"),
        ("model,a\n" + "x,1\n" * 3_000_000, "more than 8 MiB"),
        ("model,a\nothers,1\n", "none of the models: it has 'others'"),
        ('model,a\n"model, 0"x,1\n', "no CSV"),
        ("", "not the names of columns"),
    ],
)
def test_what_is_no_table_is_refused(platonic, tmp_path, stores, text, sentence):
    table = tmp_path / "scores.csv"
    table.write_text(text)
    result, output = sweep(platonic, tmp_path, stores, "--scores", table)
    assert result.returncode == 2 and sentence in result.stderr and "scores.csv" in result.stderr, result.stderr
    assert len(result.stderr.strip().splitlines()) == 2 and not output.exists()


def test_other_files_are_refused(platonic, tmp_path, stores):
    for path in (tmp_path / "none.csv", stores, stores / "0.h5", "/dev/zero"):
        result, _ = sweep(platonic, tmp_path, stores, "--scores", path)
        assert result.returncode == 2 and "table of scores" in result.stderr, result.stderr
