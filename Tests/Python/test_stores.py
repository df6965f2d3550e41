"""Stores that the package writes: what the program reads of them, and what is refused."""

import errno
import json
import os
import pathlib
import subprocess

import h5py
import ml_dtypes
import numpy as np
import pytest

import platonic_sweep._outputs
from platonic_sweep import RequestError, StoreWriter, write_store

ABOUT = {"model": "m", "modality": "vision", "dataset": "d"}


def inspected(binary, path):
    """What the program says of a store."""
    done = subprocess.run([binary, "inspect", "--json", path], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)[0], done.stderr


class Tensor:
    """As much of a torch tensor as the package uses."""

    def __init__(self, values, dtype):
        self.values, self.dtype = values, dtype

    def detach(self):
        return self

    cpu = detach

    def float(self):
        return Tensor(self.values.astype(np.float32), "torch.float32")

    def numpy(self):
        if self.dtype == "torch.bfloat16":
            raise TypeError("Got unsupported ScalarType BFloat16")
        return self.values


def test_batches_are_one_layer_that_the_program_reads(binary, tmp_path, ids):
    generator = np.random.default_rng(0)
    first, second = generator.normal(size=(64, 5)), generator.normal(size=(64, 3)).astype(np.float16)
    path = tmp_path / "m.h5"
    attributes = {"family": "nets", "parameters": 10**10, "pretrained": 1, "patience": 0.5, "école": "é"}
    with StoreWriter(
        path,
        **ABOUT,
        ids=ids,
        groups=np.arange(64) // 2,
        scores={"loss": 1.5, "accuracy": float("nan")},
        lower_is_better=["loss"],
        attributes=attributes,
    ) as store:
        for begin in range(0, 64, 10):
            store.append("first", first[begin : begin + 10])
            store.append("second", second[begin : begin + 10])
        assert not path.exists()
    found, said = inspected(binary, path)
    assert (found["model"], found["samples"]) == ("m", 64)
    assert [(layer["name"], layer["width"]) for layer in found["layers"]] == [("first", 5), ("second", 3)]
    assert said == ""
    with h5py.File(path) as file:
        assert np.array_equal(file["layers/0000"], first) and file["layers/0000"].dtype == np.float64
        assert np.array_equal(file["layers/0001"], second) and file["layers/0001"].dtype == np.float16
        assert file["samples/ids"].asstr()[:].tolist() == ids
        assert {name: file.attrs[name] for name in attributes} == attributes
        assert file["scores"].attrs["loss"] == 1.5 and np.isnan(file["scores"].attrs["accuracy"])
        assert list(file["scores"].attrs["lower_is_better"]) == ["loss"]


def test_bfloat16_becomes_float32_and_other_types_are_refused(tmp_path, ids):
    values = np.linspace(-3, 3, 64 * 4).reshape(64, 4)
    halved = values.astype(ml_dtypes.bfloat16)
    for name, given in (("numpy", halved), ("torch", Tensor(halved.astype(np.float32), "torch.bfloat16"))):
        write_store(tmp_path / f"{name}.h5", given, ids, **ABOUT)
        with h5py.File(tmp_path / f"{name}.h5") as file:
            assert file["layers/0000"].dtype == np.float32
            assert np.array_equal(file["layers/0000"], halved.astype(np.float32))
    for given in (values.astype(int), values.astype(complex), values > 0):
        with pytest.raises(RequestError, match="only float16, float32 and float64 can be stored"):
            write_store(tmp_path / "no.h5", given, ids, **ABOUT)


def test_torch_itself(tmp_path, ids):
    torch = pytest.importorskip("torch")
    values = torch.linspace(-3, 3, 64 * 4).reshape(64, 4).to(torch.bfloat16).requires_grad_()
    write_store(tmp_path / "m.h5", values, ids, **ABOUT)
    with h5py.File(tmp_path / "m.h5") as file:
        assert np.array_equal(file["layers/0000"], values.detach().float().numpy())


