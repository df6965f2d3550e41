"""Writes feature stores: one model's features on one set of samples, in one HDF5 file (Schemas/feature-store.md)."""

from __future__ import annotations

import contextlib
import fcntl
import glob
import io
import os
import pathlib
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt

from ._outputs import carries_format, name_of_partial, publish
from ._program import RequestError

_FORMAT = "platonic-features"
_KEPT = (np.dtype(np.float16), np.dtype(np.float32), np.dtype(np.float64))
_LEAST_SAMPLES, _MOST_SAMPLES = 4, 1_048_576
_MOST_ID_BYTES, _MOST_NAME_BYTES = 4096, 1024
_SAMPLES = ("ids", "groups", "digest")
_SECONDS_TO_LOCK = 1.0
_HEX = frozenset("0123456789abcdef")
_TEXTS = ("family", "network", "pooling", "prompt", "captions", "weights", "license")
_NUMBERS = ("parameters", "pretrained")
_MOST_INTEGER = (1 << 63) - 1


class StoreWriter:
    """Writes one model's features, a layer after the other or all of them batch by batch.

    Use it as a context manager. The file appears under its name when the block ends without an exception, whole, and otherwise not at all.

    Parameters
    ----------
    path : str or path
        The file to write, usually `*.h5`. A feature store that is there is replaced with `replace`, and nothing else ever is. A link to a
        store stays, and the store that it leads to is replaced.
    model, modality, dataset : str
        The model's name, which sweeps know it by; what it sees, such as `vision` or `language`; what the samples are.
    ids : iterable of str, n of them
        One for each sample, unique. Stores are joined by them: the same sample has the same id in every store.
    groups : array of int, shape (n,), optional
        Samples with the same number belong together, as captions of one image do.
    digests : iterable of str, n of them, optional
        What the model was shown, as 32 hexadecimal digits a sample: the BLAKE2b-128 of the text in UTF-8 or of the image file's bytes. Stores
        whose ids agree and digests differ were extracted from different inputs.
    scores : mapping of str to float, optional
        How well the model does, by the name of the benchmark; NaN where that is unknown.
    lower_is_better : iterable of str
        Names of those scores that are the better the lower they are.
    attributes : mapping of str to str, int or float, optional
        Whatever else is known: `family`, `network`, `pooling`, `prompt`, `captions`, `weights` and `license` are texts, `parameters` is a
        number, `pretrained` 0 or 1. Others are recorded in results too.
    dtype : "float16", "float32" or "float64", optional
        The type to store. Left out, that of the rows; bfloat16, which HDF5 lacks, becomes float32.
    replace : bool
        Whether a feature store at `path` is replaced.

    Raises
    ------
    RequestError
        Something cannot be stored, in a sentence that says what and which sample.

    Examples
    --------
    >>> with StoreWriter("resnet.h5", model="resnet", modality="vision", dataset="wit", ids=ids) as store:
    ...     for images in loader:
    ...         for name, rows in features(images).items():
    ...             store.append(name, rows)
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        model: str,
        modality: str,
        dataset: str,
        ids: Iterable[str],
        groups: npt.ArrayLike | None = None,
        digests: Iterable[str] | None = None,
        scores: Mapping[str, float] | None = None,
        lower_is_better: Iterable[str] = (),
        attributes: Mapping[str, str | int | float] | None = None,
        dtype: npt.DTypeLike | None = None,
        replace: bool = False,
    ) -> None:
        self._path = pathlib.Path(path)
        self._ids = checked_ids(ids)
        self._dtype = None if dtype is None else _kept_type(np.dtype(dtype))
        self._names: dict[str, int] = {}
        self._rows: list[int] = []
        self._file: SteadyFile | None = None
        self._store: Any = None
        _check_place(self._path, replace)
        self._replace = replace
        # Renames replace links, and not what they lead to.
        self._place = pathlib.Path(os.path.realpath(self._path)) if replace else self._path
        attributes = _checked_facts(model, modality, dataset, attributes or {})
        whole_groups = None if groups is None else checked_groups(groups, len(self._ids))
        checked_digests = None if digests is None else _checked_digests(digests, self._ids)
        checked_scores = _checked_scores(scores or {}, list(lower_is_better))
        self._open()
        try:
            with self._writing():
                self._write_facts(attributes, whole_groups)
            if checked_digests is not None:
                self._write_digests(checked_digests)
            self._write_scores(*checked_scores)
        except BaseException:
            self.discard()
            raise

    def append(self, layer: str, rows: Any) -> None:
        """Adds the next rows of a layer; layers stand in the order of their first rows.

        Parameters
        ----------
        layer : str
            The layer's name.
        rows : array, shape (m, d)
            Features of the next m samples, in the order of `ids`: a NumPy array, a torch tensor on any device, or what NumPy makes an array of.
            Every value is finite. d is the same in all of a layer's rows, and may differ between layers.
        """
        store = self._opened()
        array = as_array(rows)
        name = checked_text(layer, "the name of a layer", _MOST_NAME_BYTES)
        if array.ndim != 2 or array.shape[1] < 1:
            raise RequestError(
                f"rows of layer '{name}' have the shape {array.shape}, and should have (samples, features)"
            )
        position = self._names.get(name)
        begin = 0 if position is None else self._rows[position]
        end = begin + len(array)
        if end > len(self._ids):
            raise RequestError(f"layer '{name}' gets {end} rows, and there are {len(self._ids)} ids")
        values = self._checked(array, name, begin)
        if position is None:
            position = self._names[name] = len(self._names)
            self._rows.append(0)
            with self._writing():
                dataset = store.create_dataset(
                    f"layers/{position:04d}",
                    shape=(len(self._ids), values.shape[1]),
                    dtype=values.dtype,
                    track_times=False,
                )
                dataset.attrs["name"] = name
        dataset = store[f"layers/{position:04d}"]
        if dataset.shape[1] != values.shape[1]:
            raise RequestError(f"layer '{name}' has {dataset.shape[1]} features, and rows with {values.shape[1]} come")
        if dataset.dtype != values.dtype:
            raise RequestError(
                f"layer '{name}' is {dataset.dtype}, and rows of {values.dtype} come: give dtype to store all as one"
            )
        with self._writing():
            dataset[begin:end] = values
        self._rows[position] = end

    def write(self, layer: str, values: Any) -> None:
        """Writes a layer whole.

        Parameters
        ----------
        layer : str
            The layer's name.
        values : array, shape (n, d)
            Features of all samples, in the order of `ids`; see `append`.
        """
        array = as_array(values)
        if layer in self._names:
            raise RequestError(f"layer '{layer}' is there already")
        if array.ndim == 2 and len(array) != len(self._ids):
            raise RequestError(f"layer '{layer}' has {len(array)} rows, and there are {len(self._ids)} ids")
        self.append(layer, array)

    def add_scores(self, scores: Mapping[str, float], lower_is_better: Iterable[str] = ()) -> None:
        """Adds scores that are known only after the features, such as a loss from the same pass.

        Parameters
        ----------
        scores : mapping of str to float
            How well the model does, by the name of the benchmark; NaN where that is unknown.
        lower_is_better : iterable of str
            Names of those scores that are the better the lower they are.
        """
        self._opened()
        self._write_scores(*_checked_scores(scores, list(lower_is_better)))

    def add_digests(self, digests: Iterable[str]) -> None:
        """Adds the digests of what the model was shown, where they are known only after it was shown.

        Parameters
        ----------
        digests : iterable of str, n of them
            As in the constructor.
        """
        store = self._opened()
        if "samples/digest" in store:
            raise RequestError("the digests are there already")
        self._write_digests(_checked_digests(digests, self._ids))

    def add_sample_values(self, name: str, values: npt.ArrayLike) -> None:
        """Adds a number for each sample, such as its loss, which sweeps pass over.

        Parameters
        ----------
        name : str
            The dataset's name below `/samples`; not `ids`, `groups` or `digest`.
        values : array of float, shape (n,)
            One number for each sample, NaN where it is unknown.
        """
        store = self._opened()
        _check_unmasked(values, f"values of '{name}'")
        found = np.asarray(values)
        if found.dtype.kind not in "fiu":
            raise RequestError(f"'{name}' is {found.dtype}, and should be numbers")
        found = found.astype(np.float64)
        if found.shape != (len(self._ids),):
            raise RequestError(f"'{name}' has the shape {found.shape}, and should have ({len(self._ids)},)")
        if (
            "/" in checked_text(name, "the name of values of the samples")
            or f"samples/{name}" in store
            or name in _SAMPLES
        ):
            raise RequestError(f"'{name}' is no name for values of the samples: it has a slash, or is taken")
        with self._writing():
            store.create_dataset(f"samples/{name}", data=found, track_times=False)

    def add_attributes(self, attributes: Mapping[str, str | int | float]) -> None:
        """Adds attributes that are known only after the features.

        Parameters
        ----------
        attributes : mapping of str to str, int or float
            As in the constructor; those that are there already stay as they are.
        """
        attrs = self._opened().attrs
        for name, value in checked_attributes(attributes).items():
            if name in attrs:
                raise RequestError(f"the attribute '{name}' is there already")
            with self._writing():
                attrs[name] = value

    def close(self) -> None:
        """Checks that every layer has all rows, and gives the file its name. Leaving the `with` block does it."""
        store = self._opened()
        try:
            if not self._names:
                raise RequestError(f"{self._path} would have no layer")
            for name, position in self._names.items():
                if self._rows[position] != len(self._ids):
                    raise RequestError(
                        f"layer '{name}' has {self._rows[position]} rows, and there are {len(self._ids)} ids"
                    )
            with self._writing():
                store.close()
                self._store = None
            self._publish()
        except BaseException:
            self.discard()
            raise

    def discard(self) -> None:
        """Ends without a file. Leaving the `with` block by an exception does it."""
        if self._store is not None:
            # Of a file that cannot be written, which is told by what brought us here.
            with contextlib.suppress(Exception):
                self._store.close()
            self._store = None
        if self._file is not None:
            self._file.close()
            self._partial.unlink(missing_ok=True)
            self._file = None

    def __enter__(self) -> StoreWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.discard()

    def __del__(self) -> None:
        if getattr(self, "_file", None) is not None:
            self.discard()

    def _open(self) -> None:
        _remove_left_over(self._place)
        self._partial = name_of_partial(self._place)
        self._file = SteadyFile(self._partial, "x+")
        # Held for as long as somebody writes: what nobody holds was left over by a process that was killed. File systems without locks leave
        # such files to people.
        with contextlib.suppress(OSError):
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # The bounds keep the file readable by every libhdf5 since 1.10, whatever the default of the one that writes it.
        self._store = h5py.File(self._file, "w", libver=("earliest", "v110"))

    def _opened(self) -> Any:
        if self._store is None:
            raise RequestError(f"{self._path} is closed already")
        return self._store

    def _writing(self) -> contextlib.AbstractContextManager[None]:
        assert self._file is not None
        return telling(self._file)

    def _write_facts(
        self,
        attributes: Mapping[str, Any],
        groups: npt.NDArray[np.int64] | None,
    ) -> None:
        store, text = self._store, h5py.string_dtype()
        store.attrs.update(format=_FORMAT, version=np.int64(1), **attributes)
        store.create_dataset("samples/ids", data=self._ids, dtype=text, track_times=False)
        if groups is not None:
            store.create_dataset("samples/groups", data=groups, track_times=False)

    def _write_digests(self, digests: Sequence[str]) -> None:
        with self._writing():
            self._store.create_dataset("samples/digest", data=digests, dtype=h5py.string_dtype(), track_times=False)

    def _write_scores(self, scores: Mapping[str, float], lower: Sequence[str]) -> None:
        if not scores:
            return
        with self._writing():
            group = self._store.require_group("scores")
            for name, score in scores.items():
                group.attrs[name] = np.float64(score)
            if lower:
                earlier = [str(name) for name in group.attrs.get("lower_is_better", [])]
                group.attrs["lower_is_better"] = np.array(list(dict.fromkeys([*earlier, *lower])), h5py.string_dtype())

    def _checked(self, array: npt.NDArray[Any], layer: str, begin: int) -> npt.NDArray[Any]:
        """The rows in the type to store. What is not finite there, and what never was, is refused."""
        finite = np.isfinite(array)
        if not finite.all():
            row, column = np.argwhere(~finite)[0]
            raise RequestError(
                f"feature {column} of sample '{self._ids[begin + row]}' (row {begin + row}) in layer '{layer}' is {array[row, column]}"
            )
        wanted = self._dtype or array.dtype
        if wanted == array.dtype:
            return array
        with np.errstate(over="ignore"):
            values = array.astype(wanted)
        if not np.isfinite(values).all():
            row, column = np.argwhere(~np.isfinite(values))[0]
            raise RequestError(
                f"feature {column} of sample '{self._ids[begin + row]}' in layer '{layer}' is {array[row, column]}, beyond"
                f" {wanted}, which ends at {np.finfo(wanted).max:g}"
            )
        return values

    def _publish(self) -> None:
        """The file gets its name once it is whole and on disk."""
        file = self._file
        assert file is not None
        if file.failure is None:
            file.attempt(lambda: os.fsync(file.fileno()))
        if file.failure is not None:
            raise file.failure
        # Named while it is held: it is nobody's left-over until then.
        publish(
            self._partial,
            self._place,
            is_store if self._replace else None,
            "choose another place",
        )
        self._file = None
        file.close()


class SteadyFile(io.FileIO):
    """A file that keeps its first error for later: libhdf5 crashes when the process ends after a failed write."""

    failure: OSError | None = None

    def attempt(self, operation: Any) -> None:
        try:
            operation()
        except OSError as error:
            self.failure = self.failure or OSError(error.errno, error.strerror, str(self.name))

    def write(self, data: Any) -> int:
        def write_all() -> None:
            rest = memoryview(data)
            while rest:
                rest = rest[io.FileIO.write(self, rest) :]

        self.attempt(write_all)
        return len(data)

    def truncate(self, size: int | None = None) -> int:
        self.attempt(lambda: io.FileIO.truncate(self, size))
        return size or 0


@contextlib.contextmanager
def telling(file: SteadyFile) -> Iterator[None]:
    """Ends with what the system said of a write to `file` that failed, and not with what libhdf5 makes of it later."""
    try:
        yield
    except Exception as error:
        if file.failure is not None:
            raise file.failure from error
        raise
    if file.failure is not None:
        raise file.failure


def write_store(
    path: str | os.PathLike[str],
    features: Any,
    ids: Iterable[str],
    *,
    model: str,
    modality: str,
    dataset: str,
    **options: Any,
) -> pathlib.Path:
    """Writes a feature store of what fits in memory.

    Parameters
    ----------
    path : str or path
        The file to write.
    features : array of shape (n, d), mapping of str to such arrays, or sequence of them
        One layer, or several by name or in order (then named `0`, `1`, …). An array or tensor of shape (n, layers, d) is several too.
    ids : iterable of str, n of them
        One for each sample, unique.
    model, modality, dataset : str
        The model's name; what it sees; what the samples are.
    **options
        Those of `StoreWriter`: `groups`, `digests`, `scores`, `lower_is_better`, `attributes`, `dtype`, `replace`.

    Returns
    -------
    pathlib.Path
        The file.
    """
    with StoreWriter(path, model=model, modality=modality, dataset=dataset, ids=ids, **options) as store:
        for name, values in layers_of(features).items():
            store.write(name, values)
    return pathlib.Path(path)


def layers_of(features: Any) -> dict[str, Any]:
    """Layers by name, of whatever form `write_store` takes."""
    if isinstance(features, Mapping):
        return dict(features)
    if isinstance(features, list | tuple) and all(getattr(layer, "ndim", 0) == 2 for layer in features):
        return {str(index): layer for index, layer in enumerate(features)}
    array = as_array(features)
    if array.ndim == 3:
        return {str(index): array[:, index] for index in range(array.shape[1])}
    if array.ndim != 2:
        raise RequestError(
            f"features have the shape {array.shape}, and should have (samples, features) or (samples, layers, features)"
        )
    return {"0": array}


def as_array(values: Any) -> npt.NDArray[Any]:
    """`values` as a NumPy array of float16, float32 or float64: bfloat16 becomes float32, other types are refused."""
    if hasattr(values, "detach"):
        # A torch tensor, which this package does not depend on.
        values = values.detach().cpu()
        values = (values.float() if str(values.dtype) == "torch.bfloat16" else values).numpy()
    _check_unmasked(values, "features")
    array = np.asarray(values)
    if array.dtype.name == "bfloat16":
        array = array.astype(np.float32)
    return np.asarray(array, dtype=_kept_type(array.dtype))


def _kept_type(dtype: np.dtype[Any]) -> np.dtype[Any]:
    kept = dtype.newbyteorder("=")
    if kept not in _KEPT:
        raise RequestError(f"features are {dtype}: only float16, float32 and float64 can be stored")
    return kept


def checked_text(value: Any, what: str, most: int = _MOST_NAME_BYTES) -> str:
    """A text that HDF5 can hold, not empty."""
    if not isinstance(value, str):
        raise RequestError(f"{what} is {value!r}, and should be a text")
    try:
        size = len(value.encode())
    except UnicodeEncodeError:
        raise RequestError(f"{what} has characters that are none: {value!r}") from None
    if not value or "\0" in value or size > most:
        reason = "empty" if not value else "longer than allowed" if size > most else "with a NUL"
        raise RequestError(f"{what} is {reason}: {value[:40]!r}, and should have 1 to {most} bytes")
    # HDF5 stores texts, and not what derives from them.
    return str(value)


def checked_ids(ids: Iterable[str]) -> list[str]:
    found = [
        checked_text(value.item() if isinstance(value, np.str_) else value, "the id of a sample", _MOST_ID_BYTES)
        for value in ids
    ]
    if not _LEAST_SAMPLES <= len(found) <= _MOST_SAMPLES:
        raise RequestError(f"there are {len(found)} ids, and should be {_LEAST_SAMPLES} to {_MOST_SAMPLES}")
    if len(set(found)) != len(found):
        seen: set[str] = set()
        twice = next(value for value in found if value in seen or seen.add(value))  # type: ignore[func-returns-value]
        raise RequestError(f"the id '{twice}' is there twice, and ids are unique")
    return found


def checked_groups(groups: npt.ArrayLike, samples: int) -> npt.NDArray[np.int64]:
    _check_unmasked(groups, "groups")
    found = np.asarray(groups)
    if found.shape != (samples,) or found.dtype.kind not in "iu":
        raise RequestError(
            f"groups are {found.dtype} of the shape {found.shape}, and should be integers of the shape ({samples},)"
        )
    if found.dtype.kind == "u" and found.max(initial=0) > _MOST_INTEGER:
        raise RequestError(f"a group is {found.max()}, and groups end at {_MOST_INTEGER}")
    return found.astype(np.int64)


def _check_unmasked(values: Any, what: str) -> None:
    if np.ma.is_masked(values):
        raise RequestError(f"{what} are masked, and a store has no masks: leave those samples out, or fill them")


def _checked_digests(digests: Iterable[str], ids: Sequence[str]) -> list[str]:
    found = list(digests)
    if len(found) != len(ids):
        raise RequestError(f"there are {len(found)} digests, and there are {len(ids)} ids")
    for sample, digest in zip(ids, found, strict=True):
        if not isinstance(digest, str) or len(digest) != 32 or not _HEX.issuperset(digest):
            raise RequestError(
                f"the digest of sample '{sample}' is {digest!r:.60}, and should be 32 hexadecimal digits in lower case"
            )
    return found


def _checked_scores(scores: Mapping[str, float], lower: list[str]) -> tuple[dict[str, float], list[str]]:
    found = {checked_text(name, "the name of a score"): float(score) for name, score in scores.items()}
    for name, score in found.items():
        if np.isinf(score):
            raise RequestError(f"the score '{name}' is {score}: give NaN where it is unknown")
    if unknown := [name for name in lower if name not in found]:
        raise RequestError(f"lower_is_better names '{unknown[0]}', which is no score")
    return found, lower


def _checked_facts(model: str, modality: str, dataset: str, others: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        name: checked_text(value, name)
        for name, value in (("model", model), ("modality", modality), ("dataset", dataset))
    }
    return found | checked_attributes(others)


def checked_attributes(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes as they are stored, by the rules that readers hold them to (Schemas/feature-store.md)."""
    found: dict[str, Any] = {}
    for name, value in attributes.items():
        name = checked_text(name, "the name of an attribute")
        if name in ("format", "version", "model", "modality", "dataset"):
            raise RequestError(f"'{name}' is no attribute that can be chosen")
        if name in _TEXTS or (isinstance(value, str) and name not in _NUMBERS):
            found[name] = checked_text(value, f"the attribute {name}", 64 << 10)
        elif isinstance(value, bool | np.bool_ | int | np.integer):
            found[name] = _whole_number(name, int(value))
        elif name not in _NUMBERS and isinstance(value, float | np.floating):
            found[name] = np.float64(value)
        else:
            what = "a whole number" if name in _NUMBERS else "a text or one number"
            raise RequestError(f"the attribute '{name}' is {value!r:.60}, and should be {what}")
    return found


