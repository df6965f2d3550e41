"""References of models that can be published: `platonic bundle`, and its files where stores are named."""

import hashlib
import io
import json
import pathlib
import re
import shutil
import subprocess
import tarfile

import h5py
import numpy as np
import pytest

from conftest import write_store

SAMPLES, WIDTHS, K = 96, (24, 96, 160), 8
IDS = [f"sample {i}" for i in range(SAMPLES)]
# What of results is no promise of the same bytes (Schemas/contracts.md).
OTHERS = ("provenance", "projection", "diagnostics")


def model(seed, widths=WIDTHS, samples=SAMPLES):
    """Layers that share directions with those of every other model, as doubles; none small enough to be kept as its factor."""
    generator = np.random.default_rng(seed)
    latent = np.random.default_rng(0).standard_normal((samples, 10))
    return [
        (latent @ generator.standard_normal((10, width)) + generator.standard_normal((samples, width))).astype(
            np.float32
        )
        for width in widths
    ]


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stores")
    for number in range(4):
        layers = model(number)
        if number == 1:
            layers[0] = np.ones_like(layers[0])
        write_store(folder / f"{number}.h5", f"model {number}", layers, IDS, scores={"accuracy": 0.5 + number / 10})
    return folder


@pytest.fixture(scope="module")
def published(platonic, stores, tmp_path_factory):
    """References of three models with lists longer than most sweeps here want, and kernels and bases."""
    path = tmp_path_factory.mktemp("published") / "three.references"
    others = [stores / f"{number}.h5" for number in range(3)]
    platonic.succeed("bundle", "--x", *others, "--metric", "mutual_knn", "cka", "svcca", "rsa", "--k", 3 * K, "--licence", "CC0-1.0",
                     "--output", path, "--quiet")  # fmt: skip
    return path


def results(platonic, folder, *words, fresh=True):
    """Everything that stores decide of the results of a sweep, by name."""
    output = folder / f"{len(list(folder.iterdir()))}.h5"
    artifacts = ["--artifacts", folder / f"{output.stem} artifacts"] if fresh else []
    platonic.succeed("sweep", *words, *artifacts, "--workers", 2, "--output", output, "--quiet")
    found = {}

    def take(name, node):
        if isinstance(node, h5py.Dataset) and not name.startswith(OTHERS) and node.dtype.kind in "fiub":
            found[name] = node[()].tobytes()

    with h5py.File(output) as file:
        file.visititems(take)
    assert found
    return found


@pytest.mark.parametrize(
    "metrics",
    [
        ["mutual_knn", "--k", K],
        ["mutual_knn", "lcs_knn", "cknna", "--k", K, "1:12"],
        ["mutual_knn", "jaccard_knn", "--k", 3 * K],
        ["cka", "unbiased_cka", "svcca", "rsa"],
        ["mutual_knn", "--k", K, "--layers", "0.0", "1.0", "--calibrate", 20],
        ["mutual_knn", "unbiased_cka", "--k", K, "--intervals", 20, "--interval-metric", "unbiased_cka"],
    ],
    ids=lambda words: " ".join(map(str, words)),
)
def test_scores_are_those_of_the_stores(platonic, stores, published, tmp_path, metrics):
    mine = stores / "3.h5"
    others = [stores / f"{number}.h5" for number in range(3)]
    with_stores = results(platonic, tmp_path, "--x", mine, "--y", *others, "--metric", *metrics)
    with_references = results(platonic, tmp_path, "--x", mine, "--y", published, "--metric", *metrics)
    assert with_references == with_stores


def test_references_stand_on_either_side_and_for_both(platonic, stores, published, tmp_path):
    others = [stores / f"{number}.h5" for number in range(3)]
    words = ["--metric", "mutual_knn", "cka", "--k", K]
    assert results(platonic, tmp_path, "--x", published, *words) == results(platonic, tmp_path, "--x", *others, *words)
    left = results(platonic, tmp_path, "--x", published, "--y", stores / "3.h5", *words)
    assert left == results(platonic, tmp_path, "--x", *others, "--y", stores / "3.h5", *words)


