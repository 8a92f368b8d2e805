"""How often cases have findings, by each column of the metadata: ``breakdown.csv``, and a table of the page."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from segaudit.model import Dataset, Metadata, Report, Severity
from segaudit.reports.spreadsheet import sheet

ID = "image_id"
AGE, DECADE, AGE_CELL = "age", 10, re.compile(r"\d{1,3}", re.ASCII)
"""Ages are counted by decade."""

MAX_VALUES = 30
"""A column with more values is free text or names each case, and says nothing about groups."""

QUANTILE = 1.959964
"""Standard deviations from the mean that hold 95 per cent of a normal distribution."""

EMPTY = "(empty)"

COLUMNS = (
    *("column", "value", "cases", "cases_with_errors", "errors_per_100_cases", "errors_low", "errors_high"),
    *("cases_with_findings", "findings_per_100_cases", "findings_low", "findings_high"),
)


class Share(NamedTuple):
    """How many of some cases have a finding."""

    cases: int
    of: int

    @property
    def per_100(self) -> float:
        """Cases with a finding among 100."""
        return round(100 * self.cases / self.of, 1)

    @property
    def interval(self) -> tuple[float, float]:
        """The interval of ``per_100`` with 95 per cent confidence (Wilson 1927, doi:10.1080/01621459.1927.10502953)."""
        share, square = self.cases / self.of, QUANTILE**2
        middle = share + square / (2 * self.of)
        half = QUANTILE * math.sqrt(share * (1 - share) / self.of + square / (4 * self.of**2))
        low, high = ((middle + side * half) / (1 + square / self.of) for side in (-1, 1))
        return round(100 * max(low, 0.0), 1), round(100 * min(high, 1.0), 1)

    @property
    def text(self) -> str:
        """The share and its interval: ``12.5 (7.1 to 21.0)``."""
        low, high = self.interval
        return f"{self.per_100:.1f} ({low:.1f} to {high:.1f})"


class Group(NamedTuple):
    """The cases with one value in a column."""

    column: str
    value: str
    errors: Share
    """Those with an error."""
    findings: Share
    """Those with an error or a warning."""


def groups(report: Report, dataset: Dataset | None) -> list[Group]:
    """Return the groups of the measured cases by each column with few values; waived findings do not count."""
    if dataset is None or dataset.metadata is None or not report.cases:
        return []
    measured = frozenset(report.cases)
    wrong = {severity: _with(report, severity) for severity in (Severity.ERROR, Severity.WARNING)}
    found = wrong[Severity.ERROR] | wrong[Severity.WARNING]
    return [
        Group(column, value, *(Share(len(cases & some), len(cases)) for some in (wrong[Severity.ERROR], found)))
        for column, values in _columns(dataset.metadata, measured)
        for value, cases in sorted(values.items(), key=lambda item: _order(item[0]))
    ]


def csv(report: Report, dataset: Dataset | None) -> str:
    """Return the groups as CSV, a row for each."""
    rows = (
        (
            *(group.column, group.value, group.errors.of),
            *(group.errors.cases, group.errors.per_100, *group.errors.interval),
            *(group.findings.cases, group.findings.per_100, *group.findings.interval),
        )
        for group in groups(report, dataset)
    )
    return sheet(COLUMNS, rows)


def _with(report: Report, severity: Severity) -> frozenset[str]:
    return frozenset(f.case for f in report.findings if f.case and f.waived is None and f.severity is severity)


def _columns(metadata: Metadata, measured: frozenset[str]) -> Iterator[tuple[str, dict[str, set[str]]]]:
    """Yield each column with the cases by value, if its values form groups."""
    for column in dict.fromkeys(metadata.columns):
        values: dict[str, set[str]] = defaultdict(set)
        for case, cell in zip(metadata.cells(ID), metadata.cells(column), strict=False):
            if case in measured:
                values[_value(column, cell)].add(case)
        if column != ID and 1 < len(values) <= MAX_VALUES:
            yield column, values


def _value(column: str, cell: str) -> str:
    """Return the group of a cell: a decade of ages, or the cell itself."""
    if column == AGE and AGE_CELL.fullmatch(cell):
        decade = int(cell) // DECADE * DECADE
        return f"{decade} to {decade + DECADE - 1}"
    return cell or EMPTY


def _order(value: str) -> tuple[bool, float, str]:
    """Return a key that sorts values that begin with a number by it, before words; empty cells come last."""
    number = re.match(r"\d{1,9}", value)
    return not number, float(number[0]) if number else float(value == EMPTY), value
