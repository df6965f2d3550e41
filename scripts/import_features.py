#!/usr/bin/env python3
"""Converts features that were saved by other programs into feature stores (Schemas/feature-store.md).

usage: import_features.py FILE... --modality NAME --dataset NAME --output STORE.h5 | --output-dir DIR
           --ids FILE | --ids-from STORE.h5 | --id-column NAME | --counter-ids   [options]

FILE is a .pt of the released code of the Platonic Representation Hypothesis (a dict with "feats", and perhaps
"num_params", "bpb" and "loss"; or a tensor, or a list of tensors), an .npz, .npy, .safetensors or .parquet. Layers are
arrays of [samples, width], in natural order of their names, or one array of [samples, layers, width]; of a .parquet, the
columns with lists of numbers. float16, float32 and float64 keep their precision; bfloat16 is widened to float32, which is
exact. With --concatenate all FILEs are shards of one model.
"""

import argparse
import math
import pathlib
import signal
import sys

try:
    import numpy as np

    from feature_import.feature_files import read_parts
    from feature_import.output_place import OutputPlace
    from feature_import.refusal import Refusal, warn
    from feature_import.sample_lists import check_unique, read_groups, read_lines, read_store_samples
    from feature_import.store_writing import whole_or_absent, write_store
except ImportError as error:
    # Of our own parts none can be missing: they lie beside this file.
    print(
        f"import_features.py: a Python package that it needs cannot be loaded: {' '.join(str(error).split())} ({sys.executable})\n"
        "  install h5py and numpy for this Python, or run scripts/setup and use .build-venv/bin/python",
        file=sys.stderr,
    )
    sys.exit(2)

LEAST_SAMPLES = 4
OWN_OPTIONS = {"model": "--model", "modality": "--modality", "dataset": "--dataset"}
COUNTS = ("parameters", "pretrained")


class Parser(argparse.ArgumentParser):
    """Refuses like the rest of the program instead of printing the whole usage."""

    def error(self, message):
        raise Refusal(message, "command line", "see import_features.py --help")


def parse_arguments(arguments):
    parser = Parser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, usage=argparse.SUPPRESS)
    parser.add_argument("inputs", metavar="FILE", type=pathlib.Path, nargs="+")
    parser.add_argument("--modality", required=True, help="what the model saw: vision, language …")
    parser.add_argument("--dataset", required=True, help="name of the data set; stores of one sweep share it")
    target = parser.add_mutually_exclusive_group(required=True)
    target.add_argument("--output", metavar="STORE.h5", type=pathlib.Path)
    target.add_argument("--output-dir", metavar="DIR", type=pathlib.Path, help="each FILE becomes DIR/<its stem>.h5")
    # Which of these is given is checked by hand: the refusal says what sample ids are for.
    ids = parser.add_mutually_exclusive_group()
    ids.add_argument("--ids", metavar="FILE", type=pathlib.Path, help="the samples' ids, one a line, in row order")
    ids.add_argument("--ids-from", metavar="STORE.h5", type=pathlib.Path, help="take ids and groups of this store")
    ids.add_argument("--id-column", metavar="NAME", help="a column of the .parquet or an array of the .npz has the ids")
    ids.add_argument("--counter-ids", action="store_true", help="number the rows 0, 1, …")
    parser.add_argument("--columns", metavar="NAME", nargs="+", help="only these of a .parquet or .npz, in this order")
    parser.add_argument("--concatenate", action="store_true", help="the FILEs are shards of one model, in their order")
    parser.add_argument("--groups", metavar="FILE", type=pathlib.Path, help="each sample's group, one integer a line")
    parser.add_argument("--layer-names", metavar="FILE", type=pathlib.Path, help="the layers' names, one a line")
    parser.add_argument("--model", help="the model's name (default: the stem of FILE)")
    parser.add_argument("--attribute", metavar="NAME=VALUE", type=pair, action="append", default=[])
    parser.add_argument("--score", metavar="NAME=VALUE", type=pair, action="append", default=[])
    parser.add_argument("--lower-is-better", metavar="NAME", action="append", default=[], help="a score's name")
    parser.add_argument("--force", action="store_true", help="replace existing stores; nothing else is ever replaced")
    return parser.parse_args(arguments)


def pair(text):
    name, equals, value = text.partition("=")
    if not name or not equals or not value:
        raise argparse.ArgumentTypeError(f"'{text}' is not NAME=VALUE")
    if "/" in name:
        raise argparse.ArgumentTypeError(f"the name '{name}' contains a slash")
    return name, value


