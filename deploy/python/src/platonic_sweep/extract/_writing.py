"""Makes one model's store: kept where it is finished, made again where it is broken, and never half there."""

from __future__ import annotations

import dataclasses
import json
import pathlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

import h5py
import numpy as np
import numpy.typing as npt

from .._program import RequestError
from .._stores import StoreWriter, as_array, checked_attributes
from ._digests import Seal, digest_of_order
from ._reports import Reporter
from ._samples import Samples
from ._sharding import Shard

# The first bytes of an HDF5 file, and what every store has near its beginning.
_SIGNATURE, _MARK, _HEAD_BYTES = b"\x89HDF\r\n\x1a\n", b"platonic-features", 1 << 20
LOWER_IS_BETTER = ("loss", "bits_per_byte")
# Attributes that are written here and by `_merging`, and are nobody else's.
_RECORDED = (
    "extraction",
    "weights_digest",
    "shard",
    "shards",
    "seal_samples",
    "seal_features",
    "seal_values",
    "texts_cut",
)


@dataclasses.dataclass
class Window:
    """What a network says of some consecutive samples.

    Attributes
    ----------
    digests : list of str, one for each sample
    layers : mapping of str to array, shape (samples, d)
        In the layers' order.
    values : mapping of str to array of float64, shape (samples,)
        Further numbers of each sample, such as its loss, whose means become scores.
    """

    digests: list[str]
    layers: Mapping[str, Any]
    values: Mapping[str, npt.NDArray[np.float64]] = dataclasses.field(default_factory=dict)


class Network(Protocol):
    """A loaded network that can be shown samples."""

    attributes: dict[str, str | int | float]

    def windows(self, rows: range) -> Iterator[Window]:
        """Its features of these rows, in order."""

    def afterwards(self) -> dict[str, str | int | float]:
        """Attributes that are known only now."""


@dataclasses.dataclass(frozen=True)
class Order:
    """A store to make.

    Attributes
    ----------
    path : pathlib.Path
        Where it will be.
    model, modality, dataset : str
        As in `StoreWriter`.
    samples : Samples
        All samples of the data set.
    settings : mapping
        Whatever decides the features, as JSON values: a store that was made with others is another store.
    attributes : mapping
        What the user says of the model.
    window : int
        How many samples the network is shown together.
    shard : Shard, optional
        Which part of the samples; all without one.
    dtype : str
        The type to store.
    force : bool
        Whether a store that was made otherwise is replaced.
    """

    path: pathlib.Path
    model: str
    modality: str
    dataset: str
    samples: Samples
    settings: Mapping[str, Any]
    attributes: Mapping[str, str | int | float]
    window: int
    shard: Shard | None
    dtype: str
    force: bool

    @property
    def rows(self) -> range:
        count = len(self.samples.ids)
        return range(count) if self.shard is None else self.shard.rows(count, self.window)

    @property
    def ids(self) -> list[str]:
        return self.samples.ids[self.rows.start : self.rows.stop]

    @property
    def groups(self) -> list[int] | None:
        groups = self.samples.groups
        return None if groups is None else groups[self.rows.start : self.rows.stop]

    @property
    def extraction(self) -> str:
        """The settings as they are recorded in the store. They hold no paths and no times: the same request gives the same bytes."""
        facts = {**self.settings, "window": self.window, "dtype": self.dtype, "ids": digest_of_order(self.samples.ids)}
        if self.attributes:
            # Their names: without them, attributes of an earlier request could not be told from the network's own.
            facts["attributes"] = sorted(self.attributes)
        return json.dumps(facts, sort_keys=True, ensure_ascii=False)


def make(order: Order, load: Callable[[], Network], reporter: Reporter) -> None:
    """Makes a store, or finds that it is there. `load` is called only where there is something to do."""
    state = _state(order)
    if state == "finished":
        reporter.store("kept", order.path, model=order.model, samples=len(order.rows))
        return
    if state == "broken":
        reporter.warn(f"{order.path} is damaged, and is made again")
    network = load()
    # Loading takes its time, and another file may have its name by now.
    if state == "broken" and carries_our_mark(order.path):
        order.path.unlink()
    reporter.begin(order.model, len(order.rows))
    try:
        facts = _write(order, network, reporter, replace=state == "other")
    finally:
        reporter.end()
    reporter.store("written", order.path, model=order.model, samples=len(order.rows), **facts)


def _write(order: Order, network: Network, reporter: Reporter, replace: bool) -> dict[str, Any]:
    seal = Seal() if order.shard is not None else None
    rows = order.rows
    digests: list[str] = []
    values: dict[str, list[npt.NDArray[np.float64]]] = {}
    widths: dict[str, int] = {}
    # In an order of their own, so that a store that is merged of shards has the same bytes.
    attributes = dict(sorted({**network.attributes, **order.attributes, "extraction": order.extraction}.items()))
    with StoreWriter(
        order.path,
        model=order.model,
        modality=order.modality,
        dataset=order.dataset,
        ids=order.ids,
        groups=order.groups,
        attributes=attributes,
        dtype=order.dtype,
        replace=replace,
    ) as store:
        for window in network.windows(rows):
            for layer, features in window.layers.items():
                store.append(layer, features)
                widths[layer] = features.shape[1]
                if seal is not None:
                    seal.add(layer, np.ascontiguousarray(as_array(features).astype(order.dtype)))
            for name, found in window.values.items():
                values.setdefault(name, []).append(found)
            digests += window.digests
            reporter.advance(len(window.digests))
        numbers = {name: np.concatenate(parts) for name, parts in values.items()}
        scores = finish(store, digests, numbers)
        counts = network.afterwards()
        store.add_attributes(counts)
        if seal is not None:
            groups = None if order.groups is None else np.array(order.groups, np.int64)
            sealed = Seal.values(groups, numbers, counts)
            store.add_attributes({**_shard_attributes(order, seal, digests), "seal_values": sealed})
    return {"layers": len(widths), **scores}


