"""Language models: every hidden state of every kind of model, held to plain passes of one text at a time."""

import hashlib
import json
import math

import numpy as np
import pyarrow.parquet
import pytest
import torch
import transformers

from conftest import SAMPLES, facts_of, layers_of, write_captions

KINDS = ["causal", "llama", "encoder", "encoder-decoder"]


def plain_pass(folder, kind, texts, pool=lambda states, special: states.mean(0), dtype=torch.float32):
    """(layer, sample, width) of one text at a time, without padding; and the loss of causal models, as (nats, tokens) a text."""
    maker = {
        "encoder": transformers.BertModel,
        "encoder-decoder": transformers.T5EncoderModel,
        "causal": transformers.GPT2LMHeadModel,
        "llama": transformers.LlamaForCausalLM,
    }[kind]
    model = maker.from_pretrained(folder, dtype=dtype).eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    features, losses = [], []
    with torch.no_grad():
        for text in texts:
            tokens = tokenizer(text, return_special_tokens_mask=True, truncation=True)
            ids = torch.tensor([tokens["input_ids"]])
            more = {"labels": ids} if kind in ("causal", "llama") else {}
            output = model(input_ids=ids, output_hidden_states=True, **more)
            special = torch.tensor(tokens["special_tokens_mask"], dtype=torch.bool)
            features.append([pool(states[0].float(), special).numpy() for states in output.hidden_states])
            if more:
                predicted = ids.shape[1] - 1
                losses.append((output.loss.item() * predicted, predicted) if predicted else (math.nan, 0))
    return np.array(features).transpose(1, 0, 2), losses


def assert_features(path, expected, tolerance=2**-10):
    layers = layers_of(path)
    assert list(layers) == ["embeddings", *(f"block{index}" for index in range(len(expected) - 1))]
    for (name, found), wanted in zip(layers.items(), expected, strict=True):
        assert found.shape == wanted.shape
        error = np.linalg.norm(found - wanted, axis=1) / np.linalg.norm(wanted, axis=1)
        assert error.max() < tolerance, f"{name}: {error.max()}"


@pytest.mark.parametrize("kind", KINDS)
def test_every_hidden_state_is_that_of_a_plain_pass(extract, model_folder, captions, texts, ids, kind):
    extract.accepted("hf", model_folder(kind), "--data", captions, "--batch-tokens", 200, "--window", 16)
    path = extract.stores / f"tiny-{kind}.h5"
    expected, _ = plain_pass(model_folder(kind), kind, texts)
    assert_features(path, expected, 1e-5)
    attributes, _, samples = facts_of(path)
    assert samples["ids"] == ids
    assert samples["digest"] == [hashlib.blake2b(text.encode(), digest_size=16).hexdigest() for text in texts]
    assert attributes["model"] == attributes["network"] == f"tiny-{kind}"
    assert (attributes["modality"], attributes["dataset"], attributes["pretrained"]) == ("language", "captions", 1)
    assert attributes["pooling"].startswith("mean over tokens")
    assert attributes["parameters"] == sum(
        parameter.numel() for parameter in transformers.AutoModel.from_pretrained(model_folder(kind)).parameters()
    ) + (300 * 32 if kind == "llama" else 0)
    # No place of this machine is in a store.
    assert str(model_folder(kind)) not in json.dumps({name: str(value) for name, value in attributes.items()})


@pytest.mark.parametrize("kind", ["causal", "llama"])
def test_bits_per_byte_and_loss_are_those_of_a_direct_computation(extract, model_folder, captions, texts, kind):
    run = extract.accepted("hf", model_folder(kind), "--data", captions, "--batch-tokens", 150, "--json")
    _, losses = plain_pass(model_folder(kind), kind, texts)
    loss = np.array([nats / tokens if tokens else math.nan for nats, tokens in losses])
    tokenizer = transformers.AutoTokenizer.from_pretrained(model_folder(kind))
    # Some are longer than the model takes, and their bits are over what it was shown. A character that is cut counts whole.
    read = [tokenizer.decode(tokenizer(text, truncation=True)["input_ids"], skip_special_tokens=True) for text in texts]
    seen = [text[: len(shown)] for text, shown in zip(texts, read, strict=True)]
    assert 0 < sum(shown != text for shown, text in zip(seen, texts, strict=True)) < len(texts)
    bits = np.array([nats / math.log(2) / len(text.encode()) for (nats, _), text in zip(losses, seen, strict=True)])
    _, scores, samples = facts_of(extract.stores / f"tiny-{kind}.h5")
    np.testing.assert_allclose(samples["loss"], loss, rtol=1e-5)
    np.testing.assert_allclose(samples["bits_per_byte"], bits, rtol=1e-5)
    assert scores["loss"] == pytest.approx(np.nanmean(loss), rel=1e-6)
    assert scores["bits_per_byte"] == pytest.approx(np.nanmean(bits), rel=1e-6)
    assert sorted(scores["lower_is_better"]) == ["bits_per_byte", "loss"]
    written = run.events[-1]
    assert written["event"] == "written" and written["bits_per_byte"] == scores["bits_per_byte"]


