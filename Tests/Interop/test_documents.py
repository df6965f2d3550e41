"""Documents that comments and pages name exist, and so do the files and headings that links and citations lead to."""

import ast
import io
import pathlib
import re
import tokenize

import pytest

from conftest import ROOT

FOLDERS = [".ci", "Schemas", "Sources", "Tests", "deploy", "scripts"]
URL = re.compile(r"[a-z][a-z0-9+]*://[^\s)>\"`]+")
DOCUMENT = re.compile(r"[\w./-]*[\w-]\.md\b")
# As in "(Schemas/metrics.md, *Variants*)". A number is the number of nothing: headings have none.
CITATION = re.compile(r"([\w./-]*[\w-]\.md), (?:\*([^*]+)\*|(sections? \d+))")
LINK = re.compile(r"\[[^\[\]]*\]\(([^()\s]+)\)")
# What a line of a comment begins with, in whatever language, for sentences that go on in the next one.
MARKER = re.compile(r"^\s*(?:///?|#+|\*)?[ \t]*", re.M)


def pages(root):
    """The project's Markdown pages."""
    return sorted([*root.glob("*.md"), *(page for name in FOLDERS for page in (root / name).rglob("*.md"))])


def sources(root):
    """Everything else that is text: sources, schemas, scripts, manifests."""
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and path.suffix != ".md" and "__pycache__" not in path.parts:
                try:
                    yield path, path.read_text()
                except UnicodeDecodeError:
                    continue


def python_comments(text):
    """Comments and docstrings: other strings of a test are its data."""
    comments = [
        token.string for token in tokenize.generate_tokens(io.StringIO(text).readline) if token.type == tokenize.COMMENT
    ]
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    nodes = (node for node in ast.walk(ast.parse(text)) if isinstance(node, documented))
    return "\n".join([*comments, *filter(None, map(ast.get_docstring, nodes))])


def remarks(root, path, text):
    """What `path` says to people: of tests the comments, of everything else, whose strings people read, all of it."""
    if (root / "Tests") not in path.parents:
        return text
    if path.suffix == ".py":
        return python_comments(text)
    return "\n".join(re.findall(r"(?<![:\"])//.*", text)) if path.suffix in (".swift", ".c", ".h") else ""


def texts(root):
    """Every file that may name a document, and what it says on one line."""
    for path, text in sources(root):
        yield path, " ".join(MARKER.sub("", URL.sub("", remarks(root, path, text))).split("\n"))
    for path in pages(root):
        # Links are looked at by themselves.
        yield path, " ".join(LINK.sub(" ", URL.sub("", path.read_text())).split("\n"))


def found(root, path, name):
    """The document that is called `name` in `path`; None where there is none."""
    for folder in (path.parent, root, root / "Schemas"):
        if (folder / name).is_file():
            return folder / name
    return None


def prose(page):
    """A page's text without code, whose brackets are no links and whose comments are no headings."""
    return re.sub(r"^```.*?^```", "", page.read_text(), flags=re.M | re.S)


def headings(page):
    return [line.strip() for line in re.findall(r"^#{1,6} +(.*)$", prose(page), re.M)]


def anchors(page):
    """The anchors of a page's headings, as they are made where pages are read on the web."""
    made = []
    for heading in headings(page):
        slug = re.sub(r"[^\w\- ]", "", LINK.sub(lambda link: link[0][1:].split("]")[0], heading).lower())
        slug = slug.replace(" ", "-")
        repeated = sum(re.fullmatch(re.escape(slug) + r"(-\d+)?", other) is not None for other in made)
        made.append(f"{slug}-{repeated}" if repeated else slug)
    return made


def missing_documents(root):
    return [
        f"{path.relative_to(root)} names {name}"
        for path, text in texts(root)
        for name in DOCUMENT.findall(text)
        if found(root, path, name) is None
    ]


def missing_sections(root):
    complaints = []
    for path, text in texts(root):
        for name, heading, number in CITATION.findall(text):
            document = found(root, path, name)
            if document is not None and (number or heading) not in headings(document):
                complaints.append(f"{path.relative_to(root)} cites {name}, {number or heading}")
    return complaints


