"""What a file of references says of itself (Schemas/references.md): as much of it as a score needs before the program reads all of it.

The file is somebody else's, and what it says becomes options of a sweep. So nothing goes on from here but the values that are looked for, each of
the kind that it has to be, and a name that is there twice, which two readers may understand in two ways, is refused.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import math
import os
import stat
from collections.abc import Sequence
from typing import Any, BinaryIO

from ._program import RequestError

_LIST, _MANIFEST = "SHA256SUMS", "references.json"
_FORMAT, _VERSION = "platonic-references", 1
_BLOCK_BYTES = 512
# Lists and manifests that are longer are not ours, for the program as well.
_MOST_BYTES = 1 << 30
_CLIP_SCOPES, _NORMALIZATIONS = ("model", "layer", "sample_mean"), ("l2", "none")


@dataclasses.dataclass(frozen=True)
class Manifest:
    """What a score needs to know of references.

    Attributes
    ----------
    clip : float, optional
        The quantile of magnitudes at which values were clipped; none where they were not.
    clip_scope, normalize : str
        As the options of a sweep have them.
    excludes_groups : bool
    sample_ids : list of str
    dataset : str
        What the samples are.
    """

    clip: float | None
    clip_scope: str
    normalize: str
    excludes_groups: bool
    sample_ids: list[str]
    dataset: str


def manifest_of(path: str | os.PathLike[str]) -> Manifest:
    """Reads a file of references up to the end of its manifest.

    Raises
    ------
    RequestError
        There is none at `path`, it cannot be read, or it is none.
    """
    place = os.path.abspath(path)
    try:
        state = os.stat(place)
    except FileNotFoundError:
        raise RequestError(f"there are no references at {os.fspath(path)}") from None
    except (OSError, ValueError) as error:
        raise _unread(place, error) from error
    return _read(place, (state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns))


@functools.lru_cache(maxsize=4)
def _read(path: str, state: tuple[int, ...]) -> Manifest:
    """The manifest of the file that is in this state; the state is asked for by the cache alone."""
    try:
        # Whoever waits at a pipe waits for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        with open(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise RequestError(f"{path} holds no references: it is no regular file")
            text = _manifest_bytes(file, status.st_size)
    except OSError as error:
        raise _unread(path, error) from error
    try:
        found = None if text is None else json.loads(text.decode(), object_pairs_hook=_unique)
        return _checked(found)
    except (KeyError, IndexError, TypeError, ValueError, RecursionError) as error:
        why = f": {error}" if isinstance(error, _Malformed) else ""
        raise RequestError(
            f"{path} holds no references that can be read{why}: name a file that 'platonic bundle' made, or get it again"
        ) from error


def _unread(path: str, error: Exception) -> RequestError:
    reason = (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
    return RequestError(f"the references {path!r} cannot be read: {reason}")


class _Malformed(ValueError):
    """A manifest that is none, with what is wrong."""


def _manifest_bytes(file: BinaryIO, size: int) -> bytes | None:
    """The second member of the archive; None where the first two are not those that references begin with."""
    first = _member_bytes(file.read(_BLOCK_BYTES), _LIST)
    if first is None:
        return None
    file.seek(_BLOCK_BYTES + -(-first // _BLOCK_BYTES) * _BLOCK_BYTES)
    count = _member_bytes(file.read(_BLOCK_BYTES), _MANIFEST)
    if count is None or file.tell() + count > size:
        return None
    return file.read(count)


def _member_bytes(block: bytes, name: str) -> int | None:
    """The length of the plain file called `name` that a head of a tar archive (POSIX.1-1988, "ustar") announces; None where it is another one."""
    digits = block[124:135]
    if len(block) != _BLOCK_BYTES or block[:100].rstrip(b"\0") != name.encode() or block[156:157] != b"0":
        return None
    # Every other form of a length is some extension's.
    if block[257:263] != b"ustar\0" or not set(digits) <= set(b"01234567"):
        return None
    size = int(digits, 8)
    return size if size <= _MOST_BYTES else None


def _unique(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _Malformed(f"the manifest has {twice[:40]!r} twice")
    return found


def _checked(found: Any) -> Manifest:
    """The values that are wanted, each of the kind that it has to be."""
    if not isinstance(found, dict) or found["format"] != _FORMAT:
        raise _Malformed("it has no manifest where it has to be")
    if type(found["version"]) is not int or found["version"] != _VERSION:
        raise _Malformed(f"it has another version than {_VERSION}, which a newer package may read")
    contents, ids, dataset = found["contents"], found["sampleIDs"], found["models"][0]["store"]["dataset"]
    clip = contents.get("clip") if isinstance(contents, dict) else math.nan
    # A number that is none fails the comparison.
    if clip is not None and (isinstance(clip, bool) or not isinstance(clip, int | float) or not 0 < clip <= 1):
        raise _Malformed("its manifest has no quantile of clipping from 0 to 1")
    for name, known in (("clipScope", _CLIP_SCOPES), ("normalize", _NORMALIZATIONS), ("excludesGroups", (False, True))):
        if not isinstance(contents[name], type(known[0])) or contents[name] not in known:
            raise _Malformed(f"its manifest has no {name} that is known")
    if not isinstance(ids, list) or not ids or not all(isinstance(sample, str) for sample in ids):
        raise _Malformed("its manifest has no ids of samples")
    if not isinstance(dataset, str):
        raise _Malformed("its manifest has no name of a data set")
    clip = None if clip is None else float(clip)
    return Manifest(clip, contents["clipScope"], contents["normalize"], contents["excludesGroups"], ids, dataset)
