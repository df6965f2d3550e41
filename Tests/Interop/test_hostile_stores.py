"""Stores whose bytes lie elsewhere, were never written, are absurdly many, or come in unusual forms."""

import json
import os
import socket
import zlib

import h5py
import numpy as np
import pytest

from conftest import write_store

SAMPLES = 40
IDS = [f"s{i}" for i in range(SAMPLES)]


def values(seed=0, columns=8):
    return np.random.default_rng(seed).normal(size=(SAMPLES, columns)).astype(np.float32)


@pytest.fixture
def store(tmp_path):
    """Writes a store and lets `change` do to the open file what a test is about."""

    def make(change, name="m", layers=()):
        path = write_store(tmp_path / f"{name}.h5", name, list(layers), IDS)
        with h5py.File(path, "r+") as file:
            file.require_group("layers")
            change(file)
        return path

    return make


def refused(platonic, path, *words):
    """Every command that opens stores says the same one sentence."""
    said = set()
    for command in (["inspect"], ["plan", "--x"], ["sweep", "--quiet", "--output", path.parent / "out.h5", "--x"]):
        result, peak = platonic.measure(*command, path, timeout=30)
        assert peak < 1 << 20
        assert result.returncode == 2, f"exit {result.returncode}: {result.stdout}{result.stderr}"
        said.add(result.stderr)
    (sentence,) = said
    for word in (str(path), *words):
        assert word in sentence, sentence
    assert "report this" not in sentence
    assert not (path.parent / "out.h5").exists()


# MARK: Bytes that lie elsewhere


def view(file, *sources):
    layout = h5py.VirtualLayout((SAMPLES, 8), "f4")
    for index, (name, dataset) in enumerate(sources):
        rows = SAMPLES // len(sources)
        layout[index * rows : (index + 1) * rows] = h5py.VirtualSource(name, dataset, (rows, 8))
    file.create_virtual_dataset("layers/0000", layout)


def test_a_view_of_other_files_names_the_one_that_is_missing(platonic, store, tmp_path):
    with h5py.File(tmp_path / "there.h5", "w") as other:
        other["a"] = values()[:20]
    path = store(lambda file: view(file, ("there.h5", "/a"), ("gone.h5", "/a")))
    refused(platonic, path, "'gone.h5', which is missing", "/layers/0000")


def test_a_layer_in_another_file_is_refused_even_when_that_is_there(platonic, store, tmp_path):
    with h5py.File(tmp_path / "there.h5", "w") as other:
        other["a"] = values()
        other["g/0000"] = values()
    changes = {
        "view": lambda file: view(file, ("there.h5", "/a")),
        "link": lambda file: file["layers"].__setitem__("0000", h5py.ExternalLink("there.h5", "/a")),
        "raw": lambda file: file.create_dataset(
            "layers/0000",
            (SAMPLES, 8),
            "f4",
            data=values(),
            external=[(str(tmp_path / "there.h5.raw"), 0, h5py.h5f.UNLIMITED)],
        ),
    }
    for name, change in changes.items():
        refused(platonic, store(change, name), "there.h5", "/layers/0000")

    def group(file):
        del file["layers"]
        file["layers"] = h5py.ExternalLink("there.h5", "/g")

    def through_a_soft_link(file):
        file["outside"] = h5py.ExternalLink("there.h5", "/a")
        file["layers/0000"] = h5py.SoftLink("/outside")

    refused(platonic, store(group, "group"), "'there.h5'")
    refused(platonic, store(through_a_soft_link, "soft"), "'there.h5'")


def test_views_and_links_within_the_store_are_read(platonic, store):
    def change(file):
        file["a"], file["b"] = values()[:20], values()[20:]
        view(file, (".", "/a"), (".", "/b"))
        file["layers/0001"] = h5py.SoftLink("/layers/0000")

    def gap(file):
        file["a"] = values()[:20]
        layout = h5py.VirtualLayout((SAMPLES, 8), "f4")
        layout[:20] = h5py.VirtualSource(".", "/a", (20, 8))
        file.create_virtual_dataset("layers/0000", layout)

    platonic.succeed("inspect", store(change))
    assert "never written" in platonic.succeed("inspect", store(gap, "gap"))
    refused(platonic, store(lambda file: view(file, (".", "/gone")), "gone"), "'/gone' is missing")


