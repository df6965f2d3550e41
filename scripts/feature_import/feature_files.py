"""Reads the layers of a feature file: .pt, .npz, .npy, .safetensors or .parquet.

A .safetensors file is read directly, not with its package: the format is a length, a JSON header and raw numbers, and
the package's NumPy interface does not know bfloat16.
"""

import json
import math
import re
import zipfile
import zlib

import numpy as np

from .mistaken_files import refuse_mistaken
from .parquet_features import parquet_ids, parquet_layers
from .refusal import Refusal
from .torch_archive import RESAVE, Tensor, TorchArchive

SUFFIXES = (".pt", ".npz", ".npy", ".safetensors", ".parquet")
ACCEPTED = "convert them to float16, float32 or float64 (bfloat16 is read from .pt and .safetensors)"
SHAPES = "give [samples, width] a layer, or one array of [samples, layers, width]"
SAFETENSORS_TYPES = {
    "F16": ("float16", "<f2"),
    "F32": ("float32", "<f4"),
    "F64": ("float64", "<f8"),
    "BF16": ("bfloat16", "<u2"),
}
# The limit of the reference implementation.
SAFETENSORS_LONGEST_HEADER = 100_000_000


class Layer:
    """One layer as it lies in the file: `raw` holds numbers, or the bit patterns of bfloat16 numbers."""

    def __init__(self, name, raw, dtype):
        self.name, self.raw, self.dtype = name, raw, dtype

    @property
    def shape(self):
        return self.raw.shape

    def values(self):
        """The numbers in this machine's byte order; bfloat16 widened to the float32 of the same value."""
        if self.dtype == "bfloat16":
            return (np.asarray(self.raw).astype(np.uint32) << 16).view(np.float32)
        return np.ascontiguousarray(self.raw, dtype=self.raw.dtype.newbyteorder("="))


class JoinedLayer:
    """One layer of several files, one below the other; it is in memory whole only when its values are asked for."""

    def __init__(self, parts):
        self.name, self.dtype, self.parts = parts[0].name, parts[0].dtype, parts

    @property
    def shape(self):
        return sum(part.shape[0] for part in self.parts), self.parts[0].shape[1]

    def values(self):
        return np.concatenate([part.values() for part in self.parts])


class FeatureFile:
    """A model's layers, and what the file says of it: how many parameters, scores where lower is better, and perhaps the samples' ids."""

    def __init__(self, layers, parameters=None, scores=None, ids=None):
        self.layers, self.parameters, self.scores, self.ids = layers, parameters, scores or {}, ids


def read_parts(paths, columns=None, id_column=None):
    """The content of files that are one model's, each with further samples, in the order in which they are named."""
    parts = [read_features(path, columns, id_column) for path in paths]
    first = parts[0]
    if len(parts) == 1:
        return first
    for path, part in zip(paths, parts, strict=True):
        for what in ("name", "dtype"):
            found = [getattr(layer, what) for layer in part.layers]
            wanted = [getattr(layer, what) for layer in first.layers]
            if found != wanted:
                raise Refusal(
                    f"the layers' {what}s are {found[:4]}, and {wanted[:4]} in {paths[0]}",
                    path,
                    "concatenate one model's",
                )
        for layer, other in zip(part.layers, first.layers, strict=True):
            if layer.shape[1] != other.shape[1]:
                raise Refusal(
                    f"the layer has {layer.shape[1]} features, and {other.shape[1]} in {paths[0]}",
                    f"{path}, {layer.name}",
                    "concatenate one model's",
                )
        if len({layer.shape[0] for layer in part.layers}) > 1:
            raise Refusal("its layers have different numbers of samples", path, "save the same samples in all")
        if part.parameters != first.parameters:
            raise Refusal("it has another number of parameters", path, "concatenate one model's")
        if part.scores:
            raise Refusal("it has scores, which are of its own samples", path, "give the scores of all with --score")
    layers = [JoinedLayer(layers) for layers in zip(*(part.layers for part in parts), strict=True)]
    ids = None if first.ids is None else [sample for part in parts for sample in part.ids]
    return FeatureFile(layers, first.parameters, ids=ids)


