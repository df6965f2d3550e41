"""What is there already: results and reports of ours are replaced, and nothing else ever is."""

import json
import os
import pathlib
import signal
import subprocess
import sys

import h5py
import numpy as np
import pytest

from cluster import Cluster
from conftest import ROOT, write_store
from processes import wait_until

SAMPLES = 30


def write_stores(folder, samples=SAMPLES, width=6, models=3):
    folder.mkdir()
    generator = np.random.default_rng(3)
    for model in range(models):
        layers = [generator.normal(size=(samples, width)).astype(np.float32) for _ in range(2)]
        write_store(folder / f"{model}.h5", f"model {model}", layers, [f"s{i}" for i in range(samples)])
    return folder


class Place:
    """A folder with stores, and sweeps over them."""

    def __init__(self, platonic, folder):
        self.platonic, self.folder = platonic, folder
        self.stores = write_stores(folder / "stores")

    def __truediv__(self, name):
        return self.folder / name

    def words(self, output, *more, stores=None):
        return [
            "sweep",
            "--x",
            stores or self.stores,
            "--metric",
            "cka",
            "mutual_knn",
            "--k",
            5,
            "--workers",
            1,
            "--quiet",
            "--artifacts",
            self / "artifacts",
            "--output",
            output,
            *more,
        ]

    def sweep(self, output, *more):
        return self.platonic.run(*self.words(output, *more))

    def results(self, name="results.h5"):
        result = self.sweep(self / name)
        assert result.returncode == 0, result.stderr
        return self / name

    def snapshot(self):
        """Everything in the folder but artifacts: kinds, permissions and contents."""
        found = {}
        for path in sorted(self.folder.rglob("*")):
            if "artifacts" in path.relative_to(self.folder).parts:
                continue
            status = path.lstat()
            content = os.readlink(path) if path.is_symlink() else path.read_bytes() if path.is_file() else None
            found[str(path)] = (status.st_mode, content)
        return found

    def refuse(self, *command, what, unchanged=True, status=2):
        """The program refuses with one sentence that says `what`, and nothing has changed."""
        before = self.snapshot()
        result = self.platonic.run(*command)
        assert result.returncode == status, result.stderr
        lines = [line for line in result.stderr.splitlines() if "warning" not in line]
        assert len(lines) == 2 and lines[0].startswith("platonic: ") and what in lines[0], result.stderr
        if unchanged:
            assert self.snapshot() == before
        return lines


@pytest.fixture
def place(platonic, tmp_path):
    return Place(platonic, tmp_path)


def foreign(place, kind):
    """Something at `out` that is not ours."""
    out = place / "out"
    if kind == "store":
        write_store(out, "precious", [np.ones((4, 2))], list("abcd"))
    elif kind == "pipe":
        os.mkfifo(out)
    elif kind == "device":
        out.symlink_to("/dev/null")
    elif kind == "directory":
        out.mkdir()
    elif kind == "loop":
        out.symlink_to("out")
    elif kind == "damaged":
        out.write_bytes(place.results("whole.h5").read_bytes()[:3000])
    elif kind == "link to text":
        (place / "precious").write_text("precious")
        out.symlink_to("precious")
    else:
        out.write_text("precious")
    return out


FOREIGN = ["store", "pipe", "device", "directory", "loop", "damaged", "text", "link to text"]


@pytest.mark.parametrize("kind", FOREIGN)
@pytest.mark.parametrize("force", [[], ["--force"]], ids=["plain", "force"])
def test_a_sweep_replaces_nothing_but_results(place, kind, force):
    out = foreign(place, kind)
    place.refuse(*place.words(out, *force), what="the output")


@pytest.mark.parametrize("kind", FOREIGN)
def test_maps_replace_nothing_but_results(place, kind):
    results, out = place.results(), foreign(place, kind)
    place.refuse("project", results, "--output", out, "--distance", "linear", what="the output")


def test_standard_output_is_no_results_file(place):
    result = place.sweep("/dev/stdout")
    assert result.returncode == 2 and "the output is a pipe" in result.stderr and result.stdout == ""


@pytest.mark.parametrize("name", ["stores/0.h5", "soft.h5", "hard.h5", "folder/0.h5"])
def test_an_output_that_is_an_input_is_refused(place, name):
    (place / "soft.h5").symlink_to("stores/0.h5")
    (place / "hard.h5").hardlink_to(place / "stores/0.h5")
    (place / "folder").symlink_to("stores")
    place.refuse(*place.words(place / name, "--force"), what="input")


def test_the_specification_is_an_input(place):
    spec = place / "spec.yaml"
    spec.write_text("x: [stores]\nmetrics: [cka]\n")
    place.refuse("sweep", spec, "--x", place.stores, "--output", spec, "--force", what="the output is an input")


