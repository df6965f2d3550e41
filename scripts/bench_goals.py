"""What is wanted of this machine's numbers: every goal of the benchmarks, in one place."""

import dataclasses

import bench_rows


@dataclasses.dataclass(frozen=True)
class Goal:
    """Bounds of a row's `value`, in the row's unit, or of its `ratio`; `ending` says of what, for the text."""

    quantity: str
    least: float | None = None
    most: float | None = None
    ending: str = ""

    def met(self, found):
        value = found[self.quantity]
        if value is None:
            return None
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)

    def text(self):
        bounds = {"at least": self.least, "at most": self.most}
        if None not in bounds.values():
            bounds = {f"{self.least:g} to": self.most}
        words, bound = next((words, bound) for words, bound in bounds.items() if bound is not None)
        return f"{words} {bound:g} {self.ending}".strip()


def faster(times):
    return Goal("ratio", least=times, ending="times faster")


def share(most=None, least=None):
    return Goal("ratio", least, most, "of it")


def at_most(value, unit):
    return Goal("value", most=value, ending=unit)


# By section and name; "*" is any name.
GOALS = {
    "neighbours": {
        "a layer, beside faiss": faster(4), "a layer, beside ssyrk": share(0.6),
        "a whole sweep of the layer, beside faiss's search": faster(2.5),
    },
    "large-layer": {
        "the layer, beside ssyrk": share(0.6), "peak memory of the worker": at_most(4, "GiB"),
        "that sweep by two workers": faster(1.8),
    },
    "million": {
        "the whole sweep, beside faiss's search": faster(6), "peak memory of both workers": at_most(8, "GiB"),
        "the plan beside the sweep": share(1.3, 0.7),
    },
    "memory": {"*": share(1)},
    "tiles": {
        "mutual_knn": at_most(5, "µs"), "mutual_knn 1:100": at_most(80, "µs"), "cknna": at_most(60, "µs"),
        "cycle_knn": at_most(60, "µs"), "lcs_knn": at_most(150, "µs"), "edit_distance_knn": at_most(150, "µs"),
        "svcca": at_most(30, "µs"), "cka and unbiased_cka": share(least=0.7),
        "basis, falling spectrum": at_most(40, "ms"), "basis, nothing stands out": at_most(400, "ms"),
    },
    "calibration": {"all permutations": at_most(45, "s"), "a layer pair under a permutation": at_most(0.35, "µs")},
    "figure3": {
        "two workers, beside the least": share(0.9), "two workers, beside per pair": faster(1000),
        "two workers over one": Goal("value", least=1.9, ending="times faster"), "coordination": at_most(3, "%"),
    },
    "score": {"score, the first time": at_most(0.7, "s"), "score, again": at_most(0.5, "s")},
    "page": {"its page": at_most(15, "MB"), "an answer to the pointer": at_most(50, "ms")},
    "plan": {"*": share(1.3, 0.7)},
    "cluster-plan": {
        "1 workers, from trials": share(1.3, 0.7), "2 workers, from trials": share(1.3, 0.7),
        "figure 3, ten times its samples, for 3,200 workers": at_most(60, "s"), "memory of that plan": at_most(2, "GiB"),
        "*": share(1.1, 0.9),
    },
}  # fmt: skip


def judge(section, rows, complete=True):
    """Gives `rows` their section and goals, and adds a row for each goal of which nothing was measured.

    Goals are for the sizes of a whole run: unless it is `complete`, they are told and not judged.
    """
    goals = GOALS.get(section, {})
    judged = []
    for found in rows:
        goal = goals.get(found["name"], goals.get("*"))
        judged.append({
            "section": section, **found, "goal": goal and goal.text(),
            "meets": goal.met(found) if goal and complete else None,
        })  # fmt: skip
    for name in [name for name in goals if name not in {"*", *(found["name"] for found in rows)}]:
        judged.append({"section": section, **bench_rows.row(name, None, ""), "goal": goals[name].text(), "meets": None})
    return judged
