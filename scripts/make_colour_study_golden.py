#!/usr/bin/env python3
"""Writes what the tests of ColourStudy hold alignments and comparisons to, from SciPy and NumPy.

usage: scripts/make_colour_study_golden.py     (needs NumPy and SciPy; tested with SciPy 1.17)

Tests/ColourStudyTests/ColourStudyGolden.swift   residuals of scipy.spatial.procrustes, which may mirror, and of
                                                 scipy.spatial.transform.Rotation.align_vectors, which may not; Spearman's
                                                 correlation of scipy.stats; unbiased CKA as Song et al. (2012) write HSIC_u
"""

from pathlib import Path

import numpy as np
from scipy.spatial import procrustes
from scipy.spatial.transform import Rotation
from scipy.stats import spearmanr

ROOT = Path(__file__).resolve().parent.parent
N = 12


def unbiased_hsic(k, m):
    n = len(k)
    k, m = k - np.diag(np.diag(k)), m - np.diag(np.diag(m))
    ones = np.ones(n)
    terms = (
        np.trace(k @ m)
        + (ones @ k @ ones) * (ones @ m @ ones) / ((n - 1) * (n - 2))
        - 2 / (n - 2) * (ones @ k @ m @ ones)
    )
    return terms / (n * (n - 3))


def proper_residual(source, target):
    """With the best rotation, no mirror image, and the best scale for it."""
    p, q = source - source.mean(0), target - target.mean(0)
    turned = Rotation.align_vectors(q, p)[0].apply(p)
    return 1 - np.vdot(turned, q) ** 2 / (np.vdot(p, p) * np.vdot(q, q))


def rows(values):
    lines = ", ".join(f"SIMD3({', '.join(repr(float(v)) for v in row)})" for row in values)
    return f"[{lines}]"


def main():
    random = np.random.default_rng(5)
    lines = [
        "/// Written by scripts/make_colour_study_golden.py.",
        "enum ColourStudyGolden {",
        "    struct Case {",
        "        let source: [SIMD3<Double>]",
        "        let target: [SIMD3<Double>]",
        "        let isReflected: Bool",
        "        let residual: Double",
        "        let properResidual: Double",
        "        let spearman: Double",
        "        let unbiasedCKA: Double",
        "    }",
        "",
        "    static let cases = [",
    ]
    for noise, mirror in [(0.3, False), (0.3, True), (2.0, False), (2.0, True)]:
        source = random.standard_normal((N, 3))
        target = Rotation.random(random_state=random).apply(source * (-1 if mirror else 1)) * 40 + [50, 3, -7]
        target = target + 40 * noise * random.standard_normal((N, 3))
        source, target = source.round(4), target.round(4)
        distances = [np.linalg.norm(a[:, None] - a, axis=2) for a in (source, target)]
        pairs = np.triu_indices(N, 1)
        kernels = [-0.5 * d**2 for d in distances]
        cka = unbiased_hsic(*kernels) / np.sqrt(
            unbiased_hsic(kernels[0], kernels[0]) * unbiased_hsic(kernels[1], kernels[1])
        )
        # scipy.spatial.procrustes turns and mirrors as is best.
        best = procrustes(target, source)[2]
        proper = proper_residual(source, target)
        lines.append(
            f"        Case(\n            source: {rows(source)},\n            target: {rows(target)},\n"
            f"            isReflected: {str(bool(proper > best + 1e-9)).lower()}, residual: {float(best)!r},\n"
            f"            properResidual: {float(proper)!r},\n"
            f"            spearman: {float(spearmanr(distances[0][pairs], distances[1][pairs])[0])!r},\n"
            f"            unbiasedCKA: {float(cka)!r}),"
        )
    lines += ["    ]", "}", ""]
    (ROOT / "Tests/ColourStudyTests/ColourStudyGolden.swift").write_text("\n".join(lines))


if __name__ == "__main__":
    main()