def _whole_number(name: str, value: int) -> np.int64:
    least, most = {"parameters": (0, _MOST_INTEGER), "pretrained": (0, 1)}.get(
        name, (-_MOST_INTEGER - 1, _MOST_INTEGER)
    )
    if not least <= value <= most:
        # Numbers of thousands of digits are none that Python writes.
        shown = value if abs(value) < 10**30 else "huge"
        raise RequestError(f"the attribute '{name}' is {shown}, and should be from {least} to {most}")
    return np.int64(value)


def _check_place(path: pathlib.Path, replace: bool) -> None:
    """Nothing is written over but a feature store, and that only where it is wanted."""
    if not path.parent.is_dir():
        raise RequestError(f"there is no folder {path.parent}")
    if not os.path.lexists(path):
        return
    if not is_store(path):
        raise RequestError(f"{path} is there and is no feature store: choose another place")
    if not replace:
        raise RequestError(f"{path} is there already: give replace=True to write another store in its place")


def _remove_left_over(path: pathlib.Path) -> None:
    """Removes what a writer of `path` left when it was killed: files of the names that writers choose which no living one holds."""
    escaped = glob.escape(f".{path.name}.")
    for partial in path.parent.glob(escaped + "[0-9a-f]" * 8 + ".partial"):
        with contextlib.suppress(OSError), open(partial, "rb") as file:
            # One that was made a moment ago may not be held yet.
            if time.time() - os.fstat(file.fileno()).st_mtime > _SECONDS_TO_LOCK:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                partial.unlink()


def is_store(path: pathlib.Path) -> bool:
    """Whether `path` is, or is a link to, a feature store: a regular file with the format's mark."""
    return carries_format(path, _FORMAT)
