"""Read the tables of a contract: CSV files whose columns are the fields of a struct."""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterable
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias, get_origin

from msgspec import Struct, structs

from segaudit.contracts.decoding import MISSING, columns, examine
from segaudit.contracts.sources import Keys, Problem, Source, collecting, raise_all, read_text
from segaudit.contracts.wording import unknown_key
from segaudit.model import Published, PublishedGrid, PublishedStructure
from segaudit.model.errors import ContractError, InputError

Line: TypeAlias = tuple[list[str], Source]
"""The cells of a line, and where it is."""

Completion: TypeAlias = Callable[[dict[str, Any]], dict[str, Any]]
"""What fills empty cells of a row, by column."""

SEPARATORS = ";\t|"
"""Separators that spreadsheets write instead of commas."""


class Fact(Struct, frozen=True, forbid_unknown_fields=True):
    """A row of ``facts.csv``."""

    key: str
    value: str


PUBLISHED: dict[str, type[Struct]] = {
    "facts.csv": Fact,
    "resolution.csv": PublishedGrid,
    "structures.csv": PublishedStructure,
}
"""The published tables, and what their rows are."""


class CsvTable(NamedTuple):
    """The rows of a CSV file that could be read, and its errors."""

    rows: tuple[Any, ...] = ()
    sources: tuple[Source, ...] = ()
    """The line of each row."""
    errors: tuple[InputError, ...] = ()
    wrong: tuple[Keys, ...] = ()
    """Row and column of each wrong cell; an empty tuple for a row that was left out, or for all rows."""


def read_rows(path: Path, kind: type[Struct], complete: Completion = dict) -> CsvTable:
    """Read a CSV file whose columns are the fields of a kind of rows; the errors name line and column.

    An empty cell means the default, or what ``complete`` puts there; the items of a list are separated by blanks. A
    wrong cell is left out, and so is a row of another length than the header.
    """
    errors: list[InputError] = []
    with collecting(errors):
        (header, head), *lines = _lines(path)
        raise_all(head.errors(_header_problems(header, kind)))
        return _table(header, lines, kind, complete)
    return CsvTable(errors=tuple(errors), wrong=((),))


def read_published(folder: Path) -> Published:
    """Read the published tables: ``facts.csv``, ``resolution.csv``, ``structures.csv``.

    Raises:
        ContractError: some of them cannot be read, or have invalid rows.
    """
    tables = [read_rows(folder / name, kind) for name, kind in PUBLISHED.items()]
    facts, resolution, structures = (table.rows for table in tables)
    stated = {fact.key: fact.value for fact in facts}
    source = stated.pop("source", "")
    numbers, problems = examine(stated, dict[str, int], strict=False)
    wrong = Source(folder / "facts.csv", ContractError).errors(problems)
    raise_all([*(error for table in tables for error in table.errors), *wrong])
    return Published(source=source, facts=numbers, resolution=resolution, structures=structures)


def _lines(path: Path) -> list[Line]:
    """Return the header, which may be empty, and each line that is not blank."""
    reader = csv.reader(StringIO(read_text(Source(path, ContractError)), newline=""))
    try:
        lines = [(cells, Source(path, ContractError, f"line {reader.line_num}, ")) for cells in reader if cells]
    except csv.Error as error:
        raise Source(path, ContractError, f"line {reader.line_num}, ").error(f"is not CSV: {error}") from error
    return lines or [([], Source(path, ContractError, "line 1, "))]


def _header_problems(header: list[str], kind: type[Struct]) -> list[Problem]:
    """Return the errors of a header: another separator, or columns that are unknown, missing, or repeated."""
    for mark in SEPARATORS:
        if len(header) == 1 and mark in header[0]:
            return [Problem((), f"the cells are separated by {mark!r}, expected ','")]
    known = columns(kind)
    unknown = [unknown_key((column,), known) for column in header if column not in known]
    meant = {name for problem in unknown for name in problem.meant}
    twice = [column for place, column in enumerate(header) if column in header[:place]]
    missing = [field.name for field in structs.fields(kind) if field.required and field.name not in {*header, *meant}]
    return [
        *unknown,
        *(Problem((column,), "found a second time, expected each column once") for column in twice),
        *(Problem((column,), MISSING) for column in missing),
    ]


def _table(header: list[str], lines: Iterable[Line], kind: type[Struct], complete: Completion) -> CsvTable:
    """Return the rows below a header."""
    rows: list[tuple[Struct, Source]] = []
    errors: list[InputError] = []
    wrong: list[Keys] = []
    hints: dict[str, object] = columns(kind)
    lists = frozenset(column for column, hint in hints.items() if get_origin(hint) is tuple)
    for cells, source in lines:
        if len(cells) != len(header):
            errors.append(source.error("expected as many cells as the header has columns"))
            wrong.append(())
            continue
        row, problems = examine(complete(_named(header, cells, lists)), kind, strict=False)
        errors += source.errors(problems)
        wrong += [(len(rows), *problem.keys) for problem in problems]
        rows.append((row, source))
    return CsvTable(tuple(row for row, _ in rows), tuple(source for _, source in rows), tuple(errors), tuple(wrong))


def _named(header: list[str], cells: list[str], lists: Collection[str]) -> dict[str, str | list[str]]:
    """Name the cells, leave out empty ones, and split those of the columns that hold lists."""
    row = zip(header, cells, strict=True)
    return {column: text.split() if column in lists else text.strip() for column, text in row if text.strip()}
