"""Reports by `platonic report`: every number in data/ against the results file read by h5py, and SciPy's statistics of them."""

import base64
import csv
import itertools
import json
import re
import shutil
import xml.etree.ElementTree as ET

import h5py
import numpy as np
import pytest
import vl_convert
from scipy import stats

from browser import browser
from conftest import write_store

SAMPLES = 50
MODELS = [
    # name, modality, network, number of layers, scores
    ('<b>bold</b> & "quoted"', "vision", "alpha", 3, {"acc": 0.5}),
    ("alpha random", "vision", "alpha", 3, {"acc": 0.1}),
    ("beta", "vision", "beta", 2, {"acc": 0.7}),
    ("gamma", "vision", "gamma", 1, {"acc": 0.6}),
    ("delta", "vision", "delta", 4, {"acc": 0.9}),
    ("epsilon", "vision", "epsilon", 2, {"acc": 0.8}),
    ("../zeta", "language", "zeta", 2, {"bits_per_byte": 0.9}),
    ("eta", "language", "eta", 3, {"bits_per_byte": 0.7}),
]


@pytest.fixture(scope="module")
def results(platonic, tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    generator = np.random.default_rng(11)
    latent = generator.normal(size=(SAMPLES, 10))
    stores = []
    for position, (name, modality, network, count, scores) in enumerate(MODELS):
        layers = [
            latent @ generator.normal(size=(10, 12)) + (1 + position / 4) * generator.normal(size=(SAMPLES, 12))
            for _ in range(count)
        ]
        ids = [f"s{i}" for i in range(SAMPLES)]
        stores.append(
            write_store(folder / f"{position}.h5", name, layers, ids, modality=modality, scores=scores, network=network)
        )
    output = folder / "results.h5"
    platonic.succeed(
        "sweep", "--x", *stores, "--metric", "mutual_knn", "cka", "cknna", "--k", 5, "1:20", "--output", output
    )
    return output


@pytest.fixture(scope="module")
def report(platonic, results):
    folder = results.parent / "report"
    platonic.succeed("report", results, "--output", folder, "--pair", "eta", "beta")
    return folder


def rows(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def number(text):
    return float(text) if text else np.nan


class Scores:
    """The results as h5py reads them."""

    def __init__(self, path):
        with h5py.File(path) as root:
            self.names = list(root["x"].asstr())
            self.networks = list(root["x_attr_network"].asstr())
            self.modalities = list(root["x_attr_modality"].asstr())
            self.acc = root["x_score_acc"][:]
            self.metrics = {id: group["scores"][:] for id, group in root["metrics"].items()}
            self.layers = {id: group["layer_scores"][:] for id, group in root["metrics"].items()}
            self.last = {id: root[f"diagnostics/{id}/last_layers"][:] for id in self.metrics}
            self.layer_model = root["x_layer_model"][:]
            self.curves = {id: (group["k"][:], group["scores"][:]) for id, group in root["curves"].items()}

    def mean(self, matrix):
        """Both directions of metrics that are not symmetric."""
        return (matrix + matrix.T) / 2

    def pairs(self, excluding_networks=True):
        for i, j in itertools.combinations(range(len(self.names)), 2):
            if not excluding_networks or self.networks[i] != self.networks[j]:
                yield i, j


@pytest.fixture(scope="module")
def scores(results):
    return Scores(results)


def test_model_pairs_are_those_of_the_results(report, scores):
    found = rows(report / "data/model-pairs.csv")
    assert len(found) == len(list(scores.pairs(excluding_networks=False)))
    for row in found:
        i, j = scores.names.index(row["x"].removeprefix("'")), scores.names.index(row["y"].removeprefix("'"))
        assert int(row["same_network"]) == (scores.networks[i] == scores.networks[j])
        for id, matrix in scores.metrics.items():
            assert number(row[id]) == pytest.approx(scores.mean(matrix)[i, j], rel=1e-15)
            assert number(row[f"{id}:last_layers"]) == pytest.approx(scores.mean(scores.last[id])[i, j], rel=1e-15)


def test_lines_and_correlations_are_scipys(report, scores):
    found = [row for row in rows(report / "data/score-alignment.csv") if row["score"] == "acc"]
    assert {row["metric"] for row in found} == set(scores.metrics)
    members = [i for i, m in enumerate(scores.modalities) if m == "vision"]
    references = [i for i, m in enumerate(scores.modalities) if m == "language"]
    for row in found:
        matrix = scores.mean(scores.metrics[row["metric"]])
        if row["reference"].startswith("mean over"):
            y = matrix[np.ix_(members, references)].mean(axis=1)
        else:
            y = matrix[members, scores.names.index(row["reference"])]
        x = scores.acc[members]
        line = stats.linregress(x, y)
        assert int(row["n"]) == len(members)
        assert number(row["Pearson"]) == pytest.approx(stats.pearsonr(x, y).statistic, abs=1e-12)
        rho = stats.spearmanr(x, y).statistic
        assert number(row["Spearman"]) == pytest.approx(rho, abs=1e-12)
        if abs(rho) < 1 - 1e-9:
            width = stats.norm.ppf(0.975) * np.sqrt((1 + rho**2 / 2) / (len(x) - 3))
            assert number(row["Spearman lower"]) == pytest.approx(np.tanh(np.arctanh(rho) - width), rel=1e-9)
            assert number(row["Spearman upper"]) == pytest.approx(np.tanh(np.arctanh(rho) + width), rel=1e-9)
        else:
            assert row["Spearman lower"] == row["Spearman upper"] == ""
        assert number(row["slope"]) == pytest.approx(line.slope, rel=1e-9)
        assert number(row["intercept"]) == pytest.approx(line.intercept, rel=1e-9)


def test_bins_have_intervals_over_networks(report, scores):
    members = [i for i, m in enumerate(scores.modalities) if m == "vision"]
    order = sorted(members, key=lambda i: scores.acc[i])
    found = rows(report / "data/competence-mutual_knn_k5-acc-vision.csv")
    assert list(found[0]) == [
        "label",
        "n",
        "value",
        "95 % interval over models lower",
        "95 % interval over models upper",
    ]
    for row, chosen in zip(found, [order[:3], order[3:]], strict=True):

        def mean(without=None, chosen=chosen):
            kept = [i for i in chosen if scores.networks[i] != without]
            matrix = scores.metrics["mutual_knn_k5"]
            pairs = [(i, j) for i, j in itertools.combinations(kept, 2) if scores.networks[i] != scores.networks[j]]
            return np.mean([matrix[pair] for pair in pairs]), len(pairs)

        value, count = mean()
        networks = sorted({scores.networks[i] for i in chosen})
        assert int(row["n"]) == count and number(row["value"]) == pytest.approx(value, rel=1e-12)
        ends = [number(row[f"95 % interval over models {end}"]) for end in ("lower", "upper")]
        if len(networks) < 3:
            assert np.all(np.isnan(ends))
        else:
            left = np.array([mean(network)[0] for network in networks])
            n = len(left)
            error = np.sqrt((n - 1) / n * ((left - left.mean()) ** 2).sum())
            assert ends == pytest.approx(stats.t.interval(0.95, n - 1, value, error), rel=1e-9)
    assert [int(row["n"]) for row in found] == [2, 3]
    page = (report / "report.html").read_text(encoding="utf-8")
    assert "±" not in page and "standard error of pairs" not in page


def test_points_are_those_of_the_results(report, scores):
    for row in rows(report / "data/score-mutual_knn_k5-acc-vision.csv"):
        if row["kind"] == "point":
            i, j = scores.names.index(row["name"]), scores.names.index(row["series"].removeprefix("'"))
            assert number(row["x"]) == scores.acc[i]
            assert number(row["y"]) == scores.metrics["mutual_knn_k5"][i, j]


def test_metrics_correlate_as_scipy_says(report, scores):
    pairs = list(scores.pairs())
    vectors = {id: [scores.mean(m)[i, j] for i, j in pairs] for id, m in scores.metrics.items()}
    kinds = {
        "all pairs": [True for _ in pairs],
        "within language": [scores.modalities[i] == scores.modalities[j] == "language" for i, j in pairs],
        "language with vision": [scores.modalities[i] != scores.modalities[j] for i, j in pairs],
        "within vision": [scores.modalities[i] == scores.modalities[j] == "vision" for i, j in pairs],
    }
    found = rows(report / "data/metric-correlations.csv")
    assert len(found) == len(scores.metrics) ** 2 * len(kinds) and {row["kind"] for row in found} == set(kinds)
    for row in found:
        chosen = np.array(kinds[row["kind"]])
        a, b = (np.array(vectors[row[name]])[chosen] for name in ("first", "second"))
        assert int(row["pairs"]) == chosen.sum()
        if chosen.sum() > 2:
            assert number(row["Spearman"]) == pytest.approx(stats.spearmanr(a, b).statistic, abs=1e-12)
        else:
            assert row["Spearman"] == ""


def test_layer_heatmaps_hold_the_layer_scores(report, scores):
    x, y = scores.names.index("eta"), scores.names.index("beta")
    cells = scores.layers["mutual_knn_k5"][np.ix_(scores.layer_model == x, scores.layer_model == y)]
    found = rows(report / "data/layers-mutual_knn_k5-eta-beta.csv")
    assert len(found) == cells.size
    for row in found:
        # Layers are called by index and name.
        (i, first), (j, second) = row["row"].split(), row["column"].split()
        assert (first, second) == (f"block{i}", f"block{j}")
        assert number(row["value"]) == cells[int(i), int(j)]


def between_models(file):
    """The cells of layers of different models, each pair once."""
    model = file["x_layer_model"][:]
    return model[:, None] < model[None, :]


def test_cells_are_marked_and_counted_by_their_p(results, report, scores):
    x, y = scores.names.index("eta"), scores.names.index("beta")
    with h5py.File(results) as file:
        cells = np.ix_(scores.layer_model == x, scores.layer_model == y)
        p = file["statistics/mutual_knn_k5/p"][:]
        chosen = {"mutual_knn_k5": p, "cka": file["statistics/cka/p"][:]}
        pairs = between_models(file)
        assert "closed form" in file["statistics/cknna_k5"].attrs["unknown"]
    found = rows(report / "data/layers-mutual_knn_k5-eta-beta.csv")
    assert [number(row["p"]) for row in found] == list(p[cells].ravel())
    assert np.all(p[cells] == 1e-3)
    page = (report / "report.html").read_text(encoding="utf-8")
    assert f"No cell is marked: p ≤ 0.001 in all {p[cells].size} cells." in page
    drawing = (report / "figures/layers-mutual_knn_k5-eta-beta.svg").read_text(encoding="utf-8")
    assert 'class="marks"' not in drawing
    assert "cknna_k5: no moment of this metric has a closed form." in page
    counts = {row["metric"]: row for row in rows(report / "data/random-matchings.csv")}
    assert sorted(counts) == sorted(chosen)
    for metric, values in chosen.items():
        check_counts(counts[metric], values[pairs])


def check_counts(row, p):
    strong, above = (p <= 1e-3).sum(), (p > 0.05).sum()
    columns = ["layer pairs", "p at its floor", "p to 0.05", "p above"]
    assert [int(row[name]) for name in columns] == [p.size, strong, p.size - strong - above, above]


def test_a_sweep_reports_which_layers_are_alike(platonic, tmp_path):
    """Layers that have more and more in common, from nothing on: some pairs are at the floor, some below 0.05, some above."""
    generator = np.random.default_rng(3)
    latent = generator.normal(size=(SAMPLES, 6))
    stores = []
    for name in ("first", "second"):
        layers = [
            share * latent @ generator.normal(size=(6, 20)) + generator.normal(size=(SAMPLES, 20))
            for share in (0, 0, 0.2, 0.3, 0.4, 0.6)
        ]
        stores.append(write_store(tmp_path / f"{name}.h5", name, layers, [f"s{i}" for i in range(SAMPLES)]))
    platonic.succeed(
        "sweep", "--quiet", "--x", *stores, "--metric", "mutual_knn", "svcca", "--k", 5, "--output", tmp_path / "r.h5",
        "--report", tmp_path / "report",
    )  # fmt: skip
    with h5py.File(tmp_path / "r.h5") as file:
        p = file["statistics/mutual_knn_k5/p"][:6, 6:]
    levels = np.where(p <= 1e-3, "dot", np.where(p <= 0.05, "ring", ""))
    assert {"dot", "ring", ""} == set(levels.ravel())
    [row] = rows(tmp_path / "report/data/random-matchings.csv")
    assert row["metric"] == "mutual_knn_k5"
    check_counts(row, p)
    # What is drawn: dots of no length, relative to the one before; a ring is one of a further path within.
    drawing = ET.parse(tmp_path / "report/figures/layers-mutual_knn_k5-first-second.svg").getroot()
    [marks] = [group for group in drawing.iter() if group.get("class") == "marks"]
    drawn, open_cells = np.full(p.shape, "", "U4"), set()
    for path in marks:
        x = y = 0
        for step in re.findall(r"[Mm](-?\d+) (-?\d+)h0", path.get("d")):
            x, y = x + int(step[0]), y + int(step[1])
            if drawn[y, x]:
                open_cells.add((y, x))
            drawn[y, x] = "dot"
    for cell in open_cells:
        drawn[cell] = "ring"
    np.testing.assert_array_equal(drawn, levels)
    page = (tmp_path / "report/report.html").read_text(encoding="utf-8")
    strong, weak = (levels == "dot").sum(), (levels == "ring").sum()
    assert f"{strong} of 36 layer pairs of different models have p ≤ 0.001 and {weak} more p ≤ 0.05" in page
    assert f"Dots: p ≤ 0.001 ({strong} of 36 cells); rings: p ≤ 0.05 ({weak} more)." in page
    assert "svcca_d10: no moment of this metric has a closed form." in page


def test_chance_is_set_against_effective_rank(report, results):
    with h5py.File(results) as file:
        rank = np.log(file["diagnostics/x_effective_rank"][:])
        rank = (rank[:, None] + rank[None, :]) / 2
        mean, sd = file["statistics/cka/null_mean"][:], file["statistics/cka/null_sd"][:]
        pairs = between_models(file)
    found = [row for row in rows(report / "data/chance-by-rank.csv") if row["metric"] == "cka"]
    assert sum(int(row["layer pairs"]) for row in found) == pairs.sum()
    low, high = rank[pairs].min(), rank[pairs].max()
    place = np.minimum((8 * (rank - low) / (high - low)).astype(int), 7)
    for row, part in zip(found, [p for p in range(8) if (pairs & (place == p)).any()], strict=True):
        cells = pairs & (place == part)
        assert number(row["effective rank"]) == pytest.approx(np.exp(rank[cells].mean()), rel=1e-9)
        assert number(row["mean of random matchings"]) == pytest.approx(mean[cells].mean(), rel=1e-9)
        assert number(row["mean + 2 sd"]) == pytest.approx((mean + 2 * sd)[cells].mean(), rel=1e-9)
        # What the page says of it.
        np.testing.assert_allclose(mean[cells], np.exp(rank[cells]) / (SAMPLES - 1), rtol=1e-3)


def test_results_without_statistics_have_the_report_without(platonic, results, report, tmp_path):
    older = tmp_path / "older.h5"
    shutil.copy(results, older)
    with h5py.File(older, "a") as file:
        del file["statistics"]
    platonic.succeed("report", older, "--output", tmp_path / "report", "--pair", "eta", "beta")
    page = (tmp_path / "report/report.html").read_text(encoding="utf-8")
    assert "andom matchings" not in page and "Dots:" not in page
    names = {path.name for path in (tmp_path / "report/data").iterdir()}
    assert {path.name for path in (report / "data").iterdir()} - names == {"random-matchings.csv", "chance-by-rank.csv"}
    own = "data/layers-mutual_knn_k5-eta-beta.csv"
    assert list(rows(tmp_path / "report" / own)[0]) == ["row", "column", "value"]
    assert [row["value"] for row in rows(tmp_path / "report" / own)] == [row["value"] for row in rows(report / own)]


def test_curves_are_those_of_the_results(report, scores):
    for metric, (ks, values) in scores.curves.items():
        found = rows(report / f"data/curves-{metric}.csv")
        assert len(found) == len(ks) * 12
        for row in found:
            i, j = scores.names.index(row["member"]), scores.names.index(row["reference"].removeprefix("'"))
            matrix = scores.mean(values[list(ks).index(int(row["k"]))])
            assert number(row["score"]) == pytest.approx(matrix[i, j], rel=1e-15)


def test_drawings_are_xml_with_title_and_description(report):
    drawings = sorted((report / "figures").glob("*.svg"))
    assert len(drawings) > 10
    for path in drawings:
        root = ET.parse(path).getroot()
        names = [child.tag.rpartition("}")[2] for child in root]
        assert names[:2] == ["title", "desc"] and root.get("role") == "img"
        assert all(child.text for child in root[:2])


def test_vega_renders_every_specification(report):
    specs = sorted((report / "figures").glob("*.vl.json"))
    assert len(specs) == len(list((report / "figures").glob("*.svg")))
    for path in specs:
        svg = vl_convert.vegalite_to_svg(json.loads(path.read_text(encoding="utf-8")))
        assert ET.fromstring(svg).tag.endswith("svg"), path.name


def test_the_page_is_self_contained_and_whole(report):
    page = (report / "report.html").read_text(encoding="utf-8")
    assert "<b>bold" not in page and "&lt;b&gt;bold" in page
    root = ET.fromstring(page.removeprefix("<!DOCTYPE html>\n"))
    assert len(root.findall(".//{*}section")) == 9
    for element in root.iter():
        assert not element.tag.endswith(("}img", "}iframe", "}object"))
        for name in ("href", "src"):
            link = element.get(name)
            if link and not link.startswith("#"):
                assert (report / link).is_file(), link


def test_results_of_earlier_builds_have_a_report(platonic, results, report, tmp_path):
    older = tmp_path / "older.h5"
    shutil.copy(results, older)
    with h5py.File(older, "a") as file:
        for name in ("analysis", "projection", "diagnostics", "x_layer_tied", "x_layer_clipped"):
            del file[name]
        for name in list(file):
            for attribute in ("name", "lower_is_better"):
                if attribute in file[name].attrs:
                    del file[name].attrs[attribute]
    platonic.succeed("report", older, "--output", tmp_path / "report")
    assert (tmp_path / "report/data/metric-correlations.csv").read_bytes() == (
        report / "data/metric-correlations.csv"
    ).read_bytes()


def test_the_page_is_dark_where_the_reader_is_and_fits_a_narrow_screen(report):
    page = (report / "report.html").resolve().as_uri()
    colour = "getComputedStyle(document.querySelector('{0}')).{1}"
    with browser() as window:
        for scheme, dark in (("light", False), ("dark", True)):
            window.darken(scheme)
            for width in (400, 1400):
                window.resize(width)
                window.open(page)
                assert window.value("document.documentElement.scrollWidth") <= width
                found = window.value(
                    "[...document.querySelectorAll('figure .scroll')].every(e => e.getBoundingClientRect().right <= innerWidth + 1)"
                )
                assert found, (scheme, width)
            grounds = [colour.format("body", "backgroundColor"), colour.format("svg > rect", "fill")]
            assert [sum(map(int, window.value(c)[4:-1].split(","))) < 200 for c in grounds] == [dark, dark]
            inks = [colour.format("body", "color"), colour.format("svg text", "fill")]
            assert [sum(map(int, window.value(c)[4:-1].split(","))) > 600 for c in inks] == [dark, dark]
        # What does not fit on a narrow screen scrolls by itself, with text that can be read.
        window.resize(400)
        window.open(page)
        assert window.value("[...document.querySelectorAll('figure .scroll')].some(e => e.scrollWidth > e.clientWidth)")
        window.resize(1400)
        window.open(page)
        tops = window.value(
            "[...document.querySelectorAll('#section-2 figure')].map(e => Math.round(e.getBoundingClientRect().top))"
        )
        assert tops[0] == tops[1], "two heatmaps beside one another"
        heatmaps = window.value("document.querySelectorAll('#section-2 figure, #section-6 figure').length")
        pdf = base64.b64decode(window.call("Page.printToPDF", printBackground=True, preferCSSPageSize=True)["data"])
        assert len(re.findall(rb"/Type\s*/Page\b", pdf)) < heatmaps
        assert not window.errors


def test_maps_keep_their_labels_in_vega_lite(report):
    spec = json.loads((report / "figures/map-mutual_knn_k5-mds.vl.json").read_text(encoding="utf-8"))
    svg = vl_convert.vegalite_to_svg(spec)
    texts = {text.text for text in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")}
    assert {"beta", "gamma", "eta"} <= texts


def test_the_same_results_give_the_same_bytes_and_strangers_are_left_alone(platonic, results, report, tmp_path):
    again = tmp_path / "again"
    for _ in range(2):
        platonic.succeed("report", results, "--output", again, "--pair", "eta", "beta")
    files = {p.relative_to(again): p.read_bytes() for p in again.rglob("*") if p.is_file()}
    assert files == {p.relative_to(report): p.read_bytes() for p in report.rglob("*") if p.is_file()}
    assert [p.name for p in tmp_path.iterdir()] == ["again"]
    (again / "notes.txt").write_text("mine")
    refused = platonic.run("report", results, "--output", again)
    assert refused.returncode == 2 and "other things" in refused.stderr
    assert (again / "notes.txt").read_text() == "mine"
    unknown = platonic.run("report", results, "--output", tmp_path / "x", "--pair", "eta", "nobody")
    assert unknown.returncode == 2 and "nobody" in unknown.stderr and not (tmp_path / "x").exists()


def test_ranges_of_k_alone_leave_curves_and_no_metric(platonic, results, tmp_path):
    stores = sorted(results.parent.glob("[0-9]*.h5"))
    output = tmp_path / "curves.h5"
    platonic.succeed("sweep", "--x", *stores, "--metric", "mutual_knn", "cknna", "--k", "1:20", "--output", output)
    with h5py.File(output) as file, h5py.File(results) as both:
        assert list(file["metrics"]) == [] and "alignment" not in file["analysis"]
        for metric in ("mutual_knn", "cknna"):
            assert np.array_equal(file[f"curves/{metric}/scores"], both[f"curves/{metric}/scores"], equal_nan=True)
    platonic.succeed("report", output, "--output", tmp_path / "report")
    assert "curve" in (tmp_path / "report/report.html").read_text().lower()
