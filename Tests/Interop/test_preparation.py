"""How layers are prepared and samples joined: each option of a sweep against the same preparation in the reference."""

import h5py
import numpy as np
import pytest

import comparison
import reference
import reference_levels as levels
from conftest import write_store

SAMPLES = 40
K = 4
METRICS = ("mutual_knn", "cka", "unbiased_cka", "svcca", "cknna", "cycle_knn", "rsa")
IDENTIFIERS = (
    f"mutual_knn_k{K}", "cka", "unbiased_cka", "svcca_d10", f"cknna_k{K}", f"cycle_knn_k{K}", "rsa"
)  # fmt: skip

# Layers of very different scales, so that it matters whose magnitudes set the threshold.
SHAPES = {
    "one": [(8, 1.0, np.float64), (20, 0.5, np.float32)],
    "two": [(30, 2.0, np.float32), (6, 6.0, np.float16), (12, 1.0, np.float16)],
}


def scaled_models(samples=SAMPLES):
    models = comparison.random_models(samples, SHAPES, seed=23)
    return {
        name: [layer * layer.dtype.type(3**position) for position, layer in enumerate(layers)]
        for name, layers in models.items()
    }


@pytest.fixture
def sweep(platonic, tmp_path):
    """Writes the stores of models and sweeps every metric over them; the open results."""
    opened = []

    def run(models, *arguments, ids=None, groups=None, metrics=METRICS):
        ids = ids or [f"s{i}" for i in range(len(next(iter(models.values()))[0]))]
        stores = comparison.write_models(tmp_path / "x", models, ids, groups)
        output = comparison.run(platonic, tmp_path, "--x", *stores, "--metric", *metrics, "--k", K, *arguments)
        opened.append(h5py.File(output))
        return opened[-1]

    yield run
    for file in opened:
        file.close()


OPTIONS = {
    "clip none": (["--clip", "none"], {"clip": None}),
    "clip at another quantile": (["--clip", "0.8"], {"clip": 0.8}),
    "normalize none": (["--normalize", "none"], {"normalize": False}),
    "neither": (["--clip", "none", "--normalize", "none"], {"clip": None, "normalize": False}),
    "each layer": (["--clip-scope", "layer"], {"scope": "layer"}),
    "each sample": (["--clip-scope", "sample_mean"], {"scope": "sample_mean"}),
    "each sample at another quantile": (
        ["--clip-scope", "sample_mean", "--clip", "0.7"], {"scope": "sample_mean", "clip": 0.7},
    ),
    "each layer, normalize none": (
        ["--clip-scope", "layer", "--normalize", "none"], {"scope": "layer", "normalize": False},
    ),
}  # fmt: skip


@pytest.mark.parametrize("arguments, options", OPTIONS.values(), ids=OPTIONS.keys())
def test_clipping_and_normalisation(sweep, arguments, options):
    models = scaled_models()
    layers = comparison.prepared(models, **options)
    default = comparison.prepared(models)
    changed = [not np.allclose(a.values, b.values, atol=1e-3) for a, b in zip(layers, default, strict=True)]
    assert any(changed), "the option should make a difference"
    file = sweep(models, *arguments)
    for identifier in IDENTIFIERS:
        comparison.assert_layer_scores(file, identifier, layers, layers)


@pytest.mark.parametrize("arguments, options", [([], {}), (["--normalize", "none"], {"normalize": False})])
def test_concatenation_is_one_more_layer(sweep, arguments, options):
    models = scaled_models()
    layers = comparison.prepared(models, concatenate=True, **options)
    file = sweep(models, "--concatenate", *arguments, metrics=("all",))
    for side in "xy":
        assert list(file[f"{side}_layer_index"]) == [layer.index for layer in layers] == [0, 1, -2, 0, 1, 2, -2]
        names = [f"block{layer.index}" if layer.index >= 0 else "concatenation" for layer in layers]
        assert list(file[f"{side}_layer_name"].asstr()) == names
    for identifier in file["metrics"]:
        comparison.assert_layer_scores(file, identifier, layers, layers)
        comparison.assert_models(file, identifier, layers, layers)


def test_a_concatenation_can_be_the_best_layer(sweep):
    """Each layer holds half of what the other model knows, so that only all of them together match it."""
    generator = np.random.default_rng(29)
    whole = generator.normal(size=(SAMPLES, 8))
    models = {"halves": [whole[:, :4], whole[:, 4:]], "whole": [whole]}
    file = sweep(models, "--concatenate", "--clip", "none", metrics=("cka", "mutual_knn"))
    for identifier in ("cka", f"mutual_knn_k{K}"):
        group = file[f"metrics/{identifier}"]
        assert group["best_x_layer"][0, 1] == -2
        assert group["scores"][0, 1] == pytest.approx(1, abs=1e-6)
        assert file[f"diagnostics/{identifier}/last_layers"][0, 1] < 0.9


