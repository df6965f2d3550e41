"""What --memory promises: a worker takes no more of it than it was given, however large the stores are."""

import json
import pathlib

import numpy as np
import pytest

from artifact_kinds import KINDS
from cluster import Cluster
from conftest import write_store
from processes import score_bytes

SAMPLES, WIDTH, LAYERS, MODELS = 1000, 420, 40, 5
MEMORY = 32 << 20
METRICS = ["--metric", "mutual_knn", "cknna", "cycle_knn", "cka", "svcca", "--k", "10", "--svcca-dimensions", "4"]


@pytest.fixture
def models(tmp_path):
    """Stores of ten times the memory: 320 MiB."""
    generator = np.random.default_rng(9)
    ids = [f"sample {i}" for i in range(SAMPLES)]
    shared = generator.normal(size=(SAMPLES, WIDTH)).astype(np.float32)
    paths = []
    for model in range(MODELS):
        layers = [shared + generator.normal(size=(SAMPLES, WIDTH)).astype(np.float32) for _ in range(LAYERS)]
        paths.append(write_store(tmp_path / f"model {model}.h5", f"model {model}", layers, ids))
    return paths


def memory(pid, name):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) << 10 for line in status.splitlines() if line.startswith(name))


def sweep(platonic, folder, paths, *options, metrics=METRICS):
    """Runs a sweep with one worker; its results, and by how much the worker grew at most.

    A sweep of next to nothing goes before: the program itself, OpenBLAS and libhdf5 are not what --memory is for.
    """
    folder.mkdir()
    tiny = np.random.default_rng(1).normal(size=(50, 20)).astype(np.float32)
    tiny = write_store(folder / "tiny.h5", "tiny", [tiny, -tiny], [f"sample {i}" for i in range(50)])
    cluster = Cluster(platonic, folder, insecure=True)
    try:
        cluster.start_coordinator()
        [worker] = cluster.start_workers(1, *options)
        cluster.results(cluster.submit("--x", tiny, *metrics), "tiny results.h5")
        before = memory(worker.pid, "VmRSS")
        found = cluster.results(cluster.submit("--x", *paths, *metrics))
        return found, memory(worker.pid, "VmHWM") - before
    finally:
        cluster.end()


def test_stores_of_ten_times_a_workers_memory(platonic, models, tmp_path):
    assert sum(path.stat().st_size for path in models) > 10 * MEMORY
    ample, most = sweep(platonic, tmp_path / "ample", models)
    found, grown = sweep(platonic, tmp_path / "little", models, "--memory", f"{MEMORY >> 20}MiB")
    assert grown <= MEMORY, f"{grown >> 20} MiB of {MEMORY >> 20}, where a worker with plenty takes {most >> 20}"
    # Otherwise the limit has decided nothing.
    assert most > 2 * MEMORY
    assert score_bytes(found) == score_bytes(ample)


@pytest.mark.parametrize("width", [32, 600])
@pytest.mark.parametrize("kind", KINDS)
def test_the_least_that_a_sweep_needs_is_enough(platonic, tmp_path, kind, width):
    """No kind of artifact takes more than `plan` says, and a worker with exactly that does the work."""
    generator = np.random.default_rng(2)
    layers = [generator.normal(size=(1500, width)).astype(np.float32) for _ in range(2)]
    path = write_store(tmp_path / "m.h5", "m", layers, [f"sample {i}" for i in range(1500)])
    metrics = ["--metric", *KINDS[kind]]
    plan = json.loads(platonic.succeed("plan", "--json", "--x", path, *metrics))
    needed = -(-plan["memory"]["requiredBytes"] // 2**20)
    _, grown = sweep(platonic, tmp_path / "sweep", [path], "--memory", f"{needed}MiB", metrics=metrics)
    assert grown <= needed << 20, f"{grown >> 20} MiB of {needed}"
