"""Processes under test: who is alive, who belongs to whom, and what a results file of theirs holds."""

import contextlib
import os
import pathlib
import time

import h5py


def state(pid):
    """A process's one-letter state and its parent; None when it is gone."""
    try:
        letter, parent = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:2]
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if letter in "ZX" else (letter, int(parent))


def children(process):
    pids = (int(entry) for entry in os.listdir("/proc") if entry.isdigit())
    return [pid for pid in pids if (found := state(pid)) and found[1] == process.pid]


def worker_processes(process):
    """Children that work; others open stores."""

    def command(pid):
        with contextlib.suppress(OSError):
            return pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        return []

    return [pid for pid in children(process) if command(pid)[1:2] == [b"worker"]]


def resident_bytes(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS"))


def wait_until(condition, what, patience=10.0, pause=0.005):
    """Waits for `condition()` to be true, and returns its value; fails after `patience` seconds, saying `what` was missed."""
    deadline = time.monotonic() + patience
    while not (value := condition()):
        assert time.monotonic() < deadline, f"not within {patience} s: {what() if callable(what) else what}"
        time.sleep(pause)
    return value


def score_bytes(path, status="complete"):
    """The bytes of every dataset under /metrics, by name."""
    found = {}
    with h5py.File(path) as results:
        assert results.attrs["status"] == status
        results["metrics"].visititems(
            lambda name, item: found.update({name: item[()].tobytes()}) if isinstance(item, h5py.Dataset) else None
        )
    assert len(found) > 8
    return found
