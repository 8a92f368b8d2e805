"""What becomes of decisions: waivers, a list for annotators, and how often each check was right."""

from __future__ import annotations

import datetime as dt
import glob
from collections.abc import Iterable, Iterator, Mapping
from operator import attrgetter
from pathlib import Path

from segaudit.judging import waivers as waiver_files
from segaudit.model import CaseFiles, Report, ReportedFinding, Severity, Waiver
from segaudit.model.decision import Decision, Decisions, Opinion, Verdict, opinion
from segaudit.model.waiver import SEPARATOR
from segaudit.model.whole import write_whole
from segaudit.model.words import count, printable
from segaudit.reports import reviewed
from segaudit.reports.phrases import message, structure
from segaudit.reports.review import MASKS, PLACE, paths, place
from segaudit.reports.spreadsheet import Cell, sheet

FOLDER = "review"
"""The folder below that of the reports."""

VALID = dt.timedelta(days=365)
"""How long a waiver is valid, from the day of the decision."""

SHOWN = 20
"""Checks in the printed table; ``precision.csv`` has all."""

ANNOTATED = (
    *("case", "structure", "check", "severity", "message", *PLACE, "ct"),
    *(f"mask_{number}" for number in range(1, MASKS + 1)),
    *("who", "day", "comment"),
)
"""Columns of the list for annotators."""


def waivers(report: Report, decisions: Decisions) -> tuple[Waiver, ...]:
    """Return waivers that accept the false alarms that a report still has, one for each structure of a finding."""
    accepted = _decided(report, decisions, Opinion.FALSE_ALARM, Verdict.FALSE_ALARM)
    unique = {
        (waiver.check, waiver.case, waiver.structure): waiver
        for finding, decision in accepted
        for waiver in _waivers(finding, decision)
    }
    return tuple(unique.values())


def _waivers(finding: ReportedFinding, decision: Decision) -> Iterator[Waiver]:
    day = decision.at.astimezone().date()
    why = f"{decision.comment} " if decision.comment else ""
    for part in finding.apart():
        yield Waiver(
            check=finding.check,
            case=glob.escape(finding.case),
            structure=SEPARATOR.join(map(glob.escape, part.structures)),
            reason=f"{why}(false alarm, {decision.who}, {day})",
            until=day + VALID,
        )


def worklist(report: Report, decisions: Decisions, files: Mapping[str, CaseFiles]) -> str:
    """Return the findings that are right, as CSV for annotators, in the order of the cases."""
    right = _decided(report, decisions, Opinion.RIGHT, Verdict.RIGHT)
    return _listed(right, files)


def _listed(right: Iterable[tuple[ReportedFinding, Decision]], files: Mapping[str, CaseFiles]) -> str:
    return sheet(ANNOTATED, (_row(finding, decision, files.get(finding.case)) for finding, decision in right))


def _row(finding: ReportedFinding, decision: Decision, files: CaseFiles | None) -> tuple[Cell, ...]:
    about = (finding.case, structure(finding), finding.check, finding.severity, message(finding))
    said = (decision.who, decision.at.astimezone().date().isoformat(), decision.comment)
    return (*about, *place(finding), *paths(finding, files), *said)


def _decided(
    report: Report, decisions: Decisions, said: Opinion, verdict: Verdict
) -> list[tuple[ReportedFinding, Decision]]:
    """Return the findings, waived or not, of which people say so together, each with the last decision that does."""
    found = []
    for finding in report.findings:
        by_person = decisions.about(finding)
        if opinion(by_person) is said:
            alike = (decision for decision in by_person.values() if decision.verdict is verdict)
            found.append((finding, max(alike, key=lambda decision: decision.at)))
    return sorted(found, key=lambda pair: (pair[0].case, pair[0].structures))


def write(report: Report, decisions: Decisions, files: Mapping[str, CaseFiles], output: Path) -> Iterator[str]:
    """Write the files, and yield a line about each.

    Raises:
        OSError: a file cannot be written.
    """
    accepted = waivers(report, decisions)
    right = _decided(report, decisions, Opinion.RIGHT, Verdict.RIGHT)
    rows = reviewed.precisions(decisions)
    wrong = sorted({finding.case for finding, _ in right if finding.severity is Severity.ERROR})
    (output / FOLDER).mkdir(parents=True, exist_ok=True)
    for name, text, content in (
        ("waivers.toml", waiver_files.dump(accepted), f"{count(len(accepted), 'waiver')} for the next audit"),
        ("reannotate.csv", _listed(right, files), f"{count(len(right), 'finding')} for annotators"),
        ("exclude.txt", "".join(f"{printable(case)}\n" for case in wrong), f"{count(len(wrong), 'case')} to leave out"),
        ("precision.csv", reviewed.csv(decisions), f"how often {count(len(rows), 'check')} were right"),
    ):
        yield f"{write_whole(output / FOLDER / name, text.encode())}: {content}"


def table(decisions: Decisions) -> Iterator[str]:
    """Yield the lines of a table: how the findings of the checks with most false alarms were decided."""
    rows = sorted(reviewed.precisions(decisions), key=attrgetter("false_alarms"), reverse=True)
    if not rows:
        return
    header = ("check", "right", "false alarms", "unsure", "disputed", "precision, % (95 % interval)")
    yield from _aligned([header, *((*map(str, row), row.text) for row in rows[:SHOWN])])
    if len(rows) > SHOWN:
        yield f"... and {count(len(rows) - SHOWN, 'more check')}"


def _aligned(cells: list[tuple[str, ...]]) -> Iterable[str]:
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for first, *others in cells:
        numbers = (cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))
        yield "  ".join((first.ljust(widths[0]), *numbers))
