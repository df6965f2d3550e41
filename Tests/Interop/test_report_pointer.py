"""The report's page under a pointer and a keyboard, and the same page where no script may run."""

import json
import re
import subprocess
import sys

import h5py
import numpy as np
import pytest

from browser import browser
from conftest import ROOT, write_store

# A minus sign, and what stands where there is no number.
MINUS, NONE = "\u2212", "\u2013"
SAMPLES, MODELS = 60, ["ant", "bee", "cat", "dog", "eel", "fox"]
FAMILIES = ["insect", "insect", "mammal", "mammal", "fish", "mammal"]


@pytest.fixture(scope="module")
def results(platonic, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pointer")
    generator = np.random.default_rng(5)
    latent = generator.normal(size=(SAMPLES, 8))
    ids = [f"s{i}" for i in range(SAMPLES)]
    stores = [
        write_store(
            folder / f"{name}.h5", name,
            [
                latent @ generator.normal(size=(8, 10)) + (1 + place / 3) * generator.normal(size=(SAMPLES, 10))
                for _ in range(3)
            ],
            ids, modality="vision" if place < 3 else "language", scores={"acc": 0.9 - place / 10}, family=family,
        )
        for place, (name, family) in enumerate(zip(MODELS, FAMILIES, strict=True))
    ]  # fmt: skip
    output = folder / "results.h5"
    platonic.succeed(
        "sweep", "--quiet", "--x", *stores, "--metric", "mutual_knn", "cka", "cknna", "--k", 5, 8, "1:9",
        "--calibrate", 99, "--intervals", 50, "--output", output, "--report", folder / "report",
    )  # fmt: skip
    return output


@pytest.fixture(scope="module")
def window():
    with browser(height=1000) as opened:
        yield opened


@pytest.fixture
def page(results, window):
    """The page as it opens, which has to stay without errors and to load nothing."""
    address = (results.parent / "report/report.html").resolve().as_uri()
    window.resize(1280, 1000)
    window.call("Emulation.setEmulatedMedia", media="", features=[])
    window.errors.clear()
    window.requests.clear()
    window.open(address)
    yield window
    assert not window.errors
    assert window.requests == [address]


# MARK: What is on the page


def figure(page, title):
    """Shows a figure by the beginning of its drawing's name, and returns an expression for its drawing."""
    drawing = f"[...document.querySelectorAll('figure svg')].find(e => e.getAttribute('aria-label').startsWith({json.dumps(title)}))"
    page.value(f"{drawing}.closest('details:not([open]) > *')?.parentElement.setAttribute('open', '')")
    page.value(f"{drawing}.scrollIntoView({{ block: 'center', behavior: 'instant' }})")
    page.value("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))", promise=True)
    return drawing


def middle(page, element):
    return page.value(
        f"(() => {{ const b = {element}.getBoundingClientRect(); return [(b.left + b.right) / 2, (b.top + b.bottom) / 2]; }})()"
    )


def cell(page, drawing, row, column):
    """The place of a cell, found by the labels beside and below it as a reader finds it."""

    def labels(name):
        return page.value(
            f"[...{drawing}.querySelectorAll('text')].filter(e => e.textContent === {json.dumps(name)})"
            ".map(e => e.getBoundingClientRect()).map(b => [(b.left + b.right) / 2, (b.top + b.bottom) / 2])"
        )

    beside = max(labels(row))
    below = max(labels(column), key=lambda place: place[1])
    return below[0], beside[1]


def tip(page):
    """The names and the facts of the box beside the pointer; None where there is none."""
    return page.value(
        "document.querySelector('.tip').hidden ? null : ({"
        " names: [...document.querySelectorAll('.tip b')].map(e => e.textContent),"
        " facts: Object.fromEntries([...document.querySelectorAll('.tip dt')].map(e => [e.textContent, e.nextElementSibling.textContent]))"
        "})"
    )


def shown(page, selector):
    return page.value(f"[...document.querySelectorAll({json.dumps(selector)})].filter(e => e.checkVisibility()).length")


def number(text):
    return float(text.replace(MINUS, "-"))


def choose(page, label, value):
    page.value(
        f"(() => {{ const s = document.querySelector('.bar [aria-label=\"{label}\"]'); s.value = {json.dumps(value)};"
        " s.dispatchEvent(new Event('change')); })()"
    )


def outlined(page):
    """The titles of the drawings in which something is marked."""
    return page.value(
        "[...document.querySelectorAll('g.outlines')].map(e => e.closest('svg').getAttribute('aria-label'))"
    )


# MARK: What lies under the pointer


@pytest.mark.parametrize(("row", "column"), [("ant", "dog"), ("fox", "cat"), ("bee", "ant")])
def test_a_cell_says_what_the_results_have(page, results, row, column):
    with h5py.File(results) as file:
        names = list(file["x"].asstr())
        i, j = names.index(row), names.index(column)
        metric, found = file["metrics/mutual_knn_k5"], file["statistics/mutual_knn_k5"]
        score, layers = metric["scores"][i, j], [metric["best_x_layer"][i, j], metric["best_y_layer"][i, j]]
        model, index = file["x_layer_model"][:], file["x_layer_index"][:]
        a, b = (
            int(np.flatnonzero((model == m) & (index == layer))[0]) for m, layer in zip((i, j), layers, strict=True)
        )
        expected = {
            "score": (score, 4), "chance of these layers": (metric.attrs["chance"], 4),
            "z of these layers": (found["z"][a, b], 3), "p of these layers": (found["p"][a, b], 3),
            "p by permutations": (found["maximum_p"][i, j], 3), "q": (found["maximum_q"][i, j], 3),
        }  # fmt: skip
        error = found["maximum_standard_error"][i, j]
    drawing = figure(page, "mutual_knn_k5: maximum over layers")
    page.move(*cell(page, drawing, row, column))
    said = tip(page)
    assert said["names"] == [f"{row} · {layers[0]} block{layers[0]}", f"{column} · {layers[1]} block{layers[1]}"]
    for title, (value, digits) in expected.items():
        assert number(said["facts"][title]) == pytest.approx(value, rel=0.51 * 10 ** (1 - digits)), title
    ends = [number(end) for end in said["facts"]["95 % interval"].split(" to ")]
    assert ends == pytest.approx([score - 1.959964 * error, score + 1.959964 * error], rel=6e-3)
    assert set(said["facts"]) == {*expected, "95 % interval"}


def test_directions_of_a_metric_that_is_not_symmetric_are_told_apart(page, results):
    with h5py.File(results) as file:
        names, scores = list(file["x"].asstr()), file["metrics/cknna_k5/scores"][:]
    i, j = names.index("ant"), names.index("dog")
    drawing = figure(page, "cknna_k5: maximum over layers")
    for row, column, own in [("ant", "dog", scores[i, j]), ("dog", "ant", scores[j, i])]:
        page.move(*cell(page, drawing, row, column))
        facts = tip(page)["facts"]
        assert number(facts["score"]) == pytest.approx((scores[i, j] + scores[j, i]) / 2, rel=1e-3)
        assert number(facts["score of row with column"]) == pytest.approx(own, rel=1e-3)


def test_layers_say_their_own_numbers(page, results):
    with h5py.File(results) as file:
        label = list(file["x_layer_label"].asstr())
        a, b = label.index("ant:1"), label.index("bee:2")
        score = file["metrics/mutual_knn_k5/layer_scores"][a, b]
        z, p = (file[f"statistics/mutual_knn_k5/{name}"][a, b] for name in ("z", "p"))
    drawing = figure(page, "ant against bee")
    page.move(*cell(page, drawing, "1 block1", "2 block2"))
    said = tip(page)
    assert said["names"] == ["ant · 1 block1", "bee · 2 block2"]
    assert number(said["facts"]["mutual_knn_k5"]) == pytest.approx(score, rel=1e-3)
    assert number(said["facts"]["z"]) == pytest.approx(z, rel=6e-3) and number(said["facts"]["p"]) == pytest.approx(
        p, rel=6e-3
    )


def test_a_model_with_itself_and_what_is_beside_say_so(page):
    drawing = figure(page, "mutual_knn_k5: maximum over layers")
    page.move(*cell(page, drawing, "ant", "ant"))
    assert tip(page) == {"names": ["ant"], "facts": {"": "same model"}}
    left, top = page.value(f"(() => {{ const b = {drawing}.getBoundingClientRect(); return [b.left, b.top]; }})()")
    page.move(left + 3, top + 3)
    assert tip(page) is None


def test_points_bars_and_curves_say_what_they_are(page, results):
    with h5py.File(results) as file:
        acc = dict(zip(file["x"].asstr(), file["x_score_acc"][:], strict=True))
    figures = page.value(
        "[...document.querySelectorAll('figure svg')].filter(e => e.checkVisibility() && !e.querySelector('.cells'))"
        ".map(e => e.getAttribute('aria-label'))"
    )
    seen = []
    for title in figures:
        drawing = figure(page, title.partition(". Arrow")[0])
        # From mark to mark: each is said, and something is at the place that is framed.
        page.value(f"{drawing}.focus()")
        page.press("ArrowRight", "ArrowLeft")
        said = tip(page)
        page.move(*middle(page, "document.querySelector('.frame')"))
        assert tip(page) is not None, title
        seen.append((title, said))
        if title.startswith("MDS") or title.startswith("UMAP"):
            [model] = said["names"]
            assert number(said["facts"]["acc"]) == pytest.approx(acc[model])
    assert any("95 % interval over samples" in said["facts"] for _, said in seen)
    assert any("k" in said["facts"] and "mutual_knn" in said["facts"] for _, said in seen)


# MARK: Keys


def test_keys_go_through_a_figure_and_mark_in_it(page):
    drawing = figure(page, "mutual_knn_k5: maximum over layers")
    page.value(f"{drawing}.closest('figure').previousElementSibling?.focus()")
    order = page.value(
        f"(() => {{ const d = {drawing}; d.closest('section').querySelector('.filter').focus();"
        " return [...document.querySelectorAll('svg[tabindex]')].indexOf(d); })()"
    )
    assert order == 0
    for _ in range(40):
        page.press("Tab")
        if page.value(f"document.activeElement === {drawing}"):
            break
    else:
        pytest.fail("Tab does not lead to the figure")
    rows = page.value("JSON.parse(document.querySelector('script.targets').textContent).rows")
    assert tip(page)["names"] == [rows[0]]
    page.press("ArrowRight", "ArrowDown", "ArrowRight")
    assert [name.split(" · ")[0] for name in tip(page)["names"]] == [rows[1], rows[2]]
    assert page.value("document.querySelector('.voice').textContent").startswith(f"{rows[1]} · ")
    page.press("ArrowLeft", "ArrowLeft", "ArrowLeft")
    assert [name.split(" · ")[0] for name in tip(page)["names"]] == [rows[1], rows[0]]
    # Beyond the cells are the labels, by which one model is marked.
    page.press(*["ArrowRight"] * 9)
    assert tip(page)["names"] == [rows[1]]
    page.press("Enter")
    assert page.value("document.querySelector('[aria-label=\"mark a model\"]').value") == rows[1]
    page.press("Escape")
    assert outlined(page) == [] and tip(page) is None


def test_keys_go_through_a_table_and_mark_in_it(page):
    table = (
        "[...document.querySelectorAll('.scroll > table')].find(e => e.querySelector('tbody .subject')"
        " && e.closest('.scroll').previousElementSibling?.querySelector('.filter'))"
    )
    names = page.value(
        f"[...{table}.tBodies[0].rows].map(row => [...row.cells].filter(c => c.matches('.subject')).map(c => c.textContent))"
    )
    page.value(f"{table}.closest('details')?.setAttribute('open', '')")
    page.value(f"{table}.closest('.scroll').focus()")
    focused = "document.activeElement.matches('.subject') ? document.activeElement.textContent : null"
    assert page.value(focused) is None
    page.press("Enter")
    assert page.value(focused) == names[0][0] and page.value("document.querySelectorAll('tr.marked').length") == 0
    page.press("ArrowDown", "ArrowDown", "ArrowUp")
    assert page.value(focused) == names[1][0]
    page.press("End")
    assert page.value(focused) == names[-1][0]
    page.press("ArrowDown")
    assert page.value(focused) == names[-1][0]
    page.press("Enter")
    assert page.value("document.querySelector('[aria-label=\"mark a model\"]').value") == names[-1][0]
    assert outlined(page), "it is marked in the figures too"
    page.press("Escape")
    assert outlined(page) == []
    # Rows that are filtered away are passed over.
    page.value(
        f"(() => {{ const f = {table}.closest('.scroll').previousElementSibling.querySelector('.filter');"
        f" f.value = {json.dumps(names[1][0])}; f.dispatchEvent(new Event('input')); {table}.closest('.scroll').focus(); }})()"
    )
    page.press("Enter")
    shown = page.value(f"[...{table}.tBodies[0].rows].findIndex(row => !row.classList.contains('out'))")
    assert shown > 0 and page.value(focused) == names[shown][0]


# MARK: Marking


def test_a_model_is_marked_in_every_figure_and_table(page):
    page.value("document.querySelectorAll('details').forEach(e => { e.open = true; })")
    drawing = figure(page, "mutual_knn_k5: maximum over layers")
    place = page.value(
        f"(() => {{ const b = [...{drawing}.querySelectorAll('text')].find(e => e.textContent === 'ant').getBoundingClientRect();"
        " return [b.left + 4, (b.top + b.bottom) / 2]; })()"
    )
    page.click(*place)
    titles = outlined(page)
    for title in (
        "mutual_knn_k5: maximum over layers",
        "cka: last x last layer",
        "MDS",
        "UMAP",
        "ant against",
        "vision models",
    ):
        assert any(found.startswith(title) for found in titles), title
    assert not any(found.startswith("bee against cat") for found in titles)
    rows = page.value("[...document.querySelectorAll('tr.marked')].map(e => [...e.cells].map(c => c.textContent))")
    assert rows and all("ant" in row for row in rows)
    assert page.value("[...document.querySelectorAll('tbody tr')].every(e => e.classList.contains('marked')"
                      " === [...e.cells].some(c => c.textContent === 'ant' && !c.classList.contains('number')))")  # fmt: skip
    page.click(*place)
    assert outlined(page) == [] and not page.value("document.querySelector('.marked') !== null")
    # A cell marks its two models, a table's name its own; Escape unmarks.
    page.click(*cell(page, drawing, "ant", "dog"))
    bands = page.value(f"{drawing}.querySelectorAll('.outlines rect:not(.around)').length")
    assert bands in (2, 4), "rows and columns, joined where they are neighbours"
    page.press("Escape")
    assert outlined(page) == []
    element = "[...document.querySelectorAll('.subject')].find(e => e.textContent === 'eel' && e.checkVisibility())"
    page.value(f"{element}.scrollIntoView({{ block: 'center' }})")
    page.click(*middle(page, element))
    assert len(outlined(page)) > 5
    assert page.value("document.querySelector('[aria-label=\"mark a model\"]').value") == "eel"


# MARK: Tables


def cells(page, table, column):
    return page.value(
        f"[...{table}.tBodies[0].rows].filter(e => e.checkVisibility()).map(e => e.cells[{column}].textContent)"
    )


def test_tables_sort_by_numbers_and_back(page, tmp_path):
    table = "[...document.querySelectorAll('table')].find(e => e.caption?.textContent.startsWith('Mean scores'))"
    column = "[...{0}.tHead.rows[0].cells].findIndex(e => e.textContent === 'maximum over layers')"
    position = page.value(column.format(table))
    page.value(f"{table}.scrollIntoView({{ block: 'center' }})")
    heading = f"{table}.tHead.rows[0].cells[{position}]"
    before = cells(page, table, position)
    page.click(*middle(page, f"{heading}.querySelector('button')"))
    assert page.value(f"{heading}.getAttribute('aria-sort')") == "ascending"
    up = [number(text) for text in cells(page, table, position)]
    assert up == sorted(map(number, before)) and up != [number(text) for text in before]
    page.value(f"{heading}.querySelector('button').focus()")
    page.press("Enter")
    assert page.value(f"{heading}.getAttribute('aria-sort')") == "descending"
    assert [number(text) for text in cells(page, table, position)] == up[::-1]
    page.press("Enter")
    assert page.value(f"{heading}.getAttribute('aria-sort')") is None and cells(page, table, position) == before
    # 10 comes after 9, a minus sign is one, and what is missing is last both ways.
    texts = ["10", "9", NONE, f"{MINUS}2", "1e-9", "0.5"]
    page.value(
        f"{json.dumps(texts)}.forEach((text, row) => {{ {table}.tBodies[0].rows[row].cells[{position}].textContent = text; }})"
    )
    page.press("Enter")
    found = [text for text in cells(page, table, position) if text in texts]
    assert found == [f"{MINUS}2", "1e-9", "0.5", "9", "10", NONE]
    page.press("Enter")
    found = [text for text in cells(page, table, position) if text in texts]
    assert found == ["10", "9", "0.5", "1e-9", f"{MINUS}2", NONE]


def test_tables_show_the_rows_that_are_asked_for(page):
    table = "[...document.querySelectorAll('table')].find(e => e.caption?.textContent.startsWith('Mean scores'))"
    names = cells(page, table, 0)
    kinds = cells(page, table, 1)
    page.value(f"{table}.closest('.scroll').previousElementSibling.querySelector('input').focus()")
    page.call("Input.insertText", text="CKA within")
    left = list(zip(cells(page, table, 0), cells(page, table, 1), strict=True))
    pairs = zip(names, kinds, strict=True)
    assert left and left == [pair for pair in pairs if "cka" in f"{pair}" and "within" in f"{pair}"]
    count = f"{table}.closest('.scroll').previousElementSibling.querySelector('.count').textContent"
    assert page.value(count) == f"{len(left)} of {len(names)}"
    page.value(f"(() => {{ const i = {table}.closest('.scroll').previousElementSibling.querySelector('input'); i.value = '';"
               " i.dispatchEvent(new Event('input')); })()")  # fmt: skip
    assert cells(page, table, 0) == names


# MARK: Choices


def test_a_metric_and_a_k_are_shown_alone(page):
    whole = shown(page, "figure")
    assert page.value("getComputedStyle(document.querySelector('.bar')).position") == "sticky"
    choose(page, "metric", "cka")
    topics = set(page.value(
        "[...document.querySelectorAll('figure[data-topic]')].filter(e => e.checkVisibility()).map(e => e.dataset.topic)"
    ))  # fmt: skip
    assert topics == {"cka"} and shown(page, "figure") < whole
    # Folded figures of the metric are unfolded, and rows of others are out of the tables.
    assert page.value("[...document.querySelectorAll('figure svg')].some(e => e.checkVisibility()"
                      " && e.getAttribute('aria-label').startsWith('MDS (SMACOF) by cka'))")  # fmt: skip
    table = "[...document.querySelectorAll('table')].find(e => e.caption?.textContent.startsWith('Mean scores'))"
    assert set(cells(page, table, 0)) == {"cka"}
    assert page.value("[...document.querySelectorAll('.empty')].map(e => e.textContent)") == ["Nothing is drawn here for cka."] * shown(page, ".empty")  # fmt: skip
    choose(page, "metric", "mutual_knn")
    options = page.value("[...document.querySelector('.bar [aria-label=parameter]').options].map(e => e.value)")
    assert options == ["", "k = 5", "k = 8"]
    choose(page, "parameter", "k = 8")
    settings = set(page.value(
        "[...document.querySelectorAll('figure[data-setting]')].filter(e => e.checkVisibility()).map(e => e.dataset.setting)"
    ))  # fmt: skip
    assert settings == {"k = 8"} and set(cells(page, table, 0)) == {"mutual_knn_k8"}
    assert re.fullmatch(r"\d+ of \d+ figures", page.value("document.querySelector('.bar .count').textContent"))
    # What is chosen stays on the page's screen; paper has all.
    page.value("scrollTo(0, 3000)")
    assert 0 <= page.value("document.querySelector('.bar').getBoundingClientRect().top") < 5
    page.call("Emulation.setEmulatedMedia", media="print")
    assert shown(page, "figure") >= whole and shown(page, ".bar, .filters, .tip") == 0
    page.call("Emulation.setEmulatedMedia", media="")
    page.value("document.querySelector('.bar [type=reset]').click()")
    assert shown(page, "figure") == whole and page.value("document.querySelector('.aside') === null")


def test_a_family_is_marked_and_leaves_layers_of_others_aside(page):
    choose(page, "family", "insect")
    pairs = page.value(
        "[...document.querySelectorAll('figure svg')].filter(e => e.checkVisibility())"
        ".map(e => e.getAttribute('aria-label')).filter(e => / against /.test(e) && !/:/.test(e.split('.')[0]))"
    )
    layers = [title.split(".")[0].split(" against ") for title in pairs]
    layers = [pair for pair in layers if set(pair) <= set(MODELS)]
    assert layers and all({"ant", "bee"} & set(pair) for pair in layers)
    assert {"ant", "bee"} <= set(
        page.value("[...document.querySelectorAll('tr.marked')].flatMap(e => [...e.cells].map(c => c.textContent))")
    )
    assert any(title.startswith("mutual_knn_k5") for title in outlined(page))
    page.value("document.querySelector('.bar [type=reset]').click()")
    assert outlined(page) == [] and page.value("document.querySelector('.foreign') === null")


# MARK: Elsewhere


def test_a_narrow_screen_has_room_for_it(page):
    page.resize(400)
    assert page.value("document.documentElement.scrollWidth") <= 400
    assert page.value("document.querySelector('.bar').getBoundingClientRect().height") < 90
    drawing = figure(page, "mutual_knn_k5: maximum over layers")
    page.move(*cell(page, drawing, "ant", "dog"))
    assert page.value("(() => { const b = document.querySelector('.tip').getBoundingClientRect();"
                      " return b.left >= 0 && b.right <= 400 && b.top >= 0; })()")  # fmt: skip


def test_without_scripts_everything_is_there(results, window):
    address = (results.parent / "report/report.html").resolve().as_uri()
    window.resize(1280, 1000)
    window.open(address)
    whole = shown(window, "figure"), shown(window, "tbody tr")
    window.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        window.open(address)
        assert (shown(window, "figure"), shown(window, "tbody tr")) == whole
        assert window.value("document.querySelectorAll('.bar, .filter, .sort, .tip, [role=application]').length") == 0
        titles = window.value(
            "[...document.querySelectorAll('svg')].map(e => e.querySelector(':scope > title')?.textContent)"
        )
        assert all(titles) and window.value("document.querySelector('svg circle > title') !== null")
        assert window.value("[...document.querySelectorAll('.scroll')].every(e => e.tabIndex === 0)")
    finally:
        window.call("Emulation.setScriptExecutionDisabled", value=False)


def test_many_models_are_answered(platonic, window, tmp_path):
    """Above sixty models heatmaps of other metrics are folded up: a choice unfolds them, and they answer."""
    output = tmp_path / "many.h5"
    words = [ROOT / "scripts/make_example_results.py", output, "--models", "64", "--layers", "1"]
    subprocess.run([sys.executable, *map(str, words)], check=True, timeout=300)
    platonic.succeed("report", output, "--output", tmp_path / "report")
    window.resize(1280, 1000)
    window.errors.clear()
    window.open((tmp_path / "report/report.html").resolve().as_uri())
    choose(window, "metric", "cknna")
    drawing = figure(window, "cknna_k10: maximum over layers")
    x, y = middle(window, f"{drawing}.querySelector('.cells')")
    said = []
    for step in range(21):
        window.move(x + 9 * step, y + 5 * step)
        said.append(tip(window)["names"])
    # One name where it is a model with itself.
    assert all(len(names) in (1, 2) for names in said) and len(set(map(tuple, said))) > 10
    assert not window.errors
