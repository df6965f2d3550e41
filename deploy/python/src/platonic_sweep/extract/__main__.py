"""`python -m platonic_sweep.extract` is `platonic-extract`."""

from ._command import run

run()
