"""The samples of a data set: their ids, what a network is shown of each, and digests of that."""

from __future__ import annotations

import abc
import collections
import contextlib
import errno
import io
import os
import pathlib
import re
import stat
from collections.abc import Iterator
from typing import Any, Protocol

from .._program import RequestError
from .._stores import checked_ids
from ._digests import digest
from ._records import Records

_IMAGES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".ppm", ".pgm", ".avif")
_WHOLE = re.compile(r"[+-]?[0-9]{1,19}")
_MODES = ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "RGBX")


class Samples(Protocol):
    """What every kind of samples gives: ids (and perhaps groups) of all of them, and inputs by ranges of rows."""

    name: str
    ids: list[str]
    groups: list[int] | None

    def inputs(self, begin: int, end: int) -> Iterator[bytes]:
        """What stands for rows `begin` up to `end`: a text in UTF-8, or an image file's bytes."""

    def digests(self, begin: int, end: int) -> Iterator[str]:
        """Digests of these."""

    def check(self, begin: int, end: int) -> None:
        """Refuses what a network cannot be shown, as far as that is cheap to see."""


class _Inputs(abc.ABC):
    """Samples whose digests are those of their inputs."""

    @abc.abstractmethod
    def inputs(self, begin: int, end: int) -> Iterator[bytes]: ...

    def digests(self, begin: int, end: int) -> Iterator[str]:
        return map(digest, self.inputs(begin, end))

    def check(self, begin: int, end: int) -> None:
        for _ in self.inputs(begin, end):
            pass


class _Images(_Inputs):
    """Samples that are images: files, or bytes of a data set."""

    @abc.abstractmethod
    def _images(self, begin: int, end: int) -> Iterator[tuple[str, pathlib.Path | bytes]]:
        """Ids and images of rows `begin` up to `end`."""

    def inputs(self, begin: int, end: int) -> Iterator[bytes]:
        for sample, image in self._images(begin, end):
            yield image if isinstance(image, bytes) else _file(image, sample)

    def check(self, begin: int, end: int) -> None:
        """Looks at what the files say of themselves before their pixels: whether they are there, images, and of a kind that is shown."""
        for sample, image in self._images(begin, end):
            with _opened(image, sample):
                pass


class Captions(_Inputs):
    """Texts of a field of a data set.

    Parameters
    ----------
    records : Records
        Where they are.
    field : str
        The field with the text, or with a list of texts, of which `index` chooses one.
    id_field : str, optional
        The field with the ids; None numbers the rows.
    group_field : str, optional
        A field with whole numbers; samples with the same one belong together.
    """

    def __init__(
        self, records: Records, field: str, id_field: str | None, group_field: str | None = None, index: int = 0
    ) -> None:
        self.name = records.name
        self._records, self._field, self._index = records, field, index
        self.ids, self.groups = _ids_and_groups(records, id_field, group_field)

    def inputs(self, begin: int, end: int) -> Iterator[bytes]:
        """Rows `begin` up to `end`, in UTF-8. Empty ones are refused: their features would be those of nothing."""
        for row, values in self._records.rows([self._field], begin, min(end, len(self.ids))):
            sample = self.ids[row]
            text = _present(values, self._field, sample, self._records.place)
            if isinstance(text, list | tuple):
                if not -len(text) <= self._index < len(text):
                    raise RequestError(f"sample '{sample}' has {len(text)} captions, and none with index {self._index}")
                text = text[self._index]
            if not isinstance(text, str):
                raise RequestError(f"the caption of sample '{sample}' is {text!r:.60}, and should be a text")
            if not text.strip():
                raise RequestError(f"the caption of sample '{sample}' (row {row}) is empty: leave the sample out")
            try:
                yield text.encode()
            except UnicodeEncodeError:
                raise RequestError(f"the caption of sample '{sample}' has characters that are none") from None


