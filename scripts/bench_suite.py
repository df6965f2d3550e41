#!/usr/bin/env python3
"""Runs all benchmarks and yields one table, a JSON file with everything, and BENCHMARKS.md from that file.

usage: scripts/bench [--quick] [--only NAME[,NAME] [--update]] [--runs N] [--json FILE] [--markdown FILE] [FOLDER OF STORES]
       scripts/bench_suite.py --render FILE.json [--markdown FILE]

Each part is a program of its own (scripts/bench_*.py), so that one that fails leaves the others alone: its section says
so, and the exit status is 1. Goals are in scripts/bench_goals.py. A whole run writes BENCHMARKS.md; one that is quick
or of some parts only does so where it is told to. With --update some parts are measured anew and the others are kept as
the JSON file has them, if they were measured on the same machine; each section says when and at which commit it was.
"""

import argparse
import collections
import dataclasses
import datetime
import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile
import time

SCRIPTS = pathlib.Path(__file__).resolve().parent
ROOT = SCRIPTS.parent
sys.path.insert(0, str(SCRIPTS))

import bench_goals  # noqa: E402
import bench_machine  # noqa: E402
import bench_report  # noqa: E402
from bench_program import THREADS  # noqa: E402


@dataclasses.dataclass(frozen=True)
class Section:
    name: str
    title: str
    about: str
    script: str
    # Where {programs} and {stores} stand for folders.
    words: str
    quick: str
    # Of what is compared with.
    threads: int = 2
    # Runs at most: some take long enough to need no more.
    runs: int = 100
    # Whether it only runs where it is asked for by its name.
    is_asked_for: bool = False
    # Whether a quick run measures what the goals are for.
    quick_is_complete: bool = False