def test_other_byte_orders_and_layouts(tmp_path, ids):
    values = np.arange(64 * 3 * 2, dtype=">f4").reshape(64, 3, 2)
    write_store(tmp_path / "m.h5", values, ids, **ABOUT)
    with h5py.File(tmp_path / "m.h5") as file:
        assert [file[f"layers/000{layer}"].attrs["name"] for layer in range(3)] == ["0", "1", "2"]
        assert np.array_equal(file["layers/0001"], values[:, 1])
    write_store(tmp_path / "list.h5", [values[:, 0], values[:, 2]], ids, **ABOUT)
    with h5py.File(tmp_path / "list.h5") as file:
        assert np.array_equal(file["layers/0001"], values[:, 2])


def test_float16_ends_where_it_ends(tmp_path, ids):
    values = np.zeros((64, 2))
    values[7, 1] = -65_519.9
    write_store(tmp_path / "m.h5", values, ids, **ABOUT, dtype="float16")
    values[7, 1] = 65_520
    with pytest.raises(RequestError, match=r"feature 1 of sample 'sample 7' in layer '0' is 65520\.0, beyond float16"):
        write_store(tmp_path / "no.h5", values, ids, **ABOUT, dtype="float16")
    assert [path.name for path in tmp_path.iterdir()] == ["m.h5"]


def test_what_is_not_finite_is_named(tmp_path, ids):
    values = np.ones((64, 3), np.float32)
    values[40, 2] = np.nan
    with (
        pytest.raises(RequestError, match=r"feature 2 of sample 'sample 40' \(row 40\) in layer 'b' is nan"),
        StoreWriter(tmp_path / "m.h5", **ABOUT, ids=ids) as store,
    ):
        store.append("a", values[:30])
        store.append("b", values[:30])
        store.append("b", values[30:])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"ids": ["a", "b", "c"]}, "there are 3 ids"),
        ({"ids": ["a", "b", "c", "b"]}, "the id 'b' is there twice"),
        ({"ids": ["a", "b", "c", 4]}, "the id of a sample is 4"),
        ({"ids": ["a", "b", "c", ""]}, "the id of a sample is empty"),
        ({"ids": ["a", "b", "c", "x\0"]}, "with a NUL"),
        ({"ids": ["a", "b", "c", "\ud800"]}, "characters that are none"),
        ({"model": ""}, "model is empty"),
        ({"groups": [0.0, 1.0, 2.0, 3.0]}, "groups are float64"),
        ({"groups": [0, 1, 2]}, r"and should be integers of the shape \(4,\)"),
        ({"scores": {"loss": float("inf")}}, "the score 'loss' is inf"),
        ({"lower_is_better": ["loss"]}, "lower_is_better names 'loss'"),
        ({"attributes": {"format": "mine"}}, "'format' is no attribute that can be chosen"),
        ({"attributes": {"": "x"}}, "the name of an attribute is empty"),
        ({"attributes": {"\ud800": "x"}}, "the name of an attribute has characters that are none"),
        ({"attributes": {"n" * 1025: "x"}}, "the name of an attribute is longer"),
        ({"attributes": {"parameters": -5}}, "the attribute 'parameters' is -5, and should be from 0"),
        ({"attributes": {"parameters": "many"}}, "the attribute 'parameters' is 'many', and should be a whole number"),
        ({"attributes": {"pretrained": 7}}, "the attribute 'pretrained' is 7, and should be from 0 to 1"),
        ({"attributes": {"rows": 1 << 70}}, "the attribute 'rows' is 1180591620717411303424, and should be from"),
        ({"attributes": {"rows": [1, 2]}}, r"the attribute 'rows' is \[1, 2\], and should be a text or one number"),
        ({"attributes": {"rows": None}}, "the attribute 'rows' is None"),
        ({"attributes": {"rows": 1j}}, "the attribute 'rows' is 1j"),
        ({"groups": np.full(4, 1 << 63, np.uint64)}, "a group is 9223372036854775808, and groups end at"),
        ({"groups": np.ma.array([1, 2, 3, 4], mask=[0, 0, 0, 1])}, "groups are masked"),
        ({"dtype": "int32"}, "features are int32"),
    ],
)
def test_wrong_facts_are_refused_before_a_file_is_there(tmp_path, change, sentence):
    with pytest.raises(RequestError, match=sentence):
        StoreWriter(tmp_path / "m.h5", **({**ABOUT, "ids": ["a", "b", "c", "d"]} | change))
    assert list(tmp_path.iterdir()) == []