def test_encoders_have_no_scores_and_causal_models_none_on_request(extract, model_folder, captions):
    extract.accepted("hf", model_folder("encoder"), model_folder("causal"), "--data", captions, "--no-scores")
    for kind in ("encoder", "causal"):
        _, scores, samples = facts_of(extract.stores / f"tiny-{kind}.h5")
        assert scores == {} and set(samples) == {"ids", "digest"}


@pytest.mark.parametrize(
    "name, pool",
    [
        ("last", lambda states, special: states[-1]),
        ("cls", lambda states, special: states[0]),
        ("none-special", lambda states, special: states[~special].mean(0)),
    ],
)
@pytest.mark.parametrize("kind", ["llama", "encoder"])
def test_other_poolings(extract, model_folder, captions, texts, kind, name, pool):
    extract.accepted("hf", model_folder(kind), "--data", captions, "--pool", name)
    expected, _ = plain_pass(model_folder(kind), kind, texts, pool)
    assert_features(extract.stores / f"tiny-{kind}.h5", expected, 1e-5)


@pytest.mark.parametrize("kind", ["causal", "llama", "encoder"])
def test_the_tokenizer_may_pad_left_or_right(extract, model_folder, captions, texts, tmp_path, kind):
    """Models that count positions, as GPT-2 does, would see others in a batch that is padded on the left."""
    paths = []
    for side in ("left", "right"):
        extract.accepted("hf", model_folder(kind, side), "--data", captions, output=tmp_path / side)
        paths.append(tmp_path / side / f"tiny-{kind}.h5")
    for left, right in zip(*(layers_of(path).values() for path in paths), strict=True):
        assert np.array_equal(left, right)
    assert_features(paths[0], plain_pass(model_folder(kind), kind, texts)[0], 1e-5)


def test_a_model_in_bfloat16(extract, model_folder, captions, texts):
    folder = model_folder("llama", dtype=torch.bfloat16)
    extract.accepted("hf", folder, "--data", captions)
    path = extract.stores / "tiny-llama.h5"
    expected, _ = plain_pass(folder, "llama", texts, dtype=torch.bfloat16)
    # Batches round elsewhere than single texts: by some steps of 2^-8.
    assert_features(path, expected, 2**-5)
    attributes, _, _ = facts_of(path)
    assert attributes["precision"] == "bfloat16"
    assert all(layer.dtype == np.float32 for layer in layers_of(path).values())
    # Pooling itself is in float32: the mean of embeddings, which are looked up, is exact.
    np.testing.assert_allclose(layers_of(path)["embeddings"], expected[0], rtol=1e-5, atol=1e-7)
    exact, _ = plain_pass(folder, "llama", texts)
    extract.accepted("hf", folder, "--data", captions, "--dtype", "float32", "--force")
    assert_features(path, exact, 1e-5)


def test_float16_stores_hold_what_float16_can(extract, model_folder, captions, texts):
    extract.accepted("hf", model_folder("llama"), "--data", captions, "--store-dtype", "float16")
    assert all(layer.dtype == np.float16 for layer in layers_of(extract.stores / "tiny-llama.h5").values())
    assert_features(extract.stores / "tiny-llama.h5", plain_pass(model_folder("llama"), "llama", texts)[0])


