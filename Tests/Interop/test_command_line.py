"""The command line itself: what it says of mistakes, what it completes, its manual page, and that no advice names an option that is not there."""

import json
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time

import pytest

from cluster import Cluster
from conftest import ROOT, write_store


@pytest.fixture(scope="module")
def help_tree(platonic):
    return json.loads(platonic.succeed("--experimental-dump-help"))["command"]


def options_of(command):
    return {
        "--" + name["name"]
        for argument in command.get("arguments", [])
        for name in argument.get("names", [])
        if name["kind"] == "long"
    }


def commands(tree, path=()):
    """Every command by its words, with its options."""
    found = {path: options_of(tree) | {"--help", "--version"}}
    for child in tree.get("subcommands", []):
        found |= commands(child, (*path, child["commandName"]))
    return found


# MARK: Mistakes


@pytest.mark.parametrize(
    "words, said",
    [
        (["swep", "--x", "a.h5"], "did you mean 'platonic sweep'?"),
        (["keys", "isue", "k"], "did you mean 'platonic keys issue'?"),
        (["qwertyuiop"], "'platonic --help' lists them all"),
        (["sweep", "--output", "r.h5", "--metrik", "cka"], "Did you mean '--metric'?"),
        (["sweep", "--x", "a.h5", "--output", "r.h5", "--memory", "8"], "8 what? Give a unit, such as 8GiB"),
        (["worker", "--connect", "tcp://h:1", "--artifacts-limit", "20"], "20 what? Give a unit, such as 20GiB"),
        (["plan", "--x", "a.h5", "--memory", "8 GX"], "one of TiB, GiB"),
        # What is mistyped, and not what is missing for it.
        (["sweep", "--x", "a.h5", "--outptu", "r.h5"], "Unknown option '--outptu'. Did you mean '--output'?"),
        (["sweep", "--x", "a.h5", "--outptu=r.h5"], "see 'platonic sweep --help'"),
        (["keys", "issue", "k", "n", "--rule", "worker"], "Did you mean '--role'?"),
        (["keys", "issue", "k", "n"], "see 'platonic keys issue --help'"),
        (["sweep", "/"], "--x /"),
        (["sweep", "/", "--output", "r.h5"], "it is a directory"),
        (["plan", "a.h5"], "--x a.h5"),
        (["report", "r.h5", "--output", "r", "--pair", "a"], "1 name was given"),
        (["explain", "1", "tile", "0", "0"], "step LAYER,STEP"),
        (["--generate-completion-script", "tcsh"], "tcsh"),
    ],
)  # fmt: skip
def test_mistakes_are_told_with_what_was_meant(platonic, words, said):
    result = platonic.run(*words)
    assert result.returncode == 2 and said in result.stderr, result.stderr
    # A line break in what the parser says is a space.
    assert words[0] != "--generate-completion-script" or "?" not in result.stderr, result.stderr


def test_what_has_no_effect_is_said_and_the_sweep_goes_on(platonic, tmp_path):
    store = write_store(tmp_path / "a.h5", "a", [[[1.0, 2], [3, 5], [1, 7], [4, 4], [9, 1]]], list("abcde"))
    words = ["--x", store, "--metric", "cka", "--k", "2000", "--output", tmp_path / "r.h5", "--workers", 1]
    result = platonic.run("sweep", *words)
    assert result.returncode == 0 and "warning: --k is not used: cka has no neighbours" in result.stderr, result.stderr


def test_options_of_sweep_stand_in_groups(platonic):
    text = platonic.succeed("sweep", "--help")
    titles = ["WHAT IS COMPARED:", "METRICS:", "PREPARATION:", "THIS MACHINE:", "WATCHING:"]
    places = [text.upper().index("\n" + title) for title in titles]
    assert places == sorted(places)
    assert places[1] < text.index("--svcca-dimensions") < places[2] < text.index("--clip-scope") < places[3]
    for command in ("sweep", "submit"):
        text = platonic.succeed(command, "--help")
        written = text.index("WHAT IS WRITTEN:")
        assert written < text.index("  --output") < text.index("OPTIONS:\n") and written < text.index("  --force")


