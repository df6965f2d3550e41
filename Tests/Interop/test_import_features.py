"""scripts/import_features.py: exact values, refusals in one sentence, and nothing run or half-written.

The .pt and .safetensors files in data/ were written by PyTorch itself (data/README.md).
"""

import json
import os
import pickle
import resource
import subprocess
import sys
import zipfile

import h5py
import numpy as np
import pyarrow
import pyarrow.parquet
import pytest

from conftest import ROOT, write_store

SCRIPT = ROOT / "scripts/import_features.py"
DATA = ROOT / "Tests/Interop/data"
SAMPLES = 5
IDS = ["rose", "tulip é", "lily", "a, b", "iris"]


def values(*shape, dtype=np.float32):
    """The numbers of data/make_torch_fixtures.py: 0, 1/16, -2/16, 3/16 …"""
    count = np.arange(np.prod(shape))
    return (count / 16 * (1 - 2 * (count % 3 == 2))).reshape(shape).astype(dtype)


class Importer:
    """Runs the script in a folder that holds `ids.txt`; the store it writes is `out.h5`."""

    def __init__(self, folder):
        self.folder, self.store = folder, folder / "out.h5"
        (folder / "ids.txt").write_text("\n".join(IDS) + "\n", encoding="utf-8")

    def run(self, *arguments, ids=("--ids", "ids.txt"), output=("--output", "out.h5"), **options):
        command = [sys.executable, SCRIPT, "--modality", "vision", "--dataset", "flowers", *ids, *output, *arguments]
        return subprocess.run(
            list(map(str, command)), cwd=self.folder, capture_output=True, text=True, timeout=60, **options
        )

    def accept(self, *arguments, **options):
        result = self.run(*arguments, **options)
        assert result.returncode == 0, result.stderr
        return result

    def refuse(self, *arguments, status=2, **options):
        """The refusal's sentence; checks its form, and that there is no file but those that were there."""
        before = snapshot(self.folder)
        result = self.run(*arguments, **options)
        lines = [line for line in result.stderr.splitlines() if ": warning: " not in line]
        assert (result.returncode, len(lines)) == (status, 2), result.stderr
        assert lines[0].startswith("import_features.py: ") and lines[0].endswith(")"), lines
        assert lines[1].startswith("  ") and lines[1].strip(), lines
        assert snapshot(self.folder) == before
        return lines[0]

    def layers(self, *arguments, **options):
        """Imports, and reads back what was written: (name, values) of each layer."""
        self.accept(*arguments, **options)
        with h5py.File(self.store) as store:
            return [(layer.attrs["name"], layer[:]) for layer in store["layers"].values()]


def snapshot(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def importer(tmp_path):
    return Importer(tmp_path)


def assert_layers(found, expected):
    assert [name for name, _ in found] == [name for name, _ in expected]
    for (name, got), (_, want) in zip(found, expected, strict=True):
        assert (got.dtype, got.shape) == (want.dtype, want.shape), name
        assert got.tobytes() == want.tobytes(), name


def numbered(*arrays):
    return [(f"layer {i}", array) for i, array in enumerate(arrays)]


# The released code's files.


def test_language_features_with_parameters_and_scores(importer):
    found = importer.layers(DATA / "language_bfloat16.pt")
    stacked = values(SAMPLES, 3, 4)
    assert_layers(found, numbered(*(stacked[:, i] for i in range(3))))
    with h5py.File(importer.store) as store:
        attributes = dict(store.attrs)
        assert attributes.pop("parameters").dtype == np.int64 and store.attrs["parameters"] == 559214592
        assert attributes == {
            "format": "platonic-features",
            "version": 1,
            "model": "language_bfloat16",
            "modality": "vision",
            "dataset": "flowers",
        }
        assert list(store["samples/ids"].asstr()) == IDS
        assert store["scores"].attrs["bits_per_byte"] == 0.875 and store["scores"].attrs["loss"] == 2.75
        assert list(store["scores"].attrs["lower_is_better"]) == ["bits_per_byte", "loss"]


def test_permuted_float16_features_keep_their_precision(importer):
    stacked = values(3, SAMPLES, 4, dtype=np.float16)
    assert_layers(importer.layers(DATA / "vision_float16.pt"), numbered(*stacked))


def test_list_of_layers_of_different_widths_and_scores_of_single_samples(importer):
    found = importer.layers(DATA / "list_of_layers.pt")
    expected = [values(SAMPLES, 2), values(SAMPLES, 3, dtype=np.float64), values(SAMPLES, 4, dtype=np.float16)]
    assert_layers(found, numbered(*expected))
    with h5py.File(importer.store) as store:
        assert store["scores"].attrs["bits_per_byte"] == 3.0
        assert "parameters" not in store.attrs


def test_views_of_one_storage_honour_strides_and_offsets(importer):
    base = values(11, 6)
    found = importer.layers(DATA / "views.pt")
    assert_layers(found, numbered(base.T[:SAMPLES], base[1::2, 2:], base[3:8, 5:6]))


def test_bare_tensor_of_float64(importer):
    stacked = values(SAMPLES, 3, 4, dtype=np.float64)
    assert_layers(importer.layers(DATA / "bare_tensor.pt"), numbered(*(stacked[:, i] for i in range(3))))


def test_bfloat16_is_widened_bit_by_bit(importer):
    patterns = [s << 15 | exponent << 7 | m for s in (0, 1) for exponent in range(255) for m in (0, 1, 127)]
    [(_, found)] = importer.layers(DATA / "bfloat16_bits.pt", ids=["--counter-ids"])
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found.view(np.uint32).ravel(), np.array(patterns, np.uint32) << 16)


