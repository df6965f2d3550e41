"""Neighbours of some samples alone: `--queries`, and their scores in growing galleries."""

import json

import h5py
import numpy as np
import pytest

import reference
from conftest import write_store
from permutations import SplitMix64, shuffled
from test_calibration import statistics

N = 4000
QUERIES = 50
K = 10
USE = 0x71756572


def drawn(count, seed=0):
    """The samples in the random order of which the first are queries, and the first m a gallery of m."""
    mixed = SplitMix64(SplitMix64(seed ^ USE).next())
    return np.array(shuffled(SplitMix64(mixed.next()), count))


@pytest.fixture(scope="module")
def models():
    generator = np.random.default_rng(4)
    common = generator.normal(size=(N, 4))
    return [
        [
            (share * common @ generator.normal(size=(4, 6)) + generator.normal(size=(N, 6))).astype(np.float32)
            for _ in range(count)
        ]
        for count, share in ((2, 2.0), (1, 1.5), (2, 0.0))
    ]


@pytest.fixture(scope="module")
def stores(models, tmp_path_factory):
    folder = tmp_path_factory.mktemp("stores")
    ids = [f"s{i}" for i in range(N)]
    return [write_store(folder / f"m{n}.h5", f"m{n}", layers, ids) for n, layers in enumerate(models)]


@pytest.fixture(scope="module")
def swept(platonic, stores, tmp_path_factory):
    output = tmp_path_factory.mktemp("swept") / "results.h5"
    words = ["--k", K, "--queries", QUERIES, "--gallery", "--clip", "none"]
    platonic.succeed("sweep", "--x", *stores, *words, "--output", output, "--quiet")
    return output


def ranked(layer, samples):
    """The similarities of some samples to all, themselves never."""
    similarities = layer[samples] @ layer.T
    similarities[np.arange(len(samples)), samples] = -np.inf
    return similarities


def overlap(pair, members, k):
    """`mutual_knn` of the queries among `members`."""
    lists = [np.argsort(-similarities[:, members], axis=1, kind="stable")[:, :k] for similarities in pair]
    return np.mean([len(np.intersect1d(a, b)) for a, b in zip(*lists, strict=True)]) / k


def bits(path):
    found = {}
    with h5py.File(path) as file:
        file["metrics"].visititems(
            lambda name, item: found.update({name: item[()].tobytes()}) if isinstance(item, h5py.Dataset) else None
        )
        file["statistics"].visititems(
            lambda name, item: found.update({name: item[()].tobytes()}) if isinstance(item, h5py.Dataset) else None
        )
    return found  # fmt: skip


def test_scores_are_those_of_the_queries_rows(swept, models):
    queries = np.sort(drawn(N)[:QUERIES])
    layers = [layer for model in models for layer in reference.prepare(model, clip=None)]
    with h5py.File(swept) as file:
        assert np.array_equal(file["queries"][:], queries)
        found = file[f"metrics/mutual_knn_k{K}/layer_scores"][:]
        assert file[f"metrics/mutual_knn_k{K}"].attrs["chance"] == pytest.approx(K / (N - 1))
    everyone = np.arange(N)
    for i, a in enumerate(layers):
        for j, b in enumerate(layers):
            expected = overlap((ranked(a, queries), ranked(b, queries)), everyone, K)
            assert found[i, j] == pytest.approx(expected, abs=1e-12), (i, j)


