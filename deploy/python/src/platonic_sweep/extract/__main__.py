"""The entry point of `platonic-extract`, which `python -m platonic_sweep.extract` is too.

It loads nothing before signals are seen to: what the command needs takes seconds to load.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any, NoReturn

from ._interruption import INTERRUPTED, SENTENCE, handle


def run() -> NoReturn:
    """Runs the command with the process's words, and ends the process."""
    handle(_leave)
    from ._command import main

    status = main()
    # All is done: what comes while Python takes itself apart changes nothing.
    handle(signal.SIG_IGN)
    sys.exit(status)


def _leave(number: int, frame: Any) -> None:
    """Ends at once: while modules are loaded there is nothing to clean up, and an exception might end in one of theirs."""
    os.write(2, f"{SENTENCE}\n".encode())
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    run()
