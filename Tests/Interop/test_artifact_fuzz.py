"""Artifacts that change under a sweep, by accident or by an enemy's hand: they are made again, and the scores are the same bytes.

`PLATONIC_ARTIFACT_FUZZ=20` disturbs so many sweeps.
"""

import os
import random
import signal
import time

import numpy as np
import pytest

from artifact_files import ArtifactFile, artifact_paths, replace
from cluster import Cluster
from conftest import write_store
from processes import score_bytes, wait_until

# Two rows of tiles; one network is so narrow that its linear kernels are kept by their factors.
SAMPLES, LAYERS = 500, 24
WIDTHS = {"a": 24, "b": 24, "c": 12}
METRICS = ["--metric", "mutual_knn", "cka", "cycle_knn", "cka_rbf", "rsa", "svcca", "procrustes", "--k", "10"]
PREPARED = LAYERS * len(WIDTHS)
ROUNDS = 8
SWEEPS = int(os.environ.get("PLATONIC_ARTIFACT_FUZZ", "4"))


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder, generator = tmp_path_factory.mktemp("models"), np.random.default_rng(5)
    ids = [f"sample {i}" for i in range(SAMPLES)]
    return [
        write_store(
            folder / f"{name}.h5", name,
            [generator.normal(size=(SAMPLES, width)).astype(np.float32) for _ in range(LAYERS)], ids,
        )
        for name, width in WIDTHS.items()
    ]  # fmt: skip


@pytest.fixture(scope="module")
def undisturbed(platonic, models, tmp_path_factory):
    folder = tmp_path_factory.mktemp("undisturbed")
    return sweep(platonic, models, folder)


@pytest.fixture
def cluster(platonic, tmp_path):
    found = Cluster(platonic, tmp_path, insecure=True)
    yield found
    found.end()


def sweep(platonic, models, folder, artifacts=None):
    platonic.succeed(
        "sweep", "--x", *models, *METRICS, "--workers", 2, "--quiet", "--output", folder / "local.h5",
        "--artifacts", artifacts or folder / "artifacts",
    )  # fmt: skip
    return score_bytes(folder / "local.h5")


def flipped(path, moments):
    data = bytearray(path.read_bytes())
    data[moments.randrange(len(data))] ^= 1 << moments.randrange(8)
    return bytes(data)


def truncated(path, moments):
    data = path.read_bytes()
    return data[: moments.randrange(len(data))]


def lying(path, moments):
    file = ArtifactFile.read(path)
    return file.lying(moments) if b"sampleCount" in file.metadata else file.earlier_bytes()


def swapped(path, moments):
    """Another artifact, whole as it is, or what it holds under this one's key."""
    other = moments.choice([p for p in artifact_paths(path.parents[2]) if p != path])
    if moments.random() < 0.5:
        return other.read_bytes()
    own, theirs = ArtifactFile.read(path), ArtifactFile.read(other)
    # The same kind of another layer is as likely as what is there: nobody can tell.
    if own.kind == theirs.kind:
        return own.earlier_bytes()
    return ArtifactFile(own.key, theirs.metadata, theirs.payload).bytes()


def earlier(path, moments):
    return ArtifactFile.read(path).earlier_bytes()


def noise(path, moments):
    return moments.randbytes(moments.randrange(200))


MUTATIONS = [flipped, truncated, lying, swapped, earlier, noise]


def prepared(cluster, models):
    """A sweep all of whose layers are in the journal, and whose coordinator and worker are dead; its number."""
    cluster.start_coordinator()
    (worker,) = cluster.start_workers(1)
    number = cluster.submit("--x", *models, *METRICS)
    wait_until(lambda: worker.count("prepared") >= PREPARED, lambda: worker.log, patience=120, pause=0.001)
    wait_until(lambda: cluster.status(number)["layersPrepared"] == PREPARED, "the layers in the journal", patience=120)
    worker.kill()
    cluster.end()
    return number


def ended(cluster, number, undisturbed):
    """Goes on with a sweep, to the same bytes."""
    cluster.start_coordinator()
    cluster.start_workers(2)
    assert score_bytes(cluster.results(number)) == undisturbed
    assert not cluster.coordinator.lines("attempt-failed"), cluster.coordinator.log