def test_links_in_a_circle(platonic, store):
    path = store(lambda file: file["layers"].__setitem__("0000", h5py.SoftLink("/layers/0000")))
    refused(platonic, path, "/layers/0000", "circle")


# MARK: Chunks that were never written


def test_what_was_never_written_is_named_and_reads_the_same_each_time(platonic, store, tmp_path):
    def change(file):
        properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        properties.set_chunk((10, 8))
        properties.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
        space = h5py.h5s.create_simple((SAMPLES, 8))
        layer = h5py.Dataset(h5py.h5d.create(file["layers"].id, b"0000", h5py.h5t.IEEE_F32LE, space, properties))
        layer[:20] = values()[:20]

    path = store(change, "gaps")
    whole = write_store(
        tmp_path / "zeros.h5", "zeros", [np.concatenate([values()[:20], np.zeros((20, 8), np.float32)])], IDS
    )
    assert "2 of its 4 chunks were never written" in platonic.succeed("inspect", path)
    assert "2 of its 4 chunks were never written" in platonic.run("plan", "--x", path, "--metric", "cka").stderr
    output = tmp_path / "out.h5"
    result = platonic.run("sweep", "--x", path, whole, "--metric", "cka", "--clip", "none", "--output", output)
    assert result.returncode == 0 and "2 of its 4 chunks were never written" in result.stderr, result.stderr
    with h5py.File(output) as file:
        assert file["metrics/cka/scores"][0, 1] == pytest.approx(1, abs=1e-6)


def test_chunks_that_a_search_does_not_find_are_told(platonic, tmp_path):
    """A key of the index is out of order: libhdf5 walks past the chunk when asked for it, and would read zeros."""
    path = tmp_path / "disordered.h5"
    values = np.random.default_rng(4).normal(size=(40, 6))
    write_store(path, "disordered", [values], [f"s{i}" for i in range(40)])
    with h5py.File(path, "a") as store:
        del store["layers/0000"]
        store.create_dataset("layers/0000", data=values, chunks=(8, 6), compression="gzip")
    platonic.succeed("inspect", path)
    data = bytearray(path.read_bytes())
    node = data.index(b"TREE\x01")
    entries = int.from_bytes(data[node + 6 : node + 8], "little")
    assert entries == 5
    # 24 bytes of node, then for each chunk its size, mask, place along both axes and within an element, and address.
    data[node + 24 + 40 * 4 + 24] = 71
    path.write_bytes(data)
    result = platonic.run("inspect", path)
    assert result.returncode == 2 and "/layers/0000" in result.stderr, result.stdout + result.stderr


# MARK: Extents


@pytest.mark.parametrize("chunks", [None, (10, 8)])
def test_values_behind_the_end_that_the_file_records(platonic, store, chunks):
    """libhdf5 reads none of them, and gives zeros instead."""
    path = store(lambda file: file.create_dataset("layers/0000", data=values(), chunks=chunks))
    content = bytearray(path.read_bytes())
    # The end of the file, in a superblock of version 0.
    end = int.from_bytes(content[40:48], "little")
    assert content[8] == 0 and end == len(content)
    content[40:48] = (end - 34).to_bytes(8, "little")
    path.write_bytes(content)
    refused(platonic, path, f"behind the file's {end - 34} bytes")


def test_absurd_extents(platonic, store):
    def make(name, shape, **options):
        return store(lambda file: file.create_dataset("layers/0000", shape, "f4", **options), name)

    refused(platonic, make("wide", (SAMPLES, 2**50)), "/layers/0000", "features", "feature-store.md")
    refused(platonic, make("chunked", (SAMPLES, 2**40), chunks=(1, 2**20)), "/layers/0000", "features")
    refused(platonic, make("empty", (SAMPLES, 2**23)), "/layers", "64 times the file's")
    packed = make("chunk", (SAMPLES, 2**22), chunks=(SAMPLES, 2**22), compression="gzip")
    refused(platonic, packed, "/layers/0000", "chunks of [40, 4194304] are too large")


