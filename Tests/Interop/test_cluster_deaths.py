"""A cluster whose members die, hang, are cut off and run out of disk: nothing is lost, nothing that was committed is done twice.

`PLATONIC_COORDINATOR_KILLS=50` kills the coordinator so often, and `PLATONIC_FUZZ_SECONDS=300` has the enemy at work for so long.
"""

import json
import os
import random
import signal
import subprocess
import time

import pytest

from cluster import Cluster, scored
from conftest import fill
from namespaces import hosts  # noqa: F401
from processes import resident_bytes, score_bytes, wait_until
from test_cluster import BLOCKS, METRICS, TILES, models, undisturbed  # noqa: F401
from tracing import stopped_thread

COORDINATOR_KILLS = int(os.environ.get("PLATONIC_COORDINATOR_KILLS", "5"))
FUZZ_SECONDS = int(os.environ.get("PLATONIC_FUZZ_SECONDS", "20"))


@pytest.fixture
def cluster(platonic, tmp_path):
    found = Cluster(platonic, tmp_path)
    yield found
    found.end()


def holder(cluster, members):
    """A worker that is at something, and how many work items it has finished."""

    def found():
        for member in members:
            if (worker := cluster.worker(member)) and worker["holds"]:
                return member
        return None

    return wait_until(found, "a worker with work", patience=60, pause=0.02)


def seconds_until(cluster, kind, since, patience):
    wait_until(lambda: cluster.coordinator.lines(kind), lambda: cluster.coordinator.log, patience=patience)
    return time.monotonic() - since


# MARK: Workers


def test_a_killed_workers_tiles_run_elsewhere_within_a_second(cluster, models, undisturbed):  # noqa: F811
    cluster.start_coordinator()
    members = cluster.start_workers(2)
    sweep = cluster.submit("--x", *models.values(), *METRICS)
    wait_until(lambda: all(member.count("scored") for member in members), "tiles of both", patience=60)
    victim = holder(cluster, members)
    other = next(member for member in members if member is not victim)
    killed = time.monotonic()
    victim.kill()
    noticed = seconds_until(cluster, "worker-lost", killed, patience=10)
    assert noticed < 1, f"noticed after {noticed:.2f} s"
    assert score_bytes(cluster.results(sweep)) == undisturbed
    assert len(set(scored(victim)) | set(scored(other))) == TILES


def test_a_worker_that_is_cut_off_is_replaced_and_comes_back(cluster, models, undisturbed, hosts):  # noqa: F811
    cluster.client_wrap = hosts.run[0]
    cluster.start_coordinator(bind="tcp://0.0.0.0:0", advertise=hosts.addresses[0], wrap=hosts.run[0])
    far = cluster.start_worker(wrap=hosts.run[1])
    wait_until(cluster.workers, "the worker on the other host")
    sweep = cluster.submit("--x", *models.values(), *METRICS)
    wait_until(lambda: far.count("scored"), lambda: far.log, patience=60)
    hosts.cut()
    noticed = seconds_until(cluster, "worker-lost", time.monotonic(), patience=20)
    assert noticed < 5.5, f"noticed after {noticed:.2f} s"
    assert "silent" in cluster.coordinator.lines("worker-lost")[0]["message"]
    near = cluster.start_worker(wrap=hosts.run[0])
    assert score_bytes(cluster.results(sweep)) == undisturbed
    hosts.mend()
    wait_until(lambda: len(cluster.workers()) == 2, "the worker's return", patience=30)
    assert far.is_running and near.is_running
    assert not cluster.coordinator.lines("duplicate-differs")


def test_a_stopped_worker_is_lost_and_welcome_again(cluster, models, undisturbed):  # noqa: F811
    cluster.start_coordinator()
    stopped, _ = cluster.start_workers(2)
    sweep = cluster.submit("--x", *models.values(), *METRICS)
    wait_until(lambda: stopped.count("scored"), lambda: stopped.log, patience=60)
    stopped.send(signal.SIGSTOP)
    assert score_bytes(cluster.results(sweep)) == undisturbed
    stopped.send(signal.SIGCONT)
    wait_until(lambda: len(cluster.workers()) == 2, "the worker's return", patience=20)


def test_a_hung_worker_is_told_from_a_dead_one(cluster, models, undisturbed):  # noqa: F811
    cluster.start_coordinator("--stall-limit", "2s")
    (hung,) = cluster.start_workers(1)
    sweep = cluster.submit("--x", *models.values(), *METRICS)
    wait_until(lambda: hung.count("prepared") > 3, lambda: hung.log, patience=60)
    holder(cluster, [hung])
    with stopped_thread(hung.pid, "compute"):
        seconds_until(cluster, "worker-hung", time.monotonic(), patience=30)
        assert not cluster.coordinator.lines("worker-lost")
        assert "no progress" in cluster.succeed("explain", sweep)
        cluster.start_workers(1)
        path = cluster.results(sweep)
        assert cluster.worker(hung) is not None, "it is alive, and was forgotten"
    assert score_bytes(path) == undisturbed
    seconds_until(cluster, "worker-recovered", time.monotonic(), patience=20)
    assert not cluster.coordinator.lines("worker-lost")


# MARK: The coordinator


def kills():
    return range(COORDINATOR_KILLS)


