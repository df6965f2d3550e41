"""Sweeps from Python: the same numbers as the program's own, its sentences as exceptions, Ctrl-C, progress."""

import os
import pathlib
import signal
import subprocess
import sys
import textwrap
import time

import h5py
import numpy as np
import pytest

import platonic_sweep
from platonic_sweep import PlatonicWarning, RequestError


def datasets(path):
    """Bytes of every dataset of scores."""
    found = {}
    with h5py.File(path) as file:
        file["metrics"].visititems(
            lambda name, item: found.update({name: item[()].tobytes()} if isinstance(item, h5py.Dataset) else {})
        )
    return found


@pytest.fixture
def stores(tmp_path, features, ids):
    folder = tmp_path / "stores"
    folder.mkdir()
    for name, layers in features.items():
        platonic_sweep.write_store(folder / f"{name}.h5", layers, ids, model=name, modality="none", dataset="in memory")
    return folder


def test_scores_are_those_of_the_program(binary, tmp_path, features, stores):
    words = ["--metric", "mutual_knn", "cka", "--k", "3", "5", "--normalize", "none", "--layers", "-1"]
    subprocess.run(
        [binary, "sweep", "--x", stores, "--output", tmp_path / "own.h5", *words], check=True, capture_output=True
    )
    options = {"metrics": ["mutual_knn", "cka"], "k": [3, 5], "normalize": "none", "layers": -1}
    of_stores = platonic_sweep.sweep(stores, output=tmp_path / "stores.h5", **options)
    # Models are in order of their paths there, and here as they were given.
    in_memory = platonic_sweep.sweep({name: features[name] for name in sorted(features)}, **options)
    assert datasets(tmp_path / "own.h5") == datasets(of_stores.path) == datasets(in_memory.path)
    assert of_stores.metrics == ["mutual_knn_k3", "mutual_knn_k5", "cka"]
    assert in_memory.complete


def test_neighbours_in_common_are_counted(features):
    results = platonic_sweep.sweep({name: layers["last"] for name, layers in features.items()}, k=5, clip="none")

    def neighbours(values):
        unit = values / np.linalg.norm(values, axis=1, keepdims=True)
        similarity = unit @ unit.T
        np.fill_diagonal(similarity, -np.inf)
        return np.argsort(-similarity, axis=1)[:, :5]

    left, right = (neighbours(features[name]["last"]) for name in ("left", "right"))
    common = np.mean([len(set(a) & set(b)) / 5 for a, b in zip(left, right, strict=True)])
    assert results.scores().loc["left", "right"] == pytest.approx(common, abs=1e-12)


def test_two_sides_and_ids(stores, features, ids):
    results = platonic_sweep.sweep({"mine": features["left"]}, [stores / "right.h5", stores / "other.h5"], ids=ids)
    assert results.scores().shape == (1, 2)
    assert list(results.scores().columns) == ["other", "right"]
    # Rows are not taken for samples of the same number.
    with pytest.raises(RequestError):
        platonic_sweep.sweep({"mine": features["left"]}, stores)


def test_a_wrong_request_is_the_programs_sentence(tmp_path, stores):
    with pytest.raises(RequestError, match="mutual_kn") as caught:
        platonic_sweep.sweep(stores, metrics="mutual_kn")
    assert caught.value.status == 2 and caught.value.advice
    with pytest.raises(RequestError) as caught:
        platonic_sweep.sweep(tmp_path / "nowhere")
    assert str(tmp_path / "nowhere") in str(caught.value)
    with pytest.raises(RequestError):
        platonic_sweep.sweep(stores, no_such_option=3)
    with pytest.raises(RequestError, match="x is empty"):
        platonic_sweep.sweep({})
    with pytest.raises(RequestError, match=r"have \[63, 64\] rows"):
        platonic_sweep.sweep({"m": {"a": np.ones((64, 2)), "b": np.ones((63, 2))}})


