"""The program: where it is, how it is run, and what it says when something is wrong."""

from __future__ import annotations

import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Sequence
from typing import NoReturn

_OWN = pathlib.Path(__file__).parent / "program/bin/platonic"
_WRONG_REQUEST, _INTERRUPTED = 2, 3


class PlatonicError(RuntimeError):
    """The program could not do what it was asked for.

    Attributes
    ----------
    what, where, advice : str
        What is wrong, where, and what to do about it, in the program's words. The last two may be empty.
    status : int
        Its exit status: 1 some of the work failed, 2 the request was wrong.
    """

    def __init__(self, what: str, where: str = "", advice: str = "", status: int = 1) -> None:
        self.what, self.where, self.advice, self.status = what, where, advice, status
        super().__init__(what + (f" ({where})" if where else "") + (f": {advice}" if advice else ""))


class RequestError(PlatonicError, ValueError):
    """The request was wrong, and the same again is of no use."""


class PlatonicWarning(UserWarning):
    """Something to mind when reading the scores."""


def program() -> pathlib.Path:
    """Path of the program `platonic` that this package runs.

    The file that the environment variable ``PLATONIC_BINARY`` names, else the one inside this package, else the one on ``PATH``.

    Raises
    ------
    FileNotFoundError
        There is none: this package was installed from sources rather than from a wheel.
    """
    named = os.environ.get("PLATONIC_BINARY")
    if named:
        return pathlib.Path(named)
    if _OWN.exists():
        return _OWN
    found = shutil.which("platonic")
    # The command of this very package would end up here again.
    if found and not _is_script(found):
        return pathlib.Path(found)
    raise FileNotFoundError(
        "the program 'platonic' is not inside this package: install a wheel that has it, or name the program in PLATONIC_BINARY"
    )


def _is_script(path: str) -> bool:
    with open(path, "rb") as file:
        return file.read(2) == b"#!"


def version() -> str:
    """The program's version, what it was built from, and the versions of its libraries, a line each."""
    return run(["--version"]).strip()


def main() -> NoReturn:
    """The command `platonic`: becomes the program."""
    try:
        path = str(program())
        # The program starts its workers from the file that it runs from, so that nothing may stand in between.
        os.execv(path, [path, *sys.argv[1:]])
    except OSError as error:
        sys.exit(f"platonic: {error}")


def run_sweep(
    words: Sequence[str], *, on_line: Callable[[str], bool] = lambda line: False, allowed: Sequence[int] = (0,)
) -> str:
    """Runs `platonic sweep` with these options, as `run` does, and so that it does not outlive this process, however that ends.

    A sweep has workers and takes hours. The program ends, as at SIGTERM, when its standard input does: the kernel sees to that when nobody is
    left who could write to it.
    """
    return run(["sweep", *words, "--lifeline"], on_line=on_line, allowed=allowed, standard_input=subprocess.PIPE)


def run(
    words: Sequence[str | os.PathLike[str]],
    *,
    on_line: Callable[[str], bool] = lambda line: False,
    allowed: Sequence[int] = (0,),
    standard_input: int = subprocess.DEVNULL,
) -> str:
    """Runs the program and returns its standard output.

    Warnings become Python's, errors become exceptions. Ctrl-C ends the program as it ends there, and is then raised here.

    Parameters
    ----------
    words : sequence of str or path
        What stands behind `platonic`.
    on_line : callable
        Gets every line of standard error as it comes; those for which it is true are done with.
    allowed : sequence of int
        Exit statuses that are no errors.
    standard_input : int
        What the program reads: `subprocess.DEVNULL`, or `subprocess.PIPE`, which stays open and empty for as long as it runs.
    """
    command = [str(program()), *(os.fspath(word) for word in words)]
    with subprocess.Popen(
        command,
        stdin=standard_input,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
    ) as process:
        said, lines = [], []
        assert process.stdout is not None and process.stderr is not None
        reader = threading.Thread(target=lambda stream: said.append(stream.read()), args=(process.stdout,), daemon=True)
        reader.start()
        try:
            lines = [line for line in map(_plain, process.stderr) if not on_line(line)]
            status = process.wait()
        except BaseException:
            # In a terminal it has had the same signal, and a second one changes nothing. What it has found is on disk when it ends.
            process.send_signal(signal.SIGTERM)
            process.stderr.close()
            process.wait()
            raise
        finally:
            reader.join()
    if status == _INTERRUPTED:
        raise KeyboardInterrupt
    complaint = _report(lines)
    if status not in allowed:
        raise _error(complaint, status)
    return "".join(said)


def _plain(line: str) -> str:
    return line.rstrip("\n")


_WARNING = "platonic: warning: "
_SAID = "platonic: "


def _report(lines: Sequence[str]) -> list[str]:
    """Warns of what the program warns of, and returns the other lines."""
    rest = []
    for line in lines:
        if line.startswith(_WARNING):
            warnings.warn(line.removeprefix(_WARNING), PlatonicWarning, stacklevel=_callers_level())
        else:
            rest.append(line)
    return rest


def _callers_level() -> int:
    """How far up whoever called this package is, counted as `warnings.warn` does from the function that asks."""
    level, frame = 0, sys._getframe(1)
    while frame.f_back is not None and pathlib.Path(frame.f_code.co_filename).parent == pathlib.Path(__file__).parent:
        level, frame = level + 1, frame.f_back
    return level + 1


def _error(lines: Sequence[str], status: int) -> PlatonicError:
    """The last complaint of `lines`, each of which is `platonic: WHAT (WHERE)` with a line of advice below."""
    kind = RequestError if status == _WRONG_REQUEST else PlatonicError
    starts = [position for position, line in enumerate(lines) if line.startswith(_SAID)]
    if not starts:
        text = " ".join(lines).strip()
        return kind(text or f"the program ended with status {status} and without a word", status=status)
    first = lines[starts[-1]].removeprefix(_SAID)
    # What a parser of options says is of the command line, and has no place.
    match = re.fullmatch(r"(.*\S) \((.+)\)", first)
    what, where = (match[1], match[2]) if match else (first, "")
    # Several stores may be at fault, each told by itself.
    earlier = [lines[position].removeprefix(_SAID) for position in starts[:-1]]
    advice = " ".join(line.strip() for line in lines[starts[-1] + 1 :])
    return kind("; ".join([*earlier, what]), where, advice, status)
