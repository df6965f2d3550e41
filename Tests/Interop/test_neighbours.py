"""`platonic neighbours`: the lists of two layers side by side, against NumPy's, and pages with pictures."""

import base64
import csv
import json
import shutil

import h5py
import numpy as np
import pytest

import permutations
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


# Samples of one group

GROUP_SIZES = [5, 1, 4, 5, 2, 5, 3, 5, 4, 5]


def grouped_stores(folder, generator, sizes=GROUP_SIZES):
    """Two models that share what is common to a group and what is a sample's own; the samples of groups lie apart."""
    groups = generator.permutation(np.repeat(np.arange(len(sizes)), sizes))
    common = generator.normal(size=(len(sizes), 6))[groups] + 0.7 * generator.normal(size=(len(groups), 6))
    layers = {
        name: [common @ generator.normal(size=(6, 9)) + generator.normal(size=(len(groups), 9))]
        for name in ["one", "two"]
    }
    stores = [
        write_store(folder / f"{name}.h5", name, values, [f"s{i}" for i in range(len(groups))])
        for name, values in layers.items()
    ]
    for store in stores:
        with h5py.File(store, "a") as file:
            # Any labels do.
            file["samples/groups"] = 1000 - 7 * groups
    return stores, layers, groups


def chosen_samples(groups, choice, count):
    """At most `count` samples of each group, as the program draws them."""
    generator = permutations.SplitMix64(choice)
    chosen = []
    # In the order in which they appear.
    for group in dict.fromkeys(groups):
        members = np.flatnonzero(groups == group)
        chosen += list(members[permutations.shuffled(generator, len(members))][:count])
    return np.sort(chosen)


