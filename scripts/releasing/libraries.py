"""The libraries of a release: found, copied under names of their own, and told to find each other beside themselves.

The names carry a digest of the file, so that no other library of the same name is taken for one, whatever LD_LIBRARY_PATH says and
whatever the process that started the program has loaded.
"""

import dataclasses
import hashlib
import pathlib
import re
import shutil
import subprocess

from releasing import elf_files

# What every system has, and has to be its own: glibc, and the runtimes of its compiler, which are newer wherever glibc is.
HOST = {"libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "ld-linux-x86-64.so.2"} | {
    "libstdc++.so.6",
    "libgcc_s.so.1",
}

# OpenBLAS has all of both; distributions have these names for whichever library is chosen to stand in.
STANDS_FOR = {"libblas.so.3": "libopenblas.so.0", "liblapack.so.3": "libopenblas.so.0"}


@dataclasses.dataclass(frozen=True)
class Library:
    """One library of a release."""

    # As programs ask for it.
    name: str
    # The file that it is a copy of, and its name in the release.
    source: pathlib.Path
    own_name: str


def canonical(name):
    return STANDS_FOR.get(name, name)


def system_paths():
    """Where the dynamic loader of this machine finds each library."""
    lines = subprocess.run(["/sbin/ldconfig", "-p"], check=True, capture_output=True, text=True).stdout.splitlines()
    found = {}
    for line in lines:
        if match := re.fullmatch(r"\s*(\S+) \(libc6,x86-64.*\) => (\S+)", line):
            found.setdefault(match[1], pathlib.Path(match[2]))
    return found


def own_name(name, path):
    """`libcurl.so.4` becomes `libcurl-1a2b3c4d.so.4`."""
    stem, dot, suffix = name.partition(".so")
    return f"{stem}-{hashlib.sha256(path.read_bytes()).hexdigest()[:8]}{dot}{suffix}"


def find(program, built):
    """Every library that `program` needs and that is not the host's, those of the folder `built` before the system's."""
    system = system_paths()
    found, waiting = {}, list(elf_files.read(program).needed)
    while waiting:
        name = canonical(waiting.pop())
        if name in HOST or name in found:
            continue
        path = built / name if (built / name).exists() else system.get(name)
        if path is None:
            raise SystemExit(f"release: {name}, which is needed, is not on this machine")
        path = path.resolve()
        found[name] = Library(name, path, own_name(name, path))
        waiting += elf_files.read(path).needed
    return sorted(found.values(), key=lambda library: library.name)


def copy(program, libraries, tree):
    """Puts `program` into `tree`/bin and its libraries into `tree`/lib/platonic, without symbols for debuggers."""
    (tree / "bin").mkdir(parents=True)
    (tree / "lib/platonic").mkdir(parents=True)
    place(program, tree / "bin/platonic", libraries, "$ORIGIN/../lib/platonic")
    for library in libraries:
        target = tree / "lib/platonic" / library.own_name
        place(library.source, target, libraries, "$ORIGIN")
        patch(target, "--set-soname", library.own_name)


def place(source, target, libraries, run_path):
    shutil.copyfile(source, target)
    target.chmod(0o755)
    # Before it is patched: strip may undo what was moved.
    subprocess.run(["strip", "--strip-unneeded", target], check=True)
    own_names = {library.name: library.own_name for library in libraries}
    words = []
    for name in elf_files.read(target).needed:
        if replacement := own_names.get(canonical(name)):
            words += ["--replace-needed", name, replacement]
    patch(target, "--set-rpath", run_path, *words)


def patch(path, *words):
    subprocess.run(["patchelf", *words, path], check=True)
