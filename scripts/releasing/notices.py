"""What is inside a release and under which licences: one text for people, and a bill of materials (CycloneDX) for programs."""

import dataclasses
import hashlib
import json
import pathlib
import re
import subprocess
import uuid

# By the Debian package that a library comes from, or the source package that it was built from.
LICENCES = {
    "curl": "curl",
    "libaec0": "BSD-2-Clause",
    "libgfortran5": "GPL-3.0-or-later WITH GCC-exception-3.1",
    "libhdf5-103-1": "BSD-3-Clause",
    "libhdf5-hl-100": "BSD-3-Clause",
    "liblapacke": "BSD-3-Clause",
    "libopenblas0-pthread": "BSD-3-Clause",
    "libquadmath0": "LGPL-2.1-or-later",
    "libsodium23": "ISC",
    "libsqlite3-0": "blessing",
    "libssl3": "Apache-2.0",
    "libsz2": "BSD-2-Clause",
    "libtmglib3": "BSD-3-Clause",
    "libxxhash0": "BSD-2-Clause",
    "zeromq3": "LGPL-3.0-or-later WITH LGPL-3.0-linking-exception",
    "zlib1g": "Zlib",
}

DOCUMENTS = pathlib.Path("/usr/share/doc")
COMMON = pathlib.Path("/usr/share/common-licenses")


@dataclasses.dataclass(frozen=True)
class Part:
    """Something that is inside, with the text of its licence."""

    name: str
    version: str
    licence: str
    url: str
    text: str
    # Of the file in the release, where it is one by itself.
    file: str | None = None


def said(*words):
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def of_library(library, sources):
    """The part that a library is; `sources` has the unpacked source packages of those that were built for the release."""
    for folder in sources:
        if folder in library.source.parents:
            package, version = re.match(r"(\S+) \(([^)]+)\)", (folder / "debian/changelog").read_text()).groups()
            text = (folder / "debian/copyright").read_text()
            # Minimal builds of a source package, which the packages' own are not.
            url = f"pkg:deb/debian/{package}@{version}?arch=source"
            break
    else:
        package = owner(library.source)
        version, source, source_version = said(
            "dpkg-query", "-W", "-f", "${Version} ${source:Package} ${source:Version}", package
        ).split()
        text = (DOCUMENTS / package / "copyright").read_text(errors="replace")
        url = f"pkg:deb/debian/{package}@{version}?arch=amd64&upstream={source}@{source_version}"
    if package not in LICENCES:
        raise SystemExit(
            f"release: scripts/releasing/notices.py does not know the licence of {package} ({library.name})"
        )
    return Part(library.name, version, LICENCES[package], url, text, f"lib/platonic/{library.own_name}")


def owner(path):
    """The Debian package that has `path`; on systems whose /lib is a link to /usr/lib, packages say either."""
    for candidate in (path, pathlib.Path(str(path).removeprefix("/usr"))):
        found = subprocess.run(["dpkg", "-S", candidate], capture_output=True, text=True)
        if found.returncode == 0:
            return found.stdout.split(":")[0]
    raise SystemExit(f"release: no Debian package has {path}, so that its licence is not known")


def of_swift_packages(checkouts, resolved):
    """The packages that are compiled into the program, by the pins of `resolved` (Package.resolved)."""
    for pin in json.loads(resolved.read_text())["pins"]:
        folder = checkouts / pathlib.PurePath(pin["location"]).name.removesuffix(".git")
        texts = [path.read_text() for path in sorted(folder.glob("*")) if re.match(r"(LICEN[SC]E|NOTICE)", path.name)]
        if not texts:
            raise SystemExit(f"release: {folder} has no licence")
        version = pin["state"].get("version") or pin["state"]["revision"]
        url = f"pkg:swift/{pin['location'].removeprefix('https://').removesuffix('.git')}@{version}"
        yield Part(pin["identity"], version, spdx(texts[0], folder), url, "\n\n".join(texts))


def spdx(text, folder):
    if "Apache License" in text:
        return "Apache-2.0"
    if "Permission is hereby granted, free of charge" in text:
        return "MIT"
    raise SystemExit(f"release: {folder} has a licence that scripts/releasing/notices.py does not know")


def of_swift(toolchain):
    """The runtime and libraries of Swift, and what comes inside of them."""
    version = re.search(r"Swift version (\S+)", said("swift", "--version"))[1]
    text = (toolchain / "share/swift/LICENSE.txt").read_text()
    yield Part("swift", version, "Apache-2.0 WITH Swift-exception", f"pkg:generic/swift@{version}", text)
    icu = (DOCUMENTS / "libicu-dev/copyright").read_text(errors="replace")
    yield Part("ICU, in Swift's Foundation", version, "Unicode-3.0", f"pkg:generic/swift-foundation-icu@{version}", icu)


def licences_text(parts):
    """All licences in one text. Those that Debian's files refer to are in it once, at the end."""
    parts = sorted(parts, key=lambda part: part.name.lower())
    lines = ["platonic is under the Apache License 2.0, whose text is at the end. Inside of this release are also:", ""]
    lines += [f"  {part.name} {part.version}: {part.licence}" for part in parts]
    lines += [
        "",
        "Libraries are files of their own in lib/platonic, and may be replaced. The sources of those under the LGPL and the GPL are",
        "Debian's source packages of the versions above.",
    ]
    # Many have the same text.
    texts = {}
    for part in parts:
        texts.setdefault(part.text.strip(), []).append(f"{part.name} {part.version}")
    for text, names in texts.items():
        lines += ["", "=" * 100, ", ".join(names), "=" * 100, "", text]
    mentioned = {name for text in texts for name in re.findall(r"/usr/share/common-licenses/([A-Za-z0-9.-]*\w)", text)}
    for name in sorted(mentioned | {"Apache-2.0"}):
        if (COMMON / name).exists():
            lines += ["", "=" * 100, name, "=" * 100, "", (COMMON / name).read_text().strip()]
    return "\n".join(lines) + "\n"


def bill_of_materials(version, commit, date, parts, tree):
    """CycloneDX 1.5, as a text; the same for the same release."""
    components = [component(part, tree) for part in sorted(parts, key=lambda part: part.url)]
    name = f"platonic@{version}+{commit}"
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name + json.dumps(components))}",
        "version": 1,
        "metadata": {
            "timestamp": date,
            "component": {
                "type": "application",
                "bom-ref": name,
                "name": "platonic",
                "version": version,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
                "hashes": [digest(tree / "bin/platonic")],
            },
        },
        "components": components,
        "dependencies": [{"ref": name, "dependsOn": [found["bom-ref"] for found in components]}],
    }
    return json.dumps(document, indent=1) + "\n"


def component(part, tree):
    found = {
        "type": "library",
        "bom-ref": f"{part.url}#{part.name}",
        "name": part.name,
        "version": part.version,
        "purl": part.url,
        "licenses": [{"expression": part.licence}],
    }
    if part.file:
        found["hashes"] = [digest(tree / part.file)]
        found["properties"] = [{"name": "platonic:file", "value": part.file}]
    return found


def digest(path):
    return {"alg": "SHA-256", "content": hashlib.sha256(path.read_bytes()).hexdigest()}
