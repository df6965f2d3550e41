"""What numbers were measured on, and with which versions of everything."""

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


def library_versions(binary):
    """What the program says of the libraries that it runs with, by their names."""
    lines = subprocess.run([binary, "--version"], capture_output=True, text=True).stdout.splitlines()
    words = dict(line.split(maxsplit=1) for line in lines)
    return {name: words[name] for name in ("OpenBLAS", "HDF5", "libzmq") if name in words}


def blas_core(binary):
    """The processor whose kernels of OpenBLAS the program uses."""
    return library_versions(binary)["OpenBLAS"].split()[-1]


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
