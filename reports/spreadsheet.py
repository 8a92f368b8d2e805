"""CSV without text that a spreadsheet would interpret as formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from segaudit.model.words import printable

Cell = str | int | float | None

BATCH = 1000
"""Lines that are written at a time."""

FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "'")
"""A spreadsheet evaluates text that begins with one of these (OWASP, "CSV Injection"; in Japanese also the wide ones),
whatever blanks are before it; a leading apostrophe keeps it text. An apostrophe is prefixed, too, so that removing the
first one always restores the text."""


def sheet(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Return a table as CSV, a line for each row. Numbers stay numbers, None is an empty cell."""
    return "".join(lines(header, rows))


def lines(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """Yield it in parts of some lines, so that the size of a table does not matter."""
    waiting: Iterator[Sequence[Cell]] = chain([header], rows)
    while batch := list(islice(waiting, BATCH)):
        stream = io.StringIO()
        csv.writer(stream, lineterminator="\n").writerows([_cell(value) for value in row] for row in batch)
        yield stream.getvalue()


def _cell(value: Cell) -> Cell:
    """Return text on one line, prefixed if a spreadsheet would evaluate it."""
    if not isinstance(value, str):
        return value
    text = printable(value)
    return f"'{text}" if text.lstrip().startswith(FORMULA) else text
