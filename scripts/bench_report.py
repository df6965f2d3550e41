"""Renders what a run of the benchmarks wrote: the table of a terminal, and BENCHMARKS.md."""

import itertools

import bench_rows

HEADINGS = ["", "platonic", "beside", "ratio", "goal", ""]


def by_section(found):
    """Every section with its rows, in the order in which they ran."""
    rows = {name: list(group) for name, group in itertools.groupby(found["rows"], key=lambda row: row["section"])}
    return [(section, rows.get(section["name"], [])) for section in found["sections"]]


def terminal(found):
    lines = []
    for section, rows in by_section(found):
        lines += ["", section["title"]]
        if section["failure"]:
            lines.append(f"  FAILED: {section['failure']}")
        if rows:
            lines += [f"  {line}" for line in bench_rows.table(rows)]
    return "\n".join([*lines, "", verdict(found)])


def verdict(found):
    """How many goals were met, and which were not."""
    judged = [row for row in found["rows"] if row["meets"] is not None]
    unmet = [f"{row['section']}: {row['name']}" for row in judged if not row["meets"]]
    others = sum(row["goal"] is not None and row["meets"] is None for row in found["rows"])
    sentences = [f"{len(judged) - len(unmet)} of {len(judged)} goals are met."] if judged else []
    if unmet:
        sentences.append(f"Not met: {'; '.join(unmet)}.")
    if others:
        sentences.append(f"{others} {'goal was' if others == 1 else 'goals were'} not measured or not judged.")
    return " ".join(sentences) or "No goals are set for what was measured."


def pipes(cells):
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def markdown_table(rows):
    lines = [bench_rows.cells(row) for row in rows]
    for cells in lines:
        cells[4] = cells[4].replace("NOT MET", "**not met**")
    kept = [place for place in range(len(HEADINGS)) if place < 2 or any(cells[place] for cells in lines)]
    head = [[HEADINGS[place] for place in kept], ["---" if place != 1 else "---:" for place in kept]]
    return [pipes(cells) for cells in head + [[cells[place] for place in kept] for cells in lines]]


def facts(values):
    return ", ".join(f"{name} {value}" for name, value in values.items() if value)


def measured(section):
    """When a section was measured, of what, and beside what else."""
    load = " to ".join(f"{section[f'load_{when}'][0]:.2f}" for when in ("before", "after"))
    return f"Measured on {section['date']} at commit {section['commit']}; load average {load}."


def markdown(found):
    machine = dict(found["machine"])
    processor, cores = machine.pop("processor"), machine.pop("cores")
    lines = [
        "# Benchmarks", "",
        f"Measured by `{found['command']}`, and written from its JSON (`scripts/bench_suite.py --render`), never by hand.", "",
        f"- Machine: {processor}, {cores} cores; {facts(machine)}.",
        f"- Versions: {facts(found['versions'])}.",
        f"- {verdict(found)}", "",
        "Times are medians of several runs, unless a section says otherwise, and what is compared runs on this machine",
        "in the same run. *n times faster* is the time of what stands beside over ours, or our rate over its; *x of",
        "it* is our value over that of what stands beside, such as the symmetric matrix product (ssyrk) on as many",
        "threads, which cannot be done without. What recomputing every pair of layers would take is extrapolated from",
        "a sample of the pairs, and said to be.",
    ]  # fmt: skip
    if found["quick"]:
        lines += ["", "**A quick run: sizes are smaller than those that goals are for, which are not judged.**"]
    for section, rows in by_section(found):
        lines += ["", f"## {section['title']}", "", section["about"], "", measured(section)]
        if section["failure"]:
            lines += ["", f"**This part failed:** {section['failure']}"]
        if rows:
            lines += ["", *markdown_table(rows)]
    return "\n".join(lines) + "\n"
