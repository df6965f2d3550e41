"""The package as a whole: types, documents, and the notebook of its examples."""

import inspect
import os
import re
import subprocess
import sys

import nbformat
import pytest
from nbclient import NotebookClient

import platonic_sweep
from conftest import PACKAGE


def test_types_hold():
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--cache-dir", os.devnull], cwd=PACKAGE, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout
    assert (PACKAGE / "src/platonic_sweep/py.typed").exists()


def public():
    """Every function, class and method that users see, by name."""
    for name in platonic_sweep.__all__:
        value = getattr(platonic_sweep, name)
        yield name, value
        if inspect.isclass(value):
            for member, method in vars(value).items():
                if not member.startswith("_") and inspect.isfunction(method):
                    yield f"{name}.{member}", method


@pytest.mark.parametrize("name, value", [pytest.param(*item, id=item[0]) for item in public()])
def test_everything_is_documented(name, value):
    text = inspect.getdoc(value)
    assert text, f"{name} has no docstring"
    if inspect.isclass(value) and issubclass(value, Exception | Warning):
        return  # They are caught, and not made.
    wanted = set(inspect.signature(value).parameters) - {"self"}
    section = re.search(r"Parameters\n-+\n(.*?)(\n\n[A-Z]\w+\n-+\n|\Z)", text, re.DOTALL)
    described = re.findall(r"^(\*{0,2}\w+(?:, \w+)*)(?: :|$)", section[1], re.MULTILINE) if section else []
    described = {word.strip("* ") for line in described for word in line.split(",")}
    assert wanted <= described, f"{name} does not describe {wanted - described}"


@pytest.mark.parametrize("path", sorted((PACKAGE / "examples").glob("*.ipynb")), ids=lambda path: path.name)
def test_notebook_runs(tmp_path, binary, path):
    notebook = nbformat.read(path, as_version=4)
    assert all(not cell.get("outputs") for cell in notebook.cells), "outputs are made anew, and not kept"
    environment = os.environ | {"PYTHONPATH": str(PACKAGE / "src"), "PYTHONWARNINGS": "ignore"}
    NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    ).execute(env=environment)
    shown = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    tables = [output["data"]["text/html"] for output in shown if "text/html" in output.get("data", {})]
    assert any("<caption" in table for table in tables), "results show themselves as tables"
    assert (tmp_path / "report/report.html").exists()
