"""The committed schemas against what is written by hand, and against the program."""

import hashlib
import json
import re

import jsonschema
import numpy as np
import pytest
import yaml

from conftest import ROOT, write_store

SCHEMA = ROOT / "Schemas/sweep-spec.schema.json"
EXAMPLES = sorted((ROOT / "Schemas/examples").glob("*.yaml"))

VALID = {"name": "small", "x": ["stores/*.h5"], "metrics": ["mutual_knn", "cka"], "k": [3], "prepare": {"clip": 0.95}}

# One thing wrong in each: the key that is changed, and the offending value.
WRONG = {
    "unknown key": ("metric", ["cka"]),
    "unknown metric": ("metrics", ["mutual_nkn"]),
    "metrics of the wrong type": ("metrics", 3),
    "k of the wrong type": ("k", ["ten"]),
    "k below one": ("k", [0]),
    "clip above one": ("prepare", {"clip": 1.5}),
    "unknown key inside prepare": ("prepare", {"clipping": 0.95}),
    "unknown normalisation": ("prepare", {"normalize": "l3"}),
    "unknown variant": ("variant", "released"),
    "unknown layer selection": ("layers", "first"),
    "a relative depth above one": ("layers", [0.5, 1.5]),
    "an index beside a relative depth": ("layers", [0.5, 2]),
    "keep_tied of the wrong type": ("keep_tied", "perhaps"),
}


@pytest.fixture(scope="module")
def validator():
    schema = json.loads(SCHEMA.read_text())
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)


def test_there_are_example_specs():
    assert EXAMPLES


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_example_specs_are_valid(validator, path):
    validator.validate(yaml.safe_load(path.read_text()))


@pytest.fixture
def sweep_spec(platonic, tmp_path):
    """Runs the program on a spec whose stores exist, and returns the outcome and where the results would be."""
    generator = np.random.default_rng(3)
    store = write_store(tmp_path / "a.h5", "a", [generator.normal(size=(12, 4))], [f"s{i}" for i in range(12)])
    output = tmp_path / "results.h5"

    def run(spec):
        path = tmp_path / "spec.yaml"
        path.write_text(yaml.safe_dump(spec | {"x": [str(store)]}))
        artifacts = tmp_path / "artifacts"
        return platonic.run(
            "sweep", path, "--output", output, "--quiet", "--workers", 1, "--artifacts", artifacts
        ), output

    return run


def test_schema_and_program_accept_the_unchanged_spec(validator, sweep_spec):
    validator.validate(VALID)
    result, output = sweep_spec(VALID)
    assert result.returncode == 0, result.stderr
    assert output.exists()


@pytest.mark.parametrize("key, value", WRONG.values(), ids=WRONG.keys())
def test_schema_and_program_refuse_the_same_specs(validator, sweep_spec, key, value):
    spec = VALID | {key: value}
    assert not validator.is_valid(spec)
    result, output = sweep_spec(spec)
    assert result.returncode == 2, result.stderr
    assert result.stderr.startswith("platonic: ")
    assert not output.exists()


def test_generated_messages_come_from_the_committed_proto():
    generated = (ROOT / "Sources/SweepProtocol/Coding/platonic.pb.swift").open().readline()
    recorded = re.fullmatch(r"// Schemas/platonic\.proto SHA-256: ([0-9a-f]{64})\n", generated)
    assert recorded, f"the first line names no SHA-256: {generated!r}"
    assert recorded[1] == hashlib.sha256((ROOT / "Schemas/platonic.proto").read_bytes()).hexdigest()
