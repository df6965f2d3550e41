"""Images of one size, for `platonic study colour`: against Pillow, into the program, and what is refused."""

import os
import subprocess
import sys

import h5py
import numpy as np
import PIL.Image
import pytest

from conftest import PACKAGE, ROOT
from platonic_sweep.extract._command import main

PROGRAM = os.environ.get("PLATONIC_BINARY", str(ROOT / ".build/release/platonic"))


def pixels(*words):
    return main(["pixels", *map(str, words)])


@pytest.mark.parametrize("size", [16, 64])
def test_the_middle_of_every_image_is_there(images, ids, tmp_path, size):
    output = tmp_path / "images.h5"
    assert pixels(images, "--size", size, "--output", output) == 0
    with h5py.File(output) as file:
        assert file["images"].dtype == np.uint8 and file["images"].shape == (len(ids), size, size, 3)
        assert list(file["samples/ids"].asstr()) == sorted(ids)
        found = file["images"][()]
    for sample, image in zip(sorted(ids), found, strict=True):
        whole = np.asarray(PIL.Image.open(images / f"{sample}.png").convert("RGB"))
        side = min(whole.shape[:2])
        top, left = ((length - side) // 2 for length in whole.shape[:2])
        middle = whole[top : top + side, left : left + side]
        if size < side:
            # A mean over pixels keeps the mean colour.
            assert np.abs(image.mean((0, 1)) - middle.mean((0, 1))).max() < 1
        expected = PIL.Image.fromarray(middle).resize((size, size), PIL.Image.Resampling.BOX)
        assert np.array_equal(image, np.asarray(expected))
    assert [path.name for path in tmp_path.iterdir()] == ["images.h5"]


def test_colours_are_counted_in_them(images, tmp_path):
    output = tmp_path / "images.h5"
    assert pixels(images, "--size", 24, "--output", output) == 0
    words = ["study", "colour", "--images", output, "--pairs", "20000", "--output", tmp_path / "study"]
    subprocess.run([PROGRAM, *map(str, words)], check=True, capture_output=True)
    with h5py.File(tmp_path / "study/study.h5") as study:
        assert study["study/colour/vision/pmi"].shape[0] > 4
    # The same bytes again, over what is ours.
    before = output.read_bytes()
    assert pixels(images, "--size", 24, "--output", output, "--force") == 0
    assert output.read_bytes() == before


@pytest.mark.parametrize("force", [False, True])
def test_a_file_that_does_not_fit_takes_no_name(images, tmp_path, force):
    output = tmp_path / "images.h5"
    words = [sys.executable, "-m", "platonic_sweep.extract", "pixels", images, "--output", output]
    environment = os.environ | {"PYTHONPATH": str(PACKAGE)}
    if force:
        subprocess.run([*map(str, words), "--size", "4"], check=True, env=environment)
        words += ["--force"]
    before = output.read_bytes() if force else None
    limit = "import os, resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (20480, 20480)); os.execv(sys.argv[1], sys.argv[1:])"
    ended = subprocess.run(
        [sys.executable, "-c", limit, *map(str, words), "--size", "64"], env=environment, capture_output=True, text=True
    )
    assert ended.returncode == 1 and "File too large" in ended.stderr and "Traceback" not in ended.stderr
    assert [path.name for path in tmp_path.iterdir()] == (["images.h5"] if force else [])
    assert not force or output.read_bytes() == before


@pytest.mark.parametrize("what", ["there", "foreign", "cmyk", "size", "one", "none", "no folder", "no such folder"])
def test_what_is_refused_leaves_nothing(images, tmp_path, capsys, what):
    output, words, folder = tmp_path / "images.h5", [], images
    if what in ("there", "foreign"):
        output.write_bytes(b"a thesis")
        words = ["--force"] if what == "foreign" else []
    elif what in ("cmyk", "none"):
        folder = tmp_path / "photos"
        folder.mkdir()
        if what == "cmyk":
            for name in ("one", "two", "three"):
                PIL.Image.new("RGB", (8, 8)).save(folder / f"{name}.png")
            PIL.Image.new("CMYK", (8, 8)).save(folder / "printed.jpg")
    elif what == "no such folder":
        folder = tmp_path / "photo"
    elif what == "no folder":
        output = tmp_path / "absent" / "images.h5"
    else:
        words = ["--size", 20_000 if what == "size" else 1]
    before = sorted(path for path in tmp_path.rglob("*"))
    assert pixels(folder, *words, "--output", output) == 2
    said = capsys.readouterr().err
    sentence = {
        "there": "is there already",
        "foreign": "holds no images of ours",
        "cmyk": "'printed' is in CMYK",
        "size": "a study at most 2",
        "one": "have no neighbours",
        "no folder": "there is no folder",
        "no such folder": "name a folder of images",
        "none": "there is no image in the folder",
    }[what]
    assert sentence in said and said.count("\n") == 1
    assert sorted(path for path in tmp_path.rglob("*")) == before
    if what in ("there", "foreign"):
        assert output.read_bytes() == b"a thesis"
