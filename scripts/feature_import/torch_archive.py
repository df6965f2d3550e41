"""Reads the tensors of a file that `torch.save` wrote, without PyTorch, and without running what the file asks for.

Such a file is a zip archive: `data.pkl` is a pickle whose tensors refer to raw storages, `data/<key>`, by persistent
ids; `byteorder` says how those are stored. A pickle can name any function of any module and have it called, so the
unpickler here knows the handful of names that tensors in lists and dicts need, and refuses every other one.
"""

import io
import math
import pickle
import typing
import zipfile

import numpy as np

from .refusal import Refusal

# Storage types by their names in the pickle: PyTorch's name of the element type, and how its bytes are read here.
# bfloat16 is read as its bit patterns; what has no NumPy type can be present, but not be read.
STORAGES = {
    "HalfStorage": ("float16", "f2"),
    "FloatStorage": ("float32", "f4"),
    "DoubleStorage": ("float64", "f8"),
    "BFloat16Storage": ("bfloat16", "u2"),
    "CharStorage": ("int8", "i1"),
    "ShortStorage": ("int16", "i2"),
    "IntStorage": ("int32", "i4"),
    "LongStorage": ("int64", "i8"),
    "ByteStorage": ("uint8", "u1"),
    "BoolStorage": ("bool", "?"),
    "ComplexFloatStorage": ("complex64", "c8"),
    "ComplexDoubleStorage": ("complex128", "c16"),
}

RESAVE = "save plain tensors: torch.save({'feats': feats}, 'new.pt'), feats of shape [samples, layers, width]"
ZIP_MAGIC = b"PK\x03\x04"
# torch.save before version 1.6, or with _use_new_zipfile_serialization=False: a pickled magic number comes first.
LEGACY_MAGIC = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."


class Storage(typing.NamedTuple):
    """The numbers that tensors share: their type, the archive entry and how many they are."""

    dtype: str
    key: str
    count: int


class Tensor:
    """A tensor that the pickle describes; its storage is read when its values are asked for."""

    __slots__ = ("archive", "offset", "shape", "storage", "strides")

    def __init__(self, archive, storage, offset, shape, strides):
        self.archive, self.storage = archive, storage
        self.offset, self.shape, self.strides = offset, tuple(shape), tuple(strides)

    @property
    def dtype(self):
        return self.storage.dtype

    def array(self):
        """The values as a NumPy view with the tensor's strides; bfloat16 as its bit patterns in uint16."""
        return self.archive.view(self)


