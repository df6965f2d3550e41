"""Workers that do not see the coordinator's artifact directory: they hand over what they make, and fetch what they need."""

import signal
import subprocess

import numpy as np
import pytest

from cluster import Cluster
from conftest import fill, write_store
from processes import resident_bytes, score_bytes, wait_until

# Two rows of tiles, so that more than one worker has some.
SAMPLES, LAYERS, WIDTH = 800, 22, 24
METRICS = ["--metric", "mutual_knn", "cka", "cycle_knn", "cka_rbf", "--k", "10"]
# A kernel of so many samples takes some pieces; layers are not so narrow that it would be kept by its factor.
PIECES = SAMPLES * (SAMPLES - 1) // 2 * 4 / (1 << 20)


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    assert PIECES > 1.2
    folder, generator = tmp_path_factory.mktemp("models"), np.random.default_rng(11)
    ids = [f"sample {i}" for i in range(SAMPLES)]
    return [
        write_store(
            folder / f"{name}.h5", name,
            [generator.normal(size=(SAMPLES, WIDTH)).astype(np.float32) for _ in range(LAYERS)], ids,
        )
        for name in "abc"
    ]  # fmt: skip


@pytest.fixture(scope="module")
def undisturbed(platonic, models, tmp_path_factory):
    folder = tmp_path_factory.mktemp("undisturbed")
    return local(platonic, models, folder, folder / "artifacts")


@pytest.fixture(scope="module")
def few(models):
    return models[:1]


@pytest.fixture(scope="module")
def few_undisturbed(platonic, few, tmp_path_factory):
    folder = tmp_path_factory.mktemp("few")
    return local(platonic, few, folder, folder / "artifacts")


@pytest.fixture
def cluster(platonic, tmp_path):
    found = Cluster(platonic, tmp_path, insecure=True)
    # The directory is there before anybody hides it.
    found.artifacts.mkdir()
    yield found
    found.end()


@pytest.fixture
def keyed(platonic, tmp_path):
    found = Cluster(platonic, tmp_path)
    found.artifacts.mkdir()
    yield found
    found.end()


def local(platonic, models, folder, artifacts):
    platonic.succeed(
        "sweep", "--x", *models, *METRICS, "--workers", 1, "--quiet", "--output", folder / "local.h5",
        "--artifacts", artifacts,
    )  # fmt: skip
    return score_bytes(folder / "local.h5")


def blind(cluster, own=None):
    """What goes before a worker's command so that an empty disk lies over the coordinator's directory."""
    if subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode != 0:
        pytest.skip("mount namespaces need root")
    hide = 'mount -t tmpfs -o size=64k none "$0" && exec "$@"'
    cache = own or cluster.folder / "cache"
    return ["unshare", "-m", "env", f"XDG_CACHE_HOME={cache}", "sh", "-c", hide, cluster.artifacts]


def start_blind(cluster, *options, own=None):
    return cluster.start_worker(*options, wrap=blind(cluster, own))


def partials(cluster):
    return list(cluster.artifacts.glob("v1/*/*.partial"))


def artifacts(folder):
    return {path.name: path.read_bytes() for path in folder.glob("v1/*/*") if not path.name.endswith(".partial")}


def upload_begun(cluster):
    """A file that is half there, with some pieces in it."""

    def begun():
        for path in partials(cluster):
            try:
                if path.stat().st_size > 0:
                    return path
            except FileNotFoundError:
                continue
        return None

    return wait_until(begun, "an upload under way", patience=60, pause=0.0002)


def assert_whole(platonic, cluster, models, undisturbed):
    """Every artifact at the coordinator is one that a local sweep can use, and gives the same scores."""
    names = artifacts(cluster.artifacts)
    assert local(platonic, models, cluster.folder, cluster.artifacts) == undisturbed
    after = artifacts(cluster.artifacts)
    # The local sweep found all of them intact: what is damaged it makes and names again.
    assert all(after[name] == content for name, content in names.items())
    assert not partials(cluster)


# MARK: Sweeps


def test_workers_without_the_directory_give_the_same_bytes(keyed, platonic, models, undisturbed):
    keyed.start_coordinator()
    members = [start_blind(keyed) for _ in range(2)]
    keyed.wait_for_workers(members)
    sweep = keyed.submit("--x", *models, *METRICS)
    assert score_bytes(keyed.results(sweep)) == undisturbed
    for member in members:
        (line,) = member.lines("artifacts")
        assert "go through the coordinator" in line["message"] and str(keyed.artifacts) in line["message"]
        assert member.count("prepared") > 5, member.log
    assert sum(member.count("scored") for member in members) >= 2
    assert not keyed.coordinator.lines("worker-unfit") and not keyed.coordinator.lines("attempt-failed")
    assert len(list((keyed.folder / "cache/platonic").glob("worker-*"))) == 2
    for member in members:
        member.send(signal.SIGTERM)
        assert member.wait() == 0
    assert not list((keyed.folder / "cache/platonic").iterdir()), "their directories go with them"
    keyed.coordinator.send(signal.SIGTERM)
    keyed.coordinator.wait()
    assert_whole(platonic, keyed, models, undisturbed)


