#!/usr/bin/env python3
"""Writes the colour maps of `Figures` and the colours that its tests hold them to, both from matplotlib.

usage: scripts/make_colour_golden.py     (needs matplotlib and NumPy; tested with matplotlib 3.11)

Sources/Figures/Scales/ColourTables.swift   256 colours a map
Tests/FiguresTests/ColourGolden.swift       colours at positions in [0, 1], by matplotlib's own look-up; contrast ratios by
                                            the formula of WCAG 2.2 in float64
"""

from pathlib import Path

import matplotlib
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
MAPS = {"viridis": "viridis", "cividis": "cividis", "redBlue": "RdBu_r"}


def hexadecimal(rgba):
    return "".join(f"{v:02x}" for v in rgba[:3])


def luminance(colour):
    channels = np.array([int(colour[i : i + 2], 16) for i in (0, 2, 4)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(a, b):
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


def tables():
    lines = [
        "/// The 256 colours of each map, six hexadecimal digits a colour; written by scripts/make_colour_golden.py.",
        "///",
        "/// viridis and cividis are in the public domain (CC0); red-blue is ColorBrewer's RdBu by Cynthia Brewer, interpolated.",
        "enum ColourTables {",
    ]
    for name, source in MAPS.items():
        colours = [hexadecimal(c) for c in matplotlib.colormaps[source](np.arange(256), bytes=True)]
        lines.append(f'    static let {name} = """')
        rows = ["        " + "".join(colours[i : i + 16]) for i in range(0, 256, 16)]
        lines += ["\\\n".join(rows), '        """']
    return "\n".join([*lines, "}", ""])


def golden():
    positions = [0, 0.001, 0.0625, 0.1, 0.25, 1 / 3, 0.499, 0.5, 0.501, 0.625, 2 / 3, 0.75, 0.9, 0.999, 1]
    lines = ["/// Written by scripts/make_colour_golden.py.", "enum ColourGolden {"]
    lines.append("    static let colours: [(map: String, position: Double, hex: String)] = [")
    for name, source in MAPS.items():
        for p in positions:
            colour = hexadecimal(matplotlib.colormaps[source](float(p), bytes=True))
            lines.append(f'        ("{name}", {float(p)!r}, "#{colour}"),')
    lines += ["    ]", "    static let contrasts: [(first: String, second: String, ratio: Double)] = ["]
    pairs = [
        ("000000", "ffffff"),
        ("777777", "ffffff"),
        ("0072b2", "ffffff"),
        ("440154", "fde725"),
        ("d55e00", "009e73"),
    ]
    lines += [f'        ("#{a}", "#{b}", {contrast(a, b)!r}),' for a, b in pairs]
    return "\n".join([*lines, "    ]", "}", ""])


(ROOT / "Sources/Figures/Scales/ColourTables.swift").write_text(tables())
(ROOT / "Tests/FiguresTests/ColourGolden.swift").write_text(golden())
