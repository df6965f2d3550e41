"""Expected scores of random galleries: `--gallery`, and what results say of them."""

import json

import h5py
import numpy as np
import pytest

import reference
from conftest import ROOT
from test_calibration import made, statistics
from test_intervals import written

DEMO = ROOT / "Sources/platonic/Resources/demo"
K = 10


@pytest.fixture(scope="module")
def models():
    return made([1.0, 0.6, 0.4, 0.0], samples=60)


@pytest.fixture(scope="module")
def stores(models, tmp_path_factory):
    return written(tmp_path_factory.mktemp("stores"), models)


def layer(name, index):
    """A layer of the demo as it is compared."""
    with h5py.File(DEMO / f"{name}.h5") as store:
        ids = [text.decode() for text in store["samples/ids"][:]]
        layers = [store[f"layers/{key}"][:] for key in sorted(store["layers"])]
    return ids, reference.prepare(layers)[index]


def drawn(similarities, samples, k):
    """`mutual_knn` of a gallery."""
    lists = []
    for similarity in similarities:
        within = similarity[np.ix_(samples, samples)]
        member = np.zeros(within.shape, dtype=bool)
        np.put_along_axis(member, np.argpartition(-within, k, axis=1)[:, :k], True, axis=1)
        lists.append(member)
    return (lists[0] & lists[1]).sum() / (len(samples) * k)


