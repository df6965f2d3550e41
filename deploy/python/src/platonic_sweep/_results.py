"""Results of sweeps: what the program wrote, as xarray and pandas have it."""

from __future__ import annotations

import html
import json
import os
import pathlib
import re
import shutil
import weakref
from typing import TYPE_CHECKING, Any, Literal

import h5py
import numpy as np
import numpy.typing as npt

from ._outputs import carries_format, name_of_partial, publish, removing
from ._program import RequestError, run

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

_FORMAT = "platonic-results"
# Those of an exported table, in its order.
_COLUMNS = [
    "metric",
    "variant",
    "k",
    "x_model",
    "x_layer",
    "x_layer_name",
    "y_model",
    "y_layer",
    "y_layer_name",
    "score",
    "chance",
    "n",
    "z",
    "p",
    "adjusted",
    "q",
    "threshold",
    "calibrated",
    "standard_error",
    "lower",
    "upper",
    "queries",
]
# Tables with more models are cut off in notebooks.
_MOST_SHOWN = 40


def open_results(path: str | os.PathLike[str]) -> xr.DataTree:
    """Opens a results file as a tree of labelled arrays (Schemas/results.md).

    Parameters
    ----------
    path : str or path
        A file that `platonic sweep` or `sweep` wrote.

    Returns
    -------
    xarray.DataTree
        `tree["metrics/mutual_knn_k10/scores"]` has the dimensions `x` and `y`, which are the models. Arrays are read when they are used, and
        `tree.close()` closes the file.
    """
    import xarray as xr

    path = pathlib.Path(path)
    if not path.exists():
        raise FileNotFoundError(f"there are no results at {path}")
    # Whoever opens a pipe waits for somebody to write.
    if not path.is_file():
        raise RequestError(f"{path} is no results file of platonic: it is no regular file")
    try:
        with h5py.File(path, "r") as file:
            found = file.attrs.get("format")
    except OSError as error:
        raise RequestError(f"{path} is no results file of platonic: {error}") from error
    if found not in (_FORMAT, _FORMAT.encode()):
        raise RequestError(f"{path} is no results file of platonic")
    tree: xr.DataTree = xr.open_datatree(path, engine="h5netcdf")
    return tree


