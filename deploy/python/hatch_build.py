"""Puts a release's tree into the wheel. Without one, as in `pip install -e deploy/python`, the package has no program of its own and runs the
one that PLATONIC_BINARY names or PATH has.
"""

import os
import pathlib

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# What shells and man look for below a prefix, such as that of a virtual environment or ~/.local.
SHARED = ("man", "bash-completion", "zsh", "fish")


class ReleaseTree(BuildHookInterface):
    def initialize(self, version, build_data):
        tree = os.environ.get("PLATONIC_RELEASE_TREE")
        if tree is None:
            return
        tree = pathlib.Path(tree)
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{os.environ['PLATONIC_RELEASE_TAG']}"
        for folder in ("bin", "lib", "share/platonic", "share/doc/platonic"):
            build_data["force_include"][str(tree / folder)] = f"platonic_sweep/program/{folder}"
        for folder in SHARED:
            build_data["shared_data"][str(tree / "share" / folder)] = f"share/{folder}"
