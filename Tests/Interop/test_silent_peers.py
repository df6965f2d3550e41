"""Peers that ask and do not read: the coordinator keeps little for them, goes on serving others, and has its memory back."""

import threading
import time

import numpy as np
import pytest

import raw_peer
from cluster import Cluster
from conftest import write_store
from processes import resident_bytes, wait_until

MEBIBYTE = 1 << 20


@pytest.fixture
def cluster(platonic, tmp_path):
    """A coordinator that lets everybody in, and a sweep of which everything that is known takes about two megabytes."""
    found = Cluster(platonic, tmp_path, insecure=True)
    found.start_coordinator()
    ids = [f"{index:0>500}" for index in range(4000)]
    store = write_store(tmp_path / "m.h5", "m", [np.random.default_rng(1).normal(size=(4000, 2))], ids)
    assert found.submit("--x", store, "--metric", "cka") == "1"
    found.endpoint = found.coordinator.lines("listening")[0]["message"].split()[2].rstrip(";")
    yield found
    found.end()


def test_who_never_reads_is_dropped(cluster):
    pid = cluster.coordinator.pid
    before = resident_bytes(pid)
    is_over = threading.Event()

    def ask_and_never_read():
        number = 0
        while not is_over.is_set():
            connection = raw_peer.connect(cluster.endpoint)
            try:
                while not is_over.is_set():
                    requests = b"".join(raw_peer.findings_request(number + i, 1) for i in range(100))
                    number += 100
                    connection.sendall(requests)
                    time.sleep(0.01)
            except (ConnectionError, TimeoutError):
                # It was dropped, and comes again.
                pass
            finally:
                connection.close()

    enemy = threading.Thread(target=ask_and_never_read, daemon=True)
    enemy.start()
    most, deadline = 0, time.monotonic() + 6
    while time.monotonic() < deadline:
        most = max(most, resident_bytes(pid))
        cluster.succeed("status", "1", timeout=10)
    is_over.set()
    enemy.join()
    dropped = cluster.coordinator.lines("peer-dropped")
    assert dropped and "MiB waited for it" in dropped[0]["message"]
    assert most < before + 150 * MEBIBYTE, f"{(most - before) >> 20} MiB were kept for a peer that reads nothing"
    wait_until(lambda: resident_bytes(pid) < before + 48 * MEBIBYTE, "the memory's return", patience=20, pause=0.1)
    assert cluster.coordinator.is_running


def test_who_reads_slowly_and_asks_again_loses_nothing(cluster):
    connection = raw_peer.connect(cluster.endpoint)
    connection.settimeout(3)
    received = 0
    for _ in range(40):
        # Again and again under one number, since the answer takes so long.
        connection.sendall(raw_peer.findings_request(7, 1))
        received += len(connection.recv(16 << 10))
        time.sleep(0.02)
    try:
        while more := connection.recv(1 << 20):
            received += len(more)
    except TimeoutError:
        pass
    connection.close()
    assert 2_000_000 < received < 3_500_000, "the answer came once, and whole"
    assert not cluster.coordinator.lines("peer-dropped")