DIGESTS = [f"{row:032x}" for row in range(64)]


def test_what_is_known_only_after_the_features(binary, tmp_path, ids):
    path = tmp_path / "m.h5"
    with StoreWriter(path, **ABOUT, ids=ids, scores={"accuracy": 0.5, "loss": 2}, lower_is_better=["loss"]) as store:
        store.write("a", np.ones((64, 2)))
        store.add_digests(iter(DIGESTS))
        store.add_scores({"bits_per_byte": 0.75, "accuracy": 0.6}, ["bits_per_byte"])
        store.add_sample_values("bits_per_byte", np.linspace(0, 1.5, 64))
        store.add_attributes({"texts_cut": 3, "pooling": "mean"})
    write_store(tmp_path / "other.h5", np.ones((64, 2)), ids, **ABOUT, digests=DIGESTS)
    for name in ("m", "other"):
        with h5py.File(tmp_path / f"{name}.h5") as file:
            assert file["samples/digest"].asstr()[:].tolist() == DIGESTS
    with h5py.File(path) as file:
        scores = dict(file["scores"].attrs)
        assert list(scores.pop("lower_is_better")) == ["loss", "bits_per_byte"]
        assert scores == {"accuracy": 0.6, "loss": 2, "bits_per_byte": 0.75}
        assert np.array_equal(file["samples/bits_per_byte"], np.linspace(0, 1.5, 64))
        assert (file.attrs["texts_cut"], file.attrs["pooling"]) == (3, "mean")
    assert inspected(binary, path)[0]["samples"] == 64


@pytest.mark.parametrize(
    "fill, sentence",
    [
        (lambda store: store.add_digests(DIGESTS[:63]), "there are 63 digests, and there are 64 ids"),
        (lambda store: store.add_digests(["A" * 32, *DIGESTS[1:]]), "the digest of sample 'sample 0' is 'AAAA"),
        (lambda store: store.add_digests(["0", *DIGESTS[1:]]), "should be 32 hexadecimal digits"),
        (lambda store: [store.add_digests(DIGESTS), store.add_digests(DIGESTS)], "the digests are there already"),
        (lambda store: store.add_sample_values("loss", np.ones(63)), r"'loss' has the shape \(63,\)"),
        (lambda store: store.add_sample_values("ids", np.ones(64)), "'ids' is no name for values"),
        (lambda store: store.add_sample_values("a/b", np.ones(64)), "'a/b' is no name for values"),
        (lambda store: store.add_scores({"loss": np.inf}), "the score 'loss' is inf"),
        (lambda store: store.add_attributes({"model": "other"}), "'model' is no attribute that can be chosen"),
        (lambda store: [store.add_attributes({"a": 1}), store.add_attributes({"a": 2})], "'a' is there already"),
    ],
)
def test_what_is_added_has_to_fit(tmp_path, ids, fill, sentence):
    with pytest.raises(RequestError, match=sentence), StoreWriter(tmp_path / "m.h5", **ABOUT, ids=ids) as store:
        store.write("a", np.ones((64, 2)))
        fill(store)
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_writer_left_is_removed_by_the_next(tmp_path, ids):
    left = tmp_path / ".m.h5.0123abcd.partial"
    left.write_bytes(b"half")
    others = [tmp_path / name for name in (".m.h5.partial", ".other.h5.0123abcd.partial", "m.h5.0123abcd.partial")]
    for path in others:
        path.write_bytes(b"mine")
    for path in (left, *others):
        os.utime(path, (1, 1))
    with StoreWriter(tmp_path / "m.h5", **ABOUT, ids=ids) as living:
        living.write("a", np.ones((64, 2)))
        [partial] = [path for path in tmp_path.glob(".m.h5.*.partial") if path not in (left, *others)]
        os.utime(partial, (1, 1))
        with pytest.raises(RequestError), StoreWriter(tmp_path / "m.h5", **ABOUT, ids=ids):
            pass
        assert partial.exists()
    assert not left.exists() and all(path.exists() for path in others) and (tmp_path / "m.h5").exists()


