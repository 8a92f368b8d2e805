"""The record of the metadata table."""

from __future__ import annotations

from msgspec import Struct


class Metadata(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The cells of ``meta.csv`` as text, not yet judged."""

    path: str
    """Path relative to the dataset."""
    encoding: str = "utf-8"
    """The encoding in which it was read."""
    delimiter: str = ";"
    """The separator of its cells."""
    columns: tuple[str, ...] = ()
    """Names of the columns."""
    rows: tuple[tuple[str, ...], ...] = ()
    """Cells exactly as stored, each row padded or truncated to the number of columns."""
    header_line: int = 1
    """Line of the file, counted from 1, with the names of the columns."""
    lines: tuple[int, ...] = ()
    """Line of the file, counted from 1, on which each row begins; a quoted cell can make a row end on a later line."""
    problems: tuple[str, ...] = ()
    """Problems of the file itself: encoding, ragged rows, no header."""

    def cells(self, column: str) -> tuple[str, ...]:
        """Return a column's cells without stray blanks; none if there is no such column."""
        if column not in self.columns:
            return ()
        place = self.columns.index(column)
        return tuple(tidy(row[place]) for row in self.rows)


def tidy(text: str) -> str:
    """Return text without surrounding blanks, and with single blanks inside."""
    return " ".join(text.split())
