"""Honest data that is unusual, as it comes where features are neither clipped nor normalised, against float64 and longer
arithmetic."""

import h5py
import numpy as np
import pytest

import comparison
import reference
from conftest import write_store

SAMPLES, WIDTH, K = 40, 24, 5
NEIGHBOUR_METRICS = [f"{metric}_k{K}" for metric in comparison.NEIGHBOUR_METRICS]
# These are computed in longer arithmetic, where products of large rows do not cancel.
LONG_METRICS = ["cka", "unbiased_cka", f"cknna_k{K}"]
METRICS = [*NEIGHBOUR_METRICS, "cka", "unbiased_cka", "rsa", "distance_correlation", "cka_rbf_b1", "procrustes"]


def ordinary(seed, noise=1.0):
    generator = np.random.default_rng(seed)
    latent = np.random.default_rng(3).normal(size=(SAMPLES, 6))
    return latent @ generator.normal(size=(6, WIDTH)) + noise * generator.normal(size=(SAMPLES, WIDTH))


def with_rows(values, rows, factor):
    values = values.copy()
    values[list(rows)] *= factor
    return values


LAYERS = {
    "ordinary": lambda: ordinary(1),
    "another": lambda: ordinary(2, 0.5) + 0.3,
    "one row of 1e3": lambda: with_rows(ordinary(4), [7], 1e3),
    "one row of 1e6": lambda: with_rows(ordinary(5), [7], 1e6),
    "one row of 1e9": lambda: with_rows(ordinary(6), [30], 1e9),
    "two rows of 1e4": lambda: with_rows(ordinary(7), [3, 21], 1e4),
    "two rows of 1e7": lambda: with_rows(ordinary(8), [3, 21], 1e7),
    "six rows of 1e5": lambda: with_rows(ordinary(9), range(6), 1e5),
    "heavy tails": lambda: np.random.default_rng(10).standard_cauchy(size=(SAMPLES, WIDTH)),
    "heavier tails": lambda: np.random.default_rng(11).standard_cauchy(size=(SAMPLES, WIDTH)) ** 3,
    "far from zero": lambda: ordinary(12) + 1e6,
    "less far from zero": lambda: ordinary(17) + 1e3,
    "nearly constant": lambda: 1 + 1e-6 * ordinary(13),
    "far with a large row": lambda: with_rows(ordinary(14) + 1e3, [11], 1e5),
    "a large column": lambda: ordinary(15) * np.where(np.arange(WIDTH) == 4, 1e5, 1),
    "single precision": lambda: with_rows(ordinary(16), [3, 21], 1e4).astype(np.float32),
}


@pytest.fixture(scope="module", params=["none", "l2"])
def swept(request, platonic, tmp_path_factory):
    """Results of a sweep of all layers, and the layers as they are compared, in float64 and longer."""
    folder = tmp_path_factory.mktemp("unusual")
    # Unit rows a million times as long as their differences are rounded to a few digits of those.
    names = [name for name in LAYERS if request.param == "none" or name != "far from zero"]
    values = [LAYERS[name]() for name in names]
    store = write_store(folder / "all.h5", "all", values, [f"s{i}" for i in range(SAMPLES)])
    output = comparison.run(
        platonic, folder, "--x", store, "--metric", "all", "procrustes", "--k", K, "--clip", "none", "--normalize",
        request.param,
    )  # fmt: skip
    long = [layer.astype(np.longdouble) for layer in values]
    if request.param == "l2":
        long = [layer / np.sqrt((layer**2).sum(axis=1, keepdims=True)) for layer in long]
    with h5py.File(output) as file:
        yield file, names, reference.prepare(values, clip=None, normalize=request.param == "l2"), long


@pytest.mark.parametrize("identifier", METRICS)
def test_scores_are_those_of_the_definitions(swept, identifier):
    file, names, layers, long = swept
    found = file[f"metrics/{identifier}/layer_scores"][:]
    if identifier == "unbiased_cka":
        # It does not depend on the origin, and there products of large rows are the least trouble.
        long = [layer - np.median(layer, axis=0) for layer in long]
    for i, j in np.ndindex(found.shape):
        x, y = (long[i], long[j]) if identifier in LONG_METRICS else (layers[i], layers[j])
        expected = float(reference.score(identifier, x, y))
        assert found[i, j] == pytest.approx(expected, rel=0, abs=1e-6), f"{identifier}: {names[i]} with {names[j]}"


