"""Sweeps: every layer of every model against every layer of every other."""

from __future__ import annotations

import importlib.util
import json
import os
import pathlib
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ._program import PlatonicError, RequestError, run_sweep
from ._results import Results
from ._stores import as_array, layers_of, write_store
from ._temporary import make_folder, temporary_folder

# What can be compared: stores on disk or far away, or features in memory by the name of their model.
Models = str | os.PathLike[str] | Sequence[str | os.PathLike[str]] | Mapping[str, Any]


def sweep(
    x: Models,
    y: Models | None = None,
    *,
    metrics: str | Iterable[str] = "mutual_knn",
    k: int | str | Iterable[int | str] | None = None,
    output: str | os.PathLike[str] | None = None,
    ids: Iterable[str] | None = None,
    calibrate: bool | int = False,
    intervals: bool | int = False,
    workers: int | None = None,
    memory: str | None = None,
    artifacts: str | os.PathLike[str] | None = None,
    force: bool = False,
    progress: bool | None = None,
    **options: Any,
) -> Results:
    """Compares every layer of every model with every layer of every other, on this machine.

    Parameters
    ----------
    x : str, path or sequence of them; or mapping of str to features
        Feature stores: files, directories, patterns, `s3://` and `https://` URLs. Or features in memory by the name of their model, each in a
        form that `write_store` takes: an array of shape (n, d), several by the name of their layer, an array of shape (n, layers, d). Rows are
        the same samples in all of them.
    y : the same, optional
        What the models of `x` are compared with; left out, each other.
    metrics : str or iterable of str
        Names of metrics (`platonic metrics` lists them), or `all`.
    k : int, str or iterable of them, optional
        Numbers of neighbours, or ranges such as `"1:100"`, which give curves; left out, 10.
    output : str or path, optional
        The results file. Left out, it is temporary, and `Results.save` keeps it. Results of another sweep are replaced only with `force`.
    ids : iterable of str, n of them, optional
        Ids of the samples of features in memory; needed where stores are compared with them.
    calibrate : bool or int
        Whether scores are calibrated under random permutations of the samples, or under how many.
    intervals : bool or int
        Whether scores get intervals from subsamples, or from how many.
    workers : int, optional
        Worker processes; left out, one for each core.
    memory : str, optional
        Memory for all of them, such as `"8GiB"`; left out, three quarters of what is free.
    artifacts : str or path, optional
        The directory where what is computed for each layer is kept for later sweeps; left out, `~/.cache/platonic`.
    force : bool
        Whether results of another sweep at `output` are replaced.
    progress : bool, optional
        Whether a progress bar is shown; left out, in terminals and notebooks.
    **options
        Every other option of `platonic sweep`, with underscores: `normalize="none"`, `clip="none"`, `layers=[0, -1]`, `concatenate=True`,
        `samples="intersect"`, `exclude_groups=True`, `splits=5`, `queries=1024`, `seed=1`, `report="report/"`, …

    Returns
    -------
    Results
        What is in the results file. Where some of it could not be computed, a warning says what, and `complete` is false.

    Raises
    ------
    RequestError
        The request is wrong, in the program's sentence.
    PlatonicError
        The work failed and there are no results.
    KeyboardInterrupt
        Ctrl-C. Of stores, the same call with the same `output` goes on where it was.
    """
    folder = make_folder("platonic-results-") if output is None else None
    path = pathlib.Path(folder, "results.h5") if folder else pathlib.Path(os.fspath(output or ""))
    try:
        with temporary_folder("platonic-stores-") as stores:
            sides = _Sides(pathlib.Path(stores), None if ids is None else list(ids))
            words = ["--x", *sides.paths(x, "x")]
            words += [] if y is None else ["--y", *sides.paths(y, "y")]
            words += ["--output", str(path.absolute()), "--metric", *_several(metrics)]
            given = {"k": k, "calibrate": calibrate, "intervals": intervals, "workers": workers, "memory": memory}
            given |= {"artifacts": artifacts, "force": force} | options
            # Stores that are written anew are never those of an interrupted sweep.
            given |= {"restart": True} if sides.in_memory else {}
            words += words_of(given)
            _run(words, path, _is_watched() if progress is None else progress)
    except BaseException:
        if folder:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    return Results._temporary(path, folder) if folder else Results(path)