def rewritten(source, target, change):
    """Copies a .pt with the bytes of each entry changed; None leaves the entry out."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = change(name.partition("/")[2], old.read(name))
            if content is not None:
                new.writestr(name, content)
    return target


def test_archive_of_another_byte_order(importer, tmp_path):
    def swap(name, content):
        if name == "byteorder":
            return b"big"
        return np.frombuffer(content, "<f8").astype(">f8").tobytes() if name == "data/0" else content

    path = rewritten(DATA / "bare_tensor.pt", tmp_path / "big.pt", swap)
    stacked = values(SAMPLES, 3, 4, dtype=np.float64)
    assert_layers(importer.layers(path), numbered(*(stacked[:, i] for i in range(3))))


def test_archive_of_an_older_pytorch_has_no_byte_order(importer, tmp_path):
    path = rewritten(DATA / "vision_float16.pt", tmp_path / "old.pt", lambda n, c: None if n == "byteorder" else c)
    assert_layers(importer.layers(path), numbered(*values(3, SAMPLES, 4, dtype=np.float16)))


class Hostile:
    """Unpickled without care, it runs a command."""

    def __init__(self, function, *arguments):
        self.function, self.arguments = function, arguments

    def __reduce__(self):
        return self.function, self.arguments


@pytest.mark.parametrize("protocol", [0, 2, 4])
@pytest.mark.parametrize("kind", ["command", "builtin", "dotted"])
def test_hostile_pickle_does_not_run(importer, tmp_path, kind, protocol):
    marker = tmp_path / "ran"
    attack = {
        "command": Hostile(os.system, f"touch '{marker}'"),
        "builtin": Hostile(eval, f"open({str(marker)!r}, 'w')"),
        "dotted": Hostile(zipfile.ZipFile.mkdir if protocol == 4 else open, str(marker), "w"),
    }[kind]
    payload = pickle.dumps({"feats": attack}, protocol)
    path = rewritten(DATA / "bare_tensor.pt", tmp_path / "x.pt", lambda n, c: payload if n == "data.pkl" else c)
    sentence = importer.refuse(path)
    assert "which features do not need, so it was not run" in sentence
    assert {"command": ".system", "builtin": ".eval", "dotted": "."}[kind] in sentence
    assert not marker.exists()

    # The same bytes do harm where nobody looks: so the test can fail.
    if kind == "command":
        pickle.loads(payload)
        assert marker.exists()


def test_pickle_of_forged_tensors(importer, tmp_path):
    original = zipfile.ZipFile(DATA / "expanded.pt").read("expanded/data.pkl")
    # The storage offset, BININT1 0 after the persistent reference, becomes 200: beyond the storage's end.
    far = original.replace(b"QK\x00K\x05K\x04\x86", b"QK\xc8K\x01K\x04\x86")
    assert far != original
    path = rewritten(DATA / "expanded.pt", tmp_path / "far.pt", lambda n, c: far if n == "data.pkl" else c)
    assert "reaches value 203 of a storage of 4" in importer.refuse(path)
    short = rewritten(DATA / "bare_tensor.pt", tmp_path / "short.pt", lambda n, c: c[:-8] if n == "data/0" else c)
    assert "holds 472 bytes, not 60 values of 8" in importer.refuse(short)


@pytest.mark.parametrize("kept", [3, 40, 900, -1])
def test_truncated_archive(importer, tmp_path, kept):
    (tmp_path / "cut.pt").write_bytes((DATA / "list_of_layers.pt").read_bytes()[:kept])
    assert "cut.pt" in importer.refuse("cut.pt")


def test_changed_bytes_of_a_storage_are_noticed(importer, tmp_path):
    content = bytearray((DATA / "bare_tensor.pt").read_bytes())
    content[content.index(values(SAMPLES, 3, 4, dtype=np.float64).tobytes()) + 9] ^= 1
    (tmp_path / "bad.pt").write_bytes(content)
    assert "CRC" in importer.refuse("bad.pt")


@pytest.mark.parametrize(
    "name, words",
    [
        ("legacy.pt", "format from before version 1.6"),
        ("integers.pt", "the values are int64"),
        ("expanded.pt", "repeats a storage"),
        ("README.md", "suffix '.md'"),
        ("absent.pt", "No such file"),
    ],
)
def test_unsuitable_files(importer, name, words):
    assert words in importer.refuse(DATA / name)


# NumPy's files and .safetensors.


@pytest.mark.parametrize("dtype", ["<f2", "<f4", "<f8", ">f4", ">f8"])
def test_npy_keeps_its_precision_whatever_its_byte_order(importer, tmp_path, dtype):
    np.save(tmp_path / "a.npy", np.asfortranarray(values(SAMPLES, 7)).astype(dtype))
    assert_layers(importer.layers("a.npy"), numbered(values(SAMPLES, 7, dtype=np.dtype(dtype).newbyteorder("="))))


def test_npz_in_natural_order(importer, tmp_path):
    arrays = {f"h{i}": np.full((SAMPLES, 2), i, np.float32) for i in (10, 9, 1, 100, 2)}
    np.savez_compressed(tmp_path / "a.npz", **arrays)
    found = importer.layers("a.npz")
    assert_layers(found, [(f"h{i}", arrays[f"h{i}"]) for i in (1, 2, 9, 10, 100)])


@pytest.mark.parametrize("save", [np.save, np.savez])
def test_numpy_array_of_all_layers(importer, tmp_path, save):
    stacked = values(SAMPLES, 3, 4)
    path = tmp_path / ("a.npy" if save is np.save else "a.npz")
    save(path, stacked)
    assert_layers(importer.layers(path), numbered(*(stacked[:, i] for i in range(3))))


@pytest.mark.parametrize(
    "array, words",
    [
        (np.zeros((SAMPLES, 2), np.int32), "the values are int32"),
        (np.zeros((SAMPLES, 2), np.longdouble), f"the values are {np.dtype(np.longdouble).name}"),
        (np.zeros((SAMPLES, 2), np.complex64), "the values are complex64"),
        (np.array([[{}]] * SAMPLES), "Python objects"),
        (np.zeros(SAMPLES), "the shape is [5]"),
        (np.zeros((SAMPLES, 0)), "no features"),
        (np.zeros((SAMPLES, 0, 3)), "no layers"),
        (np.zeros((3, 2)), "there are 3 samples, and metrics need at least 4"),
        (np.zeros((6, 2)), "there are 5 ids and 6 samples"),
    ],
)
def test_unsuitable_arrays(importer, tmp_path, array, words):
    np.save(tmp_path / "a.npy", array, allow_pickle=True)
    assert words in importer.refuse("a.npy").replace("Object arrays", "Python objects")


@pytest.mark.parametrize("name", ["a.npy", "a.npz"])
@pytest.mark.parametrize("kept", [0, 5, 90, -20])
def test_truncated_numpy_file(importer, tmp_path, name, kept):
    (np.save if name == "a.npy" else np.savez)(tmp_path / name, values(SAMPLES, 7))
    (tmp_path / name).write_bytes((tmp_path / name).read_bytes()[:kept])
    assert "cannot be read" in importer.refuse(name)


def test_safetensors_of_every_type_in_natural_order(importer):
    kinds = {2: np.float16, 9: np.float32, 10: np.float32, 11: np.float64}
    expected = [(f"block.{i}", values(SAMPLES, i + 1, dtype=dtype)) for i, dtype in kinds.items()]
    # The ninth was bfloat16: at most eight significant bits, which these numbers do not need.
    assert_layers(importer.layers(DATA / "layers.safetensors"), expected)


def safetensors(path, header, data=b"", length=None):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes((len(text) if length is None else length).to_bytes(8, "little") + text + data)
    return path


def entry(shape=(4, 2), span=(0, 32), dtype="F32"):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": list(span)}


def test_safetensors_array_of_all_layers(importer, tmp_path):
    stacked = values(SAMPLES, 3, 4)
    safetensors(tmp_path / "a.safetensors", {"feats": entry(stacked.shape, (0, 240))}, stacked.tobytes())
    assert_layers(importer.layers("a.safetensors"), numbered(*(stacked[:, i] for i in range(3))))


@pytest.mark.parametrize(
    "header, length",
    [
        ({"a": entry()}, 20),
        (b"[]", None),
        (b"[" * 20_000, None),
        (b'{"a": 1, "a": 2}', None),
        (b"\xff", None),
        ({"a": 3}, None),
        ({"a": entry(span=(0, 64))}, None),
        ({"a": entry(span=(32, 64))}, None),
        ({"a": entry(span=(-32, 0))}, None),
        ({"a": entry(span=(0, 32, 64))}, None),
        ({"a": entry(shape=(4, 2**62))}, None),
        ({"a": entry(shape=(0, 2**70), span=(0, 0)), "b": entry()}, None),
        ({"a": entry(shape=(-4, -2))}, None),
        ({"a": entry(shape=(4, 2.0))}, None),
        ({"a": entry(), "b": entry()}, None),
        ({"a": entry((4, 1), (0, 16))}, None),
    ],
)
def test_safetensors_header_that_lies(importer, tmp_path, header, length):
    safetensors(tmp_path / "a.safetensors", header, bytes(32), length)
    assert "safetensors header is damaged" in importer.refuse("a.safetensors")


@pytest.mark.parametrize("length", [2**63, 10_000, 200_000_000])
def test_safetensors_header_longer_than_the_file(importer, tmp_path, length):
    safetensors(tmp_path / "a.safetensors", {"a": entry()}, bytes(32), length)
    assert f"a header of {length} bytes does not fit" in importer.refuse("a.safetensors")


@pytest.mark.parametrize("kept", [0, 7, 8, 50, -1])
def test_truncated_safetensors(importer, tmp_path, kept):
    (tmp_path / "cut.safetensors").write_bytes((DATA / "layers.safetensors").read_bytes()[:kept])
    assert "safetensors header is damaged" in importer.refuse("cut.safetensors")


@pytest.mark.parametrize(
    "header, words",
    [
        ({"a": entry(dtype="I32")}, "the values are I32"),
        ({"a": entry((8,))}, "the shape is [8]"),
        ({"a\0": entry()}, "a layer's name"),
        ({"a\ud800": entry()}, "a layer's name"),
    ],
)
def test_unsuitable_safetensors(importer, tmp_path, header, words):
    safetensors(tmp_path / "a.safetensors", header, bytes(32))
    assert words in importer.refuse("a.safetensors", ids=["--counter-ids"])


# Columns of parquet files, and shards.

IN_FILE = ("--id-column", "key")


def write_parquet(path, ids=IDS, **columns):
    """A table of ids, of layers that are two-dimensional arrays, and of lists as they are."""
    arrays = {"key": pyarrow.array(ids)}
    for name, layer in columns.items():
        if isinstance(layer, np.ndarray):
            layer = pyarrow.FixedSizeListArray.from_arrays(pyarrow.array(layer.ravel()), layer.shape[1])
        arrays[name] = layer
    pyarrow.parquet.write_table(pyarrow.table(arrays), path, row_group_size=2)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_parquet_columns_of_lists_are_layers(importer, dtype):
    first, second = values(SAMPLES, 3, dtype=dtype), values(SAMPLES, 2, dtype=dtype)
    uneven = pyarrow.array(second.tolist(), pyarrow.list_(pyarrow.from_numpy_dtype(dtype)))
    write_parquet(importer.folder / "embeddings.parquet", block10=first, block2=uneven, redshift=list(range(SAMPLES)))
    assert_layers(importer.layers("embeddings.parquet", ids=IN_FILE), [("block10", first), ("block2", second)])
    with h5py.File(importer.store) as store:
        assert list(store["samples/ids"].asstr()) == IDS
    found = importer.layers("embeddings.parquet", "--columns", "block2", "--force", ids=IN_FILE)
    assert_layers(found, [("block2", second)])


def test_numbers_and_arrays_may_be_ids(importer):
    write_parquet(importer.folder / "a.parquet", ids=list(range(SAMPLES)), layer=values(SAMPLES, 3))
    importer.accept("a.parquet", ids=IN_FILE)
    with h5py.File(importer.store) as store:
        assert list(store["samples/ids"].asstr()) == ["0", "1", "2", "3", "4"]
    np.savez(importer.folder / "a.npz", key=np.array(IDS), layer=values(SAMPLES, 3))
    assert_layers(importer.layers("a.npz", "--force", ids=IN_FILE), [("layer", values(SAMPLES, 3))])
    with h5py.File(importer.store) as store:
        assert list(store["samples/ids"].asstr()) == IDS


FLOATS = pyarrow.list_(pyarrow.float32())
UNSUITABLE_COLUMNS = [
    ({"layer": pyarrow.array([[1.0], [1.0], [1.0, 2.0], [1.0], [1.0]], FLOATS)}, (), "the cell of row 2 is empty"),
    ({"layer": pyarrow.array([[1.0], [1.0], [1.0], None, [1.0]], FLOATS)}, (), "the cell of row 3 is empty"),
    ({"layer": pyarrow.array([[1.0], [1.0], [1.0], [1.0], [None]], FLOATS)}, (), "the cell of row 4 is empty"),
    ({"layer": pyarrow.array([[1.0], [np.nan], [1.0], [1.0], [1.0]], FLOATS)}, (), "row 1 ('tulip é'), column 0"),
    ({"layer": pyarrow.array([[1]] * SAMPLES)}, (), "there are no layers"),
    ({"layer": pyarrow.array([[1]] * SAMPLES)}, ("--columns", "layer"), "the cells of 'layer' are no such lists"),
    ({"layer": values(SAMPLES, 3)}, ("--columns", "last"), "there is no column 'last'"),
    ({"layer": values(SAMPLES, 3), "ids": ["a", "b", "c", "a", "e"]}, (), "the sample id 'a' occurs twice"),
    ({"layer": values(SAMPLES, 3), "ids": [0.5, 1.5, 2.5, 3.5, 4.5]}, (), "the ids are double"),
]


@pytest.mark.parametrize(
    "columns, options, words", UNSUITABLE_COLUMNS, ids=[words for _, _, words in UNSUITABLE_COLUMNS]
)
def test_unsuitable_columns(importer, columns, options, words):
    write_parquet(importer.folder / "a.parquet", **columns)
    assert words in importer.refuse("a.parquet", *options, ids=IN_FILE)


def test_columns_are_of_files_that_have_some(importer):
    np.save(importer.folder / "a.npy", values(SAMPLES, 3))
    assert "columns can be named of .parquet and .npz alone" in importer.refuse("a.npy", ids=IN_FILE)
    write_parquet(importer.folder / "a.parquet", layer=values(SAMPLES, 3))
    assert "there is no column 'name'" in importer.refuse("a.parquet", ids=("--id-column", "name"))


def test_shards_become_one_store_with_the_ids_of_each(importer):
    whole = values(SAMPLES, 3)
    write_parquet(importer.folder / "b.parquet", ids=IDS[:2], layer=whole[:2])
    write_parquet(importer.folder / "a.parquet", ids=IDS[2:], layer=whole[2:])
    found = importer.layers("b.parquet", "a.parquet", "--concatenate", ids=IN_FILE)
    assert_layers(found, [("layer", whole)])
    with h5py.File(importer.store) as store:
        assert list(store["samples/ids"].asstr()) == IDS and store.attrs["model"] == "out"
    for shard in range(2):
        np.save(importer.folder / f"{shard}.npy", whole[:2] if shard == 0 else whole[2:])
    assert_layers(importer.layers("0.npy", "1.npy", "--concatenate", "--force"), [("layer 0", whole)])


UNSUITABLE_SHARDS = [
    ({"layer": values(3, 4)}, "the layer has 4 features, and 3 in"),
    ({"last": values(3, 3)}, "the layers' names are ['last'], and ['layer'] in"),
    ({"layer": values(3, 3, dtype=np.float64)}, "the layers' dtypes are"),
    ({"layer": values(3, 3), "ids": ["rose", "x", "y"]}, "the sample id 'rose' occurs twice, as numbers 1 and 3"),
]


@pytest.mark.parametrize("columns, words", UNSUITABLE_SHARDS, ids=[words for _, words in UNSUITABLE_SHARDS])
def test_unsuitable_shards(importer, columns, words):
    write_parquet(importer.folder / "a.parquet", ids=IDS[:2], layer=values(2, 3))
    write_parquet(importer.folder / "b.parquet", **{"ids": IDS[2:], **columns})
    assert words in importer.refuse("a.parquet", "b.parquet", "--concatenate", ids=IN_FILE)
    words = ("a.parquet", "b.parquet", "--concatenate")
    assert "shards become one store" in importer.refuse(*words, ids=IN_FILE, output=("--output-dir", "stores"))


# Values, ids, groups, options.


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_non_finite_value_is_named_by_layer_row_and_id(importer, tmp_path, value):
    whole, broken = values(SAMPLES, 4, dtype=np.float16), values(SAMPLES, 4, dtype=np.float16)
    broken[3, 1] = broken[4, 0] = value
    np.savez(tmp_path / "a.npz", a=whole, b=broken)
    sentence = importer.refuse("a.npz")
    assert f"2 of 20 values are not finite, first {value} in row 3 ('a, b'), column 1 (a.npz, b)" in sentence


def test_layers_of_unequal_length(importer, tmp_path):
    np.savez(tmp_path / "a.npz", a=values(SAMPLES, 2), b=values(6, 2))
    assert "the layer has 6 samples, 'a' has 5 (a.npz, b)" in importer.refuse("a.npz")


@pytest.mark.parametrize(
    "text, words",
    [
        (b"a\nb\nc\nd\n", "there are 4 ids and 5 samples"),
        (b"a\nb\nc\nb\nd\n", "'b' occurs twice, as numbers 2 and 4"),
        ("\u00e9\na\nb\nc\ne\u0301\n".encode(), "occurs twice, as numbers 1 and 5"),
        (b"a\nb\n\nc\nd\n", "ids.txt, line 3"),
        (b"a\nb\nc\n\xff\nd\n", "not UTF-8 (ids.txt, line 4)"),
        (b"a\nb\nc\nd\0\ne\n", "ids.txt, line 4"),
        (b"", "there are 0 ids and 5 samples"),
    ],
)
def test_unsuitable_ids(importer, tmp_path, text, words):
    (tmp_path / "ids.txt").write_bytes(text)
    assert words in importer.refuse(DATA / "bare_tensor.pt")


def test_ids_of_a_text_made_elsewhere(importer, tmp_path):
    (tmp_path / "ids.txt").write_bytes("\ufeffa\r\nb\u2028b\r\n c\r\nd\x0bd\r\ne".encode())
    importer.accept(DATA / "bare_tensor.pt")
    with h5py.File(importer.store) as store:
        assert list(store["samples/ids"].asstr()) == ["a", "b\u2028b", " c", "d\x0bd", "e"]


def test_without_ids_it_says_what_to_do(importer):
    assert "which samples the rows are" in importer.refuse(DATA / "bare_tensor.pt", ids=[])


def test_counter_ids_warn(importer):
    result = importer.accept(DATA / "bare_tensor.pt", ids=["--counter-ids"])
    assert "import_features.py: warning: the ids are row numbers" in result.stderr
    with h5py.File(importer.store) as store:
        assert list(store["samples/ids"].asstr()) == ["0", "1", "2", "3", "4"]


def test_ids_and_groups_of_an_existing_store(importer, tmp_path):
    with h5py.File(write_store(tmp_path / "known.h5", "known", [values(5, 2)], IDS), "a") as store:
        store["samples/groups"] = np.array([7, 7, -1, 2**40, 0])
    result = importer.accept(DATA / "bare_tensor.pt", ids=["--ids-from", "known.h5"])
    assert "the data set of known.h5 is 'random', not 'flowers'" in result.stderr
    with h5py.File(importer.store) as store:
        assert list(store["samples/ids"].asstr()) == IDS
        assert store["samples/groups"][:].tolist() == [7, 7, -1, 2**40, 0]
    assert "samples cannot be read" in importer.refuse(
        DATA / "bare_tensor.pt", "--force", ids=["--ids-from", DATA / "legacy.pt"]
    )


def test_groups_layer_names_attributes_and_scores(importer, tmp_path):
    (tmp_path / "groups.txt").write_text("3\n3\n-4\n9\n9\n")
    (tmp_path / "names.txt").write_text("embedding\nmiddle\nhead\n")
    importer.accept(
        DATA / "language_bfloat16.pt",
        "--groups",
        "groups.txt",
        "--layer-names",
        "names.txt",
        "--model",
        "opt",
        "--attribute",
        "family=opt",
        "--attribute",
        "pretrained=1",
        "--attribute",
        "parameters=12",
        "--score",
        "hellaswag=0.5",
        "--score",
        "perplexity=9",
        "--score",
        "bits_per_byte=2",
        "--lower-is-better",
        "perplexity",
    )
    with h5py.File(importer.store) as store:
        assert store["samples/groups"].dtype == np.int64 and store["samples/groups"][:].tolist() == [3, 3, -4, 9, 9]
        assert [layer.attrs["name"] for layer in store["layers"].values()] == ["embedding", "middle", "head"]
        assert (store.attrs["model"], store.attrs["family"]) == ("opt", "opt")
        assert [store.attrs[name].dtype for name in ("pretrained", "parameters")] == [np.int64] * 2
        assert (store.attrs["pretrained"], store.attrs["parameters"]) == (1, 12)
        scores = dict(store["scores"].attrs)
        assert set(scores.pop("lower_is_better")) == {"bits_per_byte", "loss", "perplexity"}
        assert scores == {"hellaswag": 0.5, "perplexity": 9, "bits_per_byte": 2, "loss": 2.75}


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["--attribute", "model=x"], "'model' is not a free attribute"),
        (["--attribute", "version=2"], "'version' is not a free attribute"),
        (["--attribute", "parameters=many"], "parameters is 'many'"),
        (["--attribute", "pretrained=2"], "pretrained is '2'"),
        (["--attribute", "family"], "'family' is not NAME=VALUE"),
        (["--score", "a=nan"], "the score a is 'nan'"),
        (["--score", "a/b=1"], "contains a slash"),
        (["--lower-is-better", "accuracy"], "there is no score 'accuracy'"),
        (["--model", ""], "is empty"),
        (["--model", b"\xff"], "not UTF-8"),
        (["--groups", "ids.txt"], "'rose' is not an integer"),
        (["--groups", "short.txt"], "there are 1 groups and 5 samples"),
        (["--layer-names", "short.txt"], "there are 1 names and 3 layers"),
        (["--colour", "red"], "unrecognized arguments"),
        (["--counter-ids"], "not allowed with"),
        ([DATA / "views.pt"], "--output is one model's, and there are 2 files"),
    ],
)
def test_unsuitable_options(importer, tmp_path, arguments, words):
    (tmp_path / "short.txt").write_text("1\n")
    arguments = [os.fsdecode(a) if isinstance(a, bytes) else a for a in arguments]
    assert words in importer.refuse(DATA / "bare_tensor.pt", *arguments)


# What is written, and when.


def test_existing_output_is_replaced_only_by_force(importer):
    importer.accept(DATA / "bare_tensor.pt")
    assert "the output exists already (out.h5)" in importer.refuse(DATA / "vision_float16.pt")
    importer.accept(DATA / "vision_float16.pt", "--force")
    with h5py.File(importer.store) as store:
        assert store.attrs["model"] == "vision_float16"


def test_same_bytes_on_every_run(importer):
    importer.accept(DATA / "language_bfloat16.pt")
    first = importer.store.read_bytes()
    importer.accept(DATA / "language_bfloat16.pt", "--force")
    assert importer.store.read_bytes() == first


@pytest.mark.parametrize("limit", [1_000, 9_000, 300_000, 800_500])
def test_full_disk_leaves_the_old_store_and_nothing_else(importer, tmp_path, limit):
    """The limit on a file's size stands in for the full disk: writes fail part of the way, as they do there."""
    np.save(tmp_path / "large.npy", np.ones((SAMPLES, 20_000)))
    importer.accept(DATA / "bare_tensor.pt")
    sentence = importer.refuse(
        "large.npy",
        "--force",
        status=1,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    assert "the store cannot be written: File too large (out.h5)" in sentence


def test_places_that_cannot_be_written(importer, tmp_path):
    assert "no such directory" in importer.refuse(DATA / "bare_tensor.pt", output=["--output", "absent/out.h5"])
    assert "is a directory" in importer.refuse(DATA / "bare_tensor.pt", output=["--output", tmp_path])
    sentence = importer.refuse(DATA / "bare_tensor.pt", output=["--output-dir", "ids.txt/stores"], status=1)
    assert "the store cannot be written: Not a directory" in sentence
    # Not even the superuser creates files there.
    assert "cannot be written" in importer.refuse(DATA / "bare_tensor.pt", output=["--output-dir", "/proc"], status=1)


def test_several_files_stop_at_the_first_bad_one_and_keep_what_is_whole(importer, tmp_path):
    directory = ["--output-dir", "stores/new"]
    result = importer.run(DATA / "bare_tensor.pt", DATA / "integers.pt", DATA / "views.pt", output=directory)
    assert result.returncode == 2 and "integers.pt" in result.stderr
    assert os.listdir(tmp_path / "stores/new") == ["bare_tensor.h5"]
    assert "exists already" in importer.refuse(DATA / "views.pt", DATA / "bare_tensor.pt", output=directory)
    np.save(tmp_path / "views.npy", values(SAMPLES, 2))
    assert "would become one store" in importer.refuse(DATA / "views.pt", "views.npy", output=directory)


def test_the_program_inspects_and_sweeps_imported_stores(importer, platonic, tmp_path):
    stores = tmp_path / "stores"
    importer.accept(
        *(DATA / name for name in ("language_bfloat16.pt", "vision_float16.pt", "layers.safetensors", "views.pt")),
        output=["--output-dir", stores],
    )
    inspected = platonic.succeed("inspect", stores)
    assert "language_bfloat16 (vision)" in inspected and "bits_per_byte = 0.875 (lower is better)" in inspected
    output = tmp_path / "results.h5"
    platonic.succeed(
        "sweep",
        "--x",
        stores,
        "--metric",
        "mutual_knn",
        "--metric",
        "cka",
        "--k",
        2,
        "--output",
        output,
        "--artifacts",
        tmp_path / "artifacts",
        "--workers",
        1,
        "--quiet",
    )
    with h5py.File(output) as results:
        models = list(results["x"].asstr())
        assert models == ["language_bfloat16", "layers", "views", "vision_float16"]
        assert results["x_attr_parameters"][:].tolist() == [559214592, -1, -1, 22050664]
        assert list(results["sample"].asstr()) == IDS
        np.testing.assert_allclose(np.diag(results["metrics/cka/scores"][:]), 1, atol=1e-6)


# Files that are not what their names say.

POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"4d" * 32 + b"\nsize 12345\n"
MISTAKEN = [
    (POINTER, "a pointer of Git LFS"),
    (b"/annex/objects/SHA256E-s31390--f50d.npz\n", "a pointer of git-annex"),
    (b"../.git/annex/objects/Jx/0v/SHA256E-s31390--f50d.npz", "a pointer of git-annex"),
    (b"\n<!DOCTYPE html>\n<html><title>Sign in</title></html>", "an HTML page"),
    (b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', "the file is XML"),
    (b"Entry not\nfound", "the file is text, and begins 'Entry not found'"),
    ("é".encode() * 3000, "the file is text"),
]


@pytest.mark.parametrize("suffix", [".npz", ".npy", ".pt", ".safetensors", ".parquet"])
@pytest.mark.parametrize("content, said", MISTAKEN, ids=[said for _, said in MISTAKEN])
def test_files_that_stand_in_the_place_of_features_are_recognised(importer, suffix, content, said):
    path = importer.folder / f"features{suffix}"
    path.write_bytes(content)
    assert said in importer.refuse(path.name)


@pytest.mark.parametrize("option", ["--ids", "--ids-from"])
def test_so_are_those_in_the_place_of_samples(importer, option):
    np.savez(importer.folder / "features.npz", layer=values(SAMPLES, 3))
    (importer.folder / "samples").write_bytes(POINTER)
    assert "a pointer of Git LFS" in importer.refuse("features.npz", ids=(option, "samples"))


def test_a_link_into_an_annex_says_what_to_do(importer):
    (importer.folder / "features.npz").symlink_to(".git/annex/objects/Jx/0v/SHA256E-s31390--f50d.npz")
    assert "git-annex that is not here" in importer.refuse("features.npz")


@pytest.mark.parametrize("package", ["h5py", "numpy"])
def test_a_package_that_is_missing_is_told_in_one_sentence(importer, package):
    hidden = importer.folder / "hidden" / package
    hidden.mkdir(parents=True)
    (hidden / "__init__.py").write_text(
        f"raise ModuleNotFoundError(\"No module named '{package}'\", name='{package}')\n"
    )
    environment = os.environ | {"PYTHONPATH": str(hidden.parent), "PYTHONDONTWRITEBYTECODE": "1"}
    np.savez(importer.folder / "features.npz", layer=values(SAMPLES, 3))
    assert f"No module named '{package}'" in importer.refuse("features.npz", env=environment)