def test_layers_in_float64_are_named(swept):
    file, names, layers, _ = swept
    lines = dict(line.split(": ", 1) for line in file["provenance"].attrs["float64_layers"])
    named = set(lines.get("cka, unbiased_cka", "").split(", "))
    assert not {f"all:{names.index(name)}" for name in ("ordinary", "another", "less far from zero")} & named
    large = {f"all:{names.index(name)}" for name in ("one row of 1e6", "one row of 1e9")}
    # Unit rows are all alike.
    assert not large & named if np.allclose(np.linalg.norm(layers[0], axis=1), 1) else large <= named


@pytest.mark.parametrize("unit", [1e-300, 1e-165, 1e-70, 1e76, 1e155, 1e300])
@pytest.mark.parametrize("normalize", ["none", "l2"])
def test_scores_do_not_depend_on_the_unit(platonic, tmp_path, unit, normalize):
    """Values at the ends of float64's range, clipped and not: the power of two next to them changes no bit."""
    unit = 2.0 ** np.floor(np.log2(unit))
    layers = [ordinary(1), with_rows(ordinary(8), [3, 21], 1e4)]
    ids = [f"s{i}" for i in range(SAMPLES)]
    for clip in (["--clip", "none"], ["--clip", "0.9"], ["--clip", "0.9", "--clip-scope", "sample_mean"]):
        scores = []
        for factor in (1.0, unit):
            path = tmp_path / f"x{len(list(tmp_path.iterdir()))}.h5"
            store = write_store(path, "x", [layer * factor for layer in layers], ids)
            output = comparison.run(
                platonic, tmp_path, "--x", store, "--metric", "all", "procrustes", "--k", K, "--normalize", normalize,
                *clip,
            )  # fmt: skip
            with h5py.File(output) as file:
                scores.append({name: group["layer_scores"][:] for name, group in file["metrics"].items()})
        for name, expected in scores[0].items():
            assert scores[1][name].tobytes() == expected.tobytes(), f"{name} {clip}"


def test_rows_in_units_of_their_own_have_their_directions(platonic, tmp_path):
    """With l2 a row of 1e-165 or 1e155 among ordinary ones is a row like any other, and nothing warns of it."""
    layers = [ordinary(1), ordinary(2)]
    units = np.where(np.arange(SAMPLES) == 3, 1e-165, np.where(np.arange(SAMPLES) == 9, 1e155, 1.0))[:, None]
    store = write_store(tmp_path / "x.h5", "x", [layers[0] * units, layers[1]], [f"s{i}" for i in range(SAMPLES)])
    output = comparison.run(platonic, tmp_path, "--x", store, "--metric", "all", "--k", K, "--clip", "none")
    plain = reference.prepare(layers, clip=None)
    with h5py.File(output) as file:
        assert list(file["provenance"].attrs["warnings"]) == []
        for name, group in file["metrics"].items():
            if not name.startswith("svcca"):
                expected = reference.score(name, *plain)
                assert group["layer_scores"][0, 1] == pytest.approx(expected, rel=0, abs=1e-6), name


def test_two_layers_with_large_rows_have_their_scores(platonic, tmp_path):
    """What was 0.18858 instead of 0.19047, and NaN, for layers like these."""
    layers = [with_rows(ordinary(21), [2, 31], 1e6), with_rows(ordinary(22), [2, 31], 1e6)]
    store = write_store(tmp_path / "x.h5", "x", layers, [f"s{i}" for i in range(SAMPLES)])
    output = comparison.run(
        platonic, tmp_path, "--x", store, "--metric", "rsa", "unbiased_cka", "--clip", "none", "--normalize", "none"
    )
    with h5py.File(output) as file:
        found = {name: group["layer_scores"][0, 1] for name, group in file["metrics"].items()}
    assert found["rsa"] == pytest.approx(reference.rsa(*layers), rel=0, abs=1e-6)
    expected = reference.unbiased_cka(*(layer.astype(np.longdouble) for layer in layers))
    assert found["unbiased_cka"] == pytest.approx(float(expected), rel=0, abs=1e-6)


def scored(platonic, folder, layers, *arguments):
    """Scores of the layers of one model, by metric, and what the results say of those that are not defined."""
    ids = [f"s{i}" for i in range(len(layers[0]))]
    store = write_store(folder / f"x{len(list(folder.iterdir()))}.h5", "x", layers, ids)
    output = comparison.run(platonic, folder, "--x", store, "--clip", "none", "--normalize", "none", *arguments)
    with h5py.File(output) as file:
        found = {name: group["layer_scores"][:] for name, group in file["metrics"].items()}
        return found, [str(text) for text in np.atleast_1d(file["provenance"].attrs["undefined"])], output


