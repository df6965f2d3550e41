"""Names from files that could break what is written from them: every JSON, SVG, page and table is read again, and the names arrive."""

import csv
import io
import json
import xml.etree.ElementTree as ET

import numpy as np
import pytest
import vl_convert

from conftest import write_store

SAMPLES = 40
NAMES = [
    "line\nbreak",
    "line break",
    "carriage\r\nreturn\ttab",
    "back\\slash\\",
    '\\"quoted\\"',
    "'single' `back`",
    "__proto__",
    "a.b[0]['c']",
    "bell\x07 escape\x1b[31m",
    "two\u2028lines",
    "</script><b>bold</b> & co",
    "long " * 60,
]


@pytest.fixture(scope="module")
def written(platonic, tmp_path_factory):
    """Results and a report of models whose names, networks, families, scores and layers have such names."""
    folder = tmp_path_factory.mktemp("hostile")
    generator = np.random.default_rng(3)
    for position, name in enumerate(NAMES):
        other = NAMES[(position + 1) % len(NAMES)]
        path = write_store(
            folder / f"{position:02d}.h5",
            name,
            [generator.normal(size=(SAMPLES, 6)) for _ in range(2)],
            [f"s{i}" for i in range(SAMPLES)],
            modality=NAMES[0] if position % 2 else NAMES[3],
            network=other,
            family=other,
            scores={NAMES[2]: 0.1 + position / 20, NAMES[3]: 0.9 - position / 30, NAMES[4]: position / 40},
        )
        assert path.exists()
    words = ("--x", folder, "--metric", "mutual_knn", "cka", "--k", 5, "1:10", "--workers", 2)
    stdout = platonic.succeed(
        "sweep",
        *words,
        "--artifacts",
        folder / "artifacts",
        "--output",
        folder / "results.h5",
        "--report",
        folder / "report",
        "--json",
    )
    return folder, stdout


def shown(name):
    """A name among a figure's data: what XML has no place for by a sign of its own."""

    def sign(character):
        code = ord(character)
        return chr(0x2400 + code) if code < 0x20 else f"⟨U+{code:X}⟩" if code == 0x2028 else character

    return "".join(map(sign, name))


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from strings(item)


def test_what_programs_read(platonic, written):
    folder, stdout = written
    assert sorted(json.loads(stdout)["x"]) == sorted(NAMES)
    inspected = json.loads(platonic.succeed("inspect", folder, "--json"))
    assert [entry["model"] for entry in inspected] == NAMES
    assert all(character == "\n" or character.isprintable() for character in stdout)


def test_what_people_read(platonic, written):
    folder, _ = written
    for words in (("inspect", folder), ("sweep", "--x", folder, "--k", 3, "--output", folder / "again.h5")):
        result = platonic.run(*words)
        assert result.returncode == 0
        for character in "\x1b\x07\r\u2028":
            assert character not in result.stdout + result.stderr


def test_vega_lite_draws_every_figure(written):
    folder, _ = written
    paths = sorted((folder / "report/figures").glob("*.vl.json"))
    assert len(paths) > 5
    arrived = set()
    for path in paths:
        specification = json.loads(path.read_text(encoding="utf-8"))
        arrived |= set(strings(specification["data"]))
        svg = vl_convert.vegalite_to_svg(specification)
        assert ET.fromstring(svg).tag.endswith("svg"), path.name
    missing = [name for name in NAMES if not any(shown(name) in text for text in arrived)]
    assert not missing


def test_svg_page_and_tables_are_whole(written):
    folder, _ = written
    for path in (folder / "report/figures").glob("*.svg"):
        ET.parse(path)
    page = (folder / "report/report.html").read_text(encoding="utf-8")
    ET.fromstring(page.removeprefix("<!DOCTYPE html>\n"))
    fields = set()
    for path in (folder / "report/data").glob("*.csv"):
        with path.open(newline="", encoding="utf-8") as file:
            lines = list(csv.reader(file))
        assert len({len(line) for line in lines}) == 1, path.name
        fields |= {field for line in lines for field in line}
    for name in ("line\nbreak", "line break", "back\\slash\\", "__proto__", "long " * 60):
        assert name in fields


def test_export_gives_the_names_back(platonic, written):
    folder, _ = written
    text = platonic.succeed("export", folder / "results.h5", "--format", "csv", "--level", "model")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert len({len(row) for row in rows}) == 1
    assert "line\nbreak" in {field for row in rows for field in row}
