"""Sweeps whose processes die: nothing is lost, nothing is left behind, and the scores are the same bytes."""

import os
import random
import re
import signal
import subprocess
import time

import numpy as np
import pytest

from conftest import fill, write_store
from processes import score_bytes, state, wait_until, worker_processes

SAMPLES = 700
MODELS, LAYERS, WIDTH = 8, 6, 768
KILLS = 10


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    """Enough work for a second or two: every layer's product, and a tile of 48 x 48 layers."""
    folder = tmp_path_factory.mktemp("stores")
    generator = np.random.default_rng(11)
    ids = [f"sample {i}" for i in range(SAMPLES)]
    for model in range(MODELS):
        layers = [generator.normal(size=(SAMPLES, WIDTH)).astype(np.float16) for _ in range(LAYERS)]
        write_store(folder / f"{model}.h5", f"model {model}", layers, ids)
    return folder


@pytest.fixture
def start(platonic, stores, tmp_path):
    """Starts a sweep with an artifact directory of its own, and ends what is still running afterwards."""
    running = []

    def begin(workers=2, output="results.h5", artifacts="artifacts"):
        log = tmp_path / f"log {len(running)}"
        command = [platonic.binary, "sweep", "--x", stores, "--metric", "all", "--k", "10", "20"]
        command += ["--output", tmp_path / output, "--artifacts", tmp_path / artifacts, "--workers", str(workers)]
        with log.open("w") as errors:
            sweep = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors, env=platonic.environment)
        sweep.log, sweep.results = log, tmp_path / output
        running.append(sweep)
        return sweep

    yield begin
    for sweep in running:
        if sweep.poll() is None:
            sweep.kill()
        sweep.wait()


@pytest.fixture(scope="module")
def undisturbed(platonic, stores, tmp_path_factory):
    """The bytes of every dataset under /metrics of a sweep by one worker."""
    folder = tmp_path_factory.mktemp("undisturbed")
    platonic.succeed(
        "sweep", "--x", stores, "--metric", "all", "--k", 10, 20, "--workers", 1,
        "--output", folder / "results.h5", "--artifacts", folder / "artifacts", "--quiet",
    )  # fmt: skip
    return score_bytes(folder / "results.h5")


def wait_for_workers(sweep, count=1):
    def started():
        assert sweep.poll() is None, sweep.log.read_text()
        found = worker_processes(sweep)
        return found if len(found) >= count else None

    return wait_until(started, sweep.log.read_text)


@pytest.mark.parametrize("workers", [2, 5])
def test_same_bytes_for_any_number_of_workers(start, undisturbed, workers):
    sweep = start(workers)
    assert sweep.wait(60) == 0
    assert score_bytes(sweep.results) == undisturbed


@pytest.mark.parametrize("seed", range(KILLS))
def test_a_killed_worker_loses_nothing(start, undisturbed, seed):
    sweep = start()
    moments = random.Random(seed)
    wait_for_workers(sweep)
    time.sleep(moments.uniform(0.02, 0.8))
    victims = worker_processes(sweep)
    if victims:
        os.kill(moments.choice(victims), signal.SIGKILL)
    assert sweep.wait(60) == 0, sweep.log.read_text()
    assert score_bytes(sweep.results) == undisturbed


def test_many_killed_workers_lose_nothing(start, undisturbed):
    sweep = start(workers=3)
    moments = random.Random(100)
    kills = 0
    while sweep.poll() is None and kills < KILLS:
        time.sleep(moments.uniform(0.05, 0.2))
        if victims := worker_processes(sweep):
            os.kill(moments.choice(victims), signal.SIGKILL)
            kills += 1
    assert sweep.wait(60) == 0, sweep.log.read_text()
    assert "is lost" in sweep.log.read_text()
    assert score_bytes(sweep.results) == undisturbed


