"""Workers as jobs of a real Slurm on this machine: they come with the work, are cancelled, requeued and lose their node, and go."""

import json
import pathlib
import signal

import h5py
import numpy as np
import pytest

from cluster import Cluster
from conftest import ROOT, write_store
from processes import score_bytes, wait_until
from slurm import Slurm

SAMPLES, LAYERS, WIDTH = 600, 32, 96
# Two models are a row of blocks; a tile takes seconds, for all the decompositions: long enough for all that has to happen meanwhile.
METRICS = ["--metric", "procrustes", "mutual_knn", "cka", "--k", "60"]
JOB = ["--time=10", "--mem=400", "--cpus-per-task=1"]


@pytest.fixture(scope="module")
def slurm():
    if reason := Slurm.obstacle():
        pytest.skip(reason)
    found = Slurm()
    try:
        found.start()
        yield found
    finally:
        found.end()


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    generator = np.random.default_rng(5)
    folder = tmp_path_factory.mktemp("models")
    ids = [f"sample {i}" for i in range(SAMPLES)]

    def layers():
        return [generator.normal(size=(SAMPLES, WIDTH)).astype(np.float32) for _ in range(LAYERS)]

    return [write_store(folder / f"{name}.h5", name, layers(), ids) for name in "abcdefghijkl"]


@pytest.fixture
def cluster(platonic, slurm, tmp_path):
    """A cluster of ours within Slurm; what a test leaves in the queue is taken out of it."""
    found = Cluster(platonic, tmp_path)
    platonic.environment.update(slurm.environment)
    yield found
    slurm.cancel_all()
    found.end()
    slurm.revive()


def scale(cluster, *options, sbatch=JOB):
    """`platonic scale slurm`, impatient."""
    words = [*cluster.address(cluster.client_keys), "--worker-keys", cluster.worker_keys, "--log-format", "json"]
    words += ["--interval", "0.5s", "--idle-timeout", "2s", "--target", "2s", "--retry-pause", "1s"]
    words += ["--logs", cluster.folder / "logs", *options, "--", *sbatch]
    return cluster.start("scale", "slurm", *words)


def worker_jobs(cluster):
    return {worker["job"] for worker in cluster.workers() if worker["state"] in ("idle", "busy")}


def wait_for(condition, member, patience=60):
    return wait_until(condition, lambda: member.log, patience=patience, pause=0.1)


# MARK: Growing and shrinking


