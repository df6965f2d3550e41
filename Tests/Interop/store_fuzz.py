"""Damaged feature stores, the program's verdict on each, and what h5py makes of them."""

import contextlib
import json
import os
import pathlib
import socket
import struct
import subprocess
import sys

import h5py
import numpy as np

SIGNATURES = (
    b"TREE",
    b"SNOD",
    b"HEAP",
    b"GCOL",
    b"OHDR",
    b"OCHK",
    b"FRHP",
    b"BTHD",
    b"BTLF",
    b"FADB",
    b"FAHD",
    b"\x89HDF",
)
NUMBERS = (0, 1, 3, 8, 255, 2**16, 2**31, 2**32 - 1, 2**40, 2**62, 2**63, 2**64 - 1)
# Seconds of processor time, and of waiting for it on a machine that is busy with other things.
LONGEST = 10
PATIENCE = 600


def small_stores():
    """Whole stores in the forms that the demo's do not have: name to bytes."""
    generator = np.random.default_rng(5)
    forms = {
        "plain": ({}, {}), "packed": ({}, {"chunks": (8, 5), "compression": "gzip", "shuffle": True}),
        "checked": ({"libver": ("v110", "v110")}, {"chunks": (10, 6), "fletcher32": True}), "new": ({"libver": ("v110", "v110")}, {}),
    }  # fmt: skip
    for name, (file, layer) in forms.items():
        path = pathlib.Path(f"/dev/shm/platonic-fuzz-{os.getpid()}.h5")
        with h5py.File(path, "w", **file) as store:
            store.attrs.update(format="platonic-features", version=1, model=name, modality="vision", dataset="fuzz")
            store["samples/ids"] = np.array(
                [f"s{i}" for i in range(40)], dtype=h5py.string_dtype() if name != "new" else "S4"
            )
            store["samples/groups"] = np.arange(40) // 2
            for index, kind in enumerate(("<f2", "<f4", ">f8")):
                values = generator.normal(size=(40, 6)).astype(kind)
                store.create_dataset(f"layers/{index:04d}", data=values, **layer).attrs["name"] = f"block{index}"
            store.create_group("scores").attrs.update(gsm8k=0.5, lower_is_better=["gsm8k"])
        yield name, path.read_bytes()
        path.unlink()


def bases(root):
    """The demo's stores and small ones."""
    demo = {path.stem: path.read_bytes() for path in sorted((root / "Sources/platonic/Resources/demo").glob("*.h5"))}
    return demo | dict(small_stores())


def places(data):
    """Where structures of HDF5 begin."""
    found = []
    for signature in SIGNATURES:
        at = data.find(signature)
        while at >= 0:
            found.append(at)
            at = data.find(signature, at + 1)
    return sorted(found)


def damaged(data, structures, generator):
    """A copy with one to three faults, most of them in structures."""
    data = bytearray(data)
    for _ in range(generator.integers(1, 4)):
        near = structures[generator.integers(len(structures))] + int(generator.integers(0, 600))
        at = min(near if generator.random() < 0.8 else int(generator.integers(len(data))), len(data) - 1)
        match generator.integers(7):
            case 0:
                data[at] ^= 1 << int(generator.integers(8))
            case 1:
                data[at] = int(generator.integers(256))
            case 2:
                at = at // 8 * 8
                data[at : at + 8] = struct.pack("<Q", NUMBERS[generator.integers(len(NUMBERS))])
            case 3:
                data[at : at + 4] = struct.pack("<I", NUMBERS[generator.integers(len(NUMBERS))] % 2**32)
            case 4:
                length = int(generator.integers(1, 300))
                start = structures[generator.integers(len(structures))]
                data[at : at + length] = data[start : start + length]
            case 5:
                length = int(generator.integers(1, 64))
                data[at : at + length] = bytes([int(generator.choice((0, 255)))]) * len(data[at : at + length])
            case 6 if generator.random() < 0.3:
                del data[at:]
                if not data:
                    data = bytearray(b"\x89HDF")
    return bytes(data)