def test_a_store_in_another_order_is_brought_into_that_of_the_references(platonic, stores, published, tmp_path):
    """And one with more samples, where only those in common are compared."""
    layers = model(3)
    order = np.random.default_rng(5).permutation(SAMPLES)
    shuffled = write_store(
        tmp_path / "shuffled.h5", "model 3", [rows[order] for rows in layers], [IDS[i] for i in order]
    )
    straight = results(
        platonic, tmp_path, "--x", write_store(tmp_path / "mine.h5", "model 3", layers, IDS), "--y", published, "--k", K
    )
    assert results(platonic, tmp_path, "--x", shuffled, "--y", published, "--k", K) == straight
    more = model(3, samples=SAMPLES + 5)
    larger = write_store(tmp_path / "more.h5", "model 3", more, [*IDS, *(f"another {i}" for i in range(5))])
    platonic.succeed("sweep", "--x", larger, "--y", published, "--k", K, "--samples", "intersect", "--output", tmp_path / "more results.h5",
                     "--quiet")  # fmt: skip


def test_the_same_stores_make_the_same_file(platonic, stores, published, tmp_path):
    again = tmp_path / "again.references"
    others = [stores / f"{number}.h5" for number in range(3)]
    text = platonic.succeed(
        "bundle", "--x", *others, "--metric", "mutual_knn", "cka", "svcca", "rsa", "--k", 3 * K, "--licence", "CC0-1.0", "--workers", 1,
        "--artifacts", tmp_path / "artifacts", "--output", again, "--json")  # fmt: skip
    assert again.read_bytes() == published.read_bytes()
    with tarfile.open(again) as archive:
        list_of_digests = archive.extractfile("SHA256SUMS").read()
    assert json.loads(text)["sha256"] == hashlib.sha256(list_of_digests).hexdigest()


def test_anybodys_tools_can_check_the_parts(published, tmp_path):
    subprocess.run(["tar", "-xf", published, "-C", tmp_path], check=True)
    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=tmp_path, capture_output=True, text=True
    )
    assert checked.returncode == 0, checked.stderr
    members = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert members == {"SHA256SUMS"} | {
        line.split("  ", 1)[1] for line in (tmp_path / "SHA256SUMS").read_text().splitlines()
    }
    manifest = json.loads((tmp_path / "references.json").read_text())
    assert [entry["store"]["model"] for entry in manifest["models"]] == ["model 0", "model 1", "model 2"]
    assert manifest["sampleIDs"] == IDS