def read_features(path, columns=None, id_column=None):
    """The content of one feature file, told by the suffix of its name.

    `columns` are the layers that are wanted of a parquet file or of an .npz, all without them, and `id_column` is where its ids are.
    """
    if path.suffix.lower() in (".parquet", ".npz"):
        arguments = (columns, id_column)
    elif columns is not None or id_column is not None:
        raise Refusal(
            "columns can be named of .parquet and .npz alone", path, "leave out --columns and --id-column: see --help"
        )
    else:
        arguments = ()
    readers = {
        ".pt": read_torch,
        ".npz": read_npz,
        ".npy": read_npy,
        ".safetensors": read_safetensors,
        ".parquet": read_parquet,
    }
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise Refusal(f"the suffix '{path.suffix}' is not known", path, f"name a file of {', '.join(SUFFIXES)}")
    refuse_mistaken(path)
    try:
        return reader(path, *arguments)
    except OSError as error:
        raise Refusal(error.strerror or str(error), path, "name a file that can be read") from error


def natural_order(name):
    """Orders names as people count: layer 9 before layer 10."""
    return [int(part) if i % 2 else part for i, part in enumerate(re.split("([0-9]+)", name))], name


def layers_of(named, path):
    """Layers of (name, array, dtype) in their order; a single array of three dimensions is one layer a middle index."""
    for name, array, dtype in named:
        place = f"{path}, {name}" if name else path
        if dtype not in ("float16", "float32", "float64", "bfloat16"):
            raise Refusal(f"the values are {dtype}", place, ACCEPTED)
        if array.ndim != 2 and not (array.ndim == 3 and len(named) == 1):
            raise Refusal(f"the shape is {list(array.shape)}", place, SHAPES)
    if len(named) == 1 and named[0][1].ndim == 3:
        _, array, dtype = named[0]
        return [Layer(f"layer {i}", array[:, i, :], dtype) for i in range(array.shape[1])]
    return [Layer(name or f"layer {i}", array, dtype) for i, (name, array, dtype) in enumerate(named)]


def read_npy(path):
    try:
        array = np.load(path, mmap_mode="r", allow_pickle=False)
        if not isinstance(array, np.ndarray):
            raise ValueError("this is an archive of arrays, as in a .npz file")
    except (ValueError, EOFError) as error:
        raise Refusal(
            f"the array cannot be read: {error}", path, "save it again with numpy.save, as numbers"
        ) from error
    return FeatureFile(layers_of([("", array, array.dtype.name)], path))


def read_parquet(path, columns, id_column):
    return FeatureFile(parquet_layers(path, columns), ids=parquet_ids(path, id_column) if id_column else None)


