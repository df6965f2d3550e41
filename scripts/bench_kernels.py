"""OpenBLAS with the kernels of this processor, whichever program brings it.

Its older versions take some newer processors for ones of twenty years ago, and are then four times slower than they need be. The program asks
for better ones by itself; what stands beside it is asked for the same.
"""

import contextlib
import os

import bench_machine

VARIABLE = "OPENBLAS_CORETYPE"


@contextlib.contextmanager
def kernels(binary):
    """While a library is loaded, which is when it reads the variable: those of the program, where the user did not ask for others."""
    asked = os.environ.get(VARIABLE)
    if not asked:
        os.environ[VARIABLE] = bench_machine.blas_core(binary)
    try:
        yield
    finally:
        if not asked:
            del os.environ[VARIABLE]


def faiss(binary):
    with kernels(binary):
        import faiss as module
    return module
