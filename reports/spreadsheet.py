"""CSV that a spreadsheet cannot take for formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from segaudit.reports.phrases import printable

Cell = str | int | float | None

FORMULA = ("=", "+", "-", "@", "'")
"""A spreadsheet computes text that begins with one of the first four (OWASP, "CSV Injection"); an apostrophe before it
keeps it text. One stands before an apostrophe too, so that taking the first away always gives the text back."""


def sheet(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Return a table as CSV, a line for each row. Numbers stay numbers, None is an empty cell."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return stream.getvalue()


def _cell(value: Cell) -> Cell:
    """Return text on one line and out of reach of a spreadsheet's arithmetic."""
    if not isinstance(value, str):
        return value
    text = printable(value)
    return f"'{text}" if text.startswith(FORMULA) else text