SECTIONS = [
    Section(
        "neighbours", "Neighbours of a layer in memory",
        "Exact k nearest neighbours of every sample of a layer among all others, with all that a layer takes: clipping,"
        " normalising, centring, and refining in float64. Beside an exact search by faiss, which normalises nothing "
        "while the clock runs, beside the symmetric product alone, and beside usearch, which is not exact in integers.",
        "bench_neighbours.py", "--programs {programs}", "--n 6000"),
    Section(
        "large-layer", "One large layer from HDF5",
        "A sweep of one model with one layer against itself by one worker with two threads that may use 4 GiB.",
        "bench_large_layer.py", "--binary {programs}/platonic", "--n 20000", runs=3),
    Section(
        "million", "A million samples",
        "A sweep of two models of one layer by two workers that share 8 GiB, from stores to results, and what was predicted of it, before and "
        "on the way; and a sweep of fewer samples of which a worker, and then every process, was killed with SIGKILL. A single run.",
        "bench_million.py", "--binary {programs}/platonic", "--n 50000 --killed-n 60000", runs=1, is_asked_for=True),
    Section(
        "memory", "Memory of a worker",
        "What a worker takes at most for each kind of artifact, the program itself aside, where it is given the least that "
        "`platonic plan` says it needs: n = 8,000, three layers.",
        "bench_memory.py", "--binary {programs}/platonic", "--n 2000", runs=1),
    Section(
        "tiles", "Metrics of a tile",
        "What a pair of layers costs once their artifacts are in memory: n = 1024, k = 10, on one core; medians for "
        "neighbour metrics, the least of several runs for others. What is once for a layer is not part of it.",
        "bench_tiles.py", "--programs {programs}", "--quick", threads=1),
    Section(
        "calibration", "Calibration by permutation",
        "The permutations of a sweep: what a whole sweep with them takes more than one without, artifacts at hand both "
        "times; the maximum over layers, the largest z, last layers, matched depth and mean of every model pair.",
        "bench_calibration.py", "--binary {programs}/platonic", "--models 5 --permutations 200", threads=1, runs=3),
    Section(
        "intervals", "Intervals by subsamples",
        "What scores in subsamples of half of the samples take, beside NumPy with every layer's similarities at hand and one thread; and "
        "expected scores of smaller galleries.",
        "bench_intervals.py", "--binary {programs}/platonic", "--models 2 --layers 8 --subsamples 60", threads=1, runs=3),
    Section(
        "metrics", "Metrics beside NumPy",
        "Every metric per pair of layers, from the stage of tiles of whole sweeps with all artifacts at hand, beside "
        "NumPy and SciPy with the same at hand, and with everything recomputed for each pair; one thread each.",
        "bench_metrics.py", "{stores} --binary {programs}/platonic", "--layers 6 --pairs 2", threads=1),
    Section(
        "figure3", "The paper's figure 3",
        "mutual_knn of 12 language against 17 vision models, synthetic but of their shapes, from stores in the page "
        "cache to results, nothing cached; beside the time of all layers' symmetric products and of reading all bytes, "
        "and beside recomputing every pair in NumPy, extrapolated from a sample.",
        "bench_figure3.py", "--binary {programs}/platonic --scale 1", "--scale 0.125 --pairs 10"),
    Section(
        "score", "One model against references",
        "`platonic_sweep.score` of features in memory against references of 17 models, process start and stores included.",
        "bench_score.py", "--binary {programs}/platonic", "--scale 0.25", runs=5),
    Section(
        "page", "The report of a large sweep",
        "`platonic report` of invented results of 200 models by ten metrics with all statistics: its page's size, and how soon it answers the "
        "pointer in a headless Chromium.",
        "bench_page.py", "--binary {programs}/platonic", "--models 100", runs=5),
    Section(
        "plan", "Predictions",
        "What `platonic plan` says of six sweeps that differ in everything, beside what they take: 1 is a true "
        "prediction.",
        "bench_plan.py", "--binary {programs}/platonic", "", runs=3, quick_is_complete=True),
    Section(
        "cluster-plan", "Predictions for a cluster",
        "What `platonic plan --hosts` simulates, beside what takes place: sweeps of one and two workers, one a core, and "
        "workers of a real coordinator that only wait; and what it takes to plan figure 3 for 3,200 workers. 1 is a true "
        "prediction.",
        "bench_cluster_plan.py", "--binary {programs}/platonic", "--samples 1024", runs=3),
    Section(
        "cluster", "A coordinator",
        "Work items that are empty, over sockets of this machine, beside Dask's map of a function that does nothing.",
        "bench_cluster.py", "--binary {programs}/platonic", "--tiles 100000 --workers 1000"),
    Section(
        "maps", "Maps of models",
        "UMAP of the distances between models, beside umap-learn, which is warm and has one thread.",
        "bench_projection.py", "--binary {programs}/projection-bench 78 2000", "", threads=1),
    Section(
        "sweep", "A whole sweep beside recomputing every pair",
        "All layers of all stores of a folder against each other, as whole processes, beside each pair recomputed in "
        "NumPy, extrapolated from a sample.",
        "bench_per_pair.py", "{stores} --binary {programs}/platonic", "--pairs 40"),
]  # fmt: skip


def run_part(section, options, folders):
    """The rows of a part, and why it failed if it did; what it prints goes to stderr as it comes."""
    words = [word.format(**folders) for word in shlex.split(section.words)]
    if options.quick:
        words += shlex.split(section.quick)
    words += ["--runs", str(min(options.runs or (2 if options.quick else 5), section.runs))]
    environment = dict(os.environ, **{variable: str(section.threads) for variable in THREADS})
    last = collections.deque(maxlen=3)
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "rows.json"
        command = [sys.executable, "-u", SCRIPTS / section.script, *words, "--json", path]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                              env=environment) as process:  # fmt: skip
            for line in process.stdout:
                print(f"  {line}", end="", file=sys.stderr, flush=True)
                if line.strip():
                    last.append(line.strip())
        if process.returncode == 0 and path.exists():
            return json.loads(path.read_text())["rows"], None
    return [], f"exit status {process.returncode}: {' '.join(last)[-500:]}"