def check_request(arguments):
    """What can be refused before anything is read."""
    if not (arguments.ids or arguments.ids_from or arguments.id_column or arguments.counter_ids):
        raise Refusal(
            "nothing says which samples the rows are, and stores are joined by sample ids",
            "command line",
            "give --ids FILE, --ids-from STORE.h5 or --id-column NAME; --counter-ids if the rows of all your files are the same samples",
        )
    for option in ("model", "modality", "dataset"):
        if getattr(arguments, option) is not None:
            check_text(getattr(arguments, option), f"--{option}")
    for option in ("attribute", "score"):
        for texts in getattr(arguments, option):
            for text in texts:
                check_text(text, f"--{option}")
    for name, _ in arguments.attribute:
        if name in ("format", "version", *OWN_OPTIONS):
            raise Refusal(
                f"'{name}' is not a free attribute",
                "--attribute",
                f"use {OWN_OPTIONS[name]}" if name in OWN_OPTIONS else "leave it out: it is always written",
            )
    if arguments.concatenate and not arguments.output:
        raise Refusal("shards become one store", "--concatenate", "name it with --output")
    if len(arguments.inputs) > 1 and not arguments.concatenate:
        for option in ("output", "model", "score"):
            if getattr(arguments, option):
                raise Refusal(
                    f"--{option} is one model's, and there are {len(arguments.inputs)} files",
                    f"--{option}",
                    "use --output-dir" if option == "output" else "import that file by itself",
                )


def check_text(text, place):
    """HDF5 strings end at a NUL, and are UTF-8, which command lines and file names need not be."""
    if not text or "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise Refusal(f"the text {text!a} is empty, not UTF-8, or contains a NUL", place, "give another one")


def targets(arguments):
    """Every store's inputs, one or its shards, with its place."""
    if arguments.output:
        pairs = [(arguments.inputs, arguments.output)]
    else:
        pairs = [([source], arguments.output_dir / f"{source.stem}.h5") for source in arguments.inputs]
    taken, places = {}, []
    read = [*arguments.inputs, arguments.ids, arguments.ids_from, arguments.groups, arguments.layer_names]
    for sources, target in pairs:
        source = sources[0]
        check_text(source.stem, source)
        if arguments.output and not target.parent.is_dir():
            raise Refusal("there is no such directory", target.parent, "create it first")
        place = OutputPlace(target, "platonic-features", inputs=filter(None, read), force=arguments.force)
        if place.target in taken:
            raise Refusal(f"{taken[place.target]} and {source} would become one store", target, "rename one of them")
        taken[place.target] = source
        places.append((sources, place))
    return places


def samples(arguments):
    """The ids, or None for a counter, and the groups, if any, with where each comes from."""
    ids, groups, origin = None, None, arguments.ids or arguments.ids_from
    if arguments.ids:
        ids = read_lines(arguments.ids)
    elif arguments.ids_from:
        ids, groups = read_store_samples(arguments.ids_from, arguments.dataset)
    elif arguments.counter_ids:
        warn("the ids are row numbers: nothing can tell if another store's rows are other samples")
    group_origin = origin
    if arguments.groups:
        groups, group_origin = read_groups(arguments.groups), arguments.groups
    check_unique(ids or [], origin)
    return (ids, origin), (groups, group_origin)


def check_layers(layers, path, ids):
    """The number of samples, once every layer is known to be whole and finite."""
    if not layers:
        raise Refusal("there are no layers", path, "name a file of features")
    count = layers[0].shape[0]
    for layer in layers:
        place = f"{path}, {layer.name}"
        check_text(layer.name, f"{path}, a layer's name")
        rows, width = layer.shape
        if rows != count:
            raise Refusal(
                f"the layer has {rows} samples, '{layers[0].name}' has {count}", place, "save the same samples in all"
            )
        if width == 0:
            raise Refusal("the layer has no features", place, "leave it out")
    if count < LEAST_SAMPLES:
        raise Refusal(f"there are {count} samples, and metrics need at least {LEAST_SAMPLES}", path, "use more samples")
    names, origin = ids
    if names is not None and len(names) != count:
        raise Refusal(f"there are {len(names)} ids and {count} samples", f"{origin}, {path}", "give one id a row")
    for layer in layers:
        check_finite(layer, f"{path}, {layer.name}", names)
    return count