def test_curves_are_means_over_drawn_galleries(platonic, tmp_path):
    """Of two pairs of real networks, at three sizes: within four standard errors of the mean of 500 galleries."""
    output = tmp_path / "results.h5"
    names = ["dinov2_small", "minilm_l6__name", "mobilenet_v2"]
    paths = [DEMO / f"{name}.h5" for name in names]
    with h5py.File(paths[0]) as store:
        n = len(store["samples/ids"])
    sizes = [n // 6, n // 3, n // 2]
    platonic.succeed("sweep", "--x", *paths, "--k", K, "--gallery", *sizes, n, "--output", output, "--quiet")
    found = statistics(output)
    prefix = f"mutual_knn_k{K}/gallery"
    assert list(found[f"{prefix}/m"]) == [*sizes, n] and list(found[f"{prefix}/k"]) == [K] * 4
    assert np.array_equal(found[f"{prefix}/chance"], [K / (m - 1) for m in [*sizes, n]])
    assert list(found[f"{prefix}/proportional_k"]) == [max(1, round(K * m / n)) for m in [*sizes, n]]
    with h5py.File(output) as file:
        group = file[f"metrics/mutual_knn_k{K}"]
        scores, best = group["scores"][:], (group["best_x_layer"][:], group["best_y_layer"][:])
    for name in ("scores", "proportional_scores"):
        assert np.allclose(found[f"{prefix}/{name}"][-1], scores, rtol=0, atol=1e-12), "all samples are a gallery too"
    generator = np.random.default_rng(1)
    for a, b in [(0, 1), (0, 2)]:
        similarities = []
        for model, index in ((a, best[0][a, b]), (b, best[1][a, b])):
            features = layer(names[model], index)[1]
            similarity = features @ features.T
            np.fill_diagonal(similarity, -np.inf)
            similarities.append(similarity)
        for position, m in enumerate(sizes):
            for suffix, k in (("", K), ("proportional_", found[f"{prefix}/proportional_k"][position])):
                values = [drawn(similarities, generator.choice(n, m, replace=False), k) for _ in range(500)]
                error = np.std(values, ddof=1) / np.sqrt(500)
                score = found[f"{prefix}/{suffix}scores"][position, a, b]
                bound = found[f"{prefix}/{suffix}bound"][position]
                assert abs(score - np.mean(values)) < 4 * error + bound, (names[a], names[b], m, k)
                assert bound < 0.01


def test_halves_reach_as_far_as_lists_do(platonic, stores, tmp_path):
    output = tmp_path / "results.h5"
    platonic.succeed(
        "sweep", "--x", *stores[:2], "--y", *stores[2:], "--k", 3, "--gallery", "--output", output, "--quiet"
    )
    found = statistics(output)
    assert list(found["mutual_knn_k3/gallery/m"]) == [7, 15, 30, 60]
    # Lists reach all other samples: nothing is left out.
    assert not found["mutual_knn_k3/gallery/bound"].any()
    assert found["mutual_knn_k3/gallery/scores"].shape == (4, 2, 2)


def test_galleries_change_no_score_and_are_the_same_wherever_a_sweep_runs(platonic, stores, tmp_path):
    results = []
    for number, options in enumerate([[], ["--gallery", 20, 40], ["--gallery", 20, 40, "--workers", 1]]):
        output = tmp_path / f"{number}.h5"
        platonic.succeed("sweep", "--x", *stores, "--k", 3, 5, *options, "--output", output, "--quiet")
        with h5py.File(output) as file:
            results.append([file[f"metrics/mutual_knn_k{k}/scores"][:].tobytes() for k in (3, 5)])
    assert results[0] == results[1] == results[2]
    one, other = statistics(tmp_path / "1.h5"), statistics(tmp_path / "2.h5")
    for k in (3, 5):
        assert np.array_equal(one[f"mutual_knn_k{k}/gallery/scores"], other[f"mutual_knn_k{k}/gallery/scores"])
        curves = one[f"mutual_knn_k{k}/gallery/scores"]
        assert np.array_equal(curves, curves.swapaxes(1, 2)), "pairs are the same both ways round"


@pytest.mark.parametrize(
    "options, sentence",
    [
        (["--gallery", 3, 20], "a gallery of 3 samples has no 3 neighbours"),
        (["--gallery", 61], "a gallery of 61 samples"),
        (["--metric", "cka", "--gallery"], "they are of mutual_knn with a single k"),
        (["--gallery", "thirds"], "gallery"),
        (["--gallery", *range(4, 60), *range(4, 60), 1, 2, 3, 60, 61, 62, 63, 64, 65], "sizes"),
    ],
)  # fmt: skip
def test_galleries_that_cannot_be_are_refused(platonic, stores, tmp_path, options, sentence):
    refused = platonic.run("sweep", "--x", *stores, "--k", 3, *options, "--output", tmp_path / "r.h5")
    assert refused.returncode == 2 and sentence in refused.stderr, refused.stderr


def test_groups_have_no_gallery_curves(platonic, models, tmp_path):
    stores = written(tmp_path, models, np.repeat(np.arange(30), 2))
    refused = platonic.run(
        "sweep", "--x", *stores, "--k", 3, "--exclude-groups", "--gallery", "--output", tmp_path / "r.h5"
    )
    assert refused.returncode == 2 and "there is no closed form" in refused.stderr


def test_the_report_draws_galleries(platonic, stores, tmp_path):
    output = tmp_path / "results.h5"
    platonic.succeed("sweep", "--x", *stores, "--k", 3, "--gallery", "--intervals", 20, "--output", output, "--quiet")
    platonic.succeed("report", output, "--output", tmp_path / "report")
    page = (tmp_path / "report/report.html").read_text()
    assert "Scores over the size of the gallery" in page and "How far other samples would move the scores" in page
    data = (tmp_path / "report/data/gallery-mutual_knn_k3-k.csv").read_text().splitlines()
    assert len(data) > 4 * 6


def test_damaged_galleries_are_one_sentence(platonic, stores, tmp_path):
    output = tmp_path / "results.h5"
    platonic.succeed("sweep", "--x", *stores, "--k", 3, "--gallery", "--output", output, "--quiet")
    changes = [("m", 0, 90), ("k", 0, 7), ("bound", 0, 2.0), ("proportional_k", 1, -4)]
    for number, (name, place, value) in enumerate(changes):
        path = tmp_path / f"{number}.h5"
        path.write_bytes(output.read_bytes())
        with h5py.File(path, "r+") as file:
            file[f"statistics/mutual_knn_k3/gallery/{name}"][place] = value
        result = platonic.run("report", path, "--output", tmp_path / f"report{number}")
        assert result.returncode == 2 and len(result.stderr.strip().splitlines()) == 2, (name, result.stderr)


def test_a_specification_has_galleries(platonic, stores, tmp_path):
    spec = tmp_path / "sweep.yaml"
    spec.write_text(f"x: {json.dumps([str(path) for path in stores])}\nk: [3]\ngallery: [30, 10]\n")
    output = tmp_path / "results.h5"
    platonic.succeed("sweep", spec, "--output", output, "--quiet")
    assert list(statistics(output)["mutual_knn_k3/gallery/m"]) == [10, 30]
    with h5py.File(output) as file:
        assert "gallery: [10, 30]" in file.attrs["spec"]