def test_workers_come_with_the_work_survive_everything_and_go(cluster, slurm, models, platonic):
    cluster.start_coordinator()
    scaler = scale(cluster, "--max", 5)
    wait_for(lambda: scaler.count("wanted"), scaler)
    assert not slurm.jobs() and scaler.lines("wanted")[0]["wanted"] == "0"

    sweep = cluster.submit("--x", *models, *METRICS)
    wait_for(lambda: len(worker_jobs(cluster)) == 5, scaler)
    # One job came first, and showed how much there is to do.
    assert scaler.lines("wanted")[1]["wanted"] == "1" and int(scaler.lines("wanted")[2]["wanted"]) > 1
    assert {job for job, _, _ in slurm.jobs()} == worker_jobs(cluster)
    assert len({worker["host"] for worker in cluster.workers()}) == 1
    # They know when their job ends, ten minutes after its start.
    assert all(500 < worker["secondsLeft"] <= 595 for worker in cluster.workers())

    # Whoever scales dies, and the next one finds the jobs.
    scaler.kill()
    cancelled, requeued, *_ = sorted(worker_jobs(cluster), key=int)
    scaler = scale(cluster, "--max", 5)
    wait_for(lambda: scaler.count("registered") >= 5, scaler)
    assert not scaler.count("submitted")

    # The coordinator dies, and the next one finds the workers; none is replaced for that.
    cluster.coordinator.kill()
    cluster.start_coordinator()
    wait_for(lambda: len(worker_jobs(cluster)) == 5, scaler)
    assert not scaler.count("submitted")

    slurm.run("scancel", cancelled)
    wait_for(lambda: scaler.count("submitted"), scaler)
    slurm.run("scontrol", "requeue", requeued)
    wait_for(lambda: [line for line in scaler.lines("interrupted") if line["job"] == requeued], scaler)
    # A node goes down under its workers.
    down = slurm.run("squeue", "--noheader", "--states=running", "--format=%N").split()[0]
    slurm.run("scontrol", "update", f"nodename={down}", "state=down", "reason=test")
    wait_for(lambda: len(scaler.lines("interrupted")) >= 2, scaler)
    assert cluster.status(sweep)["state"] == "running", "it was over before everything had happened"
    # Its daemon is alive, so that it may have come back by itself.
    slurm.run("scontrol", "update", f"nodename={down}", "state=resume", check=False)

    found = score_bytes(cluster.results(sweep))
    # Nothing is left to do: what pends is cancelled, and who is idle leaves.
    wait_for(lambda: not slurm.jobs() and not cluster.workers(), scaler)
    scaler.send(signal.SIGTERM)
    assert scaler.wait() == 0, scaler.log
    assert not scaler.count("never-registered") and not scaler.count("starts-paused"), scaler.log
    platonic.succeed(
        "sweep", "--x", *models, *METRICS, "--workers", 2, "--quiet",
        "--output", cluster.folder / "local.h5", "--artifacts", cluster.folder / "local artifacts",
    )  # fmt: skip
    assert found == score_bytes(cluster.folder / "local.h5")


def test_a_worker_is_gone_before_its_job_is_killed(cluster, slurm, models):
    cluster.start_coordinator()
    cluster.submit("--x", *models[:8], *METRICS)
    # The shortest limit that there is, and a grace that makes the worker leave after ten seconds of its minute.
    words = [
        cluster.platonic.binary,
        "worker",
        *cluster.address(cluster.worker_keys),
        "--grace",
        "45s",
        "--count",
        "auto",
    ]
    script = "#!/bin/sh\nexec " + " ".join(f"'{word}'" for word in words)
    log = cluster.folder / "worker.log"
    options = ["--parsable", "--time=1", "--mem=400", "--cpus-per-task=2", f"--output={log}"]
    job = slurm.run("sbatch", *options, input=script)
    workers = wait_until(cluster.workers, lambda: slurm.logs(), patience=30, pause=0.1)
    assert {worker["job"] for worker in workers} == {job}
    assert all(0 < worker["secondsLeft"] <= 55 for worker in workers)
    # Three quarters of what the job has, and one for each of its cores.
    assert all(worker["memoryBytes"] == 150 << 20 for worker in workers)
    wait_until(
        lambda: slurm.state(job) == "COMPLETED",
        lambda: f"{slurm.state(job)}\n{log.read_text()}",
        patience=60,
        pause=0.2,
    )
    assert log.read_text().count("left: its time limit is near") == 2, log.read_text()


def test_workers_make_room_for_urgent_jobs_and_come_back(cluster, slurm, models):
    cluster.start_coordinator()
    scaler = scale(cluster, "--max", 3)
    sweep = cluster.submit("--x", *models, *METRICS)
    wait_for(lambda: len(worker_jobs(cluster)) == 3, scaler)
    preempted = worker_jobs(cluster)
    # Somebody with a better partition takes both nodes, and Slurm requeues whoever is there.
    urgent = ["--parsable", "--partition=urgent", "--nodes=2", "--exclusive", "--output=/dev/null"]
    job = slurm.run("sbatch", *urgent, input="#!/bin/sh\nexec sleep 4\n")
    wait_for(lambda: slurm.state(job) == "RUNNING", scaler)
    assert not worker_jobs(cluster) and cluster.status(sweep)["state"] == "running"
    assert {number for number, _, _ in slurm.jobs()} >= preempted
    # The same jobs go on afterwards, and nothing that happened was anybody's failure.
    wait_for(lambda: preempted <= worker_jobs(cluster), scaler)
    cluster.results(sweep)
    assert not scaler.count("starts-paused") and not scaler.count("never-registered"), scaler.log
    assert "attempt-failed" not in cluster.coordinator.log


