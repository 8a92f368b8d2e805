"""A difference on a terminal: what got worse first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from segaudit.model import ReportedFinding
from segaudit.model.difference import Difference
from segaudit.reports.difference.phrases import change, facts, leading, lists, verdict
from segaudit.reports.phrases import subject, text_of, visible
from segaudit.reports.terminal import COLOURS, LIMIT, grid

COLOUR = {"not worse": "bold green", "worse": "bold red", "unknown": "bold yellow"}


def render(difference: Difference) -> RenderableType:
    """Return what to print."""
    return Group(*_paragraphs(difference))


def _paragraphs(difference: Difference) -> Iterator[RenderableType]:
    yield Text(verdict(difference), COLOUR[difference.verdict])
    yield ""
    yield grid(facts(difference))
    if difference.stopped:
        yield Text("\ncould not run", "bold")
        yield grid((stop.name, f"{stop.error}{' (newly)' if stop.newly else ''}") for stop in difference.stopped)
    if difference.checks:
        yield ""
        yield _checks(difference)
    for word, findings in lists(difference).items():
        yield Text(f"\n{word}", "bold")
        yield _findings(findings)
        yield from _more(len(findings) - LIMIT)
    if difference.changes:
        yield Text("\nnumbers that changed", "bold")
        first = leading(difference.changes)[:LIMIT]
        yield _table(("structure", "number", "old", "new", "by"), map(change, first))
        yield from _more(len(difference.changes) - len(first))


def _checks(difference: Difference) -> Table:
    """Return the counts by check."""
    rows = ((t.check, t.severity, f"{t.new:,}", f"{t.fixed:,}", f"{t.still:,}") for t in difference.checks)
    return _table(("check", "severity", "new", "fixed", "still there"), rows)


def _findings(findings: Sequence[ReportedFinding]) -> Table:
    table = Table.grid(padding=(0, 2))
    for column in range(4):
        table.add_column(overflow="fold", no_wrap=column == 0)
    for finding in findings[:LIMIT]:
        severity = Text(finding.severity, COLOURS[finding.severity])
        table.add_row(severity, finding.check, Text(subject(finding)), Text(text_of(finding)))
    return table


def _table(header: Sequence[str], rows: Iterator[tuple[str, ...]]) -> Table:
    """Return a table; all but the first two columns are numbers and right-aligned."""
    table = Table(*header, box=None, padding=(0, 2, 0, 0), header_style="dim")
    for column in table.columns[2:]:
        column.justify = "right"
    for row in rows:
        table.add_row(*(Text(visible(cell)) for cell in row))
    return table


def _more(number: int) -> Iterator[Text]:
    if number > 0:
        yield Text(f"... and {number:,} more (--format json)", "dim")
