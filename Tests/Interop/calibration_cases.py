"""Seeded layers of pairs of models that calibrated-similarity has calibrated (scripts/make_calibration_golden.py)."""

import numpy as np

K, PERMUTATIONS, SAMPLES = 10, 199, 100
CASES = [
    {"name": "independent", "seed": 1, "share": 0.0, "depths": (3, 4)},
    {"name": "weakly aligned", "seed": 2, "share": 0.25, "depths": (4, 2)},
    {"name": "aligned", "seed": 3, "share": 1.0, "depths": (2, 3)},
    {"name": "planted in one layer", "seed": 4, "share": 0.6, "depths": (5, 5), "only": (3, 1)},
]


def layers(case):
    """The layers of both models (float32): `share` of what they have in common, in all of them or in one of each."""
    generator = np.random.default_rng(case["seed"])
    common = generator.normal(size=(SAMPLES, 6))

    def side(position):
        found = []
        for depth in range(case["depths"][position]):
            share = case["share"] if case.get("only", (depth, depth))[position] == depth else 0.0
            mixed = share * common @ generator.normal(size=(6, 12))
            found.append((mixed + generator.normal(size=(SAMPLES, 12))).astype(np.float32))
        return found

    return side(0), side(1)
