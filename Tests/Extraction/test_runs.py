"""Runs: the same bytes twice, after a kill and from shards; what is kept, made again and refused."""

import os
import shutil
import signal
import subprocess
import sys
import time

import h5py
import numpy as np
import pytest

from conftest import PACKAGE, ROOT, SAMPLES, facts_of, layers_of, write_captions

WORDS = ["--window", 8, "--batch-tokens", 100]


def test_two_runs_have_the_same_bytes_and_the_second_store_is_kept(extract, model_folder, captions, tmp_path):
    for place in ("one", "two"):
        extract.accepted("hf", model_folder("llama"), "--data", captions, *WORDS, output=tmp_path / place)
    path = tmp_path / "one/tiny-llama.h5"
    assert path.read_bytes() == (tmp_path / "two/tiny-llama.h5").read_bytes()
    before = path.stat().st_mtime_ns
    run = extract.accepted("hf", model_folder("llama"), "--data", captions, *WORDS, "--json", output=tmp_path / "one")
    assert [event["event"] for event in run.events] == ["kept"] and path.stat().st_mtime_ns == before


@pytest.mark.parametrize("damage", ["cut short", "emptied layers"])
def test_a_broken_store_is_made_again(extract, model_folder, captions, damage):
    extract.accepted("hf", model_folder("encoder"), "--data", captions, *WORDS)
    path = extract.stores / "tiny-encoder.h5"
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] if damage == "cut short" else whole[:4096])
    run = extract.accepted("hf", model_folder("encoder"), "--data", captions, *WORDS)
    assert f"warning: {path} is damaged, and is made again" in run.err
    assert path.read_bytes() == whole


def test_a_store_that_was_made_otherwise_is_refused_and_replaced_by_force(
    extract, model_folder, captions, ids, texts, tmp_path
):
    words = ["hf", model_folder("encoder"), "--data", captions]
    extract.accepted(*words)
    path = extract.stores / "tiny-encoder.h5"
    before = path.read_bytes()
    assert "was made with other pool:" in extract.refused(*words, "--pool", "last")
    assert "was made with other dtype, prompt:" in extract.refused(
        *words, "--prompt", "{}!", "--store-dtype", "float16"
    )
    other = write_captions(tmp_path / "captions.jsonl", ids, [*texts[:-1], texts[-1] + " cat"])
    assert "the samples have the same ids, and are not the same" in extract.refused(
        "hf", model_folder("encoder"), "--data", other
    )
    (tmp_path / "more").mkdir()
    more = write_captions(tmp_path / "more/captions.jsonl", [*ids, "x"], [*texts, "cat"])
    assert "was made with other ids:" in extract.refused("hf", model_folder("encoder"), "--data", more)
    # Weights that changed in their folder are other weights.
    copy = shutil.copytree(model_folder("encoder"), tmp_path / "copied/tiny-encoder")
    with open(copy / "config.json", "a") as file:
        file.write(" ")
    assert "was made with other folder:" in extract.refused("hf", copy, "--data", captions)
    assert path.read_bytes() == before
    extract.accepted(*words, "--pool", "last", "--force")
    assert path.read_bytes() != before


