"""Temporary folders that go away also where the process that made them was killed: the next one that makes one removes them."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator
from typing import Any

_MARK = "owner.json"
_PREFIXES = ("platonic-results-", "platonic-stores-", "platonic-score-")
# All that is ever put into one: stores, results, the state of a sweep that is not finished, and what is being written.
_OWN = re.compile(r"owner\.json|\.?(results|mine|[xy]\d{6})\.h5(\..*)?")


def make_folder(prefix: str) -> str:
    """Makes a folder that only this user can enter, and removes those that killed processes left."""
    assert prefix in _PREFIXES
    remove_left_over()
    folder = tempfile.mkdtemp(prefix=prefix)
    pathlib.Path(folder, _MARK).write_text(json.dumps(_owner(os.getpid())), encoding="utf-8")
    return folder


@contextlib.contextmanager
def temporary_folder(prefix: str) -> Iterator[str]:
    """A folder of `make_folder` that goes away with the block."""
    folder = make_folder(prefix)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def remove_left_over() -> None:
    """Removes folders of ours whose process is gone. One whose mark cannot be understood, or that has something else in it, stays."""
    with contextlib.suppress(OSError), os.scandir(tempfile.gettempdir()) as entries:
        for entry in entries:
            if entry.name.startswith(_PREFIXES):
                with contextlib.suppress(OSError, ValueError):
                    if _is_left_over(entry.path):
                        shutil.rmtree(entry.path, ignore_errors=True)


def _is_left_over(folder: str) -> bool:
    status = os.lstat(folder)
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid() or status.st_mode & 0o077:
        return False
    owner = json.loads(pathlib.Path(folder, _MARK).read_bytes())
    if not isinstance(owner, dict) or type(owner.get("process")) is not int:
        return False
    # Numbers of processes mean something to the system that gave them, since it started; folders of others may be shared.
    if any(owner.get(name) != value for name, value in _system().items()):
        return False
    is_gone = owner != _owner(owner["process"])
    return is_gone and all(_OWN.fullmatch(name) for name in os.listdir(folder))


def _owner(process: int) -> dict[str, Any]:
    """What tells a living process from all that ever had its number."""
    return {"process": process, "began": _began(process), **_system()}


def _began(process: int) -> int | None:
    """When a process began, in ticks since the system did; None where there is none (proc(5), field 22 of stat)."""
    try:
        text = pathlib.Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    # The name, in parentheses, may hold any characters.
    return int(text.rpartition(")")[2].split()[19])


def _system() -> dict[str, str]:
    """The system, since it started, and the namespace of numbers of processes."""
    return {
        "boot": pathlib.Path("/proc/sys/kernel/random/boot_id").read_text().strip(),
        "namespace": os.readlink("/proc/self/ns/pid"),
    }
