"""Finds the package and the program that is tested with it."""

import os
import pathlib
import sys

import numpy as np
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "deploy/python"
sys.path.insert(0, str(PACKAGE / "src"))


@pytest.fixture(scope="session", autouse=True)
def binary(tmp_path_factory):
    """The built program, with a cache of its own."""
    path = pathlib.Path(os.environ.get("PLATONIC_BINARY", ROOT / ".build/release/platonic")).resolve()
    if not path.exists():
        pytest.exit(f"{path} is missing: run scripts/build, or set PLATONIC_BINARY", returncode=2)
    os.environ["PLATONIC_BINARY"] = str(path)
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))
    return path


@pytest.fixture
def ids():
    return [f"sample {row}" for row in range(64)]


@pytest.fixture
def features():
    """(64, 8) for each of two layers of three models; the first two models see the same."""
    generator = np.random.default_rng(3)
    common = generator.normal(size=(64, 8))
    views = {name: common + 0.05 * generator.normal(size=common.shape) for name in ("left", "right")}
    views["other"] = generator.normal(size=common.shape)
    return {name: {"first": view.astype(np.float32), "last": np.tanh(view)} for name, view in views.items()}