@pytest.mark.parametrize("moment", [0.05, 0.2, 0.5])
def test_a_killed_sweep_leaves_nobody_behind_and_goes_on(start, undisturbed, moment):
    sweep = start()
    wait_for_workers(sweep, count=2)
    time.sleep(moment)
    workers = worker_processes(sweep)
    assert sweep.poll() is None, "the sweep was over before it could be killed"
    sweep.kill()
    sweep.wait()
    wait_until(lambda: not any(state(pid) for pid in workers), "the end of its workers", patience=1)
    assert not sweep.results.exists()
    again = start()
    assert again.wait(60) == 0, again.log.read_text()
    assert score_bytes(again.results) == undisturbed


def test_a_second_sweep_starts_from_the_artifacts(start, undisturbed, tmp_path):
    def artifacts():
        return {p: p.stat().st_mtime_ns for p in (tmp_path / "artifacts/v1").rglob("*") if p.is_file()}

    assert start().wait(60) == 0
    first = artifacts()
    sizes = {path: path.stat().st_size for path in first}
    inodes = {path: path.stat().st_ino for path in first}
    again = start(output="again.h5")
    assert again.wait(60) == 0
    assert {path: path.stat().st_size for path in artifacts()} == sizes
    assert {path: path.stat().st_ino for path in artifacts()} == inodes, "an artifact was written again"
    assert score_bytes(again.results) == undisturbed


def test_a_damaged_artifact_is_made_again(start, undisturbed, tmp_path):
    assert start().wait(60) == 0
    artifacts = [p for p in (tmp_path / "artifacts/v1").rglob("*") if p.is_file()]
    for path in artifacts[::2]:
        with path.open("r+b") as file:
            file.truncate(path.stat().st_size // 2)
    for path in artifacts[1::2]:
        with path.open("r+b") as file:
            file.seek(path.stat().st_size - 3)
            byte = file.read(1)
            file.seek(-1, os.SEEK_CUR)
            file.write(bytes([byte[0] ^ 1]))
    again = start(output="again.h5")
    assert again.wait(60) == 0, again.log.read_text()
    assert score_bytes(again.results) == undisturbed


def test_an_interrupt_stops_cleanly(start):
    sweep = start()
    workers = wait_for_workers(sweep, count=2)
    time.sleep(0.2)
    sweep.send_signal(signal.SIGINT)
    assert sweep.wait(10) == 3
    assert not any(state(pid) for pid in workers)
    assert "run the same command again" in sweep.log.read_text()
    assert not any(path.name.endswith((".h5", ".partial")) for path in sweep.results.parent.iterdir())


def test_a_worker_joins_in_the_middle(platonic, start, undisturbed):
    sweep = start(workers=1)
    wait_for_workers(sweep)
    while not (endpoint := re.search(r"ipc://\S+", sweep.log.read_text())):
        time.sleep(0.01)
    joiner = subprocess.Popen(
        [platonic.binary, "worker", "--connect", endpoint[0]], env=platonic.environment, stderr=subprocess.PIPE
    )
    assert sweep.wait(60) == 0
    _, errors = joiner.communicate(timeout=10)
    assert joiner.returncode == 0, errors
    assert f"worker {joiner.pid} on" in sweep.log.read_text()
    assert score_bytes(sweep.results) == undisturbed


def test_a_full_disk_for_artifacts_is_one_sentence(start, disk):
    sweep = start(artifacts=disk(8))
    assert sweep.wait(60) == 1
    last = sweep.log.read_text().splitlines()[-2:]
    assert last[0].startswith("platonic: ") and "No space left on device" in last[0] and "--artifacts" in last[1]
    assert not sweep.results.exists()


def test_a_full_disk_for_results_leaves_no_file_and_no_work_to_do_again(start, undisturbed, disk):
    small_disk = disk(8)
    fill(small_disk / "filler")
    os.truncate(small_disk / "filler", (small_disk / "filler").stat().st_size - 32768)
    sweep = start(output=small_disk / "results.h5")
    assert sweep.wait(60) == 1
    assert "disk is full" in sweep.log.read_text()
    assert {path.name for path in small_disk.iterdir()} <= {"filler", "results.h5.state"}
    os.truncate(small_disk / "filler", 0)
    again = start(output=small_disk / "results.h5")
    assert again.wait(60) == 0, again.log.read_text()
    assert score_bytes(again.results) == undisturbed
    assert {path.name for path in small_disk.iterdir()} == {"filler", "results.h5"}
