"""Addresses that users give, checked before anything listens; names and IPv6; and what a terminal that is gone does to each command."""

import http.client
import os
import signal
import subprocess

import pytest

from cluster import Cluster
from conftest import write_store
from processes import wait_until
from test_cluster import METRICS, models  # noqa: F401


@pytest.fixture
def cluster(platonic, tmp_path):
    found = Cluster(platonic, tmp_path)
    yield found
    found.end()


@pytest.fixture
def terminal():
    """SIGHUP as a terminal's processes have it, also where this one was started under nohup."""
    former = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, former)


@pytest.mark.parametrize(
    "address, words",
    [
        ("tcp://127.0.0.1", "has no port"),
        ("tcp://127.0.0.1:99999", "'99999'"),
        ("tcp://no-such-host.invalid:0", "'no-such-host.invalid' is not known"),
        ("tcp://::1:7070", "brackets"),
        ("ipc://" + "x" * 200, "200 bytes"),
    ],
)
def test_a_wrong_address_to_listen_at_is_said_before_anything_is_made(platonic, tmp_path, address, words):
    state = tmp_path / "state"
    result = platonic.run("coordinator", "--bind", address, "--state", state, "--insecure", "--http", "127.0.0.1:0")
    assert result.returncode == 2 and words in result.stderr and "--bind" in result.stderr, result.stderr
    assert not state.exists()


def test_wrong_addresses_of_other_options_name_them(platonic, tmp_path):
    result = platonic.run("status", "--connect", "tcp://host")
    assert result.returncode == 2 and "has no port" in result.stderr and "(--connect)" in result.stderr
    platonic.environment["PLATONIC_CONNECT"] = "tcp://host:x"
    try:
        for command in ("status", "worker"):
            result = platonic.run(command)
            assert result.returncode == 2 and "'x'" in result.stderr and "(PLATONIC_CONNECT)" in result.stderr, (
                result.stderr
            )
    finally:
        del platonic.environment["PLATONIC_CONNECT"]
    common = ["coordinator", "--state", tmp_path / "state", "--insecure"]
    result = platonic.run(*common, "--advertise", "tcp://head:7070")
    assert result.returncode == 2 and "--advertise" in result.stderr
    result = platonic.run(*common, "--http", "::1:7071")
    assert result.returncode == 2 and "brackets" in result.stderr


@pytest.mark.parametrize(
    "bind, shown, advertise", [("tcp://localhost:0", "localhost", "localhost"), ("tcp://[::1]:0", "[::1]", "::1")]
)
def test_names_and_ipv6_are_listened_at_and_found(cluster, models, bind, shown, advertise):  # noqa: F811
    cluster.start_coordinator("--http", f"{shown}:0", bind=bind, advertise=advertise)
    endpoint = (cluster.state / "endpoint").read_text().strip()
    assert endpoint.startswith(f"tcp://{shown}:")
    cluster.start_workers(1, connect=endpoint)
    sweep = cluster.submit("--x", models["a"], models["b"], *METRICS)
    assert cluster.succeed("wait", sweep, "--quiet") is not None
    address = (cluster.state / "http").read_text().strip()
    assert address.startswith(f"http://{shown}:")
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=10)
    connection.request("GET", "/healthz")
    assert connection.getresponse().status == 200


def is_blocked(pid, number):
    with open(f"/proc/{pid}/status") as status:
        blocked = next(line for line in status if line.startswith("SigBlk:"))
    return bool(int(blocked.split()[1], 16) & 1 << number - 1)


@pytest.mark.usefixtures("terminal")
def test_a_terminal_that_is_gone_ends_everything_in_good_order(cluster, models):  # noqa: F811
    coordinator = cluster.start_coordinator()
    worker = cluster.start_workers(1)[0]
    worker.send(signal.SIGHUP)
    # As at SIGTERM: it was told to stop.
    assert worker.wait() == 0 and worker.lines("leaving")
    submit = cluster.start("submit", "--x", models["a"], *METRICS, *cluster.address(cluster.client_keys), "--wait")
    wait_until(lambda: cluster.succeed("status"), "the sweep")
    wait_until(lambda: "1  " in cluster.succeed("status"), "the sweep")
    waiting = cluster.start("wait", "1", *cluster.address(cluster.client_keys))
    # From then on a signal waits to be read.
    wait_until(lambda: is_blocked(waiting.pid, signal.SIGHUP), "the client's start")
    for client in (submit, waiting):
        client.send(signal.SIGHUP)
        assert client.wait() == 3, client.log
    coordinator.send(signal.SIGHUP)
    assert coordinator.wait() == 3 and coordinator.lines("stopped")


def test_under_nohup_nothing_ends(platonic, tmp_path):
    store = write_store(tmp_path / "a.h5", "a", [[[1.0, 2], [3, 5], [1, 7], [4, 4], [9, 1]]], list("abcde"))
    command = ["nohup", platonic.binary, "coordinator", "--bind", "tcp://127.0.0.1:0", "--state", tmp_path / "state"]
    command += ["--insecure", "--artifacts", tmp_path / "artifacts"]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=platonic.environment)
    try:
        wait_until((tmp_path / "state/endpoint").exists, "the endpoint")
        os.kill(process.pid, signal.SIGHUP)
        again = platonic.run("submit", "--x", store, "--k", "2", "--connect", f"@{tmp_path / 'state'}", "--insecure")
        assert again.returncode == 0, again.stderr
        assert process.poll() is None
    finally:
        process.terminate()
    assert process.wait(30) == 3


def test_whoever_waits_is_told_why(cluster, models):  # noqa: F811
    cluster.start_coordinator()
    command = ["submit", "--x", models["a"], *METRICS, "--output", cluster.folder / "r.h5"]
    waiting = cluster.start(*command, *cluster.address(cluster.client_keys))
    wait_until(lambda: "no worker is registered" in waiting.log, lambda: waiting.log, patience=30)
    assert "submitted as sweep 1; waiting for its end" in waiting.log
    assert waiting.log.count("waiting for sweep 1: ") == 1 and "start one: platonic worker --connect" in waiting.log
    cluster.start_workers(1)
    assert waiting.wait(120) == 0, waiting.log
