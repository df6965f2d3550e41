"""Puts benchmark scores into stores, by the models' names."""

from __future__ import annotations

import csv
import math
import os
import pathlib
import re
import shutil
from collections.abc import Sequence
from typing import Any

import h5py
import numpy as np

from .._outputs import name_of_partial, publish, removing
from .._program import RequestError
from .._stores import SteadyFile, is_store, telling
from ._reports import Reporter

# How a column says that its score is the better the lower it is.
_LOWER = " (lower is better)"
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


def put_scores(places: Sequence[str], table: pathlib.Path, lower: Sequence[str], reporter: Reporter) -> None:
    """Writes the scores of a table into the stores of its models.

    Parameters
    ----------
    places : sequence of str
        Stores, and folders of them.
    table : path
        A CSV file as `platonic sweep --scores` takes it: a column `model`, every other one a score, and an empty cell an unknown one. A column
        whose name ends in ` (lower is better)` is that of such a score.
    lower : sequence of str
        Names of further scores that are the better the lower they are.
    """
    scores, names, marked = _table(table)
    for name in lower:
        if name not in names:
            raise RequestError(f"--lower-is-better names '{name}', which is no column of {table}")
    stores = {path: _model(path) for path in _store_paths(places)}
    if not set(stores.values()) & set(scores):
        raise RequestError(
            f"no model of {table} is among the stores, whose models are named {_listed(stores.values())}"
        )
    for path, model in stores.items():
        if model not in scores:
            reporter.warn(f"{table} has no scores of '{model}' ({path})")
        else:
            _put(path, scores[model], [name for name in [*marked, *lower] if name in scores[model]])
            reporter.store("scored", path, model=model, **scores[model])
    for model in scores:
        if model not in stores.values():
            reporter.warn(f"there is no store of '{model}', which {table} has scores of")


def _table(path: pathlib.Path) -> tuple[dict[str, dict[str, float]], list[str], list[str]]:
    """Scores by model and name, all names, and those of which the table says that lower is better."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise RequestError(f"{path} cannot be read: {error}") from error
    header = [column.strip() for column in rows[0]] if rows else []
    if "model" not in header:
        raise RequestError(f"{path} has no column 'model'")
    names = [column.removesuffix(_LOWER) for column in header]
    for name, column in zip(names, header, strict=True):
        if not name or "\0" in name or name == "lower_is_better" or len(name.encode()) > 1024 or names.count(name) > 1:
            raise RequestError(f"the column '{column[:60]}' of {path} is no name of a score, or is there twice")
    found: dict[str, dict[str, float]] = {}
    for number, row in enumerate(rows[1:], 2):
        if not any(row):
            continue
        fields = dict(zip(names, row, strict=False))
        model = fields.pop("model", "")
        if not model or len(row) != len(header):
            raise RequestError(f"row {number} of {path} has not as many fields as the header, or no model")
        if model in found:
            raise RequestError(f"the model '{model}' is twice in {path}")
        found[model] = {name: _number(text, name, model, path) for name, text in fields.items() if text.strip()}
    lower = [name for name, column in zip(names, header, strict=True) if name != column]
    return found, [name for name in names if name != "model"], lower


def _number(text: str, name: str, model: str, path: pathlib.Path) -> float:
    # What float() takes besides, such as 1_000 and digits of other scripts, is no number to the table's other readers.
    value = float(text) if _NUMBER.fullmatch(text.strip(" \t")) else math.nan
    if not math.isfinite(value):
        raise RequestError(f"the score '{name}' of '{model}' in {path} is '{text}', and should be a finite number")
    return value


def _store_paths(places: Sequence[str]) -> list[pathlib.Path]:
    found: list[pathlib.Path] = []
    for place in map(pathlib.Path, places):
        inside = sorted(place.rglob("*.h5")) if place.is_dir() else [place]
        found += [path for path in inside if not path.name.startswith(".")]
    if not found:
        raise RequestError(f"there is no store in {_listed(places)}")
    return list(dict.fromkeys(found))


def _model(path: pathlib.Path) -> str:
    if not is_store(path):
        raise RequestError(f"{path} is no feature store that can be read")
    with h5py.File(path, "r") as file:
        model = file.attrs.get("model")
    if isinstance(model, bytes):
        model = model.decode("utf-8", "replace")
    if not isinstance(model, str):
        raise RequestError(f"{path} is no feature store: it has no name of a model")
    return model


def _put(path: pathlib.Path, scores: dict[str, float], lower: list[str]) -> None:
    """Into a copy, which takes the store's place once it is on disk."""
    target = path.resolve()
    partial = name_of_partial(target)
    with open(target, "rb") as source, open(partial, "xb") as copy, removing(partial):
        shutil.copyfileobj(source, copy, 1 << 20)
        copy.flush()
        shutil.copymode(target, partial)
        with SteadyFile(partial, "r+") as steady, telling(steady):
            with h5py.File(steady, "r+") as file:
                group: Any = file.require_group("scores")
                for name, score in scores.items():
                    group.attrs[name] = np.float64(score)
                earlier = [
                    value.decode() if isinstance(value, bytes) else str(value)
                    for value in np.atleast_1d(group.attrs.get("lower_is_better", []))
                ]
                names = list(dict.fromkeys([*earlier, *lower]))
                if names:
                    group.attrs["lower_is_better"] = np.array(names, dtype=h5py.string_dtype())
            os.fsync(steady.fileno())
        publish(partial, target, is_store, "name it again")


def _listed(names: Any) -> str:
    found = [f"'{name}'" for name in dict.fromkeys(map(str, names))]
    return ", ".join(found[:5]) + (" …" if len(found) > 5 else "")