class ImageFolder(_Images):
    """Every image below a folder, in the order of their paths. The id of one is its path in the folder, without the suffix."""

    groups: list[int] | None = None

    def __init__(self, folder: str) -> None:
        self.name = pathlib.Path(folder).resolve().name
        root = pathlib.Path(folder)
        found = sorted(_image_paths(root), key=lambda path: os.fsencode(path.relative_to(root)))
        if not found:
            raise RequestError(f"there is no image in the folder {folder}: {', '.join(_IMAGES)} are looked for")
        self._paths = found
        self.ids = [path.relative_to(root).with_suffix("").as_posix() for path in found]
        twice = _first_twice(self.ids)
        if twice is not None:
            one, two = (path for path, sample in zip(found, self.ids, strict=True) if sample == twice)
            raise RequestError(f"{one} and {two} would be one sample, '{twice}': rename one of them")
        self.ids = checked_ids(self.ids)

    def _images(self, begin: int, end: int) -> Iterator[tuple[str, pathlib.Path | bytes]]:
        yield from zip(self.ids[begin:end], self._paths[begin:end], strict=True)


class ImageRecords(_Images):
    """Images of a field of a data set: files by their paths, which are relative to the data set's own folder, or bytes in the data set."""

    def __init__(self, records: Records, field: str, id_field: str | None, group_field: str | None = None) -> None:
        self.name = records.name
        self._records, self._field = records, field
        self.ids, self.groups = _ids_and_groups(records, id_field, group_field)

    def _images(self, begin: int, end: int) -> Iterator[tuple[str, pathlib.Path | bytes]]:
        for row, values in self._records.rows([self._field], begin, min(end, len(self.ids))):
            sample = self.ids[row]
            image = _present(values, self._field, sample, self._records.place)
            # The form in which the hub's data sets and their parquet files keep images.
            if isinstance(image, dict) and ("bytes" in image or "path" in image):
                image = image.get("bytes") or image.get("path")
            if isinstance(image, str) and image:
                image = self._records.folder / image
            if not isinstance(image, bytes | pathlib.Path) or not image:
                raise RequestError(f"sample '{sample}' (row {row} of {self._records.place}) has no image")
            yield sample, image


def shown(samples: Samples, rows: range) -> list[bytes]:
    """What stands for these rows."""
    found = list(samples.inputs(rows.start, rows.stop))
    if len(found) != len(rows):
        raise RequestError(
            f"the data set '{samples.name}' has lost samples since its ids were read: say the same again"
        )
    return found


def decoded(data: bytes, sample: str) -> Any:
    """An image file's bytes as a Pillow image in RGB.

    Grey, palettes and transparency are converted as Pillow does it, which drops the latter, and a camera's rotation is left alone: so do the
    field's scripts.
    """
    with _opened(data, sample) as image:
        return image.convert("RGB")


@contextlib.contextmanager
def _opened(source: pathlib.Path | bytes, sample: str) -> Iterator[Any]:
    """A Pillow image whose pixels are not read yet. What has no conversion to RGB without a choice is refused: CMYK needs a profile, more than
    8 bits a scale."""
    import PIL.Image

    try:
        _check_regular(source)
        with PIL.Image.open(io.BytesIO(source) if isinstance(source, bytes) else source) as image:
            if image.mode == "CMYK":
                raise RequestError(
                    f"the image of sample '{sample}' is in CMYK, whose colours depend on a profile: convert it to RGB"
                )
            if image.mode not in _MODES:
                raise RequestError(
                    f"the image of sample '{sample}' has pixels of the kind {image.mode}: convert it to 8-bit RGB"
                )
            yield image
    except RequestError:
        raise
    except Exception as error:
        # Decoders of damaged files raise nearly anything.
        raise RequestError(f"the image of sample '{sample}' cannot be read: {_why(error, source)}") from error


def _check_regular(source: pathlib.Path | bytes) -> None:
    """Whoever opens a pipe waits for somebody to write, and a device may never end."""
    if isinstance(source, pathlib.Path) and not stat.S_ISREG(os.stat(source).st_mode):
        raise OSError(errno.EINVAL, "it is no regular file", str(source))


