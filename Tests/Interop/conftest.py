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


# Runs a command in its place, and leaves the largest memory of its processes and their processor time in a file. If the tests' own process
# asked, those of other tests would count as well, and its own memory too: until a child has become its program, it is the child's.
MEASURED = """
import resource, subprocess, sys
try:
    status = subprocess.call(sys.argv[3:], timeout=float(sys.argv[2]))
except subprocess.TimeoutExpired:
    status = 124
used = resource.getrusage(resource.RUSAGE_CHILDREN)
with open(sys.argv[1], "w") as file:
    file.write(f"{used.ru_maxrss} {used.ru_utime + used.ru_stime}")
sys.exit(status if status >= 0 else 128 - status)
"""


class Program:
    """The built `platonic`, run as a user runs it: arguments in; exit status, stdout and stderr out."""

    def __init__(self, binary, cache):
        self.binary = binary
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("PLATONIC_")}
        self.environment["XDG_CACHE_HOME"] = str(cache)

    def run(self, *arguments, timeout=120, wrap=(), errors=None):
        command = [*wrap, str(self.binary), *map(str, arguments)]
        return subprocess.run(
            command, env=self.environment, capture_output=True, text=True, errors=errors, timeout=timeout
        )

    def measure(self, *arguments, timeout=120):
        """Runs, and returns beside the outcome the most memory that the program or a process of its took, in KiB."""
        result, peak, _ = self.use(*arguments, timeout=timeout)
        return result, peak

    def use(self, *arguments, timeout=120):
        """The same, and its seconds of processor time. A program that has not ended in time is killed: exit status 124."""
        with tempfile.NamedTemporaryFile("r") as used:
            # Without its site, which takes longer to import than most commands take.
            wrap = (sys.executable, "-IS", "-c", MEASURED, used.name, str(timeout))
            # Some formats are no text.
            result = self.run(*arguments, timeout=timeout + 30, wrap=wrap, errors="replace")
            peak, seconds = used.read().split()
            return result, int(peak), float(seconds)

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
