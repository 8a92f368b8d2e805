"""The difference between two metadata tables, on a terminal and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from segaudit.model.table_difference import ColumnChange, TableDifference
from segaudit.model.words import count, some
from segaudit.reports.markdown import escape, table
from segaudit.reports.phrases import visible
from segaudit.reports.terminal import grid

LISTED = 20
"""The most cells that are listed on a terminal and in Markdown; JSON has them all."""

NAMED = 5
"""The most rows or words that a line names."""


def verdict(difference: TableDifference) -> str:
    """Return whether the tables differ, and by how much."""
    if not difference.differs:
        return "EQUAL: the tables have the same columns, rows and cells"
    cells = len(difference.cells)
    rows = count(len(difference.added_rows) + len(difference.removed_rows), "row")
    columns = count(len(difference.added_columns) + len(difference.removed_columns), "column")
    return f"DIFFERENT: {columns} and {rows} in one table alone, {count(cells, 'cell')} changed"


def facts(difference: TableDifference) -> Iterator[tuple[str, str]]:
    """Yield what differs, a name and a line for each kind; only kinds that differ."""
    yield "old", f"{difference.old.path}: {_size(difference.old.rows, difference.old.columns)}"
    yield "new", f"{difference.new.path}: {_size(difference.new.rows, difference.new.columns)}"
    listed = {
        "new columns": difference.added_columns,
        "columns gone": difference.removed_columns,
        "new rows": difference.added_rows,
        "rows gone": difference.removed_rows,
        "not compared": tuple(f"{case} (more than once)" for case in difference.repeated),
    }
    for name, items in listed.items():
        if items:
            yield name, f"{len(items):,}: {some(items, NAMED)}"
    if difference.reordered:
        yield "order", "the columns come in another order"
    for column in difference.columns:
        yield column.column, _changed(column)


def cells(difference: TableDifference) -> list[tuple[str, str, str, str]]:
    """Return the first cells that differ: row, column, old, new."""
    return [(cell.case, cell.column, cell.old, cell.new) for cell in difference.cells[:LISTED]]


def text(difference: TableDifference) -> RenderableType:
    """Return what to print on a terminal."""
    return Group(*_paragraphs(difference))


def markdown(difference: TableDifference) -> str:
    """Return the difference as Markdown."""
    parts = [f"# {escape(verdict(difference))}", table(("what", "how"), list(facts(difference)))]
    if difference.cells:
        parts += ["## Cells that changed", table((difference.key, "column", "old", "new"), cells(difference))]
        parts += [f"... and {rest:,} more" for rest in _rest(difference)]
    return "\n\n".join(parts) + "\n"


def _paragraphs(difference: TableDifference) -> Iterator[RenderableType]:
    yield Text(verdict(difference), "bold yellow" if difference.differs else "bold green")
    yield ""
    yield grid(facts(difference))
    if difference.cells:
        yield Text("\ncells that changed", "bold")
        yield grid(
            (f"{case}  {column}", f"{visible(repr(old))} -> {visible(repr(new))}")
            for case, column, old, new in cells(difference)
        )
        yield from (Text(f"... and {rest:,} more", "dim") for rest in _rest(difference))


def _rest(difference: TableDifference) -> Sequence[int]:
    rest = len(difference.cells) - LISTED
    return [rest] if rest > 0 else []


def _size(rows: int, columns: int) -> str:
    return f"{count(rows, 'row')}, {count(columns, 'column')}"


def _changed(column: ColumnChange) -> str:
    """Return what differs in a column."""
    words = (("new words", column.new_words), ("words gone", column.gone_words))
    parts = [f"type {column.old_type}, now {column.new_type}"] if column.old_type != column.new_type else []
    parts += [count(column.cells, "cell") + " changed"] if column.cells else []
    parts += [f"{name} {some(tuple(map(repr, found)), NAMED)}" for name, found in words if found]
    return "; ".join(parts)
