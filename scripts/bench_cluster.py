#!/usr/bin/env python3
"""Measures a coordinator on this machine: empty tiles over real sockets, with and without keys, beside Dask's map of a
function that does nothing; many idle workers; a sweep of ten million tiles; and what the core and the journal do by
themselves.

Everything runs on the loopback interface, each coordinator with a state directory and keys of its own.
"""

import argparse
import importlib.metadata
import json
import logging
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "Tests/Interop"))

import bench_rows  # noqa: E402
from cluster import Cluster  # noqa: E402
from conftest import Program  # noqa: E402
from processes import resident_bytes, wait_until  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


class Bench:
    def __init__(self, binary, folder):
        self.platonic = Program(binary, folder)
        self.folder = folder
        self.bench = binary.parent / "cluster-bench"
        self.count = 0

    def cluster(self, insecure=False):
        self.count += 1
        folder = self.folder / str(self.count)
        folder.mkdir()
        cluster = Cluster(self.platonic, folder, insecure=insecure)
        cluster.start_coordinator()
        return cluster

    def command(self, verb, cluster, role, *options):
        words = [self.bench, verb, *options]
        if cluster is not None:
            words += ["--connect", (cluster.state / "endpoint").read_text().strip()]
            if not cluster.insecure:
                words += ["--keys", cluster.worker_keys if role == "worker" else cluster.client_keys]
        return [str(word) for word in words]

    def run(self, *arguments):
        result = subprocess.run(self.command(*arguments), capture_output=True, text=True)
        if result.returncode != 0:
            raise SystemExit(f"cluster-bench {arguments[0]}: {result.stderr}")
        return json.loads(result.stdout)

    # MARK: What is measured

    def empty_tiles(self, tiles, insecure):
        """Tiles a second from submission to completion, and the coordinator's processor time for each."""
        cluster = self.cluster(insecure)
        try:
            swarm = subprocess.Popen(
                self.command("swarm", cluster, "worker", "--workers", 8, "--seconds", 120),
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            )  # fmt: skip
            wait_until(lambda: len(cluster.workers()) == 8, "eight workers", patience=30)
            before = cpu_seconds(cluster.coordinator.pid)
            found = self.run("submit-empty", cluster, "client", "--tiles", tiles, "--wait")
            used = cpu_seconds(cluster.coordinator.pid) - before
            swarm.terminate()
            swarm.wait()
            return found["tiles"] / found["complete_seconds"], 1e6 * used / found["tiles"]
        finally:
            cluster.end()

    def idle_workers(self, count, seconds):
        """Seconds until 1,000 and all are registered, and the share of a core that holding them takes."""
        cluster = self.cluster()
        try:
            swarm = subprocess.Popen(
                self.command("swarm", cluster, "worker", "--workers", count, "--seconds", seconds + 60),
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            )  # fmt: skip
            wait_until(lambda: len(cluster.workers()) == count, "all workers", patience=50, pause=0.5)
            time.sleep(5)
            before, start = cpu_seconds(cluster.coordinator.pid), time.monotonic()
            time.sleep(seconds)
            share = (cpu_seconds(cluster.coordinator.pid) - before) / (time.monotonic() - start)
            assert len(cluster.workers()) == count, "workers were lost"
            output, _ = swarm.communicate()
            times = json.loads(output)
            return times["registered_1000_seconds"], times[f"registered_{count}_seconds"], share
        finally:
            cluster.end()

    def planned(self, tiles):
        """Seconds to submit a sweep, and the coordinator's memory with it."""
        cluster = self.cluster()
        try:
            found = self.run("submit-empty", cluster, "client", "--tiles", tiles)
            return found["submit_seconds"], resident_bytes(cluster.coordinator.pid) / 2**20
        finally:
            cluster.end()


def dask_tasks(count):
    """Tasks a second of a function that does nothing, through Dask's map and gather."""
    from distributed import Client, LocalCluster

    # Its workers complain of each other while they are shut down.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster) as client:
        client.gather(client.map(int, range(100)))
        start = time.monotonic()
        client.gather(client.map(int, range(1_000, 1_000 + count)))
        return count / (time.monotonic() - start)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", type=pathlib.Path, required=True)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--tiles", type=int, default=500_000)
    parser.add_argument("--workers", type=int, default=4096)
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(options.binary.resolve(), pathlib.Path(folder))
        keyed, plain, dask = [], [], []
        # In turn, so that a machine that slows down slows everybody.
        for _ in range(options.runs):
            keyed.append(bench.empty_tiles(options.tiles, insecure=False))
            plain.append(bench.empty_tiles(options.tiles, insecure=True))
            dask.append(dask_tasks(5_000))
        core = [bench.run("core", None, None) for _ in range(options.runs)]
        planned = [bench.planned(10_000_000) for _ in range(options.runs)]
        first, registered, share = bench.idle_workers(options.workers, 20)

    def middle(runs, key):
        return statistics.median(run[key] for run in runs)

    peer = f"Dask {importlib.metadata.version('distributed')}, map of a no-op", statistics.median(dask)
    bench_rows.finish([
        bench_rows.row("empty tiles, encrypted, journal", middle(keyed, 0), "tiles/s", *peer),
        bench_rows.row("empty tiles, plain, journal", middle(plain, 0), "tiles/s", *peer),
        bench_rows.row("coordinator's processor time a tile", 1e-6 * middle(keyed, 1), "s", note="encrypted"),
        bench_rows.row("decisions in process", middle(core, "decisions_per_second"), "tiles/s"),
        bench_rows.row("submission of 10 million tiles", middle(planned, 0), "s"),
        bench_rows.row("coordinator's memory with them", middle(planned, 1), "MiB"),
        bench_rows.row("replay of 1 million finished tiles", middle(core, "replay_seconds"), "s"),
        bench_rows.row(f"{options.workers:,} workers registered", registered, "s",
                       note=f"the first thousand after {bench_rows.shown(first, 's')}"),
        bench_rows.row("  held idle", 100 * share, "%", note="of a core"),
    ], options.json)  # fmt: skip


if __name__ == "__main__":
    main()