def test_galleries_grow_from_few_samples_to_all(swept, models):
    """Of galleries whose lists were found the very score; of others the mean over random ones within four standard errors."""
    order = drawn(N)
    queries = np.sort(order[:QUERIES])
    found = statistics(swept)
    prefix = f"mutual_knn_k{K}/gallery"
    sizes = list(found[f"{prefix}/m"])
    assert sizes == [15, 31, 62, 125, 250, 500, 1000, 2000, 4000]
    with h5py.File(swept) as file:
        group = file[f"metrics/mutual_knn_k{K}"]
        scores, best = group["scores"][:], (group["best_x_layer"][:], group["best_y_layer"][:])
    assert np.allclose(found[f"{prefix}/scores"][-1], scores, atol=1e-12)
    generator = np.random.default_rng(5)
    for a, b in ((0, 1), (0, 2)):
        one, two = (
            reference.prepare(models[model], clip=None)[index]
            for model, index in ((a, best[0][a, b]), (b, best[1][a, b]))
        )
        pair = ranked(one, queries), ranked(two, queries)
        # The lists of 4,000 samples serve galleries down to 500; those of 257, which the longest lists need, the others.
        exact = overlap(pair, np.sort(order[:257]), K)
        for position, m in enumerate(sizes[:-1]):
            members = order[:257] if m < 500 else np.arange(N)
            # The query and m - 1 others, row by row.
            values = []
            for _ in range(60):
                row = []
                for place, query in enumerate(queries):
                    others = members[members != query]
                    chosen = np.sort(generator.choice(others, m - 1, replace=False))
                    lists = [chosen[np.argsort(-s[place, chosen], kind="stable")[:K]] for s in pair]
                    row.append(len(np.intersect1d(*lists)) / K)
                values.append(np.mean(row))
            error = np.std(values, ddof=1) / np.sqrt(len(values))
            score, bound = (found[f"{prefix}/{name}"][position] for name in ("scores", "bound"))
            assert abs(score[a, b] - np.mean(values)) < 4 * error + bound, (a, b, m)
            assert bound < 0.01
            if m == 250:
                assert abs(score[a, b] - exact) < 0.05, "nearly the gallery itself"


def test_all_samples_as_queries_are_the_sweep_itself(platonic, stores, tmp_path):
    found = []
    for number, words in enumerate([[], ["--queries", N]]):
        output = tmp_path / f"{number}.h5"
        platonic.succeed("sweep", "--x", *stores, "--k", 3, "1:8", *words, "--output", output, "--quiet")
        with h5py.File(output) as file:
            found.append(
                [file["metrics/mutual_knn_k3/layer_scores"][:].tobytes(), file["curves/mutual_knn/scores"][:].tobytes()]
            )
    assert found[0] == found[1]


def test_the_same_wherever_a_sweep_runs(platonic, stores, swept, tmp_path):
    words = ["--k", K, "--queries", QUERIES, "--gallery", "--clip", "none"]
    for workers, memory in ((1, "256MiB"), (3, "512MiB")):
        output = tmp_path / f"{workers}.h5"
        platonic.succeed(
            "sweep", "--x", *stores, *words, "--workers", workers, "--memory", memory, "--output", output, "--quiet"
        )
        assert bits(output) == bits(swept)
    output = tmp_path / "seeded.h5"
    platonic.succeed("sweep", "--x", *stores, *words, "--seed", 7, "--output", output, "--quiet")
    assert bits(output) != bits(swept)
    with h5py.File(output) as file:
        assert np.array_equal(file["queries"][:], np.sort(drawn(N, 7)[:QUERIES]))
        assert "queries: 50" in file.attrs["spec"]


def test_what_users_see(platonic, stores, swept, tmp_path):
    said = platonic.succeed("explain", swept, "m0", "m1")
    assert "50 queries among 4000 samples" in said and "of 31 samples" in said
    assert "of queries alone" in said, "moments are not known"
    platonic.succeed("report", swept, "--output", tmp_path / "report")
    page = (tmp_path / "report/report.html").read_text()
    assert "50 queries among 4000 samples" in page and "Scores over the size of the gallery" in page
    words = ["--x", *stores, "--k", K, "--queries", QUERIES, "--gallery"]
    assert "50 of 4,000 samples, in galleries of 4,000, 257" in platonic.succeed("plan", *words)
    plan = json.loads(platonic.succeed("plan", "--json", *words))
    assert plan["queries"] == {"count": 50, "galleries": [4000, 257]}


@pytest.mark.parametrize(
    "options, sentence",
    [
        (["--queries", 4001], "there are 4000 samples, of which 4001 cannot be drawn"),
        (["--queries", 1], "'queries' is 1"),
        (["--queries", 50, "--metric", "mutual_knn", "cka"], "cka takes all samples, not queries alone"),
        (["--queries", 50, "--calibrate", 99], "'calibrate' takes the neighbours of all samples"),
        (["--queries", 50, "--intervals", 20], "'intervals' takes the neighbours of all samples"),
        (["--queries", 50, "--splits", 2], "'splits' takes the neighbours of all samples"),
        (["--queries", "many"], "'queries'"),
    ],
)
def test_what_cannot_be_asked_of_queries(platonic, stores, tmp_path, options, sentence):
    refused = platonic.run("sweep", "--x", *stores, "--k", 3, *options, "--output", tmp_path / "r.h5")
    assert refused.returncode == 2 and sentence in refused.stderr, refused.stderr


