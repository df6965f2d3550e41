#!/usr/bin/env python3
"""Writes Tests/Interop/data/calibrated_similarity.json: what PyPI's calibrated-similarity says of seeded layers under our permutations.

Needs torch and calibrated-similarity, which no test installs (5 GB): run by hand where they are,

    pip install torch calibrated-similarity numpy scipy && python scripts/make_calibration_golden.py

and once more with --check to compare with what is there.
"""

import argparse
import json
import pathlib
import sys

import calibrated_similarity
import numpy as np
import torch

TESTS = pathlib.Path(__file__).resolve().parents[1] / "Tests/Interop"
GOLDEN = TESTS / "data/calibrated_similarity.json"
sys.path.insert(0, str(TESTS))

import calibration_cases  # noqa: E402
import permutations  # noqa: E402


def neighbours(layer, k):
    """The k samples of largest cosine similarity, itself left out."""
    unit = layer / layer.norm(dim=1, keepdim=True)
    similarity = unit @ unit.T
    similarity.fill_diagonal_(-torch.inf)
    return similarity.topk(k, dim=1).indices


def mutual_knn(x, y, k=calibration_cases.K):
    a, b = neighbours(x, k), neighbours(y, k)
    return (a[:, :, None] == b[:, None, :]).sum().item() / (len(x) * k)


def cka(x, y):
    """Of rows of unit length, as everything that is compared is prepared."""

    def gram(layer):
        unit = layer / layer.norm(dim=1, keepdim=True)
        centred = unit - unit.mean(dim=0)
        return centred @ centred.T

    a, b = gram(x), gram(y)
    return ((a * b).sum() / (a.norm() * b.norm())).item()


def golden():
    found = []
    # Of so few samples threads do nothing but wait for each other.
    torch.set_num_threads(1)
    for case in calibration_cases.CASES:
        x, y = calibration_cases.layers(case)
        for name, similarity in {"mutual_knn": mutual_knn, "cka": cka}.items():
            for aggregate in ("max", "mean"):
                numbers = iter(range(1, calibration_cases.PERMUTATIONS + 1))

                def draw(count, device, numbers=numbers):
                    return torch.from_numpy(permutations.permutation(next(numbers), count)).to(device)

                score, p, threshold = calibrated_similarity.calibrate_layers(
                    [torch.from_numpy(layer).double() for layer in x],
                    [torch.from_numpy(layer).double() for layer in y],
                    similarity,
                    agg=aggregate,
                    K=calibration_cases.PERMUTATIONS,
                    perm_fn=draw,
                )
                found.append(
                    {
                        "case": case["name"],
                        "metric": name,
                        "aggregate": aggregate,
                        "score": float(score),
                        "p": round(float(p), 9),
                        "threshold": float(threshold),
                    }
                )
    return {"version": calibrated_similarity.__version__, "torch": torch.__version__, "values": found}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare with what is there, and write nothing")
    found = golden()
    if not parser.parse_args().check:
        GOLDEN.write_text(json.dumps(found, indent=1) + "\n")
        print(f"{len(found['values'])} values written to {GOLDEN}")
        return
    there = json.loads(GOLDEN.read_text())["values"]
    for a, b in zip(found["values"], there, strict=True):
        same = a["p"] == b["p"] and np.allclose([a["score"], a["threshold"]], [b["score"], b["threshold"]], atol=1e-6)
        assert same, f"{a} is now, {b} was written"
    print(f"{len(there)} values agree")


if __name__ == "__main__":
    main()
