"""How alike are the representations of many neural networks?

Features go in as NumPy arrays, torch tensors or feature stores, and every layer of every model is compared with every layer of every other:

>>> import numpy as np, platonic_sweep
>>> generator = np.random.default_rng(0)
>>> left = generator.normal(size=(1024, 64))
>>> results = platonic_sweep.sweep({"left": left, "right": left + 0.1 * generator.normal(size=left.shape)})
>>> results.scores("mutual_knn_k10").shape
(2, 2)

Everything is computed by the program `platonic`, which comes with this package; nothing is computed a second time in Python.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._program import PlatonicError, PlatonicWarning, RequestError, program, version
    from ._results import Results, open_results
    from ._score import score
    from ._stores import StoreWriter, write_store
    from ._sweep import sweep

__all__ = [
    "PlatonicError",
    "PlatonicWarning",
    "RequestError",
    "Results",
    "StoreWriter",
    "open_results",
    "program",
    "score",
    "sweep",
    "version",
    "write_store",
]

# The command `platonic` imports this package as well, and has no use for h5py, pandas and xarray.
_PLACES = {
    "PlatonicError": "_program",
    "PlatonicWarning": "_program",
    "RequestError": "_program",
    "program": "_program",
    "version": "_program",
    "Results": "_results",
    "score": "_score",
    "open_results": "_results",
    "StoreWriter": "_stores",
    "write_store": "_stores",
    "sweep": "_sweep",
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_PLACES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
