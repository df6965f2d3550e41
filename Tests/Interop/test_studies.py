"""The studies that are not sweeps, run as a user runs them and held to NumPy."""

import hashlib

import h5py
import numpy as np
import pytest
from scipy.spatial import procrustes
from scipy.stats import spearmanr

from conftest import ROOT, write_store

LOSSES = ["binary_nce", "info_nce"]


def digests(folder):
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def neighbours(kernel, k):
    """For each event those k others of the largest values, as a matrix of members."""
    others = np.where(np.eye(len(kernel), dtype=bool), -np.inf, kernel)
    member = np.zeros(kernel.shape, dtype=bool)
    np.put_along_axis(member, np.argsort(-others, axis=1, kind="stable")[:, :k], True, axis=1)
    return member


def cka(a, b):
    centred = [kernel - kernel.mean(0) - kernel.mean(1)[:, None] + kernel.mean() for kernel in (a, b)]
    return np.vdot(*centred) / np.sqrt(np.vdot(centred[0], centred[0]) * np.vdot(centred[1], centred[1]))


@pytest.fixture(scope="module")
def contrastive(platonic, tmp_path_factory):
    """Its directory, what it printed, and its file."""
    folder = tmp_path_factory.mktemp("studies") / "contrastive"
    said = platonic.succeed("study", "contrastive", "--output", folder)
    with h5py.File(folder / "study.h5") as file:
        assert file.attrs["format"] == "platonic-study" and file.attrs["version"] == 1
        yield folder, said, file["study/contrastive"]


def test_a_study_is_a_page_with_its_numbers(contrastive):
    folder, said, study = contrastive
    assert "correlate at 0.99" in said and "minus infinity" in said
    page = (folder / "report.html").read_text()
    assert 'content="platonic study contrastive"' in page and "script-src 'sha256-" in page
    assert (folder / "data/worlds.csv").exists() and list(folder.glob("figures/*.svg"))
    assert list(study["worlds"]) == sorted(["ring", "torus", "graph", "recurring", "rough", "window"])
    assert [text.decode() for text in study["loss"][:]] == LOSSES
    # Named dimensions, as xarray finds them.
    assert [d[0].name for d in study["worlds/ring/kernel"].dims] == [
        "/study/contrastive/loss",
        "/study/contrastive/modality",
        "/study/contrastive/worlds/ring/event",
        "/study/contrastive/worlds/ring/other_event",
    ]


@pytest.mark.parametrize("name", ["ring", "torus", "graph", "recurring", "rough", "window"])
def test_numbers_are_those_of_the_definitions(contrastive, name):
    study = contrastive[2]
    world = study[f"worlds/{name}"]
    joint, kernel = world["joint"][:], world["kernel"][:]
    assert joint.sum() == pytest.approx(1) and np.allclose(joint, joint.T, atol=1e-16)
    marginal = joint.sum(1)
    with np.errstate(divide="ignore"):
        pmi = np.log(joint / np.outer(marginal, marginal))
    assert np.allclose(world["pmi"][:], pmi, atol=1e-12)
    seen = np.isfinite(pmi)
    assert world.attrs["unseen_share"] == 1 - seen.mean()
    k = study.attrs["neighbours"]
    for loss in range(2):
        if name != "window":
            wanted = np.corrcoef(pmi[seen], kernel[loss, 0][seen])[0, 1]
            assert world["correlation"][loss] == pytest.approx(wanted, abs=1e-10)
            scale, offset = np.polyfit(pmi[seen], kernel[loss, 0][seen], 1)
            assert world["scale"][loss] == pytest.approx(scale) and world["offset"][loss] == pytest.approx(offset)
        for partner in range(2):
            # Rounding may turn a tie of merged events.
            if partner == 0:
                common = neighbours(kernel[loss, 0], k) & neighbours(kernel[loss, 1], k)
                assert world["mutual_knn"][loss, 0, -1] == pytest.approx(common.sum() / (k * len(joint)), abs=2e-3)
            assert world["cka"][loss, partner, -1] == pytest.approx(
                cka(kernel[loss, 0], kernel[loss, partner + 1]), abs=1e-5
            )