@pytest.mark.parametrize("mutate", MUTATIONS, ids=lambda mutate: mutate.__name__)
def test_artifacts_that_change_between_layers_and_tiles(cluster, models, undisturbed, mutate):
    number, moments = prepared(cluster, models), random.Random(7)
    whole = {path: path.read_bytes() for path in artifact_paths(cluster.artifacts)}
    changed = {path: mutate(path, moments) for path in whole}
    for path, data in changed.items():
        replace(path, data)
    ended(cluster, number, undisturbed)
    again = {path: path.read_bytes() for path in whole}
    for path, data in whole.items():
        kind = ArtifactFile.read(path).kind if again[path] == data else None
        # Those that no tile needs any more stay as they are.
        assert kind or again[path] == changed[path], path
    assert sum(again[path] == data for path, data in whole.items()) > len(whole) // 3


@pytest.mark.parametrize("seed", range(SWEEPS))
def test_artifacts_that_change_all_the_time(cluster, models, undisturbed, seed):
    """Every so often all workers stand still, and some files become others."""
    moments = random.Random(seed)
    cluster.start_coordinator()
    members = cluster.start_workers(2)
    number = cluster.submit("--x", *models, *METRICS)
    disturbed = 0
    for _ in range(ROUNDS):
        if cluster.status(number)["state"] not in ("queued", "running"):
            break
        wait_until(lambda: artifact_paths(cluster.artifacts), "artifacts", patience=30)
        for member in members:
            member.send(signal.SIGSTOP)
        paths = artifact_paths(cluster.artifacts)
        for path in moments.sample(paths, min(len(paths), moments.randint(1, 12))):
            try:
                data = moments.choice(MUTATIONS)(path, moments)
            except AssertionError:
                # Somebody changed it before.
                continue
            if moments.random() < 0.3:
                path.write_bytes(data)
            else:
                replace(path, data)
            disturbed += 1
        for member in members:
            member.send(signal.SIGCONT)
        time.sleep(moments.uniform(0.05, 0.3))
    assert disturbed > 0
    assert score_bytes(cluster.results(number)) == undisturbed


def test_a_state_of_an_earlier_build_is_resumed(cluster, models, undisturbed):
    """Its journal says that the layers are done, and what it left of them is absent to this build."""
    number = prepared(cluster, models)
    paths = artifact_paths(cluster.artifacts)
    for path in paths:
        replace(path, ArtifactFile.read(path).earlier_bytes())
    ended(cluster, number, undisturbed)
    # Whatever no tile needs any more stays as it was.
    assert sum(path.read_bytes()[:8] == b"PLATART2" for path in paths) > len(paths) // 3


def test_a_cache_of_an_earlier_build_is_made_again(platonic, models, undisturbed, tmp_path):
    artifacts = tmp_path / "artifacts"
    assert sweep(platonic, models, tmp_path, artifacts) == undisturbed
    whole = {path: path.read_bytes() for path in artifact_paths(artifacts)}
    for path in whole:
        replace(path, ArtifactFile.read(path).earlier_bytes())
    assert sweep(platonic, models, tmp_path, artifacts) == undisturbed
    assert {path: path.read_bytes() for path in artifact_paths(artifacts)} == whole


def test_one_flipped_bit_of_what_is_remembered_of_a_store(platonic, models, undisturbed, tmp_path):
    """Clip thresholds were without a digest once, and one digit of them changed every score."""
    artifacts = tmp_path / "artifacts"
    assert sweep(platonic, models, tmp_path, artifacts) == undisturbed
    surveys = [path for path in artifact_paths(artifacts) if ArtifactFile.read(path).kind == "survey"]
    assert len(surveys) == len(models)
    for path in surveys:
        data = bytearray(path.read_bytes())
        threshold = data.index(b'"clipThresholds":[') + len(b'"clipThresholds":[')
        data[threshold] ^= 1
        path.write_bytes(bytes(data))
    assert sweep(platonic, models, tmp_path, artifacts) == undisturbed