def test_help_says_what_takes_several_values_and_what_is_left_out(help_tree):
    every = trees(help_tree)
    assert len(every) > 25
    for path, tree in every.items():
        for argument in tree.get("arguments", []):
            text, default = argument.get("abstract", ""), argument.get("defaultValue")
            if argument["kind"] == "option" and argument["isRepeating"]:
                counts = ("one or more", "can be repeated", "two models", "four names")
                assert any(count in text.lower() for count in counts), (path, text)
            # The parser adds its own.
            assert not (default and f"default: {default}" in text), (path, text)
        # The program is called with at most 80 columns of text, and examples must not be broken.
        for line in tree.get("discussion", "").splitlines():
            assert not line.startswith("  ") or len(line) <= 76, (path, line)
    sweep = {a["names"][0]["name"]: a["abstract"] for a in every["sweep",]["arguments"] if a["kind"] == "option"}
    for name, default in {"metric": "mutual_knn", "name-from": "model", "seed": "0", "name": "sweep"}.items():
        assert f"(default: {default})" in sweep[name]
    assert "2 when" in every["worker",]["discussion"]


def trees(tree, path=()):
    """Every command by its words, as the parser describes it."""
    found = {path: tree}
    for child in tree.get("subcommands", []):
        found |= trees(child, (*path, child["commandName"]))
    return found


def test_scaling_asks_less_and_less_often_while_squeue_fails(platonic, tmp_path):
    """What squeue says, on many lines, is one line of a length that can be read."""
    for name in ("squeue", "scancel"):
        script = tmp_path / "bin" / name
        script.parent.mkdir(exist_ok=True)
        status = 1 if name == "squeue" else 0
        script.write_text(f"#!/bin/sh\nfor i in $(seq 50); do echo 'error: no contact  ' >&2; done\nexit {status}\n")
        script.chmod(0o755)
    environment = {**platonic.environment, "PATH": f"{tmp_path / 'bin'}:{platonic.environment['PATH']}"}
    words = ["scale", "slurm", "--connect", f"ipc://{tmp_path}/nobody", "--logs", tmp_path / "logs"]
    words += ["--interval", "0.2s", "--idle-timeout", "1s"]
    scaling = subprocess.Popen(
        [platonic.binary, *words], env=environment, stderr=subprocess.PIPE, text=True, cwd=tmp_path
    )
    time.sleep(4)
    scaling.send_signal(signal.SIGTERM)
    _, said = scaling.communicate(timeout=30)
    warnings = [line for line in said.splitlines() if "nothing is decided" in line]
    # Every 0.2 s there would be twenty.
    assert 3 <= len(warnings) <= 6, said
    for position, line in enumerate(warnings, 1):
        assert "error: no contact; error: no contact" in line and f"(failure {position} in a row)" in line, line
        assert len(line) < 450 and "\ufffd" not in line


# MARK: Advice

NOT_OURS = {
    # Of sbatch, squeue, scancel and the like.
    "Sources/WorkerScaling/Slurm", "Sources/SweepRuntime/Slurm",
    # Variables of style sheets.
    "Sources/Figures",
}  # fmt: skip


def swift_texts():
    """Every string literal of the program, with where it stands."""
    for path in sorted((ROOT / "Sources").rglob("*.swift")):
        name = str(path.relative_to(ROOT))
        if name.endswith(".pb.swift") or any(name.startswith(folder) for folder in NOT_OURS):
            continue
        text = re.sub(r"^\s*//.*$", "", path.read_text(), flags=re.M)
        for literal in re.findall(r'"""(.*?)"""|"((?:[^"\\\n]|\\.)*)"', text, flags=re.S):
            yield name, "".join(literal)


def named_options(text):
    return re.findall(r"(?<![\w-])--[a-z][a-z0-9-]*[a-z0-9]\b", text)


def check_command(words, known, where):
    """The options of one written command belong to it."""
    path = ()
    for word in words:
        if (*path, word) not in known:
            break
        path += (word,)
    if path == ():
        return
    rest = words[: words.index("--")] if "--" in words else words
    for option in named_options(" ".join(rest)):
        assert option in known[path], f"{where}: 'platonic {' '.join(path)}' has no {option}"


