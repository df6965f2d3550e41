"""Stores that are exchanged for others after a sweep was planned: no results speak of two states of a store."""

import os
import signal
import subprocess

import h5py
import numpy as np
import pytest

from cluster import Cluster
from conftest import write_store
from processes import wait_until

SAMPLES = 120
IDS = [f"sample {i}" for i in range(SAMPLES)]


def write(folder, seed, model="model", layers=1, **scores):
    """Three stores of the same size whatever the seed."""
    folder.mkdir(exist_ok=True)
    generator = np.random.default_rng(seed)
    paths = [folder / f"{number}.h5" for number in range(3)]
    for number, path in enumerate(paths):
        values = [generator.normal(size=(SAMPLES, 24)).astype(np.float32) for _ in range(layers)]
        write_store(path, f"{model} {number}", values, IDS, scores=scores)
    return paths


def exchange(old, new):
    """Puts other stores in the place of some, with the times of those."""
    for before, after in zip(old, new, strict=True):
        status = before.stat()
        assert after.stat().st_size == status.st_size
        os.replace(after, before)
        os.utime(before, ns=(status.st_atime_ns, status.st_mtime_ns))


def layer_scores(path):
    with h5py.File(path) as file:
        return file["metrics/cka/layer_scores"][:]


def test_an_interrupted_sweep_does_not_go_on_with_other_stores(platonic, tmp_path):
    stores = write(tmp_path / "stores", 1, layers=12)
    output = tmp_path / "results.h5"
    command = ["sweep", "--x", *stores, "--metric", "cka", "procrustes", "--workers", "1", "--output", output]
    command += ["--artifacts", tmp_path / "artifacts"]
    log = tmp_path / "log"
    with log.open("w") as errors:
        sweep = subprocess.Popen(
            [str(word) for word in [platonic.binary, *command]], stderr=errors, env=platonic.environment
        )
    made = tmp_path / "artifacts"
    wait_until(lambda: sum(path.is_file() for path in made.rglob("*")) > 8, "the first artifacts", pause=0.002)
    sweep.send_signal(signal.SIGKILL)
    sweep.wait()
    assert not output.exists()
    exchange(stores, write(tmp_path / "others", 2, layers=12))
    refused = platonic.run(*command)
    assert refused.returncode == 2 and "has changed since" in refused.stderr, refused.stderr
    assert "--restart" in refused.stderr
    platonic.succeed(*command, "--restart")
    fresh = tmp_path / "fresh.h5"
    platonic.succeed("sweep", "--x", *stores, "--metric", "cka", "procrustes", "--output", fresh)
    np.testing.assert_array_equal(layer_scores(output), layer_scores(fresh))


@pytest.fixture
def cluster(platonic, tmp_path):
    found = Cluster(platonic, tmp_path)
    yield found
    found.end()


@pytest.mark.parametrize("change", [{"model": "other"}, {"accuracy": 0.25}])
def test_a_submitted_sweep_refuses_stores_that_say_something_else(cluster, tmp_path, change):
    stores = write(tmp_path / "stores", 1, accuracy=0.5)
    others = write(tmp_path / "others", 2, **{"accuracy": 0.5, **change})
    cluster.start_coordinator()
    sweep = cluster.submit("--x", *stores, "--metric", "cka")
    for before, after in zip(stores, others, strict=True):
        os.replace(after, before)
    cluster.start_workers(1)
    wait_until(lambda: cluster.status(sweep)["state"] in ("partial", "failed", "complete"), "the end", patience=60)
    assert "changed while the sweep was running" in str(cluster.status(sweep))


def test_a_submitted_sweep_takes_copies_of_its_stores(cluster, tmp_path):
    """Hosts may have copies: another file that says the same of itself is the same store."""
    stores = write(tmp_path / "stores", 1)
    cluster.start_coordinator()
    sweep = cluster.submit("--x", *stores, "--metric", "cka")
    for path in stores:
        copy = path.with_suffix(".copy")
        copy.write_bytes(path.read_bytes())
        os.replace(copy, path)
    cluster.start_workers(1)
    wait_until(lambda: cluster.status(sweep)["state"] == "complete", "the end", patience=60)