def _run(words: Sequence[str], path: pathlib.Path, is_shown: bool) -> None:
    """Runs a sweep, of these options, that writes `path`. One with gaps has results all the same, and has warned of what is missing."""
    before = state_of(path)
    with _Bar(is_shown) as bar:
        try:
            run_sweep([*words, "--json", "--progress", "json"], on_line=bar.take)
        except PlatonicError as error:
            if error.status != 1 or state_of(path) == before:
                raise
        bar.finish()


def state_of(path: pathlib.Path) -> tuple[int, int] | None:
    """Tells whether a file was written meanwhile; None where there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns


class _Sides:
    """What is compared, as paths: features in memory become stores in a folder."""

    def __init__(self, folder: pathlib.Path, ids: list[str] | None) -> None:
        self._folder, self._ids = folder, ids
        self.in_memory = False

    def paths(self, models: Models, side: str) -> list[str]:
        if isinstance(models, str | os.PathLike):
            return [_absolute(models)]
        if not isinstance(models, Mapping):
            paths = [_absolute(path) for path in models]
            if not paths:
                raise RequestError(f"{side} is empty: name a store, or give features by the name of their model")
            return paths
        if not models:
            raise RequestError(f"{side} is empty: give features by the name of their model")
        self.in_memory = True
        return [
            str(self._store(name, features, f"{side}{index:06d}"))
            for index, (name, features) in enumerate(models.items())
        ]

    def _store(self, name: str, features: Any, file: str) -> pathlib.Path:
        layers = {layer: as_array(values) for layer, values in layers_of(features).items()}
        rows = {len(values) for values in layers.values()}
        if len(rows) != 1:
            raise RequestError(f"the layers of '{name}' have {sorted(rows)} rows, and are of the same samples")
        if self._ids is None:
            self._ids = [f"row {row}" for row in range(rows.pop())]
        return write_store(
            self._folder / f"{file}.h5", layers, self._ids, model=name, modality="unknown", dataset="in memory"
        )


def _absolute(path: str | os.PathLike[str]) -> str:
    """A path that is no option, and that means the same elsewhere. URLs stay."""
    text = os.fspath(path)
    if not text:
        raise RequestError("the path of a store is empty")
    return text if "://" in text else os.path.join(os.getcwd(), text)


def _several(values: Any) -> list[str]:
    if isinstance(values, str | os.PathLike | int | float):
        return [os.fspath(values) if isinstance(values, os.PathLike) else str(values)]
    return [str(value) for value in values]


def words_of(options: Mapping[str, Any]) -> list[str]:
    """Options of the command line, by their names with underscores."""
    return [word for name, value in options.items() for word in _flag(name, value)]


def _flag(name: str, value: Any) -> list[str]:
    """An option of the command line: nothing for None and False, its name alone for True."""
    if value is None or value is False:
        return []
    flag = "--" + name.replace("_", "-")
    return [flag] if value is True else [flag, *_several(value)]


def _is_watched() -> bool:
    """Whether somebody sees a progress bar: in a terminal, or in a notebook."""
    return sys.stderr.isatty() or _is_notebook()


def _is_notebook() -> bool:
    # Without IPython there is none, and it need not be installed.
    module = sys.modules.get("IPython")
    shell = module.get_ipython() if module else None
    return shell is not None and "IPKernelApp" in shell.config


class _Bar:
    """A progress bar of the work that is done."""

    def __init__(self, is_shown: bool) -> None:
        self._bar: Any = None
        if is_shown:
            self._bar = _tqdm()(
                total=1.0, desc="sweep", bar_format="{desc} {percentage:3.0f}% |{bar}| {elapsed}{postfix}"
            )

    def take(self, line: str) -> bool:
        """Shows what a line says if it is one of progress."""
        if not line.startswith('{"progress":'):
            return False
        if self._bar is not None:
            found = json.loads(line)["progress"]
            left = found.get("remaining")
            self._bar.n = min(found["share"], 1.0)
            facts = [f"tasks {found['done']}/{found['total']}", f"workers {found['workers']}"]
            facts += [f"{left:.0f} s left"] if left is not None and found["share"] < 1 else []
            self._bar.set_postfix_str(", ".join(facts))
        return True

    def finish(self) -> None:
        if self._bar is not None:
            self._bar.n = 1.0
            self._bar.refresh()

    def __enter__(self) -> _Bar:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()


def _tqdm() -> Any:
    """tqdm's class: that of notebooks needs their widgets, and complains without."""
    if _is_notebook() and importlib.util.find_spec("ipywidgets"):
        from tqdm.notebook import tqdm
    else:
        from tqdm.std import tqdm
    return tqdm