def test_rows_have_to_fit(tmp_path, ids):
    rows = np.ones((64, 2))
    for fill, sentence in [
        (lambda store: store.append("a", rows[:63]), "layer 'a' has 63 rows, and there are 64 ids"),
        (lambda store: [store.append("a", rows), store.append("a", rows[:1])], "layer 'a' gets 65 rows"),
        (lambda store: store.write("a", rows[:63]), "layer 'a' has 63 rows"),
        (lambda store: [store.write("a", rows), store.write("a", rows)], "layer 'a' is there already"),
        (lambda store: store.append("a", rows[:, 0]), r"have the shape \(64,\)"),
        (lambda store: [store.append("a", rows[:9]), store.append("a", np.ones((9, 3)))], "has 2 features"),
        (
            lambda store: [store.append("a", rows[:9]), store.append("a", rows[9:].astype("f4"))],
            "is float64, and rows of float32",
        ),
        (lambda store: store.append("a", np.ma.array(rows, mask=rows > 0)), "features are masked"),
        (lambda store: store.append("a", rows + 1j), "features are complex128"),
        (lambda store: [store.write("a", rows), store.add_sample_values("b", np.ones(64) * 1j)], "'b' is complex128"),
        (lambda store: None, "would have no layer"),
    ]:
        with pytest.raises(RequestError, match=sentence), StoreWriter(tmp_path / "m.h5", **ABOUT, ids=ids) as store:
            fill(store)
        assert list(tmp_path.iterdir()) == []


def test_nothing_but_a_store_is_replaced_and_that_on_request(tmp_path, ids):
    path = tmp_path / "m.h5"
    path.write_text("a text")
    with pytest.raises(RequestError, match="is there and is no feature store"):
        write_store(path, np.ones((64, 2)), ids, **ABOUT, replace=True)
    assert path.read_text() == "a text"
    path.unlink()
    write_store(path, np.ones((64, 2)), ids, **ABOUT)
    with pytest.raises(RequestError, match="is there already"):
        write_store(path, np.zeros((64, 2)), ids, **ABOUT)
    # A replacement that fails leaves what was there.
    with pytest.raises(RequestError, match="is nan"):
        write_store(path, np.full((64, 2), np.nan), ids, **ABOUT, replace=True)
    with h5py.File(path) as file:
        assert file["layers/0000"][0, 0] == 1
    write_store(path, np.zeros((64, 2)), ids, **ABOUT, replace=True)
    with h5py.File(path) as file:
        assert file["layers/0000"][0, 0] == 0
    assert [path.name for path in tmp_path.iterdir()] == ["m.h5"]


def lacking(name):
    """What file systems answer that lack a call."""

    def call(*arguments, **options):
        raise OSError(errno.EPERM, name)

    return call


@pytest.fixture(params=["renameat2", "links", "neither"])
def file_system(request, monkeypatch):
    """File systems with and without renames that replace nothing, and hard links."""
    if request.param != "renameat2":
        monkeypatch.setattr("platonic_sweep._outputs._renamed", lambda *arguments: errno.ENOSYS)
    if request.param == "neither":
        monkeypatch.setattr("os.link", lacking("link"))