@pytest.mark.parametrize("excluded", [[], ["--exclude-groups"]])
def test_scores_over_samples_of_a_group_are_numpys(platonic, tmp_path, excluded):
    stores, layers, groups = grouped_stores(tmp_path, np.random.default_rng(11))
    results = tmp_path / "results.h5"
    platonic.succeed("sweep", "--x", *stores, "--k", 3, *excluded, "--output", results, "--quiet")
    words = ["neighbours", results, "--models", "one", "two", "--groups"]
    found = json.loads(platonic.succeed(*words, "--json"))
    assert found["mutualKNN"] == pytest.approx(best(results, "one", "two", "mutual_knn_k3")[0], abs=1e-12)
    assert (found["groups"]["count"], found["groups"]["largest"]) == (10, 5)

    x, y = (reference.prepare(layers[name], clip=0.95)[0] for name in ["one", "two"])
    own = [
        [{j for j in row if groups[i] == groups[j]} for i, row in enumerate(reference.neighbours(values, 3))]
        for values in (x, y)
    ]
    share = {
        "first": np.mean([len(a) for a in own[0]]) / 3,
        "second": np.mean([len(b) for b in own[1]]) / 3,
        "both": np.mean([len(a & b) for a, b in zip(*own, strict=True)]) / 3,
        "chance": sum(s * (s - 1) for s in GROUP_SIZES) / (39 * 38),
    }
    assert found["groups"]["own"] == pytest.approx(share, abs=1e-12) and share["both"] > 0.1

    levels = found["groups"]["levels"]
    assert [level["samplesOfEach"] for level in levels] == [1, 2, 3, 4, 5]
    for level in levels:
        count = level["samplesOfEach"]
        choices = [chosen_samples(groups, choice, count) for choice in range(10 if count < 5 else 1)]
        together = [reference.mutual_knn(x[c], y[c], 3) for c in choices]
        apart = [reference.mutual_knn(x[c], y[c], 3, groups[c]) for c in choices]
        assert level["samples"] == len(choices[0])
        assert level["together"]["mutualKNN"] == pytest.approx(np.mean(together), abs=1e-12)
        assert level["apart"]["mutualKNN"] == pytest.approx(np.mean(apart), abs=1e-12)
        assert level["together"]["chance"] == pytest.approx(3 / (len(choices[0]) - 1))
        sizes = [np.sum(groups[choices[0]] == group) for group in groups[choices[0]]]
        assert level["apart"]["chance"] == pytest.approx(np.mean([3 / (len(choices[0]) - size) for size in sizes]))
        if count < 5:
            assert level["apart"]["standardDeviation"] == pytest.approx(np.std(apart, ddof=1), abs=1e-12)
        else:
            assert "standardDeviation" not in level["apart"]
    assert levels[0]["together"] == levels[0]["apart"], "with one sample of each group there is nothing to leave out"
    assert levels[-1]["together"]["mutualKNN"] > levels[-1]["apart"]["mutualKNN"] + 0.02

    text = platonic.succeed(*words)
    assert f"{100 * share['both']:.0f} % in both" in text and "10 groups" in text
    platonic.succeed(*words, "--output", tmp_path / "page")
    assert "Samples of one group" in (tmp_path / "page/report.html").read_text()
    with (tmp_path / "page/data/groups.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["apart"]) for row in rows] == pytest.approx([level["apart"]["mutualKNN"] for level in levels])


def test_lists_that_run_out_give_no_score(platonic, tmp_path):
    # One of a hundred samples leaves 256 neighbours but two or three to choose from.
    stores, _, _ = grouped_stores(tmp_path, np.random.default_rng(12), sizes=[100] * 6)
    results = tmp_path / "results.h5"
    platonic.succeed("sweep", "--x", *stores, "--k", 5, "--output", results, "--quiet")
    words = ["neighbours", results, "--models", "one", "two", "--groups"]
    levels = json.loads(platonic.succeed(*words, "--json"))["groups"]["levels"]
    assert [level["samplesOfEach"] for level in levels] == [1, 2, 4, 8, 16, 32, 64, 100]
    assert "mutualKNN" not in levels[0]["together"] and levels[-1]["together"]["mutualKNN"] > 0
    assert "lists are too short" in platonic.succeed(*words)


def test_lists_longer_than_those_of_other_levels(platonic, tmp_path):
    stores, _, _ = grouped_stores(tmp_path, np.random.default_rng(14), sizes=[4] * 80)
    results = tmp_path / "results.h5"
    platonic.succeed("sweep", "--x", *stores, "--k", 300, "--output", results, "--quiet")
    words = ["neighbours", results, "--models", "one", "two", "--groups"]
    found = json.loads(platonic.succeed(*words, "--json"))
    assert found["groups"]["levels"][-1]["together"]["mutualKNN"] == pytest.approx(found["mutualKNN"], abs=1e-12)


def test_all_samples_score_as_in_a_sweep_whatever_the_groups(platonic, tmp_path):
    """A group of more samples than lists usually have: its members' lists would be of it alone."""
    sizes = [300] + [1] * 500
    stores, _, _ = grouped_stores(tmp_path, np.random.default_rng(15), sizes=sizes)
    scores = {}
    for name, words in {"together": [], "apart": ["--exclude-groups"]}.items():
        platonic.succeed("sweep", "--x", *stores, "--k", 5, *words, "--output", tmp_path / f"{name}.h5", "--quiet")
        scores[name] = best(tmp_path / f"{name}.h5", "one", "two", "mutual_knn_k5")[0]
    for name in scores:
        words = ["neighbours", tmp_path / f"{name}.h5", "--models", "one", "two", "--groups"]
        found = json.loads(platonic.succeed(*words, "--json"))["groups"]["levels"][-1]
        assert {name: found[name]["mutualKNN"] for name in scores} == pytest.approx(scores, abs=1e-12)
        assert found["together"]["leftOut"] == found["apart"]["leftOut"] == 0
    # What is expected by chance is that of the sweep's own lists.
    chance = 100 * (300 * 5 / 500 + 500 * 5 / 799) / 800
    assert f"by chance it would be {chance:.1f} %" in platonic.succeed(*words[:-1])


def test_references_have_no_other_lists(platonic, tmp_path):
    stores, _, _ = grouped_stores(tmp_path, np.random.default_rng(16))
    references = tmp_path / "two.references"
    platonic.succeed("bundle", "--x", stores[1], "--k", 3, "--output", references)
    results = tmp_path / "results.h5"
    platonic.succeed("sweep", "--x", stores[0], references, "--k", 3, "--output", results, "--quiet")
    refused = platonic.run("neighbours", results, "--models", "one", "two", "--groups")
    assert refused.returncode == 2 and "the sweep has references" in refused.stderr


def test_fewer_groups_than_neighbours_give_no_score(platonic, tmp_path):
    stores, _, _ = grouped_stores(tmp_path, np.random.default_rng(13), sizes=[5, 5, 5])
    results = tmp_path / "results.h5"
    platonic.succeed("sweep", "--x", *stores, "--k", 3, "--output", results, "--quiet")
    words = ["neighbours", results, "--models", "one", "two", "--groups"]
    levels = json.loads(platonic.succeed(*words, "--json"))["groups"]["levels"]
    assert levels[0]["together"] == levels[0]["apart"] == {"leftOut": 3}
    names = {"mutualKNN", "standardDeviation", "chance", "leftOut"}
    assert levels[1]["together"].keys() == levels[1]["apart"].keys() == names
    assert "fewer samples than neighbours" in platonic.succeed(*words)
    platonic.succeed(*words, "--output", tmp_path / "page")


def test_groups_that_no_store_has(platonic, results):
    refused = platonic.run("neighbours", results, "--models", "one", "two", "--groups")
    assert refused.returncode == 2 and "no store of the sweep says which samples belong together" in refused.stderr
