"""The difference between two metadata tables, as ``segaudit diff --format json`` prints it."""

from __future__ import annotations

from msgspec import Struct

FORMAT = 1
"""Version of the format; it increases when a field changes its meaning or is removed."""


class TableSide(Struct, frozen=True, kw_only=True):
    """One of the two tables."""

    path: str
    rows: int
    columns: int


class CellChange(Struct, frozen=True, kw_only=True):
    """A cell that differs."""

    case: str
    column: str
    old: str
    new: str


class ColumnChange(Struct, frozen=True, kw_only=True):
    """What differs in a column that both tables have."""

    column: str
    old_type: str
    """``integer``, ``number``, ``text``, or ``empty`` if no cell has a value."""
    new_type: str
    new_words: tuple[str, ...] = ()
    """Words that only the new table has, if a column holds words rather than free text."""
    gone_words: tuple[str, ...] = ()
    """Words that only the old table has."""
    cells: int = 0
    """Cells that differ, of rows in both."""


class TableDifference(Struct, frozen=True, kw_only=True):
    """The difference between two tables. Rows belong together by their first column that identifies them."""

    format: int
    old: TableSide
    new: TableSide
    key: str
    """The column that identifies a row."""
    added_columns: tuple[str, ...]
    removed_columns: tuple[str, ...]
    reordered: bool
    """Whether the columns that both have come in another order."""
    added_rows: tuple[str, ...]
    removed_rows: tuple[str, ...]
    repeated: tuple[str, ...]
    """Ids that are in a table more than once, whose rows are not compared."""
    columns: tuple[ColumnChange, ...]
    """Columns with another type, other words or other cells."""
    cells: tuple[CellChange, ...]

    @property
    def differs(self) -> bool:
        """Whether anything differs, or rows could not be compared."""
        named = (self.added_columns, self.removed_columns, self.added_rows, self.removed_rows, self.columns)
        return self.reordered or any(named) or bool(self.repeated)

    @property
    def exit_code(self) -> int:
        """0 for equal tables, else 1."""
        return int(self.differs)