def test_no_row_of_any_store_is_in_it(stores, published):
    """Neither as it is stored nor in any other precision, nor as it is once clipped, normalised and centred."""
    contents = published.read_bytes()
    for number in range(3):
        with h5py.File(stores / f"{number}.h5") as store:
            layers = [store[f"layers/{index:04d}"][()] for index in range(len(WIDTHS))]
        threshold = np.quantile(np.abs(np.concatenate([rows.ravel() for rows in layers])), 0.95)
        for rows in layers:
            if (rows == rows[0]).all():
                continue
            clipped = np.clip(rows.astype(np.float64), -threshold, threshold)
            unit = clipped / np.linalg.norm(clipped, axis=1, keepdims=True)
            for form in (rows, unit, unit - unit.mean(axis=0)):
                for precision in (np.float16, np.float32, np.float64):
                    for row in form.astype(precision):
                        # A part of a row, so that another place of the rest would not hide it.
                        assert row[: max(4, len(row) // 4)].tobytes() not in contents


def test_inspect_and_plan_know_them(platonic, stores, published):
    found = json.loads(platonic.succeed("inspect", published, "--json"))
    assert [entry["model"] for entry in found] == ["model 0", "model 1", "model 2"]
    assert {entry["references"]["listLength"] for entry in found} == {3 * K}
    text = platonic.succeed("inspect", published)
    assert "no features" in text and "CC0-1.0" in text and "clipping" not in text
    assert json.loads(platonic.succeed("inspect", stores / "3.h5", "--json"))[0].get("references") is None
    plan = json.loads(platonic.succeed("plan", "--x", stores / "3.h5", "--y", published, "--k", K, "--json"))
    assert plan["work"]["knownLayers"] == 3 * len(WIDTHS) and plan["work"]["layers"] == 4 * len(WIDTHS)


REFUSED = {
    "another clip": (["--clip", "none"], "prepares rows otherwise"),
    "another clip scope": (["--clip-scope", "layer"], "prepares rows otherwise"),
    "another normalisation": (["--normalize", "none"], "prepares rows otherwise"),
    "a longer list": (["--k", "25"], "at most 24"),
    "a longer curve": (["--k", "1:25"], "at most 24"),
    "what goes down the lists": (["--k", "8", "--gallery", "halves"], "leave --intervals, --splits and --gallery out"),
    "another metric": (["--metric", "distance_correlation"], "distance_correlation cannot be computed"),
    "features": (["--metric", "procrustes"], "procrustes cannot be computed"),
    "another basis": (["--metric", "svcca", "--svcca-dimensions", "5"], "--svcca-dimensions 10"),
    "layers side by side": (["--concatenate"], "take features"),
    "queries": (["--queries", "20"], "take features"),
    "files instead of models": (["--name-from", "file"], None),
}


@pytest.mark.parametrize(("words", "sentence"), REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("command", ["sweep", "plan"])
def test_what_they_do_not_hold_is_refused_in_a_sentence(
    platonic, stores, published, tmp_path, command, words, sentence
):
    output = ["--output", tmp_path / "results.h5"] if command == "sweep" else []
    words = words if "--k" in words else [*words, "--k", K]
    result = platonic.run(command, "--x", stores / "3.h5", "--y", published, *words, *output, "--quiet")
    if sentence is None:
        assert result.returncode == 0, result.stderr
        return
    assert result.returncode == 2 and sentence in result.stderr and str(published) in result.stderr
    if command == "sweep":
        assert "neighbour lists of up to 24" in result.stderr or "take features" in result.stderr
        assert not (tmp_path / "results.h5").exists()
    said = [line for line in result.stderr.strip().splitlines() if not line.startswith("platonic: warning: ")]
    assert len(said) == 2


def test_other_samples_are_refused(platonic, published, tmp_path):
    fewer = write_store(tmp_path / "fewer.h5", "mine", [rows[:50] for rows in model(3)], IDS[:50])
    for words in ([], ["--samples", "intersect"]):
        result = platonic.run(
            "sweep", "--x", fewer, "--y", published, "--k", K, *words, "--output", tmp_path / "results.h5"
        )
        assert result.returncode == 2 and "sample" in result.stderr and len(result.stderr.strip().splitlines()) == 2


def rewritten(published, path, change):
    """References whose manifest `change` has changed, with all digests made anew: whoever means harm can do so."""
    with tarfile.open(published) as archive:
        parts = {member.name: archive.extractfile(member).read() for member in archive.getmembers()}
    manifest = json.loads(parts["references.json"])
    change(manifest, parts)
    text = json.dumps(manifest, separators=(",", ":"), ensure_ascii=False, sort_keys=True)
    for old, new in parts.pop("words", {}).items():
        assert old in text
        text = text.replace(old, new, 1)
    parts["references.json"] = text.encode()
    names = [name for name in parts if name != "SHA256SUMS"]
    parts["SHA256SUMS"] = "".join(f"{hashlib.sha256(parts[name]).hexdigest()}  {name}\n" for name in names).encode()
    with open(path, "wb") as file:
        for name in ["SHA256SUMS", *names]:
            info = tarfile.TarInfo(name)
            info.size = len(parts[name])
            block = bytearray(info.tobuf(tarfile.USTAR_FORMAT))
            # As the program writes it, and GNU tar with given owner and time.
            block[100:148] = b"0000644\0" + b"0000000\0" + b"0000000\0" + b"%011o\0" % info.size + b"%011o\0" % 0
            block[148:157] = b"        0"
            block[257:265] = b"ustar\x0000"
            block[265:512] = bytes(247)
            block[148:156] = b"%06o\0 " % sum(block)
            file.write(block + parts[name] + bytes(-len(parts[name]) % 512))
        file.write(bytes(1024))
    return path


def test_a_manifest_made_anew_is_the_same_file(published, tmp_path):
    """What the tests below change is all that they change."""
    with tarfile.open(published) as archive:
        manifest = archive.extractfile("references.json").read()
    same = rewritten(published, tmp_path / "same.references", lambda *_: None)
    with tarfile.open(same) as archive:
        assert json.loads(archive.extractfile("references.json").read()) == json.loads(manifest)


def swap_layers(manifest, _):
    layers = manifest["models"][0]["layers"]
    layers[1]["artifacts"], layers[2]["artifacts"] = layers[2]["artifacts"], layers[1]["artifacts"]


def longer_lists(manifest, _):
    manifest["contents"]["listLength"] = 95


def other_thresholds(manifest, _):
    manifest["models"][0]["survey"]["clipThresholds"] = [0.125]


def other_digest(manifest, _):
    digests = manifest["models"][2]["survey"]["layerDigests"]
    digests[1] = digests[2]


def huge_artifact(manifest, _):
    manifest["models"][0]["layers"][1]["artifacts"]["neighbours"]["bytes"] = 1 << 40


def damaged_list(manifest, parts):
    name = "artifacts/" + manifest["models"][0]["layers"][1]["artifacts"]["neighbours"]["name"]
    lists = bytearray(parts[name])
    lists[-8 * SAMPLES - 100] ^= 1
    parts[name] = bytes(lists)


def wild_numbers(manifest, _):
    manifest["models"][0]["layers"][1]["diagnostics"]["clippedShare"] = 7


def no_layers(manifest, _):
    manifest["models"][1]["layers"] = []


def many_models(manifest, _):
    manifest["models"] = manifest["models"] * 4000


def store_with(**facts):
    def change(manifest, _):
        manifest["models"][0]["store"].update(facts)

    change.__name__ = "_".join(facts)
    return change


def wide_layer(width):
    def change(manifest, _):
        manifest["models"][0]["store"]["layers"][0]["width"] = width

    change.__name__ = f"width_{width}"
    return change


def contents_with(**facts):
    def change(manifest, _):
        manifest["contents"].update(facts)

    change.__name__ = "contents_" + "_".join(facts)
    return change


def a_sample_twice(manifest, _):
    manifest["sampleIDs"][1] = manifest["sampleIDs"][0]


def a_nul_in_a_layers_name(manifest, _):
    manifest["models"][0]["store"]["layers"][0]["name"] = "a\0b"


def a_long_layers_name(manifest, _):
    manifest["models"][0]["store"]["layers"][0]["name"] = "x" * 5_000_000


def one_key_twice(_, parts):
    parts["words"] = {'"normalize":"l2"': '"normalize":"l2","normalize":"none"'}


def one_key_twice_in_disguise(_, parts):
    parts["words"] = {'"normalize":"l2"': '"normalize":"l2","\\u006eormalize":"none"'}


def too_deep(_, parts):
    parts["words"] = {'"normalize":"l2"': '"normalize":"l2","deep":' + "[" * 100_000 + "]" * 100_000}


def too_much(_, parts):
    parts["words"] = {'"normalize":"l2"': '"normalize":"l2","much":[' + "0," * 7_000_000 + "0]"}


def too_long(_, parts):
    parts["words"] = {'"normalize":"l2"': '"normalize":"l2","long":"' + "x" * (65 << 20) + '"'}


@pytest.mark.parametrize(
    "change",
    [
        wide_layer(2**63 - 1),
        wide_layer(2**40),
        wide_layer(0),
        store_with(sampleInputs=["0" * 32] * 3),
        store_with(sampleInputs=["no digest"] * SAMPLES),
        store_with(sampleGroups=[0, 1, 2]),
        store_with(sampleGroups=[0] * (SAMPLES + 9)),
        store_with(model=""),
        store_with(model="a\0b"),
        store_with(model="x" * 200_000),
        store_with(scores={"a\0b": 1}),
        store_with(attributes={"pretrained": {"int64": {"_0": 7}}}),
        contents_with(listLength=-5),
        contents_with(listLength=SAMPLES),
        contents_with(kinds=["neighbours", "neighbours"]),
        contents_with(clip=7),
        a_sample_twice,
        a_nul_in_a_layers_name,
        a_long_layers_name,
        one_key_twice,
        one_key_twice_in_disguise,
        too_deep,
        too_much,
        too_long,
        swap_layers,
        longer_lists,
        other_thresholds,
        other_digest,
        huge_artifact,
        damaged_list,
        wild_numbers,
        no_layers,
        many_models,
    ],
)
def test_references_that_lie_are_refused(platonic, stores, published, tmp_path, change):
    path = rewritten(published, tmp_path / "lying.references", change)
    result = platonic.run("sweep", "--x", stores / "3.h5", "--y", path, "--k", K, "--artifacts", tmp_path / "artifacts", "--output",
                          tmp_path / "results.h5", "--quiet")  # fmt: skip
    assert result.returncode == 2, result.stderr
    assert "lying.references" in result.stderr and not (tmp_path / "results.h5").exists()
    assert len(result.stderr.strip().splitlines()) == 2 and len(result.stderr) < 2_000


def test_what_they_say_of_values_never_stands_for_values(platonic, stores, published, tmp_path):
    """Whoever makes a file may claim any digests: what is taken from it is kept under other names than what is computed."""
    directory, words = tmp_path / "artifacts", ["--k", K, "--quiet", "--artifacts", tmp_path / "artifacts"]

    def kept():
        return {path.stem for path in directory.rglob("*") if path.is_file()}

    with tarfile.open(published) as archive:
        names = {pathlib.PurePath(name).name for name in archive.getnames() if name.startswith("artifacts/")}
    platonic.succeed("sweep", "--x", stores / "3.h5", "--y", published, *words, "--output", tmp_path / "one.h5")
    assert kept() and not kept() & names
    # The very stores have artifacts of their own.
    before = kept()
    platonic.succeed("sweep", "--x", stores / "3.h5", stores / "0.h5", *words, "--output", tmp_path / "two.h5")
    assert len(kept() - before) > len(WIDTHS)


def test_lists_of_digests_that_are_none(platonic, published, tmp_path):
    """A file with a list of a gigabyte takes no time."""
    path = tmp_path / "long.references"
    with open(published, "rb") as file:
        block = bytearray(file.read(512))
    block[124:136] = b"%011o\0" % (1 << 30)
    block[148:156] = b"        "
    block[148:156] = b"%06o\0 " % sum(block)
    with open(path, "wb") as file:
        file.write(block)
        file.truncate((1 << 30) + 10_240)
    result = platonic.run("inspect", path, timeout=10)
    assert result.returncode == 2 and "SHA256SUMS has more than 64 MiB" in result.stderr


def test_versions_are_told(platonic, stores, published, tmp_path):
    def newer_algorithm(manifest, _):
        manifest["contents"]["algorithm"] += 1

    def newer_format(manifest, _):
        manifest.clear()
        manifest.update(format="platonic-references", version=2, software="platonic 9.0", something="else")

    for change, sentence in ((newer_algorithm, "a newer build"), (newer_format, "platonic 9.0")):
        path = rewritten(published, tmp_path / f"{change.__name__}.references", change)
        result = platonic.run(
            "sweep", "--x", stores / "3.h5", "--y", path, "--k", K, "--output", tmp_path / "results.h5"
        )
        assert result.returncode == 2 and sentence in result.stderr and len(result.stderr.strip().splitlines()) == 2


def test_no_damaged_byte_is_believed(platonic, stores, published, tmp_path):
    """A flipped bit anywhere, and a file that ends anywhere: a sentence, or the scores that it gives whole."""
    contents = published.read_bytes()
    words = [
        "--x",
        stores / "3.h5",
        "--metric",
        "mutual_knn",
        "cka",
        "svcca",
        "rsa",
        "--k",
        K,
        "--workers",
        1,
        "--quiet",
    ]
    generator = np.random.default_rng(3)
    path = tmp_path / "damaged.references"
    places = [0, 124, 512, 600, *(int(place) for place in generator.integers(0, len(contents), 12))]
    for number, place in enumerate(places):
        changed = bytearray(contents)
        changed[place] ^= 1 << int(generator.integers(8))
        path.write_bytes(changed)
        result = platonic.run(
            "sweep", *words, "--y", path, "--artifacts", tmp_path / f"{number}", "--output", tmp_path / f"{number}.h5"
        )
        # Padding behind a member is nobody's.
        assert result.returncode == 2 or padding(contents, place), f"byte {place}: {result.returncode} {result.stderr}"
        assert "damaged" in result.stderr or "no references" in result.stderr or padding(contents, place), result.stderr
    for length in (0, 100, 512, 5000, len(contents) // 2, len(contents) - 1024, len(contents) - 1):
        path.write_bytes(contents[:length])
        result = platonic.run("inspect", path)
        assert result.returncode == 2 and len(result.stderr.strip().splitlines()) == 2, f"{length}: {result.stderr}"


def padding(contents, place):
    """Whether a byte is in no member and no head."""
    start = 0
    while start + 512 <= len(contents):
        size = int(contents[start + 124 : start + 135] or b"0", 8) if contents[start] else 0
        if place < start + 512 + size:
            return not contents[start]
        start += 512 + -(-size // 512) * 512
        if place < start:
            return True
    return True


def test_bundle_refuses_what_must_not_be_published(platonic, stores, published, tmp_path):
    output = tmp_path / "refused.references"
    narrow = write_store(
        tmp_path / "narrow.h5", "narrow", [np.random.default_rng(1).standard_normal((SAMPLES, 4))], IDS
    )
    cases = [
        (["--x", stores / "0.h5", "--metric", "procrustes"], "the features themselves"),
        (["--x", narrow, "--metric", "cka"], "the features themselves"),
        (["--x", published, "--k", K], "references already"),
        (["--x", stores / "0.h5", "--y", stores / "1.h5", "--k", K], "one side"),
        (["--x", stores / "0.h5", "--layers", "last", "--k", K], "whole models"),
        (["--x", stores / "0.h5", "--queries", "20", "--k", K], "all samples"),
    ]
    for words, sentence in cases:
        result = platonic.run("bundle", *words, "--output", output)
        assert result.returncode == 2 and sentence in result.stderr, result.stderr
    result = platonic.run("bundle", "--x", stores / "0.h5", "--k", K, "--output", tmp_path / "no name.h5")
    assert result.returncode == 2 and ".references" in result.stderr
    assert not output.exists() and not list(tmp_path.glob(".*"))


def test_only_references_are_replaced_and_by_force(platonic, stores, published, tmp_path):
    output = tmp_path / "mine.references"
    words = ["bundle", "--x", stores / "0.h5", "--k", K, "--output", output, "--quiet"]
    output.write_text("a list of papers")
    for force in ([], ["--force"]):
        result = platonic.run(*words, *force)
        assert result.returncode == 2 and output.read_text() == "a list of papers"
    # Another archive that begins with a list of digests.
    with tarfile.open(published) as archive:
        members = [archive.extractfile(name).read() for name in ("SHA256SUMS", archive.getnames()[2])]
    with tarfile.open(output, "w", format=tarfile.USTAR_FORMAT) as archive:
        for name, member in zip(["SHA256SUMS", "thesis.txt"], members, strict=True):
            info = tarfile.TarInfo(name)
            info.size = len(member)
            archive.addfile(info, io.BytesIO(member))
    before = output.read_bytes()
    assert platonic.run(*words, "--force").returncode == 2 and output.read_bytes() == before
    shutil.copy(published, output)
    result = platonic.run(*words)
    assert result.returncode == 2 and "--force" in result.stderr and output.read_bytes() == published.read_bytes()
    platonic.succeed(*words, "--force")
    assert output.read_bytes() != published.read_bytes()
    # Nor is an input.
    result = platonic.run("sweep", "--x", stores / "3.h5", "--y", output, "--k", K, "--output", output, "--force")
    assert result.returncode == 2 and "holds no results" in result.stderr


def test_what_was_found_of_other_references_is_not_taken_for_these(platonic, stores, published, tmp_path):
    """A file of the same name that holds other models; its artifacts lie in the same directory."""
    path = tmp_path / "changing.references"
    mine, words = stores / "3.h5", ["--k", K, "--artifacts", tmp_path / "artifacts"]
    shutil.copy(published, path)
    before = results(platonic, tmp_path, "--x", mine, "--y", path, *words, fresh=False)
    platonic.succeed("bundle", "--x", stores / "2.h5", "--k", K, "--output", path, "--force", "--quiet")
    after = results(platonic, tmp_path, "--x", mine, "--y", path, *words, fresh=False)
    assert after == results(platonic, tmp_path, "--x", mine, "--y", stores / "2.h5", "--k", K) and after != before


def test_a_kernel_of_another_core_is_named(platonic, stores, published, tmp_path):
    def other_core(manifest, _):
        manifest["contents"]["core"] = "Zen of OpenBLAS 0.0.1"

    path = rewritten(published, tmp_path / "other.references", other_core)
    # Its artifacts still carry the names of this core, so that they are not what they say.
    result = platonic.run(
        "sweep", "--x", stores / "3.h5", "--y", path, "--metric", "cka", "--output", tmp_path / "results.h5"
    )
    assert re.search("made by Zen of OpenBLAS 0.0.1, not .*1e-6", result.stderr) and result.returncode == 2
    platonic.succeed(
        "sweep", "--x", stores / "3.h5", "--y", path, "--k", K, "--output", tmp_path / "lists.h5", "--quiet"
    )


def test_a_folder_does_not_stand_for_references_in_it(platonic, stores, published, tmp_path):
    shutil.copy(published, tmp_path / "in folder.references")
    shutil.copy(stores / "3.h5", tmp_path / "3.h5")
    found = json.loads(platonic.succeed("inspect", tmp_path, "--json"))
    assert [entry["model"] for entry in found] == ["model 3"]
    assert len(json.loads(platonic.succeed("inspect", f"{tmp_path}/*.references", "--json"))) == 3
    assert pathlib.Path(found[0]["path"]).name == "3.h5"