def check_finite(layer, place, ids):
    values = layer.values()
    broken = ~np.isfinite(values)
    if not broken.any():
        return
    row, column = np.argwhere(broken)[0].tolist()
    named = f" ('{ids[row]}')" if ids else ""
    advice = "repair or leave out those samples or layers"
    if layer.dtype == "float16":
        advice += "; float16 ends at 65,504, so extract the features in float32 if they overflowed"
    raise Refusal(
        f"{np.count_nonzero(broken)} of {values.size} values are not finite, first {values[row, column]} in row {row}"
        f"{named}, column {column}",
        place,
        advice,
    )


def attributes_of(arguments, path, features):
    """The root attributes; those of the command line win over those of the file."""
    model = arguments.model or path.stem
    values = {"model": model, "modality": arguments.modality, "dataset": arguments.dataset}
    if features.parameters is not None:
        values["parameters"] = np.int64(features.parameters)
    for name, text in arguments.attribute:
        values[name] = count(name, text) if name in COUNTS else text
    return values


def count(name, text):
    limit = 1 if name == "pretrained" else 2**63 - 1
    if not (text.isascii() and text.isdigit() and int(text) <= limit):
        raise Refusal(f"{name} is '{text}'", "--attribute", f"give a whole number from 0 to {limit}")
    return np.int64(text)


def scores_of(arguments, path, features):
    """All scores, and the names of those where lower is better."""
    scores = {}
    for name, score in features.scores.items():
        if math.isfinite(score):
            scores[name] = score
        else:
            warn(f"the score {name} of {path} is {score}, and is left out")
    lower = set(scores) | set(arguments.lower_is_better)
    for name, text in arguments.score:
        try:
            scores[name] = float(text)
        except ValueError:
            scores[name] = math.nan
        if not math.isfinite(scores[name]):
            raise Refusal(f"the score {name} is '{text}'", "--score", "give a finite number")
    for name in arguments.lower_is_better:
        if name not in scores:
            raise Refusal(f"there is no score '{name}'", "--lower-is-better", "name one of the scores")
    return scores, sorted(lower)


def import_files(sources, place, arguments, ids, groups, layer_names):
    source, features = sources[0], read_parts(sources, arguments.columns, arguments.id_column)
    layers = features.layers
    if arguments.id_column:
        origin = f"{source}, {arguments.id_column}"
        for sample in features.ids:
            check_text(sample, origin)
        check_unique(features.ids, origin)
        ids = features.ids, origin
    if layer_names is not None:
        if len(layer_names) != len(layers):
            raise Refusal(
                f"there are {len(layer_names)} names and {len(layers)} layers",
                f"{arguments.layer_names}, {source}",
                "give one name a layer",
            )
        for layer, name in zip(layers, layer_names, strict=True):
            layer.name = name
    samples_count = check_layers(layers, source, ids)
    if groups[0] is not None and len(groups[0]) != samples_count:
        raise Refusal(
            f"there are {len(groups[0])} groups and {samples_count} samples",
            f"{groups[1]}, {source}",
            "give one group a row",
        )
    names = ids[0] if ids[0] is not None else [str(row) for row in range(samples_count)]
    # A model is not called as its first shard.
    attributes = attributes_of(arguments, place.path if arguments.concatenate else source, features)
    scores, lower = scores_of(arguments, source, features)
    with whole_or_absent(place) as file:
        write_store(file, layers, names, groups[0], attributes, scores, lower)
    widths = sorted({layer.shape[1] for layer in layers})
    span = f"{widths[0]}" if len(widths) == 1 else f"{widths[0]} to {widths[-1]}"
    types = ", ".join(sorted({layer.dtype for layer in layers}))
    layer_count = "1 layer" if len(layers) == 1 else f"{len(layers)} layers"
    print(f"{place.path}: {attributes['model']}, {samples_count} samples, {layer_count} of width {span}, from {types}")


def interrupt(number, frame):
    """Ends the import like Ctrl-C: what was begun is removed."""
    raise KeyboardInterrupt


def main():
    signal.signal(signal.SIGTERM, interrupt)
    try:
        arguments = parse_arguments(sys.argv[1:])
        check_request(arguments)
        pairs = targets(arguments)
        ids, groups = samples(arguments)
        layer_names = read_lines(arguments.layer_names) if arguments.layer_names else None
        for sources, place in pairs:
            import_files(sources, place, arguments, ids, groups, layer_names)
    except Refusal as refusal:
        print(f"import_features.py: {refusal}", file=sys.stderr)
        return refusal.status
    except KeyboardInterrupt:
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