def test_every_option_in_a_text_of_the_program_exists(help_tree):
    known = commands(help_tree)
    # The program's own between its processes, the parser's, and sbatch's where a text speaks of it.
    every = set().union(*known.values()) | {"--lifeline", "--generate-completion-script", "--cpus-per-task"}
    named = [(option, where, text) for where, text in swift_texts() for option in named_options(text)]
    assert len(named) > 60
    assert not [found for found in named if found[0] not in every]
    for where, text in swift_texts():
        for quoted in re.findall(r"'platonic ([^']*)'", text):
            check_command(quoted.split(), known, where)


def written_commands(text):
    """The commands in a document: after a prompt, in a script, or between backquotes, lines that end in \\ joined."""
    text = text.replace("\\\n", " ")
    for line in text.splitlines():
        for found in re.findall(r"(?:^|[$`(/]\s?)platonic ((?:[a-z]+ ?)+[^`|#)]*)", line):
            yield re.split(r"\s(?:&&|;)\s", found)[0].replace("'", " ").split()


@pytest.mark.parametrize(
    "document",
    [
        "README.md",
        *(
            str(path.relative_to(ROOT))
            for folder in ("Schemas", "deploy")
            for path in sorted((ROOT / folder).rglob("*.md"))
        ),
    ],
)
def test_every_option_in_a_document_belongs_to_its_command(help_tree, document):
    known = commands(help_tree)
    for words in written_commands((ROOT / document).read_text()):
        check_command(words, known, document)


def test_advice_at_a_state_that_is_in_use_names_options_of_the_command(platonic, tmp_path, help_tree):
    generator_rows = [[float((i * j) % 7), float(i), float(j)] for i in range(20) for j in range(3)]
    store = write_store(tmp_path / "a.h5", "a", [generator_rows], [str(i) for i in range(60)])
    cluster = Cluster(platonic, tmp_path, insecure=True)
    try:
        cluster.start_coordinator()
        # Where a sweep would keep its state, another coordinator works.
        (tmp_path / "r.h5.state").symlink_to(cluster.state)
        result = platonic.run("sweep", "--x", store, "--output", tmp_path / "r.h5")
    finally:
        cluster.end()
    assert result.returncode == 2, result.stderr
    if "another coordinator works on it" in result.stderr:
        assert "another --output for 'platonic sweep'" in result.stderr


# MARK: Completion


@pytest.fixture(scope="module")
def scripts(platonic, tmp_path_factory):
    """The completion script of each shell, and a folder with files to complete; the program is on PATH."""
    folder = tmp_path_factory.mktemp("completion")
    (folder / "bin").mkdir()
    (folder / "bin/platonic").symlink_to(platonic.binary)
    for shell in ("bash", "zsh", "fish"):
        (folder / f"platonic.{shell}").write_text(platonic.succeed("--generate-completion-script", shell))
    for name in ("store.h5", "notes.txt", "spec.yaml"):
        (folder / name).touch()
    (folder / "some-directory").mkdir()
    return folder


BASH = """
source /usr/share/bash-completion/bash_completion
source platonic.bash
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_POINT=${#COMP_LINE} COMP_TYPE=9
read -r function < <(complete -p platonic | sed -E 's/.*-F ([^ ]+).*/\\1/')
"$function" platonic "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}" 2>/dev/null
printf '%s\\n' "${COMPREPLY[@]}"
"""


def complete(shell, folder, words, environment):
    """What the shell offers for the last of `words`."""
    environment = {**environment, "PATH": f"{folder / 'bin'}:{environment['PATH']}"}
    if shell == "bash":
        command = ["bash", "-c", BASH, "bash", *words]
    else:
        line = " ".join(words)
        command = ["fish", "--no-config", "-c", f"source platonic.fish; complete --do-complete '{line}'"]
    result = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60)
    return {line.split("\t")[0].strip() for line in result.stdout.splitlines() if line.strip()}