def test_results_of_another_sweep_stay_unless_forced(tmp_path, stores):
    path = tmp_path / "results.h5"
    platonic_sweep.sweep(stores, output=path, k=5)
    before = path.read_bytes()
    with pytest.raises(RequestError):
        platonic_sweep.sweep(stores, output=path, k=6)
    assert path.read_bytes() == before
    assert platonic_sweep.sweep(stores, output=path, k=6, force=True).metrics == ["mutual_knn_k6"]


def test_warnings_are_told_of_the_caller(features):
    flat = np.zeros((64, 4))
    flat[:, 0] = 1
    with pytest.warns(PlatonicWarning) as caught:
        platonic_sweep.sweep({"flat": flat, "left": features["left"]})
    assert {pathlib.Path(warning.filename).name for warning in caught} == {"test_sweep.py"}


def test_temporary_results_go_away_with_them_and_can_be_kept(tmp_path, features):
    results = platonic_sweep.sweep(features)
    folder = results.path.parent
    kept = results.save(tmp_path / "kept.h5")
    with pytest.raises(RequestError, match="is there already"):
        results.save(kept)
    results.close()
    assert not folder.exists()
    assert platonic_sweep.Results(kept).scores().shape == (3, 3)


def test_progress_goes_to_a_bar(features, capsys):
    platonic_sweep.sweep(features, progress=True)
    shown = capsys.readouterr().err
    assert "100%" in shown and "tasks" in shown
    platonic_sweep.sweep(features, progress=False)
    assert capsys.readouterr().err == ""


def test_an_interrupted_sweep_goes_on(tmp_path, binary, ids):
    """Ctrl-C as a notebook sends it: to the process of Python alone."""
    generator = np.random.default_rng(0)
    (tmp_path / "stores").mkdir()
    names = [f"sample {row}" for row in range(3000)]
    for model in range(6):
        layers = [generator.normal(size=(3000, 256)).astype(np.float32) for _ in range(4)]
        platonic_sweep.write_store(
            tmp_path / f"stores/{model}.h5", layers, names, model=f"m{model}", modality="none", dataset="random"
        )
    script = tmp_path / "sweep.py"
    script.write_text(
        textwrap.dedent(f"""
        import sys
        sys.path.insert(0, {str(pathlib.Path(platonic_sweep.__file__).parents[1])!r})
        import platonic_sweep
        print("begun", flush=True)
        try:
            platonic_sweep.sweep("stores", output="results.h5", metrics="all", progress=False)
        except KeyboardInterrupt:
            print("interrupted")
        """)
    )
    process = subprocess.Popen([sys.executable, script], cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "begun\n"
    deadline = time.monotonic() + 60
    while not (tmp_path / "results.h5.state").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.5)
    os.kill(process.pid, signal.SIGINT)
    assert process.communicate(timeout=60)[0] == "interrupted\n"
    assert (tmp_path / "results.h5.state").exists() and not (tmp_path / "results.h5").exists()
    results = platonic_sweep.sweep(tmp_path / "stores", output=tmp_path / "results.h5", metrics="all")
    assert results.complete and not (tmp_path / "results.h5.state").exists()


FAKE = """#!/bin/sh
# Writes its words and its number, and ends when its standard input does.
printf '%s\\n' "$@" > "{folder}/words.part"
mv "{folder}/words.part" "{folder}/words"
cat
touch "{folder}/ended"
"""

SWEEPING = """
import sys
sys.path.insert(0, {source!r})
import numpy as np, platonic_sweep
rows = np.random.default_rng(0).normal(size={size}).astype("f4")
platonic_sweep.sweep({{str(number): rows + number for number in range(4)}}, metrics="all", progress=False)
"""


