"""From models and captions to scores, through the program: the way that deploy/python/EXTRACTION.md goes."""

import json
import subprocess
import sys

import h5py
import numpy as np
import torch
import transformers

from conftest import ROOT, facts_of, layers_of


def run(binary, *words, **options):
    done = subprocess.run([binary, *map(str, words)], capture_output=True, text=True, **options)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_from_models_and_captions_to_figure_3(extract, model_folder, captions, images, binary, tmp_path):
    extract.accepted("hf", model_folder("causal"), model_folder("llama"), "--data", captions)
    words = ["--images", images, "--random-weights", 7]
    extract.accepted("timm", "test_vit", "test_resnet", *words, "--dataset", "captions", output=tmp_path / "vision")
    found = json.loads(run(binary, "inspect", "--json", extract.stores, tmp_path / "vision"))
    assert {store["model"] for store in found} == {
        "tiny-causal",
        "tiny-llama",
        "test_vit (random 7)",
        "test_resnet (random 7)",
    }
    results = tmp_path / "figure3.h5"
    environment = {"XDG_CACHE_HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    words = ["sweep", "--x", extract.stores, "--y", tmp_path / "vision", "--metric", "mutual_knn", "--k", 5]
    run(binary, *words, "--output", results, "--report", tmp_path / "report", env=environment)
    page = (tmp_path / "report/report.html").read_text()
    assert "bits_per_byte" in page
    with h5py.File(results) as file:
        scores = file["metrics/mutual_knn_k5/scores"][:]
    assert scores.shape == (2, 2) and np.isfinite(scores).all()


def test_our_stores_score_as_the_released_codes_files_do(extract, model_folder, captions, texts, ids, binary, tmp_path):
    """`feats`, as that code makes them (mean over tokens, all hidden states, left to right), imported, against our own extraction."""
    folder = model_folder("llama")
    extract.accepted("hf", folder, "--data", captions, "--store-dtype", "float16")
    model = transformers.LlamaForCausalLM.from_pretrained(folder).eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    tokens = tokenizer(texts, padding="longest", truncation=True, return_tensors="pt")
    with torch.no_grad():
        output = model(**{name: tokens[name] for name in ("input_ids", "attention_mask")}, output_hidden_states=True)
    mask = tokens["attention_mask"][:, None, :, None]
    states = torch.stack(output.hidden_states).permute(1, 0, 2, 3)
    feats = ((states * mask).sum(2) / mask.sum(2)).half()
    torch.save({"feats": feats, "num_params": 1, "mask": tokens["attention_mask"]}, tmp_path / "released.pt")
    (tmp_path / "ids.txt").write_text("\n".join(ids) + "\n")
    script = ROOT / "scripts/import_features.py"
    words = ["--modality", "language", "--dataset", "captions", "--ids", tmp_path / "ids.txt"]
    command = [sys.executable, script, tmp_path / "released.pt", *words, "--output", tmp_path / "released.h5"]
    subprocess.run(list(map(str, command)), check=True, capture_output=True)
    extract.accepted("hf", model_folder("encoder"), "--data", captions, output=tmp_path / "other")
    results = tmp_path / "r.h5"
    environment = {"XDG_CACHE_HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    sides = ["--x", extract.stores / "tiny-llama.h5", tmp_path / "released.h5", "--y", tmp_path / "other"]
    run(binary, "sweep", *sides, "--metric", "mutual_knn", "--k", 5, "--output", results, env=environment)
    with h5py.File(results) as file:
        ours, theirs = file["metrics/mutual_knn_k5/scores"][:, 0]
    assert abs(ours - theirs) < 0.005
    assert len(layers_of(tmp_path / "released.h5")) == len(layers_of(extract.stores / "tiny-llama.h5"))
    assert facts_of(tmp_path / "released.h5")[2]["ids"] == ids