# MARK: Failing


def test_refused_submissions_are_told_and_tried_again_later_and_later(cluster, slurm, models):
    cluster.start_coordinator()
    cluster.submit("--x", *models[:2], *METRICS)
    scaler = scale(cluster, sbatch=["--partition=nowhere"])
    wait_for(lambda: scaler.count("submission-failed") >= 3, scaler)
    failures = scaler.lines("submission-failed")
    assert [line["pause"] for line in failures[:3]] == ["1", "2", "4"]
    assert all("invalid partition" in line["message"] and line["level"] == "warning" for line in failures)
    assert not slurm.jobs()
    scaler.send(signal.SIGINT)
    assert scaler.wait() == 3, "there is something left to do"


@pytest.mark.parametrize("key", ["revoked", "strange"])
def test_jobs_that_never_register_are_started_no_more(cluster, slurm, models, platonic, key, tmp_path):
    cluster.start_coordinator()
    cluster.submit("--x", *models[:2], *METRICS)
    if key == "revoked":
        cluster.worker_keys = cluster.issue("old", "worker")
        platonic.succeed("keys", "revoke", cluster.keys, "old")
    else:
        platonic.succeed("keys", "create", tmp_path / "others")
        cluster.worker_keys = tmp_path / "others"
    scaler = scale(cluster, "--start-limit", 2, "--start-timeout", "2s", "--retry-pause", "60s")
    wait_for(lambda: scaler.count("starts-paused"), scaler, patience=90)
    (paused,) = scaler.lines("starts-paused")
    assert paused["level"] == "warning" and paused["log"] in paused["message"]
    log = pathlib.Path(paused["log"])
    wait_until(log.exists, "the log that was named")
    if key == "revoked":
        assert "does not let this key in" in log.read_text()
    assert scaler.count("never-registered") == 2 and scaler.count("submitted") == 2
    wait_for(lambda: not slurm.jobs(), scaler, patience=30)
    scaler.send(signal.SIGTERM)
    assert scaler.wait() == 3
    assert scaler.count("submitted") == 2


# MARK: Trying and stopping


def test_a_dry_run_says_what_it_would_do_and_does_nothing(cluster, slurm, models):
    cluster.start_coordinator()
    words = [*cluster.address(cluster.client_keys), "--dry-run", "--logs", cluster.folder / "my logs"]
    idle = cluster.platonic.run("scale", "slurm", *words)
    assert idle.returncode == 0 and "nothing is left to do" in idle.stdout and "would do nothing" in idle.stdout
    cluster.submit("--x", *models[:2], *METRICS)
    busy = cluster.platonic.run("scale", "slurm", *words, "--", "--partition=work", "-c", "3")
    assert busy.returncode == 0, busy.stderr
    assert "would submit 1 job with: sbatch" in busy.stdout and "--partition=work" in busy.stdout
    assert f"'--connect' '@{cluster.state}'" in busy.stdout and "'--count' '3'" in busy.stdout
    assert not slurm.jobs() and not (cluster.folder / "my logs").exists()
    for wrong in (["--", "--array=1-3"], ["--min", "3", "--max", "2"], ["--", "short"]):
        assert cluster.platonic.run("scale", "slurm", *words, *wrong).returncode == 2


