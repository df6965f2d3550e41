"""The statistics and maps of a results file against SciPy and the file's own numbers, and how they are made anew."""

import hashlib
import itertools
import json

import h5py
import numpy as np
import pytest
import scipy.cluster.hierarchy
import scipy.stats
import xarray

from conftest import write_store

SAMPLES = 60
MODELS = 14
METRICS = ["cka", "cknna_k5", "mutual_knn_k5", "unbiased_cka"]


def make_stores(folder):
    """Models that share a latent more the better they are, with scores that say so; the last one has no accuracy."""
    generator = np.random.default_rng(11)
    latent = generator.normal(size=(SAMPLES, 10))
    stores = []
    for number in range(MODELS):
        noise = 0.4 + 0.3 * number
        layers = [
            latent @ generator.normal(size=(10, 12 + layer)) + noise * generator.normal(size=(SAMPLES, 12 + layer))
            for layer in range(3)
        ]
        scores = {"vtab/dtd": 1 - 0.05 * number, "bits_per_byte": 0.8 + 0.03 * ((number * 5) % MODELS)}
        if number < MODELS - 1:
            scores["accuracy"] = 90 - 3 * number + 4 * np.sin(number)
        scores["lower_is_better"] = np.array(["bits_per_byte"], dtype=h5py.string_dtype())
        stores.append(
            write_store(
                folder / f"{number:02d}.h5",
                f"net/{number:02d}",
                layers,
                [f"s{i}" for i in range(SAMPLES)],
                modality="vision",
                scores=scores,
                family=["ViT", "ResNet"][number % 2],
                parameters=1000 * (number + 1),
            )
        )
    return stores


@pytest.fixture(scope="module")
def results(platonic, tmp_path_factory):
    folder = tmp_path_factory.mktemp("analysis")
    stores = make_stores(folder)
    path = folder / "results.h5"
    platonic.succeed(
        "sweep",
        "--x",
        *stores,
        "--metric",
        "mutual_knn",
        "cka",
        "unbiased_cka",
        "cknna",
        "--k",
        "5",
        "1:20",
        "--output",
        path,
        "--workers",
        2,
        "--quiet",
        "--artifacts",
        folder / "artifacts",
    )
    return path


@pytest.fixture
def file(results):
    with h5py.File(results) as opened:
        yield opened


def texts(dataset):
    return list(dataset.asstr()[:])


def matrix(file, metric):
    """The model scores, both directions averaged, without the diagonal."""
    scores = file[f"metrics/{metric}/scores"][:]
    scores = (scores + scores.T) / 2
    np.fill_diagonal(scores, np.nan)
    return scores


def test_alignment_is_the_scores(file):
    assert texts(file["analysis/metric"]) == METRICS
    assert texts(file["analysis/model"]) == texts(file["x"])
    for position, metric in enumerate(METRICS):
        np.testing.assert_array_equal(file["analysis/alignment"][position], matrix(file, metric))


def positions(count, draws, seed=0):
    """SplitMix64's positions below `count`."""
    mask = (1 << 64) - 1
    for step in range(1, draws + 1):
        z = (seed + step * 0x9E3779B97F4A7C15) & mask
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        yield ((z ^ (z >> 31)) * count) >> 64


def simultaneous_band(x, y, resamples=1000, points=21):
    """The 95 % band of Schemas/metrics.md: the grid, and the band's edges there."""
    n = len(x)
    order = np.lexsort((y, x))
    x, y = x[order], y[order]
    grid = np.linspace(x[0], x[-1], points)
    line = np.polyval(np.polyfit(x, y, 1), grid)
    drawn = np.array(list(positions(n, n * resamples))).reshape(resamples, n)
    fits = [np.polyfit(x[row], y[row], 1) for row in drawn if np.ptp(x[row]) > 0]
    apart = np.abs([np.polyval(fit, grid) - line for fit in fits])
    pointwise = np.sqrt((apart**2).mean(axis=0))
    critical = np.quantile((apart / pointwise).max(axis=1), 0.95, method="inverted_cdf")
    assert (np.all(apart <= critical * pointwise * (1 + 1e-9), axis=1)).mean() >= 0.95
    small = np.sqrt(n / (n - 2)) * scipy.stats.t.ppf(0.975, n - 2) / scipy.stats.norm.ppf(0.975)
    return grid, line - small * critical * pointwise, line + small * critical * pointwise


