"""Damaged stores under `inspect`, `plan` and `sweep`: a sentence or the truth, never a crash, a hang or a GiB.

`scripts/fuzz_stores.py` does the same for as many stores as one likes.
"""

import numpy as np
import pytest

import store_fuzz
from conftest import ROOT, write_store

STORES = 2000
SEED = 1


@pytest.fixture(scope="module")
def originals():
    return {name: (data, store_fuzz.places(data)) for name, data in store_fuzz.bases(ROOT).items()}


def damaged_stores(originals, folder, count, seed):
    generator = np.random.default_rng(seed)
    names = sorted(originals)
    for number in range(count):
        data, structures = originals[names[number % len(names)]]
        path = folder / f"{number}.h5"
        path.write_bytes(store_fuzz.damaged(data, structures, generator))
        yield path, data
        path.unlink()


def test_whole_stores_are_read(platonic, originals, tmp_path):
    with store_fuzz.Opener(platonic.binary, platonic.environment) as opener, store_fuzz.Witness() as witness:
        for name, (data, _) in originals.items():
            path = tmp_path / f"{name}.h5"
            path.write_bytes(data)
            answer = opener.ask(path)
            assert "findings" in answer[0], f"{name}: {answer[0]}"
            assert store_fuzz.faults(path, data, answer, witness, None) == []


def test_damaged_stores_are_told_or_read_right(platonic, originals, tmp_path):
    wrong, read = [], 0
    comparison = store_fuzz.Comparison(platonic.binary, platonic.environment, tmp_path)
    with store_fuzz.Opener(platonic.binary, platonic.environment) as opener, store_fuzz.Witness() as witness:
        for path, original in damaged_stores(originals, tmp_path, STORES, SEED):
            answer = opener.ask(path)
            read += "findings" in answer[0]
            found = store_fuzz.faults(path, original, answer, witness, comparison)
            wrong += [f"{path.name}: {fault}" for fault in found]
    assert wrong == []
    assert 0 < read < STORES


def test_commands_on_damaged_stores_end_in_one_sentence(platonic, originals, tmp_path):
    good = tmp_path / "good.store"
    write_store(good, "good", [np.random.default_rng(3).normal(size=(40, 6))], [f"s{i}" for i in range(40)])
    commands = (
        ["inspect"], ["plan", "--metric", "cka", "--workers", "1", "--x", good],
        ["sweep", "--quiet", "--metric", "cka", "--workers", "1", "--output", tmp_path / "out.h5", "--x", good],
    )  # fmt: skip
    small = {name: original for name, original in originals.items() if name in ("plain", "packed", "checked", "new")}
    for number, (path, _) in enumerate(damaged_stores(small, tmp_path, 60, seed=2)):
        result, peak = platonic.measure(*commands[number % len(commands)], path)
        assert peak < 1 << 20
        assert result.returncode in (0, 1, 2), f"{path.name}: exit {result.returncode}\n{result.stderr}"
        if result.returncode != 0:
            assert result.stderr.count("platonic: ") == 1 + result.stderr.count("platonic: warning: "), result.stderr
        (tmp_path / "out.h5").unlink(missing_ok=True)
