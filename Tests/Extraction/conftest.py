"""Small networks, built from configurations and saved into folders: real transformers and timm, and nothing of a hub."""

import csv
import json
import os
import pathlib
import sys

os.environ |= {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "TOKENIZERS_PARALLELISM": "false",
}

import h5py
import numpy as np
import PIL.Image
import pytest
import tokenizers
import torch
import transformers

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "deploy/python/src"
sys.path.insert(0, str(PACKAGE))
# Others may need the machine's cores as well, and networks this small gain nothing by more.
torch.set_num_threads(2)

from platonic_sweep.extract._command import main  # noqa: E402

WORDS = [
    "a",
    "red",
    "blue",
    "small",
    "large",
    "old",
    "cat",
    "dog",
    "bird",
    "house",
    "tree",
    "river",
    "runs",
    "sleeps",
    "sings",
    "under",
    "beside",
    "near",
    "the",
    "an",
    "and",
    "über",
    "naïve",
    "猫",
]
SAMPLES = 40


@pytest.fixture(scope="session")
def binary():
    """The built program."""
    path = pathlib.Path(os.environ.get("PLATONIC_BINARY", ROOT / ".build/release/platonic")).resolve()
    if not path.exists():
        pytest.skip(f"{path} is missing: run scripts/build, or set PLATONIC_BINARY")
    return path


@pytest.fixture(scope="session")
def texts():
    """Captions of one to thirty words, so that batches are padded."""
    generator = np.random.default_rng(5)
    return [" ".join(generator.choice(WORDS, size=generator.integers(1, 31))) for _ in range(SAMPLES)]


@pytest.fixture(scope="session")
def ids():
    return [f"sample {row}" for row in range(SAMPLES)]


@pytest.fixture(scope="session")
def captions(tmp_path_factory, ids, texts):
    """The captions as JSON lines."""
    return write_captions(tmp_path_factory.mktemp("data") / "captions.jsonl", ids, texts)


def write_captions(path, ids, texts, **more):
    rows = [
        {"id": sample, "text": text} | {name: values[row] for name, values in more.items()}
        for row, (sample, text) in enumerate(zip(ids, texts, strict=True))
    ]
    if path.suffix == ".csv":
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
    else:
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def make_tokenizer(folder, kind, texts, padding_side="right"):
    """A byte-level tokenizer of the manner of the kind of model, into its folder."""
    special = ["<pad>", "<s>", "</s>"]
    tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE())
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = tokenizers.decoders.ByteLevel()
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=300,
        special_tokens=special,
        initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    form = {"causal": None, "llama": "<s> $A", "encoder": "<s> $A </s>", "encoder-decoder": "$A </s>"}[kind]
    if form is not None:
        named = [(name, special.index(name)) for name in special if name in form]
        tokenizer.post_processor = tokenizers.processors.TemplateProcessing(single=form, special_tokens=named)
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token=None if kind == "causal" else "<pad>",
        bos_token="<s>",
        eos_token="</s>",
        padding_side=padding_side,
        model_max_length=64,
    ).save_pretrained(folder)
    return folder


def make_model(folder, kind, dtype=torch.float32):
    """A small network of the kind, with random weights of a spread that makes its features differ, into its folder."""
    torch.manual_seed(sum(map(ord, kind)))
    size = {"vocab_size": 300, "pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2}
    blocks = {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4}
    if kind == "causal":
        config = transformers.GPT2Config(
            **size | {"pad_token_id": None}, n_embd=32, n_layer=3, n_head=4, n_positions=64
        )
        model = transformers.GPT2LMHeadModel(config)
    elif kind == "llama":
        config = transformers.LlamaConfig(**size, **blocks, num_key_value_heads=2, max_position_embeddings=64)
        model = transformers.LlamaForCausalLM(config)
    elif kind == "encoder":
        config = transformers.BertConfig(**size, **blocks, max_position_embeddings=64)
        model = transformers.BertModel(config)
    else:
        config = transformers.T5Config(
            **size, d_model=32, d_ff=48, d_kv=8, num_layers=2, num_heads=4, decoder_start_token_id=0
        )
        model = transformers.T5ForConditionalGeneration(config)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim > 1:
                parameter.mul_(4)
    model.to(dtype).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory, texts):
    """Makes a language model once a kind, padding side and type."""
    made = {}

    def folder(kind, padding_side="right", dtype=torch.float32):
        key = kind, padding_side, dtype
        if key not in made:
            path = tmp_path_factory.mktemp("models") / f"tiny-{kind}"
            made[key] = make_tokenizer(make_model(path, kind, dtype), kind, texts, padding_side)
        return made[key]

    return folder


@pytest.fixture(scope="session")
def images(tmp_path_factory, ids):
    """A folder of images of several sizes and kinds, whose names are the captions' ids."""
    folder = tmp_path_factory.mktemp("images")
    generator = np.random.default_rng(6)
    for row, sample in enumerate(ids):
        height, width = generator.integers(40, 90, size=2)
        coarse = generator.integers(0, 256, size=(4, 4, 3), dtype=np.uint8)
        image = PIL.Image.fromarray(coarse).resize((int(width), int(height)), PIL.Image.Resampling.BILINEAR)
        mode = ("RGB", "L", "RGBA", "P")[row % 4]
        image.convert(mode).save(folder / f"{sample}.png")
    return folder


class Run:
    """What one call of the command did."""

    def __init__(self, capsys, words):
        self.status = main([str(word) for word in words])
        said = capsys.readouterr()
        self.out, self.err = said.out, said.err

    @property
    def events(self):
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def extract(capsys, tmp_path):
    """Calls the command; stores go into `tmp_path / "stores"` unless it says another place."""

    def call(*words, output=tmp_path / "stores"):
        capsys.readouterr()
        return Run(capsys, [*words, "--output-dir", output])

    def accepted(*words, **options):
        run = call(*words, **options)
        assert run.status == 0, run.err
        return run

    def refused(*words, **options):
        """The one sentence; nothing new is left in the stores' folder."""
        folder = options.get("output", tmp_path / "stores")
        before = sorted(folder.iterdir()) if folder.exists() else []
        run = call(*words, **options)
        lines = [line for line in run.err.splitlines() if "warning: " not in line]
        assert (run.status, len(lines)) == (2, 1), run.err
        assert lines[0].startswith("platonic-extract: ")
        assert (sorted(folder.iterdir()) if folder.exists() else []) == before
        return lines[0]

    call.accepted, call.refused, call.stores = accepted, refused, tmp_path / "stores"
    return call


def layers_of(path):
    """A store's layers by name."""
    with h5py.File(path) as file:
        return {layer.attrs["name"]: layer[:] for layer in file["layers"].values()}


def facts_of(path):
    """A store's attributes, scores and samples."""
    with h5py.File(path) as file:
        samples = {
            name: item.asstr()[:].tolist() if item.dtype.kind == "O" else item[:]
            for name, item in file["samples"].items()
        }
        scores = dict(file["scores"].attrs) if "scores" in file else {}
        return dict(file.attrs), scores, samples
