"""What the table of metadata says."""

from __future__ import annotations

from msgspec import Struct


class Metadata(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The cells of ``meta.csv`` as text, before anyone judges them."""

    path: str
    """Relative to the dataset."""
    encoding: str = "utf-8"
    """As it was read."""
    delimiter: str = ";"
    """What divides its cells."""
    columns: tuple[str, ...] = ()
    """Their names."""
    rows: tuple[tuple[str, ...], ...] = ()
    """Cells exactly as stored, each row padded or cut to the number of columns."""
    header_line: int = 1
    """Line of the file, from 1, that names the columns."""
    lines: tuple[int, ...] = ()
    """Line of the file, from 1, on which each row begins; a quoted cell can make a row end on a later one."""
    problems: tuple[str, ...] = ()
    """What was wrong with the file itself: encoding, ragged rows, no header."""

    def cells(self, column: str) -> tuple[str, ...]:
        """Return a column's cells without stray blanks; none when there is no such column."""
        if column not in self.columns:
            return ()
        place = self.columns.index(column)
        return tuple(tidy(row[place]) for row in self.rows)


def tidy(text: str) -> str:
    """Return text without blanks around it, and with single ones inside."""
    return " ".join(text.split())
