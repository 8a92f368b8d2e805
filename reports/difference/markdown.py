"""A difference as Markdown, for the page of a CI job or a comment on a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from segaudit.model import ReportedFinding
from segaudit.model.difference import Difference
from segaudit.reports.difference.phrases import change, facts, leading, lists, verdict
from segaudit.reports.markdown import escape, table
from segaudit.reports.phrases import subject, text_of
from segaudit.reports.summary import LIMIT


def render(difference: Difference) -> str:
    """Return the Markdown."""
    return "\n\n".join(_sections(difference)) + "\n"


def _sections(difference: Difference) -> Iterator[str]:
    yield f"# {escape(verdict(difference))}"
    yield table(("", ""), list(facts(difference)))
    if difference.stopped:
        yield "## Could not run"
        rows = [(stop.name, stop.error, "yes" if stop.newly else "no") for stop in difference.stopped]
        yield table(("check or case", "why", "newly"), rows)
    if difference.checks:
        yield "## By check"
        tallies = [(t.check, t.severity, t.new, t.fixed, t.still) for t in difference.checks]
        yield table(("check", "severity", "new", "fixed", "still there"), tallies)
    for word, findings in lists(difference).items():
        yield f"## Findings {word}"
        yield _findings(findings)
        yield from _more(len(findings) - LIMIT)
    if difference.changes:
        yield "## Numbers that changed"
        first = leading(difference.changes)[:LIMIT]
        yield table(("structure", "number", "old", "new", "by"), [*map(change, first)])
        yield from _more(len(difference.changes) - len(first))


def _findings(findings: Sequence[ReportedFinding]) -> str:
    rows = [(f.severity, f.check, subject(f), text_of(f)) for f in findings[:LIMIT]]
    return table(("severity", "check", "where", "what"), rows)


def _more(number: int) -> Iterator[str]:
    if number > 0:
        yield f"... and {number:,} more"
