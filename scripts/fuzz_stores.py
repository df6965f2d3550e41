#!/usr/bin/env python3
"""Opens damaged feature stores, as many as one likes, and prints what went wrong.

    nice .build-venv/bin/python scripts/fuzz_stores.py --count 50000 --seed 7

A store on which something went wrong is kept in --keep. Its exit status is 1 then.
"""

import argparse
import collections
import os
import pathlib
import sys
import tempfile

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "Tests/Interop"))
import store_fuzz  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / ".build/release/platonic")
    parser.add_argument("--keep", type=pathlib.Path, help="a folder for the stores on which something went wrong")
    arguments = parser.parse_args()
    originals = {name: (data, store_fuzz.places(data)) for name, data in store_fuzz.bases(ROOT).items()}
    names, generator = sorted(originals), np.random.default_rng(arguments.seed)
    outcomes, wrong = collections.Counter(), 0
    with (
        tempfile.TemporaryDirectory(dir="/dev/shm") as folder,
        store_fuzz.Opener(arguments.binary, dict(os.environ)) as opener,
        store_fuzz.Witness() as witness,
    ):
        path = pathlib.Path(folder) / "store.h5"
        comparison = store_fuzz.Comparison(arguments.binary, dict(os.environ), path.parent)
        slowest = most = 0
        for number in range(arguments.count):
            data, structures = originals[names[number % len(names)]]
            bad = store_fuzz.damaged(data, structures, generator)
            path.write_bytes(bad)
            reply, seconds, memory = answer = opener.ask(path)
            slowest, most = max(slowest, seconds), max(most, memory)
            kind = "read" if "findings" in reply else f"ended by {reply['died']}" if "died" in reply else "refused"
            outcomes[kind] += 1
            for fault in store_fuzz.faults(path, data, answer, witness, comparison):
                wrong += 1
                print(f"{number} ({names[number % len(names)]}): {fault}", flush=True)
                if arguments.keep:
                    arguments.keep.mkdir(parents=True, exist_ok=True)
                    (arguments.keep / f"{arguments.seed}-{number}.h5").write_bytes(bad)
    print(f"{arguments.count} stores: {dict(outcomes)}; {wrong} faults; slowest {slowest:.1f} s, most {most >> 20} MiB")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
