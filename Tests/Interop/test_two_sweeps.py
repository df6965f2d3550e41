"""Reports about two sweeps by `platonic report A.h5 B.h5`: numbers in data/ against both results files as h5py reads them."""

import csv
import itertools

import h5py
import numpy as np
import pytest
from scipy import stats

from conftest import write_store

SAMPLES, DRAWN = 60, 40
METRICS = ["cycle_knn_k4", "mutual_knn_k4", "unbiased_cka"]


def made(seed, noise):
    """Layers of models by name, which have the same in common and more or less noise of their own."""
    generator = np.random.default_rng(seed)
    common = generator.normal(size=(SAMPLES, 6))
    return {
        name: [
            (common @ generator.normal(size=(6, 9)) + noise[name] * generator.normal(size=(SAMPLES, 9))) for _ in "ab"
        ]
        for name in sorted(noise)
    }


def swept(platonic, folder, name, models, *options, ids=None, sides=None, dataset="random"):
    folder = folder / name
    folder.mkdir()
    ids = ids or [f"s{i}" for i in range(SAMPLES)]
    stores = {}
    for model, layers in models.items():
        network = "twins" if model.startswith("twin") else model
        stores[model] = write_store(folder / f"{model}.h5", model, layers, ids, network=network)
        with h5py.File(stores[model], "r+") as store:
            store.attrs["dataset"] = dataset
    output = folder / "results.h5"
    x, y = sides or (list(stores), [])
    words = ["--x", *[stores[model] for model in x]] + (["--y", *[stores[model] for model in y]] if y else [])
    platonic.succeed(
        "sweep", *words, "--metric", "mutual_knn", "unbiased_cka", "cycle_knn", "--k", 4, "--intervals", DRAWN, "--name",
        name, *options, "--output", output, "--quiet"
    )  # fmt: skip
    return output


NOISE = {"one": 0.5, "two": 1.0, "three": 2.0, "twin a": 1.0, "twin b": 1.5}


@pytest.fixture(scope="module")
def before(platonic, tmp_path_factory):
    return swept(platonic, tmp_path_factory.mktemp("sweeps"), "before", made(1, NOISE))


@pytest.fixture(scope="module")
def after(platonic, before):
    """The same samples; one model is better, one is gone and one is new."""
    models = made(1, NOISE)
    models["two"] = made(1, NOISE | {"two": 0.2})["two"]
    models["four"] = models.pop("three")
    return swept(platonic, before.parent.parent, "after", models)


def differences(platonic, folder, *sweeps):
    platonic.succeed("report", *sweeps, "--output", folder)
    with (folder / "data/differences.csv").open(newline="") as file:
        return list(csv.DictReader(file)), (folder / "report.html").read_text()


class Sweep:
    def __init__(self, path):
        with h5py.File(path) as root:
            self.x, self.y = list(root["x"].asstr()), list(root["y"].asstr())
            self.scores = {name: root[f"metrics/{name}/scores"][:] for name in METRICS}
            self.layers = {
                name: np.stack([root[f"metrics/{name}/best_{side}_layer"][:] for side in "xy"], -1) for name in METRICS
            }
            groups = {name: root["statistics"][name] for name in METRICS if name in root["statistics"]}
            self.replicates = {name: group["replicates"][:] for name, group in groups.items() if "replicates" in group}
            self.scaling = {
                name: np.sqrt(
                    groups[name].attrs["drawn_units"]
                    / (groups[name].attrs["units"] - groups[name].attrs["drawn_units"])
                )
                for name in self.replicates
            }

    def cell(self, x, y):
        return self.x.index(x), self.y.index(y)


def error(replicates, scaling):
    return np.std(replicates, ddof=1) * scaling


def check(found, first, second, names, pairs, paired):
    """Every pair that both sweeps have, under every metric, with its interval."""
    first, second = Sweep(first), Sweep(second)
    assert [(row["metric"], row["x"], row["y"]) for row in found] == [(m, *pair) for m in METRICS for pair in pairs]
    assert set(first.replicates) >= {"mutual_knn_k4", "unbiased_cka"}
    width = stats.norm.ppf(0.975)
    for row in found:
        metric, x, y = row["metric"], row["x"], row["y"]
        at, there = first.cell(x, y), second.cell(x, y)
        a, b = first.scores[metric][at], second.scores[metric][there]
        assert [float(row[name]) for name in names] == [a, b]
        assert float(row["difference"]) == pytest.approx(b - a, rel=1e-12, abs=1e-15)
        assert row[f"layers, {names[0]}"] == ", ".join(map(str, first.layers[metric][at]))
        assert row[f"layers, {names[1]}"] == ", ".join(map(str, second.layers[metric][there]))
        if metric not in first.replicates:
            assert row["lower"] == row["upper"] == row["decided"] == ""
            continue
        own, other = first.replicates[metric][at], second.replicates[metric][there]
        se = (
            error(other - own, first.scaling[metric])
            if paired
            else np.hypot(error(own, first.scaling[metric]), error(other, second.scaling[metric]))
        )
        ends = [b - a - width * se, b - a + width * se]
        assert [float(row["lower"]), float(row["upper"])] == pytest.approx(ends, rel=1e-9, abs=1e-12)
        assert row["decided"] == ("yes" if ends[0] > 0 or ends[1] < 0 else "no")