def test_results_of_another_sweep_need_force(place):
    results = place.results()
    lines = place.refuse(
        *place.words(results, "--seed", 7), what="its specification has 'seed: 0' where this one has 'seed: 7'"
    )
    assert "--force" in lines[1]
    os.chmod(results, 0o640)
    place.platonic.succeed(*place.words(results, "--seed", 7, "--force"))
    with h5py.File(results) as file:
        assert "seed: 7" in file.attrs["spec"]
    assert results.stat().st_mode & 0o7777 == 0o640
    # The same sweep replaces its own results without a word.
    place.platonic.succeed(*place.words(results, "--seed", 7))


def test_links_are_written_through(place):
    (place / "there").mkdir()
    (place / "results.h5").symlink_to("there/results.h5")
    for _ in range(2):
        place.results()
        assert os.readlink(place / "results.h5") == "there/results.h5"
    assert sorted(os.listdir(place / "there")) == ["results.h5"]
    before = (place / "there/results.h5").read_bytes()
    os.chmod(place / "there/results.h5", 0o604)
    place.platonic.succeed("project", place / "results.h5", "--distance", "linear", "--neighbours", 2)
    assert os.readlink(place / "results.h5") == "there/results.h5"
    assert (place / "there/results.h5").read_bytes() != before
    assert (place / "there/results.h5").stat().st_mode & 0o7777 == 0o604


@pytest.mark.parametrize("kind", ["directory", "file", "link"])
@pytest.mark.parametrize("restart", [[], ["--restart"]], ids=["plain", "restart"])
def test_a_state_that_is_not_ours_is_refused(place, kind, restart):
    state = place / "results.h5.state"
    if kind == "file":
        state.write_text("precious")
    else:
        folder = state if kind == "directory" else place / "elsewhere"
        folder.mkdir()
        (folder / "notes.txt").write_text("precious")
        if kind == "link":
            state.symlink_to("elsewhere")
    place.refuse(*place.words(place / "results.h5", *restart), what="the state directory")


def test_only_our_part_of_a_state_is_removed(place):
    stores = write_stores(place / "large", samples=400, width=300, models=6)
    words = [str(word) for word in place.words(place / "results.h5", stores=stores)]
    process = subprocess.Popen(
        [place.platonic.binary, *words], env=place.platonic.environment, stderr=subprocess.DEVNULL
    )
    state = place / "results.h5.state"
    wait_until((state / "journal.sqlite").exists, "a journal")
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 3
    (state / "notes.txt").write_text("precious")
    result = place.platonic.run(*words)
    assert result.returncode == 0 and "results.h5.state stays" in result.stderr, result.stderr
    assert os.listdir(state) == ["notes.txt"] and (state / "notes.txt").read_text() == "precious"


@pytest.mark.parametrize("kind", ["text", "store", "pipe", "link", "other results"])
def test_what_takes_the_name_while_the_sweep_runs_stays(place, kind):
    stores = write_stores(place / "large", samples=400, width=300, models=6)
    out = place.results("out.h5") if kind == "other results" else place / "out.h5"
    other = out.read_bytes() if kind == "other results" else None
    if other:
        out.unlink()
    words = [str(word) for word in place.words(out, stores=stores)]
    process = subprocess.Popen(
        [place.platonic.binary, *words], env=place.platonic.environment, stderr=subprocess.PIPE, text=True
    )
    wait_until((place / "out.h5.state/journal.sqlite").exists, "a journal")
    process.send_signal(signal.SIGSTOP)
    if kind == "text":
        out.write_text("precious")
    elif kind == "store":
        write_store(out, "precious", [np.ones((4, 2))], list("abcd"))
    elif kind == "pipe":
        os.mkfifo(out)
    elif kind == "link":
        (place / "precious").write_text("precious")
        out.symlink_to("precious")
    else:
        out.write_bytes(other)
    before = place.snapshot()[str(out)]
    process.send_signal(signal.SIGCONT)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 1 and "out.kept.h5" in errors, errors
    assert place.snapshot()[str(out)] == before
    with h5py.File(place / "out.kept.h5") as file:
        assert file.attrs["status"] == "complete" and len(file["x"]) == 6
    # What was found is kept: without what is in the way the same command ends at once.
    out.unlink()
    assert "out.h5" in place.platonic.run(*words, "--json").stdout
    assert out.is_file() and not (place / "out.h5.state").exists()


@pytest.mark.parametrize("entry", ["notes.txt", "report.html", "figures/mine.svg", "data/deeper/x"])
def test_a_report_replaces_nothing_but_a_report(place, entry):
    results, report = place.results(), place / "report"
    if entry != "report.html":
        place.platonic.succeed("report", results, "--output", report)
    path = report / entry
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("<h1>Mine</h1>")
    place.refuse("report", results, "--output", report, what="other things than a former report")
    place.refuse(*place.words(place / "new.h5", "--report", report), what="other things than a former report")


def test_a_report_is_replaced_whole(place):
    results, report = place.results(), place / "report"
    place.platonic.succeed("report", results, "--output", report)
    before = place.snapshot()
    (report / "figures").joinpath(sorted(os.listdir(report / "figures"))[0]).write_text("changed")
    place.platonic.succeed("report", results, "--output", report)
    assert place.snapshot() == before


