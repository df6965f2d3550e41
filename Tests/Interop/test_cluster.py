"""A coordinator, workers and clients over encrypted TCP, each a process: who does what, who may, and why something is not running."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import time

import h5py
import numpy as np
import pytest

from cluster import Cluster, scored
from conftest import write_store
from processes import score_bytes, wait_until

SAMPLES = 160
LAYERS, WIDTH = 32, 8
METRICS = ["--metric", "mutual_knn", "cka", "svcca", "cycle_knn", "--k", "10"]
# Two models are a row of blocks.
BLOCKS, TILES = 6, 21


def write_models(folder, names):
    """Feature stores of so many layers that two models are a row of tiles."""
    generator = np.random.default_rng(5)
    paths = {}
    for name in names:
        layers = [generator.normal(size=(SAMPLES, WIDTH)).astype(np.float32) for _ in range(LAYERS)]
        paths[name] = write_store(folder / f"{name}.h5", name, layers, [f"sample {i}" for i in range(SAMPLES)])
    return paths


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    return write_models(tmp_path_factory.mktemp("models"), "abcdefghijkl")


@pytest.fixture(scope="module")
def undisturbed(platonic, models, tmp_path_factory):
    folder = tmp_path_factory.mktemp("undisturbed")
    platonic.succeed(
        "sweep", "--x", *models.values(), *METRICS, "--workers", 1, "--quiet",
        "--output", folder / "results.h5", "--artifacts", folder / "artifacts",
    )  # fmt: skip
    return score_bytes(folder / "results.h5")


@pytest.fixture
def cluster(platonic, tmp_path):
    found = Cluster(platonic, tmp_path)
    yield found
    found.end()


# MARK: Sweeps


def test_a_sweep_over_tcp_has_the_bytes_of_a_local_one(cluster, models, undisturbed):
    cluster.start_coordinator()
    cluster.start_workers(2)
    path = cluster.folder / "results.h5"
    cluster.succeed("submit", "--x", *models.values(), *METRICS, "--output", path, "--quiet")
    assert score_bytes(path) == undisturbed


def test_a_model_more_costs_its_row_and_column_only(cluster, models, undisturbed):
    cluster.start_coordinator()
    workers = cluster.start_workers(2)

    def artifacts():
        return {path: path.stat().st_ino for path in (cluster.artifacts / "v1").rglob("*") if path.is_file()}

    names = sorted(models)
    first = cluster.submit("--x", *[models[name] for name in names[:-2]], *METRICS)
    cluster.succeed("wait", first)
    before, known = [len(scored(worker)) for worker in workers], artifacts()
    second = cluster.submit("--x", *models.values(), *METRICS)
    assert score_bytes(cluster.results(second)) == undisturbed
    again = [tile for worker, count in zip(workers, before, strict=True) for tile in scored(worker)[count:]]
    # The two new models are the last column of blocks.
    assert sorted(again) == [(int(second), row, BLOCKS - 1) for row in range(BLOCKS)]
    assert known.items() <= artifacts().items(), "an artifact was written again"


def test_priority_goes_before_order_and_a_sweep_waits_for_its_turn(cluster, models):
    cluster.start_coordinator()
    some = [models[name] for name in "ab"]
    first = cluster.submit("--x", *some, *METRICS)
    urgent = cluster.submit("--x", *[models[name] for name in "cd"], *METRICS, "--priority", "5")
    reason = cluster.succeed("explain", first)
    assert "no worker is registered" in reason
    cluster.start_workers(1)
    for sweep in (first, urgent):
        cluster.succeed("wait", sweep)
    over = [event["sweep"] for event in cluster.events("sweep-ended")]
    assert [int(sweep) for sweep in over] == [int(urgent), int(first)]


def test_a_store_that_cannot_be_read_costs_its_own_cells_and_can_be_mended(cluster, models, tmp_path):
    cluster.start_coordinator()
    paths = write_models(tmp_path, "abc")
    sweep = cluster.submit("--x", *paths.values(), *METRICS)
    whole = paths["b"].read_bytes()
    paths["b"].write_bytes(whole[: len(whole) // 2])
    cluster.start_workers(2)
    waited = cluster.run("wait", sweep)
    assert waited.returncode == 1 and "partial" in waited.stderr
    told = cluster.succeed("status", sweep)
    assert str(paths["b"]) in told and told.count("truncated") == 1 and f"platonic retry {sweep}" in told, told
    with h5py.File(cluster.results(sweep, "partial.h5", expect=1)) as results:
        scores = results["metrics/cka/scores"][()]
        assert np.isnan(scores[1]).all() and np.isnan(scores[:, 1]).all()
        assert np.isfinite(scores[np.ix_([0, 2], [0, 2])]).all()
        assert results.attrs["status"] == "partial"
    paths["b"].write_bytes(whole)
    cluster.succeed("retry", sweep)
    cluster.succeed("wait", sweep)
    with h5py.File(cluster.results(sweep)) as results:
        assert results.attrs["status"] == "complete" and np.isfinite(results["metrics/cka/scores"][()]).all()


# MARK: Workers that come and go


def test_a_worker_that_is_told_to_stop_says_goodbye_and_costs_nothing(cluster, models, undisturbed):
    cluster.start_coordinator()
    leaving, staying = cluster.start_workers(2)
    sweep = cluster.submit("--x", *models.values(), *METRICS)
    wait_until(lambda: leaving.count("scored") > 0, lambda: leaving.log, patience=60)
    leaving.send(signal.SIGTERM)
    assert leaving.wait(10) == 0
    assert "told to stop" in leaving.log
    assert score_bytes(cluster.results(sweep)) == undisturbed
    assert not cluster.events("worker-lost")
    done = scored(leaving) + scored(staying)
    assert len(done) == len(set(done)) == TILES, "a tile was computed twice, or not at all"


def test_an_idle_worker_frees_its_node(cluster):
    cluster.start_coordinator()
    idle, other = cluster.start_worker("--idle-timeout", "1s"), cluster.start_worker()
    assert idle.wait(20) == 0 and "nothing to do for 1 s" in idle.log
    assert other.is_running and not cluster.events("worker-lost")


def test_a_time_limit_begins_nothing_that_it_cannot_finish(cluster, models, undisturbed):
    cluster.start_coordinator()
    sweep = cluster.submit("--x", *models.values(), *METRICS)
    short = cluster.start_worker("--time-limit", "3s", "--grace", "1s")
    started = time.monotonic()
    assert short.wait(20) == 0
    assert time.monotonic() - started < 5
    cluster.start_worker()
    assert score_bytes(cluster.results(sweep)) == undisturbed
    assert not cluster.events("worker-lost")


def test_a_worker_without_a_coordinator_gives_up(cluster):
    cluster.start_coordinator()
    (worker,) = cluster.start_workers(1, "--reconnect-timeout", "2s")
    cluster.coordinator.kill()
    assert worker.wait(20) == 3 and "stayed away" in worker.log


def test_a_drained_worker_finishes_and_stops(cluster, models):
    cluster.start_coordinator()
    (worker,) = cluster.start_workers(1)
    name = cluster.worker(worker)["id"]
    refused = cluster.run("drain", name)
    assert refused.returncode == 2 and "admin" in refused.stderr
    cluster.succeed("drain", name, keys=cluster.admin_keys)
    assert worker.wait(20) == 0
    assert not cluster.workers() and not cluster.events("worker-lost")


# MARK: Keys


def test_roles_and_owners(cluster, models):
    cluster.start_coordinator()
    some = ["--x", models["a"], models["b"], "--metric", "cka"]
    observer, other = cluster.issue("eve", "observer"), cluster.issue("bob", "client")
    # New keys are valid at once.
    cluster.succeed("status", keys=observer)
    refused = cluster.run("submit", *some, keys=observer)
    assert refused.returncode == 2 and "observer" in refused.stderr
    refused = cluster.run("status", keys=cluster.worker_keys)
    assert refused.returncode == 2 and "worker's" in refused.stderr
    sweep = cluster.submit(*some)
    refused = cluster.run("cancel", sweep, keys=other)
    assert refused.returncode == 2 and "alice's" in refused.stderr
    client = cluster.start_worker(keys=cluster.client_keys)
    assert client.wait(20) == 2 and "not a worker's" in client.log
    cluster.succeed("cancel", sweep, keys=cluster.admin_keys)
    assert cluster.status(sweep)["state"] == "cancelled"
    cluster.succeed("forget", sweep)
    assert json.loads(cluster.succeed("status", "--json")) == []


def test_a_revoked_key_drops_its_workers_without_a_restart(cluster, platonic):
    cluster.start_coordinator()
    temporary = cluster.issue("spot", "worker")
    dropped, kept = cluster.start_worker(keys=temporary), cluster.start_worker()
    cluster.wait_for_workers([dropped, kept])
    platonic.succeed("keys", "revoke", cluster.keys, "spot")
    assert dropped.wait(20) == 2
    assert "revoked" in dropped.log or "not let in" in dropped.log or "not valid any more" in dropped.log
    wait_until(lambda: [worker["processID"] for worker in cluster.workers()] == [kept.pid], "one worker")
    # Nor does it come back.
    again = cluster.start_worker("--reconnect-timeout", "5s", keys=temporary)
    assert again.wait(20) in (2, 3)
    assert [worker["processID"] for worker in cluster.workers()] == [kept.pid]


def test_nobody_gets_in_without_a_key(cluster, platonic, tmp_path):
    cluster.start_coordinator()
    (honest,) = cluster.start_workers(1)
    endpoint = (cluster.state / "endpoint").read_text().strip()
    plain = platonic.run("status", "--connect", endpoint, "--insecure", "--timeout", "2s")
    assert plain.returncode != 0 and not plain.stdout
    # A key pair that nobody issued.
    platonic.succeed("keys", "create", tmp_path / "foreign")
    foreign = tmp_path / "foreign/issued/admin"
    (foreign / "server.public").write_bytes((cluster.client_keys / "server.public").read_bytes())
    stranger = platonic.run("status", "--connect", endpoint, "--keys", foreign, "--timeout", "2s")
    assert stranger.returncode != 0 and not stranger.stdout
    wait_until(lambda: cluster.events("not-admitted"), "a record of the strangers")
    assert [worker["processID"] for worker in cluster.workers()] == [honest.pid]


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o660, 0o606])
def test_keys_that_others_can_read_are_refused(cluster, mode):
    secret = cluster.client_keys / "client.secret"
    os.chmod(secret, mode)
    cluster.start_coordinator()
    refused = cluster.run("status")
    assert refused.returncode == 2 and str(secret) in refused.stderr and "chmod" in refused.stderr


# MARK: Limits of the host


def test_a_coordinator_that_runs_out_of_descriptors_says_so(cluster):
    few = ("bash", "-c", 'ulimit -n 64; exec "$@"', "bash")
    coordinator = cluster.start_coordinator(wrap=few)
    host, port = (cluster.state / "endpoint").read_text().strip().removeprefix("tcp://").split(":")
    with contextlib.ExitStack() as connections:
        for _ in range(100):
            connections.enter_context(socket.create_connection((host, int(port)), timeout=10))
        wait_until(lambda: coordinator.count("few-descriptors"), lambda: f"a warning\n{coordinator.log}", patience=30)
        assert "64 files and connections" in coordinator.lines("few-descriptors")[0]["message"]
    # Once there are some again everything goes on.
    assert cluster.workers() == [] and coordinator.is_running


# MARK: The state directory


def test_folders_and_files_may_have_names_of_one_letter(platonic, models, tmp_path):
    """As people type them in the folder where they are; a parent of such a name once ended the program."""

    def run(*words):
        return subprocess.run(
            [str(word) for word in (platonic.binary, *words)], cwd=tmp_path, env=platonic.environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120,
        )  # fmt: skip

    assert run("keys", "create", "k").returncode == 0
    coordinator = subprocess.Popen(
        [platonic.binary, *["coordinator", "--state", "s", "--keys", "k", "--artifacts", "a", "--bind", "tcp://127.0.0.1:0"]],
        cwd=tmp_path, env=platonic.environment, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_until((tmp_path / "s" / "endpoint").exists, "a coordinator that listens")
        found = run("status", "--connect", "@s", "--keys", "k/issued/admin", "--json")
        assert found.returncode == 0 and json.loads(found.stdout) == [], found.stdout
    finally:
        coordinator.terminate()
    assert coordinator.wait(20) == 0
    found = run(
        *[
            "sweep",
            "--metric",
            "cka",
            "--quiet",
            "--workers",
            "1",
            "--artifacts",
            "a",
            "--output",
            "r",
            "--report",
            "d",
            "--x",
        ],
        models["a"],
    )
    assert found.returncode == 0, found.stdout
    assert (tmp_path / "r").is_file() and (tmp_path / "d" / "report.html").is_file()


def test_a_second_coordinator_on_one_state_directory_is_refused(cluster):
    cluster.start_coordinator()
    first = cluster.coordinator
    second = cluster.start_coordinator(listens=False)
    assert second.wait(20) == 2
    assert str(first.pid) in second.log and str(cluster.state) in second.log
    cluster.coordinator = first
    assert cluster.workers() == []


def test_a_coordinator_that_is_stopped_tells_by_its_status_whether_work_is_left(cluster, models):
    started = cluster.start_coordinator()
    started.send(signal.SIGTERM)
    assert started.wait(20) == 0
    started = cluster.start_coordinator()
    cluster.submit("--x", models["a"], models["b"], "--metric", "cka")
    started.send(signal.SIGINT)
    assert started.wait(20) == 3


# MARK: Asking


def test_explain_and_events_tell_what_goes_on(cluster, models, platonic):
    cluster.start_coordinator()
    sweep = cluster.submit("--x", models["a"], models["b"], *METRICS)
    assert "waits for" in cluster.succeed("explain", sweep, "tile", "0,0")
    small = subprocess.run(
        [platonic.binary, "worker", *cluster.address(cluster.worker_keys), "--memory", "1MiB", "--idle-timeout", "2s"],
        env=platonic.environment, capture_output=True, text=True, timeout=30,
    )  # fmt: skip
    assert small.returncode == 0
    cluster.start_worker()
    cluster.succeed("wait", sweep)
    assert "is done" in cluster.succeed("explain", sweep, "tile", "0,0")
    kinds = [event["kind"] for event in cluster.events()]
    assert kinds[0] == "sweep-submitted" and {"worker-joined", "worker-left", "sweep-ended"} <= set(kinds)
    assert json.loads(cluster.succeed("explain", sweep, "--json"))
