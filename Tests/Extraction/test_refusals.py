"""What is wrong with inputs is one sentence that names the sample, and leaves no store."""

import json
import os

import numpy as np
import PIL.Image
import pytest
import torch
import transformers

from conftest import facts_of, make_model, make_tokenizer, write_captions
from platonic_sweep import RequestError
from platonic_sweep.extract._samples import ImageFolder

VISION = ["--random-weights", 0, "--batch", 8]


@pytest.mark.parametrize("text", ["", "  \n"])
def test_an_empty_caption(extract, model_folder, ids, texts, tmp_path, text):
    data = write_captions(tmp_path / "captions.jsonl", ids, [*texts[:7], text, *texts[8:]])
    sentence = extract.refused("hf", model_folder("llama"), model_folder("encoder"), "--data", data)
    assert "the caption of sample 'sample 7' (row 7) is empty" in sentence


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"text": None}, "the caption of sample 'sample 3' is None"),
        ({"text": ["one"]}, "sample 'sample 3' has 1 captions, and none with index 1"),
        ({"text": "\ud800"}, "the caption of sample 'sample 3' has characters that are none"),
        ({"id": "sample 9"}, "the id 'sample 9' is there twice, in rows 3 and 9"),
        ({"id": None}, "the id in row 3 of"),
        ({"id": 2.5}, "the id in row 3 of"),
        ({"id": "\ud800"}, "the id of a sample has characters that are none"),
    ],
)
def test_a_row_that_is_none(extract, model_folder, ids, texts, tmp_path, change, sentence):
    data = tmp_path / "captions.jsonl"
    rows = [{"id": sample, "text": [text, text]} for sample, text in zip(ids, texts, strict=True)]
    rows[3] |= change
    data.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert sentence in extract.refused("hf", model_folder("encoder"), "--data", data, "--caption-index", 1)


def test_data_sets_that_cannot_be_read(extract, model_folder, captions, tmp_path):
    model = model_folder("encoder")
    for name, content, sentence in [
        ("captions.txt", "a cat\n", "is none of the data sets that can be read"),
        ("broken.jsonl", '{"id": "a", "text": "b"}\n{"id": \n', "line 2 of"),
        ("list.jsonl", "[1]\n", "is no JSON object"),
        ("short.csv", "id,text\na,b\nc\n", "has not as many fields as the header"),
        ("no.parquet", "text", "is no parquet file"),
        ("deep.jsonl", "[" * 100_000, "line 1 of"),
        ("twice.jsonl", '{"id": "a", "text": "b", "text": "c"}\n', "'text' is there twice"),
        ("twice.csv", "id,text,text\na,b,c\n", "has the column 'text' twice"),
    ]:
        (tmp_path / name).write_text(content)
        assert sentence in extract.refused("hf", model, "--data", tmp_path / name)
    assert "there is no file" in extract.refused("hf", model, "--data", tmp_path / "absent.jsonl")
    assert "has no field 'key', and stores are joined by ids" in extract.refused(
        "hf", model, "--data", captions, "--id", "key"
    )
    assert "has no field 'caption'" in extract.refused("hf", model, "--data", captions, "--field", "caption")
    assert "and should be a whole number" in extract.refused("hf", model, "--data", captions, "--group", "text")
    assert "the following arguments are required: --data" in extract.refused("hf", model)


def test_groups_are_whole_numbers(extract, model_folder, ids, texts, tmp_path):
    words = ["hf", model_folder("encoder"), "--data", tmp_path / "captions.jsonl", "--group", "g"]
    for group in (0.9, float("inf"), float("nan"), True, None, "x", 1 << 63, "1_0"):
        write_captions(tmp_path / "captions.jsonl", ids, texts, g=[group, *range(1, len(ids))])
        assert "the group of sample 'sample 0' is" in extract.refused(*words), group
    write_captions(tmp_path / "captions.jsonl", ids, texts, g=[7.0, "-8", *range(2, len(ids))])
    extract.accepted(*words)
    assert facts_of(extract.stores / "tiny-encoder.h5")[2]["groups"][:3].tolist() == [7, -8, 2]


def test_words_of_the_command_that_cannot_be(extract, model_folder, captions, images):
    words = ["hf", model_folder("causal"), "--data", captions]
    sentence = extract.refused(*words, "--max-length", 100_000)
    assert (
        "fails in a pass (IndexError" in sentence and "the model 64 positions; give a smaller --max-length" in sentence
    )
    assert "there is no device 'meta' here" in extract.refused(*words, "--device", "meta")
    for attribute in (f"parameters={'9' * 30}", f"parameters={'9' * 5000}", "pretrained=2", "\udcff=x", "a=\udcff"):
        assert "attribute" in extract.refused(*words, "--attribute", attribute)
    assert "is recorded by platonic-extract itself" in extract.refused(*words, "--attribute", "seal_values=x")
    assert "has a number that is none" in extract.refused(
        "timm", "test_resnet", "--images", images, *VISION, "--model-option", "drop_rate=NaN"
    )


def test_folders_are_gone_through_once(tmp_path):
    (tmp_path / "photos/b").mkdir(parents=True)
    for name in ("one", "b/two"):
        PIL.Image.new("RGB", (8, 8)).save(tmp_path / f"photos/{name}.png")
    (tmp_path / "photos/self").symlink_to(".")
    (tmp_path / "photos/a").symlink_to("b")
    (tmp_path / "far").mkdir()
    PIL.Image.new("RGB", (8, 8)).save(tmp_path / "far/three.png")
    PIL.Image.new("RGB", (8, 8)).save(tmp_path / "far/four.png")
    (tmp_path / "photos/c").symlink_to(tmp_path / "far")
    assert ImageFolder(str(tmp_path / "photos")).ids == ["b/two", "c/four", "c/three", "one"]
    with open(os.fsencode(tmp_path / "photos") + b"/\xff.png", "wb"):
        pass
    with pytest.raises(RequestError, match="the id of a sample has characters that are none"):
        ImageFolder(str(tmp_path / "photos"))


