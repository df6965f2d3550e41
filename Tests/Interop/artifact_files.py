"""Artifact files taken to pieces and put together again: as an earlier build left them, or as an enemy does, with digests that are right."""

import ctypes
import ctypes.util
import dataclasses
import json
import struct

# The layout is described in Sources/ArtifactStore/ArtifactLayout.swift.
HEADER, PIECE = 48, 64 << 10

ODD = [
    0,
    1,
    -1,
    2,
    65_536,
    1 << 31,
    1 << 62,
    2**63 - 1,
    -(2**63),
    0.5,
    1e300,
    "nan",
    "inf",
    "-inf",
    "x",
    None,
    [],
    {},
    True,
]


class Hash(ctypes.Structure):
    _fields_ = [("low", ctypes.c_uint64), ("high", ctypes.c_uint64)]


library = ctypes.CDLL(ctypes.util.find_library("xxhash") or "libxxhash.so.0")
library.XXH3_128bits.restype = Hash
library.XXH3_128bits.argtypes = [ctypes.c_char_p, ctypes.c_size_t]


def digest(data):
    found = library.XXH3_128bits(data, len(data))
    return struct.pack("<QQ", found.high, found.low)


@dataclasses.dataclass
class ArtifactFile:
    key: bytes
    metadata: bytes
    payload: bytes

    @classmethod
    def read(cls, path):
        data = path.read_bytes()
        assert data[:8] == b"PLATART2"
        key, metadata, payload = struct.unpack("<QQQ", data[8:32])
        texts = data[HEADER:]
        found = cls(texts[:key], texts[key : key + metadata], data[len(data) - payload :])
        assert found.bytes() == data, "a test writes what the program does"
        return found

    @property
    def kind(self):
        return self.key.decode().splitlines()[0].removeprefix("kind=")

    def lengths(self):
        return struct.pack("<QQQ", len(self.key), len(self.metadata), len(self.payload))

    def bytes(self):
        pieces = [self.payload[first : first + PIECE] for first in range(0, len(self.payload), PIECE)]
        start, body = b"PLATART2" + self.lengths(), self.key + self.metadata + b"".join(map(digest, pieces))
        return start + digest(start + body) + body + self.payload

    def earlier_bytes(self):
        """As builds before this layout wrote it: the digest is that of the payload alone."""
        return b"PLATART1" + self.lengths() + digest(self.payload) + self.key + self.metadata + self.payload

    def lying(self, moments):
        """With a header in which something cannot be, and every digest is right."""
        header = json.loads(self.metadata)
        if self.kind == "null numbers":
            metric = moments.choice(sorted(header))
            numbers = json.loads(header[metric])
            places = [part for part in self.parts(numbers) if "sampleCount" in part]
            moments.choice(places)["sampleCount"] = moments.choice([value for value in ODD if value is not True])
            header[metric] = json.dumps(numbers)
            return dataclasses.replace(self, metadata=json.dumps(header).encode()).bytes()
        # What is left out, or given to a field that nobody reads, may be no lie.
        fields = [name for name in ("sampleCount", "k", "columns", "rank") if name in header]
        name = moments.choice(fields)
        header[name] = moments.choice([value for value in ODD if value != header[name] and value is not True])
        if name == "rank":
            header[name] = moments.choice([-1, 1 << 62, header["sampleCount"] + 1, "x"])
        return dataclasses.replace(self, metadata=json.dumps(header).encode()).bytes()

    def parts(self, value):
        """All objects of a document."""
        if isinstance(value, dict):
            yield value
            for part in value.values():
                yield from self.parts(part)


def artifact_paths(folder):
    return sorted(p for p in folder.glob("v1/*/*") if not p.name.endswith(".partial"))


def replace(path, data):
    """Whoever has the file open keeps the old one, as after any rename."""
    new = path.with_suffix(".test.partial")
    new.write_bytes(data)
    new.rename(path)