@pytest.mark.parametrize("name", ["ring", "torus", "graph", "recurring", "rough"])
def test_the_condition_is_that_of_proposition_f1(contrastive, name):
    world = contrastive[2][f"worlds/{name}"]
    pmi = world["pmi"][:]
    n = len(pmi)
    off = pmi[~np.eye(n, dtype=bool)]
    least, spread = off.min(), np.ptp(off)
    slack = np.diag(pmi).min() - least - n * spread
    attributes = world.attrs
    assert attributes["least_pmi"] == pytest.approx(least) and attributes["pmi_spread"] == pytest.approx(spread)
    assert attributes["condition_slack"] == pytest.approx(slack)
    assert attributes["condition_holds"] == (slack >= 0 and off.max() <= 0) == (name == "recurring")
    offset = -pmi.mean(1).min()
    values = np.linalg.eigvalsh(pmi + offset)
    assert attributes["offset"] == pytest.approx(offset)
    assert np.allclose(world["eigenvalues"][:], values[::-1], atol=1e-9)
    assert attributes["least_eigenvalue"] == pytest.approx(values[0], abs=1e-9)
    # Whatever is added to all pairs.
    limit = np.linalg.eigvalsh(pmi + 1e7)[0]
    assert attributes["least_eigenvalue_at_any_offset"] == pytest.approx(limit, abs=1e-4)
    if attributes["condition_holds"]:
        assert values[0] > -1e-10


def test_what_the_paper_says_holds_where_it_speaks(contrastive):
    worlds = contrastive[2]["worlds"]
    for name in ["ring", "torus", "graph"]:
        assert (worlds[name]["correlation"][:] >= 0.99).all()
        assert (worlds[name]["mutual_knn"][:, 0, -1] >= 0.95).all() and (worlds[name]["cka"][:, 0, -1] >= 0.99).all()
        assert (worlds[name]["mutual_knn"][:, 1, -1] < 0.6).all() and (worlds[name]["cka"][:, 1, -1] < 0.7).all()
        assert (worlds[name]["mutual_knn"][:, 0, 0] < 0.4).all(), "as good as chance in the beginning"
    assert (worlds["rough"]["correlation"][:] < 0.8).all()
    assert (np.diff(worlds["window"]["unseen_score"][0, -5:]) < 0).all()
    dimensions = contrastive[2]["dimensions"]
    enough = dimensions["dimension"][:] >= 4
    assert (dimensions["correlation"][:][enough] > 0.99).all() and (dimensions["correlation"][:][~enough] < 0.9).all()


def test_a_seed_gives_the_same_bytes(platonic, tmp_path):
    small = ["study", "contrastive", "--events", 25, "--steps", 30]
    for name in ["one", "two"]:
        platonic.succeed(*small, "--output", tmp_path / name)
    platonic.succeed(*small, "--seed", 1, "--output", tmp_path / "other")
    assert digests(tmp_path / "one") == digests(tmp_path / "two")
    assert digests(tmp_path / "one")["study.h5"] != digests(tmp_path / "other")["study.h5"]


def test_only_a_former_page_of_the_same_study_is_replaced(platonic, tmp_path):
    small = ["study", "contrastive", "--events", 16, "--steps", 10]
    output = tmp_path / "study"
    platonic.succeed(*small, "--output", output)
    first = digests(output)
    platonic.succeed(*small, "--seed", 5, "--output", output)
    assert digests(output).keys() == first.keys() and digests(output) != first
    (output / "notes.txt").write_text("mine")
    before = digests(output)
    refused = platonic.run(*small, "--output", output)
    assert refused.returncode == 2 and "notes.txt" in refused.stderr
    assert digests(output) == before
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "study.h5").write_text("precious")
    refused = platonic.run(*small, "--output", foreign)
    assert refused.returncode == 2 and (foreign / "study.h5").read_text() == "precious"
    assert not [path for path in tmp_path.iterdir() if path.name not in ("study", "foreign")], "nothing is left beside"


