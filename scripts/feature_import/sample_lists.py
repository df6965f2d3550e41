"""Reads what the samples are: ids and groups, from texts or from an existing feature store."""

import unicodedata

import h5py
import numpy as np

from .mistaken_files import refuse_mistaken
from .refusal import Refusal, warn


def read_lines(path):
    """The lines of a UTF-8 text. Only line feeds end a line, since an id may contain any other separator."""
    refuse_mistaken(path, is_text_expected=True)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise Refusal(error.strerror, path, "name a file that can be read") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise Refusal("the text is not UTF-8", f"{path}, line {line}", "save it as UTF-8") from error
    lines = [line.removesuffix("\r") for line in text.removesuffix("\n").split("\n")] if text else []
    for number, line in enumerate(lines, 1):
        if not line or "\0" in line:
            raise Refusal("the line is empty, or contains a NUL", f"{path}, line {number}", "write one entry a line")
    return lines


def read_groups(path):
    groups = []
    for number, line in enumerate(read_lines(path), 1):
        try:
            groups.append(np.int64(int(line)))
        except (ValueError, OverflowError) as error:
            raise Refusal(
                f"'{line}' is not an integer of 64 bits", f"{path}, line {number}", "write one integer a line"
            ) from error
    return groups


def read_store_samples(path, dataset):
    """Ids and groups of an existing feature store."""
    refuse_mistaken(path)
    try:
        with h5py.File(path, "r") as store:
            ids = store["samples/ids"].asstr()[:].tolist()
            groups = store["samples/groups"][:].tolist() if "samples/groups" in store else None
            named = store.attrs.get("dataset")
    except (OSError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise Refusal(f"the store's samples cannot be read: {error}", path, "name a feature store") from error
    named = named.decode("utf-8", "replace") if isinstance(named, bytes) else str(named)
    if named != dataset:
        warn(f"the data set of {path} is '{named}', not '{dataset}': a sweep refuses to mix them")
    return ids, groups


def check_unique(ids, origin):
    seen = {}
    for row, identifier in enumerate(ids):
        # Canonically equivalent spellings are one id to the program that reads the store.
        first = seen.setdefault(unicodedata.normalize("NFC", identifier), row)
        if first != row:
            raise Refusal(
                f"the sample id '{identifier}' occurs twice, as numbers {first + 1} and {row + 1}",
                origin,
                "make the ids unique",
            )
