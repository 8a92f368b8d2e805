"""The report for the page of a CI job, as Markdown (GitHub's step summary, GitLab): ``summary.md``."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence

from segaudit.model import CheckResult, Report, ReportedFinding, Severity
from segaudit.model.decision import Decisions
from segaudit.model.words import count, some
from segaudit.reports import exclude, reviewed
from segaudit.reports.markdown import escape, table
from segaudit.reports.phrases import (
    affected,
    audited,
    by_check,
    integrity,
    judged,
    settings,
    stopped,
    subject,
    text_of,
    verdict,
    verified,
    visible,
)

NAMED = 10
"""The most cases to leave out that are named, and the most unusual masks."""

LIMIT = 20
"""The most findings that are listed of one check."""


def render(report: Report, changed: str = "", decisions: Decisions | None = None) -> str:
    """Return the summary: the verdict, counts, the checks with findings, and, folded, the findings of errors.

    ``changed`` is a line about changes since the last report; ``decisions`` are those of people about findings.
    """
    return "\n\n".join([*_sections(report, changed), *_reviewed(decisions or Decisions())]) + "\n"


def _sections(report: Report, changed: str) -> Iterator[str]:
    found = tuple(by_check(report))
    yield f"# {escape(verdict(report))}"
    yield escape(f"Dataset {report.dataset} against the contract {report.contract}, by segaudit {report.segaudit}")
    yield escape(f"Audited: {audited(report)}.") if report.table else _counts(report)
    if integrity(report):
        yield escape(f"{integrity(report).capitalize()}.")
    if report.anatomy:
        yield escape(f"Anatomy was judged for {judged(report)}.")
    if report.verified:
        yield escape(f"{verified(report.verified)}.")
    if changed:
        yield f"Since the last report: {escape(changed)}"
    if left_out := exclude.cases(report):
        yield f"{count(len(left_out), 'case')} with errors: {escape(some(left_out, NAMED))}. All are in {exclude.NAME}."
    if stopped(report):
        yield "## Could not run"
        yield table(("check or case", "why"), stopped(report))
    if found:
        yield "## Checks with findings"
        yield _checks(found)
    for check, findings in found:
        if check.severity is Severity.ERROR:
            yield _details(check, findings)
    yield from _unusual(report)
    yield from _limits(report)


def _limits(report: Report) -> Iterator[str]:
    """Yield what the contract sets otherwise than by default."""
    if report.limits:
        yield "## Limits and severities of this contract"
        yield table(("limit or check", "here", "by default", "reason"), settings(report))


def _unusual(report: Report) -> Iterator[str]:
    """Yield the masks to look at first."""
    if report.unusual:
        yield "## Most unusual masks"
        yield "Whether or not a check found something; masks.csv has the scores of all."
        first = report.unusual[:NAMED]
        rows = [(f"{mask.case}/{mask.structure}", mask.unusual, f"{mask.deviation:.1f}") for mask in first]
        yield table(("mask", "most unusual", "standard deviations off, in all"), rows)


def _reviewed(decisions: Decisions) -> Iterator[str]:
    """Yield how often each check was right."""
    if rows := reviewed.precisions(decisions):
        yield "## How often checks were right"
        header = ("check", "right", "false alarms", "unsure", "disputed", "right, of 100 (95 % interval)")
        yield table(header, [(*row, row.text) for row in rows])


def _counts(report: Report) -> str:
    counts = report.counts
    header = ("cases", "masks", "files", "errors", "warnings", "info", "waived")
    row = (counts.cases, counts.masks, counts.files, counts.error, counts.warning, counts.info, counts.waived)
    return table(header, [row])


def _checks(found: Sequence[tuple[CheckResult, Sequence[ReportedFinding]]]) -> str:
    """Return a row for each check with findings, with the first of them."""
    rows = [
        (check.id, check.severity, len(findings), affected(findings), f"{subject(findings[0])}: {text_of(findings[0])}")
        for check, findings in found
    ]
    return table(("check", "severity", "findings", "cases", "first"), rows)


def _details(check: CheckResult, findings: Sequence[ReportedFinding]) -> str:
    """Return a check's findings, folded under its summary."""
    rows = [(subject(finding), text_of(finding)) for finding in findings[:LIMIT]]
    more = [f"... and {len(findings) - LIMIT:,} more in findings.csv"] if len(findings) > LIMIT else []
    head = f"<details>\n<summary>{html.escape(visible(f'{check.id}: {check.summary}'), quote=False)}</summary>"
    return "\n\n".join([head, table(("where", "what"), rows), *more, "</details>"])
