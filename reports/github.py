"""The findings as annotations of a GitHub job: workflow commands, one for each check with findings.

GitHub shows ten of each severity in a step, so there is one per check, about the first of its findings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from segaudit.model import Report, Severity
from segaudit.reports.phrases import by_check, extent, stopped, subject, text_of, verdict, visible

COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}

ESCAPES = {"%": "%25", "\r": "%0D", "\n": "%0A"}
"""Characters that must be escaped in a message (``actions/toolkit``, "command.ts")."""

IN_PROPERTIES = ESCAPES | {":": "%3A", ",": "%2C"}


def render(report: Report) -> str:
    """Return the commands, one per line, and the verdict."""
    return "\n".join([*_commands(report), visible(verdict(report))]) + "\n"


def _commands(report: Report) -> Iterator[str]:
    for name, why in stopped(report):
        yield _command("error", f"{name} could not run", why)
    for check, findings in by_check(report):
        first = f"{subject(findings[0])}: {text_of(findings[0])}"
        yield _command(COMMANDS[check.severity], f"{check.id}: {extent(findings)}", f"{check.summary} First: {first}")


def _command(command: str, title: str, message: str) -> str:
    return f"::{command} title={_escaped(title, IN_PROPERTIES)}::{_escaped(message, ESCAPES)}"


def _escaped(text: str, escapes: Mapping[str, str]) -> str:
    return "".join(escapes.get(letter, letter) for letter in visible(text))
