"""Which systems a folder of programs and libraries runs on: the oldest glibc that has every symbol that any of them asks for.

The rules are those of the manylinux platform tags (PEP 600) as auditwheel has them: for each tag the libraries that every system has, and
the newest version of each of their symbols.
"""

import importlib.resources
import json
import re

MACHINE = "x86_64"


class Unfit(Exception):
    """Something that no tag allows, in a sentence."""


def policies():
    """The manylinux policies, the oldest glibc first, without the names that later ones replaced."""
    text = importlib.resources.files("auditwheel.policy").joinpath("manylinux-policy.json").read_text()
    found = [policy for policy in json.loads(text) if re.fullmatch(r"manylinux_\d+_\d+", policy["name"])]
    return sorted(found, key=lambda policy: tuple(map(int, policy["name"].split("_")[1:])))


def outside(facts):
    """Libraries that `facts`, of all files of a release, need and that are none of them."""
    own = {fact.soname for fact in facts} | {fact.path.name for fact in facts}
    return {name for fact in facts for name in fact.needed} - own


def complaints(facts, policy):
    """What `policy` does not allow, a sentence each."""
    allowed = policy["symbol_versions"].get(MACHINE, {})
    host = outside(facts)
    for name in sorted(host - set(policy["lib_whitelist"])):
        # The loader itself is part of glibc, and the policies do not name it for programs.
        if not name.startswith("ld-linux"):
            yield f"{name} is neither inside nor on every system"
    for fact in facts:
        for library, version in sorted(fact.versions):
            family, _, number = version.rpartition("_")
            if library in host and family in allowed and number not in allowed[family]:
                yield f"{fact.path.name} needs {version} of {library}"
            elif library in host and family not in allowed:
                yield f"{fact.path.name} needs {version} of {library}, of which {policy['name']} says nothing"


def find(facts):
    """The name of the first policy that allows everything, such as `manylinux_2_34`; `Unfit` if none does."""
    ordered = policies()
    for policy in ordered:
        if not any(complaints(facts, policy)):
            return policy["name"]
    raise Unfit("; ".join(complaints(facts, ordered[-1])))
