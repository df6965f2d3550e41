"""What numbers were measured on, and with which versions of everything."""

import ctypes
import importlib.metadata
import os
import pathlib
import platform
import re
import subprocess

import bench_rows

ROOT = pathlib.Path(__file__).resolve().parents[1]
PACKAGES = ("numpy", "scipy", "h5py", "faiss-cpu", "usearch", "umap-learn", "numba", "distributed")


def text_of(path):
    try:
        return pathlib.Path(path).read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def output(*words):
    """The first line that a command prints; nothing where it fails."""
    try:
        found = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    except OSError:
        return ""
    return found.stdout.strip().partition("\n")[0] if found.returncode == 0 else ""


def caches():
    """The sizes of the caches that are not split into instructions and data, by level."""
    found = {}
    for index in sorted(pathlib.Path("/sys/devices/system/cpu/cpu0/cache").glob("index*")):
        if text_of(index / "type") == "Unified":
            found[f"L{text_of(index / 'level')}"] = text_of(index / "size")
    return found


def machine():
    processor = dict(re.findall(r"^([^\t]+)\t*: (.*)$", text_of("/proc/cpuinfo"), re.MULTILINE))
    instructions = [name for name in ("avx2", "fma", "avx512f") if name in processor.get("flags", "").split()]
    memory = re.search(r"MemTotal: *(\d+)", text_of("/proc/meminfo"))
    system = re.search(r'^PRETTY_NAME="?([^"\n]*)', text_of("/etc/os-release"), re.MULTILINE)
    return {
        "processor": processor.get("model name", platform.machine()), "cores": len(os.sched_getaffinity(0)), **caches(),
        "instructions": " ".join(instructions), "memory": bench_rows.shown(int(memory[1]), "KiB") if memory else "",
        "kernel": f"{platform.system()} {platform.release()}", "system": system[1] if system else "",
    }  # fmt: skip


def linked_libraries(binary):
    """The libraries that a program is linked with, by the beginning of their names."""
    words = subprocess.run(["ldd", binary], capture_output=True, text=True).stdout
    return {match[1]: match[2] for match in re.finditer(r"(lib\w+)\S* => (\S+)", words)}


def numbers_of(function):
    """The three numbers that a C function writes through pointers."""
    found = [ctypes.c_int() for _ in range(3)]
    function(*map(ctypes.byref, found))
    return ".".join(str(number.value) for number in found)


def library_versions(binary):
    linked = linked_libraries(binary)
    versions = {}
    if path := linked.get("libopenblas"):
        library = ctypes.CDLL(path)
        library.openblas_get_config.restype = library.openblas_get_corename.restype = ctypes.c_char_p
        number = re.search(r"\d+(\.\d+)+", library.openblas_get_config().decode())
        core = library.openblas_get_corename().decode()
        versions["OpenBLAS"] = f"{number[0] if number else '?'} (core {core})"
    if path := linked.get("libhdf5_serial") or linked.get("libhdf5"):
        versions["HDF5"] = numbers_of(ctypes.CDLL(path).H5get_libversion)
    if path := linked.get("libzmq"):
        versions["libzmq"] = numbers_of(ctypes.CDLL(path).zmq_version)
    return versions


def swift_version():
    found = re.search(r"version (\S+)", output("swift", "--version"))
    return found[1] if found else "?"


def versions(binary):
    found = {"platonic": output(binary, "--version").split()[1], "swift": swift_version(), **library_versions(binary)}
    found["python"] = platform.python_version()
    for package in PACKAGES:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            found[package] = "not installed"
    return found


def commit():
    """The commit that was built, and whether files differ from it."""
    changed = output("git", "-C", ROOT, "status", "--porcelain", "--untracked-files=no")
    return output("git", "-C", ROOT, "rev-parse", "--short=12", "HEAD") + (" with changes" if changed else "")