def test_ten_thousand_layers(platonic, store):
    def change(file):
        for index in range(10_000):
            file[f"layers/{index:04d}"] = h5py.SoftLink("/samples/ids")

    refused(platonic, store(change), "10000 layers, and at most 4096")


def test_thousands_of_attributes(platonic, tmp_path):
    path = tmp_path / "m.h5"
    with h5py.File(path, "w", libver="latest") as file:
        file.attrs.update(format="platonic-features", version=1, model="m", modality="v", dataset="d")
        file["samples/ids"], file["layers/0000"] = IDS, values()
        for index in range(5000):
            file.attrs[f"a{index}"] = 0
    refused(platonic, path, "5005 attributes, and at most 4096")


def test_millions_of_ids(platonic, store):
    def change(file):
        del file["samples/ids"]
        file.create_dataset("samples/ids", (2**26,), h5py.string_dtype())

    refused(platonic, store(change, layers=[values()]), "/samples/ids", "67108864 texts, of at most 1048576")


def test_only_regular_files_are_opened(platonic, tmp_path):
    os.mkfifo(tmp_path / "pipe.h5")
    refused(platonic, tmp_path / "pipe.h5", "regular file")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket.h5"))
        refused(platonic, tmp_path / "socket.h5", "regular file")


def test_a_chunk_that_holds_more_than_it_may(platonic, store):
    """A compressed chunk of a few bytes that decodes to gigabytes."""

    def change(file):
        layer = file.create_dataset("layers/0000", (SAMPLES, 2**16), "f4", chunks=(SAMPLES, 2**16), compression="gzip")
        # A block that ends in a full flush can be repeated: so many times 16 MiB.
        packer = zlib.compressobj(9)
        head = packer.compress(bytes(1 << 24)) + packer.flush(zlib.Z_FULL_FLUSH)
        block = packer.compress(bytes(1 << 24)) + packer.flush(zlib.Z_FULL_FLUSH)
        layer.id.write_direct_chunk((0, 0), head + 160 * block)

    result, peak = platonic.measure("inspect", store(change), timeout=60)
    assert result.returncode == 2, result.stdout
    assert peak < 1.3 * (1 << 20)


# MARK: Forms of attributes and ids


def test_forms_that_writers_give_to_attributes_and_ids(platonic, store):
    def change(file):
        file.attrs["version"] = np.array([[1]], ">i2")
        file.attrs["model"] = np.bytes_(b"padded")
        file.attrs["modality"] = np.array([b"vision"])
        file.attrs["dataset"] = np.array(["d"], dtype=h5py.string_dtype())
        file.attrs["pretrained"] = True
        file.attrs["parameters"] = np.array([7.0], ">f8")
        file.attrs["long"] = np.longdouble(2.5)
        file.attrs["half"] = np.float16(0.5)
        file.attrs["nothing"] = h5py.Empty("f")
        file.attrs["raw"] = np.void(b"opaque")
        file.attrs["place"] = file.ref
        kind = h5py.enum_dtype({"no": 0, "yes": 1}, basetype=">i4")
        file.attrs.create("choice", 1, dtype=kind)
        del file["samples/ids"]
        characters = np.array([list(f"sample {i:02d}  ".encode()) for i in range(SAMPLES)], np.uint8).view("S1")
        file["samples/ids"] = characters
        file["samples/groups"] = np.arange(SAMPLES, dtype=">u2").reshape(-1, 1)
        scores = file.create_group("scores")
        scores.attrs["a"], scores.attrs["b"], scores.attrs["c"] = np.array([0.5], "f2"), np.uint8(3), np.array([[2]])
        scores.attrs["lower_is_better"] = np.array([b"a", b"lost"])

    (found,) = json.loads(
        platonic.succeed("inspect", "--json", store(change, layers=[values(), values(1).astype(">f8")]))
    )
    assert (found["model"], found["modality"], found["dataset"]) == ("padded", "vision", "d")
    assert found["scores"] == {"a": 0.5, "b": 3, "c": 2}
    (warning,) = found["warnings"]
    assert "'lost'" in warning and "no score" in warning