def test_the_same_samples_are_compared_in_the_same_subsamples(platonic, before, after, tmp_path):
    found, page = differences(platonic, tmp_path / "report", before, after)
    pairs = [(x, y) for x, y in itertools.combinations(Sweep(before).x, 2) if "three" not in (x, y)]
    assert len(pairs) == 6
    check(found, before, after, ["before", "after"], pairs, paired=True)
    assert "in the same order: intervals of differences are of the same subsamples" in page
    assert "<td>three</td>" in page and "<td>four</td>" in page
    better = [row for row in found if row["metric"] == "mutual_knn_k4" and "two" in (row["x"], row["y"])]
    assert all(float(row["difference"]) > 0 for row in better), "the model whose noise was taken away agrees more"
    # The mean leaves the variants of one network out.
    with (tmp_path / "report/data/metrics.csv").open(newline="") as file:
        summary = {row["metric"]: row for row in csv.DictReader(file)}
    others = [row for row in found if row["metric"] == "unbiased_cka" and row["same network"] == "0"]
    assert len(others) == 5
    for name, column in [("before", "mean, before"), ("after", "mean, after"), ("difference", "difference")]:
        mean = np.mean([float(row[name]) for row in others])
        assert float(summary["unbiased_cka"][column]) == pytest.approx(mean, rel=1e-12)
    a, b = Sweep(before), Sweep(after)
    per_subsample = np.mean(
        [
            b.replicates["unbiased_cka"][b.cell(row["x"], row["y"])]
            - a.replicates["unbiased_cka"][a.cell(row["x"], row["y"])]
            for row in others
        ],
        axis=0,
    )
    half = stats.norm.ppf(0.975) * error(per_subsample, a.scaling["unbiased_cka"])
    width = float(summary["unbiased_cka"]["upper"]) - float(summary["unbiased_cka"]["lower"])
    assert width == pytest.approx(2 * half, rel=1e-9)
    rank = stats.spearmanr([float(row["before"]) for row in others], [float(row["after"]) for row in others]).statistic
    assert float(summary["unbiased_cka"]["Spearman"]) == pytest.approx(rank, rel=1e-12)


@pytest.mark.parametrize("what", ["other samples", "some samples", "another order", "another seed", "another data set"])
def test_intervals_of_samples_that_are_not_the_same_add_up(platonic, before, tmp_path, what):
    ids, models, options, dataset = [f"s{i}" for i in range(SAMPLES)], made(2, NOISE), [], "random"
    sentence = "The samples are others"
    if what == "other samples":
        ids = [f"t{i}" for i in range(SAMPLES)]
    elif what == "some samples":
        ids = [f"s{i + 40}" for i in range(SAMPLES)]
        sentence = "20 samples are in both"
    elif what == "another order":
        ids.reverse()
        sentence = "Both have the same samples, in other subsamples"
    elif what == "another seed":
        options = ["--seed", 7]
        sentence = "Both have the same samples, in other subsamples"
    else:
        dataset = "numbered alike"
    other = swept(platonic, tmp_path, "other", models, *options, ids=ids, dataset=dataset)
    found, page = differences(platonic, tmp_path / "report", before, other)
    check(found, before, other, ["before", "other"], list(itertools.combinations(Sweep(before).x, 2)), paired=False)
    assert sentence in page


def test_sides_may_be_exchanged(platonic, before, tmp_path):
    models = made(1, NOISE)
    one = swept(platonic, tmp_path, "one", models, sides=(["one", "two"], ["three", "twin a"]))
    two = swept(platonic, tmp_path, "two", models, sides=(["three", "twin a"], ["two", "one"]))
    found, _ = differences(platonic, tmp_path / "report", one, two)
    symmetric = [row for row in found if row["metric"] != "cycle_knn_k4"]
    # What x has to say of y is another score than what y has to say of x.
    assert len(found) == len(symmetric) == 8
    for row in symmetric:
        assert float(row["difference"]) == pytest.approx(0, abs=1e-12)
        assert row["layers, one"] == row["layers, two"]
    # A symmetric sweep beside one of two sides.
    found, _ = differences(platonic, tmp_path / "again", before, one)
    assert len(found) == 12 and all(abs(float(row["difference"])) < 1e-12 for row in found)


def test_a_sweep_beside_itself_has_no_differences_and_the_same_bytes(platonic, before, tmp_path):
    found, page = differences(platonic, tmp_path / "report", before, before)
    assert found and {row["difference"] for row in found} == {"0"} and "first and second" in page
    files = {path.relative_to(tmp_path / "report"): path.read_bytes() for path in (tmp_path / "report").rglob("*.*")}
    platonic.succeed("report", before, before, "--output", tmp_path / "report")
    again = {path.relative_to(tmp_path / "report"): path.read_bytes() for path in (tmp_path / "report").rglob("*.*")}
    assert files == again and len(files) > 10


def test_sweeps_without_anything_in_common(platonic, before, tmp_path):
    other = swept(platonic, tmp_path, "other", {f"new {name}": layers for name, layers in made(3, NOISE).items()})
    platonic.succeed("report", before, other, "--output", tmp_path / "report")
    assert (
        "No pair of models is in both sweeps: there is nothing to compare."
        in (tmp_path / "report/report.html").read_text()
    )


@pytest.mark.parametrize(
    "words, sentence",
    [
        (["{0}", "{0}", "{0}"], "a report is about one results file or two, and 3 were given"),
        (["{0}", "{0}", "--families"], "--families, --cividis and --distance are for a report about one results file"),
        (["{0}", "{1}"], "no results file"),
    ],
)
def test_wrong_requests(platonic, before, tmp_path, words, sentence):
    store = next(before.parent.glob("one.h5"))
    refused = platonic.run("report", *[word.format(before, store) for word in words], "--output", tmp_path / "report")
    assert refused.returncode == 2 and sentence in refused.stderr
    assert not (tmp_path / "report").exists()
