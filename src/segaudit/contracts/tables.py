"""The tables of a contract: CSV files whose columns are the fields of a struct."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path
from typing import TypeVar, get_origin, get_type_hints

from msgspec import Struct

from segaudit.contracts.decoding import Source, decode
from segaudit.contracts.errors import ContractError
from segaudit.model import Published, PublishedGrid, PublishedStructure

Row = TypeVar("Row", bound=Struct)


class Fact(Struct, frozen=True, forbid_unknown_fields=True):
    """A row of ``facts.csv``."""

    key: str
    value: str


def read_text(path: Path) -> str:
    """Return the text of a UTF-8 file, without a byte order mark.

    Raises:
        ContractError: it cannot be read, or is not UTF-8.
    """
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ContractError(f"{path}: is not UTF-8 text (byte {error.start})") from error
    except (OSError, ValueError) as error:  # ValueError: a null byte in the path
        raise ContractError(f"{path}: cannot be read: {getattr(error, 'strerror', error)}") from error


def read_rows(path: Path, kind: type[Row]) -> tuple[tuple[Row, ...], tuple[Source, ...]]:
    """Read a CSV file, and tell the line of each row.

    An empty cell stands for the default; a list is written with blanks between its items.

    Raises:
        ContractError: it cannot be read, or a row is not of the kind; the message names line and column.
    """
    reader = csv.DictReader(StringIO(read_text(path), newline=""))
    lists = {column for column, hint in get_type_hints(kind).items() if get_origin(hint) is tuple}
    rows, sources = [], []
    for row in reader:
        if None in row or None in row.values():
            raise ContractError(f"{path}: line {reader.line_num}: expected as many cells as the header has columns")
        sources.append(Source(path, reader.line_num))
        rows.append(decode(_cells(row, lists), kind, sources[-1], strict=False))
    return tuple(rows), tuple(sources)


def read_published(folder: Path) -> Published:
    """Read the published tables: ``facts.csv``, ``resolution.csv``, ``structures.csv``.

    Raises:
        ContractError: one of them cannot be read, or has a row that is not as it has to be.
    """
    facts = {row.key: row.value for row in read_rows(folder / "facts.csv", Fact)[0]}
    return Published(
        source=facts.pop("source", ""),
        facts=decode(facts, dict[str, int], Source(folder / "facts.csv"), strict=False),
        resolution=read_rows(folder / "resolution.csv", PublishedGrid)[0],
        structures=read_rows(folder / "structures.csv", PublishedStructure)[0],
    )


def _cells(row: dict[str, str], lists: set[str]) -> dict[str, str | list[str]]:
    """Leave out empty cells, and split those of the columns that hold lists."""
    return {column: text.split() if column in lists else text.strip() for column, text in row.items() if text.strip()}
