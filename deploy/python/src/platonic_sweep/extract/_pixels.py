"""Images of one size in one file, as `platonic study colour --images` takes them."""

from __future__ import annotations

import os
import pathlib
from typing import Any

import h5py
import numpy as np

from .._outputs import carries_format, name_of_partial, publish, removing
from .._program import RequestError
from .._stores import SteadyFile, telling
from ._reports import Reporter
from ._samples import Samples, decoded

_FORMAT = "platonic-images"
# What the program reads at once, and what it reads of one image at least.
_MOST_BYTES, _LEAST_SIZE = 2 << 30, 2
_BYTES_AT_ONCE = 16 << 20


def write_pixels(samples: Samples, size: int, path: pathlib.Path, force: bool, reporter: Reporter) -> None:
    """Writes a dataset `images` (samples, size, size, 3) of uint8, and their ids.

    The square in the middle of each image is brought to `size` by Pillow's box filter: a colour is then the mean of colours that lie beside
    each other, or where an image is smaller, one of its own. A file of that name is replaced only with `force`, and if it is one of these.
    """
    if size < _LEAST_SIZE:
        raise RequestError(
            f"--size is {size}, and images of one colour each have no neighbours: give {_LEAST_SIZE} at least"
        )
    needed = len(samples.ids) * size * size * 3
    if needed > _MOST_BYTES:
        raise RequestError(
            f"{len(samples.ids)} images of {size} x {size} pixels take {needed / 2**30:.1f} GiB, and a study at most 2: give a smaller --size"
        )
    _check_place(path, force)
    samples.check(0, len(samples.ids))
    place = pathlib.Path(os.path.realpath(path))
    partial = name_of_partial(place)
    rows = max(1, _BYTES_AT_ONCE // (size * size * 3))
    reporter.begin(path.name, len(samples.ids))
    with SteadyFile(partial, "x+") as steady, removing(partial):
        # What could not be written is known at the end of this block, and the file has no name before.
        with telling(steady):
            with h5py.File(steady, "w", libver=("earliest", "v110")) as file:
                file.attrs.update(format=_FORMAT, version=np.int64(1), dataset=samples.name)
                file.create_dataset("samples/ids", data=samples.ids, dtype=h5py.string_dtype(), track_times=False)
                images = file.create_dataset("images", (len(samples.ids), size, size, 3), np.uint8, track_times=False)
                for begin in range(0, len(samples.ids), rows):
                    end = min(begin + rows, len(samples.ids))
                    inputs = zip(samples.inputs(begin, end), samples.ids[begin:end], strict=True)
                    images[begin:end] = [_square(decoded(data, sample), size) for data, sample in inputs]
                    reporter.advance(end - begin)
            os.fsync(steady.fileno())
        publish(partial, place, _is_ours if force else None, "choose another place")
    reporter.end()
    reporter.store("written", path, images=len(samples.ids), size=size)


def _square(image: Any, size: int) -> Any:
    import PIL.Image

    side = min(image.size)
    left, top = ((length - side) // 2 for length in image.size)
    # Cut first: the filter would look at what lies around.
    middle = image.crop((left, top, left + side, top + side))
    return np.asarray(middle.resize((size, size), PIL.Image.Resampling.BOX))


def _check_place(path: pathlib.Path, force: bool) -> None:
    if not path.parent.is_dir():
        raise RequestError(f"there is no folder {path.parent} for {path.name}: make it, or choose another place")
    if not os.path.lexists(path):
        return
    if not force:
        raise RequestError(f"{path} is there already: give --force to write in its place")
    if not _is_ours(path):
        raise RequestError(f"{path} is there and holds no images of ours: choose another place")


def _is_ours(path: pathlib.Path) -> bool:
    return carries_format(path, _FORMAT)
