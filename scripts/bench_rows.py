"""The one form in which benchmarks tell what they measured, and how people read it.

A row is a dictionary: section, name, value, unit, peer, peer_value, compared, ratio, goal, meets, note. `compared` says
what the ratio means: "faster", how many times faster than the peer, or "share", how much of the peer's value.
"""

import json
import math

# Seconds in a unit of time, largest first.
TIMES = {"s": 1, "ms": 1e-3, "µs": 1e-6, "ns": 1e-9}
SIZES = {"GiB": 2**30, "MiB": 2**20, "KiB": 2**10, "B": 1}


def row(name, value, unit, peer=None, peer_value=None, compared="faster", note=None):
    """A row whose ratio follows from both values; units that end in /s are rates, of which more is better."""
    ratio = None
    if value and peer_value:
        of_peer = value / peer_value
        ratio = of_peer if compared == "share" or unit.endswith("/s") else 1 / of_peer
    return {"name": name, "value": value, "unit": unit, "peer": peer, "peer_value": peer_value,
            "compared": compared if ratio else None, "ratio": ratio, "note": note}  # fmt: skip


def three_digits(value):
    if not value or not math.isfinite(value):
        return f"{value:g}"

    def places(number):
        return 2 - math.floor(math.log10(abs(number)))

    value = round(value, places(value))
    return f"{value:,.{max(places(value), 0)}f}"


def shown(value, unit):
    """A value as people read it: 0.00123 s as 1.23 ms."""
    if value is None:
        return ""
    for scales, base in ((TIMES, "s"), (SIZES, "B")):
        if unit in scales:
            value *= scales[unit]
            unit = next((name for name, size in scales.items() if abs(value) >= 0.9995 * size), base)
            value /= scales[unit]
    return f"{three_digits(value)} {unit}".strip()


def shown_ratio(found):
    if found["ratio"] is None:
        return ""
    if found["compared"] == "share":
        return f"{found['ratio']:.2f} of it"
    if found["ratio"] < 1:
        return f"{three_digits(1 / found['ratio'])} times slower"
    return f"{three_digits(found['ratio'])} times faster"


def shown_peer(found):
    return " ".join(filter(None, [found["peer"], shown(found["peer_value"], found["unit"])]))


def shown_goal(found):
    """The goal, and whether it is met: plainly, where it is not."""
    if not found.get("goal"):
        return ""
    if found["value"] is None:
        return f"{found['goal']}: not measured"
    return f"{found['goal']}: " + {True: "met", False: "NOT MET", None: "not judged"}[found["meets"]]


def cells(found):
    """The columns of a table: what, ours, beside what, ratio, goal, note."""
    return [
        found["name"], shown(found["value"], found["unit"]), shown_peer(found), shown_ratio(found), shown_goal(found),
        found["note"] or "",
    ]  # fmt: skip


def table(rows):
    """Lines of columns, of which those that are empty in all rows are left out."""
    columns = [column for column in zip(*map(cells, rows), strict=True) if any(column)]
    widths = [max(map(len, column)) for column in columns]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in zip(*columns, strict=False)
    ]


def finish(rows, path):
    """What every part does at its end: prints its rows, and writes them to `path` if there is one."""
    print("\n".join(table(rows)))
    if path:
        path.write_text(json.dumps({"rows": rows}, indent=2) + "\n")