CASES = [
    (["swe"], {"sweep"}, {"submit"}),
    (["sweep", "--svcca"], {"--svcca-dimensions"}, {"--x"}),
    (["sweep", "--metric", "cka"], {"cka", "cka_rbf"}, {"svcca"}),
    (["sweep", "--metric", "cka", "cy"], {"cycle_knn"}, {"cka"}),
    (["sweep", "--layers", "0", "-1", "l"], {"last"}, {"all"}),
    (["sweep", "--x", "store.h5", "s"], {"store.h5"}, {"spec.yaml"}),
    (["sweep", "--metric", "cka", "--variant", ""], {"paper"}, {"cka"}),
    (["help", ""], {"sweep", "keys"}, set()),
    (["help", "swe"], {"sweep"}, {"keys"}),
    (["sweep", "--clip-scope", ""], {"model", "layer", "sample_mean"}, set()),
    (["export", "store.h5", "--format", ""], {"csv", "json", "parquet"}, set()),
    (["keys", "issue", "k", "n", "--role", "w"], {"worker"}, {"admin"}),
    (["inspect", "s"], {"store.h5"}, {"spec.yaml"}),
    (["sweep", "s"], {"spec.yaml"}, {"store.h5"}),
]


@pytest.mark.parametrize("shell", ["bash", "fish"])
@pytest.mark.parametrize("words, offered, not_offered", CASES)
def test_shells_complete(platonic, scripts, shell, words, offered, not_offered):
    found = complete(shell, scripts, ["platonic", *words], platonic.environment)
    assert offered <= found and not not_offered & found, found


ZSH = r"""
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'PROMPT=; autoload -U compinit; compinit -u -d zcompdump; source ./platonic.zsh; compdef _platonic platonic'
zpty -w shell 'zstyle ":completion:*" list-colors ""; LISTMAX=10000; setopt no_beep; print REA""DY'
zpty -r -m shell seen '*READY*'
zpty -n -w shell "$1"$'\t'
zpty -n -w shell $'\t'
sleep 3
zpty -n -w shell $'\C-u\nprint EN\"\"D\n'
zpty -r -m shell seen '*END*'
print -r -- "$seen"
zpty -d shell
"""


@pytest.mark.parametrize("line, offered", [("platonic sweep --clip-scope ", "sample_mean")])
def test_zsh_completes(platonic, scripts, line, offered):
    environment = {**platonic.environment, "PATH": f"{scripts / 'bin'}:{platonic.environment['PATH']}", "TERM": "dumb"}
    result = subprocess.run(
        ["zsh", "-f", "-c", ZSH, "zsh", line], cwd=scripts, env=environment, capture_output=True, text=True, timeout=60
    )
    assert offered in result.stdout, result.stdout + result.stderr


@pytest.mark.parametrize("shell", ["bash"])
def test_ids_come_from_the_coordinator(platonic, scripts, tmp_path, shell):
    store = write_store(tmp_path / "a.h5", "a", [[[1.0, 2], [3, 5], [1, 7], [4, 4], [9, 1]]], list("abcde"))
    cluster = Cluster(platonic, tmp_path)
    try:
        cluster.start_coordinator()
        ids = {cluster.submit("--x", store, "--metric", "cka") for _ in range(2)}
        words = ["platonic", "status", "--connect", f"@{cluster.state}", "--keys", str(cluster.client_keys), ""]
        assert complete(shell, scripts, words, platonic.environment) >= ids
    finally:
        cluster.end()
    # Where there is nobody to ask, nothing is offered and nobody waits for long.
    words[3] = f"@{tmp_path / 'nowhere'}"
    assert not complete(shell, scripts, words, platonic.environment) & ids


# MARK: The manual


def test_the_manual_page_is_whole_and_clean(platonic, tmp_path, help_tree):
    script = ROOT / "scripts/make_manual.py"
    page = tmp_path / "platonic.1"
    page.write_text(
        subprocess.run(
            [sys.executable, script, "--binary", platonic.binary], check=True, capture_output=True, text=True
        ).stdout
    )
    lint = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", page], capture_output=True, text=True)
    assert lint.returncode == 0, lint.stdout
    assert shutil.which("mandoc")
    shown = subprocess.run(["mandoc", "-T", "utf8", page], check=True, capture_output=True, text=True).stdout
    shown = re.sub(".\b", "", shown)
    for path, options in commands(help_tree).items():
        if path and path[0] != "help":
            assert "platonic " + " ".join(path) in shown
            for option in options - {"--help", "--version", "--lifeline"}:
                assert option in shown, option
    assert "EXIT STATUS" in shown and pathlib.Path(page).stat().st_size > 20_000