def broken_links(root):
    complaints = []
    for page in pages(root):
        for link in LINK.findall(re.sub(r"`[^`\n]*`", "``", prose(page))):
            target, _, anchor = link.partition("#")
            if URL.match(link) or link.startswith("mailto:"):
                continue
            path = (page.parent / target).resolve() if target else page
            if not path.exists() or not path.is_relative_to(root):
                complaints.append(f"{page.relative_to(root)} links to {target}")
            elif anchor and (path.suffix != ".md" or anchor not in anchors(path)):
                complaints.append(f"{page.relative_to(root)} links to {link}")
    return complaints


def test_there_are_pages_that_are_cited():
    cited = {found(ROOT, path, name) for path, text in texts(ROOT) for name, *_ in CITATION.findall(text)}
    assert {ROOT / "Schemas/metrics.md", ROOT / "Schemas/contracts.md"} <= cited
    assert ROOT / "README.md" in pages(ROOT) and ROOT / "deploy/slurm/README.md" in pages(ROOT)


def test_documents_that_are_named_exist():
    assert missing_documents(ROOT) == []


def test_sections_that_are_cited_exist():
    assert missing_sections(ROOT) == []


def test_links_lead_somewhere():
    assert broken_links(ROOT) == []


# MARK: That the tests above can fail


@pytest.fixture
def project(tmp_path):
    """A project without a fault."""
    files = {
        "README.md": "[all](Schemas/a.md#two-words), [here](#top), [x](https://example.org/no.md), `Schemas/a.md`\n# Top\n",
        "Schemas/a.md": "# A\n## Two words\n```\n# code [no](nothing.md)\n```\n",
        "Sources/M/a.swift": "/// Sums (a.md, *Two\n/// words*), after https://example.org/b.md.\n",
        "Tests/MTests/a.swift": 'let name = "data.md"  // Schemas/a.md\n',
        "Tests/Interop/a.py": '"""As in README.md."""\nNAME = "data.md"\n',
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


FAULTS = {
    "a document in a comment": ("Sources/M/a.swift", "// b.md", missing_documents),
    "a document in a message": ("Sources/M/a.swift", 'let advice = "see Schemas/b.md"', missing_documents),
    "a document in a test's comment": ("Tests/MTests/a.swift", "/// b.md", missing_documents),
    "a document in a docstring": ("Tests/Interop/b.py", '"""See b.md."""', missing_documents),
    "a document in a script's comment": ("scripts/run", "# b.md", missing_documents),
    "a document in a schema": ("Schemas/a.proto", "// b.md", missing_documents),
    "a document on a page": ("Schemas/a.md", "`Schemas/b.md`", missing_documents),
    "a heading": ("Sources/M/a.swift", "/// (Schemas/a.md, *Two\n/// worlds*)", missing_sections),
    "a number of a heading": ("Sources/M/a.swift", "/// (a.md, section 2)", missing_sections),
    "a heading on a page": ("README.md", "(Schemas/a.md, *Three words*)", missing_sections),
    "a link to a file": ("Schemas/a.md", "[x](../Sources/M/b.swift)", broken_links),
    "a link to elsewhere": ("Schemas/a.md", "[x](../../)", broken_links),
    "a link to an anchor": ("README.md", "[x](Schemas/a.md#three-words)", broken_links),
    "a link to an anchor of its own": ("README.md", "[x](#bottom)", broken_links),
    "a link over two lines": ("README.md", "[two\nlines](b.md)", broken_links),
}


def complaints(project):
    return {check: check(project) for check in (missing_documents, missing_sections, broken_links)}


def test_nothing_is_found_where_nothing_is_wrong(project):
    assert complaints(project) == {missing_documents: [], missing_sections: [], broken_links: []}


@pytest.mark.parametrize("path, text, check", FAULTS.values(), ids=FAULTS)
def test_a_fault_is_found(project, path, text, check):
    target: pathlib.Path = project / path
    target.parent.mkdir(exist_ok=True)
    target.write_text((target.read_text() if target.exists() else "") + text + "\n")
    assert len(check(project)) == 1 and path in check(project)[0]
    assert sum(map(len, complaints(project).values())) == 1
