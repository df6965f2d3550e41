"""Hosts as network namespaces of this machine, connected by a virtual cable that can be cut."""

import os
import subprocess

import pytest


def ip(*arguments, check=True):
    return subprocess.run(["ip", *map(str, arguments)], check=check, capture_output=True, text=True)


class Hosts:
    """Two hosts with a cable between them; `run[i]` goes before a command that is to run on the i-th."""

    def __init__(self):
        number = os.getpid() % 10_000
        self.names = [f"platonic-{number}-{i}" for i in range(2)]
        self.cables = [f"pl{number}n{i}" for i in range(2)]
        self.addresses = ["10.231.7.1", "10.231.7.2"]
        self.run = [["ip", "netns", "exec", name] for name in self.names]

    def make(self):
        for name in self.names:
            ip("netns", "add", name)
        ip("link", "add", self.cables[0], "type", "veth", "peer", "name", self.cables[1])
        for name, cable, address in zip(self.names, self.cables, self.addresses):
            ip("link", "set", cable, "netns", name)
            ip("-n", name, "addr", "add", f"{address}/24", "dev", cable)
            ip("-n", name, "link", "set", cable, "up")
            ip("-n", name, "link", "set", "lo", "up")

    def cut(self):
        """Nothing passes any more, and nobody is told."""
        ip("-n", self.names[1], "link", "set", self.cables[1], "down")

    def mend(self):
        ip("-n", self.names[1], "link", "set", self.cables[1], "up")

    def remove(self):
        for name in self.names:
            ip("netns", "delete", name, check=False)


@pytest.fixture
def hosts():
    made = Hosts()
    try:
        made.make()
    except (OSError, subprocess.CalledProcessError) as error:
        made.remove()
        pytest.skip(f"network namespaces need root: {error}")
    yield made
    made.remove()
