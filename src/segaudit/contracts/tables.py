"""Read the tables of a contract: CSV files whose columns are the fields of a struct."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import TypeVar, get_origin, get_type_hints

from msgspec import Struct, structs

from segaudit.contracts.decoding import MISSING, decode, unknown_key
from segaudit.contracts.sources import Source, read_text
from segaudit.model import Published, PublishedGrid, PublishedStructure
from segaudit.model.errors import ContractError

Row = TypeVar("Row", bound=Struct)

SEPARATORS = ";\t|"
"""Separators that spreadsheets write instead of commas."""


class Fact(Struct, frozen=True, forbid_unknown_fields=True):
    """A row of ``facts.csv``."""

    key: str
    value: str


def read_rows(path: Path, kind: type[Row]) -> tuple[tuple[Row, ...], tuple[Source, ...]]:
    """Read a CSV file; return its rows and the line of each.

    An empty cell means the default; the items of a list are separated by blanks.

    Raises:
        ContractError: it cannot be read, or a row is not valid; the message names line and column.
    """
    (header, head), *rest = _lines(path)
    _check_header(header, kind, head)
    lists = {column for column, hint in get_type_hints(kind).items() if get_origin(hint) is tuple}
    rows = [decode(_cells(header, cells, lists, source), kind, source, strict=False) for cells, source in rest]
    return tuple(rows), tuple(source for _, source in rest)


def read_published(folder: Path) -> Published:
    """Read the published tables: ``facts.csv``, ``resolution.csv``, ``structures.csv``.

    Raises:
        ContractError: one of them cannot be read, or has an invalid row.
    """
    facts = {row.key: row.value for row in read_rows(folder / "facts.csv", Fact)[0]}
    return Published(
        source=facts.pop("source", ""),
        facts=decode(facts, dict[str, int], Source(folder / "facts.csv", ContractError), strict=False),
        resolution=read_rows(folder / "resolution.csv", PublishedGrid)[0],
        structures=read_rows(folder / "structures.csv", PublishedStructure)[0],
    )


def _lines(path: Path) -> list[tuple[list[str], Source]]:
    """Return the cells of the header, which may be empty, and of each line that is not blank."""
    reader = csv.reader(StringIO(read_text(Source(path, ContractError)), newline=""))
    try:
        lines = [(cells, Source(path, ContractError, f"line {reader.line_num}, ")) for cells in reader if cells]
    except csv.Error as error:
        raise Source(path, ContractError, f"line {reader.line_num}, ").error(f"is not CSV: {error}") from error
    return lines or [([], Source(path, ContractError, "line 1, "))]


def _check_header(header: list[str], kind: type[Struct], source: Source) -> None:
    """Refuse other separators, and columns that are unknown, missing, or repeated."""
    for mark in SEPARATORS:
        if len(header) == 1 and mark in header[0]:
            raise source.error(f"the cells are separated by {mark!r}, expected ','")
    for column, text in _header_faults(header, kind):
        raise source.error(text, (column,))


def _header_faults(header: list[str], kind: type[Struct]) -> Iterator[tuple[str, str]]:
    """Yield wrong columns, each with the reason."""
    fields = structs.fields(kind)
    for place, column in enumerate(header):
        if column not in kind.__struct_fields__:
            yield column, unknown_key(column, kind.__struct_fields__)
        if column in header[:place]:
            yield column, "found a second time, expected each column once"
    yield from ((field.name, MISSING) for field in fields if field.required and field.name not in header)


def _cells(header: list[str], cells: list[str], lists: set[str], source: Source) -> dict[str, str | list[str]]:
    """Name the cells, leave out empty ones, and split those of the columns that hold lists."""
    if len(cells) != len(header):
        raise source.error("expected as many cells as the header has columns")
    row = zip(header, cells, strict=True)
    return {column: text.split() if column in lists else text.strip() for column, text in row if text.strip()}
