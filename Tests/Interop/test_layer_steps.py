"""Layers of more samples than one worker takes at once: their neighbours are found in steps that workers share."""

import os
import signal
import time

import h5py
import numpy as np
import pytest

from cluster import Cluster
from conftest import write_store
from processes import score_bytes, wait_until
from test_bulk_artifacts import start_blind
from test_memory import sweep

# Little more than are divided: seven blocks of 9,216 samples and a short one.
SAMPLES, WIDTH = 66_000, 8
STEPS = 8 * 9 // 2 + 8
METRICS = ["--metric", "mutual_knn", "cycle_knn", "--k", "10"]


def features(seed, rows=SAMPLES):
    """A part that all models have in common, and noise."""
    common = np.random.default_rng(0).normal(size=(SAMPLES, WIDTH))[:rows]
    return (common + np.random.default_rng(seed).normal(size=(rows, WIDTH))).astype(np.float16)


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    """Two models; the samples of the second are in another order and in groups, and one of its layers is the same for all samples."""
    folder = tmp_path_factory.mktemp("stores")
    ids = [f"sample {i}" for i in range(SAMPLES)]
    order = np.random.default_rng(3).permutation(SAMPLES)
    second = features(2)
    # Among 50 kinds of rows many are tied.
    coarse = second[np.arange(SAMPLES) % 50]
    constant = np.ones((SAMPLES, 3), np.float32)
    one = write_store(folder / "one.h5", "one", [features(1)], ids)
    two = write_store(
        folder / "two.h5", "two", [layer[order] for layer in (second, coarse, constant)], [ids[i] for i in order]
    )
    with h5py.File(two, "a") as file:
        file["samples/groups"] = (order // 2).astype(np.int64)
    return [one, two]


@pytest.fixture(scope="module")
def alone(platonic, stores, tmp_path_factory):
    """The scores as one worker finds them, layer by layer."""
    folder = tmp_path_factory.mktemp("alone")
    cluster = Cluster(platonic, folder, insecure=True)
    try:
        cluster.start_coordinator()
        [worker] = cluster.start_workers(1)
        found = score_bytes(cluster.results(cluster.submit("--x", *stores, *METRICS, "--exclude-groups")))
        assert worker.count("stepped") == 0
        assert worker.count("prepared") == 4
        return found
    finally:
        cluster.end()


@pytest.fixture
def cluster(platonic, tmp_path):
    cluster = Cluster(platonic, tmp_path, insecure=True)
    yield cluster
    cluster.end()


def steps(workers):
    """How many steps these workers have done."""
    return sum(worker.count("stepped") for worker in workers)


def each_step_once(workers):
    """Whether every step of the four layers was done; of slow ones a few may have been doubled."""
    done = {(line["layer"], line["step"]) for worker in workers for line in worker.lines("stepped")}
    return len(done) == 4 * STEPS and steps(workers) <= 4 * STEPS + len(workers)


def leftovers(folder):
    """Artifacts that are neither of a whole layer nor what is known of one."""
    kinds = [path.read_bytes()[48:120].split(b"\n")[0] for path in folder.rglob("*") if path.is_file()]
    return [kind for kind in kinds if kind in (b"kind=candidates", b"kind=neighbour rows")]


def test_workers_share_layers(cluster, stores, alone):
    cluster.start_coordinator()
    workers = cluster.start_workers(5)
    sweep = cluster.submit("--x", *stores, *METRICS, "--exclude-groups")
    assert score_bytes(cluster.results(sweep)) == alone
    # With more workers than layers all four are divided.
    assert each_step_once(workers)
    assert all(worker.count("stepped") > 0 for worker in workers)
    assert leftovers(cluster.artifacts) == []
    assert cluster.status(sweep)["flops"] > 2 * SAMPLES**2 * WIDTH


def test_a_worker_that_is_killed_and_a_coordinator_that_is(cluster, stores, alone):
    cluster.start_coordinator()
    port = (cluster.state / "endpoint").read_text().strip().rpartition(":")[2]
    workers = cluster.start_workers(4)
    sweep = cluster.submit("--x", *stores, *METRICS, "--exclude-groups")
    wait_until(lambda: steps(workers) > 5, "some steps")
    workers[0].kill()
    wait_until(lambda: steps(workers) > 30, "more steps")
    cluster.coordinator.kill()
    cluster.start_coordinator(bind=f"tcp://127.0.0.1:{port}")
    assert score_bytes(cluster.results(sweep)) == alone
    assert leftovers(cluster.artifacts) == []


def test_workers_that_do_not_see_the_directory(cluster, stores, alone):
    cluster.start_coordinator()
    workers = [start_blind(cluster, "--artifacts", cluster.folder / f"own {number}") for number in range(5)]
    cluster.wait_for_workers(workers)
    assert score_bytes(cluster.results(cluster.submit("--x", *stores, *METRICS, "--exclude-groups"))) == alone
    assert each_step_once(workers)
    wait_until(lambda: leftovers(cluster.artifacts) == [], "candidates to be deleted at the coordinator")


def test_what_a_step_left_is_damaged(cluster, stores, alone):
    """Candidates that are cut short are found again by whoever needs them."""
    cluster.start_coordinator()
    workers = cluster.start_workers(5)
    sweep = cluster.submit("--x", *stores, *METRICS, "--exclude-groups")

    def damage():
        for path in cluster.artifacts.rglob("*"):
            if path.is_file() and b"kind=candidates" in path.read_bytes()[48:120]:
                os.truncate(path, path.stat().st_size // 2)
                return True
        return False

    wait_until(damage, "candidates", pause=0.01)
    assert score_bytes(cluster.results(sweep)) == alone
    assert steps(workers) >= 4 * STEPS


def test_a_store_that_changes_meanwhile(cluster, stores, tmp_path):
    """What was made of other values is kept under no name, and the sweep goes on without the layer."""
    ids = [f"sample {i}" for i in range(SAMPLES)]
    path = write_store(tmp_path / "changing.h5", "changing", [features(5)], ids)
    cluster.start_coordinator()
    workers = cluster.start_workers(3)
    sweep = cluster.submit("--x", path, *METRICS)
    wait_until(lambda: steps(workers) > 2, "some steps", pause=0.01)
    for worker in workers:
        worker.send(signal.SIGSTOP)
    with h5py.File(path, "a", locking=False) as file:
        file["layers/0000"][0, 0] += np.float16(1)
    time.sleep(0.1)
    for worker in workers:
        worker.send(signal.SIGCONT)
    wait_until(lambda: cluster.status(sweep)["state"] in ("partial", "failed"), "the end", patience=60)
    assert "changed while the sweep was running" in str(cluster.status(sweep))
    names = [p for p in cluster.artifacts.rglob("*") if p.is_file() and b"kind=neighbours" in p.read_bytes()[48:120]]
    assert names == []


@pytest.fixture
def wide(tmp_path):
    """A layer that takes three times as much as a step of it."""
    values = np.random.default_rng(8).normal(size=(SAMPLES, 400)).astype(np.float16)
    return write_store(tmp_path / "wide.h5", "wide", [values], [f"sample {i}" for i in range(SAMPLES)])


def test_little_memory(platonic, wide, tmp_path):
    """One worker without room for a whole layer takes the steps one after another."""
    found = {}
    for name, mebibytes in {"ample": 2048, "little": 100}.items():
        found[name], grown = sweep(platonic, tmp_path / name, [wide], "--memory", f"{mebibytes}MiB", metrics=METRICS)
        assert (grown < 100 << 20) == (name == "little"), f"{name}: {grown >> 20} MiB"
        assert leftovers(tmp_path / name / "artifacts") == []
    assert score_bytes(found["little"]) == score_bytes(found["ample"])