class TorchArchive:
    """An open archive; `content` is what was saved, with every tensor a `Tensor`."""

    def __init__(self, path):
        self.path = path
        with open(path, "rb") as file:
            start = file.read(len(LEGACY_MAGIC))
        if start == LEGACY_MAGIC:
            raise Refusal(
                "this is PyTorch's format from before version 1.6, which cannot be read without running it",
                path,
                "resave it where PyTorch is: torch.save(torch.load('old.pt', weights_only=True), 'new.pt')",
            )
        if not start.startswith(ZIP_MAGIC):
            raise Refusal("this is not a file that torch.save wrote", path, "name a .pt file of features")
        self.storages = {}
        try:
            self.zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise self.damaged(str(error)) from error
        self.prefix, self.byte_order = self.find_prefix(), "<"
        if f"{self.prefix}byteorder" in self.zip.NameToInfo:
            order = self.entry(f"{self.prefix}byteorder")
            if order not in (b"little", b"big"):
                raise self.damaged("its byteorder is neither little nor big")
            self.byte_order = "<" if order == b"little" else ">"
        self.content = self.unpickle()

    def damaged(self, detail):
        return Refusal(f"the archive is damaged: {detail}", self.path, "copy or save the file again")

    def find_prefix(self):
        found = [name for name in self.zip.namelist() if name.count("/") == 1 and name.endswith("/data.pkl")]
        if len(found) != 1:
            raise Refusal(
                f"this zip archive has {len(found)} data.pkl where torch.save writes one",
                self.path,
                "name a .pt file that torch.save wrote",
            )
        return found[0].removesuffix("data.pkl")

    def entry(self, name):
        """The bytes of one entry. PyTorch stores entries uncompressed: so none is larger than the file."""
        try:
            if self.zip.getinfo(name).compress_type != zipfile.ZIP_STORED:
                raise self.damaged(f"{name} is compressed, which torch.save never does")
            return self.zip.read(name)
        except KeyError as error:
            raise self.damaged(f"{name} is missing") from error
        except (zipfile.BadZipFile, OSError, EOFError, ValueError, RuntimeError) as error:
            raise self.damaged(f"{name}: {error}") from error

    def unpickle(self):
        try:
            return RestrictedUnpickler(self, self.entry(f"{self.prefix}data.pkl")).load()
        except Refusal:
            raise
        # A damaged pickle can raise nearly anything (the module's own documentation says so).
        except Exception as error:
            raise self.damaged(f"its data.pkl cannot be read: {error}") from error

    def numbers(self, storage):
        """A storage as a flat array, read once for all tensors in it."""
        if storage not in self.storages:
            name, kind = f"{self.prefix}data/{storage.key}", np.dtype(dict(STORAGES.values())[storage.dtype])
            raw = self.entry(name)
            if len(raw) != storage.count * kind.itemsize:
                raise self.damaged(f"{name} holds {len(raw)} bytes, not {storage.count} values of {kind.itemsize}")
            self.storages[storage] = np.frombuffer(raw, kind.newbyteorder(self.byte_order))
        return self.storages[storage]

    def view(self, tensor):
        values = self.numbers(tensor.storage)
        if math.prod(tensor.shape) > len(values):
            raise Refusal(
                f"a tensor of shape {list(tensor.shape)} repeats a storage of {len(values)} values",
                self.path,
                "call .contiguous() on it before saving",
            )
        # Checked here and not by NumPy: as_strided would read whatever lies beyond the storage.
        last = tensor.offset + sum((n - 1) * step for n, step in zip(tensor.shape, tensor.strides, strict=True))
        if 0 not in tensor.shape and last >= len(values):
            raise self.damaged(f"a tensor reaches value {last} of a storage of {len(values)}")
        strides = [step * values.itemsize for step in tensor.strides]
        try:
            return np.lib.stride_tricks.as_strided(values[tensor.offset :], tensor.shape, strides, writeable=False)
        except (ValueError, OverflowError) as error:
            raise self.damaged(f"a tensor of shape {list(tensor.shape)}: {error}") from error


class RestrictedUnpickler(pickle.Unpickler):
    """Knows tensors, parameters and dicts; every other name is refused before anything of it is touched."""

    def __init__(self, archive, data):
        super().__init__(io.BytesIO(data))
        self.archive = archive
        # Storage types stay strings and ordered dicts become plain ones: nothing that the pickle could call or change.
        self.known = {("torch", name): name for name in STORAGES} | {
            ("collections", "OrderedDict"): dict,
            ("torch._utils", "_rebuild_tensor_v2"): self.rebuild_tensor,
            ("torch._utils", "_rebuild_parameter"): self.rebuild_parameter,
        }

    def find_class(self, module, name):
        if (module, name) not in self.known:
            raise Refusal(
                f"the file asks for {module}.{name}, which features do not need, so it was not run",
                self.archive.path,
                RESAVE,
            )
        return self.known[module, name]

    def persistent_load(self, reference):
        kind, storage_type, key, _, count = reference
        if kind != "storage" or storage_type not in STORAGES or not isinstance(key, str) or type(count) is not int:
            raise pickle.UnpicklingError(f"a reference of an unknown kind, {kind}")
        return Storage(STORAGES[storage_type][0], key, count)

    def rebuild_tensor(self, storage, offset, shape, strides, requires_grad=False, hooks=None, metadata=None):
        if any(type(number) is not int or number < 0 for number in (offset, *shape, *strides)):
            raise pickle.UnpicklingError("a tensor's offset, shape and strides are not natural numbers")
        if not isinstance(storage, Storage) or len(shape) != len(strides):
            raise pickle.UnpicklingError("a tensor has no storage, or strides that do not fit its shape")
        return Tensor(self.archive, storage, offset, shape, strides)

    def rebuild_parameter(self, tensor, requires_grad=False, hooks=None):
        if not isinstance(tensor, Tensor):
            raise pickle.UnpicklingError("a parameter is not a tensor")
        return tensor