def test_what_appears_while_a_store_is_written_is_left_alone(tmp_path, ids, file_system):
    path = tmp_path / "m.h5"
    for replace in (False, True):
        with (
            pytest.raises(RequestError, match="was not before this was written"),
            StoreWriter(path, **ABOUT, ids=ids, replace=replace) as store,
        ):
            store.write("a", np.ones((64, 2)))
            path.write_text("a thesis")
        assert path.read_text() == "a thesis" and os.listdir(tmp_path) == ["m.h5"]
        path.unlink()
    # Of two writers the first one's store stays, unless the second may replace it.
    for replace, kept in ((False, 1), (True, 2)):
        first, second = (StoreWriter(path, **ABOUT, ids=ids, replace=replace) for _ in range(2))
        first.write("a", np.full((64, 2), 1.0))
        second.write("a", np.full((64, 2), 2.0))
        first.close()
        if replace:
            second.close()
        else:
            with pytest.raises(RequestError, match="is left alone"):
                second.close()
        with h5py.File(path) as file:
            assert file["layers/0000"][0, 0] == kept
        assert os.listdir(tmp_path) == ["m.h5"]
        path.unlink()


def test_what_comes_between_the_last_look_and_the_rename_is_put_back(tmp_path, ids, monkeypatch):
    path = tmp_path / "m.h5"
    write_store(path, np.ones((64, 2)), ids, **ABOUT)
    looks = []

    def look(place):
        looks.append(platonic_sweep._outputs.carries_format(place, "platonic-features"))
        if len(looks) == 2:
            path.write_text("a thesis")
        return looks[-1]

    monkeypatch.setattr("platonic_sweep._stores.is_store", look)
    with pytest.raises(RequestError, match="is left alone"):
        write_store(path, np.zeros((64, 2)), ids, **ABOUT, replace=True)
    assert path.read_text() == "a thesis" and os.listdir(tmp_path) == ["m.h5"]


def test_a_link_to_a_store_stays_and_what_it_leads_to_is_replaced(tmp_path, ids):
    (tmp_path / "far").mkdir()
    target, link = tmp_path / "far/store.h5", tmp_path / "m.h5"
    write_store(target, np.ones((64, 2)), ids, **ABOUT)
    link.symlink_to(target)
    write_store(link, np.zeros((64, 2)), ids, **ABOUT, replace=True)
    with h5py.File(target) as file:
        assert link.is_symlink() and file["layers/0000"][0, 0] == 0
    os.mkfifo(tmp_path / "pipe.h5")
    with pytest.raises(RequestError, match="is no feature store"):
        write_store(tmp_path / "pipe.h5", np.ones((64, 2)), ids, **ABOUT, replace=True)


def test_a_full_disk_is_an_error_and_leaves_nothing(tmp_path):
    """In a process of its own, which libhdf5 might crash."""
    script = tmp_path / "full.py"
    script.write_text(f"""
import resource, signal, sys
sys.path.insert(0, {str(pathlib.Path(platonic_sweep.__file__).parents[1])!r})
import numpy as np, platonic_sweep
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, 1 << 16))
try:
    platonic_sweep.write_store("m.h5", np.ones((4096, 64)), map(str, range(4096)), model="m", modality="v", dataset="d")
except OSError as error:
    print("told:", error.strerror)
# Batch by batch, it is told at the first that does not fit.
store, batches = platonic_sweep.StoreWriter("m.h5", model="m", modality="v", dataset="d", ids=map(str, range(512))), 0
try:
    for _ in range(8):
        store.append("a", np.ones((64, 64)))
        batches += 1
except OSError as error:
    print("told:", error.strerror, "after", batches < 8)
store.discard()
""")
    import sys

    done = subprocess.run([sys.executable, script], capture_output=True, text=True, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "told: File too large\ntold: File too large after True\n"), done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["full.py"]