def test_workers_with_and_without_the_directory_work_together(cluster, models, undisturbed):
    cluster.start_coordinator()
    sighted, hidden = cluster.start_worker(), start_blind(cluster, "--artifacts", cluster.folder / "own")
    cluster.wait_for_workers([sighted, hidden])
    sweep = cluster.submit("--x", *models, *METRICS)
    assert score_bytes(cluster.results(sweep)) == undisturbed
    assert "are shared" in sighted.lines("artifacts")[0]["message"]
    assert "go through" in hidden.lines("artifacts")[0]["message"]

    # Another sweep of the same layers: nothing is prepared again, whoever made it.
    def layers():
        # Surveys are remembered by those who made them.
        return {name for name, content in artifacts(cluster.artifacts).items() if len(content) > 10_000}

    before = layers()
    again = cluster.submit("--x", *models, "--metric", "cka", "mutual_knn", "--k", "10")
    cluster.results(again, "again.h5")
    assert layers() == before
    hidden.send(signal.SIGTERM)
    assert hidden.wait() == 0
    assert artifacts(cluster.folder / "own"), "a directory that was named stays"


def test_what_is_dropped_from_a_small_directory_is_fetched_again(cluster, few, few_undisturbed):
    cluster.start_coordinator()
    limit = 5 << 20
    member = start_blind(cluster, "--artifacts", cluster.folder / "own", "--artifacts-limit", "5MiB")
    cluster.wait_for_workers([member])
    sweep = cluster.submit("--x", *few, *METRICS)
    assert score_bytes(cluster.results(sweep)) == few_undisturbed
    assert sum(map(len, artifacts(cluster.folder / "own").values())) <= limit
    assert sum(map(len, artifacts(cluster.artifacts).values())) > 4 * limit


# MARK: Deaths


def test_a_worker_that_dies_in_the_middle_of_an_upload(cluster, platonic, few, few_undisturbed):
    cluster.start_coordinator()
    (victim,) = [start_blind(cluster)]
    cluster.wait_for_workers([victim])
    sweep = cluster.submit("--x", *few, *METRICS)
    upload_begun(cluster)
    victim.kill()
    wait_until(lambda: not partials(cluster), "the end of the half upload", patience=40, pause=0.05)
    start_blind(cluster)
    assert score_bytes(cluster.results(sweep)) == few_undisturbed
    cluster.end()
    assert_whole(platonic, cluster, few, few_undisturbed)


def test_a_coordinator_that_dies_in_the_middle_of_an_upload(cluster, platonic, few, few_undisturbed):
    cluster.start_coordinator()
    members = [start_blind(cluster) for _ in range(2)]
    cluster.wait_for_workers(members)
    sweep = cluster.submit("--x", *few, *METRICS)
    for _ in range(2):
        upload_begun(cluster)
        cluster.coordinator.kill()
        cluster.start_coordinator()
    assert score_bytes(cluster.results(sweep)) == few_undisturbed
    assert all(member.is_running for member in members), "they waited for the coordinator"
    assert not cluster.coordinator.lines("attempt-failed")
    cluster.end()
    assert_whole(platonic, cluster, few, few_undisturbed)


# MARK: Full disks


def test_a_full_disk_at_a_worker_is_named_and_its_work_goes_elsewhere(cluster, few, few_undisturbed, disk):
    cluster.start_coordinator()
    small = disk(1)
    cluster.wait_for_workers([start_blind(cluster, "--artifacts", small), start_blind(cluster)])
    sweep = cluster.submit("--x", *few, *METRICS)
    assert score_bytes(cluster.results(sweep)) == few_undisturbed
    failed = cluster.coordinator.lines("attempt-failed")[0]["message"]
    assert "No space left" in failed and str(small) in failed and "--artifacts" in failed
    assert not list(small.glob("v1/*/*.partial"))


@pytest.mark.parametrize("limited", [False, True])
def test_no_room_at_the_coordinator_is_named_and_nothing_is_lost(cluster, few, few_undisturbed, disk, limited):
    options = ["--artifacts-limit", "1MiB"] if limited else []
    if not limited:
        cluster.artifacts = disk(8)
        filler = cluster.artifacts / "filler"
    cluster.start_coordinator(*options)
    if not limited:
        filler.write_bytes(bytes(6 << 20))
        fill(cluster.artifacts / "rest")
    cluster.wait_for_workers([start_blind(cluster)])
    sweep = cluster.submit("--x", *few, *METRICS)
    cluster.results(sweep, expect=1)
    failed = cluster.coordinator.lines("attempt-failed")[0]["message"]
    assert ("--artifacts-limit" if limited else "No space left") in failed and str(cluster.artifacts) in failed
    assert not partials(cluster)
    used = sum(map(len, artifacts(cluster.artifacts).values()))
    assert used <= 1 << 20
    cluster.coordinator.send(signal.SIGTERM)
    cluster.coordinator.wait()
    if not limited:
        subprocess.run(["mount", "-o", "remount,size=200m", cluster.artifacts], check=True)
    cluster.start_coordinator()
    cluster.succeed("retry", sweep)
    assert score_bytes(cluster.results(sweep)) == few_undisturbed


# MARK: Memory


def test_the_coordinators_memory_is_bounded_while_eight_workers_upload(cluster, models, undisturbed):
    cluster.start_coordinator()
    before = resident_bytes(cluster.coordinator.pid)
    members = [start_blind(cluster) for _ in range(8)]
    cluster.wait_for_workers(members, patience=30)
    sweep = cluster.submit("--x", *models, *METRICS)
    most = 0

    def prepared():
        nonlocal most
        most = max(most, resident_bytes(cluster.coordinator.pid))
        return sum(member.count("prepared") for member in members) >= 3 * LAYERS

    wait_until(prepared, "every layer", patience=120, pause=0.02)
    assert score_bytes(cluster.results(sweep)) == undisturbed
    uploaded = sum(map(len, artifacts(cluster.artifacts).values()))
    grown = most - before
    assert uploaded > 100 << 20 and grown < 100 << 20, f"{grown >> 20} MiB more for {uploaded >> 20} MiB"
