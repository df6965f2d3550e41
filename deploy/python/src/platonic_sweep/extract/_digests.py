"""Digests: of one input, of all ids in their order, of a network's weights, of what a shard holds."""

from __future__ import annotations

import hashlib
import pathlib
from collections.abc import Iterable, Mapping
from typing import Any

_SIZE = 16


def digest(data: bytes) -> str:
    """BLAKE2b-128 as 32 hexadecimal digits: what `/samples/digest` holds of a text in UTF-8 or of an image file's bytes."""
    return hashlib.blake2b(data, digest_size=_SIZE).hexdigest()


def digest_of_order(texts: Iterable[str]) -> str:
    """One digest of texts in their order; each goes in behind its length, so that no two lists share one."""
    hasher = hashlib.blake2b(digest_size=_SIZE)
    for text in texts:
        data = text.encode()
        hasher.update(len(data).to_bytes(8, "little"))
        hasher.update(data)
    return hasher.hexdigest()


def digest_of_folder(folder: pathlib.Path) -> str:
    """One digest of a folder's own files, their names and contents."""
    hasher = hashlib.blake2b(digest_size=_SIZE)
    for path in sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")):
        hasher.update(f"{path.name} {path.stat().st_size}\n".encode())
        with open(path, "rb") as file:
            while piece := file.read(1 << 20):
                hasher.update(piece)
    return hasher.hexdigest()


def digest_of_weights(network: Any) -> str:
    """One digest of all of a torch module's parameters and buffers: their names, types, shapes and values."""
    import torch

    hasher = hashlib.blake2b(digest_size=_SIZE)
    for name, tensor in sorted(network.state_dict().items()):
        if not isinstance(tensor, torch.Tensor):
            continue
        hasher.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
        # Without dimensions there is nothing to view as bytes; quantised and sparse tensors have no plain bytes at all.
        flat = tensor.detach().cpu().contiguous().reshape(-1)
        hasher.update(memoryview(flat.view(torch.uint8).numpy()))
    return hasher.hexdigest()


class Seal:
    """What a shard held when it was written, so that merging notices rows that were moved or damaged since.

    `samples` is over ids and digests, `features` over every layer's name and rows in their order, `values` over all else that a shard says of
    its samples.
    """

    def __init__(self) -> None:
        self._layers: dict[str, Any] = {}

    def add(self, layer: str, rows: Any) -> None:
        """Takes the next rows of a layer, a C-contiguous array in the type that is stored."""
        hasher = self._layers.setdefault(layer, hashlib.blake2b(digest_size=_SIZE))
        hasher.update(memoryview(rows).cast("B"))

    def features(self) -> str:
        return digest_of_order(text for name, hasher in self._layers.items() for text in (name, hasher.hexdigest()))

    @staticmethod
    def samples(ids: Iterable[str], digests: Iterable[str]) -> str:
        return digest_of_order(text for pair in zip(ids, digests, strict=True) for text in pair)

    @staticmethod
    def values(groups: Any, values: Mapping[str, Any], counts: Mapping[str, Any]) -> str:
        """`groups` is an (n,) array of int64 or None, `values` has (n,) arrays of float64 by name, `counts` numbers by name."""
        arrays = dict(sorted(values.items())) | ({} if groups is None else {"groups": groups})
        facts = [(name, digest(array.tobytes())) for name, array in arrays.items()]
        return digest_of_order(
            text for pair in facts + sorted((name, str(count)) for name, count in counts.items()) for text in pair
        )