def test_a_caption_without_tokens(extract, ids, texts, tmp_path):
    folder = make_tokenizer(make_model(tmp_path / "model", "causal"), "causal", texts)
    tokenizer = json.loads((folder / "tokenizer.json").read_text())
    tokenizer["normalizer"] = {"type": "Replace", "pattern": {"String": "."}, "content": ""}
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
    data = write_captions(tmp_path / "captions.jsonl", ids, [*texts[:5], "...", *texts[6:]])
    assert "the caption of sample 'sample 5' has no token for 'model'" in extract.refused("hf", folder, "--data", data)


def test_features_that_are_not_finite(extract, model_folder, ids, texts, tmp_path):
    """One token's embedding is none, and one caption alone has it."""
    folder = tmp_path / "model"
    model = transformers.BertModel.from_pretrained(model_folder("encoder"))
    tokenizer = transformers.AutoTokenizer.from_pretrained(model_folder("encoder"))
    [token] = tokenizer("Z", add_special_tokens=False)["input_ids"]
    with torch.no_grad():
        model.embeddings.word_embeddings.weight[token, 3] = torch.nan
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    data = write_captions(tmp_path / "captions.jsonl", ids, [*texts[:20], "Z", *texts[21:]])
    sentence = extract.refused("hf", folder, "--data", data, "--window", 8)
    assert "of sample 'sample 20' (row 20) in layer 'embeddings' is nan" in sentence


def test_features_beyond_float16(extract, model_folder, captions, tmp_path):
    folder = tmp_path / "model"
    model = transformers.LlamaForCausalLM.from_pretrained(model_folder("llama"))
    with torch.no_grad():
        model.model.embed_tokens.weight.mul_(1e6)
    model.save_pretrained(folder)
    transformers.AutoTokenizer.from_pretrained(model_folder("llama")).save_pretrained(folder)
    assert "beyond float16, which ends at 65504" in extract.refused(
        "hf", folder, "--data", captions, "--store-dtype", "float16"
    )


def test_images_that_cannot_be_shown(extract, images, ids, tmp_path):
    def folder_with(name, write):
        folder = tmp_path / name
        folder.mkdir()
        for sample in ids:
            (folder / f"{sample}.png").write_bytes((images / f"{sample}.png").read_bytes())
        write(folder)
        return folder

    def cmyk(folder):
        (folder / "sample 3.png").unlink()
        PIL.Image.new("CMYK", (64, 64)).save(folder / "sample 3.jpg")

    def deep(folder):
        PIL.Image.fromarray(np.full((64, 64), 40_000, np.uint16)).save(folder / "sample 3.png")

    def cut(folder):
        (folder / "sample 3.png").write_bytes((images / "sample 3.png").read_bytes()[:-200])

    def twice(folder):
        PIL.Image.new("RGB", (64, 64)).save(folder / "sample 3.jpg")

    def pipe(folder):
        (folder / "sample 3.png").unlink()
        os.mkfifo(folder / "sample 3.png")

    for write, sentence in [
        (pipe, "sample 3.png: it is no regular file"),
        (cmyk, "the image of sample 'sample 3' is in CMYK"),
        (deep, "the image of sample 'sample 3' has pixels of the kind I"),
        (cut, "the image of sample 'sample 3' cannot be read"),
        (twice, "would be one sample, 'sample 3'"),
    ]:
        folder = folder_with(write.__name__, write)
        assert sentence in extract.refused("timm", "test_resnet", "--images", folder, *VISION)
    (tmp_path / "none").mkdir()
    assert "there is no image in the folder" in extract.refused(
        "timm", "test_resnet", "--images", tmp_path / "none", *VISION
    )


def test_a_missing_image(extract, images, ids, tmp_path):
    rows = [{"id": sample, "image": f"{images}/{sample}.png"} for sample in ids]
    rows[11]["image"] = "absent.png"
    data = tmp_path / "images.jsonl"
    data.write_text("".join(json.dumps(row) + "\n" for row in rows))
    sentence = extract.refused("timm", "test_resnet", "--images", data, *VISION)
    assert f"the image of sample 'sample 11' cannot be read: {tmp_path}/absent.png: No such file" in sentence
    # It is met before any model is loaded.
    assert extract.refused("timm", "no_such_net", "--images", data, *VISION) == sentence
    rows[11]["image"] = None
    data.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert "sample 'sample 11' (row 11 of" in extract.refused("timm", "test_resnet", "--images", data, *VISION)


def test_models_that_are_none(extract, captions, images, tmp_path, model_folder):
    assert "timm cannot load the model 'no_such_net'" in extract.refused(
        "timm", "no_such_net", "--images", images, *VISION
    )
    sentence = extract.refused("hf", "nobody/nothing", "--data", captions)
    assert "transformers cannot load the model 'nobody/nothing'" in sentence
    same = tmp_path / "tiny-encoder"
    same.mkdir()
    assert "would both be" in extract.refused("hf", model_folder("encoder"), same, "--data", captions)
    assert "--name is one model's" in extract.refused(
        "hf", model_folder("encoder"), same, "--data", captions, "--name", "x"
    )
    assert "there is no device 'abacus'" in extract.refused("hf", same, "--data", captions, "--device", "abacus")