@pytest.mark.parametrize(
    "words, said",
    [
        (["--events", 4], "16 to 256 events"),
        (["--dimension", 65], "vectors of 65 numbers"),
        (["--steps", 0], "10 to 100,000 steps"),
        (["--k", 64], "64 neighbours"),
        (["--rate", 0], "rate"),
        (["--seed", -1], "seed"),
        (["--k", "ten"], "'ten'"),
    ],
)
def test_bad_requests_are_refused_in_a_sentence(platonic, tmp_path, words, said):
    refused = platonic.run("study", "contrastive", "--output", tmp_path / "study", *words)
    assert refused.returncode == 2 and said in refused.stderr and not (tmp_path / "study").exists()
    assert len(refused.stderr.strip().splitlines()) == 2


def test_a_study_needs_a_name_and_a_place(platonic, tmp_path):
    refused = platonic.run("study", "contrastiv", "--output", tmp_path / "study")
    assert refused.returncode == 2 and "did you mean 'platonic study contrastive'" in refused.stderr
    refused = platonic.run("study", "contrastive")
    assert refused.returncode == 2 and "--output" in refused.stderr
    assert "contrastive" in platonic.succeed("study", "--help")


# Colour

BUNDLED = ROOT / "Sources/platonic/Resources/colour"
WHITE = np.array([0.95047, 1.0000001, 1.08883])
XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)


def cielab(srgb):
    light = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    share = light @ XYZ.T / WHITE
    share = np.where(share > 216 / 24389, np.cbrt(share), (24389 / 27 * share + 16) / 116)
    x, y, z = share.T
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], 1)


def distances(points):
    return np.linalg.norm(points[:, None] - points, axis=2)


def unbiased_cka(a, b):
    def centred(d):
        n = len(d)
        kernel = -0.5 * d**2
        sums = kernel.sum(0)
        kernel = kernel - (sums + sums[:, None]) / (n - 2) + sums.sum() / ((n - 1) * (n - 2))
        return kernel - np.diag(np.diag(kernel))

    k, m = centred(a), centred(b)
    return np.vdot(k, m) / np.sqrt(np.vdot(k, k) * np.vdot(m, m))


class SplitMix64:
    def __init__(self, seed):
        self.state = seed

    def below(self, count):
        mask = (1 << 64) - 1
        self.state = (self.state + 0x9E3779B97F4A7C15) & mask
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        return ((z ^ (z >> 31)) * count) >> 64


def counted(images, levels, radius, pairs, seed):
    """Pairs of cells as the page of the format says that they are drawn: a symmetric table, of both orders."""
    m, h, w, _ = images.shape
    digits = images.astype(int) * levels // 256
    cells = (digits[..., 0] * levels + digits[..., 1]) * levels + digits[..., 2]
    reach = range(-radius, radius + 1)
    steps = [(y, x) for y in reach for x in reach if (y, x) != (0, 0) and y * y + x * x <= radius * radius]
    table = np.zeros((levels**3, levels**3), dtype=int)
    random = SplitMix64(seed)
    while table.sum() < 2 * pairs:
        image, y, x = random.below(m), random.below(h), random.below(w)
        step = steps[random.below(len(steps))]
        if 0 <= y + step[0] < h and 0 <= x + step[1] < w:
            a, b = cells[image, y, x], cells[image, y + step[0], x + step[1]]
            table[a, b] += 1
            table[b, a] += 1
    return table


def everything(images, levels, radius):
    """Shares of all ordered pairs of pixels within the radius."""
    _, h, w, _ = images.shape
    digits = images.astype(int) * levels // 256
    cells = (digits[..., 0] * levels + digits[..., 1]) * levels + digits[..., 2]
    table = np.zeros((levels**3, levels**3))
    for y in range(-radius, radius + 1):
        for x in range(-radius, radius + 1):
            if 0 < y * y + x * x <= radius * radius:
                one = cells[:, max(0, -y) : h - max(0, y), max(0, -x) : w - max(0, x)]
                two = cells[:, max(0, y) : h + min(0, y), max(0, x) : w + min(0, x)]
                np.add.at(table, (one.ravel(), two.ravel()), 1)
    return table / table.sum()


