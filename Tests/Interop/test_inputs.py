"""Digests of what models were shown, `/samples/digest`: stores of one modality have to agree on them."""

import hashlib

import h5py
import numpy as np
import pytest

from conftest import write_store

IDS = [f"sample {i}" for i in range(20)]
INPUTS = [hashlib.blake2b(f"caption {i}".encode(), digest_size=16).hexdigest() for i in range(20)]


def store(path, inputs, modality="language"):
    write_store(
        path, path.stem, [np.random.default_rng(len(path.stem)).standard_normal((20, 6))], IDS, modality=modality
    )
    if inputs is not None:
        with h5py.File(path, "a") as file:
            file["samples/digest"] = np.array(inputs, dtype=h5py.string_dtype())
    return path


def test_scrambled_rows_are_found_out(platonic, tmp_path):
    order = [1, 0, *range(2, 18), 19, 18]
    one = store(tmp_path / "one.h5", INPUTS)
    other = store(tmp_path / "other.h5", [INPUTS[i] for i in order])
    words = ["--k", 3, "--output", tmp_path / "results.h5"]
    result = platonic.run("sweep", "--x", one, other, *words)
    assert result.returncode == 2 and not (tmp_path / "results.h5").exists()
    assert "4 ('sample 0', 'sample 1', 'sample 18', …)" in result.stderr and str(one) in result.stderr, result.stderr
    # Images of the same samples are other inputs, and a store that does not say is believed.
    image = store(tmp_path / "image.h5", INPUTS[::-1], modality="vision")
    silent = store(tmp_path / "silent.h5", None)
    platonic.succeed("sweep", "--x", one, "--y", image, silent, *words, "--quiet")


@pytest.mark.parametrize(
    "inputs", [INPUTS[:-1], [*INPUTS[:-1], "none"], [text.upper() for text in INPUTS], [*INPUTS[:-1], "g" * 32]]
)
def test_what_are_no_digests_are_refused(platonic, tmp_path, inputs):
    result = platonic.run("inspect", store(tmp_path / "one.h5", inputs))
    assert (
        result.returncode == 2 and "/samples/digest" in result.stderr and len(result.stderr.strip().splitlines()) == 2
    )
