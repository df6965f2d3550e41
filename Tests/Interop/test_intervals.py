"""Scores of subsamples: `--intervals`, and what results say of them."""

import csv
import json
import re

import h5py
import numpy as np
import pytest

import reference
import subsamples
from cluster import Cluster
from conftest import write_store
from processes import score_bytes, wait_until
from test_calibration import bits, made, statistics

SAMPLES, K, DRAWN = 40, 4, 23
KERNELS = ["cka", "unbiased_cka", "cka_rbf", "distance_correlation"]
METRICS = {"mutual_knn_k4": "mutual_knn", "jaccard_knn_k4": "jaccard_knn"} | {
    "cka_rbf_b1" if name == "cka_rbf" else name: name for name in KERNELS
}
OPTIONS = ["--clip", "none", "--k", K, "--intervals", DRAWN, "--interval-metric", "all"]


@pytest.fixture(scope="module")
def models():
    return made([1.0, 0.6, 0.4, 0.0], samples=SAMPLES)


@pytest.fixture(scope="module")
def stores(models, tmp_path_factory):
    return written(tmp_path_factory.mktemp("stores"), models)


def written(folder, models, groups=None):
    paths = []
    for number, layers in enumerate(models):
        ids = [f"s{i}" for i in range(len(layers[0]))]
        paths.append(write_store(folder / f"m{number}.h5", f"m{number}", layers, ids))
        if groups is not None:
            with h5py.File(paths[-1], "r+") as store:
                store["samples/groups"] = groups
    return paths


def swept(platonic, folder, sides, *options):
    output = folder / "results.h5"
    platonic.succeed(
        "sweep", *sides, "--metric", *dict.fromkeys(METRICS.values()), *OPTIONS, *options, "--output", output, "--quiet"
    )
    return output


def expected(metric, x, y, groups=None, seed=0):
    """For every pair of layers its scores within all subsamples, and the share of samples that they leave out on average."""
    scores = np.empty((len(x), len(y), DRAWN))
    left_out = np.zeros((len(x), len(y)))
    for number in range(DRAWN):
        drawn = subsamples.subsample(number, len(x[0]), seed, groups)
        for i, a in enumerate(x):
            for j, b in enumerate(y):
                if metric in KERNELS:
                    scores[i, j, number] = subsamples.kernel_score(metric, a, b, drawn)
                else:
                    scores[i, j, number], share = subsamples.neighbour_score(metric, a, b, drawn, K, groups)
                    left_out[i, j] += share / DRAWN
    return scores, left_out


