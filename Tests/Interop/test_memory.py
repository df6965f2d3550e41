"""What --memory promises: a worker takes no more of it than it was given, however large the stores are."""

import pathlib

import numpy as np
import pytest

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


def sweep(platonic, folder, paths, *options):
    """Runs a sweep with one worker; the bytes of its scores, and by how much the worker grew at most.

    A sweep of next to nothing goes before: the program itself, OpenBLAS and libhdf5 are not what --memory is for.
    """
    folder.mkdir()
    tiny = np.random.default_rng(1).normal(size=(50, 20)).astype(np.float32)
    tiny = write_store(folder / "tiny.h5", "tiny", [tiny, -tiny], [f"sample {i}" for i in range(50)])
    cluster = Cluster(platonic, folder, insecure=True)
    try:
        cluster.start_coordinator()
        [worker] = cluster.start_workers(1, *options)
        cluster.results(cluster.submit("--x", tiny, *METRICS), "tiny results.h5")
        before = memory(worker.pid, "VmRSS")
        found = score_bytes(cluster.results(cluster.submit("--x", *paths, *METRICS)))
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
    assert found == ample
