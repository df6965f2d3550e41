"""Work that kills the processes that are at it: the sweep ends soon, says why, and blames nothing else."""

import json
import os
import pathlib
import signal
import subprocess
import threading
import time

import h5py
import numpy as np
import pytest

from cluster import Cluster
from conftest import write_store
from processes import children, wait_until

LAYERS = 15


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Layers that take a second or so each, so that a process can be seen at one."""
    generator = np.random.default_rng(3)
    layers = [generator.normal(size=(4000, 512)).astype(np.float32) for _ in range(LAYERS)]
    return write_store(tmp_path_factory.mktemp("store") / "m.h5", "m", layers, [f"sample {i}" for i in range(4000)])


def computing_seconds(pid):
    """Processor time of the thread that computes."""
    for task in pathlib.Path(f"/proc/{pid}/task").glob("*"):
        try:
            if (task / "comm").read_text().strip() == "compute":
                fields = (task / "stat").read_text().rpartition(")")[2].split()
                return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        except (FileNotFoundError, ProcessLookupError):
            return 0.0
    return 0.0


class Crashes:
    """Kills each of a process's children as soon as it computes, from when `begins()` on: their work seems to do it."""

    def __init__(self, pids, begins, number):
        self.pids, self.begins, self.number = pids, begins, number
        self.killed, self.is_over = set(), threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self):
        # Who has computed something else before is not seen to begin, and dies at once.
        while not self.begins() and not self.is_over.is_set():
            time.sleep(0.001)
        while not self.is_over.is_set():
            for pid in self.pids():
                if pid not in self.killed and computing_seconds(pid) >= 0.03:
                    os.kill(pid, self.number)
                    self.killed.add(pid)
            time.sleep(0.002)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.is_over.set()
        self.thread.join()


def test_layers_that_all_crash_end_the_sweep_and_say_why(platonic, store, tmp_path):
    output = tmp_path / "results.h5"
    command = [platonic.binary, "sweep", "--x", store, "--metric", "svcca", "cka", "--workers", "2", "--output", output]
    command += ["--artifacts", tmp_path / "artifacts", "--quiet"]
    logs = tmp_path / "results.h5.state/logs"
    begun = time.monotonic()
    sweep = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=platonic.environment
    )

    def surveyed():
        return any("surveyed" in log.read_text() for log in logs.glob("*.log"))

    with Crashes(lambda: children(sweep), surveyed, signal.SIGKILL) as crashes:
        _, errors = sweep.communicate(timeout=100)
    assert sweep.returncode == 1, errors
    last = errors.strip().splitlines()[-2:]
    assert "workers in a row died (signal 9, SIGKILL) while they prepared layers" in last[0], errors
    assert len(crashes.killed) <= 2 * LAYERS and time.monotonic() - begun < 60
    assert "no column" not in errors and "want of memory" in last[1]
    assert not output.exists()
    # What is asked for again is done where nothing crashes any more.
    platonic.succeed(*command[1:])
    with h5py.File(output) as results:
        assert results.attrs["status"] == "complete"


def test_a_submitted_sweep_names_what_was_not_computed(platonic, store, tmp_path):
    cluster = Cluster(platonic, tmp_path, insecure=True)
    try:
        cluster.start_coordinator()
        sweep = cluster.submit("--x", store, "--metric", "svcca", "--layers", "0", "1", "2")
        first = cluster.start_worker()
        wait_until(lambda: first.count("surveyed"), lambda: first.log, patience=60)
        with Crashes(lambda: [m.pid for m in cluster.members[1:] if m.is_running], lambda: True, signal.SIGKILL):
            deadline = time.monotonic() + 100
            while cluster.status(sweep)["state"] in ("queued", "running") and time.monotonic() < deadline:
                if not cluster.members[-1].is_running:
                    cluster.start_worker()
                time.sleep(0.05)
        status = cluster.status(sweep)
        assert status["state"] == "partial" and {item["code"] for item in status["failures"]} == {"worker_died"}, status
        output = tmp_path / "results.h5"
        result = cluster.run("results", sweep, "--output", output, "--json")
        assert result.returncode == 1
        assert "workers were lost while they were at m:" in result.stderr and "no column" not in result.stderr
        assert json.loads(result.stdout)["failures"]
        with h5py.File(output) as results:
            assert results.attrs["status"] == "partial"
            assert np.isnan(results["metrics/svcca_d10/scores"][()]).all()
            assert len(results["provenance"].attrs["undefined"]) == 0
    finally:
        cluster.end()
