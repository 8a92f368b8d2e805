"""Compare two metadata tables: columns, types, words, rows and cells."""

from __future__ import annotations

import re
from collections import Counter

from segaudit.model import Metadata
from segaudit.model.errors import InputError
from segaudit.model.records import tidy
from segaudit.model.table_difference import FORMAT, CellChange, ColumnChange, TableDifference, TableSide

ID = "image_id"
"""The column that identifies a row in the releases; in another table it is the first one."""

INTEGER = re.compile(r"[+-]?\d+")
NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?")

MAX_WORDS = 40
"""The most different values of a column that holds words; ids and free text have more."""

Rows = dict[str, dict[str, str]]


def compare_tables(old: Metadata, new: Metadata, names: tuple[str, str]) -> TableDifference:
    """Compare two tables; cells that differ only in blanks around or between words are different.

    Raises:
        InputError: one of them cannot be read as a table.
    """
    for table, name in zip((old, new), names, strict=True):
        if not table.columns:
            raise InputError(f"{name}: {'; '.join(table.problems)}")
    key = _key(old, new)
    before, after = _rows(old, key), _rows(new, key)
    repeated = {*_repeated(old, key), *_repeated(new, key)}
    shared = [column for column in new.columns if column in old.columns]
    cells = tuple(
        CellChange(case=case, column=column, old=before[case][column], new=after[case][column])
        for case in before
        if case in after and case not in repeated
        for column in shared
        if before[case][column] != after[case][column]
    )
    changed = Counter(cell.column for cell in cells)
    columns = (_column(old, new, column, changed[column]) for column in shared if column != key)
    return TableDifference(
        format=FORMAT,
        old=TableSide(path=names[0], rows=len(old.rows), columns=len(old.columns)),
        new=TableSide(path=names[1], rows=len(new.rows), columns=len(new.columns)),
        key=key,
        added_columns=tuple(column for column in new.columns if column not in old.columns),
        removed_columns=tuple(column for column in old.columns if column not in new.columns),
        reordered=shared != [column for column in old.columns if column in new.columns],
        added_rows=tuple(case for case in after if case not in before),
        removed_rows=tuple(case for case in before if case not in after),
        repeated=tuple(sorted(repeated)),
        columns=tuple(
            column
            for column in columns
            if column.cells or column.new_words or column.gone_words or column.old_type != column.new_type
        ),
        cells=cells,
    )


def _key(old: Metadata, new: Metadata) -> str:
    """Return the column by which rows belong together.

    Raises:
        InputError: the first column of one table is not in the other.
    """
    key = ID if ID in old.columns and ID in new.columns else old.columns[0]
    if key not in new.columns:
        raise InputError(f"the tables have no column in common that identifies a row: expected {ID} in both")
    return key


def _rows(table: Metadata, key: str) -> Rows:
    """Return the cells by column of each row, by its id."""
    place = table.columns.index(key)
    return {tidy(row[place]): dict(zip(table.columns, row, strict=True)) for row in table.rows}


def _repeated(table: Metadata, key: str) -> list[str]:
    return [case for case, number in Counter(table.cells(key)).items() if number > 1]


def _column(old: Metadata, new: Metadata, column: str, cells: int) -> ColumnChange:
    before, after = set(old.cells(column)) - {""}, set(new.cells(column)) - {""}
    types = _type(before), _type(after)
    words = "text" in types and max(len(before), len(after)) <= MAX_WORDS
    return ColumnChange(
        column=column,
        old_type=types[0],
        new_type=types[1],
        new_words=tuple(sorted(after - before)) if words else (),
        gone_words=tuple(sorted(before - after)) if words else (),
        cells=cells,
    )


def _type(values: set[str]) -> str:
    """Return the type that all values of a column have."""
    if not values:
        return "empty"
    for name, pattern in (("integer", INTEGER), ("number", NUMBER)):
        if all(pattern.fullmatch(value) for value in values):
            return name
    return "text"