def test_outputs_keep_apart(place):
    results, out = place.results(), place / "out.h5"
    (place / "empty").mkdir()
    for more, output in [
        (["--report", out], out),
        (["--report", f"{out}.state"], out),
        (["--report", place / "empty"], place / "empty/r.h5"),
        (["--artifacts", f"{out}.state"], out),
    ]:
        result = place.platonic.run(*place.words(output), *more)
        assert result.returncode == 2 and not pathlib.Path(output).exists(), result.stderr
    place.refuse("report", results, "--output", results, what="the report's directory is a file")


def test_rows_are_not_added_to_what_they_are_read_from(place):
    results = place.results()
    before = results.read_bytes()
    with results.open("ab") as file:
        command = [place.platonic.binary, "export", results]
        result = subprocess.run(command, env=place.platonic.environment, stdout=file, stderr=subprocess.PIPE, text=True)
    assert result.returncode == 2 and "standard output is the results file itself" in result.stderr
    assert results.read_bytes() == before


def test_a_coordinator_takes_only_a_state_of_its_own(place):
    state = place / "state"
    state.mkdir()
    (state / "notes.txt").write_text("precious")
    words = ["coordinator", "--bind", f"ipc://{place / 'socket'}", "--artifacts", place / "artifacts", "--state"]
    place.refuse(*words, state, what="holds other things, such as 'notes.txt'")
    (place / "socket").write_text("precious")
    result = place.platonic.run(*words, place / "new")
    assert result.returncode == 2 and (place / "socket").read_text() == "precious", result.stderr
    result = place.platonic.run(*words, place / "artifacts")
    assert result.returncode == 2 and "the same name" in result.stderr


def test_results_of_a_cluster_replace_nothing_but_results(place):
    cluster = Cluster(place.platonic, place.folder, insecure=True)
    try:
        cluster.start_coordinator()
        cluster.start_workers(1)
        words = ["--x", place.stores, "--metric", "cka"]
        text, results = place / "text", place / "cluster.h5"
        text.write_text("precious")
        refused = cluster.run("submit", *words, "--output", text, "--force")
        assert refused.returncode == 2 and "holds no results" in refused.stderr
        assert json.loads(cluster.succeed("status", "--json")) == []
        cluster.succeed("submit", *words, "--output", results)
        before = results.read_bytes()
        other = [*words, "--seed", 5]
        assert cluster.run("submit", *other, "--output", results).returncode == 2
        second = cluster.submit(*other)
        for waits in [[], ["--wait"]]:
            refused = cluster.run("results", second, "--output", results, *waits)
            assert refused.returncode == 2 and "another sweep" in refused.stderr, refused.stderr
            assert cluster.run("results", second, "--output", text, "--force", *waits).returncode == 2
        assert results.read_bytes() == before and text.read_text() == "precious"
        cluster.succeed("results", second, "--output", results, "--wait", "--force")
        with h5py.File(results) as file:
            assert "seed: 5" in file.attrs["spec"]
    finally:
        for member in cluster.members:
            member.kill()


IMPORT = [
    sys.executable,
    ROOT / "scripts/import_features.py",
    "--modality",
    "vision",
    "--dataset",
    "random",
    "--counter-ids",
]


@pytest.mark.parametrize("kind", [kind for kind in FOREIGN if kind not in ("store", "damaged")] + ["results", "input"])
def test_the_importer_replaces_nothing_but_stores(place, kind):
    features = place / "features.npy"
    np.save(features, np.ones((5, 3)) * np.arange(5)[:, None])
    if kind == "input":
        (place / "link").symlink_to("stores/0.h5")
        out, more = place / "link", ["--ids-from", place / "stores/0.h5"]
        command = [*IMPORT[:-1], *more]
    else:
        out, command = place.results() if kind == "results" else foreign(place, kind), IMPORT
    before = place.snapshot()
    result = subprocess.run([*command, features, "--output", out, "--force"], capture_output=True, text=True)
    assert result.returncode == 2 and "the output" in result.stderr, result.stderr
    assert place.snapshot() == before


def test_the_importer_writes_through_links(place):
    features, store = place / "features.npy", place / "stores/0.h5"
    np.save(features, np.ones((5, 3)) * np.arange(5)[:, None])
    (place / "link.h5").symlink_to("stores/0.h5")
    os.chmod(store, 0o640)
    subprocess.run([*IMPORT, features, "--output", place / "link.h5", "--force"], check=True, capture_output=True)
    assert os.readlink(place / "link.h5") == "stores/0.h5" and store.stat().st_mode & 0o7777 == 0o640
    with h5py.File(store) as file:
        assert file.attrs["model"] == "features"
    assert sorted(os.listdir(place.stores)) == ["0.h5", "1.h5", "2.h5"]
