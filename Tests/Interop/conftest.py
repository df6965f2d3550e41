"""Locates the program, and writes feature stores the way any user of h5py would."""

import os
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Those of an exported table of scores.
COLUMNS = [
    "metric",
    "variant",
    "k",
    "x_model",
    "x_layer",
    "x_layer_name",
    "y_model",
    "y_layer",
    "y_layer_name",
    "score",
    "chance",
    "n",
    "z",
    "p",
    "adjusted",
    "q",
    "threshold",
    "calibrated",
    "standard_error",
    "lower",
    "upper",
    "queries",
]


# Runs a command in its place, and leaves the largest memory of its processes in a file. Those of other tests would count as well
# if the tests' own process asked.
MEASURED = """
import resource, subprocess, sys
status = subprocess.call(sys.argv[2:])
with open(sys.argv[1], "w") as peak:
    peak.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(status if status >= 0 else 128 - status)
"""


class Program:
    """The built `platonic`, run as a user runs it: arguments in; exit status, stdout and stderr out."""

    def __init__(self, binary, cache):
        self.binary = binary
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("PLATONIC_")}
        self.environment["XDG_CACHE_HOME"] = str(cache)

    def run(self, *arguments, timeout=120, wrap=()):
        command = [*wrap, str(self.binary), *map(str, arguments)]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=timeout)

    def measure(self, *arguments, timeout=120):
        """Runs, and returns beside the outcome the most memory that the program or a process of its took, in KiB."""
        with tempfile.NamedTemporaryFile("r") as peak:
            result = self.run(*arguments, timeout=timeout, wrap=(sys.executable, "-c", MEASURED, peak.name))
            return result, int(peak.read())

    def succeed(self, *arguments, timeout=120):
        """Runs and returns stdout; fails with the program's own words."""
        result = self.run(*arguments, timeout=timeout)
        assert result.returncode == 0, f"exit {result.returncode}: {' '.join(map(str, result.args))}\n{result.stderr}"
        return result.stdout


@pytest.fixture(scope="session")
def platonic(tmp_path_factory):
    binary = pathlib.Path(os.environ.get("PLATONIC_BINARY", ROOT / ".build/release/platonic")).resolve()
    if not os.access(binary, os.X_OK):
        pytest.fail(f"there is no program at {binary}: run scripts/build, or set PLATONIC_BINARY", pytrace=False)
    return Program(binary, tmp_path_factory.mktemp("cache"))


def write_store(path, model, layers, ids, modality="language", scores=None, **attributes):
    """Writes one feature store; `layers` is a list of arrays, `attributes` go to the root."""
    with h5py.File(path, "w") as store:
        store.attrs.update(
            format="platonic-features", version=1, model=model, modality=modality, dataset="random", **attributes
        )
        store["samples/ids"] = np.array(ids, dtype=h5py.string_dtype())
        for index, values in enumerate(layers):
            layer = store.create_dataset(f"layers/{index:04d}", data=values)
            layer.attrs["name"] = f"block{index}"
        if scores:
            store.create_group("scores").attrs.update(scores)
    return path


@pytest.fixture
def disk(tmp_path):
    """Makes a disk of so many megabytes."""
    made = []

    def make(megabytes):
        folder = tmp_path / f"disk {len(made)}"
        folder.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder]
        mounted = subprocess.run(mount, capture_output=True)
        if mounted.returncode != 0:
            pytest.skip(f"mounting needs root: {mounted.stderr.decode().strip()}")
        made.append(folder)
        return folder

    yield make
    for folder in made:
        subprocess.run(["umount", "--lazy", folder], check=True)


def fill(path):
    """Writes to a file until its disk is full."""
    with path.open("ab", buffering=0) as filler, pytest.raises(OSError):
        while True:
            filler.write(bytes(4096))
