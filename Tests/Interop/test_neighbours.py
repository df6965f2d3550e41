"""`platonic neighbours`: the lists of two layers side by side, against NumPy's, and pages with pictures."""

import base64
import csv
import json
import shutil

import h5py
import numpy as np
import pytest

import reference
from conftest import write_store

SAMPLES, K = 40, 5
# A pixel, as every browser shows it.
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)


def made(seed=3):
    generator = np.random.default_rng(seed)
    common = generator.normal(size=(SAMPLES, 5))
    return {
        name: [(common @ generator.normal(size=(5, 8)) + noise * generator.normal(size=(SAMPLES, 8))) for _ in range(2)]
        for name, noise in [("one", 0.3), ("two", 0.6), ("three", 3.0)]
    }


@pytest.fixture(scope="module")
def models():
    return made()


@pytest.fixture(scope="module")
def ids():
    return [f"folder/<s{i}>" if i == 7 else f"s{i}" for i in range(SAMPLES)]


@pytest.fixture(scope="module")
def results(platonic, models, ids, tmp_path_factory):
    folder = tmp_path_factory.mktemp("neighbours")
    stores = [write_store(folder / f"{name}.h5", name, layers, ids) for name, layers in models.items()]
    output = folder / "results.h5"
    platonic.succeed(
        "sweep", "--x", *stores, "--metric", "mutual_knn", "cka", "--k", K, "--intervals", "--output", output, "--quiet"
    )
    return output


def lists(models, layers):
    """The neighbours of all samples in layers of models, as NumPy finds them."""
    prepared = {name: reference.prepare(layers, clip=0.95) for name, layers in models.items()}
    return [reference.neighbours(prepared[name][index], K) for name, index in layers]


def best(results, x, y, metric=f"mutual_knn_k{K}"):
    with h5py.File(results) as file:
        names = list(file["x"].asstr())
        at = names.index(x), names.index(y)
        group = file[f"metrics/{metric}"]
        return group["scores"][at], group["best_x_layer"][at], group["best_y_layer"][at]


