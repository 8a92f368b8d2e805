"""The report on a terminal: a summary to read in ten seconds, then the findings by check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from segaudit.model import CheckResult, Counts, Outcome, Report, ReportedFinding, Severity
from segaudit.model.words import argument, count
from segaudit.reports import exclude
from segaudit.reports.phrases import (
    audited,
    by_check,
    extent,
    graded,
    integrity,
    judged,
    not_run,
    stopped,
    subject,
    text_of,
    tuned,
    verdict,
    verified,
    visible,
)

Level = Literal["quiet", "text", "verbose"]
"""How much is printed; ``text`` is normal."""

LEVELS: dict[str, Level] = {"quiet": "quiet", "text": "text", "verbose": "verbose"}

LINES = 40
"""The most lines of the normal output, unless what is not a finding needs more."""

MORE = "-v lists the findings"

STOPPED = 5
"""The most checks and cases that are listed of those that could not run."""

LIMIT = 10
"""The most findings that are shown under one check."""

UNBROKEN = 10_000
"""Columns of a console on which no line is wrapped."""

GAP = 2
"""Columns between a name and its text."""

COLOURS = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.INFO: "bold cyan"}


def render(report: Report, folder: Path, changed: str = "", level: Level = "text") -> RenderableType:
    """Return the output after an audit; ``folder`` has the other reports, ``changed`` is about the last report.

    ``quiet`` is the verdict alone; ``verbose`` has the first findings of each check; ``text`` has them if all fit into
    ``LINES``, or else a line for each check.
    """
    if level == "quiet":
        return _verdict(report)
    head, tail = [*_head(report, changed)], grid(_closing(report, folder))
    blocks = [part for check, findings in by_check(report) for part in (_block(check, findings, LIMIT), "")]
    if level == "verbose":
        return Group(*head, *blocks, tail)
    return _Fitting(head, blocks, [*by_check(report)], tail)


def block(check: CheckResult, findings: Sequence[ReportedFinding], limit: int = LIMIT) -> str:
    """Return a check's paragraph as plain text: its id, its summary and its first findings, one per line."""
    console = Console(width=UNBROKEN, color_system=None)
    with console.capture() as capture:
        console.print(_block(check, findings, limit))
    return "\n".join(line.rstrip() for line in capture.get().splitlines())


def _head(report: Report, changed: str) -> Iterator[RenderableType]:
    """Yield what is above the findings."""
    yield _verdict(report)
    yield ""
    yield _facts(report, changed)
    yield ""
    if stopped(report):
        lost = stopped(report)
        yield margin(Text("not run", COLOURS[Severity.ERROR]), _listed(lost[:STOPPED], len(lost)))
        yield ""


def _verdict(report: Report) -> Text:
    return Text(verdict(report), "bold red" if report.exit_code else "bold green")


def _facts(report: Report, changed: str) -> RenderableType:
    """Return what was audited and how much was found, one per line."""
    facts: dict[str, str | Text] = {
        "dataset": report.dataset,
        "contract": report.contract,
        "audited": f"{audited(report)}, by segaudit {report.segaudit}",
        **({"anatomy": f"judged for {judged(report)}"} if report.anatomy else {}),
        **({"limits": f"{tuned(report)} by default"} if report.limits else {}),
        "found": _found(report.counts),
        **({"files": integrity(report)} if integrity(report) else {}),
        **({"since last": changed} if changed else {}),
        **({"verified": verified(report.verified)} if report.verified else {}),
        "could not run": Text(not_run(report) or "none", COLOURS[Severity.ERROR] if not_run(report) else ""),
    }
    return grid(facts.items())


def _found(counts: Counts) -> Text:
    """Return the counts by severity, each in its colour unless it is 0."""
    numbers = {Severity.ERROR: counts.error, Severity.WARNING: counts.warning, Severity.INFO: counts.info}
    coloured = [Text(graded(severity, n), COLOURS[severity] if n else "") for severity, n in numbers.items()]
    return Text(", ").join([*coloured, Text(f"{counts.waived:,} waived")])


def _block(check: CheckResult, findings: Sequence[ReportedFinding], limit: int) -> RenderableType:
    """Return a check's paragraph, its severity in the margin."""
    header = Text.assemble((check.id, "bold"), "  ", extent(findings))
    lines = _listed([(subject(finding), text_of(finding)) for finding in findings[:limit]], len(findings))
    body = Group(header, Text(visible(check.summary)), Padding.indent(lines, 2))
    return margin(Text(check.severity, COLOURS[check.severity]), body)