def finish(store: StoreWriter, digests: list[str], values: Mapping[str, npt.NDArray[np.float64]]) -> dict[str, float]:
    """Writes what is known only after all features: digests, numbers of each sample, and their means as scores, which are returned."""
    store.add_digests(digests)
    scores = {}
    for name, numbers in sorted(values.items()):
        store.add_sample_values(name, numbers)
        known = numbers[~np.isnan(numbers)]
        scores[name] = float(known.mean()) if len(known) else float("nan")
    store.add_scores(scores, [name for name in LOWER_IS_BETTER if name in scores])
    return scores


def _shard_attributes(order: Order, seal: Seal, digests: list[str]) -> dict[str, str | int | float]:
    assert order.shard is not None
    return {
        "shard": order.shard.number,
        "shards": order.shard.count,
        "seal_samples": Seal.samples(order.ids, digests),
        "seal_features": seal.features(),
    }


def _state(order: Order) -> str:
    """What is at the store's place: `absent`, `finished` (the very store), `broken` (one that cannot be read), or `other` (to be replaced)."""
    path = order.path
    # What cannot be an attribute is no request, whatever is there.
    asked = checked_attributes(order.attributes)
    if taken := sorted({*asked} & {*_RECORDED}):
        raise RequestError(f"the attribute '{taken[0]}' is recorded by platonic-extract itself: choose another name")
    if not path.exists():
        return "absent"
    # Whoever opens a pipe waits for somebody to write.
    if not path.is_file():
        raise RequestError(f"{path} is there and is no feature store: choose another --output-dir")
    try:
        with h5py.File(path, "r") as file:
            if plain(file.attrs.get("format")) != "platonic-features":
                raise RequestError(f"{path} is there and is no feature store: choose another --output-dir")
            attributes = {name: plain(value) for name, value in file.attrs.items()}
            ids = file["samples/ids"].asstr()[:].tolist()
            digests = file["samples/digest"].asstr()[:].tolist() if "samples/digest" in file else []
            groups = file["samples/groups"][:].tolist() if "samples/groups" in file else None
            whole = all(len(layer) == len(ids) for layer in file["layers"].values())
    except RequestError:
        raise
    except (OSError, KeyError, AttributeError, TypeError, ValueError, RuntimeError) as error:
        if carries_our_mark(path):
            return "broken"
        raise RequestError(f"{path} is there and is no feature store: choose another --output-dir") from error
    shard = (order.shard.number, order.shard.count) if order.shard is not None else (None, None)
    different = [name for name in ("model", "modality", "dataset") if attributes.get(name) != getattr(order, name)]
    different += _differences(attributes.get("extraction"), order.extraction)
    # As texts: whole numbers may be written in digits.
    different += [f"attribute {name}" for name, value in asked.items() if str(attributes.get(name)) != str(value)]
    if (attributes.get("shard"), attributes.get("shards")) != shard:
        different.append("shard")
    if not different and ids == order.ids and whole:
        if groups != order.groups:
            different.append("groups")
        elif digests == list(order.samples.digests(order.rows.start, order.rows.stop)):
            return "finished"
        else:
            different.append("inputs (the samples have the same ids, and are not the same)")
    elif not different:
        different.append("samples")
    if not order.force:
        raise RequestError(
            f"{path} is there already, and was made with other {', '.join(different)}: choose another --output-dir, or replace it with --force"
        )
    return "other"


def _differences(found: Any, wanted: str) -> list[str]:
    """The settings in which two records of an extraction differ."""
    if found == wanted:
        return []
    try:
        one, two = json.loads(found), json.loads(wanted)
        names = [name for name in {*one, *two} - {"attributes"} if one.get(name) != two.get(name)]
        # Attributes that are wanted are looked for by themselves: stores of before their names were recorded have them too.
        gone = {*one.get("attributes", [])} - {*two.get("attributes", [])}
        return sorted(names) + [f"attribute {name}" for name in sorted(gone)]
    except (ValueError, AttributeError, TypeError, RecursionError):
        return ["settings"]


def carries_our_mark(path: pathlib.Path) -> bool:
    """Whether a file that cannot be read as HDF5 is what is left of a store: nothing else is replaced."""
    try:
        with open(path, "rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError:
        return False
    return head.startswith(_SIGNATURE) and _MARK in head


def plain(value: Any) -> Any:
    """An attribute as Python has it, which can be compared: a text, a number, a list of either, or None for what is neither."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    value = value.tolist() if isinstance(value, np.generic | np.ndarray) else value
    return value if isinstance(value, str | bool | int | float | list) else None
