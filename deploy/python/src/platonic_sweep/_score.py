"""Scores of one model against published references."""

from __future__ import annotations

import json
import os
import pathlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ._program import RequestError, run_sweep
from ._references import Manifest, manifest_of
from ._stores import as_array, layers_of, write_store
from ._sweep import words_of
from ._temporary import temporary_folder

if TYPE_CHECKING:
    import pandas as pd


def score(
    features: Any,
    references: str | os.PathLike[str],
    *,
    metric: str | Iterable[str] = "mutual_knn",
    k: int | Iterable[int] | None = None,
    ids: Iterable[str] | None = None,
    model: str = "mine",
    **options: Any,
) -> pd.DataFrame:
    """Scores a model against published references, such as in a training loop.

    The scores are those of `platonic sweep` with the stores of the references, to the last bit where these are of neighbour metrics.

    Parameters
    ----------
    features : features in memory, or path of a store
        An array of shape (n, d), several by the name of their layer, an array of shape (n, layers, d); or a feature store.
    references : str or path
        A file that `platonic bundle` made.
    metric : str or iterable of str
        Names of metrics that the references hold.
    k : int or iterable of int, optional
        Numbers of neighbours, 10 if left out, up to the length of the references' lists.
    ids : iterable of str, n of them, optional
        Ids of the samples of features in memory; left out, rows are the references' samples in their order.
    model : str
        The name of the model of features in memory.
    **options
        Every other option of `platonic sweep`, as in `sweep`: `workers=1`, `artifacts="cache/"`, `calibrate=True`, … Preparation is that of the
        references.

    Returns
    -------
    pandas.DataFrame
        A row for each metric and model of the references, the most alike first. Columns: metric, reference, score (the maximum over layer
        pairs, NaN where it is undefined), layer and reference_layer (indices of the layers that attain it, or NA), chance (the score that
        unrelated models are expected to have for a layer pair, or NaN).

    Raises
    ------
    RequestError
        The references do not hold what is asked for, in the program's sentence.
    """
    import pandas as pd

    held = manifest_of(references)
    with temporary_folder("platonic-score-") as folder:
        store = _store(features, held, ids, model, pathlib.Path(folder))
        words = ["--x", str(store), "--y", os.path.abspath(references), "--output", f"{folder}/results.h5"]
        words += words_of({"metric": metric, "k": k} | _preparation(held) | options)
        found = json.loads(run_sweep([*words, "--json", "--quiet"], allowed=(0, 1)))
    frames = []
    for one in found["metrics"]:
        layers = pd.array([_layer(place) for place in one["bestXLayer"][0]], dtype="Int64")
        others = pd.array([_layer(place) for place in one["bestYLayer"][0]], dtype="Int64")
        frame = pd.DataFrame({
            "metric": one["id"], "reference": found["y"], "score": pd.Series(one["scores"][0], dtype="float64"), "layer": layers,
            "reference_layer": others, "chance": float("nan") if one.get("chance") is None else one["chance"],
        })  # fmt: skip
        frames.append(frame.sort_values("score", ascending=False, kind="stable"))
    return pd.concat(frames, ignore_index=True)


def _layer(place: int) -> int | None:
    return place if place >= 0 else None


def _preparation(held: Manifest) -> dict[str, Any]:
    """The options of a sweep that prepares rows as the references were."""
    return {
        "clip": "none" if held.clip is None else held.clip, "clip_scope": held.clip_scope, "normalize": held.normalize,
        "exclude_groups": held.excludes_groups,
    }  # fmt: skip


def _store(features: Any, held: Manifest, ids: Iterable[str] | None, model: str, folder: pathlib.Path) -> pathlib.Path:
    if isinstance(features, str | os.PathLike):
        return pathlib.Path(features).absolute()
    layers = {layer: as_array(values) for layer, values in layers_of(features).items()}
    names = held.sample_ids if ids is None else list(ids)
    for layer, values in layers.items():
        if len(values) != len(names):
            whose = "the references have" if ids is None else "there are ids of"
            raise RequestError(f"layer '{layer}' has {len(values)} rows, and {whose} {len(names)} samples")
    return write_store(folder / "mine.h5", layers, names, model=model, modality="unknown", dataset=held.dataset)