class Opener:
    """The process that opens stores for `inspect`, `plan` and `sweep`, asked as they ask it."""

    def __init__(self, binary, environment):
        self.command, self.environment = [str(binary), "open-stores"], environment
        self.process = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def end(self):
        """Ends the process; its exit status, negative where a signal ended it."""
        if self.process is None:
            return 0
        self.socket.close()
        try:
            status = self.process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            status = None
        self.process = None
        return status

    def ask(self, path):
        """The reply, or the signal that ended the process, the seconds of processor time that it took, so that it does not matter what
        else the machine does, and the process's most memory in bytes."""
        if self.process is None:
            self.socket, theirs = socket.socketpair()
            self.socket.settimeout(PATIENCE)
            self.spent = 0
            self.process = subprocess.Popen(
                self.command, env=self.environment, stdin=theirs, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            theirs.close()
        reply = None
        message = json.dumps({"path": str(path), "values": True}).encode()
        with contextlib.suppress(ConnectionError, TimeoutError, struct.error):
            self.socket.sendall(struct.pack("<Q", len(message)) + message)
            (length,) = struct.unpack("<Q", self.receive(8))
            reply = json.loads(self.receive(length))
        if not reply:
            before = os.times()
            died = {"died": self.end()}
            if died["died"] is None:
                return died, float("inf"), 0
            after = os.times()
            # What a process that has ended had taken is told with its end.
            spent = after.children_user + after.children_system - before.children_user - before.children_system
            return died, spent - self.spent, 0
        spent, memory = self.usage()
        seconds, self.spent = spent - self.spent, spent
        return reply, seconds, memory

    def receive(self, count):
        data = b""
        while len(data) < count:
            part = self.socket.recv(count - len(data))
            if not part:
                raise ConnectionError
            data += part
        return data

    def usage(self):
        """Seconds of processor time, and the most memory in bytes, of the process so far."""
        folder = pathlib.Path(f"/proc/{self.process.pid}")
        fields = (folder / "stat").read_text().rpartition(")")[2].split()
        spent = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        lines = (folder / "status").read_text().splitlines()
        return spent, next((int(line.split()[1]) << 10 for line in lines if line.startswith("VmHWM")), 0)


class Witness:
    """h5py in a process of its own: reads every layer of a store, and says what the layers are."""

    def __init__(self):
        self.process = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process:
            self.process.kill()
            self.process.wait()

    def ask(self, path):
        """What `testimony` says; None where h5py breaks down over the store."""
        if self.process is None:
            self.process = subprocess.Popen(
                [sys.executable, __file__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(f"{path}\n")
            self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            self.process.wait()
            self.process = None
        return json.loads(line) if line else None


def testimony(path):
    """Widths, ids, all-zero rows and finiteness of a store, or why h5py cannot read it."""
    try:
        with h5py.File(path) as store:
            layers = {name: store["layers"][name][()] for name in store["layers"]}
            ids = [text.decode() for text in store["samples/ids"][()].reshape(-1)]
    except Exception as error:
        return {"refused": str(error)}
    zero = sorted({row for values in layers.values() for row in np.flatnonzero((values == 0).all(axis=1)).tolist()})
    return {
        "widths": [layers[name].shape[1] for name in sorted(layers)], "ids": ids, "zeroRows": [ids[row] for row in zero],
        "finite": all(bool(np.isfinite(values).all()) for values in layers.values()),
    }  # fmt: skip


class Comparison:
    """A sweep of a damaged store against what it was: the second opinion where h5py refuses what is read here.

    Later releases of libhdf5 check numbers that earlier ones do not use, so that a store may be right but for them.
    """

    def __init__(self, binary, environment, folder):
        self.binary, self.environment, self.folder = binary, environment, folder

    def fault(self, original, path):
        """What is wrong with the values of `path`, whose bytes were `original`; None where nothing is, or the sweep is refused."""
        whole, output = self.folder / "whole.store", self.folder / "compared.h5"
        whole.write_bytes(original)
        command = [
            self.binary, "sweep", "--quiet", "--name-from", "file", "--metric", "cka", "--clip", "none", "--normalize", "none",
            "--workers", "1", "--x", whole, "--y", path, "--output", output,
        ]  # fmt: skip
        done = subprocess.run(
            list(map(str, command)), env=self.environment, capture_output=True, text=True, timeout=PATIENCE
        )
        try:
            if done.returncode == 2 and "sample ids differ" in done.stderr:
                return None
            if done.returncode != 0:
                return f"read by inspect, and sweep says: {done.stderr}"
            with h5py.File(output) as results:
                scores = results["metrics/cka/layer_scores"][()]
            return (
                None
                if scores.shape[0] == scores.shape[1] and np.allclose(np.diag(scores), 1, atol=1e-6)
                else "values differ"
            )
        finally:
            output.unlink(missing_ok=True)


def faults(path, original, answer, witness, comparison):
    """What is wrong with the program's answer on a store, whose bytes were `original` before, as sentences."""
    reply, seconds, memory = answer
    found = []
    if seconds > LONGEST:
        found.append(f"took {seconds:.1f} s")
    if memory > 1 << 30:
        found.append(f"took {memory >> 20} MiB")
    if reply.get("complaint") and not (reply["complaint"]["what"] and reply["complaint"]["advice"]):
        found.append(f"no sentence: {reply}")
    if findings := reply.get("findings"):
        said = {
            "widths": [layer["width"] for layer in findings["metadata"]["layers"]], "ids": findings["metadata"]["sampleIDs"],
            "zeroRows": findings["zeroRows"], "finite": True,
        }  # fmt: skip
        seen = witness.ask(path)
        if seen is None:
            found.append("read here, and h5py breaks down over it")
        elif "refused" in seen:
            # What was lost of a layer is said.
            is_said = any("never written" in warning for warning in findings["metadata"].get("warnings") or [])
            fault = None if is_said else comparison.fault(original, path)
            if fault:
                found.append(f"{fault}; h5py refuses it: {seen['refused']}")
        elif seen != said:
            found.append("differs from h5py in " + ", ".join(key for key in said if said[key] != seen[key]))
    return found


if __name__ == "__main__":
    for request in sys.stdin:
        print(json.dumps(testimony(request.rstrip("\n"))), flush=True)