def read_npz(path, columns, id_column):
    try:
        archive = np.load(path, allow_pickle=False)
        if not isinstance(archive, np.lib.npyio.NpzFile):
            raise ValueError("this is a single array, as in a .npy file")
        with archive:
            known = sorted(archive.files, key=natural_order)
            wanted = [name for name in known if name != id_column] if columns is None else columns
            for name in [*wanted, *([id_column] if id_column else [])]:
                if name not in known:
                    raise Refusal(f"there is no array '{name}'", path, f"name one of {known[:8]}")
            arrays = [(name, archive[name]) for name in wanted]
            ids = npz_ids(archive[id_column], f"{path}, {id_column}") if id_column else None
        for name, array in arrays:
            if not isinstance(array, np.ndarray):
                raise ValueError(f"{name} is not an array")
    except (ValueError, EOFError, KeyError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        raise Refusal(
            f"the arrays cannot be read: {error}", path, "save them again with numpy.savez, as numbers"
        ) from error
    return FeatureFile(layers_of([(name, array, array.dtype.name) for name, array in arrays], path), ids=ids)


def npz_ids(array, place):
    if not isinstance(array, np.ndarray) or array.ndim != 1 or array.dtype.kind not in "UTiu":
        raise Refusal("the ids are no row of texts or whole numbers", place, "save them so, or give --ids FILE")
    return [str(value) for value in array.tolist()]


def read_torch(path):
    content = TorchArchive(path).content
    facts = {}
    if isinstance(content, dict):
        if "feats" not in content:
            raise Refusal(f"there is no 'feats' among the keys {[str(key) for key in content][:8]}", path, RESAVE)
        content, facts = content["feats"], content
    tensors = list(content) if isinstance(content, (list, tuple)) else [content]
    for tensor in tensors:
        if not isinstance(tensor, Tensor):
            raise Refusal(f"a {type(tensor).__name__} stands where a tensor was expected", path, RESAVE)
    names = [f"layer {i}" for i in range(len(tensors))] if len(tensors) > 1 else [""]
    layers = layers_of(
        [(name, tensor.array(), tensor.dtype) for name, tensor in zip(names, tensors, strict=True)], path
    )
    scores = {"bits_per_byte": mean(facts.get("bpb"), path, "bpb"), "loss": mean(facts.get("loss"), path, "loss")}
    parameters = whole_number(mean(facts.get("num_params"), path, "num_params"), path, "num_params")
    return FeatureFile(layers, parameters, {name: score for name, score in scores.items() if score is not None})


def mean(value, path, key):
    """A number, or the mean of a tensor or list of numbers, as the scores of single samples are summed up."""
    if value is None:
        return None
    parts = value if isinstance(value, (list, tuple)) else [value]
    arrays = [Layer(key, part.array(), part.dtype).values() if isinstance(part, Tensor) else part for part in parts]
    if not arrays or any(np.asarray(array).dtype.kind not in "iuf" or np.size(array) == 0 for array in arrays):
        raise Refusal(f"'{key}' is not a number", path, "save it as a number or a tensor of numbers")
    flat = np.concatenate([np.ravel(array) for array in arrays])
    # One number stays what it is: float64 cannot count parameters beyond 2**53.
    return flat[0].item() if flat.size == 1 else flat.astype(np.float64).mean().item()


def whole_number(value, path, key):
    if value is None or (value == value // 1 and 0 <= value < 2**63):
        return None if value is None else int(value)
    raise Refusal(f"'{key}' is {value}, not a count", path, "save it as a whole number")


def read_safetensors(path):
    header, start = read_header(path)
    data = np.memmap(path, np.uint8, "r")[start:]
    described = [(name, entry) for name, entry in header.items() if name != "__metadata__"]
    spans, named = [], []
    for name, entry in sorted(described, key=lambda item: natural_order(item[0])):
        place = f"{path}, {name}"
        dtype, shape, (begin, end) = checked_entry(entry, place)
        if dtype not in SAFETENSORS_TYPES:
            raise Refusal(f"the values are {dtype}", place, ACCEPTED)
        label, code = SAFETENSORS_TYPES[dtype]
        if not begin <= end <= len(data) or end - begin != math.prod(shape) * np.dtype(code).itemsize:
            raise damaged_header(f"{dtype} of shape {shape} lies at bytes {begin} to {end} of {len(data)}", place)
        spans.append((begin, end))
        try:
            named.append((name, data[begin:end].view(code).reshape(shape), label))
        except (ValueError, OverflowError) as error:
            raise damaged_header(f"shape {shape}: {error}", place) from error
    spans.sort()
    if [begin for begin, _ in spans] + [len(data)] != [0] + [end for _, end in spans]:
        raise damaged_header("its tensors overlap, or leave bytes over", path)
    return FeatureFile(layers_of(named, path))


def read_header(path):
    """The header, and where the numbers begin."""
    size = path.stat().st_size
    with open(path, "rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if size < 8 or length > min(size - 8, SAFETENSORS_LONGEST_HEADER):
            raise damaged_header(f"a header of {length} bytes does not fit a file of {size}", path)
        text = file.read(length)
    try:
        header = json.loads(text.decode("utf-8"), object_pairs_hook=unique_keys)
    except (ValueError, RecursionError) as error:
        raise damaged_header(str(error), path) from error
    if not isinstance(header, dict):
        raise damaged_header("it is not a JSON object", path)
    return header, 8 + length


def unique_keys(pairs):
    keys = [key for key, _ in pairs]
    if len(set(keys)) != len(keys):
        raise ValueError("a name occurs twice")
    return dict(pairs)


def checked_entry(entry, place):
    """A tensor's type, shape and span; JSON of any other form is refused."""
    try:
        dtype, shape, span = entry["dtype"], entry["shape"], entry["data_offsets"]
        natural = all(type(number) is int and number >= 0 for number in (*shape, *span))
    except (KeyError, TypeError) as error:
        raise damaged_header("dtype, shape or data_offsets is missing", place) from error
    if not natural or not isinstance(dtype, str) or len(span) != 2:
        raise damaged_header(f"dtype {dtype}, shape {shape} or data_offsets {span} is malformed", place)
    return dtype, shape, span


def damaged_header(detail, where):
    return Refusal(f"the safetensors header is damaged: {detail}", where, "copy or save the file again")