@pytest.mark.parametrize("shape", [(SAMPLES, 1), (1, SAMPLES), (SAMPLES,)])
def test_ids_in_a_row_or_a_column(platonic, store, shape):
    def change(file):
        del file["samples/ids"]
        file["samples/ids"] = np.array([i.encode() for i in IDS], "S4").reshape(shape)

    platonic.succeed("inspect", store(change, layers=[values()]))


def test_a_store_of_netcdf(platonic, tmp_path):
    """As netCDF4 writes it: numbers are lists of one, text has a fixed length, and dimensions lie beside the layers."""
    path = tmp_path / "m.h5"
    with h5py.File(path, "w", track_order=True) as file:
        for name, text in {"format": "platonic-features", "model": "nc", "modality": "v", "dataset": "d"}.items():
            file.attrs[name] = np.bytes_(text)
        file.attrs["version"] = np.array([1])
        file["samples/ids"] = np.array(IDS, dtype=h5py.string_dtype())
        file["layers/0000"] = values()
        file["layers/features"] = np.zeros(8, ">f4")
        file["layers/features"].make_scale("This is a netCDF dimension but not a netCDF variable.         8")
        file["layers/0000"].dims[1].attach_scale(file["layers/features"])
    platonic.succeed("inspect", path)


def test_advice_fits_the_fault(platonic, store):
    def change(name, value):
        return store(lambda file: file.attrs.__setitem__(name, value), name, layers=[values()])

    for path, words in (
        (change("model", np.array([b"a", b"b"])), "a list of 2 texts ('a', 'b'), not a text"),
        (change("version", h5py.Empty("i8")), "version is empty"),
        (change("dataset", np.bytes_(b"\xff\xfe")), "write text as UTF-8"),
        (change("modality", "x" * 2000), "2000 bytes, and names at most 1024"),
    ):
        result = platonic.run("inspect", path)
        assert result.returncode == 2 and words in result.stderr and "damaged" not in result.stderr, result.stderr


# MARK: What attributes mean


def swept(platonic, path, *others, words=()):
    """The results of a sweep, and what it said."""
    output = path.parent / "swept.h5"
    result = platonic.run("sweep", "--x", path, *others, "--metric", "cka", "--workers", 1, "--output", output, *words)
    assert result.returncode == 0, result.stderr
    return h5py.File(output), result.stderr


@pytest.mark.parametrize("name", ["model", "modality", "dataset", "family", "network", "prompt"])
def test_a_nul_within_an_attribute_is_refused_at_opening(platonic, store, name):
    path = store(lambda file: file.attrs.__setitem__(name, np.array(b"a\0b", "S4")), layers=[values()])
    refused(platonic, path, f"attribute {name}", "a NUL within it", "without NULs")


def test_a_nul_within_ids_and_layer_names_is_refused_at_opening(platonic, store):
    def ids(file):
        del file["samples/ids"]
        file["samples/ids"] = np.array([b"a\0b%02d" % i for i in range(SAMPLES)], "S5")

    def characters(file):
        del file["samples/ids"]
        texts = [b"a\0b%02d  " % i for i in range(SAMPLES)]
        file["samples/ids"] = np.array([list(text) for text in texts], np.uint8).view("S1")

    def layer(file):
        file["layers/0000"].attrs["name"] = np.array(b"a\0b", "S4")

    def lower(file):
        file.create_group("scores").attrs.update({"a": 1.0, "lower_is_better": np.array([b"a\0b"], "S4")})

    refused(platonic, store(ids, "ids", [values()]), "/samples/ids", "a NUL within it", "without NULs")
    refused(platonic, store(characters, "characters", [values()]), "/samples/ids", "a NUL within it")
    refused(platonic, store(layer, "layer", [values()]), "/layers/0000, attribute name", "a NUL within it")
    refused(platonic, store(lower, "lower", [values()]), "/scores, attribute lower_is_better", "a NUL within it")


def test_nuls_that_pad_are_fine_and_an_unknown_attribute_with_one_inside_is_left_out(platonic, store):
    def change(file):
        file.attrs["model"] = np.array(b"short", "S20")
        file.attrs["unknown"] = np.array(b"a\0b", "S4")
        del file["samples/ids"]
        file["samples/ids"] = np.array([i.encode() for i in IDS], "S9")

    path = store(change, layers=[values()])
    results, said = swept(platonic, path)
    with results:
        assert results["x"][0] == b"short" and results["sample"][0] == b"s0"
        assert "x_attr_unknown" not in results
    assert "'unknown' is left out" in said and "NUL" in said


