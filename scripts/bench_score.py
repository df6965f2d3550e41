#!/usr/bin/env python3
"""Times `platonic_sweep.score`: one model of 12 layers (n = 1,024, d = 768) against references of the paper's 17 vision models.

usage: scripts/bench_score.py --binary PLATONIC [--stores FOLDER] [--peer FOLDER [--peer-python PYTHON]] [--runs 5] [--json FILE]

Stores are synthetic, of the shapes of figure 3, and are bundled once. Each first call finds an empty artifact directory, each second one what
the first left; the process has imported the package and called it before. Scores are held to those of a sweep with the stores, to the
last bit. Beside it stands `Alignment.score` of the paper's released code (github.com/minyoungg/platonic-rep) on the same features in float32
on as many threads, where PEER is a folder with it and PYTHON has torch: of two of the models, extrapolated by the pairs of layers.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import h5py
import numpy as np

import bench_rows
import make_figure3_stores
from bench_program import environment

SCRIPTS = pathlib.Path(__file__).resolve().parent
LAYERS, WIDTH, K = 12, 768, 10

# What mutual_knn does not use need not be there, and a processor is as good as CUDA's.
PEER = """
import json, sys, time, types
import h5py, torch

folder, mine, *others = sys.argv[1:]
sys.path.insert(0, folder)
for name in ("torchaudio", "torchaudio.functional", "datasets", "sklearn", "sklearn.cross_decomposition"):
    sys.modules.setdefault(name, types.ModuleType(name))
sys.modules["datasets"].load_dataset = sys.modules["sklearn.cross_decomposition"].CCA = None
sys.modules["torchaudio"].functional = sys.modules["torchaudio.functional"]
torch.Tensor.cuda = lambda self: self
torch.set_num_threads(2)
from platonic.alignment import Alignment

def features(path):
    with h5py.File(path) as store:
        return [torch.from_numpy(store["layers"][name][()]).float() for name in sorted(store["layers"])]

alignment = Alignment.__new__(Alignment)
alignment.models, alignment.device, alignment.dtype = others, "cpu", torch.float32
alignment.features = {path: features(path) for path in others}
x = features(mine)
start = time.perf_counter()
scores = alignment.score(x, "mutual_knn", topk=10)
print(json.dumps({"seconds": time.perf_counter() - start, "scores": [float(scores[path][0]) for path in others]}))
"""


def write_mine(path, ids):
    """A model like the others, which nobody has seen."""
    generator = np.random.default_rng(99)
    latent = make_figure3_stores.latent_samples(np.random.default_rng(0))
    with h5py.File(path, "w") as store:
        store.attrs.update(
            format="platonic-features", version=1, model="mine", modality="vision", dataset=ids["dataset"]
        )
        store.create_dataset("samples/ids", data=ids["ids"], dtype=h5py.string_dtype())
        for layer in range(LAYERS):
            values = latent @ generator.standard_normal((latent.shape[1], WIDTH), dtype=np.float32)
            values += generator.standard_normal(values.shape, dtype=np.float32)
            store[f"layers/{layer:04}"] = values.astype(np.float16)
    return path


def peer_seconds(options, mine, stores):
    """Seconds of the released code against all stores, from two of them, and the scores of these; None where it is not there."""
    if not options.peer:
        return None
    chosen = stores[:2]
    command = [options.peer_python, "-c", PEER, options.peer, mine, *chosen]
    found = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if found.returncode != 0:
        raise SystemExit(f"the released code: {found.stderr[-800:]}")

    def layers(paths):
        counts = []
        for path in paths:
            with h5py.File(path) as store:
                counts.append(len(store["layers"]))
        return sum(counts)

    told = json.loads(found.stdout.splitlines()[-1])
    return told["seconds"] * layers(stores) / layers(chosen), told["scores"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=pathlib.Path, required=True)
    parser.add_argument("--stores", type=pathlib.Path, help="the vision stores of make_figure3_stores.py")
    parser.add_argument("--peer", type=pathlib.Path)
    parser.add_argument("--peer-python", default=sys.executable)
    parser.add_argument("--scale", type=float, default=1.0, help="of stores that are made (default: 1)")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    os.environ["PLATONIC_BINARY"] = str(options.binary.resolve())
    sys.path.insert(0, str(SCRIPTS.parent / "deploy/python/src"))
    import platonic_sweep

    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        root = options.stores or folder / "stores/vision"
        if not options.stores:
            maker = [
                sys.executable,
                SCRIPTS / "make_figure3_stores.py",
                root.parent,
                "--scale",
                str(options.scale),
                "--side",
                "vision",
            ]
            subprocess.run([str(word) for word in maker], check=True, stdout=subprocess.DEVNULL)
        stores = sorted(root.glob("*.h5"))
        references = folder / "vision.references"
        start = time.perf_counter()
        words = [
            options.binary.resolve(),
            "bundle",
            "--x",
            root,
            "--k",
            K,
            "--artifacts",
            folder / "made",
            "--output",
            references,
        ]
        subprocess.run(
            [str(word) for word in [*words, "--quiet"]], check=True, env=environment(), stdout=subprocess.DEVNULL
        )
        bundling = time.perf_counter() - start
        with h5py.File(stores[0]) as store:
            ids = {"ids": [text.decode() for text in store["samples/ids"][()]], "dataset": store.attrs["dataset"]}
        mine = write_mine(folder / "mine.h5", ids)
        with h5py.File(mine) as store:
            features = {name: layer[()] for name, layer in store["layers"].items()}
        platonic_sweep.score(features, references, k=K, artifacts=folder / "warm")
        first, again = [], []
        for run in range(options.runs):
            for seconds in (first, again):
                start = time.perf_counter()
                found = platonic_sweep.score(features, references, k=K, artifacts=folder / f"artifacts {run}")
                seconds.append(time.perf_counter() - start)
        swept = platonic_sweep.sweep(mine, root, k=K, artifacts=folder / "swept").scores()
        same = all(swept.loc["mine", row.reference] == row.score for row in found.itertuples())
        peer = peer_seconds(options, mine, stores)
        layers = sum(len(h5py.File(path)["layers"]) for path in stores)
        size = references.stat().st_size / 2**20
    told, seconds = ("Alignment.score, released code, extrapolated from two models", peer[0]) if peer else (None, None)
    bench_rows.finish([
        bench_rows.row("score, the first time", statistics.median(first), "s", told, seconds,
                       note=f"{LAYERS} layers of {WIDTH} against {len(stores)} models of {layers}, n = {len(ids['ids']):,}, k = {K}; "
                            + ("the sweep's scores to the last bit" if same else "OTHER SCORES than the sweep's")),
        bench_rows.row("score, again", statistics.median(again), "s", told, seconds, note="artifacts at hand"),
        bench_rows.row("the references", size, "MiB", note=f"made in {bench_rows.shown(bundling, 's')}"),
    ], options.json)  # fmt: skip
    if not same:
        raise SystemExit("the scores are others than those of a sweep with the stores")


if __name__ == "__main__":
    main()
