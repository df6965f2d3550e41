"""How far an extraction is: a progress bar and a line for each store for people, or JSON lines for programs."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from tqdm.auto import tqdm

_SECONDS_BETWEEN = 1.0


class Reporter:
    """Tells what happens. Events are on standard output, bars and warnings on standard error.

    Parameters
    ----------
    as_json : bool
        Whether events are JSON lines, each an object with `event`; bars are left out then.
    """

    def __init__(self, as_json: bool) -> None:
        self._json = as_json
        self._bar: Any = None
        self._model, self._done, self._total, self._said = "", 0, 0, 0.0

    def begin(self, model: str, samples: int) -> None:
        """A model's features are about to be made."""
        self._model, self._done, self._total, self._said = model, 0, samples, time.monotonic()
        if self._json:
            self._event("begin", model=model, samples=samples)
        else:
            # Only where somebody looks: None asks whether it is a terminal.
            self._bar = tqdm(total=samples, desc=model, unit=" samples", file=sys.stderr, disable=None)

    def advance(self, samples: int) -> None:
        """So many further samples are done."""
        self._done += samples
        if self._bar is not None:
            self._bar.update(samples)
        elif time.monotonic() - self._said >= _SECONDS_BETWEEN:
            self._said = time.monotonic()
            self._event("progress", model=self._model, done=self._done, samples=self._total)

    def end(self) -> None:
        """The model that was begun is done with, or given up."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def store(self, what: str, path: Any, **facts: Any) -> None:
        """A store is there: `what` is "written", "kept" (it was there already) or "merged"."""
        if self._json:
            self._event(what, path=str(path), **facts)
            return
        shown = "; ".join(f"{name.replace('_', ' ')} {_shown(value)}" for name, value in facts.items())
        print(f"{path}: {what}; {shown}" if shown else f"{path}: {what}", flush=True)

    def warn(self, text: str) -> None:
        """Something to mind."""
        if self._json:
            self._event("warning", text=text)
        print(f"platonic-extract: warning: {text}", file=sys.stderr, flush=True)

    def refuse(self, text: str) -> None:
        """Something is given up, in one sentence."""
        self.end()
        if self._json:
            self._event("error", text=text)
        print(f"platonic-extract: {text}", file=sys.stderr, flush=True)

    def _event(self, event: str, **facts: Any) -> None:
        # In ASCII: names of files may have characters that are none.
        print(json.dumps({"event": event, **facts}), flush=True)


def _shown(value: Any) -> str:
    return f"{value:.4f}" if isinstance(value, float) else str(value)