def table_of(study):
    counts = study["counts"]
    cells = counts.attrs["levels"] ** 3
    table = np.zeros((cells, cells), dtype=int)
    np.add.at(table, (counts["first"][:], counts["second"][:]), counts["count"][:])
    return table + table.T


def pmi_of(table, cells, smoothing):
    joint = table[np.ix_(cells, cells)] + smoothing
    joint = joint / joint.sum()
    share = joint.sum(1)
    with np.errstate(divide="ignore"):
        return np.log(joint / np.outer(share, share))


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """Images whose pixels are like their neighbours, and the file of them."""
    random = np.random.default_rng(3)
    base = random.integers(0, 256, (6, 3, 3, 3))
    images = np.clip(np.kron(base, np.ones((1, 4, 4, 1))) + random.normal(0, 20, (6, 12, 12, 3)), 0, 255).astype(
        np.uint8
    )
    path = tmp_path_factory.mktemp("pictures") / "images.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("images", data=images, chunks=(2, 12, 12, 3), compression="gzip")
    return images, path


QUICK = ["--fits", 2, "--permutations", 19]


@pytest.fixture(scope="module")
def colour(platonic, tmp_path_factory):
    folder = tmp_path_factory.mktemp("studies") / "colour"
    said = platonic.succeed("study", "colour", "--output", folder, "--permutations", 199)
    with h5py.File(folder / "study.h5") as file:
        assert file.attrs["study"] == "colour"
        yield folder, said, file["study/colour"]


@pytest.mark.parametrize("smoothing", [0, 0.5, 3])
def test_pmi_is_that_of_a_count_in_numpy(platonic, tmp_path, pictures, smoothing):
    images, path = pictures
    words = ["--levels", 3, "--radius", 2, "--pairs", 3000, "--seed", 11, "--colours", 12, "--smoothing", smoothing]
    platonic.succeed("study", "colour", "--images", path, "--output", tmp_path / "study", *words, *QUICK)
    with h5py.File(tmp_path / "study/study.h5") as file:
        study = file["study/colour"]
        table, vision = table_of(study), study["vision"]
        wanted = counted(images, 3, 2, 3000, 11)
        assert np.array_equal(table, wanted)
        cells = np.sort(np.argsort(-wanted.sum(1), kind="stable")[:12])
        assert np.array_equal(vision["cell"][:], cells)
        pmi = pmi_of(wanted, cells, smoothing)
        assert np.allclose(vision["pmi"][:], pmi, atol=1e-12)
        different = ~np.eye(12, dtype=bool)
        unseen = wanted[np.ix_(cells, cells)] == 0
        assert vision.attrs["unseen_share"] == pytest.approx(unseen[different].mean())
        assert vision.attrs["unseen_share"] > 0
        finite = np.isfinite(pmi)
        offset = pmi[different & finite].max()
        far = offset - pmi[different & finite].min()
        distance = np.where(finite, offset - np.where(finite, pmi, 0), far) * different
        assert vision.attrs["offset"] == pytest.approx(offset) and np.allclose(vision["distance"][:], distance)
        assert vision["distance"][:].min() >= 0
        # The sample is one of all pairs that there are.
        exact = everything(images, 3, 2)
        error = np.sqrt(exact * (1 - exact) / 6000)
        assert (np.abs(table / table.sum() - exact) < 7 * error + 1e-4).all()


def clouds(study):
    return [study["vision"], *study["language"].values()]


