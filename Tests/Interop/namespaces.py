"""Hosts as network namespaces of this machine, at a virtual switch, with cables that can be cut."""

import os
import subprocess

import pytest


def ip(*arguments, check=True):
    return subprocess.run(["ip", *map(str, arguments)], check=check, capture_output=True, text=True)


class Hosts:
    """Hosts at one switch; `run[i]` goes before a command that is to run on the i-th. The switch is on the first of them."""

    def __init__(self, count):
        number = os.getpid() % 10_000
        self.names = [f"platonic-{number}-{i}" for i in range(count)]
        self.plugs = [f"pl{number}p{i}" for i in range(count)]
        self.cables = [f"pl{number}n{i}" for i in range(count)]
        self.addresses = [f"10.231.7.{i + 1}" for i in range(count)]
        self.run = [["ip", "netns", "exec", name] for name in self.names]

    def make(self):
        first = self.names[0]
        for name in self.names:
            ip("netns", "add", name)
            ip("-n", name, "link", "set", "lo", "up")
        ip("-n", first, "link", "add", "switch", "type", "bridge")
        ip("-n", first, "addr", "add", f"{self.addresses[0]}/24", "dev", "switch")
        ip("-n", first, "link", "set", "switch", "up")
        for name, plug, cable, address in list(zip(self.names, self.plugs, self.cables, self.addresses, strict=True))[
            1:
        ]:
            ip("link", "add", plug, "type", "veth", "peer", "name", cable)
            ip("link", "set", plug, "netns", first)
            ip("-n", first, "link", "set", plug, "master", "switch", "up")
            ip("link", "set", cable, "netns", name)
            ip("-n", name, "addr", "add", f"{address}/24", "dev", cable)
            ip("-n", name, "link", "set", cable, "up")

    def cut(self, host=1):
        """Nothing passes to and from that host any more, and nobody is told."""
        ip("-n", self.names[host], "link", "set", self.cables[host], "down")

    def mend(self, host=1):
        ip("-n", self.names[host], "link", "set", self.cables[host], "up")

    def remove(self):
        for name in self.names:
            ip("netns", "delete", name, check=False)


def make_hosts(count):
    made = Hosts(count)
    try:
        made.make()
    except (OSError, subprocess.CalledProcessError) as error:
        made.remove()
        pytest.skip(f"network namespaces need root: {error}")
    return made


@pytest.fixture
def hosts():
    made = make_hosts(2)
    yield made
    made.remove()


@pytest.fixture
def three_hosts():
    made = make_hosts(3)
    yield made
    made.remove()
