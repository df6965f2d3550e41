"""Writes a feature store that appears under its name only when it is whole and on disk."""

import contextlib
import io

import h5py
import numpy as np

from .refusal import Refusal


class SteadyFile(io.FileIO):
    """A file that keeps its first error for later: libhdf5 crashes when the process ends after a failed write."""

    failure = None

    def attempt(self, operation):
        try:
            return operation()
        except OSError as error:
            self.failure = self.failure or error

    def write(self, data):
        def write_all():
            rest = memoryview(data)
            while rest:
                rest = rest[io.FileIO.write(self, rest) :]

        self.attempt(write_all)
        return len(data)

    def truncate(self, size=None):
        self.attempt(lambda: io.FileIO.truncate(self, size))
        return size


def write_store(file, layers, ids, groups, attributes, scores, lower):
    # The bounds keep the file readable by every libhdf5 since 1.10, whatever the default of the one that writes it.
    with h5py.File(file, "w", libver=("earliest", "v110")) as store:
        store.attrs.update(format="platonic-features", version=np.int64(1), **attributes)
        store.create_dataset("samples/ids", data=ids, dtype=h5py.string_dtype(), track_times=False)
        if groups is not None:
            store.create_dataset("samples/groups", data=np.array(groups, np.int64), track_times=False)
        for index, layer in enumerate(layers):
            dataset = store.create_dataset(f"layers/{index:04d}", data=layer.values(), track_times=False)
            dataset.attrs["name"] = layer.name
        if scores:
            group = store.create_group("scores")
            for name, score in scores.items():
                group.attrs[name] = np.float64(score)
            if lower:
                group.attrs["lower_is_better"] = np.array(lower, dtype=h5py.string_dtype())


@contextlib.contextmanager
def whole_or_absent(place):
    """A file to write to, which gets its place once it is whole and on disk, or vanishes."""
    try:
        # A file of that name is never written over.
        with place.partial() as partial, SteadyFile(partial, "x+") as file:
            try:
                yield file
            finally:
                if file.failure:
                    raise file.failure
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Refusal(
            f"the store cannot be written: {reason}", place.path, "free space, or choose another place", status=1
        ) from error
