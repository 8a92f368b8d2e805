"""The statistics of a dataset in the format of published tables, for ``segaudit stats``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from segaudit.reports.markdown import table
from segaudit.reports.spreadsheet import Cell, sheet

Statistics = dict[str, Any]
"""The result of ``segaudit.model.statistics.statistics``."""


class Table(NamedTuple):
    """A published table: title, header, rows."""

    title: str
    header: tuple[str, ...]
    rows: list[tuple[Cell, ...]]


def markdown(statistics: Statistics) -> str:
    """Return the tables as Markdown, each under its title."""
    return "\n".join(f"## {title}\n\n{table(header, rows)}\n" for title, header, rows in _tables(statistics))


def csv(statistics: Statistics) -> str:
    """Return the tables as CSV, each with its header, separated by empty lines."""
    return "\n".join(sheet(header, rows) for _, header, rows in _tables(statistics))


def json(statistics: Statistics) -> str:
    """Return the statistics as JSON: those of the tables, and all others that a published number can be."""
    return msgspec.json.format(msgspec.json.encode(statistics), indent=2).decode() + "\n"


def _tables(statistics: Statistics) -> Iterator[Table]:
    yield Table("Dataset", ("fact", "count"), list(statistics["facts"].items()))
    yield Table(
        "Resolution",
        ("statistic", "spacing (mm)", "size (voxels)"),
        [(row["statistic"], _triple(row["spacing_mm"]), _triple(row["size"])) for row in statistics["resolution"]],
    )
    header = ("label", "structure", "occurrence", "presence rate (%)", "mean volume (cm3)", "volume variability (cm3)")
    yield Table("Structures", header, [_structure(row) for row in statistics["structures"]])


def _structure(row: dict[str, Any]) -> tuple[Cell, ...]:
    """Return one structure's row; its volumes are mean and standard deviation over the masks that are not empty."""
    volume = row["volume_ml"]["present"]
    numbers = (row["presence_rate"], volume["mean"], volume["std"])
    return (row["label"], row["structure"], row["occurrence"], *map(_rounded, numbers))


def _rounded(number: float | None) -> Cell:
    """Return a number with two digits, as published; a blank for one that is undefined."""
    return None if number is None else round(number, 2)


def _triple(numbers: list[float | None]) -> str:
    """Return one value per axis: ``(1.5, 1.5, 1.5)``."""
    return f"({', '.join('-' if number is None else f'{number:.10g}' for number in numbers)})"
