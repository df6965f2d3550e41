"""Makes the tarball and the wheel of a program that was built for it: `scripts/release` does both.

The libraries that the program needs, glibc's and the compiler's runtimes aside, go in under names of their own. What the oldest system is
that it all runs on is found by looking at every symbol of every file, and is what the wheel's tag and the tarball's name say.
"""

import argparse
import datetime
import pathlib
import shutil
import subprocess
import zipfile

from releasing import archives, elf_files, libraries, notices, platform_tag

ROOT = pathlib.Path(__file__).resolve().parents[1]

# Each shell's completions, by where a prefix such as /usr/local or ~/.local has them.
COMPLETIONS = {
    "bash": "bash-completion/completions/platonic",
    "zsh": "zsh/site-functions/_platonic",
    "fish": "fish/vendor_completions.d/platonic.fish",
}


def said(*words):
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def documents(tree):
    """Completions, manual page, data of the demo and of the study of colour, and texts."""
    program, share = tree / "bin/platonic", tree / "share"
    for shell, place in COMPLETIONS.items():
        (share / place).parent.mkdir(parents=True)
        (share / place).write_text(said(program, "--generate-completion-script", shell))
    (share / "man/man1").mkdir(parents=True)
    manual = said(ROOT / ".build-venv/bin/python", ROOT / "scripts/make_manual.py", "--binary", program)
    (share / "man/man1/platonic.1").write_text(manual)
    for data in ["demo", "colour"]:
        shutil.copytree(ROOT / "Sources/platonic/Resources" / data, share / "platonic" / data)
    (share / "doc/platonic").mkdir(parents=True)
    shutil.copy(ROOT / "LICENSE", share / "doc/platonic/LICENSE")
    shutil.copytree(ROOT / "Schemas", share / "doc/platonic/Schemas")


def parts_of(arguments, found):
    sources = [path for path in arguments.sources.resolve().iterdir() if (path / "debian/changelog").exists()]
    toolchain = pathlib.Path(shutil.which("swift")).resolve().parents[1]
    return [
        *(notices.of_library(library, sources) for library in found),
        *notices.of_swift_packages(arguments.checkouts, ROOT / "Package.resolved"),
        *notices.of_swift(toolchain),
    ]


def sizes(wheel):
    """What takes how much of a wheel, the largest first, as a text."""
    with zipfile.ZipFile(wheel) as archive:
        entries = sorted(archive.infolist(), key=lambda entry: -entry.compress_size)
    lines = [
        f"{entry.compress_size / 1e6:8.2f} MB of {entry.file_size / 1e6:7.2f}  {entry.filename}" for entry in entries
    ]
    return "\n".join(lines[:16])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, text in (
        ("--program", "the program, with Swift's runtime inside"),
        ("--built", "the folder of libraries that were built for the release"),
        ("--sources", "the folder of their unpacked source packages"),
        ("--checkouts", "the folder of the Swift packages"),
        ("--work", "a folder for what is made on the way"),
        ("--output", "the folder for tarball and wheel"),
    ):
        parser.add_argument(name, required=True, type=pathlib.Path, help=text)
    parser.add_argument(
        "--at-most", help="fail where an older system is asked for than this tag, such as manylinux_2_34"
    )
    parser.add_argument("--commit", required=True)
    parser.add_argument("--seconds", required=True, type=int, help="the time of that commit")
    arguments = parser.parse_args()

    version = said(arguments.program, "--version").split()[1]
    tree = arguments.work.resolve() / f"platonic-{version}-linux-x86_64"
    shutil.rmtree(tree, ignore_errors=True)
    found = libraries.find(arguments.program, arguments.built)
    libraries.copy(arguments.program, found, tree)
    facts = elf_files.below(tree)
    if extra := platform_tag.outside(facts) - libraries.HOST:
        raise SystemExit(f"release: {', '.join(sorted(extra))} would have to be on every system")
    if arguments.at_most:
        policy = next(policy for policy in platform_tag.policies() if policy["name"] == arguments.at_most)
        if said_against := list(platform_tag.complaints(facts, policy)):
            raise SystemExit(f"release: not for {arguments.at_most}: " + "; ".join(said_against))
    tag = f"{platform_tag.find(facts)}_x86_64"
    documents(tree)

    date = datetime.datetime.fromtimestamp(arguments.seconds, datetime.UTC).isoformat().replace("+00:00", "Z")
    parts = parts_of(arguments, found)
    notes = tree / "share/doc/platonic"
    (notes / "LICENCES-OF-PARTS.txt").write_text(notices.licences_text(parts))
    (notes / "sbom.cdx.json").write_text(notices.bill_of_materials(version, arguments.commit, date, parts, tree))
    (notes / "platform").write_text(tag + "\n")

    arguments.output.mkdir(parents=True, exist_ok=True)
    packed = arguments.output / f"platonic-{version}-{tag}.tar.xz"
    archives.tarball(tree, packed, arguments.seconds)
    wheel = archives.wheel(ROOT / "deploy/python", tree, tag, arguments.output.resolve(), arguments.seconds)
    print(sizes(wheel))
    for path in (packed, wheel):
        print(f"{path.stat().st_size / 1e6:8.2f} MB  {path.name}")
    print(f"release: every symbol of {len(facts)} files is in {tag}")


if __name__ == "__main__":
    main()