def test_a_prompt_stands_around_every_caption(extract, model_folder, captions, texts):
    extract.accepted("hf", model_folder("llama"), "--data", captions, "--prompt", "say {} now")
    path = extract.stores / "tiny-llama.h5"
    assert_features(path, plain_pass(model_folder("llama"), "llama", [f"say {text} now" for text in texts])[0], 1e-5)
    attributes, _, samples = facts_of(path)
    assert attributes["prompt"] == "say {} now"
    # The input is the caption: two prompts are two ways to show the same sample.
    assert samples["digest"][0] == hashlib.blake2b(texts[0].encode(), digest_size=16).hexdigest()
    assert "--prompt should have {} once" in extract.refused(
        "hf", model_folder("llama"), "--data", captions, "--prompt", "none"
    )


def test_long_texts_are_cut_and_counted(extract, model_folder, tmp_path, texts):
    long = [text + " cat" * (200 if row < 3 else 0) for row, text in enumerate(texts)]
    data = write_captions(tmp_path / "long.csv", [str(row) for row in range(SAMPLES)], long)
    extract.accepted("hf", model_folder("causal"), "--data", data, "--max-length", 64)
    attributes, _, samples = facts_of(extract.stores / "tiny-causal.h5")
    assert attributes["texts_cut"] >= 3
    expected, losses = plain_pass(model_folder("causal"), "causal", long)
    assert_features(extract.stores / "tiny-causal.h5", expected, 1e-5)
    # Bits are over the bytes that the model saw, not over those of the whole text.
    tokenizer = transformers.AutoTokenizer.from_pretrained(model_folder("causal"))
    seen = tokenizer.decode(tokenizer(long[0], truncation=True)["input_ids"])
    assert samples["bits_per_byte"][0] == pytest.approx(losses[0][0] / math.log(2) / len(seen.encode()), rel=1e-5)


def test_random_weights_are_of_their_seed(extract, model_folder, captions, tmp_path):
    runs = {}
    for place, seed in (("one", 0), ("two", 0), ("three", 1)):
        extract.accepted(
            "hf", model_folder("causal"), "--data", captions, "--random-weights", seed, output=tmp_path / place
        )
        runs[place] = tmp_path / place / f"tiny-causal_random_{seed}.h5"
    one, two, three = (layers_of(path)["block2"] for path in runs.values())
    assert np.array_equal(one, two) and not np.allclose(one, three)
    attributes, _, _ = facts_of(runs["one"])
    assert attributes["model"] == "tiny-causal (random 0)" and attributes["network"] == "tiny-causal"
    assert attributes["pretrained"] == 0 and attributes["weights"] == "random initialisation, seed 0"


def test_captions_from_csv_parquet_and_a_data_set(extract, model_folder, captions, texts, ids, tmp_path):
    extract.accepted("hf", model_folder("encoder"), "--data", captions, output=tmp_path / "jsonl")
    wanted = layers_of(tmp_path / "jsonl/tiny-encoder.h5")
    groups = [row // 4 for row in range(SAMPLES)]
    table = pyarrow.table({"key": ids, "texts": [["other", text] for text in texts], "picture": groups})
    (tmp_path / "set").mkdir()
    pyarrow.parquet.write_table(table, tmp_path / "set/captions.parquet", row_group_size=7)
    places = {"csv": (write_captions(tmp_path / "captions.csv", ids, texts), [])}
    more = ["--field", "texts", "--caption-index", 1, "--id", "key", "--group", "picture"]
    places["parquet"] = (tmp_path / "set/captions.parquet", more)
    try:
        import datasets  # noqa: F401

        places["hub"] = (f"hf:{tmp_path / 'set'}:train", more)
    except ImportError:
        pass
    for name, (place, words) in places.items():
        extract.accepted("hf", model_folder("encoder"), "--data", place, *words, output=tmp_path / name)
        path = tmp_path / name / "tiny-encoder.h5"
        assert all(np.array_equal(found, wanted[layer]) for layer, found in layers_of(path).items())
        assert facts_of(path)[2]["ids"] == ids
        if words:
            assert facts_of(path)[2]["groups"].tolist() == groups


def test_kinds_of_models_are_told_by_their_configurations(model_folder):
    from platonic_sweep.extract._language import kind_of

    kinds = {kind: kind_of(transformers.AutoConfig.from_pretrained(model_folder(kind))) for kind in KINDS}
    assert kinds == {"causal": "causal", "llama": "causal", "encoder": "encoder", "encoder-decoder": "encoder-decoder"}
    assert kind_of(transformers.BertConfig()) == "encoder" and kind_of(transformers.GPT2Config()) == "causal"
    assert kind_of(transformers.GPT2Config(architectures=["GPT2Model"])) == "encoder"