def measure(options):
    programs = options.programs.resolve()
    folders = {"programs": programs, "stores": options.stores}
    binary = programs / "platonic"
    # Without places, which are this machine's alone.
    words = ["scripts/bench", *(["--quick"] if options.quick else [])]
    if options.only:
        words += ["--only", "NAME", "--update"] if options.update else ["--only", ",".join(options.only)]
    words += ["--runs", str(options.runs)] if options.runs else []
    found = {
        "machine": bench_machine.machine(), "versions": bench_machine.versions(binary), "command": " ".join(words),
        "quick": options.quick, "sections": [], "rows": [],
    }  # fmt: skip
    kept = earlier(options, found) if options.update else None
    for section in SECTIONS:
        if section.name not in options.only if options.only else section.is_asked_for:
            if kept:
                found["sections"] += [old for old in kept["sections"] if old["name"] == section.name]
                found["rows"] += [old for old in kept["rows"] if old["section"] == section.name]
            continue
        print(f"{section.title} ({section.name})", file=sys.stderr, flush=True)
        start = time.monotonic()
        about = {
            "date": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC"),
            "commit": bench_machine.commit(), "load_before": os.getloadavg(),
        }  # fmt: skip
        rows, failure = run_part(section, options, folders)
        found["sections"].append({
            "name": section.name, "title": section.title, "about": section.about, "failure": failure,
            "seconds": time.monotonic() - start, **about, "load_after": os.getloadavg(),
        })  # fmt: skip
        found["rows"] += bench_goals.judge(section.name, rows, section.quick_is_complete or not options.quick)
        # After every part, so that whoever stops the others has what there is.
        remember(options, found, kept)
    remember(options, found, None)


def remember(options, found, kept):
    """Writes what is `found`, and of `kept` the sections that are still to come."""
    written = dict(found)
    if kept:
        names = {section["name"] for section in found["sections"]}
        for key, name in (("sections", "name"), ("rows", "section")):
            written[key] = found[key] + [old for old in kept[key] if old[name] not in names]
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(written, indent=2, ensure_ascii=False) + "\n")


def earlier(options, found):
    """What the JSON file has, which must be of this machine, these versions and sizes."""
    if not options.json.exists():
        return None
    kept = json.loads(options.json.read_text())
    for name in ("machine", "versions", "quick"):
        if kept[name] != found[name]:
            raise SystemExit(f"{options.json}: measured with another {name}: measure everything anew, without --update")
    return kept


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stores", nargs="?", metavar="FOLDER OF STORES")
    parser.add_argument("--quick", action="store_true", help="smaller sizes and fewer runs: does everything work?")
    parser.add_argument("--only", type=lambda text: text.split(","), help=", ".join(part.name for part in SECTIONS))
    parser.add_argument("--update", action="store_true", help="keep the other parts that the JSON file has")
    parser.add_argument("--runs", type=int, help="(default: 5, quickly 2)")
    parser.add_argument("--json", type=pathlib.Path, default=ROOT / ".build/benchmarks.json")
    parser.add_argument("--markdown", type=pathlib.Path)
    parser.add_argument("--programs", type=pathlib.Path, help="the folder of what was built")
    parser.add_argument("--render", type=pathlib.Path, metavar="FILE.json", help="measure nothing")
    options = parser.parse_args()
    if unknown := set(options.only or []) - {section.name for section in SECTIONS}:
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(s.name for s in SECTIONS)}")
    if not options.render:
        if not options.programs:
            parser.error("measuring needs --programs; scripts/bench gives it")
        shared = ROOT.parent / "shared/features"
        options.stores = options.stores or (shared if shared.is_dir() else ROOT / "Sources/platonic/Resources/demo")
        measure(options)
        if not options.markdown and not options.quick and (options.update or not options.only):
            options.markdown = ROOT / "BENCHMARKS.md"
    found = json.loads((options.render or options.json).read_text())
    print(bench_report.terminal(found))
    if options.markdown:
        options.markdown.write_text(bench_report.markdown(found))
    return 1 if any(section["failure"] for section in found["sections"]) else 0


if __name__ == "__main__":
    sys.exit(main())