def check(path, x, y, groups=None, seed=0):
    """Holds what is in the file to Python's own subsamples; x and y are models, which are lists of layers."""
    flat_x, flat_y = [reference.prepare([layer for model in side for layer in model], clip=None) for side in (x, y)]
    starts_x, starts_y = [np.cumsum([0] + [len(model) for model in side]) for side in (x, y)]
    found = statistics(path)
    with h5py.File(path) as file:
        for name, metric in METRICS.items():
            scores, left_out = expected(metric, flat_x, flat_y, groups, seed)
            errors = np.apply_along_axis(subsamples.standard_error, 2, scores, len(flat_x[0]), groups)
            tolerance = 1e-12 if metric.endswith("knn") else 2e-6
            assert np.allclose(found[f"{name}/standard_error"], errors, rtol=0, atol=tolerance), name
            whole = file[f"metrics/{name}/layer_scores"][:]
            for end, sign in (("lower", -1), ("upper", 1)):
                assert np.allclose(
                    found[f"{name}/{end}"], whole + sign * 1.959963984540054 * errors, atol=2 * tolerance
                )
            if metric.endswith("knn"):
                assert np.allclose(found[f"{name}/left_out"], left_out, rtol=0, atol=1e-12)
            else:
                assert f"{name}/left_out" not in found
            best = file[f"metrics/{name}/best_x_layer"][:], file[f"metrics/{name}/best_y_layer"][:]
            for i in range(len(x)):
                for j in range(len(y)):
                    row, column = starts_x[i] + best[0][i, j], starts_y[j] + best[1][i, j]
                    assert np.allclose(found[f"{name}/replicates"][i, j], scores[row, column], atol=tolerance)
                    assert found[f"{name}/maximum_standard_error"][i, j] == found[f"{name}/standard_error"][row, column]
            group = file[f"statistics/{name}"].attrs
            assert group["subsamples"] == DRAWN and group["interval_level"] == 0.95
            assert group["drawn"] == ("samples" if groups is None else "groups")
            assert group["interval_validated"] == (metric in ("mutual_knn", "unbiased_cka"))
            members = len(subsamples.units(len(flat_x[0]), groups))
            assert (group["units"], group["drawn_units"]) == (members, members // 2)
            assert [scale.name for _, scale in file[f"statistics/{name}/replicates"].dims[0].items()] == ["/x"]


def test_intervals_are_those_of_pythons_subsamples(platonic, stores, models, tmp_path):
    sides = ["--x", *stores[:2], "--y", *stores[2:]]
    check(swept(platonic, tmp_path, sides, "--seed", 5), models[:2], models[2:], seed=5)


def test_intervals_of_every_pair_are_mirrored(platonic, stores, models, tmp_path):
    path = swept(platonic, tmp_path, ["--x", *stores])
    check(path, models, models)
    for name, values in statistics(path).items():
        if name.split("/")[1] in ("standard_error", "replicates", "left_out"):
            assert np.array_equal(values, values.swapaxes(0, 1), equal_nan=True), name


def test_whole_groups_are_drawn(platonic, tmp_path):
    groups = np.repeat(np.arange(14), [2, 3, 4, 1, 2, 3, 5, 2, 3, 3, 4, 2, 3, 3])
    groups = groups[np.random.default_rng(8).permutation(len(groups))]
    models = made([1.0, 0.5, 0.3, 0.2], seed=2, samples=len(groups))
    stores = written(tmp_path, models, groups)
    path = swept(platonic, tmp_path, ["--x", *stores], "--exclude-groups")
    check(path, models, models, groups)
    warned = platonic.run(
        "sweep", "--x", *stores, "--k", K, "--intervals", 20, "--output", tmp_path / "ungrouped.h5"
    ).stderr
    assert "drawn one by one as though they were independent" in warned


def test_layers_of_many_blocks_have_the_same_intervals(platonic, tmp_path):
    """Models whose layers are cut by the grid's edge have their best pair wherever it is."""
    generator = np.random.default_rng(3)
    common = generator.normal(size=(SAMPLES, 5))
    models = [
        [common @ generator.normal(size=(5, 6)) + generator.normal(size=(SAMPLES, 6)) for _ in range(40)]
        for _ in range(3)
    ]
    stores = written(tmp_path, models)
    output = tmp_path / "results.h5"
    platonic.succeed("sweep", "--x", *stores, *OPTIONS[:-2], "--output", output, "--quiet")
    name = "mutual_knn_k4"
    found = statistics(output)
    prepared = [reference.prepare(layers, clip=None) for layers in models]
    with h5py.File(output) as file:
        best = file[f"metrics/{name}/best_x_layer"][:], file[f"metrics/{name}/best_y_layer"][:]
    for i in range(3):
        for j in range(3):
            x, y = prepared[i][best[0][i, j]], prepared[j][best[1][i, j]]
            drawn = [subsamples.subsample(number, SAMPLES) for number in range(DRAWN)]
            scores = [subsamples.neighbour_score("mutual_knn", x, y, one, K)[0] for one in drawn]
            assert np.allclose(found[f"{name}/replicates"][i, j], scores, rtol=0, atol=1e-12), (i, j)


def test_intervals_change_no_score(platonic, stores, tmp_path):
    plain, more = tmp_path / "plain.h5", tmp_path / "more.h5"
    for output, options in ((plain, OPTIONS[:4]), (more, OPTIONS)):
        platonic.succeed(
            "sweep",
            "--x",
            *stores,
            "--metric",
            *dict.fromkeys(METRICS.values()),
            *options,
            "--output",
            output,
            "--quiet",
        )
    assert score_bytes(plain) == score_bytes(more)
    assert not any(name.endswith("standard_error") for name in statistics(plain))


def test_kills_in_the_middle_change_no_byte(platonic, tmp_path):
    """Tiles of seconds each: a worker and the coordinator die while some are done and others are not."""
    generator = np.random.default_rng(4)
    models = [[generator.normal(size=(240, 12)) for _ in range(count)] for count in (70, 60, 30)]
    stores = written(tmp_path, models)
    words = ["--x", *stores, "--metric", "mutual_knn", "unbiased_cka", "--intervals", "300"]
    alone = tmp_path / "alone.h5"
    platonic.succeed("sweep", "--quiet", *words, "--workers", 1, "--output", alone)
    cluster = Cluster(platonic, tmp_path, insecure=True)
    try:
        cluster.start_coordinator()
        port = (cluster.state / "endpoint").read_text().strip().rpartition(":")[2]
        workers = cluster.start_workers(2)
        sweep = cluster.submit(*words)
        wait_until(lambda: cluster.status(sweep)["tilesScored"] >= 1, "a tile", patience=60)
        workers[0].kill()
        cluster.start_worker()
        wait_until(lambda: cluster.status(sweep)["tilesScored"] >= 3, "more tiles", patience=60)
        assert cluster.status(sweep)["state"] == "running"
        cluster.coordinator.kill()
        cluster.start_coordinator(bind=f"tcp://127.0.0.1:{port}")
        assert bits(cluster.results(sweep)) == bits(alone)
    finally:
        cluster.end()


def test_tables_and_exports_show_intervals(platonic, stores, tmp_path):
    output = tmp_path / "results.h5"
    shown = platonic.succeed("sweep", "--x", *stores, *OPTIONS[:-2], "--output", output)
    assert "± 95 % over samples (23 subsamples), the best layers held fixed" in shown
    assert re.search(r"\d\.\d{3}±0\.\d{3} \d/\d", shown)
    found = statistics(output)
    exported = platonic.succeed("export", output, "--format", "csv", "--level", "layer")
    rows = list(csv.DictReader(exported.splitlines()))
    for column in ("standard_error", "lower", "upper"):
        values = np.array([float(row[column]) for row in rows])
        assert np.array_equal(values, found[f"mutual_knn_k4/{column}"].ravel())
    records = json.loads(platonic.succeed("export", output, "--format", "json", "--level", "model"))
    errors = found["mutual_knn_k4/maximum_standard_error"].ravel()
    for record, error in zip(records, errors, strict=True):
        assert record["standard_error"] == error
        assert record["upper"] - record["score"] == pytest.approx(1.959963984540054 * error, abs=1e-12)
    document = json.loads(
        platonic.succeed("sweep", "--x", *stores, *OPTIONS[:-2], "--output", output, "--force", "--json")
    )
    assert np.array_equal(np.array(document["metrics"][0]["intervals"]["standardError"]).ravel(), errors)


@pytest.mark.parametrize(
    "options, sentence",
    [
        (["--metric", "svcca", "--intervals"], "nothing has intervals"),
        (
            ["--metric", "svcca", "--intervals", "--interval-metric", "svcca"],
            "scores of subsamples of svcca are not computed",
        ),
        (["--intervals", "--interval-metric", "cka"], "cka is to have intervals, and is not among the metrics"),
        (["--interval-metric", "mutual_knn"], "no subsamples are asked for"),
        (["--intervals", "3"], "'subsamples' is 3"),
        (
            ["--metric", "cka", "--variant", "reference", "--intervals", "--interval-metric", "cka"],
            "cka are not computed",
        ),
        (["--k", "20", "--intervals"], "a subsample has 20 samples, too few for mutual_knn_k20"),
    ],
)
def test_what_has_no_intervals_is_said(platonic, stores, tmp_path, options, sentence):
    refused = platonic.run("sweep", "--x", *stores, *options, "--output", tmp_path / "r.h5")
    assert refused.returncode == 2 and sentence in refused.stderr, refused.stderr
    assert not (tmp_path / "r.h5").exists()


def test_results_with_intervals_are_not_lost(platonic, stores, tmp_path):
    output = tmp_path / "results.h5"
    platonic.succeed("sweep", "--x", *stores, "--k", K, "--output", output, "--quiet")
    platonic.succeed("sweep", "--x", *stores, "--k", K, "--intervals", DRAWN, "--output", output, "--quiet")
    refused = platonic.run("sweep", "--x", *stores, "--k", K, "--output", output, "--quiet")
    assert refused.returncode == 2 and "--force" in refused.stderr


def test_a_plan_prices_intervals(platonic, stores):
    arguments = ["plan", "--x", *stores, "--metric", "mutual_knn", "unbiased_cka", "--k", K, "--intervals", "50"]
    shown = platonic.succeed(*arguments)
    assert "50 subsamples: mutual_knn_k4, unbiased_cka" in shown and "neighbour lists of 20" in shown
    found = json.loads(platonic.succeed(*arguments, "--json"))["subsamples"]
    assert [part["design"] for part in found] == ["halves"]
    assert found[0]["count"] == 50 and found[0]["listLength"] == 20 and found[0]["bytes"] == 16 * 2 * 50 * 8


def swapped(path, first, second):
    """Replicates and scores of two rows of pairs, and the factor of standard errors."""
    with h5py.File(path) as file:
        group = file["statistics/mutual_knn_k4"]
        scores = file["metrics/mutual_knn_k4/scores"][:]
        scaling = np.sqrt(group.attrs["drawn_units"] / (group.attrs["units"] - group.attrs["drawn_units"]))
        return scores[first], scores[second], group["replicates"][first], group["replicates"][second], scaling


@pytest.fixture(scope="module")
def compared(platonic, stores, tmp_path_factory):
    output = tmp_path_factory.mktemp("compared") / "results.h5"
    platonic.succeed("sweep", "--x", *stores, *OPTIONS[:-2], "--output", output, "--quiet")
    return output


def test_models_are_compared_in_the_same_subsamples(platonic, compared):
    found = json.loads(platonic.succeed("compare", compared, "--models", "m0", "m1", "--json"))
    assert [part["metric"] for part in found] == ["mutual_knn_k4"] and found[0]["subsamples"] == DRAWN
    a, b, within_a, within_b, scaling = swapped(compared, 0, 1)
    rows = found[0]["rows"]
    assert [row["with"] for row in rows] == ["m2", "m3", "mean of 2"]
    for row, partners in zip(rows, ([2], [3], [2, 3]), strict=True):
        difference = np.mean(a[partners]) - np.mean(b[partners])
        error = np.std(within_a[partners].mean(axis=0) - within_b[partners].mean(axis=0), ddof=1) * scaling
        assert row["difference"] == pytest.approx(difference, abs=1e-12)
        assert row["standardError"] == pytest.approx(error, abs=1e-12)
        assert row["upper"] == pytest.approx(difference + 1.959963984540054 * error, abs=1e-12)
        assert row["decided"] == (abs(difference) > 1.959963984540054 * error)
    text = platonic.succeed("compare", compared, "--models", "m0", "m1")
    assert text.startswith("mutual_knn_k4: m0 beside m1; n = 40, 23 subsamples of 20 of 40 samples\n")
    decided = rows[-1]["decided"]
    assert ("m0 is higher than m1 on average over these 2." in text) == (decided and rows[-1]["difference"] > 0)
    assert ("the interval of the difference holds 0" in text) == (not decided)


def test_pairs_are_compared(platonic, compared):
    found = json.loads(platonic.succeed("compare", compared, "--pairs", "m0", "m2", "m3", "m1", "--json"))
    with h5py.File(compared) as file:
        scores = file["metrics/mutual_knn_k4/scores"][:]
    assert found[0]["rows"][0]["difference"] == pytest.approx(scores[0, 2] - scores[1, 3], abs=1e-12)
    same = json.loads(platonic.succeed("compare", compared, "--pairs", "m0", "m2", "m2", "m0", "--json"))
    assert (same[0]["rows"][0]["standardError"], same[0]["rows"][0]["decided"]) == (0, False)


@pytest.mark.parametrize(
    "words, sentence",
    [
        (["--models", "m0"], "two models or two pairs of models are compared"),
        (["--models", "m0", "m0"], "'m0' is compared with itself"),
        (["--models", "m0", "m9"], "there is no model 'm9'"),
        (["--models", "m0", "m1", "--with", "m1"], "there is no score to compare"),
        (["--models", "m0", "m1", "--metric", "cka"], "there are no intervals of 'cka'"),
        (["--pairs", "m0", "m1", "m2"], "two models or two pairs of models are compared"),
    ],
)
def test_what_cannot_be_compared_is_said(platonic, compared, words, sentence):
    refused = platonic.run("compare", compared, *words)
    assert refused.returncode == 2 and sentence in refused.stderr, refused.stderr


def test_results_without_intervals_are_not_compared(platonic, stores, tmp_path):
    output = tmp_path / "plain.h5"
    platonic.succeed("sweep", "--x", *stores, "--k", K, "--output", output, "--quiet")
    refused = platonic.run("compare", output, "--models", "m0", "m1")
    assert refused.returncode == 2 and "no metric has intervals" in refused.stderr and "--intervals" in refused.stderr


def test_damaged_intervals_are_one_sentence(platonic, compared, tmp_path):
    """Numbers that are out of range, and extents that do not fit, are found before anything is read from them."""
    for number, change in enumerate(
        [
            lambda group: group["standard_error"].__setitem__((0, 0), -1),
            lambda group: group.attrs.__setitem__("subsamples", 7),
            lambda group: group.attrs.__setitem__("drawn_units", 40),
            lambda group: group.attrs.__setitem__("units", 10**30 // 10**12),
            lambda group: group.__delitem__("maximum_standard_error"),
        ]
    ):
        path = tmp_path / f"{number}.h5"
        path.write_bytes(compared.read_bytes())
        with h5py.File(path, "r+") as file:
            change(file["statistics/mutual_knn_k4"])
        for command in (
            ["compare", path, "--models", "m0", "m1"],
            ["report", path, "--output", tmp_path / f"r{number}"],
        ):
            result = platonic.run(*command)
            assert result.returncode in (0, 2) and "Fatal" not in result.stderr, result.stderr
            if command[0] == "compare" and number == 0:
                continue
            assert number == 3 or result.returncode == 2, (number, command)


@pytest.mark.parametrize("has_groups", [False, True])
def test_parts_are_scored_by_themselves(platonic, models, tmp_path, has_groups):
    groups = np.random.default_rng(8).permutation(np.repeat(np.arange(16), [2, 3] * 8)) if has_groups else None
    stores = written(tmp_path, models, groups)
    output = tmp_path / "results.h5"
    options = ["--exclude-groups"] if has_groups else []
    platonic.succeed(
        "sweep", "--x", *stores, "--clip", "none", "--metric", "mutual_knn", "cka", "--k", 2, "--splits", 3, "--seed", 4,
        *options, "--output", output, "--quiet",
    )  # fmt: skip
    found = statistics(output)
    x = reference.prepare([layer for model in models for layer in model], clip=None)
    parts = subsamples.parts(3, SAMPLES, 4, groups)
    # Where lists are as long as another's parts need, they are not as long as this one's alone: there is but one here.
    for name in ("mutual_knn_k2", "cka"):
        scores = np.array(
            [
                [
                    [
                        subsamples.neighbour_score("mutual_knn", a, b, part, 2, groups, share=3)[0]
                        if name != "cka"
                        else subsamples.kernel_score("cka", a, b, part)
                        for part in parts
                    ]
                    for b in x
                ]
                for a in x
            ]
        )
        tolerance = 1e-12 if name != "cka" else 2e-6
        assert np.allclose(found[f"{name}/split_mean"], scores.mean(axis=2), rtol=0, atol=tolerance)
        assert np.allclose(found[f"{name}/split_sd"], scores.std(axis=2, ddof=1), rtol=0, atol=tolerance)
        starts = np.cumsum([0] + [len(model) for model in models])
        with h5py.File(output) as file:
            best = file[f"metrics/{name}/best_x_layer"][:], file[f"metrics/{name}/best_y_layer"][:]
            attributes = dict(file[f"statistics/{name}"].attrs)
        assert attributes["splits"] == 3
        if not has_groups:
            assert (attributes["least_split_samples"], attributes["most_split_samples"]) == (13, 14)
        for i in range(len(models)):
            for j in range(len(models)):
                cell = scores[starts[i] + best[0][i, j], starts[j] + best[1][i, j]]
                assert np.allclose(found[f"{name}/split_scores"][i, j], cell, rtol=0, atol=tolerance)
    platonic.succeed("report", output, "--output", tmp_path / "report")
    page = (tmp_path / "report/report.html").read_text()
    assert "Scores in disjoint parts of the samples" in page


def test_parts_that_cannot_be_are_refused(platonic, stores, tmp_path):
    for options, sentence in [
        (["--splits", 1], "'splits' is 1"),
        (["--k", 12, "--splits", 4], "a part has 10 samples, too few for mutual_knn_k12"),
        (["--metric", "svcca", "--splits", 2], "nothing is scored in parts: svcca cannot be"),
    ]:
        refused = platonic.run("sweep", "--x", *stores, *options, "--output", tmp_path / "r.h5")
        assert refused.returncode == 2 and sentence in refused.stderr, refused.stderr


def test_a_score_is_explained(platonic, stores, tmp_path):
    """Everything that the file says of a pair, in words, whichever model is named first; and what it does not say."""
    output = tmp_path / "results.h5"
    platonic.succeed(
        "sweep", "--x", *stores, "--k", K, "--metric", "mutual_knn", "svcca", "--calibrate", 99, "--intervals", 20,
        "--splits", 3, "--gallery", 20, "--output", output, "--quiet",
    )  # fmt: skip
    text = platonic.succeed("explain", output, "m0", "m2")
    assert text.startswith("mutual_knn_k4: m0 with m2 scores 0.") and "the best of 3 x 2 layer pairs" in text
    for words in (
        "these two layers would score 0.103 on average",
        "under 99 random permutations of the samples the maximum over layers is as high with p = ",
        "other samples would move it: standard error ",
        "in 3 disjoint parts of 13 samples or more it is 0.",
        "expected in random galleries: 0.",
        "what random matching would give is not known: no moment of this metric has a closed form",
        "how far other samples would move it is not known",
    ):
        assert words in text, words
    score = text.split()[5]
    assert platonic.succeed("explain", output, "m2", "m0").startswith(f"mutual_knn_k4: m2 with m0 scores {score}")
    found = json.loads(platonic.succeed("explain", output, "m0", "m2", "--json"))
    assert len(found) == 2 and found[0]["conclusion"] in text and len(found[0]["reasons"]) == 5
    for words, sentence in (
        ([output, "m0", "m9"], "there is no model 'm9'"),
        (["none.h5", "a", "b"], "neither a sweep's id"),
    ):
        refused = platonic.run("explain", *words)
        assert refused.returncode == 2 and sentence in refused.stderr
    assert platonic.run("explain", output, "m0").returncode == 2


def test_a_plan_prices_splits_and_galleries(platonic, stores):
    arguments = ["plan", "--x", *stores, "--k", K, "--splits", 4, "--gallery", 10, 20]
    shown = platonic.succeed(*arguments)
    assert "4 parts: mutual_knn_k4" in shown and "galleries   of 10, 20 samples: mutual_knn_k4" in shown
    found = json.loads(platonic.succeed(*arguments, "--json"))
    assert found["subsamples"][0]["design"] == "parts" and found["gallery"]["sizes"] == [10, 20]
    assert found["gallery"]["workerSeconds"] > 0 and found["seconds"]["galleries"] > 0


def test_stores_without_a_score_break_nothing(platonic, tmp_path):
    """A sweep of which no layer varies, and one of which some do, with all that is asked of scores again and again."""
    generator = np.random.default_rng(5)
    plain = [generator.normal(size=(30, 4)), np.ones((30, 3))]
    for number, models in enumerate([[[np.ones((30, 4))]], [[np.ones((30, 4))], plain], [plain, plain[:1]]]):
        folder = tmp_path / str(number)
        folder.mkdir()
        stores = written(folder, models)
        platonic.succeed(
            "sweep", "--x", *stores, "--metric", *dict.fromkeys(METRICS.values()), "--k", 3, "--intervals", 20,
            "--interval-metric", "all", "--splits", 3, "--gallery", "--calibrate", 19, "--calibrate-metric", "all",
            "--output", folder / "results.h5", "--report", folder / "report", "--quiet",
        )  # fmt: skip
        found = statistics(folder / "results.h5")
        errors = found["cka/maximum_standard_error"]
        assert np.isnan(errors).all() == (number == 0)
        if number == 2:
            assert np.isfinite(errors).all() and np.isfinite(found["mutual_knn_k3/gallery/scores"]).all()