@pytest.mark.parametrize("pair", [("one", "two"), ("two", "one"), ("three", "one")])
def test_lists_are_numpys(platonic, results, models, ids, pair):
    found = json.loads(platonic.succeed("neighbours", results, "--models", *pair, "--json"))
    score, first, second = best(results, *pair)
    assert [found["first"]["layer"], found["second"]["layer"]] == [first, second]
    assert found["mutualKNN"] == pytest.approx(score, abs=1e-12) and (found["k"], found["n"]) == (K, SAMPLES)
    expected = lists(models, [(pair[0], first), (pair[1], second)])
    counts = np.array([len(set(a) & set(b)) for a, b in zip(*expected, strict=True)])
    for example in found["examples"]:
        sample = ids.index(example["sample"])
        for side, neighbours in zip(["first", "second"], expected, strict=True):
            assert example[side] == [ids[i] for i in neighbours[sample]]
        assert set(example["shared"]) == set(example["first"]) & set(example["second"])
    # Those that tell most: most, usual, fewest in common.
    shared = [len(example["shared"]) for example in found["examples"]]
    assert len(shared) == 6 and shared[0] == counts.max() and shared[-1] == counts.min()
    assert shared == sorted(shared, reverse=True) and np.sort(counts)[SAMPLES // 2] in shared[2:4]


def test_samples_metric_and_k_may_be_chosen(platonic, results, models, ids):
    words = ["--models", "one", "three", "--samples", "s3", ids[7], "--metric", "cka", "--k", 3, "--json"]
    found = json.loads(platonic.succeed("neighbours", results, *words))
    _, first, second = best(results, "one", "three", "cka")
    assert [found["first"]["layer"], found["second"]["layer"]] == [first, second]
    expected = lists(models, [("one", first), ("three", second)])
    assert [example["sample"] for example in found["examples"]] == ["s3", ids[7]]
    for example in found["examples"]:
        assert example["first"] == [ids[i] for i in expected[0][ids.index(example["sample"])][:3]]
    text = platonic.succeed("neighbours", results, "--models", "one", "two", "--samples", "s3")
    shown = json.loads(platonic.succeed("neighbours", results, "--models", "one", "two", "--samples", "s3", "--json"))
    (example,) = shown["examples"]
    assert text.count("* ") == 2 * len(example["shared"]) and "mutual k-NN" in text


def test_a_page_has_pictures_of_the_folder_and_of_nowhere_else(platonic, results, ids, tmp_path):
    photos = tmp_path / "photos"
    (photos / "folder").mkdir(parents=True)
    for sample in ids:
        (photos / f"{sample}.png").write_bytes(PNG)
    (photos / "s0.png").write_bytes(b"no picture at all")
    (photos / "s1.png").unlink()
    (tmp_path / "secret.png").write_bytes(PNG)
    (photos / "s1.png").symlink_to(tmp_path / "secret.png")
    words = ["--models", "one", "two", "--samples", *ids[:8], "--images", photos, "--output", tmp_path / "page"]
    platonic.succeed("neighbours", results, *words)
    page = (tmp_path / "page/report.html").read_text()
    with (tmp_path / "page/data/neighbours.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 8 * K
    columns = [name for name in rows[0] if name.startswith(("one", "two"))]
    shown = ids[:8] + [row[column] for row in rows for column in columns]
    pictures = page.count(f"data:image/png;base64,{base64.b64encode(PNG).decode()}")
    assert pictures == sum(sample not in ("s0", "s1") for sample in shown)
    assert page.count("<img ") == pictures and "folder/&lt;s7&gt;" in page and "<s7>" not in page
    assert page.count('class="marked"') == sum(int(row["first in both"]) + int(row["second in both"]) for row in rows)
    # A report does not take its place, nor it a report's.
    assert platonic.run("report", results, "--output", tmp_path / "page").returncode == 2
    before = page
    platonic.succeed("neighbours", results, *words)
    assert (tmp_path / "page/report.html").read_text() == before


@pytest.mark.parametrize(
    "words, sentence",
    [
        (["--models", "one"], "neighbours are those of two models"),
        (["--models", "one", "one"], "neighbours are those of two models"),
        (["--models", "one", "four"], "there is no model 'four'"),
        (["--models", "one", "two", "--samples", "s99"], "there is no sample 's99'"),
        (["--models", "one", "two", "--k", "0"], "--k is 0"),
        (["--models", "one", "two", "--k", "39"], "--k is 39, and the sweep's lists have"),
        (["--models", "one", "two", "--metric", "rsa"], "there are no scores by 'rsa'"),
        (["--models", "one", "two", "--images", "."], "a terminal shows no pictures"),
        (["--models", "one", "two", "--images", "absent", "--output", "page"], "there is no such folder of pictures"),
    ],
)
def test_wrong_requests(platonic, results, tmp_path, words, sentence):
    refused = platonic.run("neighbours", results, *words, wrap=("env", "-C", str(tmp_path)))
    assert refused.returncode == 2 and sentence in refused.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("what", ["values", "samples", "gone", "another directory of artifacts"])
def test_stores_that_are_others_by_now(platonic, results, models, ids, tmp_path, what):
    for path in results.parent.glob("*.h5"):
        shutil.copy(path, tmp_path)
    sweep = ["--metric", "mutual_knn", "--k", K, "--output", tmp_path / "own.h5", "--quiet"]
    platonic.succeed("sweep", "--x", *[tmp_path / f"{name}.h5" for name in models], *sweep)
    words = ["neighbours", tmp_path / "own.h5", "--models", "one", "two"]
    if what == "values":
        write_store(tmp_path / "one.h5", "one", made(4)["one"], ids)
    elif what == "samples":
        for name, layers in models.items():
            write_store(tmp_path / f"{name}.h5", name, layers, [f"t{i}" for i in range(SAMPLES)])
    elif what == "gone":
        (tmp_path / "one.h5").unlink()
    else:
        expected = platonic.succeed(*words)
        assert platonic.succeed(*words, "--artifacts", tmp_path / "artifacts") == expected
        return
    refused = platonic.run(*words)
    sentence = {
        "values": "the stores have other values than those that were scored",
        "samples": "the stores have other samples than those that were scored",
        "gone": "one.h5",
    }[what]
    assert refused.returncode == 2 and sentence in refused.stderr


def test_a_sweep_of_kernels_alone_has_neighbours_too(platonic, models, ids, tmp_path):
    stores = [write_store(tmp_path / f"{name}.h5", name, layers, ids) for name, layers in models.items()]
    platonic.succeed("sweep", "--x", *stores, "--metric", "cka", "--output", tmp_path / "cka.h5", "--quiet")
    found = json.loads(
        platonic.succeed("neighbours", tmp_path / "cka.h5", "--models", "one", "two", "--k", K, "--json")
    )
    _, first, second = best(tmp_path / "cka.h5", "one", "two", "cka")
    expected = lists(models, [("one", first), ("two", second)])
    for example in found["examples"]:
        assert example["second"] == [ids[i] for i in expected[1][ids.index(example["sample"])]]
