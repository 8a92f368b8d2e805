"""The publicly reported defects of a release, for ``segaudit known``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import msgspec
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from segaudit.model import KnownIssue
from segaudit.model.words import count
from segaudit.reports.phrases import visible
from segaudit.reports.spreadsheet import sheet

IssueLists = Mapping[str, Sequence[KnownIssue]]
"""Known issues by the name of their contract."""

COLUMNS = ("contract", *KnownIssue.__struct_fields__)

MARGIN = len("all cases")
"""The least width of the column of cases, in characters."""


def text(lists: IssueLists) -> RenderableType:
    """Return what to print: a heading for each contract, then an entry for each defect, with its status and source."""
    return Group(*(part for name, issues in lists.items() for part in _section(name, issues)))


def csv(lists: IssueLists) -> str:
    """Return the known issues as CSV, a line for each."""
    return sheet(COLUMNS, _rows(lists))


def json(lists: IssueLists) -> str:
    """Return the known issues as JSON, an object for each."""
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in _rows(lists)]
    return msgspec.json.format(msgspec.json.encode(rows), indent=2).decode() + "\n"


def _rows(lists: IssueLists) -> Iterator[tuple[str, ...]]:
    for name, issues in lists.items():
        yield from ((name, *msgspec.structs.astuple(issue)) for issue in issues)


def _section(name: str, issues: Sequence[KnownIssue]) -> Iterator[RenderableType]:
    """Yield a contract's heading and its entries."""
    yield Text(f"{visible(name)}: {count(len(issues), 'known issue')}", "bold")
    table = Table.grid(padding=(0, 2))
    table.add_column(min_width=MARGIN, no_wrap=True)
    table.add_column(overflow="fold")
    for alike in _alike(issues):
        table.add_row(*_entry(alike))
    yield table


def _alike(issues: Sequence[KnownIssue]) -> Iterator[list[KnownIssue]]:
    """Group the issues that differ only in the case, those of the release as a whole first."""
    groups = defaultdict(list)
    for issue in issues:
        groups[issue.case == "*", msgspec.structs.replace(issue, case="")].append(issue)
    return iter(sorted(groups.values(), key=lambda alike: alike[0].case != "*"))


def _entry(alike: Sequence[KnownIssue]) -> tuple[Text, RenderableType]:
    """Return the cases of an issue, and its description."""
    issue, cases = alike[0], [issue.case for issue in alike]
    where = "all cases" if cases == ["*"] else cases[0] if len(cases) == 1 else count(len(cases), "case")
    concerned = f" ({', '.join(issue.globs)})" if issue.globs else ""
    lines = [
        Text(visible(f"{issue.release} {issue.defect}{concerned}: {issue.description}")),
        *([Text(", ".join(map(visible, cases)), "cyan")] if len(cases) > 1 else []),
        *([Text(visible(f"status: {issue.status}"), "yellow")] if issue.status else []),
        Text(visible(issue.source), "dim"),
        Text(),
    ]
    return Text(visible(where), "bold"), Group(*lines)