def _why(error: Exception, source: pathlib.Path | bytes) -> str:
    """What a failure says, with the file's name where it has one."""
    if isinstance(error, OSError) and error.strerror and isinstance(source, pathlib.Path):
        return f"{source}: {error.strerror}"
    return str(error) or type(error).__name__


def _ids_and_groups(
    records: Records, id_field: str | None, group_field: str | None
) -> tuple[list[str], list[int] | None]:
    ids: list[str] = []
    groups: list[int] | None = None if group_field is None else []
    for row, values in records.rows([field for field in (id_field, group_field) if field is not None]):
        if id_field is None:
            ids.append(str(row))
        else:
            if id_field not in values:
                raise RequestError(
                    f"row {row} of {records.place} has no field '{id_field}', and stores are joined by ids: name the field with --id, or"
                    " number the rows with --counter-ids where they are the same samples everywhere"
                )
            value = values[id_field]
            if not isinstance(value, str | int) or isinstance(value, bool) or value == "":
                raise RequestError(f"the id in row {row} of {records.place} is {value!r:.60}, and should be a text")
            ids.append(str(value))
        if groups is not None:
            groups.append(_group(values, str(group_field), ids[-1]))
    twice = _first_twice(ids)
    if twice is not None:
        one = ids.index(twice)
        two = ids.index(twice, one + 1)
        raise RequestError(f"the id '{twice}' is there twice, in rows {one} and {two} of {records.place}")
    return checked_ids(ids), groups


def _group(values: Any, field: str, sample: str) -> int:
    """A whole number, also in digits, as in tables, and in floating point, as where others are missing."""
    value = found = values.get(field)
    if (isinstance(value, str) and _WHOLE.fullmatch(value)) or (
        isinstance(value, float) and value.is_integer() and abs(value) <= 1 << 53
    ):
        found = int(value)
    if not isinstance(found, int) or isinstance(found, bool) or not -(1 << 63) <= found < 1 << 63:
        raise RequestError(f"the group of sample '{sample}' is {value!r:.60}, and should be a whole number of 64 bits")
    return found


def _present(values: Any, field: str, sample: str, place: str) -> Any:
    if field not in values:
        raise RequestError(f"sample '{sample}' of {place} has no field '{field}': name the right one with --field")
    return values[field]


def _first_twice(ids: list[str]) -> str | None:
    seen: set[str] = set()
    for sample in ids:
        if sample in seen:
            return sample
        seen.add(sample)
    return None


def _image_paths(root: pathlib.Path) -> Iterator[pathlib.Path]:
    """Images in a folder and below. Every folder is gone through once: under its own path, else under that of the first link to it."""
    seen: set[tuple[int, int]] = set()
    folders, linked = [root], collections.deque[pathlib.Path]()
    while folders or linked:
        folder = folders.pop() if folders else linked.popleft()
        try:
            status = folder.stat()
            if (status.st_dev, status.st_ino) in seen:
                continue
            seen.add((status.st_dev, status.st_ino))
            with os.scandir(folder) as entries:
                found = sorted(
                    (entry for entry in entries if not entry.name.startswith(".")), key=lambda entry: entry.name
                )
        except OSError as error:
            raise RequestError(f"the folder {folder} cannot be read: {error.strerror}") from error
        for entry in found:
            if entry.is_dir(follow_symlinks=False):
                folders.append(pathlib.Path(entry.path))
            elif entry.is_dir():
                linked.append(pathlib.Path(entry.path))
            elif entry.name.lower().endswith(_IMAGES):
                yield pathlib.Path(entry.path)


def _file(path: pathlib.Path, sample: str) -> bytes:
    try:
        _check_regular(path)
        return path.read_bytes()
    except OSError as error:
        raise RequestError(f"the image of sample '{sample}' cannot be read: {_why(error, path)}") from error
