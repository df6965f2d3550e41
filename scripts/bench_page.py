#!/usr/bin/env python3
"""Times the report of a large sweep: how long it is made, how large its page is, and how soon the page answers the pointer.

usage: scripts/bench_page.py --binary PLATONIC [--models 200] [--layers 2] [--runs 5] [--json FILE]

Results are invented (make_example_results.py --statistics): ten metrics with permutations and intervals. The page is opened in a headless
Chromium, unfolded by the choice of a metric, and a pointer goes over cells of the heatmap of all models: each answer is the time from the
pointer's event to the frame after what it said, in the page's own clock; a choice is timed up to the page's new layout. The peer is a page of 60 models, the same otherwise.
"""

import argparse
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import bench_rows
from bench_program import environment

SCRIPTS = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(SCRIPTS.parent / "Tests/Interop"))

from browser import browser  # noqa: E402

PEER_MODELS, METRIC, STEPS = 60, "cknna", 40

WATCH = """
globalThis.late = [];
addEventListener('pointermove', event => requestAnimationFrame(
  () => setTimeout(() => late.push(performance.now() - event.timeStamp))));
1
"""
CELLS = """
(() => {
  const svg = [...document.querySelectorAll('figure svg')].find(e => e.checkVisibility()
    && (e.getAttribute('aria-label') ?? '').startsWith('METRIC') && e.querySelector('.cells'));
  svg.scrollIntoView({ block: 'start' });
  const cells = svg.querySelector('.cells').getBoundingClientRect();
  return [cells.left, cells.top, Math.min(cells.right, innerWidth), Math.min(cells.bottom, innerHeight)];
})()
""".replace("METRIC", METRIC)
CHOOSE = """
(() => {
  const select = document.querySelector('form.bar select[aria-label="metric"]');
  select.value = 'METRIC';
  const start = performance.now();
  select.dispatchEvent(new Event('change', { bubbles: true }));
  document.body.getBoundingClientRect();
  return performance.now() - start;
})()
""".replace("METRIC", METRIC)


def report(options, folder, models):
    """Seconds that `platonic report` takes for a sweep of so many models, and its page."""
    results = folder / f"{models}.h5"
    maker = [SCRIPTS / "make_example_results.py", results, "--models", models, "--layers", options.layers]
    subprocess.run([sys.executable, *map(str, maker), "--statistics"], check=True, stdout=subprocess.DEVNULL)
    output = folder / f"report {models}"
    seconds = []
    for _ in range(options.runs):
        start = time.perf_counter()
        words = [options.binary.resolve(), "report", results, "--output", output]
        subprocess.run([str(word) for word in words], check=True, env=environment(), stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)  # fmt: skip
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), output / "report.html"


def answers(page, runs):
    """Milliseconds until the page has answered each of many movements, and until a choice was carried out, in each of `runs` windows."""
    hovers, choices = [], []
    for _ in range(runs):
        with browser(width=1280, height=1000) as window:
            window.open(page.resolve().as_uri())
            choices.append(window.value(CHOOSE))
            left, top, right, bottom = window.value(CELLS)
            window.value(WATCH)
            said = 0
            for step in range(STEPS):
                share = (step + 0.5) / STEPS
                window.move(left + share * (right - left - 2), top + share * (bottom - top - 2))
                window.value("new Promise(done => requestAnimationFrame(() => setTimeout(done, 5)))", promise=True)
                said += window.value("!document.querySelector('.tip').hidden")
            found = window.value("late")
            if said < STEPS or len(found) < STEPS or window.errors:
                raise SystemExit(f"the page answered {said} of {STEPS} movements: {window.errors}")
            hovers += found
    return hovers, choices


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=pathlib.Path, required=True)
    parser.add_argument("--models", type=int, default=200)
    parser.add_argument("--layers", type=int, default=2)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        seconds, page = report(options, folder, options.models)
        peer_seconds, peer_page = report(options, folder, PEER_MODELS)
        hovers, choices = answers(page, options.runs)
        peer_hovers, peer_choices = answers(peer_page, options.runs)
        sizes = [path.stat().st_size / 1e6 for path in (page, peer_page)]
    peer = f"of {PEER_MODELS} models"
    most = statistics.quantiles(hovers, n=20)[-1]
    bench_rows.finish([
        bench_rows.row("the report is made", seconds, "s", peer, peer_seconds, "share",
                       note=f"{options.models} models, ten metrics, permutations and intervals"),
        bench_rows.row("its page", sizes[0], "MB", peer, sizes[1], "share"),
        bench_rows.row("an answer to the pointer", statistics.median(hovers), "ms", peer, statistics.median(peer_hovers), "share",
                       note=f"{len(hovers)} movements; 95 % of them within {bench_rows.shown(most, 'ms')}"),
        bench_rows.row("another metric is chosen", statistics.median(choices), "ms", peer, statistics.median(peer_choices), "share"),
    ], options.json)  # fmt: skip


if __name__ == "__main__":
    main()