@pytest.mark.parametrize("offset", [1e3, 1e4])
def test_common_neighbours_far_from_zero(platonic, tmp_path, offset):
    """All other samples are neighbours: what was 0.0334 and -0.1802 instead of -0.0099 is unbiased CKA, which knows no offset."""
    values = np.random.default_rng(1)
    x, z = values.normal(size=(SAMPLES, 16)), np.abs(values.normal(size=(SAMPLES, 16)))
    found, reasons, _ = scored(
        platonic, tmp_path, [x + offset, z + offset, x + 1e8], "--metric", "cknna", "unbiased_cka", "--k", SAMPLES - 1
    )
    expected = reference.unbiased_cka(x.astype(np.longdouble), z.astype(np.longdouble))
    for scores in found.values():
        assert scores[0, 1] == pytest.approx(float(expected), rel=0, abs=1e-6)
    scores = found[f"cknna_k{SAMPLES - 1}"]
    assert scores[0, 0] == scores[1, 1] == 1 and np.isnan(scores[2]).all()
    assert [text for text in reasons if text.startswith("cknna") and "x:2" in text and "rounding" in text]


def test_no_score_is_infinite(platonic, tmp_path):
    values = np.random.default_rng(1)
    x, z = values.normal(size=(SAMPLES, 16)), values.normal(size=(SAMPLES, 24))
    layers = [with_rows(x, [3], size) for size in (1e80, 1e100, 1e155, 1e200)]
    found, _, _ = scored(platonic, tmp_path, [*layers, z], "--metric", "all", "procrustes", "--k", K)
    for name, scores in found.items():
        assert not np.isinf(scores).any(), name
        assert name == "distance_correlation" or np.isfinite(scores).all(), name
    for name in ("unbiased_cka", f"cknna_k{K}", "cka", "rsa"):
        assert (np.diag(found[name]) == 1).all(), name


def test_a_bandwidth_that_cannot_be_is_refused(platonic, tmp_path):
    store = write_store(tmp_path / "x.h5", "x", [ordinary(1)], [f"s{i}" for i in range(SAMPLES)])
    for bandwidth in ("1e300", "1e-300"):
        refused = platonic.run(
            "sweep", "--x", store, "--metric", "cka_rbf", "--cka-rbf-bandwidth", bandwidth, "--output",
            tmp_path / "results.h5",
        )  # fmt: skip
        assert refused.returncode == 2 and bandwidth in refused.stderr and "1e-100" in refused.stderr


def test_narrow_layers_of_many_samples(platonic, tmp_path):
    """Kept by their factors, and in float64 where rows of 1e4 would leave float32 nothing of the others."""
    generator, samples = np.random.default_rng(5), 4200
    latent = generator.normal(size=(samples, 3))
    layers = [with_rows(latent, [17, 90], 1e4), latent + generator.normal(size=(samples, 3))]
    layers.append(np.hstack([latent, generator.normal(size=(samples, 60))]))
    found, _, output = scored(platonic, tmp_path, layers, "--metric", "cka", "unbiased_cka")
    for i, j in [(0, 1), (0, 2), (1, 2)]:
        assert found["cka"][i, j] == pytest.approx(reference.cka(layers[i], layers[j]), rel=0, abs=1e-6)
        kernels = [layer - np.median(layer, axis=0) for layer in (layers[i], layers[j])]
        expected = reference.unbiased_cka(*kernels)
        assert found["unbiased_cka"][i, j] == pytest.approx(expected, rel=0, abs=1e-6), (i, j)
    with h5py.File(output) as file:
        assert list(file["provenance"].attrs["float64_layers"]) == ["cka, unbiased_cka: x:0"]


def test_the_same_layers_score_one(platonic, tmp_path):
    """Whatever float32 makes of their sums, so that ties of best layers are those of the layers' order."""
    generator = np.random.default_rng(6)
    layers = [generator.normal(size=(SAMPLES, 20)) for _ in range(5)]
    ids = [f"s{i}" for i in range(SAMPLES)]
    stores = [write_store(tmp_path / f"{name}.h5", name, layers, ids) for name in ("a", "b")]
    output = comparison.run(platonic, tmp_path, "--x", *stores, "--metric", "all", "procrustes", "--k", K)
    with h5py.File(output) as file:
        for name, group in file["metrics"].items():
            assert (np.diag(group["layer_scores"][:5, 5:]) == 1).all() or name.startswith("cycle"), name
            assert name.startswith("cycle") or group["best_x_layer"][0, 1] == group["best_y_layer"][0, 1] == 0, name
