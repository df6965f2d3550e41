"""Scores under permutations of the samples: `--calibrate`, `platonic calibrate`, and what results say of them."""

import csv
import html
import json
import pathlib
import re
import shutil

import h5py
import numpy as np
import pytest

import calibration_cases
import permutations
import reference
from cluster import Cluster
from conftest import write_store
from processes import score_bytes, wait_until

SAMPLES, K, DRAWN = 40, 4, 59
LAYERS = [3, 1, 2, 2]
AGGREGATES = ["maximum", "last_layers", "matched_depth", "mean"]


def made(shares, seed=1, samples=SAMPLES):
    """For each model its layers, which have so much in common with those of others."""
    generator = np.random.default_rng(seed)
    common = generator.normal(size=(samples, 5))
    return [
        [
            (share * common @ generator.normal(size=(5, 8)) + generator.normal(size=(samples, 8))).astype(np.float32)
            for _ in range(count)
        ]
        for count, share in zip(LAYERS, shares, strict=True)
    ]


def written(folder, models, **attributes):
    ids = [f"s{i}" for i in range(len(models[0][0]))]
    return [
        write_store(
            folder / f"m{number}.h5", f"m{number}", layers, ids, network="twins" if number in (1, 3) else f"n{number}",
            **attributes
        )
        for number, layers in enumerate(models)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def models():
    return made([1.0, 0.4, 0.3, 0.0])


@pytest.fixture(scope="module")
def stores(models, tmp_path_factory):
    return written(tmp_path_factory.mktemp("stores"), models)


def statistics(path):
    """Every dataset under /statistics, by name."""
    found = {}
    with h5py.File(path) as file:
        file["statistics"].visititems(
            lambda name, item: found.update({name: item[()]}) if isinstance(item, h5py.Dataset) else None
        )
    return found


def bits(path):
    return {name: values.tobytes() for name, values in statistics(path).items()}


def drawn(metric, x, y, k=K, groups=None, seed=0):
    """The aggregates of two models' layers as they are, and under every permutation of y's samples."""
    x, y = reference.prepare(x, clip=None), reference.prepare(y, clip=None)
    found = [permutations.aggregates(metric, x, y, k, groups)]
    for number in range(1, DRAWN + 1):
        images = permutations.permutation(number, len(x[0]), seed, groups)
        found.append(permutations.aggregates(metric, x, [layer[images] for layer in y], k, groups))
    return {name: np.array([values[name] for values in found]) for name in AGGREGATES}


def check(found, metric, cell, values, name=None):
    for aggregate in AGGREGATES:
        p, threshold, calibrated = permutations.calibrated(values[aggregate][0], values[aggregate][1:])
        prefix = f"{name or metric}_k{K}/"
        score = "calibrated" if aggregate == "maximum" else f"{aggregate}_calibrated"
        assert found[f"{prefix}{aggregate}_p"][cell] == p, (metric, cell, aggregate)
        assert found[f"{prefix}{aggregate}_threshold"][cell] == pytest.approx(threshold, abs=1e-12)
        assert found[f"{prefix}{score}"][cell] == pytest.approx(calibrated, abs=1e-12)


METRICS = ["mutual_knn", "jaccard_knn", "cycle_knn"]
WORDS = ["--metric", *METRICS, "cka", "--k", K, "--clip", "none", "--calibrate", DRAWN, "--calibrate-metric", *METRICS]


@pytest.fixture(scope="module")
def symmetric(platonic, stores, tmp_path_factory):
    path = tmp_path_factory.mktemp("symmetric") / "r.h5"
    platonic.succeed("sweep", "--quiet", "--x", *stores, *WORDS, "--seed", 5, "--output", path)
    return path


def test_every_pair_of_models_is_permuted_as_defined(symmetric, models):
    """In a sweep of all pairs the second model's samples are permuted, in both directions of a score."""
    found = statistics(symmetric)
    for i, j in [(0, 1), (0, 3), (2, 3)]:
        for metric in METRICS:
            forward = drawn(metric, models[i], models[j], seed=5)
            check(found, metric, (i, j), forward)
            if metric != "cycle_knn":
                check(found, metric, (j, i), forward)
    backward = []
    x, y = reference.prepare(models[0], clip=None), reference.prepare(models[3], clip=None)
    for number in range(DRAWN + 1):
        images = permutations.permutation(number, SAMPLES, 5) if number else np.arange(SAMPLES)
        backward.append(permutations.aggregates("cycle_knn", [layer[images] for layer in y], x, K))
    check(found, "cycle_knn", (3, 0), {name: np.array([one[name] for one in backward]) for name in AGGREGATES})


def test_corrections_are_of_pairs_of_different_networks(symmetric):
    found = statistics(symmetric)
    pairs = [(i, j) for i in range(4) for j in range(i + 1, 4) if (i, j) != (1, 3)]
    rows, columns = zip(*pairs, strict=True)
    for aggregate in [*AGGREGATES, "studentised_maximum"]:
        prefix = f"mutual_knn_k{K}/{aggregate}"
        p, q, holm = found[f"{prefix}_p"], found[f"{prefix}_q"], found[f"{prefix}_holm"]
        assert np.array_equal(q[rows, columns], permutations.benjamini_hochberg(p[rows, columns]))
        assert np.array_equal(holm[rows, columns], permutations.holm(p[rows, columns]))
        assert np.array_equal(q, q.T, equal_nan=True) and np.isnan(np.diag(p)).all()
        assert np.isnan(q[1, 3]) and not np.isnan(p[1, 3])
    with h5py.File(symmetric) as file:
        attributes = dict(file[f"statistics/mutual_knn_k{K}"].attrs)
        assert attributes["permutations"] == DRAWN and attributes["family"] == 5 and attributes["level"] == 0.05
        assert attributes["permuted"] == "samples" and attributes["least_q"] == pytest.approx(5 / (DRAWN + 1))
        assert "maximum_p" not in file["statistics/cka"]
        assert file["statistics/mutual_knn_k4/maximum_p"].dims[0][0].name == "/x"


def test_the_largest_z_is_that_of_the_layers(symmetric):
    """The studentised maximum of what was observed is the largest z that stands beside it."""
    with h5py.File(symmetric) as file:
        x, y = file["x_layer_model"][:], file["y_layer_model"][:]
        for metric in METRICS:
            group = file[f"statistics/{metric}_k{K}"]
            z, found = group["z"][:], group["studentised_maximum"][:]
            for i in range(4):
                for j in range(4):
                    if i != j:
                        assert found[i, j] == pytest.approx(z[np.ix_(x == i, y == j)].max(), rel=1e-9)


def test_the_largest_z_is_permuted_too(symmetric, models):
    """Under each permutation the largest z by the moments that stand beside the scores."""
    with h5py.File(symmetric) as file:
        x, y = file["x_layer_model"][:], file["y_layer_model"][:]
        for metric in ["mutual_knn", "jaccard_knn"]:
            group = file[f"statistics/{metric}_k{K}"]
            for i, j in [(0, 1), (0, 3), (2, 3)]:
                mean, sd = (group[name][:][np.ix_(x == i, y == j)] for name in ("null_mean", "null_sd"))
                left, right = (reference.prepare(models[side], clip=None) for side in (i, j))
                found = []
                for number in range(DRAWN + 1):
                    images = permutations.permutation(number, SAMPLES, 5) if number else np.arange(SAMPLES)
                    cells = [[reference.score(f"{metric}_k{K}", a, b[images]) for b in right] for a in left]
                    found.append(np.max((np.array(cells) - mean) / sd))
                p, threshold, _ = permutations.calibrated(found[0], np.array(found[1:]) + 1e-9)
                assert group["studentised_maximum_p"][i, j] == p, (metric, i, j)
                assert group["studentised_maximum_threshold"][i, j] == pytest.approx(threshold, abs=1e-6)


def test_two_sides(platonic, stores, models, tmp_path):
    """One permutation serves the whole y side, and the largest of all pairs has a p of its own. A model is not compared with itself."""
    path = tmp_path / "r.h5"
    words = [*WORDS[: WORDS.index("--calibrate")], "--calibrate", DRAWN]
    platonic.succeed("sweep", "--quiet", "--x", *stores[:2], "--y", *stores[1:], *words, "--output", path)
    found = statistics(path)
    null = {}
    for i in range(2):
        for j in range(3):
            if i != j + 1:
                null[i, j] = drawn("mutual_knn", models[i], models[j + 1])
                check(found, "mutual_knn", (i, j), null[i, j])
    prefix = f"mutual_knn_k{K}/maximum"
    assert np.isnan(found[f"{prefix}_p"][1, 0])
    family = {pair: values["maximum"] for pair, values in null.items() if pair != (1, 2)}
    largest = np.max([values[1:] for values in family.values()], axis=0)
    for pair, values in family.items():
        expected = (1 + np.sum(largest >= values[0])) / (DRAWN + 1)
        assert found[f"{prefix}_familywise_p"][pair] == expected
    # Overlaps that are not counted at once are calibrated where they are asked for.
    assert f"cycle_knn_k{K}/maximum_p" not in found and f"jaccard_knn_k{K}/maximum_p" in found


def test_groups_change_places_as_wholes(platonic, models, tmp_path):
    groups = np.repeat(np.arange(14), [3] * 8 + [2] * 5 + [6]).astype(np.int64)
    order = np.random.default_rng(8).permutation(SAMPLES)
    groups = groups[order]
    paths = written(tmp_path, models)
    with h5py.File(paths[0], "a") as store:
        store["samples/groups"] = groups
    path = tmp_path / "r.h5"
    result = platonic.run("sweep", "--x", *paths, *WORDS, "--exclude-groups", "--output", path)
    assert result.returncode == 0
    assert "6 samples of 40 are matched as they are under every permutation" in result.stderr
    found = statistics(path)
    for metric in METRICS:
        check(found, metric, (0, 2), drawn(metric, models[0], models[2], groups=groups))
    with h5py.File(path) as file:
        group = file[f"statistics/mutual_knn_k{K}"]
        assert group.attrs["permuted"] == "groups" and "group" in group.attrs["unknown"]
        assert np.isnan(group["studentised_maximum_p"][:]).all()
    unused = platonic.run("sweep", "--x", *paths, *WORDS, "--output", tmp_path / "other.h5")
    assert "permuted one by one as though they were independent" in unused.stderr


def test_groups_that_cannot_change_places(platonic, models, tmp_path):
    paths = written(tmp_path, models)
    with h5py.File(paths[0], "a") as store:
        store["samples/groups"] = np.repeat([0, 1, 2], [5, 10, 25]).astype(np.int64)
    result = platonic.run("sweep", "--x", *paths, *WORDS, "--exclude-groups", "--output", tmp_path / "r.h5")
    assert result.returncode == 2 and "no two groups are of one size" in result.stderr


def test_tied_layers_attain_no_maximum(platonic, models, tmp_path):
    """Neither what was observed nor any permutation: such layers stay out of both."""
    changed = [list(layers) for layers in models]
    changed[0][1] = np.repeat(changed[0][1][:4], 10, axis=0)
    path = tmp_path / "r.h5"
    platonic.succeed("sweep", "--quiet", "--x", *written(tmp_path, changed), *WORDS, "--output", path)
    without = [[layers[0], layers[2]] if number == 0 else layers for number, layers in enumerate(changed)]
    values = drawn("mutual_knn", without[0], without[2])["maximum"]
    p, threshold, _ = permutations.calibrated(values[0], values[1:])
    found = statistics(path)
    assert found[f"mutual_knn_k{K}/maximum_p"][0, 2] == p
    assert found[f"mutual_knn_k{K}/maximum_threshold"][0, 2] == pytest.approx(threshold, abs=1e-12)


GOLDEN = json.loads((pathlib.Path(__file__).parent / "data/calibrated_similarity.json").read_text())["values"]


@pytest.mark.parametrize("case", calibration_cases.CASES, ids=lambda case: case["name"])
def test_agrees_with_calibrated_similarity(platonic, tmp_path, case):
    """With the same permutations given to both: as far as its float32 goes, which is exactly for p."""
    ids = [f"s{i}" for i in range(calibration_cases.SAMPLES)]
    paths = [
        write_store(tmp_path / f"{name}.h5", name, layers, ids)
        for name, layers in zip("xy", calibration_cases.layers(case), strict=True)
    ]
    path = tmp_path / "r.h5"
    words = ["--metric", "mutual_knn", "cka", "--k", calibration_cases.K, "--clip", "none"]
    words += ["--calibrate", calibration_cases.PERMUTATIONS, "--calibrate-metric", "all"]
    platonic.succeed("sweep", "--quiet", "--x", paths[0], "--y", paths[1], *words, "--output", path)
    found = statistics(path)
    checked = 0
    for wanted in (value for value in GOLDEN if value["case"] == case["name"]):
        prefix = "mutual_knn_k10/" if wanted["metric"] == "mutual_knn" else "cka/"
        aggregate = {"max": "maximum", "mean": "mean"}[wanted["aggregate"]]
        score = "calibrated" if aggregate == "maximum" else "mean_calibrated"
        assert found[f"{prefix}{aggregate}_p"][0, 0] == pytest.approx(wanted["p"], abs=1e-6), wanted
        assert found[f"{prefix}{aggregate}_threshold"][0, 0] == pytest.approx(wanted["threshold"], abs=1e-6), wanted
        assert found[f"{prefix}{score}"][0, 0] == pytest.approx(wanted["score"], abs=2e-6), wanted
        checked += 1
    assert checked == 4


KERNELS = ["cka", "unbiased_cka", "cka_rbf", "rsa", "distance_correlation"]


@pytest.mark.parametrize("width", [5, 80])
def test_kernels_are_permuted_as_defined(platonic, tmp_path, width):
    """Of layers whose kernels are kept by entries and of those kept by factors: the same scores as of layers in that order from the start."""
    generator = np.random.default_rng(width)
    common = generator.normal(size=(SAMPLES, 4))

    def layer():
        return (0.5 * common @ generator.normal(size=(4, width)) + generator.normal(size=(SAMPLES, width))).astype(
            np.float32
        )

    models = [[layer(), layer()], [layer()], [layer(), layer()]]
    ids = [f"s{i}" for i in range(SAMPLES)]
    paths = [write_store(tmp_path / f"k{n}.h5", f"k{n}", layers, ids) for n, layers in enumerate(models)]
    path = tmp_path / "r.h5"
    words = ["--metric", *KERNELS, "--clip", "none", "--calibrate", 19, "--calibrate-metric", "all"]
    platonic.succeed("sweep", "--quiet", "--x", *paths[:2], "--y", paths[2], *words, "--output", path)
    with h5py.File(path) as file:
        for name, group in file["metrics"].items():
            found = file["statistics"][name]
            z = found["z"][:]
            for i, (first, rows) in enumerate([(0, 2), (2, 1)]):
                x = reference.prepare(models[i], clip=None)
                y = reference.prepare(models[2], clip=None)
                values = []
                for number in range(20):
                    images = permutations.permutation(number, SAMPLES) if number else np.arange(SAMPLES)
                    cells = [[reference.score(name, a, b[images]) for b in y] for a in x]
                    values.append(np.max(cells))
                p, threshold, _ = permutations.calibrated(values[0], values[1:])
                assert found["maximum_p"][i, 0] == p, name
                assert found["maximum_threshold"][i, 0] == pytest.approx(threshold, abs=2e-6), name
                assert values[0] == pytest.approx(group["scores"][i, 0], abs=2e-6)
                assert found["studentised_maximum"][i, 0] == pytest.approx(z[first : first + rows].max(), rel=1e-3)


def test_subspaces_are_permuted_as_defined(platonic, tmp_path):
    """For two numbers of dimensions, more than one of the layers has: the maximum over layers of products of bases in another order."""
    generator = np.random.default_rng(3)
    common = generator.normal(size=(SAMPLES, 4))

    def layer(width):
        signal = common[:, :3] @ generator.normal(size=(3, width))
        return (signal + generator.normal(size=(SAMPLES, width))).astype(np.float32)

    models = [[layer(9), layer(6)], [layer(4)], [layer(12), layer(7)]]
    ids = [f"s{i}" for i in range(SAMPLES)]
    paths = [write_store(tmp_path / f"b{n}.h5", f"b{n}", layers, ids) for n, layers in enumerate(models)]
    path = tmp_path / "r.h5"
    words = ["--metric", "svcca", "--svcca-dimensions", 3, 5, "--clip", "none", "--calibrate", 99]
    words += ["--calibrate-metric", "svcca"]
    platonic.succeed("sweep", "--quiet", "--x", *paths[:2], "--y", paths[2], *words, "--output", path)
    with h5py.File(path) as file:
        assert set(file["statistics"]) == {"svcca_d3", "svcca_d5"}
        for name, found in file["statistics"].items():
            for i in range(2):
                x, y = reference.prepare(models[i], clip=None), reference.prepare(models[2], clip=None)
                values = []
                for number in range(100):
                    images = permutations.permutation(number, SAMPLES) if number else np.arange(SAMPLES)
                    values.append(max(reference.score(name, a, b[images]) for a in x for b in y))
                p, threshold, calibrated = permutations.calibrated(values[0], values[1:])
                assert found["maximum_p"][i, 0] == p, name
                assert found["maximum_threshold"][i, 0] == pytest.approx(threshold, abs=2e-6), name
                assert found["calibrated"][i, 0] == pytest.approx(calibrated, abs=4e-6), name
                assert np.isnan(found["studentised_maximum_p"][i, 0])


# MARK: Workers, kills and finished sweeps


SLOW = ["--metric", "mutual_knn", "cycle_knn", "--k", 10, "--calibrate", 1500, "--calibrate-metric", "mutual_knn", "cycle_knn"]  # fmt: skip


@pytest.fixture(scope="module")
def larger(tmp_path_factory):
    """More than a block of layers, with a model across the border."""
    generator = np.random.default_rng(2)
    folder = tmp_path_factory.mktemp("larger")
    ids = [f"s{i}" for i in range(120)]
    return [
        write_store(
            folder / f"m{number}.h5",
            f"m{number}",
            [generator.normal(size=(120, 12)).astype(np.float32) for _ in range(count)],
            ids,
        )
        for number, count in enumerate([30, 25, 20])
    ]


@pytest.fixture(scope="module")
def alone(platonic, larger, tmp_path_factory):
    path = tmp_path_factory.mktemp("alone") / "r.h5"
    platonic.succeed("sweep", "--quiet", "--x", *larger, *SLOW, "--workers", 1, "--output", path)
    return bits(path)


def test_kills_in_the_middle_change_no_byte(platonic, larger, alone, tmp_path):
    cluster = Cluster(platonic, tmp_path, insecure=True)
    try:
        cluster.start_coordinator()
        port = (cluster.state / "endpoint").read_text().strip().rpartition(":")[2]
        workers = cluster.start_workers(2)
        sweep = cluster.submit("--x", *larger, *SLOW)

        def permuted(count):
            # Three tiles are of scores.
            return lambda: cluster.status(sweep)["tilesScored"] >= 3 + count

        wait_until(permuted(1), "permutations", patience=30)
        assert cluster.status(sweep)["state"] == "running"
        workers[0].kill()
        cluster.start_worker()
        wait_until(permuted(4), "more permutations", patience=30)
        assert cluster.status(sweep)["state"] == "running"
        cluster.coordinator.kill()
        cluster.start_coordinator(bind=f"tcp://127.0.0.1:{port}")
        assert bits(cluster.results(sweep)) == alone
        assert cluster.status(sweep)["tiles"] > 10
    finally:
        cluster.end()


def without_calibration(words):
    return words[: words.index("--calibrate")]


def test_a_finished_sweep_is_calibrated(platonic, stores, symmetric, tmp_path):
    """It gets the same numbers, from the artifacts that are there; scores and maps stay as they are."""
    path, artifacts = tmp_path / "r.h5", tmp_path / "artifacts"
    options = ["--quiet", "--artifacts", artifacts]
    platonic.succeed("sweep", "--x", *stores, *without_calibration(WORDS), "--seed", 5, "--output", path, *options)
    platonic.succeed("project", path, "--seed", 9, "--neighbours", 3)
    scores = score_bytes(path)
    # A file that is made anew is another one.
    files = {file: file.stat().st_ino for file in artifacts.rglob("*") if file.is_file()}
    with h5py.File(path) as file:
        map_bytes = file[f"projection/mutual_knn_k{K}/umap"][()].tobytes()
        created = file.attrs["created"]
    command = ["calibrate", path, "--permutations", DRAWN, "--metric", *METRICS, *options]
    platonic.succeed(*command)
    assert bits(path) == bits(symmetric)
    # Again, with other numbers of permutations: what was there goes.
    platonic.succeed("calibrate", path, "--permutations", 19, *options)
    assert f"cycle_knn_k{K}/maximum_p" not in statistics(path)
    platonic.succeed(*command)
    assert bits(path) == bits(symmetric) and score_bytes(path) == scores
    made = {file for file in artifacts.rglob("*") if file.is_file()} - set(files)
    assert all(file.stat().st_ino == number for file, number in files.items()) and not made
    with h5py.File(path) as file:
        assert file[f"projection/mutual_knn_k{K}/umap"][()].tobytes() == map_bytes
        assert file.attrs["created"] == created and "calibrate: {permutations: 59" in file.attrs["spec"]
    assert not path.with_name("r.h5.state").exists()


def test_what_cannot_be_calibrated_stays_as_it_is(platonic, stores, tmp_path):
    copies = [shutil.copy(path, tmp_path) for path in stores]
    path = tmp_path / "r.h5"
    platonic.succeed(
        "sweep", "--quiet", "--x", *copies, "--metric", "mutual_knn", "procrustes", "--k", K, "--output", path
    )
    before = path.read_bytes()

    def refused(*words, status=2):
        result = platonic.run("calibrate", path, *words)
        assert result.returncode == status, result.stderr
        assert path.read_bytes() == before
        return result.stderr

    assert "permutations of procrustes are not computed" in refused("--metric", "procrustes")
    assert "rsa is to be calibrated, and is not among the metrics" in refused("--metric", "rsa")
    assert "'permutations' is 5" in refused("--permutations", 5)
    with h5py.File(copies[0], "a") as store:
        store["layers/0001"][0, 0] += 1
    assert "has other values than those that were scored" in refused("--permutations", 19)
    (tmp_path / "m1.h5").rename(tmp_path / "elsewhere.h5")
    assert "m1.h5" in refused()
    path.write_bytes(before[:5000])
    broken = platonic.run("calibrate", path)
    assert broken.returncode == 2 and path.read_bytes() == before[:5000]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--metric", "cka", "--calibrate"], "nothing is calibrated"),
        (["--metric", "cycle_knn", "--calibrate"], "name what is to be calibrated with --calibrate-metric: cycle_knn"),
        (["--metric", "mutual_knn", "--k", "1:5", "--calibrate"], "nothing is calibrated"),
        (["--calibrate-metric", "mutual_knn"], "no permutations are asked for"),
        (["--calibrate", "18"], "'permutations' is 18"),
        (["--calibrate", "2000000"], "'permutations' is 2000000"),
        (["--calibrate", "1e3"], "a whole number was expected"),
    ],
)
def test_requests_that_are_wrong(platonic, stores, tmp_path, words, said):
    result = platonic.run("sweep", "--x", *stores, *words, "--output", tmp_path / "r.h5")
    assert result.returncode == 2 and said in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_thousand_permutations_where_no_number_follows(platonic, stores, tmp_path):
    spec = tmp_path / "spec.yaml"
    spec.write_text(json.dumps({"x": [str(path) for path in stores], "k": K}))
    path = tmp_path / "r.h5"
    platonic.succeed("sweep", "--quiet", "--calibrate", spec, "--output", path)
    with h5py.File(path) as file:
        assert file[f"statistics/mutual_knn_k{K}"].attrs["permutations"] == 1000


