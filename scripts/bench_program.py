"""Runs sweeps as users do: whole processes, timed from outside."""

import os
import subprocess
import time

import h5py
import numpy as np

THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
STAGES = ("surveys", "layers", "tiles")


def environment():
    """The environment without what was set for the programs that are compared with."""
    return {k: v for k, v in os.environ.items() if not k.startswith("PLATONIC_") and k not in THREADS}


class Sweeps:
    """Sweeps whose results go to `folder`."""

    def __init__(self, binary, folder):
        self.binary = binary
        self.folder = folder
        self.count = 0

    def run(self, words, workers, artifacts=None, watch=None, cores=None):
        """Wall-clock seconds of a whole command, and what its results say; artifacts start empty but in a given folder.

        `watch` is called with the process while it runs, which may use only `cores` of the machine's, if given.
        """
        self.count += 1
        output = self.folder / f"{self.count}.h5"
        artifacts = artifacts or self.folder / f"artifacts {self.count}"
        bound = ["taskset", "--cpu-list", f"0-{cores - 1}"] if cores else []
        command = [*bound, self.binary, "sweep", *words, "--workers", workers, "--artifacts", artifacts, "--output", output,
                   "--quiet", "--json"]  # fmt: skip
        start = time.perf_counter()
        process = subprocess.Popen([str(word) for word in command], env=environment(), text=True,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)  # fmt: skip
        if watch:
            watch(process)
        _, errors = process.communicate()
        wall = time.perf_counter() - start
        if process.returncode != 0:
            raise SystemExit(f"platonic sweep: exit {process.returncode}: {errors}")
        with h5py.File(output) as results:
            provenance = results["provenance"].attrs
            found = {name: float(provenance[f"seconds_{name}"]) for name in ("wall", *STAGES)}
            layers = len(results["x_layer"])
        output.unlink()
        return {"seconds": wall, "coordinator_seconds": found.pop("wall"), "worker_seconds": found, "layers": layers}


def write_store(path, model, samples, layers):
    """Writes a store of `layers`, arrays of `samples` rows in the precision in which they are stored."""
    with h5py.File(path, "w") as store:
        store.attrs.update(format="platonic-features", version=1, model=model, modality="none", dataset="benchmark")
        store.create_dataset("samples/ids", data=[f"sample {i}" for i in range(samples)], dtype=h5py.string_dtype())
        for number, layer in enumerate(layers):
            store.create_dataset(f"layers/{number:04}", data=layer)
    return path


def tiny_store(folder):
    """A store of next to nothing, whose sweep shows what starting takes."""
    values = np.random.default_rng(1).standard_normal((16, 8)).astype(np.float32)
    return write_store(folder / "tiny.h5", "tiny", 16, [values])
