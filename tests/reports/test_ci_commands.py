"""What no name in a dataset can do to a terminal or to a CI job that reads its log."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from segaudit.cli import main
from segaudit.model import Report
from segaudit.model.errors import DatasetError
from segaudit.model.words import edged, printable
from segaudit.reports import github, machine, summary
from segaudit.reports.terminal import UNBROKEN
from segaudit.testing.small import CONTRACT, write_small
from tests.support.reports import names, printed, reports

COMMANDS = ("::set-output name=x::y", "  ::error::x", "##[error]x", "a##vso[task.setvariable]b", "###[x]", ":::x")
HOSTILE = st.one_of(names, st.sampled_from(COMMANDS), st.text(":#[]v \n\x1b\u202e", max_size=8))


def commands(log: str) -> list[str]:
    """Return the lines of a log that a runner takes for commands, and those that it or a terminal would change."""
    return [
        line
        for line in log.split("\n")
        if line.strip().startswith("::") or "##[" in line or "##vso[" in line or not line.isprintable()
    ]


@given(HOSTILE)
def test_printed_text_is_no_command(text: str) -> None:
    """Not by itself, and not behind blanks; other text is as it was."""
    shown = printable(text)
    assert commands(shown) == []
    if text.isprintable() and not commands(text):
        assert shown == text


@pytest.mark.parametrize(
    ("name", "shown"),
    [("a", "a"), (" a b ", r"\x20a b\x20"), ("  ", r"\x20\x20"), ("", ""), ("a  ", r"a\x20\x20")],
)
def test_blanks_at_the_ends_are_seen(name: str, shown: str) -> None:
    """A runner or an editor would take them off."""
    assert edged(name) == shown


@given(reports(HOSTILE))
def test_reports_hold_no_command(report: Report) -> None:
    """The text report, JSON and Markdown on standard output, and GitHub's form apart from its own commands."""
    assert commands(printed(report, UNBROKEN)) == []
    assert commands(machine.render(report)) == []
    assert json.loads(machine.render(report))["findings"] is not None
    assert [line for line in commands(summary.render(report)) if "##" in line] == []
    own = ("::error title=", "::warning title=", "::notice title=")
    assert [line for line in commands(github.render(report)) if not line.startswith(own)] == []


@given(HOSTILE)
def test_errors_are_no_commands(text: str) -> None:
    """Names of files are in messages of errors, too."""
    assert commands(f"Error: {DatasetError(text, f'{text}: cannot be read')}") == []


@pytest.mark.parametrize("name", ["::set-output name=x::y", "##[error]x", "\x1b[31mred", "a\n::warning::b", " s1 "])
@pytest.mark.parametrize("command", ["audit", "stats", "baseline"])
def test_names_of_folders_on_both_streams(tmp_path: Path, name: str, command: str) -> None:
    """A case with such a name, which cannot be read and has a mask of such a name, changes no line of a log."""
    root, contract = write_small(tmp_path)
    contract.write_text(CONTRACT.replace("count = 3", "").replace("[splits]\ntrain = 2\ntest = 1\n", ""))
    (root / "s0001").rename(root / name)
    (root / name / "segmentations" / "liver.nii.gz").rename(root / name / "segmentations" / f"{name}.nii.gz")
    out = [] if command == "baseline" else ["--output", str(tmp_path / "out")]
    arguments = [command, str(root), *([str(tmp_path / "w.toml")] if command == "baseline" else [])]
    done = CliRunner().invoke(main, [*arguments, "--contract", str(contract), "--workers", "1", *out])
    assert done.exit_code in (0, 1), done.output
    assert commands(done.stdout) == []
    assert commands(done.stderr) == []
    wrong = CliRunner().invoke(main, ["audit", str(tmp_path / name), "--output", str(tmp_path / "out")])
    assert (wrong.exit_code, commands(wrong.stderr)) == (2, [])