def test_too_little_memory_is_said_of_permutations(platonic, tmp_path):
    ids = [f"s{i}" for i in range(300)]
    generator = np.random.default_rng(3)
    paths = [
        write_store(
            tmp_path / f"{name}.h5", name, [generator.normal(size=(300, 40)).astype(np.float32) for _ in range(32)], ids
        )
        for name in "ab"
    ]
    words = ["--x", *paths, "--metric", "mutual_knn", "cka", "--k", K, "--calibrate", 19, "--calibrate-metric", "all"]
    plan = json.loads(platonic.succeed("plan", "--json", *words))
    without = json.loads(platonic.succeed("plan", "--json", *words[: words.index("--calibrate")]))
    needed = plan["memory"]["requiredBytes"]
    assert needed > without["memory"]["requiredBytes"], "permutations take the most here"
    output = tmp_path / "r.h5"
    result = platonic.run("sweep", *words, "--workers", 1, "--memory", f"{needed - 1}B", "--output", output)
    assert result.returncode == 2 and "scores under permutations need" in result.stderr
    platonic.succeed("sweep", "--quiet", *words, "--workers", 1, "--memory", f"{needed}B", "--output", output)


def test_what_users_see(platonic, stores, symmetric, tmp_path):
    """Stars in the table, columns in exports, numbers in JSON, and the cost in a plan before anything is computed."""
    path = tmp_path / "r.h5"
    words = ["--x", *stores, *WORDS, "--seed", 5, "--output", path]
    shown = platonic.run("sweep", *words)
    found = statistics(symmetric)
    p, q = found[f"mutual_knn_k{K}/maximum_p"], found[f"mutual_knn_k{K}/maximum_q"]
    discoveries = np.sum(np.triu(q <= 0.05))
    assert "under 59 permutations of the samples" in shown.stdout
    assert f"{discoveries} of 5 pairs with q <= 0.05" in shown.stdout
    stars = sum(
        line.count("*") for line in shown.stdout.split("mutual_knn_k4")[1].split("jaccard_knn")[0].splitlines()[2:]
    )
    assert stars == np.sum(np.triu(p <= 0.05))
    rows = list(csv.DictReader(platonic.succeed("export", path, "--level", "model").splitlines()))
    row = next(
        row for row in rows if row["x_model"] == "m0" and row["y_model"] == "m2" and row["metric"] == "mutual_knn"
    )
    assert float(row["p"]) == p[0, 2] and float(row["q"]) == q[0, 2]
    assert float(row["threshold"]) == found[f"mutual_knn_k{K}/maximum_threshold"][0, 2]
    assert float(row["calibrated"]) == found[f"mutual_knn_k{K}/calibrated"][0, 2]
    cka = next(row for row in rows if row["metric"] == "cka")
    assert cka["p"] == cka["q"] == cka["calibrated"] == ""
    document = json.loads(platonic.succeed("sweep", "--json", "--quiet", *words))
    assert document["metrics"][0]["calibration"]["p"][0][2] == p[0, 2]
    assert document["metrics"][0]["calibration"]["permutations"] == 59 and "calibration" not in document["metrics"][3]
    plan = json.loads(platonic.succeed("plan", "--json", *words[: words.index("--output")]))
    assert plan["permutations"]["count"] == 59 and plan["permutations"]["workerSeconds"] > 0
    assert plan["seconds"]["permutations"] > 0 and plan["permutations"]["metrics"][0] == "mutual_knn_k4"


