#!/usr/bin/env python3
"""Times exact k-nearest neighbours of a layer among its own samples: `layer-bench` beside faiss.IndexFlatIP, on the same features.

usage: scripts/bench_neighbours.py --binary LAYER_BENCH [--n 20000] [--d 768] [--k 10] [--threads 2] [--runs 5] [--json FILE]

Features are in memory before the clock starts. faiss searches for k + 1, since it finds each sample itself as well. Needs faiss-cpu.
"""

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time


def faiss_seconds(path, options):
    """Seconds of each search of all samples among themselves, rows normalised, after one that is not counted."""
    import faiss
    import numpy as np

    rows = np.fromfile(path, dtype=np.float32).reshape(options.n, options.d)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    faiss.omp_set_num_threads(options.threads)
    index = faiss.IndexFlatIP(options.d)
    index.add(rows)
    index.search(rows[:1000], options.k + 1)
    seconds = []
    for _ in range(options.runs):
        start = time.perf_counter()
        index.search(rows, options.k + 1)
        seconds.append(time.perf_counter() - start)
    return seconds, faiss.__version__


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--json")
    for name, value in (("n", 20000), ("d", 768), ("k", 10), ("threads", 2), ("runs", 5)):
        parser.add_argument(f"--{name}", type=int, default=value)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "rows.float32")
        words = [options.binary, "--precision", "float32", "--dump", path]
        for name in ("n", "d", "k", "threads", "runs"):
            words += [f"--{name}", str(getattr(options, name))]
        environment = dict(os.environ, OPENBLAS_NUM_THREADS="1")
        ours = json.loads(subprocess.run(words, check=True, capture_output=True, text=True, env=environment).stdout)
        seconds, version = faiss_seconds(path, options)
    theirs = statistics.median(seconds)
    layer, product = ours["layer seconds"], ours["ssyrk seconds"]
    print(f"n = {options.n}, d = {options.d}, k = {options.k}, {options.threads} threads, medians of {options.runs}")
    print(f"  faiss.IndexFlatIP {version:<24} {theirs:8.3f} s")
    print(f"  platonic, a whole layer                  {layer:8.3f} s   {theirs / layer:.2f} times faster")
    print(f"  ssyrk alone, from a part                 {product:8.3f} s   platonic takes {layer / product:.2f} of it")
    if options.json:
        with open(options.json, "w") as file:
            json.dump(dict(ours, faiss=version, **{"faiss seconds": theirs}), file, indent=2, sort_keys=True)


if __name__ == "__main__":
    main()
