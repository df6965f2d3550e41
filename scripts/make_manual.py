#!/usr/bin/env python3
"""Writes the manual page platonic(1) from what the program says of itself, so that it cannot differ from --help.

usage: scripts/make_manual.py --binary PLATONIC > platonic.1
"""

import argparse
import datetime
import json
import os
import subprocess

STATUSES = [
    ("0", "done"),
    ("1", "some or all of it could not be computed"),
    ("2", "the request was wrong"),
    ("3", "interrupted, or the coordinator stayed away"),
]
ENVIRONMENT = [
    ("PLATONIC_CONNECT", "the coordinator, where no --connect is given"),
    ("PLATONIC_KEYS", "the directory of keys, where no --keys is given"),
    ("PLATONIC_SHARE", "the folder of the data that comes with the program"),
    ("XDG_CACHE_HOME", "the folder for artifacts and calibrations, platonic below it (~/.cache where it is not set)"),
]


def escaped(text):
    """Text that roff takes as it is: no requests at the start of a line, no escapes in it."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("…", "...").replace("×", "x")
    text = text.replace("^", "\\(ha").replace("~", "\\(ti").replace("`", "\\(ga").replace("'", "\\(aq")
    return "\\&" + text if text.startswith((".", "'")) else text


def paragraphs(text):
    """A discussion: paragraphs, and lines that are indented as they stand."""
    lines = []
    for block in text.strip("\n").split("\n\n"):
        rows = block.split("\n")
        if all(row.startswith("  ") for row in rows):
            lines += [".PP", ".nf", ".RS 4", *(escaped(row[2:]) for row in rows), ".RE", ".fi"]
        else:
            lines += [".PP", *(escaped(row.strip()) for row in rows if row.strip())]
    return lines


def names(argument):
    return [("--" if name["kind"] == "long" else "-") + name["name"] for name in argument.get("names", [])]


def described(argument):
    """The entry of one argument or option."""
    value = argument.get("valueName", "")
    if argument["kind"] == "positional":
        label = f"\\fI{escaped(value)}\\fR" + (" ..." if argument["isRepeating"] else "")
    else:
        label = ", ".join(f"\\fB{escaped(name)}\\fR" for name in names(argument))
        if argument["kind"] == "option":
            label += f" \\fI{escaped(value)}\\fR" + (" ..." if argument["isRepeating"] else "")
    text = argument.get("abstract", "")
    if default := argument.get("defaultValue"):
        text += f" (default: {default})"
    return [".TP", label, escaped(text.strip() or "(no description)")]


def shown(command):
    return [argument for argument in command.get("arguments", []) if argument.get("shouldDisplay", True)]


def synopsis(path, command):
    words = [f"\\fB{escaped(path)}\\fR"]
    for argument in shown(command):
        if argument["kind"] == "positional":
            word = f"\\fI{escaped(argument['valueName'])}\\fR" + ("..." if argument["isRepeating"] else "")
            words.append(f"[{word}]" if argument["isOptional"] else word)
    return " ".join([*words, "[options]"])


def section(path, command):
    """One command and those below it."""
    lines = [f".SS {escaped(path)}", escaped(command.get("abstract", "")), ".PP", synopsis(path, command)]
    lines += paragraphs(command.get("discussion", "")) if command.get("discussion") else []
    title = None
    for argument in sorted(shown(command), key=lambda argument: argument.get("sectionTitle", "")):
        if names(argument) and names(argument)[-1] in ("--help", "--version"):
            continue
        if (found := argument.get("sectionTitle")) != title:
            lines += [".PP", f"{escaped(found)}:"] if found else []
            title = found
        lines += described(argument)
    return lines + below(path, command)


def below(path, command):
    commands = [child for child in command.get("subcommands", []) if child["commandName"] != "help"]
    return [line for child in commands for line in section(f"{path} {child['commandName']}", child)]


def page(program, version, date):
    root = program["command"]
    lines = [f'.TH PLATONIC 1 "{date}" "platonic {version}" "User commands"']
    lines += [
        ".SH NAME",
        "platonic \\- " + escaped(root["abstract"].rstrip(".")[:1].lower() + root["abstract"].rstrip(".")[1:]),
    ]
    lines += [".SH SYNOPSIS", "\\fBplatonic\\fR \\fIcommand\\fR [options]"]
    lines += [".SH DESCRIPTION", *paragraphs(root.get("discussion", ""))[1:]]
    lines += [".PP", escaped("Every command has --help; the options --metric, --x and their like take several words.")]
    lines += [".SH COMMANDS", *below("platonic", root)]
    for title, entries in (("EXIT STATUS", STATUSES), ("ENVIRONMENT", ENVIRONMENT)):
        lines += [f".SH {title}"]
        for label, text in entries:
            lines += [".TP", f"\\fB{label}\\fR", escaped(text)]
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True)
    binary = parser.parse_args().binary

    def said(*words):
        return subprocess.run([binary, *words], check=True, capture_output=True, text=True).stdout

    date = datetime.date.fromtimestamp(os.path.getmtime(binary)).isoformat()
    print(page(json.loads(said("--experimental-dump-help")), said("--version").split()[1], date), end="")


if __name__ == "__main__":
    main()
