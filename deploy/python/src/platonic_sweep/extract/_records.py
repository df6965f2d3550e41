"""Reads rows of a data set, one after the other: JSON lines, CSV, parquet, or a data set of the Hugging Face hub."""

from __future__ import annotations

import csv
import itertools
import json
import pathlib
import re
from collections.abc import Iterator, Sequence
from typing import Any

from .._program import RequestError

_HUB = re.compile(r"hf:(?P<name>[^:@]+)(@(?P<revision>[^:]+))?(:(?P<split>.+))?")
_KINDS = "a .jsonl, .csv, .tsv or .parquet file, or hf:NAME[@REVISION][:SPLIT]"
# Of images in a parquet file as well.
_ROWS_AT_ONCE = 64


class Records:
    """Rows of a data set as mappings. It is read anew each time, so that no more than a few rows are in memory.

    Parameters
    ----------
    place : str
        A file, or `hf:NAME[@REVISION][:SPLIT]`.
    """

    def __init__(self, place: str) -> None:
        self.place = place
        self.folder = pathlib.Path(".")
        match = _HUB.fullmatch(place)
        if match:
            self._hub: dict[str, str | None] | None = match.groupdict()
            return
        self._hub = None
        path = self._path = pathlib.Path(place)
        self.folder = path.parent
        if path.suffix.lower() not in (".jsonl", ".ndjson", ".csv", ".tsv", ".parquet"):
            raise RequestError(f"'{place}' is none of the data sets that can be read: name {_KINDS}")
        if not path.is_file():
            raise RequestError(f"there is no file {place}")

    @property
    def name(self) -> str:
        """What to call the data set where nobody says it."""
        if self._hub is not None:
            return "-".join(filter(None, (self._hub["name"], self._hub["revision"])))
        return self._path.stem

    def rows(self, fields: Sequence[str], begin: int = 0, end: int | None = None) -> Iterator[tuple[int, Any]]:
        """Rows `begin` up to `end` with their numbers; each is a mapping that has at least `fields`, where the data set has them."""
        if self._hub is not None:
            found = self._hub_rows(fields, begin, end)
        else:
            suffix = self._path.suffix.lower()
            if suffix == ".parquet":
                found = self._parquet_rows(fields, begin, end)
            elif suffix in (".csv", ".tsv"):
                found = self._csv_rows("\t" if suffix == ".tsv" else ",", begin, end)
            else:
                found = self._json_rows(begin, end)
        try:
            yield from enumerate(found, begin)
        except OSError as error:
            raise RequestError(f"{self.place} cannot be read: {error.strerror or error}") from error

    def _json_rows(self, begin: int, end: int | None) -> Iterator[Any]:
        with open(self._path, "rb") as file:
            lines = ((number, line) for number, line in enumerate(file, 1) if line.strip())
            for number, line in itertools.islice(lines, begin, end):
                try:
                    row = json.loads(line, object_pairs_hook=_once)
                except (ValueError, RecursionError) as error:
                    raise RequestError(f"line {number} of {self.place} is no JSON: {error}") from error
                if not isinstance(row, dict):
                    raise RequestError(f"line {number} of {self.place} is no JSON object")
                yield row

    def _csv_rows(self, delimiter: str, begin: int, end: int | None) -> Iterator[Any]:
        # Captions are longer than the 128 KiB that the module allows by itself.
        csv.field_size_limit(1 << 30)
        with open(self._path, encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, delimiter=delimiter, strict=True)
            try:
                _check_once(reader.fieldnames or [], self.place)
                for row in itertools.islice(reader, begin, end):
                    if None in row or None in row.values():
                        raise RequestError(
                            f"the row that ends in line {reader.line_num} of {self.place} has not as many fields as the header"
                        )
                    yield row
            except (csv.Error, UnicodeDecodeError) as error:
                raise RequestError(f"{self.place} cannot be read near line {reader.line_num}: {error}") from error

    def _parquet_rows(self, fields: Sequence[str], begin: int, end: int | None) -> Iterator[Any]:
        try:
            import pyarrow
            import pyarrow.parquet
        except ImportError as error:
            raise RequestError(
                f"parquet files need pyarrow, which cannot be loaded ({error}): pip install pyarrow"
            ) from error
        try:
            file = pyarrow.parquet.ParquetFile(self._path)
        except pyarrow.ArrowException as error:
            raise RequestError(f"{self.place} is no parquet file that can be read: {error}") from error
        with file:
            columns = [name for name in file.schema_arrow.names if name in fields]
            _check_once(columns, self.place)
            position = 0
            for group in range(file.num_row_groups):
                count = file.metadata.row_group(group).num_rows
                first, position = position, position + count
                if position <= begin or (end is not None and first >= end):
                    continue
                if not columns:
                    yield from ({} for _ in range(max(begin, first), min(position, end or position)))
                    continue
                for batch in file.iter_batches(_ROWS_AT_ONCE, row_groups=[group], columns=columns):
                    for row in batch.to_pylist():
                        if begin <= first and (end is None or first < end):
                            yield row
                        first += 1

    def _hub_rows(self, fields: Sequence[str], begin: int, end: int | None) -> Iterator[Any]:
        data = self._hub_data()
        columns = [name for name in data.column_names if name in fields]
        end = len(data) if end is None else min(end, len(data))
        if not columns:
            yield from ({} for _ in range(begin, end))
            return
        data = data.select_columns(columns)
        for first in range(begin, end, _ROWS_AT_ONCE):
            batch = data[first : min(first + _ROWS_AT_ONCE, end)]
            for values in zip(*(batch[name] for name in columns), strict=True):
                yield dict(zip(columns, values, strict=True))

    def _hub_data(self) -> Any:
        """The data set, memory-mapped, with images as their files' bytes."""
        try:
            import datasets
        except ImportError as error:
            raise RequestError(
                f"data sets of the hub need the package datasets, which cannot be loaded ({error}): pip install datasets"
            ) from error
        assert self._hub is not None
        try:
            data = datasets.load_dataset(
                self._hub["name"], revision=self._hub["revision"], split=self._hub["split"] or "train"
            )
        except Exception as error:
            # Whatever the hub, the network, or a data set's own files bring.
            raise RequestError(f"the data set {self.place} cannot be loaded: {_first_line(error)}") from error
        for name, feature in data.features.items():
            if isinstance(feature, datasets.Image):
                data = data.cast_column(name, datasets.Image(decode=False))
        return data


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object, whose names are each there once."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError(f"'{_first_twice([name for name, _ in pairs])}' is there twice")
    return found


def _check_once(columns: Sequence[str], place: str) -> None:
    """Of two columns of one name nobody knows which is meant."""
    if len(set(columns)) != len(columns):
        raise RequestError(f"{place} has the column '{_first_twice(columns)}' twice: rename one of them")


def _first_twice(names: Sequence[str]) -> str:
    return next(name for position, name in enumerate(names) if name in names[:position])


def _first_line(error: BaseException) -> str:
    return str(error).strip().split("\n")[0] or type(error).__name__