class Results:
    """The results of one sweep. In a notebook they show themselves as tables of models against models.

    Parameters
    ----------
    path : str or path
        A file that `platonic sweep` or `sweep` wrote.

    Attributes
    ----------
    path : pathlib.Path
        The file.
    tree : xarray.DataTree
        All of it, as `open_results` has it.
    metrics : list of str
        Ids of the metrics, such as `mutual_knn_k10`, in the order in which they were asked for.
    complete : bool
        Whether every score could be computed; `tree["provenance"].attrs["failures"]` says what could not.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = pathlib.Path(path)
        self.tree = open_results(self.path)
        # Closes the file when nobody has these any more, and removes it where it is temporary.
        self._end = weakref.finalize(self, _close, self.tree, None)

    @classmethod
    def _temporary(cls, path: pathlib.Path, folder: str) -> Results:
        """Those of a file in a folder that goes away with them."""
        results = cls(path)
        results._end.detach()
        results._end = weakref.finalize(results, _close, results.tree, folder)
        return results

    @property
    def metrics(self) -> list[str]:
        # In the file they are in alphabetical order; its specification has them as they were asked for.
        asked = re.search(r"^metrics: \[(.*)\]$", str(self.tree.attrs["spec"]), re.MULTILINE)
        kinds = asked[1].split(", ") if asked else []

        def place(item: tuple[str, Any]) -> tuple[int, float, str]:
            attributes = item[1].attrs
            kind = str(attributes.get("metric", ""))
            numbers = [float(attributes[name]) for name in ("k", "dimensions", "bandwidth") if name in attributes]
            return kinds.index(kind) if kind in kinds else len(kinds), numbers[0] if numbers else 0, item[0]

        return [name for name, _ in sorted(self.tree["metrics"].children.items(), key=place)]

    @property
    def complete(self) -> bool:
        return bool(self.tree.attrs["status"] == "complete")

    def scores(self, metric: str | None = None) -> pd.DataFrame:
        """Scores of every model (rows) with every other (columns): the maximum over their layers, NaN where there is none.

        Parameters
        ----------
        metric : str, optional
            The id of a metric; left out, the first one.
        """
        array = self._array(metric, "scores")
        frame: pd.DataFrame = array.to_pandas()
        return frame

    def layer_scores(self, x: str, y: str, metric: str | None = None) -> pd.DataFrame:
        """Scores of every layer of the model `x` (rows) with every layer of `y` (columns), by the layers' labels.

        Parameters
        ----------
        x, y : str
            Names of models.
        metric : str, optional
            The id of a metric; left out, the first one.
        """
        import pandas as pd

        array = self._array(metric, "layer_scores")
        sides = {}
        for side, name in (("x", x), ("y", y)):
            models = [str(model) for model in self._values(side)]
            if name not in models:
                raise RequestError(f"'{name}' is none of the models {', '.join(models)}")
            owners = self._values(f"{side}_layer_model")
            sides[side] = np.flatnonzero(owners == models.index(name))
        values = np.asarray(array.values)[np.ix_(sides["x"], sides["y"])]
        labels = {side: self._values(f"{side}_layer_label")[chosen] for side, chosen in sides.items()}
        return pd.DataFrame(values, index=pd.Index(labels["x"], name="x"), columns=pd.Index(labels["y"], name="y"))

    def to_frame(self, level: Literal["model", "layer"] = "model") -> pd.DataFrame:
        """Tidy rows with everything that is known of a pair, as `platonic export` has them.

        Parameters
        ----------
        level : "model" or "layer"
            One row for the best layers of each pair of models, or one for each pair of layers.

        Returns
        -------
        pandas.DataFrame
            Columns: metric, variant, k, x_model, x_layer, x_layer_name, y_model, y_layer, y_layer_name, score, chance, n, z, p, adjusted, q,
            threshold, calibrated, standard_error, lower, upper, queries; NaN or NA where a number is not known.
        """
        import pandas as pd

        if level not in ("model", "layer"):
            raise RequestError(f"level is {level!r}, and should be 'model' or 'layer'")
        rows = json.loads(run(["export", self.path.absolute(), "--format", "json", "--level", level]))
        frame = pd.DataFrame(
            rows, columns=[*_COLUMNS, *sorted({name for row in rows[:1] for name in row} - set(_COLUMNS))]
        )
        whole = [name for name in ("k", "x_layer", "y_layer", "n", "queries") if name in frame]
        texts = ("metric", "variant", "x_model", "x_layer_name", "y_model", "y_layer_name")
        for name in frame.columns:
            if name in whole:
                frame[name] = frame[name].astype("Int64")
            elif name not in texts:
                frame[name] = pd.to_numeric(frame[name])
        return frame

    def report(self, directory: str | os.PathLike[str]) -> pathlib.Path:
        """Writes the report, with figures and every number in them, into a directory, and returns the path of its page.

        Parameters
        ----------
        directory : str or path
            A directory that is not there yet, is empty, or has an earlier report.
        """
        run(["report", self.path.absolute(), "--output", pathlib.Path(directory).absolute()])
        return pathlib.Path(directory) / "report.html"

    def explain(self, x: str, y: str) -> str:
        """What the results say of two models, in words.

        Parameters
        ----------
        x, y : str
            Names of models.
        """
        return run(["explain", self.path.absolute(), x, y])

    def save(self, path: str | os.PathLike[str], *, replace: bool = False) -> pathlib.Path:
        """Copies the results file, which is temporary where `sweep` was given no `output`.

        Parameters
        ----------
        path : str or path
            The file to write.
        replace : bool
            Whether a results file of that name is replaced; nothing else ever is. A link to one stays, and what it leads to is replaced.
        """
        path = pathlib.Path(path)
        if os.path.lexists(path) and not replace:
            raise RequestError(f"{path} is there already: give replace=True to write in its place")
        if os.path.lexists(path) and not _is_results(path):
            raise RequestError(f"{path} is there and is no results file: choose another place")
        place = pathlib.Path(os.path.realpath(path)) if replace else path
        partial = name_of_partial(place)
        with open(self.path, "rb") as source, open(partial, "xb") as copy, removing(partial):
            shutil.copyfileobj(source, copy)
            copy.flush()
            os.fsync(copy.fileno())
            publish(partial, place, _is_results if replace else None, "choose another place")
        return path

    def close(self) -> None:
        """Closes the file, and removes it where it is temporary."""
        self._end()

    def _array(self, metric: str | None, name: str) -> xr.DataArray:
        import xarray as xr

        if not self.metrics:
            raise RequestError(
                "these results are curves over ranges of k, and have no single scores: see tree['curves'], or give a number such as k=10"
            )
        metric = metric or self.metrics[0]
        if metric not in self.metrics:
            raise RequestError(f"'{metric}' is none of the metrics {', '.join(self.metrics)}")
        array = self.tree[f"metrics/{metric}/{name}"]
        assert isinstance(array, xr.DataArray)
        return array

    def _values(self, name: str) -> npt.NDArray[Any]:
        return np.asarray(self.tree.dataset[name].to_numpy())

    def __repr__(self) -> str:
        sizes = self.tree.sizes
        state = "" if self.complete else ", with gaps"
        models = f"{sizes['x']} x {sizes['y']} models"
        return f"<Results: {models}, {', '.join(self.metrics)}, {sizes['sample']} samples{state}>"

    def _repr_html_(self) -> str:
        parts = [f"<p>{html.escape(repr(self)[1:-1])}</p>"]
        parts += [self._table(metric) for metric in self.metrics]
        return "<div>" + "".join(parts) + "</div>"

    def _table(self, metric: str) -> str:
        """One metric's scores; a cell is the darker the higher its score is."""
        frame = self.scores(metric)
        shown = frame.iloc[:_MOST_SHOWN, :_MOST_SHOWN]
        head = "".join(f"<th>{html.escape(str(name))}</th>" for name in shown.columns)
        rows = []
        for name, row in zip(shown.index, shown.to_numpy(), strict=True):
            cells = "".join(_cell(value) for value in row)
            rows.append(f"<tr><th style='text-align:left'>{html.escape(str(name))}</th>{cells}</tr>")
        cut = "" if shown.shape == frame.shape else f"<p>the first {_MOST_SHOWN} of {max(frame.shape)} models</p>"
        title = f"<caption style='text-align:left'><b>{html.escape(metric)}</b></caption>"
        return f"<table>{title}<thead><tr><th></th>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>{cut}"


def _close(tree: xr.DataTree, folder: str | None) -> None:
    tree.close()
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)


def _is_results(path: pathlib.Path) -> bool:
    return carries_format(path, _FORMAT)


def _cell(value: Any) -> str:
    if not np.isfinite(value):
        return "<td style='text-align:right'>&ndash;</td>"
    # Readable on light and dark pages: the colour is thin, and the text stays the page's.
    strength = min(max(float(value), 0.0), 1.0) * 0.6
    return f"<td style='text-align:right;background:rgba(31,119,180,{strength:.2f})'>{value:.3f}</td>"