def _listed(rows: Sequence[tuple[str, str]], number: int) -> Group:
    """Return the rows, and how many of the ``number`` rows are not shown."""
    rest = [Text(f"... and {number - len(rows):,} more", "dim")] if number > len(rows) else []
    return Group(grid(rows), *rest)


def _closing(report: Report, folder: Path) -> Iterator[tuple[str, str | Text]]:
    """Yield the outcomes of the other checks, the other reports, and the verdict again, which has scrolled away."""
    outcomes = Counter(check.outcome for check in report.checks)
    others = (Outcome.CLEAN, Outcome.WAIVED, Outcome.NOT_APPLICABLE)
    yield "other checks", ", ".join(f"{outcomes[outcome]} {outcome}" for outcome in others)
    for check, _ in islice(by_check(report), 1):
        yield "what to do", f"segaudit explain {check.id}" + (f" --checks {argument(check.file)}" if check.file else "")
    if left_out := exclude.cases(report):
        yield "leave out", f"{count(len(left_out), 'case')} with errors, listed in {folder / exclude.NAME}"
    yield "look at it", f"{folder / 'report.html'}, the other reports beside it"
    yield "verdict", _verdict(report)


def margin(word: Text, body: RenderableType) -> Table:
    """Return a body with a word in the margin, which is as wide as the longest severity."""
    table = Table.grid(padding=(0, 2))
    table.add_column(width=max(map(len, Severity)), no_wrap=True)
    table.add_column()
    table.add_row(word, body)
    return table


def grid(rows: Iterable[tuple[str, str | Text]]) -> RenderableType:
    """Return rows of two columns without lines. A plain string is data, never markup."""
    return _Grid([(visible(name), text if isinstance(text, Text) else Text(visible(text))) for name, text in rows])


@dataclass(frozen=True, slots=True)
class _Fitting:
    """A report that is cut to ``LINES``."""

    head: Sequence[RenderableType]
    blocks: Sequence[RenderableType]
    """The findings of all checks, and a blank line after each."""
    checks: Sequence[tuple[CheckResult, Sequence[ReportedFinding]]]
    tail: RenderableType

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        around = len(console.render_lines(Group(*self.head, self.tail), options))
        whole = len(console.render_lines(Group(*self.blocks), options)) if self.blocks else 0
        yield from self.head
        yield from self.blocks if around + whole <= LINES else self._short(max(LINES - around - 2, 1))
        yield self.tail

    def _short(self, rows: int) -> Iterator[RenderableType]:
        """Yield a line for each check, cut to the width, and how many more there are."""
        table = Table.grid(padding=(0, GAP))
        table.add_column(no_wrap=True)
        table.add_column(no_wrap=True)
        table.add_column(no_wrap=True, justify="right")
        table.add_column(no_wrap=True, overflow="ellipsis")
        for check, findings in self.checks[:rows]:
            severity = Text(check.severity, COLOURS[check.severity])
            table.add_row(severity, Text(check.id, "bold"), f"{len(findings):,}", Text(visible(check.summary)))
        yield table
        rest = len(self.checks) - rows
        yield Text(f"... and {count(rest, 'more check')}; -v lists their findings" if rest > 0 else MORE, "dim")
        yield ""


@dataclass(frozen=True, slots=True)
class _Grid:
    """Names and their texts. A name is wrapped between its words, and inside a word that needs half a line."""

    rows: Sequence[tuple[str, Text]]

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        yield self._table(options.max_width)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement.get(console, options, self._table(options.max_width))

    def _table(self, width: int) -> Table:
        table = Table.grid(padding=(0, GAP))
        table.add_column(overflow="fold", width=self._names(width))
        table.add_column(overflow="fold")
        for name, text in self.rows:
            table.add_row(Text(name), text)
        return table

    def _names(self, width: int) -> int:
        """Return the columns for names: what texts leave, or a third; up to half for a long word."""
        names = max((cell_len(name) for name, _ in self.rows), default=0)
        word = max((cell_len(word) for name, _ in self.rows for word in name.split()), default=0)
        text = max((text.cell_len for _, text in self.rows), default=0)
        return min(names, max(width - GAP - text, width // 3, min(word, width // 2)))