@pytest.mark.parametrize(
    "name, value, words",
    [
        ("parameters", np.uint64(2**63 + 5), "the number 9223372036854775813, not a number of parameters"),
        ("parameters", -5, "the number -5, not a number of parameters"),
        ("parameters", np.nan, "the number nan"),
        ("parameters", 1.5, "the number 1.5"),
        ("parameters", "many", "the text 'many'"),
        ("parameters", [1, 2], "a list of 2 numbers (1, 2)"),
        ("pretrained", 2, "the number 2, not 0 or 1"),
        ("pretrained", "yes", "the text 'yes', not 0 or 1"),
        ("family", 3, "the number 3, not a text"),
        ("license", np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]), "of the type compound, not a text"),
        ("network", b"\xff", "not valid UTF-8"),
    ],
)
def test_attributes_that_cannot_have_their_meaning_are_refused(platonic, store, name, value, words):
    path = store(lambda file: file.attrs.__setitem__(name, value), layers=[values()])
    refused(platonic, path, f"attribute {name}", words)


@pytest.mark.parametrize(
    "name, value, number",
    [
        ("parameters", 1.5e9, 1_500_000_000),
        ("parameters", "7000000", 7_000_000),
        ("parameters", np.uint64(2**63 - 1), 2**63 - 1),
        ("parameters", 0, 0),
        ("pretrained", True, 1),
        ("pretrained", "0", 0),
        ("pretrained", np.float32(1), 1),
    ],
)
def test_attributes_are_read_with_their_meaning(platonic, store, name, value, number):
    path = store(lambda file: file.attrs.__setitem__(name, value), layers=[values()])
    results, _ = swept(platonic, path)
    with results:
        assert results[f"x_attr_{name}"].dtype == np.int64
        assert results[f"x_attr_{name}"][()].tolist() == [number]


def test_attributes_that_no_table_holds_stay_out_of_results(platonic, store):
    strange = {
        "compound": np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]),
        "complex": 1 + 2j,
        "array": np.arange(3),
        "floats": np.arange(3) / 2,
        "seed": np.uint64(2**63 + 5),
        "truths": np.array([True, False]),
    }

    def change(file):
        file.attrs.update(strange)
        file.attrs["place"] = file.ref
        file.attrs["note"] = "kept"
        file.attrs["list"] = ["a", "b"]

    path = store(change, layers=[values()])
    (found,) = json.loads(platonic.succeed("inspect", "--json", path))
    (note,) = found["notes"]
    assert found["warnings"] == [] and "stay out of results: 'array' (a list of 3 numbers" in note and "2 more" in note
    assert "note      attributes that are neither" in platonic.succeed("inspect", path)
    results, said = swept(platonic, path)
    with results:
        columns = {name.removeprefix("x_attr_") for name in results if name.startswith("x_attr_")}
        assert columns == {"dataset", "modality", "note", "list"}
        assert results["x_attr_list"][0] == b"a, b"
    assert "stay out" not in said


def test_a_layer_name_that_is_a_number_is_refused(platonic, store):
    path = store(lambda file: file["layers/0000"].attrs.__setitem__("name", 3), layers=[values()])
    refused(platonic, path, "/layers/0000, attribute name", "the number 3, not a text")


def test_scores_that_are_datasets_or_infinite_are_named(platonic, store):
    def change(file):
        group = file.create_group("scores")
        group.attrs.update({"good": 0.5, "endless": np.inf, "large": np.uint64(2**63 + 5)})
        group["acc"] = 0.7

    path = store(change, layers=[values()])
    (found,) = json.loads(platonic.succeed("inspect", "--json", path))
    assert found["scores"] == {"good": 0.5, "endless": None, "large": 2.0**63}
    assert any("'acc' is left out" in text and "attributes of the group" in text for text in found["warnings"])
    assert any("'endless' is inf" in text and "counts as missing" in text for text in found["warnings"])
    results, said = swept(platonic, path)
    with results:
        assert np.isnan(results["x_score_endless"][0]) and results["x_score_good"][0] == 0.5
        assert "x_score_acc" not in results
    assert "'acc' is left out" in said and "'endless' is inf" in said


