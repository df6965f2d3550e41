"""Vision models of timm, small ones with random weights, held to what timm itself gives of their blocks."""

import hashlib
import json

import numpy as np
import PIL.Image
import pyarrow.parquet
import pytest
import timm
import timm.data
import torch

from conftest import facts_of, layers_of

# Small, and in all else the paper's masked autoencoder.
MAE = "vit_base_patch16_224.mae"
SMALL = {"embed_dim": 48, "depth": 3, "num_heads": 3}
OPTIONS = [word for name, value in SMALL.items() for word in ("--model-option", f"{name}={value}")]


def made(name, **options):
    torch.manual_seed(7)
    return timm.create_model(name, pretrained=False, **options).eval()


def shown(network, images, ids):
    """All images as the model's own transform makes them."""
    transform = timm.data.create_transform(**timm.data.resolve_data_config({}, model=network), is_training=False)
    return torch.stack([transform(PIL.Image.open(images / f"{sample}.png").convert("RGB")) for sample in ids])


def assert_close(found, expected):
    assert found.shape == expected.shape
    error = np.linalg.norm(found - expected, axis=1) / np.linalg.norm(expected, axis=1)
    assert error.max() < 1e-4


@pytest.mark.parametrize(
    "name, options, words, class_token, pooling",
    [
        ("test_vit", {}, [], True, "class token"),
        ("test_vit", {}, ["--pool", "auto"], True, "class token"),
        ("test_vit", {}, ["--pool", "mean"], False, "mean over patches"),
        (MAE, SMALL, [*OPTIONS, "--preset", "paper"], True, "class token"),
        (MAE, SMALL, [*OPTIONS, "--pool", "auto"], False, "mean over patches"),
    ],
)
def test_blocks_of_vits(extract, images, ids, name, options, words, class_token, pooling):
    """The paper takes every ViT's class token; `auto` takes the mean of masked autoencoders, who never trained theirs."""
    extract.accepted("timm", name, "--images", images, "--random-weights", 7, "--batch", 16, *words)
    network = made(name, **options)
    order = sorted(ids)
    with torch.no_grad():
        blocks = network.forward_intermediates(
            shown(network, images, order),
            return_prefix_tokens=True,
            norm=False,
            output_fmt="NLC",
            intermediates_only=True,
        )
    [path] = extract.stores.iterdir()
    layers = layers_of(path)
    assert list(layers) == [f"blocks.{index}" for index in range(len(blocks))]
    for found, (patches, prefix) in zip(layers.values(), blocks, strict=True):
        assert_close(found, (prefix[:, 0] if class_token else patches.mean(1)).numpy())
    attributes, _, samples = facts_of(path)
    assert attributes["pooling"] == pooling and attributes["weights"] == "random initialisation, seed 7"
    assert samples["ids"] == order
    assert (
        samples["digest"][0] == hashlib.blake2b((images / f"{order[0]}.png").read_bytes(), digest_size=16).hexdigest()
    )


@pytest.mark.parametrize("name", ["test_convnext", "test_resnet", "test_efficientnet"])
def test_blocks_of_convolutional_networks(extract, images, ids, name):
    extract.accepted("timm", name, "--images", images, "--random-weights", 7, "--batch", 16)
    network = made(name)
    plain = timm.create_model(name, pretrained=False, features_only=True).eval()
    known = plain.state_dict()
    weights = {
        key.replace(".", "_", 1) if key not in known else key: value for key, value in network.state_dict().items()
    }
    missing = plain.load_state_dict({key: value for key, value in weights.items() if key in known}, strict=False)
    assert not missing.missing_keys
    with torch.no_grad():
        expected = [maps.mean((2, 3)).numpy() for maps in plain(shown(network, images, sorted(ids)))]
    [path] = extract.stores.iterdir()
    layers = layers_of(path)
    assert list(layers) == [info["module"] for info in network.feature_info]
    for found, wanted in zip(list(layers.values())[-len(expected) :], expected, strict=True):
        assert_close(found, wanted)
    assert facts_of(path)[0]["pooling"] == "mean over space"


