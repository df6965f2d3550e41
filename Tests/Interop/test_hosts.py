"""Several hosts on a network: a coordinator on one, workers with keys on others, and cables that are cut."""

import time

import pytest

from cluster import Cluster
from namespaces import three_hosts  # noqa: F401
from processes import score_bytes, wait_until
from test_cluster import METRICS, models, undisturbed  # noqa: F401


@pytest.fixture
def cluster(platonic, tmp_path):
    found = Cluster(platonic, tmp_path)
    yield found
    found.end()


def test_a_host_that_is_cut_off_for_a_while_and_one_for_good(cluster, models, undisturbed, three_hosts):  # noqa: F811
    hosts = three_hosts
    cluster.client_wrap = hosts.run[0]
    coordinator = cluster.start_coordinator(bind="tcp://0.0.0.0:0", advertise=hosts.addresses[0], wrap=hosts.run[0])
    near = cluster.start_worker(wrap=hosts.run[1])
    far = cluster.start_worker("--reconnect-timeout", "5s", wrap=hosts.run[2])
    cluster.wait_for_workers([near, far])

    # For ten seconds in the middle of a sweep: the other host does it all, and nobody is missed afterwards.
    first = cluster.submit("--x", *models.values(), *METRICS)
    wait_until(lambda: near.count("scored"), lambda: near.log, patience=60)
    hosts.cut(1)
    cut = time.monotonic()
    wait_until(lambda: coordinator.count("worker-lost") == 1, lambda: coordinator.log, patience=20)
    assert "silent" in coordinator.lines("worker-lost")[0]["message"]
    assert score_bytes(cluster.results(first)) == undisturbed
    wait_until(lambda: time.monotonic() - cut > 10, "ten seconds without a network", patience=30, pause=0.1)
    hosts.mend(1)
    cluster.wait_for_workers([near, far], patience=30)

    # For good: another sweep is finished without it, and its worker gives up in the end.
    cluster.succeed("forget", first)
    second = cluster.submit("--x", *models.values(), *METRICS)
    done = far.count("scored")
    wait_until(lambda: far.count("scored") > done, lambda: far.log, patience=60)
    hosts.cut(2)
    wait_until(lambda: coordinator.count("worker-lost") == 2, lambda: coordinator.log, patience=20)
    assert score_bytes(cluster.results(second, "second.h5")) == undisturbed
    # It finds out by itself that nobody is there, which the network does not tell it.
    assert far.wait(120) == 3, far.log
    assert {worker["processID"] for worker in cluster.workers()} == {near.pid}
    assert not coordinator.lines("duplicate-differs")