def section(folder):
    """What a report's page says of permutations."""
    page = (folder / "report.html").read_text(encoding="utf-8")
    sections = [part for part in page.split("<section ") if "Scores beside what permutations give</h2>" in part]
    assert len(sections) == 1
    return html.unescape(sections[0])


def test_a_report_says_what_is_supported(platonic, symmetric, tmp_path):
    """Its counts are those of the results file, for every metric and aggregate; cells with a low q alone are marked."""
    platonic.succeed("report", symmetric, "--output", tmp_path / "report")
    found = statistics(symmetric)
    upper = np.triu(np.ones((4, 4), bool), 1)
    q = found[f"mutual_knn_k{K}/maximum_q"]
    family, low = int(np.sum(upper & ~np.isnan(q))), int(np.sum(upper & (q <= 0.05)))
    assert 1 < low < family, "a case where some stand out"
    said = section(tmp_path / "report")
    assert f"Of {family} pairs of different networks {low} have q ≤ 0.05" in said and "K = 59 random" in said
    names = re.search(r"which does not show that (?:it is|they are) unrelated: (.*?)\. With", said)[1]
    for i, j in zip(*np.nonzero(upper & ~np.isnan(q)), strict=True):
        assert (f"m{i} with m{j} (p = " in names) == (q[i, j] > 0.05)
    with (tmp_path / "report/data/calibration.csv").open(newline="", encoding="utf-8") as file:
        counts = {(row["metric"], row["score"]): row for row in csv.DictReader(file)}
    titles = [
        "maximum over layers",
        "last x last layer",
        "matched depth",
        "mean over layer pairs",
        "largest z of a layer pair",
    ]
    assert len(counts) == len(METRICS) * len(titles)
    for metric in METRICS:
        for aggregate, title in zip([*AGGREGATES, "studentised_maximum"], titles, strict=True):
            row, prefix = counts[f"{metric}_k{K}", title], f"{metric}_k{K}/{aggregate}"
            own = found[f"{prefix}_q"][upper]
            assert int(row["pairs"]) == np.sum(~np.isnan(own)) and int(row["q ≤ 0.05"]) == np.sum(own <= 0.05)
            assert int(row["Holm's p ≤ 0.05"]) == np.sum(found[f"{prefix}_holm"][upper] <= 0.05)
    with (tmp_path / "report/data/model-pairs.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            cell = int(row["x"][1:]), int(row["y"][1:])
            for column, name in [("p", "maximum_p"), ("threshold", "maximum_threshold"), ("calibrated", "calibrated")]:
                assert float(row[f"mutual_knn_k{K}:{column}"]) == found[f"mutual_knn_k{K}/{name}"][cell]
    layers = dict(zip("0123", LAYERS, strict=True))
    with (tmp_path / f"report/data/thresholds-mutual_knn_k{K}.csv").open(newline="", encoding="utf-8") as file:
        points = {row["name"]: (float(row["x"]), float(row["y"])) for row in csv.DictReader(file)}
    assert len(points) == family
    for name, (count, threshold) in points.items():
        i, j = name[1], name[-1]
        assert count == layers[i] * layers[j]
        assert threshold == found[f"mutual_knn_k{K}/maximum_threshold"][int(i), int(j)]
    page = (tmp_path / "report/report.html").read_text(encoding="utf-8")
    assert f"Dots: q ≤ 0.05 ({low} of {family} pairs that have a q)." in page
    drawing = (tmp_path / f"report/figures/models-mutual_knn_k{K}.svg").read_text(encoding="utf-8")
    assert f"{2 * low} marked for q of at most 0.05" in drawing


def test_the_demo_is_calibrated(platonic, tmp_path):
    said = platonic.succeed("demo", "--output", tmp_path / "demo")
    path = tmp_path / "demo/results.h5"
    found = statistics(path)
    with h5py.File(path) as file:
        names = list(file["x"].asstr())
        assert file["statistics/mutual_knn_k10"].attrs["permutations"] == 1000
    q, p = found["mutual_knn_k10/maximum_q"], found["mutual_knn_k10/maximum_p"]
    family = int(np.sum(~np.isnan(q)) / 2)
    assert f"Of {family} pairs of different networks {int(np.sum(q <= 0.05) / 2)} have q <= 0.05" in said
    best = re.findall(
        r"^  [0-9.]+ ± ([0-9.]+)  (.*) layer .* with (.*) layer .*, calibrated ([0-9.]+), p ([0-9.]+); last", said, re.M
    )
    assert len(best) == 9
    for width, x, y, calibrated, chance in best:
        cell = names.index(x), names.index(y)
        error = found["mutual_knn_k10/maximum_standard_error"][cell]
        assert float(width) == pytest.approx(1.959963984540054 * error, abs=6e-4)
        assert float(calibrated) == pytest.approx(found["mutual_knn_k10/calibrated"][cell], abs=6e-4)
        assert float(chance) == pytest.approx(p[cell], rel=0.05)
    assert "not tested" not in said and "ahead" not in said and "trained is higher with" in said
    # The difference over partners of one kind, with an interval, beside each count of them.
    assert (
        len(
            re.findall(
                r"difference -?[0-9.]+ \(-?[0-9.]+ to -?[0-9.]+(: which is higher is not shown)?\); trained", said
            )
        )
        == 6
    )


def test_where_all_stand_out_nothing_is_marked(platonic, tmp_path):
    path = tmp_path / "r.h5"
    stores = written(tmp_path, made([2.0, 2.0, 2.0, 2.0]))
    platonic.succeed("sweep", "--quiet", "--x", *stores, *WORDS, "--output", path, "--report", tmp_path / "report")
    q = statistics(path)[f"mutual_knn_k{K}/maximum_q"]
    assert np.nanmax(q) <= 0.05
    assert "All 5 pairs of different networks have q ≤ 0.05" in section(tmp_path / "report")
    page = (tmp_path / "report/report.html").read_text(encoding="utf-8")
    assert "No cell is marked: q ≤ 0.05 for all 5 pairs that have a q." in page
    drawing = (tmp_path / f"report/figures/models-mutual_knn_k{K}.svg").read_text(encoding="utf-8")
    assert 'class="marks"' not in drawing


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("maximum_q", 1.5, "it holds 1.5, where numbers from 0.0 to 1.0 belong"),
        ("last_layers_p", -0.25, "it holds -0.25, where numbers from 0.0 to 1.0 belong"),
        ("matched_depth_calibrated", np.inf, "it holds inf, where numbers from 0.0 to 1.0 belong"),
        ("maximum_threshold", None, "its shape is [2, 2], where [4, 4] belongs"),
        ("permutations", 0, "it is the number 0, where a number from 1 on belongs"),
    ],
)
def test_damage_is_one_sentence(platonic, symmetric, tmp_path, name, value, said):
    path = tmp_path / "r.h5"
    shutil.copy(symmetric, path)
    with h5py.File(path, "r+") as file:
        group = file[f"statistics/mutual_knn_k{K}"]
        if name == "permutations":
            group.attrs[name] = value
        elif value is None:
            del group[name]
            group[name] = np.zeros((2, 2))
        else:
            group[name][0, 2] = value
    for words in [("report", path, "--output", tmp_path / "report"), ("export", path, "--level", "model")]:
        result = platonic.run(*words)
        assert result.returncode == 2 and said in result.stderr and result.stderr.count("\n") < 4, result.stderr


def test_results_that_are_calibrated_are_not_lost(platonic, stores, symmetric, tmp_path):
    """Results with less in them replace them by force only; results with more need none."""
    path = tmp_path / "r.h5"
    plain = ["sweep", "--quiet", "--x", *stores, *without_calibration(WORDS), "--seed", 5, "--output", path]
    platonic.succeed(*plain)
    platonic.succeed("sweep", "--quiet", "--x", *stores, *WORDS, "--seed", 5, "--output", path)
    assert bits(path) == bits(symmetric)
    refused = platonic.run(*plain)
    assert refused.returncode == 2 and "calibrate: {permutations: 59" in refused.stderr
    assert bits(path) == bits(symmetric)
    platonic.succeed(*plain, "--force")
