"""What ends the command from outside, and how it says so. It loads nothing that takes time."""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import Any

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
INTERRUPTED = 3
SENTENCE = "platonic-extract: interrupted; the same command goes on with the stores that are missing"


def handle(handler: Callable[[int, Any], None] | signal.Handlers) -> None:
    """Has the signals handled by this. Those that are ignored were chosen to be, as by nohup, and stay so."""
    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, handler)
