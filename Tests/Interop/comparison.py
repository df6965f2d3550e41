"""Sweeps of small stores, and what the float64 reference says that their results should be."""

import collections

import h5py
import numpy as np

import reference
import reference_levels as levels
from conftest import write_store

NEIGHBOUR_METRICS = ("mutual_knn", "cycle_knn", "lcs_knn", "edit_distance_knn", "jaccard_knn", "cknna")
TIED_LIMIT = 0.01

Layer = collections.namedtuple("Layer", "model index values")


def tolerance(identifier):
    """How far the program's scores may be from the reference's."""
    metric, _ = reference.parse(identifier)
    if metric == "svcca":
        return 1e-4
    return 1e-9 if metric in NEIGHBOUR_METRICS and metric != "cknna" else 1e-5


def random_models(samples, layers, seed):
    """Related layers by model, given the widths, noise and number type of each: scores spread over their range."""
    generator = np.random.default_rng(seed)
    latent = generator.normal(size=(samples, 12))

    def layer(width, noise, kind):
        mixed = latent @ generator.normal(size=(12, width)) + noise * generator.normal(size=(samples, width)) + 0.5
        return mixed.astype(kind)

    return {model: [layer(*shape) for shape in shapes] for model, shapes in layers.items()}


def write_models(folder, models, ids, groups=None):
    """One store a model, by the model's name; their paths."""
    folder.mkdir(exist_ok=True)
    paths = [write_store(folder / f"{model}.h5", model, layers, ids) for model, layers in models.items()]
    if groups is not None:
        for path in paths:
            with h5py.File(path, "a") as store:
                store["samples/groups"] = np.asarray(groups, dtype=np.int64)
    return paths


def run(platonic, folder, *arguments):
    """Sweeps and returns the path of the results."""
    output = folder / f"results {len(list(folder.glob('results *.h5')))}.h5"
    platonic.succeed(
        "sweep", *arguments, "--output", output, "--artifacts", folder / "artifacts", "--workers", 1, "--quiet"
    )
    return output


def prepared(models, concatenate=False, **options):
    """Every layer as it is compared, in the order of the results."""
    layers = []
    for model, values in models.items():
        ready = reference.prepare(values, concatenate=concatenate, **options)
        indices = [*range(len(values)), *([-2] if concatenate else [])]
        layers += [Layer(model, index, layer) for index, layer in zip(indices, ready, strict=True)]
    return layers


def layer_scores(identifier, x, y, variant="exact", groups=None):
    return np.array([[reference.score(identifier, a.values, b.values, variant, groups) for b in y] for a in x])


def assert_layer_scores(file, identifier, x, y, variant="exact", groups=None):
    expected = layer_scores(identifier, x, y, variant, groups)
    found = file[f"metrics/{identifier}/layer_scores"][:]
    np.testing.assert_allclose(found, expected, rtol=0, atol=tolerance(identifier), err_msg=identifier)


def of_model(layers, model, last=False):
    """Positions of a model's layers; those of its last layer alone, a concatenation apart."""
    positions = [position for position, layer in enumerate(layers) if layer.model == model]
    return [position for position in positions if layers[position].index >= 0][-1:] if last else positions


def models_of(layers):
    return list(dict.fromkeys(layer.model for layer in layers))


def tied(layers, k, groups=None):
    """Positions of the layers that a neighbour metric's maximum leaves out."""
    return {i for i, layer in enumerate(layers) if reference.tied_share(layer.values, k, groups) > TIED_LIMIT}


def model_maxima(scores, x, y, excluded_x=(), excluded_y=(), start=None, mirrored=False):
    """Maxima over layer pairs with the indices of the layers that attain them; `mirrored` decides x <= y and swaps."""
    rows, columns = models_of(x), models_of(y)
    best = np.full((len(rows), len(columns)), np.nan)
    best_x, best_y = np.full(best.shape, -1), np.full(best.shape, -1)
    for i, j in np.ndindex(best.shape):
        if mirrored and j < i:
            best[i, j], best_x[i, j], best_y[i, j] = best[j, i], best_y[j, i], best_x[j, i]
            continue
        of_x = [position for position in of_model(x, rows[i]) if position not in excluded_x]
        of_y = [position for position in of_model(y, columns[j]) if position not in excluded_y]
        best[i, j], row, column = levels.maximum(scores[np.ix_(of_x, of_y)], start)
        if row >= 0:
            best_x[i, j], best_y[i, j] = x[of_x[row]].index, y[of_y[column]].index
    return best, best_x, best_y


def last_layers(scores, x, y):
    rows = [of_model(x, model, last=True)[0] for model in models_of(x)]
    return scores[np.ix_(rows, [of_model(y, model, last=True)[0] for model in models_of(y)])]


def matched_depth(scores, x, y):
    def block(a, b):
        rows, columns = (
            [position for position in of_model(layers, model) if layers[position].index >= 0]
            for layers, model in ((x, a), (y, b))
        )
        return scores[np.ix_(rows, columns)]

    return np.array([[levels.matched_depth(block(a, b)) for b in models_of(y)] for a in models_of(x)])


def assert_models(file, identifier, x, y, variant="exact", keep_tied=False, groups=None):
    """The maxima and diagnostics of a metric follow from the layer scores beside them."""
    metric, k = reference.parse(identifier)
    group, diagnosis = file[f"metrics/{identifier}"], file[f"diagnostics/{identifier}"]
    scores = group["layer_scores"][:]
    leave_out = metric in NEIGHBOUR_METRICS and not keep_tied and variant != "reference"
    excluded = [tied(layers, k, groups) if leave_out else () for layers in (x, y)]
    mirrored = file.attrs["symmetric"] == 1 and metric not in ("cknna", "cycle_knn")
    start = 0.0 if variant == "reference" else None
    for name, expected in zip(
        ("scores", "best_x_layer", "best_y_layer"), model_maxima(scores, x, y, *excluded, start, mirrored), strict=True
    ):
        np.testing.assert_array_equal(group[name][:], expected, err_msg=f"{identifier} {name}")
    np.testing.assert_array_equal(diagnosis["last_layers"][:], last_layers(scores, x, y), err_msg=identifier)
    np.testing.assert_allclose(
        diagnosis["matched_depth"][:], matched_depth(scores, x, y), rtol=0, atol=1e-12, err_msg=identifier
    )