def test_results_of_queries_are_not_calibrated(platonic, swept):
    before = swept.read_bytes()
    refused = platonic.run("calibrate", swept)
    assert refused.returncode == 2 and "takes the neighbours of all samples" in refused.stderr, refused.stderr
    assert swept.read_bytes() == before


def test_small_galleries_are_whole(platonic, tmp_path):
    """Lists of 256 are all others of the smallest gallery: a layer with itself scores 1 in a gallery of any size."""
    generator = np.random.default_rng(6)
    ids = [f"s{i}" for i in range(1500)]
    store = write_store(tmp_path / "a.h5", "a", [generator.normal(size=(1500, 5)).astype(np.float32)], ids)
    output = tmp_path / "r.h5"
    words = ["--k", 3, "--queries", 20, "--gallery", 4, 100, "--output", output, "--quiet"]
    platonic.succeed("sweep", "--x", store, *words)
    found = statistics(output)
    assert np.allclose(found["mutual_knn_k3/gallery/scores"], 1, atol=1e-12)
    assert not found["mutual_knn_k3/gallery/bound"].any()


@pytest.mark.parametrize(
    "change",
    [
        lambda queries: queries[::-1],
        lambda queries: np.repeat(queries[0], len(queries)),
        lambda queries: queries[:3],
        lambda queries: np.arange(N, N + len(queries), dtype=np.int32),
        lambda queries: np.arange(5000, dtype=np.int32),
        lambda queries: queries.astype("S4"),
        None,
    ],
)
def test_damaged_queries_are_refused(platonic, swept, tmp_path, change):
    path = tmp_path / "r.h5"
    path.write_bytes(swept.read_bytes())
    with h5py.File(path, "r+") as file:
        queries = file["queries"][:]
        del file["queries"]
        if change:
            file["queries"] = change(queries)
    for command in ("export", "explain", "report"):
        words = {"export": [], "explain": ["m0", "m1"], "report": ["--output", tmp_path / "out"]}[command]
        refused = platonic.run(command, path, *words)
        assert refused.returncode == 2 and "queries" in refused.stderr, (command, refused.stderr)
        assert not (tmp_path / "out").exists()


def test_tables_say_how_many_queries(platonic, swept, stores, tmp_path):
    rows = json.loads(platonic.succeed("export", swept, "--format", "json"))
    assert {(row["n"], row["queries"]) for row in rows} == {(N, QUERIES)}
    output = tmp_path / "whole.h5"
    said = json.loads(
        platonic.succeed("sweep", "--x", *stores, "--k", 3, "--json", "--queries", 9, "--quiet", "--output", output)
    )
    assert said["samples"] == N and said["queries"] == 9
    refused = platonic.run("compare", swept, "--models", "m0", "m1")
    assert refused.returncode == 2 and "with --intervals and without --queries" in refused.stderr


def test_a_constant_layer_among_others(platonic, tmp_path):
    generator = np.random.default_rng(1)
    ids = [f"s{i}" for i in range(300)]
    layers = [np.full((300, 4), 0.5, dtype=np.float32), generator.normal(size=(300, 4)).astype(np.float32)]
    store = write_store(tmp_path / "a.h5", "a", layers, ids)
    output = tmp_path / "r.h5"
    platonic.succeed("sweep", "--x", store, "--k", 3, "--queries", 20, "--gallery", "--output", output, "--quiet")
    with h5py.File(output) as file:
        scores = file["metrics/mutual_knn_k3/layer_scores"][:]
        assert np.isnan(scores[0]).all() and np.isnan(scores[:, 0]).all() and scores[1, 1] == 1


def test_layers_wider_than_tall(platonic, tmp_path):
    """Whose kernels are kept by entries."""
    generator = np.random.default_rng(2)
    ids = [f"s{i}" for i in range(300)]
    layers = [generator.normal(size=(300, 500)).astype(np.float32) for _ in range(2)]
    store = write_store(tmp_path / "a.h5", "a", layers, ids)
    output = tmp_path / "r.h5"
    platonic.succeed("sweep", "--x", store, "--k", 3, "--queries", 20, "--clip", "none", "--output", output, "--quiet")
    one, two = reference.prepare(layers, clip=None)
    queries = np.sort(drawn(300)[:20])
    with h5py.File(output) as file:
        found = file["metrics/mutual_knn_k3/layer_scores"][:]
    assert found[0, 1] == pytest.approx(
        overlap((ranked(one, queries), ranked(two, queries)), np.arange(300), 3), abs=1e-12
    )