def waited_for(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


@pytest.fixture
def sweeping(tmp_path):
    """Starts a process of Python that sweeps, whose temporary folders are in `tmp_path / "temporary"`."""
    (tmp_path / "temporary").mkdir()
    started = []

    def start(program, size):
        code = SWEEPING.format(source=str(pathlib.Path(platonic_sweep.__file__).parents[1]), size=size)
        environment = os.environ | {"PLATONIC_BINARY": str(program), "TMPDIR": str(tmp_path / "temporary")}
        started.append(subprocess.Popen([sys.executable, "-c", code], env=environment, stderr=subprocess.DEVNULL))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_the_program_does_not_outlive_python(tmp_path, sweeping, number):
    """It has the word by which it ends with its standard input, and that ends with the process, however it does."""
    fake = tmp_path / "platonic"
    fake.write_text(FAKE.format(folder=tmp_path))
    fake.chmod(0o755)
    process = sweeping(fake, (64, 8))
    assert waited_for((tmp_path / "words").exists)
    words = (tmp_path / "words").read_text().splitlines()
    assert words[0] == "sweep" and words.count("--lifeline") == 1
    assert not waited_for((tmp_path / "ended").exists, seconds=0.3)
    process.send_signal(number)
    assert waited_for((tmp_path / "ended").exists)


def test_what_a_killed_process_left_is_removed_by_the_next_sweep(tmp_path, sweeping, features, monkeypatch):
    fake, temporary = tmp_path / "platonic", tmp_path / "temporary"
    fake.write_text(FAKE.format(folder=tmp_path))
    fake.chmod(0o755)
    process = sweeping(fake, (64, 8))
    assert waited_for((tmp_path / "words").exists)
    left = {path.name for path in temporary.iterdir()}
    assert {name.rsplit("-", 1)[0] for name in left} == {"platonic-results", "platonic-stores"}
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    # Of a living process, of an unknown one, and with something in it that nobody of ours has put there.
    platonic_sweep.sweep(features).close()
    assert {path.name for path in temporary.iterdir()} == left
    others = [temporary / f"platonic-stores-{name}" for name in ("unmarked", "used")]
    for path in others:
        path.mkdir(0o700)
    process.kill()
    process.wait()
    [mark] = temporary.glob("platonic-stores-*/owner.json")
    (others[1] / "owner.json").write_bytes(mark.read_bytes())
    (others[1] / "thesis.tex").write_text("mine")
    platonic_sweep.sweep(features).close()
    assert sorted(temporary.iterdir()) == others


def test_workers_do_not_outlive_python(binary, tmp_path, sweeping):
    help = subprocess.run([binary, "sweep", "--help-hidden"], capture_output=True, text=True).stdout
    if "--lifeline" not in help:
        pytest.skip("the program has no --lifeline")

    def programs():
        found = []
        for path in pathlib.Path("/proc").glob("[0-9]*/environ"):
            try:
                found += [path] * (f"TMPDIR={tmp_path}/temporary" in path.read_text(errors="replace"))
            except OSError:
                continue
        return found

    process = sweeping(binary, (6000, 300))
    # Python itself, the coordinator, and a worker at least.
    assert waited_for(lambda: len(programs()) > 2)
    process.kill()
    process.wait()
    assert waited_for(lambda: not programs())


def test_the_command_becomes_the_program(binary):
    code = "import sys; sys.argv = ['platonic', '--version']; from platonic_sweep._program import main; main()"
    source = pathlib.Path(platonic_sweep.__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": str(source)}, capture_output=True, text=True
    )
    assert done.returncode == 0 and done.stdout.strip() == platonic_sweep.version()
    for library in ("OpenBLAS", "HDF5", "libzmq", "libcurl", "SQLite", "xxHash"):
        assert any(line.startswith(library + " ") and line.split()[1][0].isdigit() for line in done.stdout.splitlines())
    # It loads nothing that the command has no use for.
    code = "import sys; import platonic_sweep._program; print(sorted({'numpy', 'h5py', 'pandas'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": str(source)}, capture_output=True, text=True
    )
    assert done.stdout == "[]\n", done.stderr
