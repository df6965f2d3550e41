"""The files that are handed out. The same tree gives the same bytes: entries are sorted, and have one owner and one time."""

import os
import subprocess
import sys
import tarfile


def tarball(tree, path, seconds):
    """`tree` under its own name, compressed with xz."""

    def plain(entry):
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = ""
        entry.mtime = seconds
        entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
        return entry

    with tarfile.open(path, "w:xz", preset=6) as archive:
        for member in sorted([tree, *tree.rglob("*")]):
            archive.add(
                member, f"{tree.name}/{member.relative_to(tree)}".removesuffix("/."), recursive=False, filter=plain
            )


def wheel(package, tree, tag, folder, seconds):
    """Builds `package`, a folder with pyproject.toml, with `tree` inside; `tag` is the platform's."""
    environment = os.environ | {
        "PLATONIC_RELEASE_TREE": str(tree),
        "PLATONIC_RELEASE_TAG": tag,
        "SOURCE_DATE_EPOCH": str(seconds),
    }
    words = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(words, check=True, cwd=package, env=environment, stdout=subprocess.DEVNULL)
    return max(folder.glob("platonic_sweep-*.whl"), key=os.path.getmtime)