@pytest.mark.parametrize("score", ["accuracy", "bits_per_byte", "vtab/dtd"])
def test_lines_are_those_of_scipy(file, score):
    group = file["analysis/score_alignment/0"]
    names = texts(group["score"])
    dataset = next(d for name, d in file.items() if name.startswith("x_score_") and d.attrs["name"] == score)
    shown = 1 - dataset[:] if score == "bits_per_byte" else dataset[:]
    s = names.index(score)
    np.testing.assert_allclose(group["shown"][s], shown, rtol=1e-15)
    assert group.attrs["subjects"] == "all"
    for m, metric in enumerate(METRICS):
        alignment = matrix(file, metric)
        pooled = np.where(np.isfinite(shown), np.nanmean(alignment, axis=1), np.nan)
        np.testing.assert_allclose(group["pooled_alignment"][s, m], pooled, rtol=1e-13)
        for prefix, index, y in [("pooled_", (s, m), pooled)] + [
            ("", (s, m, reference), alignment[:, reference]) for reference in range(MODELS)
        ]:
            kept = np.isfinite(shown) & np.isfinite(y)
            fit = scipy.stats.linregress(shown[kept], y[kept])
            assert group[f"{prefix}n"][index] == kept.sum()
            np.testing.assert_allclose(group[f"{prefix}slope"][index], fit.slope, rtol=1e-9, atol=1e-14)
            np.testing.assert_allclose(group[f"{prefix}intercept"][index], fit.intercept, rtol=1e-9, atol=1e-14)
            np.testing.assert_allclose(group[f"{prefix}r_squared"][index], fit.rvalue**2, rtol=1e-9, atol=1e-14)
            np.testing.assert_allclose(group[f"{prefix}pearson"][index], fit.rvalue, rtol=1e-9, atol=1e-14)
            rho = scipy.stats.spearmanr(shown[kept], y[kept]).statistic
            np.testing.assert_allclose(group[f"{prefix}spearman"][index], rho, rtol=1e-12, atol=1e-14)
            width = scipy.stats.norm.ppf(0.975) * np.sqrt((1 + rho**2 / 2) / (kept.sum() - 3))
            ends = np.tanh(np.arctanh(rho) + np.array([-width, width]))
            found = group[f"{prefix}spearman_lower"][index], group[f"{prefix}spearman_upper"][index]
            np.testing.assert_allclose(found, ends, rtol=1e-9, atol=1e-9)
        kept = np.isfinite(shown)
        grid, lower, upper = simultaneous_band(shown[kept], pooled[kept])
        np.testing.assert_allclose(group["pooled_band_x"][s, m], grid, rtol=1e-12)
        np.testing.assert_allclose(group["pooled_band_lower"][s, m], lower, rtol=1e-7)
        np.testing.assert_allclose(group["pooled_band_upper"][s, m], upper, rtol=1e-7)


def test_bins_are_means_over_their_pairs(file):
    group = file["analysis/competence_bins"]
    assert texts(group["criterion"]) == ["solved_tasks", "accuracy", "bits_per_byte"]
    assert texts(group["modality"]) == ["vision"] * 3 and texts(group["reason"]) == [""] * 3
    # Shares of tasks solved are 0 or 1: five models solve the one task.
    assert [bool(text) for text in texts(group["unevenness"])] == [True, False, False]
    best = file["x_score_vtab_dtd"][:].max()
    solved = (file["x_score_vtab_dtd"][:] >= 0.8 * best).astype(float)
    for c, values in enumerate([solved, file["x_score_accuracy"][:], 1 - file["x_score_bits_per_byte"][:]]):
        bins = group["bin_of_model"][c]
        assert np.array_equal(bins == -1, ~np.isfinite(values))
        for b in range(group["bin_count"][c]):
            members = np.flatnonzero(bins == b)
            assert len(members) >= 3
            assert group["lower"][c, b] == values[members].min() and group["upper"][c, b] == values[members].max()
            for m, metric in enumerate(METRICS):
                pairs = np.array([matrix(file, metric)[i, j] for i, j in itertools.combinations(members, 2)])
                assert group["n"][c, m, b] == len(pairs)
                assert group["model_count"][c, m, b] == len(members)
                np.testing.assert_allclose(group["mean"][c, m, b], pairs.mean(), rtol=1e-12)
                np.testing.assert_allclose(group["standard_error"][c, m, b], scipy.stats.sem(pairs), rtol=1e-9)
                left = [matrix(file, metric)[np.ix_(rest, rest)] for rest in (members[members != i] for i in members)]
                left = np.array([np.nanmean(scores) for scores in left])
                n = len(members)
                error = np.sqrt((n - 1) / n * ((left - left.mean()) ** 2).sum())
                ends = scipy.stats.t.interval(0.95, n - 1, pairs.mean(), error)
                np.testing.assert_allclose(group["model_error"][c, m, b], error, rtol=1e-9)
                assert group["interval_degrees_of_freedom"][c, m, b] == n - 1
                found = group["interval_lower"][c, m, b], group["interval_upper"][c, m, b]
                np.testing.assert_allclose(found, ends, rtol=1e-9)
            assert group["bin_size"][c, b] == len(members)


