"""The command line's help: examples, versions, suggestions for commands, completion."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import click
import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner

from segaudit.cli import main
from segaudit.testing.small import write_small


def commands(group: click.Group, *words: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Yield each command that is not a group, with its words."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, *words, name)
        else:
            yield (*words, name), command


def shown(words: tuple[str, ...]) -> list[str]:
    """Return the examples in a command's help."""
    text = CliRunner().invoke(main, [*words, "--help"], terminal_width=100).stdout
    return [line.partition("#")[0] for line in re.findall(r"^ +segaudit (.*)", text, re.MULTILINE)]


@pytest.mark.parametrize("words", [words for words, _ in commands(main)], ids=" ".join)
def test_help_shows_examples_that_are_right(words: tuple[str, ...]) -> None:
    """Each command has examples of itself only, with existing arguments and options."""
    assert shown(words)
    for example in shown(words):
        arguments = shlex.split(example.partition(">")[0])
        assert tuple(arguments[: len(words)]) == words
        command = dict(commands(main))[words]
        without_types = [p for p in command.params if not (isinstance(p, click.Argument) and p.name == "dataset")]
        command.make_context("example", arguments[len(words) :], resilient_parsing=True)
        options = {option for parameter in without_types for option in parameter.opts}
        assert {word for word in arguments if word.startswith("--")} <= options


def test_version_names_what_matters() -> None:
    """Segaudit comes first, then Python, then the libraries that read, label and judge."""
    lines = CliRunner().invoke(main, ["--version"]).stdout.splitlines()
    assert lines[0] == f"segaudit {version('segaudit')}"
    assert lines[1].startswith(f"Python {sys.version.split()[0]} (")
    names = ["numpy", "nibabel", "isal", "zlib-ng", "connected-components-3d", "pandera"]
    assert [line.split()[0] for line in lines[2:]] == names


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("audti",), "Error: there is no command 'audti'; did you mean 'audit'?\n"),
        (("contract", "shwo"), "Error: there is no command 'shwo'; did you mean 'show'?\n"),
        (("contract", "zzz"), "Error: there is no command 'zzz'; there are init, show\n"),
        (("dataset.zip",), "Error: there is no command 'dataset.zip'; there are audit, baseline, "),
    ],
)
def test_a_wrong_command_gets_a_suggestion(arguments: tuple[str, ...], message: str) -> None:
    """The most similar one, or all of them; the exit code is 2."""
    result = CliRunner().invoke(main, arguments)
    assert (result.exit_code, result.stderr.startswith(message)) == (2, True), result.stderr


def completed(*words: str) -> list[str]:
    """Return what the shell would offer for the last word."""
    *before, last = words
    return [item.value for item in ShellComplete(main, {}, "segaudit", "_X").get_completions(before, last)]


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("di",), ["diff"]),
        (("explain", "mask-off"), ["mask-off-grid"]),
        (("audit", "d", "--contract", "totalsegmentator-v2"), ["totalsegmentator-v2"]),
        (("audit", "d", "--contract", "mi"), ["mi"]),
        (("contract", "show", "totalsegmentator-v1"), ["totalsegmentator-v1"]),
        (("audit", "d", "--select", "labels,mask-off"), ["labels,mask-off-grid"]),
        (("audit", "d", "--ignore", "alignm"), ["alignment"]),
        (("audit", "d", "--gate", "w"), ["warning"]),
        (("audit", "some"), ["some"]),
        (("measure", "some"), ["some"]),
    ],
)
def test_completion(words: tuple[str, ...], offered: list[str]) -> None:
    """Commands, options, contracts, checks and families; paths are left to the shell."""
    assert completed(*words) == offered


def test_completion_as_a_shell_asks_for_it() -> None:
    """The program answers bash in bash's own form."""
    asked = {"_SEGAUDIT_COMPLETE": "bash_complete", "COMP_WORDS": "segaudit explain mask-off", "COMP_CWORD": "2"}
    command = [sys.executable, "-c", "import sys; sys.argv = ['segaudit']; from segaudit.__main__ import main; main()"]
    done = subprocess.run(command, env=os.environ | asked, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("plain,mask-off-grid\n", "")


def test_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The examples of commands that need only a dataset succeed."""
    monkeypatch.chdir(tmp_path)
    root, contract = write_small(tmp_path)
    root.rename("DATASET")
    for words in (("measure",), ("stats",)):
        example = shlex.split(shown(words)[0])
        assert CliRunner().invoke(main, [*example, "--contract", str(contract)]).exit_code == 0
