"""Makes one store of a model's shards: the very bytes that an extraction in one piece gives."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import pathlib
from collections.abc import Iterator, Sequence
from typing import Any

import h5py
import numpy as np

from .._program import RequestError
from .._stores import StoreWriter, is_store
from ._digests import Seal, digest_of_order
from ._reports import Reporter
from ._samples import Samples
from ._writing import carries_our_mark, finish, plain

_SEALS = ("seal_samples", "seal_features", "seal_values")
_OF_SHARDS = ("shard", "shards", *_SEALS)
_COUNTS = ("texts_cut",)
_OWN = ("format", "version", "model", "modality", "dataset")
_SAMPLES = ("ids", "digest", "groups")
_WRONG_REQUEST = 2
_SLAB_BYTES = 64 << 20


class _Part:
    """One shard that is open: its facts are in memory, its features are not."""

    def __init__(self, path: pathlib.Path, file: Any) -> None:
        self.path, self.file = path, file
        try:
            self.attributes = {name: plain(value) for name, value in file.attrs.items()}
            self.ids: list[str] = file["samples/ids"].asstr()[:].tolist()
            self.digests: list[str] = file["samples/digest"].asstr()[:].tolist()
            self.groups = file["samples/groups"][:] if "samples/groups" in file else None
            self.values = {name: item[:] for name, item in file["samples"].items() if name not in _SAMPLES}
            self.layers = [file["layers"][key] for key in sorted(file["layers"])]
            self.names = [str(plain(layer.attrs["name"])) for layer in self.layers]
            self.number, self.count = (self.attributes[name] for name in ("shard", "shards"))
            self.settings = json.loads(self.attributes["extraction"])
            self.scores = {*(file["scores"].attrs if "scores" in file else ())} - {"lower_is_better"}
            is_whole = self._is_whole()
        except (OSError, KeyError, TypeError, ValueError, AttributeError, RuntimeError, RecursionError) as error:
            raise RequestError(f"{path} is no shard that platonic-extract wrote with --shard") from error
        if not is_whole:
            raise RequestError(
                f"{path} is no shard that platonic-extract wrote with --shard, or one of an older version"
            )
        if added := sorted(self.scores - {*self.values}):
            raise RequestError(
                f"{path} has the score '{added[0]}', which came after its extraction: put it into the store that the shards become"
            )

    def _is_whole(self) -> bool:
        """Whether all is there that a shard says of itself, in the form in which it is written."""
        texts = ("model", "modality", "dataset", "extraction", *_SEALS)
        numbers = ("shard", "shards", *(name for name in _COUNTS if name in self.attributes))
        rows = [self.digests, *self.values.values(), *self.layers, *([] if self.groups is None else [self.groups])]
        return (
            all(isinstance(self.attributes.get(name), str) for name in texts)
            and all(type(self.attributes[name]) is int for name in numbers)
            and all(isinstance(value, str | int | float) for value in self.attributes.values())
            and isinstance(self.settings, dict)
            and bool(self.layers and self.ids)
            and all(len(values) == len(self.ids) for values in rows)
            and all(layer.ndim == 2 and layer.shape[1] > 0 for layer in self.layers)
        )

    @property
    def counts(self) -> dict[str, int]:
        return {name: self.attributes[name] for name in _COUNTS if name in self.attributes}

    def shared(self) -> dict[str, Any]:
        """What all shards of a model have in common."""
        return {name: value for name, value in self.attributes.items() if name not in (*_OF_SHARDS, *_COUNTS)}

    def check_samples(self) -> None:
        if Seal.samples(self.ids, self.digests) != self.attributes["seal_samples"]:
            raise RequestError(
                f"{self.path} was changed after it was extracted: its samples, of which the first is '{self.ids[0]}', are in another order or"
                " others; extract that shard again"
            )
        if Seal.values(self.groups, self.values, self.counts) != self.attributes["seal_values"]:
            raise RequestError(
                f"{self.path} was changed after it was extracted: the groups, the numbers of its samples"
                f"{''.join(f', {name}' for name in sorted(self.values))} or the texts that were cut are others; extract that shard again"
            )

    def slabs(self) -> Iterator[list[Any]]:
        """All rows of all layers, a few at a time."""
        step = max(1, _SLAB_BYTES // sum(layer.shape[1] * layer.dtype.itemsize for layer in self.layers))
        seal = Seal()
        for begin in range(0, len(self.ids), step):
            slab = [np.ascontiguousarray(layer[begin : begin + step]) for layer in self.layers]
            for name, rows in zip(self.names, slab, strict=True):
                seal.add(name, rows)
            yield slab
        if seal.features() != self.attributes["seal_features"]:
            raise RequestError(
                f"{self.path} was changed after it was extracted: the features of its samples '{self.ids[0]}' to '{self.ids[-1]}' are in"
                " another order or others; extract that shard again"
            )


@dataclasses.dataclass
class _Whole:
    """What the shards of a model become, but for its features."""

    parts: list[_Part]
    ids: list[str]
    digests: list[str]
    groups: Any
    values: dict[str, Any]
    # What was known of the model before its features, and counts that are known only after them.
    attributes: dict[str, Any]
    counts: dict[str, int]

    @staticmethod
    def of(parts: list[_Part]) -> _Whole:
        first = parts[0]
        return _Whole(
            parts=parts,
            ids=[sample for part in parts for sample in part.ids],
            digests=[value for part in parts for value in part.digests],
            groups=None if first.groups is None else np.concatenate([part.groups for part in parts]),
            values={name: np.concatenate([part.values[name] for part in parts]) for name in first.values},
            attributes=dict(sorted((name, value) for name, value in first.shared().items() if name not in _OWN)),
            counts={name: sum(part.counts[name] for part in parts) for name in first.counts},
        )

    def differences(self, file: Any) -> list[str]:
        """What a store has otherwise, its features last; scores that were put into it are its own."""
        attributes = {name: plain(value) for name, value in file.attrs.items()}
        wanted = self.attributes | self.counts | {name: self.parts[0].attributes[name] for name in _OWN}
        found = [name for name in sorted({*attributes, *wanted}) if attributes.get(name) != wanted.get(name)]
        samples = file["samples"]
        found += ["ids"] if samples["ids"].asstr()[:].tolist() != self.ids else []
        is_shown = "digest" in samples and samples["digest"].asstr()[:].tolist() == self.digests
        found += [] if is_shown else ["inputs"]
        arrays = self.values | ({} if self.groups is None else {"groups": self.groups})
        there = {*samples} - {"ids", "digest"}
        found += [
            name
            for name in sorted({*arrays, *there})
            if name not in there or name not in arrays or samples[name][:].tobytes() != arrays[name].tobytes()
        ]
        if found:
            return found
        layers = [file["layers"][key] for key in sorted(file["layers"])]
        described = [(plain(layer.attrs["name"]), layer.shape, layer.dtype) for layer in layers]
        first = self.parts[0]
        if described != [
            (name, (len(self.ids), layer.shape[1]), layer.dtype)
            for name, layer in zip(first.names, first.layers, strict=True)
        ]:
            return ["layers"]
        begin = 0
        for part in self.parts:
            for slab in part.slabs():
                end = begin + len(slab[0])
                if any(layer[begin:end].tobytes() != rows.tobytes() for layer, rows in zip(layers, slab, strict=True)):
                    return ["features"]
                begin = end
        return []


def merge(places: Sequence[str], folder: pathlib.Path, samples: Samples | None, force: bool, reporter: Reporter) -> int:
    """Merges shards, of one model or of several, into a store a model in `folder`; with `samples`, only if they are those, in that order.

    A store that is there already, whole and of these shards, is kept. A model that cannot be merged is told of and leaves the others be. Returns
    the exit status.
    """
    paths = _shard_paths(places)
    status = 0
    with contextlib.ExitStack() as opened:
        models: dict[str, list[_Part]] = {}
        for path in paths:
            part = _Part(path, opened.enter_context(_file(path)))
            models.setdefault(str(part.attributes["model"]), []).append(part)
        for model, parts in models.items():
            _check(model, parts)
        for model, parts in models.items():
            try:
                _merge_model(model, sorted(parts, key=lambda part: part.number), folder, samples, force, reporter)
            except RequestError as error:
                reporter.refuse(" ".join(str(error).split()))
                status = _WRONG_REQUEST
    return status


def _merge_model(
    model: str,
    parts: list[_Part],
    folder: pathlib.Path,
    samples: Samples | None,
    force: bool,
    reporter: Reporter,
) -> None:
    first = parts[0]
    for part in parts:
        part.check_samples()
    whole = _Whole.of(parts)
    if digest_of_order(whole.ids) != first.settings.get("ids"):
        raise RequestError(
            f"the shards of '{model}' together are not the samples of their data set in its order: extract them anew from one data set"
        )
    if samples is not None:
        _check_against(model, parts, samples)
    path = folder / _whole_name(first)
    if _is_kept(path, whole, force, reporter):
        reporter.store("kept", path, model=model, samples=len(whole.ids))
        return
    reporter.begin(model, len(whole.ids))
    try:
        with StoreWriter(
            path,
            model=model,
            modality=str(first.attributes["modality"]),
            dataset=str(first.attributes["dataset"]),
            ids=whole.ids,
            groups=whole.groups,
            attributes=whole.attributes,
            dtype=first.layers[0].dtype,
            replace=force,
        ) as store:
            for part in parts:
                for slab in part.slabs():
                    for name, rows in zip(first.names, slab, strict=True):
                        store.append(name, rows)
                    reporter.advance(len(slab[0]))
            scores = finish(store, whole.digests, whole.values)
            store.add_attributes(whole.counts)
    finally:
        reporter.end()
    reporter.store(
        "merged", path, model=model, samples=len(whole.ids), shards=len(parts), layers=len(first.names), **scores
    )


def _is_kept(path: pathlib.Path, whole: _Whole, force: bool, reporter: Reporter) -> bool:
    """Whether the store is there already. What is left of one is removed; any other file is refused, but for stores that `force` replaces."""
    if not path.exists():
        return False
    if any(path.samefile(part.path) for part in whole.parts):
        raise RequestError(f"{path} is itself one of the shards: choose another --output-dir")
    # What is no store is the writer's to refuse.
    if not path.is_file() or not (carries_our_mark(path) or is_store(path)):
        return False
    try:
        with h5py.File(path, "r") as file:
            different = whole.differences(file)
    except RequestError:
        raise
    except (OSError, KeyError, AttributeError, TypeError, ValueError, RuntimeError):
        reporter.warn(f"{path} is damaged, and is made again")
        path.unlink()
        return False
    if different and not force:
        raise RequestError(
            f"{path} is there already, and was made with other {', '.join(different)}: choose another --output-dir, or replace it with --force"
        )
    return not different


def _check(model: str, parts: list[_Part]) -> None:
    """All shards of one model are there once, and were made alike."""
    first = parts[0]
    numbers: dict[int, _Part] = {}
    for part in parts:
        for name in sorted({*first.shared(), *part.shared()}):
            if first.shared().get(name) != part.shared().get(name):
                raise RequestError(
                    f"{first.path} and {part.path} are no shards of one extraction: they differ in '{name}'"
                )
        described = [(name, layer.shape[1], layer.dtype) for name, layer in zip(part.names, part.layers, strict=True)]
        wanted = [(name, layer.shape[1], layer.dtype) for name, layer in zip(first.names, first.layers, strict=True)]
        if described != wanted or part.count != first.count or sorted(part.values) != sorted(first.values):
            raise RequestError(f"{first.path} and {part.path} are no shards of one extraction: their layers differ")
        if (part.groups is None) != (first.groups is None):
            raise RequestError(
                f"{first.path} and {part.path} are no shards of one extraction: one of them has no groups"
            )
        if part.number in numbers:
            raise RequestError(f"{numbers[part.number].path} and {part.path} are both shard {part.number} of '{model}'")
        numbers[part.number] = part
    missing = [number for number in range(1, first.count + 1) if number not in numbers]
    if missing:
        raise RequestError(f"shard {missing[0]} of {first.count} of '{model}' is missing: name all of them")


def _check_against(model: str, parts: list[_Part], samples: Samples) -> None:
    """The shards' samples are those of a data set, row by row."""
    expected = zip(samples.ids, samples.digests(0, len(samples.ids)), strict=True)
    row = 0
    for part in parts:
        for sample, value in zip(part.ids, part.digests, strict=True):
            wanted = next(expected, None)
            if wanted is None:
                raise RequestError(f"the data set has {row} samples, and the shards of '{model}' have more")
            if sample != wanted[0]:
                raise RequestError(
                    f"row {row} of '{model}' is sample '{sample}' in {part.path}, and '{wanted[0]}' in the data set"
                )
            if value != wanted[1]:
                raise RequestError(
                    f"sample '{sample}' of '{model}' was extracted from another input than the data set has ({part.path})"
                )
            row += 1
    if next(expected, None) is not None:
        raise RequestError(f"the data set has more samples than the {row} of '{model}'")


def _shard_paths(places: Sequence[str]) -> list[pathlib.Path]:
    found: list[pathlib.Path] = []
    for place in map(pathlib.Path, places):
        if place.is_dir():
            inside = sorted(place.rglob("*.shard-*-of-*.h5"))
            if not inside:
                raise RequestError(f"there are no shards (*.shard-I-of-N.h5) in {place}")
            found += inside
        else:
            found.append(place)
    return list(dict.fromkeys(found))


def _file(path: pathlib.Path) -> Any:
    # Whoever opens a pipe waits for somebody to write.
    if path.exists() and not path.is_file():
        raise RequestError(f"{path} is no shard: it is no regular file")
    try:
        return h5py.File(path, "r")
    except OSError as error:
        if not path.exists():
            raise RequestError(f"there is no file {path}") from error
        raise RequestError(f"{path} cannot be read: it is damaged, or no shard; extract that shard again") from error


def _whole_name(part: _Part) -> str:
    name = part.path.name.removesuffix(".h5")
    return name.removesuffix(f".shard-{part.number}-of-{part.count}") + ".h5"
