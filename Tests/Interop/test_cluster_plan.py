"""What `platonic plan --hosts` says of a cluster, from trials here or from a calibration that was made elsewhere."""

import json

import jsonschema
import pytest

from conftest import ROOT, Program
from test_plan import SCHEMA, contents, plan, stores  # noqa: F401

CALIBRATION = json.loads((ROOT / "Schemas/calibration.schema.json").read_text())
CLUSTER = ["--hosts", "3", "--workers-per-host", "4"]


@pytest.fixture(scope="module")
def program(platonic, tmp_path_factory):
    """The program with a cache that the tests of this module share: trials are made once."""
    return Program(platonic.binary, tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def calibration(program, stores, tmp_path_factory):  # noqa: F811
    path = tmp_path_factory.mktemp("calibration") / "node.json"
    text = program.succeed("plan", "--x", stores, "--workers", "1", "--calibrate-only", path)
    assert text == ""
    return path


def changed(calibration, tmp_path, change):
    """The path of a copy that is not as it was."""
    document = json.loads(calibration.read_text())
    change(document)
    path = tmp_path / "changed.json"
    path.write_text(json.dumps(document))
    return path


def test_the_schema_is_a_schema_and_the_file_is_of_it(calibration):
    jsonschema.Draft202012Validator.check_schema(CALIBRATION)
    jsonschema.Draft202012Validator(CALIBRATION).validate(json.loads(calibration.read_text()))


def test_a_plan_for_a_cluster_has_a_curve_up_to_all_its_workers(program, stores, calibration):  # noqa: F811
    found = plan(program, "--x", stores, "--calibration", calibration, *CLUSTER)
    cluster = found["cluster"]
    assert [run["workers"] for run in cluster["curve"]] == [1, 2, 4, 8, 12]
    assert [run["hosts"] for run in cluster["curve"]] == [1, 1, 1, 2, 3]
    assert found["calibration"]["made"] == 0
    for run in cluster["curve"]:
        stages = run["stages"]
        span = run["seconds"] - stages["before"] - stages["after"]
        assert sum(run["workerSeconds"].values()) == pytest.approx(run["workers"] * span)
        assert run["nodeHours"] == pytest.approx(run["hosts"] * run["seconds"] / 3600)
    # Shared artifacts go to the disk, and nothing of them through the coordinator.
    assert cluster["shape"]["sharedArtifacts"] is True
    assert all(run["bytes"]["artifactsUp"] == 0 < run["bytes"]["diskWritten"] for run in cluster["curve"])


def test_artifacts_that_are_not_shared_go_through_the_coordinator(program, stores, calibration):  # noqa: F811
    found = plan(program, "--x", stores, "--calibration", calibration, *CLUSTER, "--no-shared-artifacts")
    payload = sum(part["bytes"] for part in found["artifacts"])
    for run in found["cluster"]["curve"]:
        assert run["bytes"]["artifactsUp"] == payload and run["bytes"]["diskWritten"] == 0
        assert run["bytes"]["artifactsDown"] >= payload


def test_the_same_plan_says_the_same(program, stores, calibration):  # noqa: F811
    words = ["--x", stores, "--calibration", calibration, *CLUSTER, "--bandwidth", "10MB/s", "--latency", "5ms"]
    first, second = (plan(program, *words)["cluster"] for _ in range(2))
    # How long the stores took to open is measured each time.
    for cluster in (first, second):
        for run in cluster["curve"]:
            for measured in ("seconds", "nodeHours"):
                run.pop(measured)
            run["stages"].pop("before")
            run["coordinator"].pop("share")
    assert first == second


def test_slow_links_and_far_hosts_take_longer(program, stores, calibration):  # noqa: F811
    def longest(*words):
        found = plan(program, "--x", stores, "--calibration", calibration, *CLUSTER, *words)
        return found["cluster"]["curve"][-1]["seconds"]

    assert longest("--latency", "500ms") > longest() + 3
    assert longest("--bandwidth", "20kB/s", "--no-shared-artifacts") > longest() + 1
    assert longest("--disk-bandwidth", "10kB/s") > longest() + 5


def test_hosts_that_are_too_far_away_are_no_plan(program, stores, calibration):  # noqa: F811
    result = program.run("plan", "--x", stores, "--calibration", calibration, *CLUSTER, "--latency", "1m")
    assert result.returncode == 1
    assert "arrives so late" in result.stderr and result.stdout == ""


def test_without_a_calibration_this_host_is_measured(program, stores):  # noqa: F811
    words = ["--x", stores, "--workers", "1", "--hosts", "2"]
    first, second = plan(program, *words), plan(program, *words)
    assert first["cluster"]["coordinatorRates"]["message"] > 0
    assert second["calibration"]["made"] == 0
    assert second["cluster"]["coordinatorRates"] == first["cluster"]["coordinatorRates"]
    assert "cluster" not in plan(program, "--x", stores, "--workers", "1")


def test_the_text_says_that_it_is_simulated(program, stores, calibration):  # noqa: F811
    text = program.succeed("plan", "--x", stores, "--calibration", calibration, *CLUSTER)
    for words in ("3 hosts of 4 workers", "node-hours", "Where the time of 12 workers goes", "pay", "Simulated, not"):
        assert words in text


def test_a_calibration_replaces_an_earlier_one_and_nothing_else(program, stores, calibration, tmp_path):  # noqa: F811
    words = ["plan", "--x", stores, "--workers", "1", "--calibrate-only"]
    before = contents(stores)
    copy = changed(calibration, tmp_path, lambda document: document["host"].update(name="elsewhere"))
    program.succeed(*words, copy)
    assert json.loads(copy.read_text())["host"]["name"] != "elsewhere"
    for foreign in (tmp_path / "notes.json", next(stores.iterdir())):
        if not foreign.exists():
            foreign.write_text('{"format": "mine", "version": 1}')
        result = program.run(*words, foreign)
        assert result.returncode == 2 and "no calibration" in result.stderr
    assert (tmp_path / "notes.json").read_text() == '{"format": "mine", "version": 1}'
    assert contents(stores) == before


@pytest.mark.parametrize(
    "change, said",
    [
        (lambda document: document.update(version=2), "version 2"),
        (lambda document: document.update(format="else"), "no calibration"),
        (lambda document: document.update(algorithmVersion=1), "algorithm version 1"),
        (lambda document: document["rates"].pop("layer"), "rates.layer is missing"),
        (lambda document: document["rates"].update(survey="fast"), "rates.survey"),
        (lambda document: document["rates"].update(survey=[-1.0, 0.0]), "rates.survey"),
        (lambda document: document["rates"].update(contention=0.5), "rates.contention"),
        (lambda document: document["rates"]["layer"].append(1.0), "other rates"),
        (lambda document: document["host"].update(instructions=""), "host.instructions"),
        (lambda document: document["coordinator"].update(message=-1), "coordinator.message"),
        (lambda document: document["sweep"].update(parts=["rsa"]), "another sweep"),
    ],
)
def test_a_calibration_that_cannot_be_is_refused(program, stores, calibration, tmp_path, change, said):  # noqa: F811
    result = program.run("plan", "--x", stores, "--calibration", changed(calibration, tmp_path, change), *CLUSTER)
    assert result.returncode == 2
    assert said in result.stderr and result.stderr.startswith("platonic: ")
    assert result.stdout == ""


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": "platonic-calibration", "version": 1', "\x00" * 100])
def test_a_damaged_file_is_refused(program, stores, tmp_path, text):  # noqa: F811
    path = tmp_path / "damaged.json"
    path.write_text(text)
    result = program.run("plan", "--x", stores, "--calibration", path)
    assert result.returncode == 2
    assert "calibration" in result.stderr and str(path) in result.stderr


def test_numbers_that_are_none_are_refused(program, stores, calibration, tmp_path):  # noqa: F811
    path = tmp_path / "infinite.json"
    document = json.loads(calibration.read_text())
    document["rates"]["start"] = 12345.5
    path.write_text(json.dumps(document).replace("12345.5", "1e999"))
    result = program.run("plan", "--x", stores, "--calibration", path)
    assert result.returncode == 2 and "calibration is damaged" in result.stderr


@pytest.mark.parametrize(
    "words, said",
    [
        (["--workers-per-host", "4"], "--workers-per-host needs --hosts"),
        (["--bandwidth", "1GB/s"], "--bandwidth needs --hosts"),
        (["--no-shared-artifacts"], "--no-shared-artifacts needs --hosts"),
        (["--hosts", "0"], "--hosts"),
        (["--hosts", "100000"], "16384"),
        (["--hosts", "2", "--workers-per-host", "0"], "--workers-per-host"),
        (["--hosts", "2", "--bandwidth", "1GB"], "such as 1GB/s"),
        (["--hosts", "2", "--latency", "soon"], "--latency"),
        (["--hosts", "2", "--memory", "1MB"], "--memory"),
        (["--calibration", "a.json", "--recalibrate"], "give one"),
        (["--calibration", "a.json", "--calibrate-only", "b.json"], "give one"),
        (["--calibration", "nowhere.json"], "cannot be read"),
        (["--calibrate-only", "nowhere/node.json"], "nowhere"),
    ],
)
def test_a_wrong_request_is_refused(program, stores, words, said):  # noqa: F811
    result = program.run("plan", "--x", stores, *words)
    assert result.returncode == 2
    assert said in result.stderr and result.stderr.startswith("platonic: ")
    assert result.stdout == ""