@pytest.fixture(scope="module")
def eight(platonic, tmp_path_factory):
    """Eight workers that live through everything that happens to their coordinator."""
    found = Cluster(platonic, tmp_path_factory.mktemp("eight"))
    found.start_coordinator()
    found.workers_of_all = found.start_workers(8)
    found.rng = random.Random(2026)
    yield found
    found.end()


@pytest.mark.parametrize("turn", kills())
def test_a_killed_coordinator_goes_on_with_the_same_workers(eight, models, undisturbed, turn):  # noqa: F811
    workers = eight.workers_of_all
    # Nothing of an earlier turn may be of use.
    for status in json.loads(eight.succeed("status", "--json")):
        eight.succeed("forget", str(status["id"]))
    before = [len(scored(worker)) for worker in workers]
    sweep = eight.submit("--x", *models.values(), *METRICS)
    # At any moment: while models are read, layers prepared or tiles scored.
    wanted = eight.rng.randrange(-6, TILES - 1)
    wait_until(lambda: sum(len(scored(worker)) for worker in workers) - sum(before) >= wanted, "tiles", patience=60)
    time.sleep(eight.rng.uniform(0, 0.4))
    eight.coordinator.kill()
    committed, next_epoch = eight.committed_tiles(), eight.epoch() + 1
    port = (eight.state / "endpoint").read_text().strip().rpartition(":")[2]
    started = time.monotonic()
    eight.start_coordinator(bind=f"tcp://127.0.0.1:{port}")
    wait_until(lambda: eight.coordinator.count("worker-joined") >= 8, lambda: eight.coordinator.log, patience=10)
    resumed = time.monotonic() - started
    assert {worker["processID"] for worker in eight.workers()} == {worker.pid for worker in workers}
    print(f"turn {turn}: resumed in {resumed:.2f} s with {len(committed)} tiles committed")
    assert resumed < 3.5
    assert score_bytes(eight.results(sweep, f"{turn}.h5")) == undisturbed
    # What workers hold when the coordinator dies they finish, also copies of slow tiles; the next one hands out only what is missing.
    later = [tile for worker in workers for tile in scored(worker, next_epoch << 32)]
    assert not committed & set(later), "a committed tile was handed out again"
    everything = [tile for worker, count in zip(workers, before, strict=True) for tile in scored(worker)[count:]]
    assert {tile[1:] for tile in everything if tile[0] == int(sweep)} == {
        (row, column) for column in range(BLOCKS) for row in range(column + 1)
    }
    assert all(worker.is_running for worker in workers)


def test_a_full_disk_under_the_state_stops_cleanly_and_can_be_resumed(cluster, models, undisturbed, disk):  # noqa: F811
    small_disk = disk(64)
    cluster.state = small_disk / "state"
    cluster.start_coordinator()
    workers = cluster.start_workers(2)
    sweep = cluster.submit("--x", *models.values(), *METRICS)
    fill(small_disk / "filler")
    failed = cluster.coordinator
    assert failed.wait(60) == 1, failed.log
    said = [line for line in failed.log.splitlines() if line.startswith("platonic: ")]
    assert len(said) == 1 and "disk is full" in said[0] and str(cluster.state) in said[0]
    os.truncate(small_disk / "filler", 0)
    cluster.start_coordinator()
    assert score_bytes(cluster.results(sweep)) == undisturbed
    assert all(worker.is_running for worker in workers)


# MARK: Enemies


def test_an_enemy_harms_nobody(cluster, models, undisturbed, platonic):  # noqa: F811
    program = platonic.binary.parent / "cluster-bench"
    if not program.exists():
        pytest.fail("there is no cluster-bench beside the program: run scripts/build --tests", pytrace=False)
    cluster.start_coordinator()
    workers = cluster.start_workers(2)
    cluster.results(cluster.submit("--x", *models.values(), *METRICS), "warm.h5")
    before = resident_bytes(cluster.coordinator.pid)

    def enemy(seed, connections):
        options = ["--connect", (cluster.state / "endpoint").read_text().strip(), "--keys", cluster.client_keys]
        options += ["--seconds", FUZZ_SECONDS, "--seed", seed, "--connections", connections]
        command = [str(word) for word in (program, "fuzz", *options)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    # Both have a valid key, and one also opens raw connections that hang up or talk nonsense.
    enemies = [enemy(1, 10_000), enemy(2, 0)]
    deadline = time.monotonic() + FUZZ_SECONDS
    sweeps = 0
    while time.monotonic() < deadline:
        sweep = cluster.submit("--x", *models.values(), *METRICS)
        assert score_bytes(cluster.results(sweep, "again.h5")) == undisturbed
        # Nothing of it is of use to the next.
        cluster.succeed("forget", sweep)
        sweeps += 1
    for found in enemies:
        output, errors = found.communicate(timeout=60)
        assert found.returncode == 0, errors
        print(output.strip())
    # Nobody new is kept out afterwards.
    cluster.start_workers(1)
    assert cluster.coordinator.is_running and all(worker.is_running for worker in workers)
    grown = resident_bytes(cluster.coordinator.pid) - before
    print(f"{sweeps} sweeps beside two enemies; the coordinator grew by {grown >> 20} MiB")
    assert grown < 64 << 20
    assert not cluster.coordinator.lines("duplicate-differs")
    assert not [line for line in cluster.coordinator.lines("worker-lost") if "silent" in line["message"]]
