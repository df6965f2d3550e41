"""Extraction: features from networks, straight into feature stores. The command is `platonic-extract`; deploy/python/EXTRACTION.md is its guide.

Data flows through these files, each of which is readable alone:

    _records ──► _samples ──► _language, _vision, _modules ──► _writing ──► stores
     (rows)      (ids, inputs,   (a network's features,         (resume, shards,
                  digests)        window after window)           one file a model)

`_command` reads the command line, `_pooling` makes one row of a sample's tokens or pixels, `_sharding` says which rows are whose,
`_merging` makes one store of shards, `_benchmarks` puts scores into stores, `_reports` says how far it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._modules import UserModule

__all__ = ["UserModule"]


def __getattr__(name: str) -> Any:
    # The command sees to signals before it loads what takes long.
    if name != "UserModule":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from ._modules import UserModule

    return UserModule
