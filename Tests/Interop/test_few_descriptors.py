"""Programs that may have few files open: they say so in one sentence before they begin, and never die of it."""

import subprocess

import numpy as np
import pytest

from conftest import write_store


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stores")
    generator = np.random.default_rng(5)
    for model in range(2):
        layers = [generator.normal(size=(60, 8)).astype(np.float32) for _ in range(2)]
        write_store(folder / f"{model}.h5", f"m{model}", layers, [f"s{i}" for i in range(60)])
    return folder


@pytest.fixture(scope="module")
def results(platonic, stores, tmp_path_factory):
    output = tmp_path_factory.mktemp("results") / "results.h5"
    platonic.succeed("sweep", "--x", stores, "--metric", "cka", "--workers", 1, "--output", output, "--quiet")
    return output


def run(platonic, descriptors, *arguments):
    shell = ["bash", "-c", f'ulimit -c 0; ulimit -n {descriptors}; exec "$@"', "bash"]
    command = [*shell, platonic.binary, *arguments]
    return subprocess.run([*map(str, command)], env=platonic.environment, capture_output=True, text=True, timeout=100)


def check(result, descriptors):
    """It did what it should, or said in one sentence that it cannot; whether it did."""
    assert result.returncode in (0, 2), f"{descriptors}: exit {result.returncode}\n{result.stderr}"
    if result.returncode == 0:
        return True
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 2 and f"too few file descriptors: the limit is {descriptors}, and at least " in lines[0], (
        result.stderr
    )
    assert "ulimit -n" in lines[1] and "bug" not in result.stderr
    return False


@pytest.mark.parametrize("command", ["sweep", "inspect", "plan", "report", "export", "worker", "coordinator", "status"])
def test_the_limit_is_named(platonic, stores, results, tmp_path, command):
    arguments = {
        "sweep": ["--x", stores, "--metric", "cka", "--workers", 2, "--quiet", "--output", tmp_path / "out.h5"],
        "inspect": [stores / "0.h5"],
        "plan": ["--x", stores, "--metric", "cka", "--workers", 2],
        "report": [results, "--output", tmp_path / "report"],
        "export": [results],
        "worker": ["--connect", "tcp://127.0.0.1:9", "--insecure", "--reconnect-timeout", "1s"],
        "coordinator": ["--insecure", "--bind", "nonsense", "--state", tmp_path / "state"],
        "status": ["--connect", "tcp://127.0.0.1:9", "--insecure", "--timeout", "1s"],
    }[command]
    for descriptors in (8, 10, 12, 15, 20, 24, 26, 28, 32, 40):
        result = run(platonic, descriptors, command, *arguments)
        # Whoever would reach nobody anyway says that, once it has enough.
        if command in ("worker", "coordinator", "status") and "descriptors" not in result.stderr:
            assert 0 < result.returncode <= 3 and "bug" not in result.stderr, result.stderr
            continue
        check(result, descriptors)
    assert check(run(platonic, 8, command, *arguments), 8) is False


def test_a_sweep_has_all_that_it_asks_for(platonic, stores, tmp_path):
    """What is said to be needed is enough."""
    output = tmp_path / "out.h5"
    arguments = ["sweep", "--x", stores, "--metric", "all", "--workers", 3, "--quiet", "--output", output]
    needed = 20
    # The first answer is about sweeps in general, the second about this one.
    for _ in range(2):
        result = run(platonic, needed, *arguments)
        assert result.returncode == 2 and not output.exists()
        needed = int(result.stderr.split("at least ")[1].split()[0])
    assert run(platonic, needed - 1, *arguments).returncode == 2
    result = run(platonic, needed, *arguments)
    assert result.returncode == 0, result.stderr