def test_a_network_whose_maps_have_channels_last(extract, images, ids):
    name = "swin_tiny_patch4_window7_224"
    small = {"embed_dim": 16, "depths": [1, 1], "num_heads": [2, 2]}
    words = [word for key, value in small.items() for word in ("--model-option", f"{key}={json.dumps(value)}")]
    extract.accepted("timm", name, "--images", images, "--random-weights", 7, *words)
    network = made(name, **small)
    with torch.no_grad():
        maps = network.forward_intermediates(
            shown(network, images, sorted(ids)), output_fmt="NCHW", intermediates_only=True
        )
    [path] = extract.stores.iterdir()
    for found, wanted in zip(layers_of(path).values(), maps, strict=True):
        assert_close(found, wanted.mean((2, 3)).numpy())


def test_images_from_tables_are_those_of_the_folder(extract, images, ids, tmp_path):
    words = ["--random-weights", 7, "--dtype", "float32"]
    extract.accepted("timm", "test_resnet", "--images", images, *words, output=tmp_path / "folder")
    order = sorted(ids)
    files = [{"bytes": (images / f"{sample}.png").read_bytes(), "path": None} for sample in order]
    pyarrow.parquet.write_table(pyarrow.table({"id": order, "image": files}), tmp_path / "images.parquet")
    rows = [{"id": sample, "image": f"{images.name}/{sample}.png"} for sample in order]
    (images.parent / "images.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    for name, place in (("parquet", tmp_path / "images.parquet"), ("jsonl", images.parent / "images.jsonl")):
        extract.accepted("timm", "test_resnet", "--images", place, *words, output=tmp_path / name)
        one, two = (layers_of(tmp_path / where / "test_resnet_random_7.h5") for where in ("folder", name))
        assert all(np.array_equal(one[layer], two[layer]) for layer in one)
        assert (
            facts_of(tmp_path / name / "test_resnet_random_7.h5")[2]["digest"]
            == facts_of(tmp_path / "folder/test_resnet_random_7.h5")[2]["digest"]
        )


def test_runs_have_the_same_bytes_in_one_piece_and_in_shards(extract, images, tmp_path):
    words = ["timm", "test_vit", "--images", images, "--random-weights", 7, "--batch", 8]
    for place in ("one", "two"):
        extract.accepted(*words, output=tmp_path / place)
    for shard in ("1/2", "2/2"):
        extract.accepted(*words, "--shard", shard, output=tmp_path / "shards")
    extract.accepted("merge", tmp_path / "shards", "--images", images, output=tmp_path / "merged")
    stores = [(tmp_path / place / "test_vit_random_7.h5").read_bytes() for place in ("one", "two", "merged")]
    assert stores[0] == stores[1] == stores[2]


def test_a_preset_and_another_pooling_contradict_each_other(extract, images):
    assert "--preset paper pools by 'cls', and --pool says 'auto'" in extract.refused(
        "timm", "test_vit", "--images", images, "--preset", "paper", "--pool", "auto"
    )


def test_pooling_by_family():
    """Names of timm's own, without their weights."""
    from platonic_sweep.extract._pooling import image_pool

    small = {"embed_dim": 48, "depth": 1, "num_heads": 3}
    for name, auto, paper in [
        ("vit_base_patch16_224.augreg_in21k", "cls", "cls"),
        ("vit_base_patch16_224.dino", "cls", "cls"),
        ("vit_base_patch14_dinov2.lvd142m", "cls", "cls"),
        ("vit_base_patch14_reg4_dinov2.lvd142m", "cls", "cls"),
        ("vit_base_patch16_224.mae", "mean", "cls"),
        ("beit_base_patch16_224.in22k_ft_in22k", "mean", "cls"),
        ("vit_base_patch16_siglip_224.webli", "mean", "mean"),
        ("vit_base_patch16_clip_224.openai", "cls", "cls"),
    ]:
        network = timm.create_model(name, pretrained=False, **small)
        tag = network.pretrained_cfg["tag"]
        assert (image_pool(network, tag, "auto"), image_pool(network, tag, "cls")) == (auto, paper), name
