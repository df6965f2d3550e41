"""The studies that are not sweeps, run as a user runs them and held to NumPy."""

import hashlib

import h5py
import numpy as np
import pytest

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
    assert 'content="platonic study contrastive"' in page and "<script" not in page
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
