"""A cluster on this machine as its users run it: keys, one coordinator, workers and clients, each a process of its own."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import tempfile

from processes import wait_until


class Member:
    """A coordinator, a worker or a client that runs, with its log."""

    def __init__(self, command, log, environment, output=subprocess.DEVNULL):
        self.path = log
        with log.open("ab") as errors:
            self.process = subprocess.Popen(
                [str(word) for word in command], stdout=output, stderr=errors, env=environment, start_new_session=True
            )
        self.pid = self.process.pid

    @property
    def log(self):
        return self.path.read_text()

    def lines(self, kind=None):
        """The log's JSON lines, those of one kind."""
        found = [json.loads(line) for line in self.log.splitlines() if line.startswith("{") and line.endswith("}")]
        return [line for line in found if kind is None or line["event"] == kind]

    def count(self, kind):
        return len(self.lines(kind))

    def wait(self, patience=60):
        return self.process.wait(patience)

    @property
    def is_running(self):
        return self.process.poll() is None

    def send(self, number):
        self.process.send_signal(number)

    def kill(self):
        """SIGKILL, also to what it has started; a process that is stopped or traced dies of it as well."""
        if self.is_running:
            os.killpg(self.pid, signal.SIGKILL)
            self.process.wait()


class Cluster:
    """One state directory, one directory of keys, one artifact directory, and everybody who was started with them."""

    def __init__(self, platonic, folder, insecure=False):
        self.platonic, self.folder, self.insecure = platonic, folder, insecure
        self.state, self.keys, self.artifacts = folder / "state", folder / "keys", folder / "artifacts"
        self.members, self.coordinator = [], None
        # What goes before a client's command, such as the name of the host on which it runs.
        self.client_wrap = ()
        if not insecure:
            platonic.succeed("keys", "create", self.keys)
            self.worker_keys = self.issue("nodes", "worker")
            self.client_keys = self.issue("alice", "client")
            self.admin_keys = self.keys / "issued/admin"

    def issue(self, name, role):
        return pathlib.Path(self.platonic.succeed("keys", "issue", self.keys, name, "--role", role).strip())

    def start(self, *command, wrap=()):
        log = self.folder / f"{command[0]} {len(self.members)}.log"
        member = Member([*wrap, self.platonic.binary, *command], log, self.platonic.environment)
        self.members.append(member)
        return member

    def start_coordinator(self, *options, bind="tcp://127.0.0.1:0", advertise="127.0.0.1", wrap=(), listens=True):
        options = ["--bind", bind, "--advertise", advertise, "--log-format", "json", *options]
        options += ["--state", self.state, "--artifacts", self.artifacts]
        options += ["--insecure"] if self.insecure else ["--keys", self.keys]
        self.coordinator = self.start("coordinator", *options, wrap=wrap)
        if listens:
            self.wait_to_listen()
        return self.coordinator

    def wait_to_listen(self):
        started = self.coordinator

        def listens():
            assert started.is_running, started.log
            return started.lines("listening")

        return wait_until(listens, lambda: f"a coordinator that listens\n{started.log}")

    def address(self, keys=None, connect=None):
        return ["--connect", connect or f"@{self.state}", *(["--insecure"] if self.insecure else ["--keys", keys])]

    def start_worker(self, *options, keys=None, connect=None, wrap=()):
        keys = keys or (None if self.insecure else self.worker_keys)
        options = [*self.address(keys, connect), "--log-format", "json", "--verbose", "--memory", "2GiB", *options]
        return self.start("worker", *options, wrap=wrap)

    def start_workers(self, count, *options, **arguments):
        started = [self.start_worker(*options, **arguments) for _ in range(count)]
        self.wait_for_workers(started)
        return started

    def wait_for_workers(self, members, patience=10):
        pids = {member.pid for member in members}

        def joined():
            assert all(member.is_running for member in members), "\n".join(member.log for member in members)
            return pids <= {worker["processID"] for worker in self.workers()}

        wait_until(joined, f"workers {pids} at the coordinator", patience=patience, pause=0.05)

    def run(self, command, *arguments, keys=None, timeout=120):
        """Runs a client's command to its end."""
        keys = keys or (None if self.insecure else self.client_keys)
        return self.platonic.run(command, *arguments, *self.address(keys), timeout=timeout, wrap=self.client_wrap)

    def succeed(self, command, *arguments, keys=None, timeout=120):
        result = self.run(command, *arguments, keys=keys, timeout=timeout)
        assert result.returncode == 0, f"exit {result.returncode}: {result.args}\n{result.stderr}"
        return result.stdout

    def submit(self, *arguments, keys=None):
        """Submits a sweep and returns its id."""
        result = self.run("submit", *arguments, "--json", keys=keys)
        assert result.returncode == 0, result.stderr
        return str(json.loads(result.stdout)["sweep"])

    def status(self, sweep):
        return json.loads(self.succeed("status", sweep, "--json"))

    def workers(self):
        return json.loads(self.succeed("workers", "--json"))

    def worker(self, member):
        return next((worker for worker in self.workers() if worker["processID"] == member.pid), None)

    def events(self, kind=None):
        found = [json.loads(line) for line in self.succeed("events").splitlines()]
        return [event for event in found if kind is None or event["kind"] == kind]

    def results(self, sweep, name="results.h5", expect=0):
        path = self.folder / name
        result = self.run("results", sweep, "--output", path, "--wait", "--quiet", "--force", timeout=240)
        assert result.returncode == expect, result.stderr
        return path

    @contextlib.contextmanager
    def journal(self):
        """A copy of the journal. It can be torn while it is written to, so only that of a dead coordinator is asked for."""
        with tempfile.TemporaryDirectory() as folder:
            for path in self.state.glob("journal.sqlite*"):
                shutil.copy(path, folder)
            with contextlib.closing(sqlite3.connect(f"{folder}/journal.sqlite")) as journal:
                yield journal

    def committed_tiles(self):
        """The tiles whose scores are in the journal, as (sweep, block row, block column)."""
        with self.journal() as journal:
            rows = journal.execute("SELECT sweep, row, first, last FROM tiles").fetchall()
        return {(sweep, row, column) for sweep, row, first, last in rows for column in range(first, last)}

    def epoch(self):
        """The number that the leases of the latest coordinator begin with, as the journal of a dead one has it."""
        with self.journal() as journal:
            return journal.execute("SELECT epoch FROM meta").fetchone()[0]

    def end(self):
        for member in self.members:
            member.kill()


def scored(member, since_lease=0):
    """The tiles that a worker has scored so far, as (sweep, block row, block column), with repetitions."""
    found = []
    for line in member.lines("scored"):
        if int(line["lease"]) < since_lease:
            continue
        first, last = map(int, line["columns"].split(".."))
        found += [(int(line["sweep"]), int(line["row"]), column) for column in range(first, last + 1)]
    return found
