"""What ELF files say of themselves: which libraries they need, which versions of whose symbols, and where they look."""

import dataclasses
import pathlib

from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerNeedSection


@dataclasses.dataclass(frozen=True)
class ElfFacts:
    """Of one program or library."""

    path: pathlib.Path
    soname: str | None
    # Names of libraries, in the order in which the loader takes them.
    needed: tuple[str, ...]
    run_paths: tuple[str, ...]
    # Pairs of a library and the version of a symbol that it has to have, such as ("libm.so.6", "GLIBC_2.29").
    versions: frozenset[tuple[str, str]]


def is_elf(path):
    with open(path, "rb") as file:
        return file.read(4) == b"\x7fELF"


def read(path):
    """Facts of `path`, which has to be an ELF file with a dynamic section."""
    with open(path, "rb") as file:
        elf = ELFFile(file)
        tags = list(elf.get_section_by_name(".dynamic").iter_tags())
        versions = {
            (library.name, version.name)
            for section in elf.iter_sections()
            if isinstance(section, GNUVerNeedSection)
            for library, needed in section.iter_versions()
            for version in needed
        }
        return ElfFacts(
            path=pathlib.Path(path),
            soname=next((tag.soname for tag in tags if tag.entry.d_tag == "DT_SONAME"), None),
            needed=tuple(tag.needed for tag in tags if tag.entry.d_tag == "DT_NEEDED"),
            run_paths=tuple(
                getattr(tag, name)
                for tag in tags
                for kind, name in (("DT_RPATH", "rpath"), ("DT_RUNPATH", "runpath"))
                if tag.entry.d_tag == kind
            ),
            versions=frozenset(versions),
        )


def below(folder):
    """Facts of every ELF file below `folder`, links aside."""
    files = (path for path in sorted(pathlib.Path(folder).rglob("*")) if path.is_file() and not path.is_symlink())
    return [read(path) for path in files if is_elf(path)]