def test_spaces_after_the_format(platonic, store):
    path = store(lambda file: file.attrs.__setitem__("format", np.bytes_(b"platonic-features   ")), layers=[values()])
    platonic.succeed("inspect", path)
    other = store(lambda file: file.attrs.__setitem__("format", " platonic-features"), "other", [values()])
    refused(platonic, other, "attribute format", "' platonic-features'")


# MARK: The same characters as other bytes

COMPOSED, DECOMPOSED = "caf\u00e9", "cafe\u0301"


def with_ids(*ids):
    def change(file):
        del file["samples/ids"]
        file["samples/ids"] = np.array([*ids, *IDS[len(ids) :]], dtype=h5py.string_dtype())

    return change


def test_both_forms_of_one_id_are_two_samples(platonic, store):
    a = store(with_ids(COMPOSED, DECOMPOSED), "a", [values()])
    b = store(with_ids(DECOMPOSED, COMPOSED), "b", [values()[[1, 0, *range(2, SAMPLES)]]])
    results, said = swept(platonic, a, b, words=("--clip", "none"))
    with results:
        assert results["sample"][:2].tolist() == [COMPOSED.encode(), DECOMPOSED.encode()]
        assert results["metrics/cka/scores"][0, 1] == pytest.approx(1, abs=1e-6)
    assert "b.h5: its samples are reordered" in said


def test_ids_in_another_form_are_other_samples_and_the_advice_says_so(platonic, store):
    a, b = store(with_ids(COMPOSED), "a", [values()]), store(with_ids(DECOMPOSED), "b", [values()])
    result = platonic.run("plan", "--x", a, b)
    assert result.returncode == 2 and "1 of them differ only in Unicode normalisation" in result.stderr
    results, said = swept(platonic, a, b, words=("--samples", "intersect"))
    with results:
        assert len(results["sample"]) == SAMPLES - 1
    assert "b.h5: 1 of its 40 samples are left out, as other stores lack them; 1 of them differ only" in said
    assert "reordered" not in said


def test_names_of_models_that_look_the_same_are_refused_with_advice_that_helps(platonic, store, tmp_path):
    def named(name):
        return lambda file: file.attrs.__setitem__("model", name)

    a, b = store(named(COMPOSED), "a", [values()]), store(named(DECOMPOSED), "b", [values()])
    c = store(named("other"), COMPOSED, [values()])
    d = store(named(COMPOSED), DECOMPOSED, [values()])
    for words, advice in (
        (("--x", a, b), "--name-from file"),
        (("--x", a, "--y", b), "--name-from file"),
        (("--x", c, d, "--name-from", "file"), "the names that the stores give"),
        (("--x", b, d), "--name-from file"),
    ):
        result = platonic.run("plan", *words)
        assert result.returncode == 2 and "differ only in their Unicode normalisation" in result.stderr, words
        assert advice in result.stderr
    with h5py.File(c, "r+") as file:
        file.attrs["model"] = DECOMPOSED
    for words, advice in (((), "another attribute 'model'"), (("--name-from", "file"), "rename a file")):
        result = platonic.run("plan", "--x", c, d, *words)
        assert result.returncode == 2 and advice in result.stderr, result.stderr


def test_attributes_whose_names_look_the_same_are_refused(platonic, store):
    path = store(lambda file: file.attrs.update({COMPOSED: 1, DECOMPOSED: 2}), layers=[values()])
    refused(platonic, path, "attributes", "differ only in their Unicode normalisation")


def test_an_interrupted_sweep_tells_files_apart_whose_names_look_the_same(platonic, store):
    a, b = store(lambda _: None, COMPOSED, [values()]), store(lambda _: None, DECOMPOSED, [values(1)])
    for path, name in ((a, "one"), (b, "two")):
        with h5py.File(path, "r+") as file:
            file.attrs["model"] = name
    results, _ = swept(platonic, a, b)
    with results:
        assert len(results["x"]) == 2