def test_every_cloud_is_what_it_says(colour):
    study = colour[2]
    found = clouds(study)
    assert len(found) == 5
    for cloud in found:
        assert np.allclose(cloud["cielab"][:], cielab(cloud["srgb"][:]), atol=1e-9)
        seen, laid = distances(cloud["cielab"][:]), cloud["distance"][:]
        pairs = np.triu_indices(len(seen), 1)
        attributes = cloud.attrs
        assert attributes["spearman"] == pytest.approx(spearmanr(seen[pairs], laid[pairs])[0], abs=1e-10)
        assert attributes["unbiased_cka"] == pytest.approx(unbiased_cka(laid, seen), abs=1e-9)
        points = cloud["map"][:]
        mapped = distances(points)
        stress = np.sqrt(((laid - mapped)[pairs] ** 2).sum() / (mapped[pairs] ** 2).sum())
        assert attributes["stress_1"] == pytest.approx(stress) and attributes["stress_1"] == cloud["stress"][:].min()
        assert len(cloud["stress"]) == 10
        # SciPy mirrors where that is closer, as both ways are tried here.
        assert attributes["residual"] == pytest.approx(procrustes(cloud["cielab"][:], points)[2], abs=1e-9)
        assert attributes["residual"] <= attributes["other_residual"]
        target = cloud["cielab"][:]
        left = ((cloud["aligned"][:] - target) ** 2).sum()
        assert left / ((target - target.mean(0)) ** 2).sum() == pytest.approx(attributes["residual"])
        assert attributes["root_mean_square"] == pytest.approx(np.sqrt(left / len(target)))


def test_features_are_those_of_the_stores(colour):
    language = colour[2]["language"]
    names = {group.attrs["model"]: group for group in language.values()}
    for name, group in names.items():
        with h5py.File(BUNDLED / f"stores/{name}.h5") as store:
            layers = [store[f"layers/{key}"][:].astype(float) for key in sorted(store["layers"])]
            words = store["samples/ids"].asstr()[:]
            assert group.attrs["pretrained"] == store.attrs["pretrained"]
        assert list(group["colour"].asstr()[:]) == list(words) and len(words) == 60
        assert np.allclose(group["distance"][:], distances(layers[-1]))
        seen = distances(group["cielab"][:])
        pairs = np.triu_indices(len(seen), 1)
        for index, layer in enumerate(layers):
            wanted = spearmanr(distances(layer)[pairs], seen[pairs])[0]
            assert group["layer_spearman"][index] == pytest.approx(wanted, abs=1e-10)
        assert group["layer_spearman"][-1] == group.attrs["spearman"]
    table = dict(line.rsplit(",", 1) for line in (BUNDLED / "words.csv").read_text().splitlines()[1:])
    group = names["mpnet_base"]
    for word, srgb in zip(group["colour"].asstr()[:], group["srgb"][:], strict=True):
        assert table[word] == "#" + bytes(np.rint(srgb * 255).astype(np.uint8)).hex()
    # What the page says was found: images know, one of two encoders does, and more than its random twin.
    assert colour[2]["vision"].attrs["spearman"] > 0.6 and colour[2]["vision"].attrs["spearman_p"] == 1 / 200
    assert names["mpnet_base"].attrs["spearman"] > names["mpnet_base_random"].attrs["spearman"]


def test_a_page_shows_colours_and_differences(colour):
    folder, said, _ = colour
    page = (folder / "report.html").read_text()
    assert 'content="platonic study colour"' in page and "script-src 'sha256-" in page
    for words in ["CIFAR-10", "Lindsey and Brown", "SimCSE and RoBERTa-large", "CC BY-SA", "CC0", "never seen"]:
        assert words in page, words
    assert "Spearman" in said and "random weights" in said
    # The survey's purple, as a point.
    assert 'style="fill:#7e1e9c"' in (folder / "figures/map-mpnet_base.svg").read_text()
    assert len(list(folder.glob("figures/map-*.svg"))) == 5


def test_colour_has_the_same_bytes_for_a_seed(platonic, tmp_path, pictures):
    words = ["study", "colour", "--images", pictures[1], "--pairs", 2000, *QUICK]
    for name in ["one", "two"]:
        platonic.succeed(*words, "--output", tmp_path / name)
    platonic.succeed(*words, "--seed", 1, "--output", tmp_path / "other")
    assert digests(tmp_path / "one") == digests(tmp_path / "two")
    assert digests(tmp_path / "one")["study.h5"] != digests(tmp_path / "other")["study.h5"]
    # Nor does one study replace another.
    refused = platonic.run("study", "contrastive", "--events", 16, "--steps", 10, "--output", tmp_path / "one")
    assert refused.returncode == 2 and "study contrastive" in refused.stderr


