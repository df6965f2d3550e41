"""The symmetric matrix product of the OpenBLAS that the program is linked with: the least that neighbours take."""

import ctypes
import time

import numpy as np

import bench_kernels

ROW_MAJOR, UPPER, NO_TRANSPOSE = 101, 121, 111
# Rows that are multiplied where the product of all would take more than memory has to spare.
MOST_ROWS = 20_000


def available_bytes():
    with open("/proc/meminfo", encoding="utf-8") as info:
        return next(1024 * int(line.split()[1]) for line in info if line.startswith("MemAvailable"))


class SymmetricProduct:
    """ssyrk on so many threads, as OpenBLAS shares it among them."""

    def __init__(self, threads, binary):
        with bench_kernels.kernels(binary):
            self.library = ctypes.CDLL("libopenblas.so.0")
        self.library.openblas_set_num_threads(threads)
        self.threads = threads

    def prepare(self, samples, width):
        """Makes the operands for `samples` rows, or for as many as fit, and multiplies them once. Returns the rows."""
        rows = samples if 4 * samples**2 < available_bytes() // 2 else min(samples, MOST_ROWS)
        self.share = (samples / rows) ** 2
        self.features = np.random.default_rng(1).standard_normal((rows, width), dtype=np.float32)
        self.product = np.zeros((rows, rows), dtype=np.float32)
        self.once()
        return rows

    def once(self):
        """Seconds of one product of what was prepared, extrapolated to all samples by the square of the rows."""
        pointer, (rows, width) = ctypes.POINTER(ctypes.c_float), self.features.shape
        start = time.perf_counter()
        self.library.cblas_ssyrk(
            ROW_MAJOR, UPPER, NO_TRANSPOSE, ctypes.c_int(rows), ctypes.c_int(width), ctypes.c_float(1),
            self.features.ctypes.data_as(pointer), ctypes.c_int(width), ctypes.c_float(0),
            self.product.ctypes.data_as(pointer), ctypes.c_int(rows))  # fmt: skip
        return (time.perf_counter() - start) * self.share

    def seconds(self, samples, width, runs=3):
        """The least of several runs."""
        self.prepare(samples, width)
        return min(self.once() for _ in range(runs))