def test_stopping_leaves_nothing_pending_and_lets_workers_finish(cluster, slurm, models):
    cluster.start_coordinator()
    # One stays though there is nothing to do.
    scaler = scale(cluster, "--min", 1, "--max", 3)
    wait_for(lambda: worker_jobs(cluster), scaler)
    # So many tiles that both scalers find more than jobs they may have.
    cluster.submit("--x", *models, *METRICS)
    wait_for(lambda: len(worker_jobs(cluster)) == 3, scaler)
    scaler.send(signal.SIGTERM)
    assert scaler.wait() == 3
    # The one that stays would stay forever.
    wait_for(lambda: len(slurm.jobs()) == 2, scaler)
    assert all(not name.endswith("-min") for _, _, name in slurm.jobs())

    # Jobs that cannot start yet, beside those that run.
    late = scale(cluster, "--max", 5, "--drain", sbatch=[*JOB, "--begin=now+1hour"])
    wait_for(lambda: len(slurm.jobs("--states=pending")) == 3, late)
    late.send(signal.SIGTERM)
    assert late.wait() == 3
    wait_for(lambda: not slurm.jobs() and not cluster.workers(), late)
    assert not list(cluster.coordinator.lines("worker-lost")), cluster.coordinator.log


# MARK: Scripts for those who copy and paste


@pytest.fixture
def scripts(cluster, slurm, models, monkeypatch):
    """Submits one of deploy/slurm in the cluster's folder and returns the job's id."""
    environment = {"PLATONIC": str(cluster.platonic.binary), "PLATONIC_KEYS": str(cluster.keys)}

    def submit(name, *arguments, options=()):
        for variable, value in environment.items():
            monkeypatch.setenv(variable, value)
        log = cluster.folder / f"{name}-%j.log"
        words = ["sbatch", "--parsable", "--time=10", f"--output={log}", *options]
        return slurm.run(*words, ROOT / "deploy/slurm" / name, *arguments, cwd=cluster.folder)

    return submit


def test_a_sweep_in_one_allocation_goes_on_after_a_requeue(cluster, slurm, scripts, models, platonic):
    small = [*models[:2], *METRICS[:4], "--k", "20"]
    options = ["--nodes=2", "--cpus-per-task=2", "--mem-per-cpu=300"]
    job = scripts("sweep.sbatch", "--x", *small, options=options)
    work = cluster.folder / "results.h5.cluster"

    def log():
        return "\n".join(
            f"{path}: {path.read_text()}" for path in [*cluster.folder.glob("*.log"), *work.glob("logs/*")]
        )

    wait_until((work / "sweep").exists, log, patience=40, pause=0.1)
    slurm.run("scontrol", "requeue", job)
    wait_until(lambda: slurm.state(job) == "PENDING", log, patience=40, pause=0.1)
    wait_until(lambda: slurm.state(job) == "COMPLETED", lambda: f"{slurm.state(job)} {log()}", patience=90, pause=0.2)
    platonic.succeed("sweep", "--x", *small, "--quiet", "--output", cluster.folder / "local.h5")
    assert score_bytes(cluster.folder / "results.h5") == score_bytes(cluster.folder / "local.h5")
    assert not work.exists()


def test_a_coordinator_and_an_array_of_workers(cluster, slurm, scripts, models):
    scripts("coordinator.sbatch", options=["--time=2", "--mem=300"])
    wait_until((cluster.state / "endpoint").exists, slurm.logs, patience=30, pause=0.1)
    array = scripts("workers.sbatch", options=["--array=1-2", "--cpus-per-task=2", "--mem-per-cpu=300"])
    workers = wait_until(lambda: len(found := cluster.workers()) == 4 and found, slurm.logs, patience=40, pause=0.2)
    assert array in {worker["job"] for worker in workers} and len({worker["job"] for worker in workers}) == 2
    path = cluster.folder / "results.h5"
    cluster.succeed("submit", "--x", *models[:2], *METRICS, "--output", path, "--quiet")
    with h5py.File(path) as results:
        assert results.attrs["status"] == "complete"
    assert all(json.loads(line)["kind"] != "worker-lost" for line in cluster.succeed("events").splitlines())
