"""The cases to leave out, one id a line: ``exclude.txt``."""

from __future__ import annotations

from segaudit.model import Report, Severity
from segaudit.model.words import printable

NAME = "exclude.txt"


def cases(report: Report) -> list[str]:
    """Return the cases with an error that is not waived, and those that could not be measured."""
    wrong = {f.case for f in report.findings if f.case and f.waived is None and f.severity is Severity.ERROR}
    return sorted({*wrong, *(lost.case for lost in report.unmeasured)})


def render(report: Report) -> str:
    """Return the ids; empty if no case has to be left out."""
    return "".join(f"{printable(case)}\n" for case in cases(report))