def test_groups_and_attributes_are_of_the_request(extract, model_folder, ids, texts, tmp_path):
    data = write_captions(tmp_path / "captions.jsonl", ids, texts, g=[row // 2 for row in range(SAMPLES)])
    words = ["hf", model_folder("encoder"), "--data", data]
    extract.accepted(*words)
    assert "was made with other attribute license:" in extract.refused(*words, "--attribute", "license=MIT")
    assert "was made with other groups:" in extract.refused(*words, "--group", "g")
    more = [*words, "--group", "g", "--attribute", "license=MIT", "--attribute", "parameters=12"]
    extract.accepted(*more, "--force")
    run = extract.accepted(*more, "--json")
    assert [event["event"] for event in run.events] == ["kept"]
    attributes, _, samples = facts_of(extract.stores / "tiny-encoder.h5")
    assert attributes["license"] == "MIT" and attributes["parameters"] == 12 and samples["groups"][3] == 1
    assert "was made with other attribute license:" in extract.refused(*more[:-4], "--attribute", "parameters=12")
    assert "was made with other attribute license:" in extract.refused(*more, "--attribute", "license=GPL")
    write_captions(data, ids, texts, g=[0] * SAMPLES)
    assert "was made with other groups:" in extract.refused(*more)


def test_stores_that_say_what_no_store_says(extract, model_folder, captions):
    """One sentence, or the store is made again where it cannot be read."""
    words = ["hf", model_folder("encoder"), "--data", captions]
    extract.accepted(*words)
    path = extract.stores / "tiny-encoder.h5"
    whole = path.read_bytes()
    for name, sentence in [
        ("format", "is no feature store"),
        ("shard", "was made with other shard"),
        ("extraction", "was made with other settings"),
        ("model", "was made with other model"),
    ]:
        path.write_bytes(whole)
        with h5py.File(path, "r+") as file:
            file.attrs[name] = np.zeros(3)
        assert sentence in extract.refused(*words), name
    path.write_bytes(whole)
    with h5py.File(path, "r+") as file:
        del file["samples/ids"]
        file["samples/ids"] = np.array([b"\xff\xfe"] * SAMPLES)
    assert "is damaged, and is made again" in extract.accepted(*words).err
    assert path.read_bytes() == whole


def test_what_is_no_store_is_left_alone(extract, model_folder, captions):
    extract.stores.mkdir()
    path = extract.stores / "tiny-encoder.h5"
    path.write_bytes(b"my notes")
    for words in ([], ["--force"]):
        assert "is no feature store" in extract.refused("hf", model_folder("encoder"), "--data", captions, *words)
    path.unlink()
    os.mkfifo(path)
    assert "is no feature store" in extract.refused("hf", model_folder("encoder"), "--data", captions, "--force")
    path.unlink()
    with h5py.File(path, "w") as file:
        file.attrs["format"] = "platonic-results"
    assert "is no feature store" in extract.refused("hf", model_folder("encoder"), "--data", captions, "--force")


def test_one_model_that_fails_leaves_the_others_be(extract, model_folder, captions, tmp_path):
    (tmp_path / "empty").mkdir()
    run = extract("hf", tmp_path / "empty", model_folder("encoder"), "--data", captions)
    assert run.status == 2 and "transformers cannot load the model" in run.err
    assert [path.name for path in extract.stores.iterdir()] == ["tiny-encoder.h5"]


def test_killed_in_the_middle_the_same_command_gives_the_same_store(extract, model_folder, texts, tmp_path):
    many = [f"{text} {row}" for row in range(25) for text in texts]
    data = write_captions(tmp_path / "many.jsonl", [str(row) for row in range(len(many))], many)
    words = ["hf", model_folder("llama"), "--data", data, *WORDS, "--json"]
    extract.accepted(*words, output=tmp_path / "whole")
    folder = tmp_path / "killed"
    command = [
        sys.executable,
        "-m",
        "platonic_sweep.extract",
        *map(str, words),
        "--threads",
        "2",
        "--output-dir",
        str(folder),
    ]
    environment = os.environ | {"PYTHONPATH": str(PACKAGE)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        while "progress" not in (line := process.stdout.readline()):
            assert line, "it ended before it was killed"
        process.kill()
    assert process.returncode == -signal.SIGKILL
    [left] = folder.iterdir()
    assert left.name.startswith(".tiny-llama.h5.") and left.name.endswith(".partial")
    time.sleep(1.2)
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    assert [path.name for path in folder.iterdir()] == ["tiny-llama.h5"]
    assert (folder / "tiny-llama.h5").read_bytes() == (tmp_path / "whole/tiny-llama.h5").read_bytes()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signals_while_modules_are_loaded(tmp_path, number):
    """A module that takes its time stands for those that the command loads."""
    (tmp_path / "h5py.py").write_text("import time\nopen('loading', 'w').close()\ntime.sleep(60)\n")
    environment = os.environ | {"PYTHONPATH": f"{tmp_path}:{PACKAGE}"}
    command = [sys.executable, "-m", "platonic_sweep.extract", "merge", "--help"]
    with subprocess.Popen(command, env=environment, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as process:
        while not (tmp_path / "loading").exists():
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(number)
        said = process.communicate(timeout=60)[1]
    assert process.returncode == 3 and said.startswith("platonic-extract: interrupted") and said.count("\n") == 1


def test_the_hangup_of_a_terminal_is_an_interruption(tmp_path):
    (tmp_path / "mine.py").write_text(
        "import os, signal, time\ndef f():\n    os.kill(os.getpid(), signal.SIGHUP)\n    time.sleep(60)\n"
    )
    environment = os.environ | {"PYTHONPATH": str(PACKAGE)}
    words = ["module", tmp_path / "mine.py:f", "--output-dir", tmp_path / "stores"]
    command = [sys.executable, "-m", "platonic_sweep.extract", *map(str, words)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr.count("\n")) == (3, 1) and "interrupted" in done.stderr
    # Ignored by whoever started it, it stays so.
    code = (
        f"import signal, subprocess; signal.signal(signal.SIGHUP, signal.SIG_IGN); exit(subprocess.call({command!r}))"
    )
    (tmp_path / "mine.py").write_text("import os, signal\ndef f():\n    os.kill(os.getpid(), signal.SIGHUP)\n")
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert done.returncode == 2 and "returns a NoneType" in done.stderr


@pytest.fixture
def sharded(extract, model_folder, captions, tmp_path):
    """Three shards of a model, and the store that an extraction in one piece gives."""
    words = ["hf", model_folder("llama"), "--data", captions, *WORDS]
    extract.accepted(*words, output=tmp_path / "whole")
    for shard in ("1/3", "2/3", "3/3"):
        extract.accepted(*words, "--shard", shard, output=tmp_path / "shards")
    return sorted((tmp_path / "shards").iterdir()), tmp_path / "whole/tiny-llama.h5"


def test_shards_merge_into_the_bytes_of_one_piece(extract, sharded, captions, binary):
    shards, whole = sharded
    assert [path.name for path in shards] == [f"tiny-llama.shard-{number}-of-3.h5" for number in (1, 2, 3)]
    assert sum(len(facts_of(path)[2]["ids"]) for path in shards) == SAMPLES
    run = extract.accepted("merge", shards[0].parent, "--data", captions, "--json")
    assert run.events[-1]["event"] == "merged" and run.events[-1]["shards"] == 3
    assert (extract.stores / "tiny-llama.h5").read_bytes() == whole.read_bytes()
    # The same again keeps what is whole and the same.
    assert [event["event"] for event in extract.accepted("merge", *reversed(shards), "--json").events] == ["kept"]
    assert (extract.stores / "tiny-llama.h5").read_bytes() == whole.read_bytes()
    # The program reads shards as well as the whole.
    for path in (*shards, whole):
        subprocess.run([binary, "inspect", path], check=True, capture_output=True)


def test_merging_goes_on(extract, sharded, model_folder, captions, tmp_path):
    """Models that are merged already are kept, and one that cannot be merged leaves the others be."""
    shards, whole = sharded
    words = ["hf", model_folder("encoder"), "--data", captions, *WORDS]
    for shard in ("1/2", "2/2"):
        extract.accepted(*words, "--shard", shard, output=tmp_path / "shards")
    extract.accepted("merge", *shards)
    path, other = extract.stores / "tiny-llama.h5", extract.stores / "tiny-encoder.h5"
    # What was put into a merged store is its own.
    with h5py.File(path, "r+") as file:
        file["scores"].attrs["mmlu"] = 0.5
    with_score = path.read_bytes()
    run = extract.accepted("merge", tmp_path / "shards", "--json")
    assert [event["event"] for event in run.events if event["event"] in ("kept", "merged")] == ["merged", "kept"]
    assert path.read_bytes() == with_score
    merged = other.read_bytes()
    other.unlink()
    swap(path, "layers/0001")
    run = extract("merge", tmp_path / "shards")
    assert run.status == 2 and f"{path} is there already, and was made with other features" in run.err
    assert other.read_bytes() == merged
    extract.accepted("merge", tmp_path / "shards", "--force")
    assert path.read_bytes() == whole.read_bytes()
    path.write_bytes(whole.read_bytes()[:-3000])
    assert "is damaged, and is made again" in extract.accepted("merge", tmp_path / "shards").err
    assert path.read_bytes() == whole.read_bytes()


def change(path, name):
    """Changes what a shard says beside its features."""
    with h5py.File(path, "r+") as file:
        if name == "loss":
            file["samples/loss"][:] = 0
        elif name == "groups":
            file["samples/groups"] = np.zeros(len(file["samples/ids"]), np.int64)
        elif name == "score":
            file["scores"].attrs["mmlu"] = 0.5
        elif name == "no texts_cut":
            del file.attrs["texts_cut"]
        else:
            file.attrs[name.split(" ")[0]] = {"text": "many", "list": np.zeros(3)}[name.split(" ")[1]]


def test_all_that_a_shard_says_is_sealed(extract, sharded):
    shards, _ = sharded
    whole = shards[1].read_bytes()
    changed = "shard-2-of-3.h5 was changed after it was extracted: the groups"
    no_shard = "shard-2-of-3.h5 is no shard"
    for name, sentence in [
        ("loss", changed),
        ("groups", "one of them has no groups"),
        ("score", "has the score 'mmlu', which came after its extraction"),
        ("no texts_cut", changed),
        ("texts_cut text", no_shard),
        ("extraction list", no_shard),
        ("shard text", no_shard),
        ("model list", no_shard),
    ]:
        shards[1].write_bytes(whole)
        change(shards[1], name)
        assert sentence in extract.refused("merge", *shards), name


def test_the_job_array_of_slurm(extract, model_folder, captions, tmp_path):
    """Its script, called as Slurm calls it for two tasks of an array."""
    words = ["hf", model_folder("encoder"), "--data", captions, "--window", 8]
    extract.accepted(*words, output=tmp_path / "whole")
    command = tmp_path / "platonic-extract"
    command.write_text(f'#!/bin/sh\nPYTHONPATH={PACKAGE} exec {sys.executable} -m platonic_sweep.extract "$@"\n')
    command.chmod(0o755)
    array = {
        "SLURM_ARRAY_TASK_MIN": "1",
        "SLURM_ARRAY_TASK_MAX": "2",
        "SLURM_ARRAY_TASK_COUNT": "2",
        "SLURM_CPUS_PER_TASK": "2",
    }
    places = {"PLATONIC_EXTRACT": str(command), "PLATONIC_SHARDS": str(tmp_path / "shards")}

    def task(number, **changes):
        environment = os.environ | array | places | {"SLURM_ARRAY_TASK_ID": str(number)} | changes
        script = ["bash", ROOT / "deploy/slurm/extract.sbatch", *map(str, words)]
        return subprocess.run(script, env=environment, capture_output=True, text=True)

    for number in (1, 2):
        assert task(number).returncode == 0
    extract.accepted("merge", tmp_path / "shards")
    assert (extract.stores / "tiny-encoder.h5").read_bytes() == (tmp_path / "whole/tiny-encoder.h5").read_bytes()
    part = task(2, SLURM_ARRAY_TASK_MIN="2", SLURM_ARRAY_TASK_COUNT="1")
    assert part.returncode == 2 and "--array should be 1-N" in part.stderr


def swap(path, *names):
    """Exchanges two rows of datasets."""
    with h5py.File(path, "r+") as file:
        for name in names:
            values = file[name][:]
            values[[1, 2]] = values[[2, 1]]
            file[name][:] = values


@pytest.mark.parametrize(
    "names, sentence",
    [
        (
            ["samples/ids"],
            "shard-2-of-3.h5 was changed after it was extracted: its samples, of which the first is 'sample",
        ),
        (["samples/digest"], "shard-2-of-3.h5 was changed after it was extracted: its samples"),
        (["layers/0001"], "shard-2-of-3.h5 was changed after it was extracted: the features of its samples 'sample"),
        (
            ["samples/ids", "samples/digest", "layers/0000", "layers/0001", "layers/0002"],
            "its samples, of which the first",
        ),
    ],
)
def test_scrambled_shards_are_refused(extract, sharded, names, sentence):
    shards, _ = sharded
    swap(shards[1], *names)
    assert sentence in extract.refused("merge", *shards)


def test_shards_of_other_inputs_are_refused_by_the_data(extract, sharded, ids, texts, tmp_path):
    shards, _ = sharded
    data = write_captions(tmp_path / "captions.jsonl", ids, [*texts[:30], "cat", *texts[31:]])
    assert "sample 'sample 30' of 'tiny-llama' was extracted from another input" in extract.refused(
        "merge", *shards, "--data", data
    )
    order = [*range(20), 21, 20, *range(22, SAMPLES)]
    data = write_captions(tmp_path / "captions.jsonl", [ids[row] for row in order], [texts[row] for row in order])
    assert "row 20 of 'tiny-llama' is sample 'sample 20'" in extract.refused("merge", *shards, "--data", data)


def test_shards_are_all_there_once_and_of_one_extraction(extract, sharded, model_folder, captions, tmp_path):
    shards, whole = sharded
    assert "shard 2 of 3 of 'tiny-llama' is missing" in extract.refused("merge", shards[0], shards[2])
    copy = tmp_path / "copy.h5"
    copy.write_bytes(shards[0].read_bytes())
    assert "are both shard 1 of 'tiny-llama'" in extract.refused("merge", copy, *shards)
    assert "is no shard that platonic-extract wrote" in extract.refused("merge", whole)
    words = ["hf", model_folder("llama"), "--data", captions, *WORDS, "--pool", "last", "--shard", "3/3"]
    extract.accepted(*words, output=tmp_path / "last")
    assert "they differ in 'extraction'" in extract.refused("merge", *shards[:2], next((tmp_path / "last").iterdir()))
    shards[1].write_bytes(shards[1].read_bytes()[:-100])
    assert "shard-2-of-3.h5 cannot be read" in extract.refused("merge", *shards)


def test_shards_are_whole_windows(extract, model_folder, captions):
    words = ["hf", model_folder("encoder"), "--data", captions]
    assert "40 samples are 1 windows of 256, and cannot be 2 shards" in extract.refused(*words, "--shard", "1/2")
    assert "the shard '0/2' should be I/N" in extract.refused(*words, "--shard", "0/2")
    assert "shard 2/2 would have 1 samples" in extract.refused(*words, "--shard", "2/2", "--window", "39")


def test_memory_is_that_of_a_window(model_folder, texts, tmp_path):
    """Ten times the samples take no more memory, beyond their ids and digests."""
    peaks = []
    for count in (20, 200):
        many = [f"{text} {row}" for row in range(count) for text in texts]
        data = write_captions(tmp_path / f"{count}.jsonl", [str(row) for row in range(len(many))], many)
        script = (
            "import resource, sys; from platonic_sweep.extract._command import main; status = main(sys.argv[1:]);"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr); sys.exit(status)"
        )
        words = ["hf", model_folder("llama"), "--data", data, "--output-dir", tmp_path / str(count), "--threads", 2]
        done = subprocess.run(
            [sys.executable, "-c", script, *map(str, words)],
            env=os.environ | {"PYTHONPATH": str(PACKAGE)},
            capture_output=True,
            text=True,
            check=True,
        )
        peaks.append(int(done.stderr.splitlines()[-1]) << 10)
    features = layers_of(tmp_path / "200/tiny-llama.h5")
    assert sum(layer.nbytes for layer in features.values()) > 3_000_000
    assert peaks[1] - peaks[0] < 24 << 20
    assert np.isfinite(features["block1"]).all()