def test_words_and_stores_of_ones_own(platonic, tmp_path, pictures):
    names = ["ruddy", "leafy", "inky", "snowy, very", "sooty", "Sunny"]
    write_store(tmp_path / "mine.h5", "mine", [np.random.default_rng(1).standard_normal((6, 4))], names)
    table = tmp_path / "words.csv"
    colours = ["#c03020", "#30a030", "#102060", "#f8f8ff", "#101010", "#f0d030"]
    table.write_text("name,hex\n" + "".join(f"{a.lower()},{b}\n" for a, b in zip(names, colours, strict=True)))
    words = ["study", "colour", "--x", tmp_path / "mine.h5", *QUICK, "--output", tmp_path / "study"]
    refused = platonic.run(*words)
    assert refused.returncode == 2 and "no colour is known by the name 'ruddy'" in refused.stderr
    platonic.succeed(*words, "--words", table)
    with h5py.File(tmp_path / "study/study.h5") as file:
        srgb = file["study/colour/language/0/srgb"][:]
        assert np.allclose(srgb[0] * 255, [0xC0, 0x30, 0x20]) and np.allclose(srgb[5] * 255, [0xF0, 0xD0, 0x30])


def made(path, **datasets):
    with h5py.File(path, "w") as file:
        for name, values in datasets.items():
            file[name] = values


@pytest.mark.parametrize(
    "data, said",
    [
        ({"pictures": np.zeros((2, 4, 4, 3), np.uint8)}, "has no dataset 'images'"),
        ({"images": np.zeros((2, 4, 4), np.uint8)}, "[2, 4, 4]"),
        ({"images": np.zeros((2, 4, 4, 4), np.uint8)}, "[2, 4, 4, 4]"),
        ({"images": np.zeros((2, 4, 4, 3), np.float32)}, "float32"),
        ({"images": np.zeros((2, 1, 1, 3), np.uint8)}, "one pixel"),
        ({"images": np.zeros((2, 4, 4, 3), np.uint8)}, "a map takes 5"),
        ({}, "has no dataset 'images'"),
        (None, "not"),
    ],
)
def test_images_that_are_none_are_refused(platonic, tmp_path, data, said):
    path = tmp_path / "images.h5"
    if data is None:
        path.write_text("no HDF5 at all")
    else:
        made(path, **data)
    refused = platonic.run("study", "colour", "--images", path, "--pairs", 1000, "--output", tmp_path / "study", *QUICK)
    assert refused.returncode == 2 and said in refused.stderr and len(refused.stderr.strip().splitlines()) == 2
    assert not (tmp_path / "study").exists()


@pytest.mark.parametrize(
    "words, said",
    [
        (["--radius", 3], "--radius"),
        (["--levels", 4], "--levels"),
        (["--words", BUNDLED / "words.csv"], "--words"),
        (["--colours", 2], "5 to 500 colours"),
        (["--fits", 0], "1 to 1,000 starts"),
        (["--permutations", 0], "permutations"),
        (["--smoothing=-1"], "negative"),
        (["--x", "nowhere.h5"], "nowhere.h5"),
        (["--images", "nowhere.h5"], "nowhere.h5"),
        (["--x", BUNDLED / "counts.h5"], "counts.h5"),
    ],
)
def test_bad_requests_of_colour_are_refused_in_a_sentence(platonic, tmp_path, words, said):
    refused = platonic.run("study", "colour", "--output", tmp_path / "study", *words)
    assert refused.returncode == 2 and said in refused.stderr and not (tmp_path / "study").exists()
    assert len(refused.stderr.strip().splitlines()) == 2, refused.stderr


@pytest.mark.parametrize("text", ["", "name;hex\n", "name,hex\nred,#f0\n", "name,hex\nred\n"])
def test_tables_of_colours_are_read_strictly(platonic, tmp_path, text):
    (tmp_path / "words.csv").write_text(text)
    refused = platonic.run(
        *[
            "study",
            "colour",
            "--output",
            tmp_path / "study",
            "--x",
            BUNDLED / "stores",
            "--words",
            tmp_path / "words.csv",
        ]
    )
    assert refused.returncode == 2 and "name,hex" in refused.stderr