def test_samples_that_all_stores_have(platonic, tmp_path):
    """In the order of the first store, and clipped by the magnitudes of the joined samples alone."""
    models = scaled_models(samples=SAMPLES + 12)
    generator = np.random.default_rng(31)
    rows = {name: generator.permutation(SAMPLES + 12)[: SAMPLES + 4] for name in models}
    stores = [
        write_store(tmp_path / f"{name}.h5", name, [layer[rows[name]] for layer in layers],
                    [f"s{row}" for row in rows[name]])
        for name, layers in models.items()
    ]  # fmt: skip
    first, second = rows.values()
    joined = [row for row in first if row in second]
    assert K < len(joined) < SAMPLES + 4 and joined != sorted(joined)
    arguments = ("--x", *reversed(stores), "--metric", *METRICS, "--k", K)
    refused = platonic.run("sweep", *arguments, "--output", tmp_path / "refused.h5")
    assert refused.returncode == 2 and not (tmp_path / "refused.h5").exists()
    output = comparison.run(platonic, tmp_path, *arguments, "--samples", "intersect")
    layers = comparison.prepared({name: [layer[joined] for layer in of] for name, of in models.items()})
    with h5py.File(output) as file:
        assert list(file["sample"].asstr()) == [f"s{row}" for row in joined]
        for identifier in IDENTIFIERS:
            comparison.assert_layer_scores(file, identifier, layers, layers)


def test_samples_of_one_group_are_not_neighbours(sweep):
    models = scaled_models()
    # Pairs of near copies in every layer: without the option each would be the other's nearest neighbour.
    groups = np.arange(SAMPLES) // 2
    for layers in models.values():
        for layer in layers:
            layer[1::2] = layer[::2] + layer.dtype.type(0.01) * layer[1::2]
    layers = comparison.prepared(models)
    kept = reference.mutual_knn(layers[0].values, layers[-1].values, K)
    assert kept - reference.mutual_knn(layers[0].values, layers[-1].values, K, groups) > 0.05
    file = sweep(models, "--exclude-groups", groups=groups, metrics=("all",))
    for identifier in file["metrics"]:
        comparison.assert_layer_scores(file, identifier, layers, layers, groups=groups)
        comparison.assert_models(file, identifier, layers, layers, groups=groups)


def test_groups_do_not_matter_unless_excluded(sweep):
    models = scaled_models()
    layers = comparison.prepared(models)
    file = sweep(models, groups=np.arange(SAMPLES) // 2, metrics=("mutual_knn",))
    comparison.assert_layer_scores(file, f"mutual_knn_k{K}", layers, layers)


@pytest.fixture
def degenerate():
    """A constant layer between two others, one with an all-zero row."""
    models = scaled_models()
    models["two"][1][:] = models["two"][1][0]
    models["two"][0][7] = 0
    return models


def test_a_constant_layer_has_no_scores_and_a_zero_row_has(sweep, degenerate):
    layers = comparison.prepared(degenerate)
    labels = [f"{layer.model}:{layer.index}" for layer in layers]
    constant = labels.index("two:1")
    file = sweep(degenerate, metrics=("all",))
    for identifier in file["metrics"]:
        scores = file[f"metrics/{identifier}/layer_scores"][:]
        assert np.isnan(scores[constant]).all() and np.isnan(scores[:, constant]).all(), identifier
        comparison.assert_layer_scores(file, identifier, layers, layers)
        comparison.assert_models(file, identifier, layers, layers)
    reasons = list(file["provenance"].attrs["warnings"])
    assert any("two:1" in reason and "NaN" in reason for reason in reasons), reasons
    assert not any("one:0" in reason and "NaN" in reason for reason in reasons)


def test_mean_cosine_passes_over_zero_rows(sweep, degenerate):
    layers = comparison.prepared(degenerate)
    file = sweep(degenerate, metrics=("mutual_knn", "cka"))
    at = [position for position, layer in enumerate(layers) if not reference.is_constant(layer.values)]
    expected = [levels.mean_cosine(layers[position].values) for position in at]
    np.testing.assert_allclose(file["diagnostics/x_mean_cosine"][:][at], expected, rtol=0, atol=1e-6)