def test_metrics_are_correlated_as_in_scipy(file):
    upper = np.triu_indices(MODELS, 1)
    columns = np.array([matrix(file, metric)[upper] for metric in METRICS])
    group = file["analysis/metric_correlation"]
    np.testing.assert_allclose(group["spearman"][:], scipy.stats.spearmanr(columns.T).statistic, rtol=1e-12)
    assert np.all(group["n"][:] == MODELS * (MODELS - 1) // 2)
    assert texts(group["pair_kind"]) == ["within vision"]
    np.testing.assert_array_equal(group["kind_spearman"][0], group["spearman"][:])


def length_in(order, distances):
    """How far it is from the first to the last of an order."""
    return sum(distances[i, j] for i, j in itertools.pairwise(order))


def test_trees_are_those_of_scipy(file):
    group = file["analysis/clustering"]
    for m, metric in enumerate(METRICS):
        distances = 1 - matrix(file, metric)
        tree = scipy.cluster.hierarchy.linkage(distances[np.triu_indices(MODELS, 1)], "average", optimal_ordering=True)
        np.testing.assert_allclose(group["height"][m], tree[:, 2], rtol=1e-12)
        np.testing.assert_array_equal(group["size"][m], tree[:, 3])
        assert sorted(group["order"][m]) == list(range(MODELS))
        theirs = length_in(scipy.cluster.hierarchy.leaves_list(tree), distances)
        assert length_in(group["order"][m], distances) <= theirs + 1e-12


def test_trends_over_k_are_centred_and_scaled(file):
    group = file["analysis/curves/mutual_knn"]
    curve = file["curves/mutual_knn/scores"][:]
    np.testing.assert_array_equal(group["k"][:], np.arange(1, 21))
    upper = np.triu_indices(MODELS, 1)
    np.testing.assert_allclose(group["mean"][:], [scores[upper].mean() for scores in curve], rtol=1e-12)
    assert group.attrs["centre"] == "net/00"
    for k, scores in enumerate(curve):
        np.fill_diagonal(scores, np.nan)
        # A reference that is the centre itself has no score to centre on.
        columns = scores[:, 1:]
        scaled = (columns - columns[0]) / np.nanstd(columns, axis=0, ddof=1)
        np.testing.assert_allclose(group["trend"][k], np.nanmean(scaled, axis=1), rtol=1e-9, atol=1e-12)
        np.testing.assert_array_equal(group["trend_n"][k], np.isfinite(scaled).sum(axis=1))


def test_every_dataset_says_what_it_is(file):
    def visit(name, found):
        if isinstance(found, h5py.Dataset):
            assert found.attrs["description"], name

    file["analysis"].visititems(visit)
    file["projection"].visititems(visit)


def test_maps_have_their_quality(file):
    for metric in METRICS:
        group = file[f"projection/{metric}"]
        distances = 1 - matrix(file, metric)
        if group.attrs["distance"] == "log":
            distances = None
        for name in ["umap", "mds"]:
            points = group[name]
            assert points.shape == (MODELS, 2) and np.all(np.isfinite(points[:]))
            assert points.attrs["n"] == MODELS
            assert 0 < points.attrs["trustworthiness"] <= 1 and 0 < points.attrs["continuity"] <= 1
            if distances is None:
                continue
            upper = np.triu_indices(MODELS, 1)
            embedded = np.linalg.norm(points[:][:, None] - points[:][None], axis=-1)[upper]
            rho = scipy.stats.spearmanr(np.abs(distances[upper]), embedded).statistic
            np.testing.assert_allclose(points.attrs["rank_correlation"], rho, atol=1e-9)
    assert file["projection/mutual_knn_k5"].attrs["distance"] == "log"
    assert file["projection/unbiased_cka"].attrs["distance"] == "linear"
    assert "chance" in file["projection/unbiased_cka"].attrs["distance_note"]


def digests(path):
    """A digest of every dataset and its attributes, by path."""
    found = {}

    def visit(name, item):
        digest = hashlib.sha256()
        attributes = {k: v for k, v in item.attrs.items() if k not in ("DIMENSION_LIST", "REFERENCE_LIST")}
        digest.update(repr(sorted((k, np.asarray(v).tolist()) for k, v in attributes.items())).encode())
        if isinstance(item, h5py.Dataset):
            values = item[:]
            digest.update(repr(values.tolist()).encode() if values.dtype == object else values.tobytes())
            digest.update(repr([[scale.name for scale in dim.values()] for dim in item.dims]).encode())
        found[name] = digest.hexdigest()

    with h5py.File(path) as file:
        file.visititems(visit)
    return found


def test_project_changes_the_maps_only(platonic, results, tmp_path):
    path = tmp_path / "copy.h5"
    path.write_bytes(results.read_bytes())
    before = digests(path)
    printed = platonic.succeed("project", path, "--neighbours", 5, "--min-dist", 0.3, "--seed", 9)
    assert "net/03" in printed and "trustworthiness" in printed
    after = digests(path)
    assert before.keys() == after.keys()
    changed = {name for name in before if before[name] != after[name]}
    assert changed and all(name.startswith("projection") for name in changed)
    assert "projection/cka/umap" in changed and "projection/cka/mds" not in changed
    with h5py.File(path) as file:
        assert file["projection"].attrs["neighbours"] == 5
    assert [entry.name for entry in tmp_path.iterdir()] == ["copy.h5"]


def test_project_into_another_file_as_json(platonic, results, tmp_path):
    before = results.read_bytes()
    path = tmp_path / "other.h5"
    printed = json.loads(platonic.succeed("project", results, "--distance", "linear", "--json", "--output", path))
    assert results.read_bytes() == before
    with h5py.File(path) as file:
        for entry in printed["maps"]:
            np.testing.assert_array_equal(file[f"projection/{entry['metric']}/umap"][:], entry["umap"]["points"])
            assert file[f"projection/{entry['metric']}"].attrs["distance"] == "linear"


def test_project_refuses_a_cross_sweep(platonic, tmp_path):
    stores = make_stores(tmp_path)
    path = tmp_path / "cross.h5"
    platonic.succeed(
        "sweep",
        "--x",
        *stores[:4],
        "--y",
        *stores[4:8],
        "--metric",
        "cka",
        "--output",
        path,
        "--quiet",
        "--workers",
        1,
        "--artifacts",
        tmp_path / "artifacts",
    )
    before = path.read_bytes()
    result = platonic.run("project", path)
    assert result.returncode == 2
    assert "two sides" in result.stderr and "cross.h5" in result.stderr
    assert path.read_bytes() == before
    with h5py.File(path) as file:
        assert "two sides" in file["projection"].attrs["reason"]
        assert [file[f"analysis/score_alignment/{i}"].attrs["subjects"] for i in "01"] == ["x", "y"]
    assert platonic.run("project", tmp_path / "no.h5").returncode == 2


def test_xarray_opens_the_file(results):
    tree = xarray.open_datatree(results, engine="h5netcdf")
    panel = tree["analysis/score_alignment/0"].to_dataset()
    assert panel.pearson.sel(score="accuracy", metric="cka", reference="net/03").shape == ()
    assert tree["analysis/metric_correlation"].spearman.sel(metric="cka", other_metric="cka") == 1
    assert tree["projection/cka"].to_dataset().umap.dims == ("model", "axis")
    assert tree["metrics/cka"].to_dataset().scores.dims == ("x", "y")
