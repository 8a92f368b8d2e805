"""Compare the statistics of two reports."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct, convert

from segaudit.model import Report
from segaudit.model.difference import Change

VOLUMES = ("mean", "median", "min", "max")
"""Statistics of the volume, over the masks with voxels."""

Numbers = dict[tuple[str, str], float | None]
"""Numbers by structure and name; the structure is empty for the dataset as a whole."""


class Row(Struct):
    """The statistics of a structure that are compared."""

    structure: str
    occurrence: int
    volume_ml: dict[str, dict[str, float | None]]
    """By scope, then by statistic."""


class Statistics(Struct):
    """The statistics of a report that are compared; a report of published tables alone has none."""

    facts: dict[str, int] = {}
    structures: tuple[Row, ...] = ()


def statistics(report: Report) -> Statistics:
    """Return the statistics to compare.

    Raises:
        msgspec.ValidationError: the statistics have another format.
    """
    return convert(report.statistics, Statistics)


def structures(report: Report) -> tuple[str, ...]:
    """Return the structures of a report's contract."""
    return tuple(row.structure for row in statistics(report).structures)


def changes(old: Report, new: Report, tolerance_percent: float) -> Iterator[Change]:
    """Yield the numbers in both reports that differ: counts by any amount, volumes by more than the tolerance."""
    before, after = _numbers(old), _numbers(new)
    for structure, number in before:
        if (structure, number) in after:
            change = Change(
                structure=structure, number=number, old=before[structure, number], new=after[structure, number]
            )
            if _differs(change, tolerance_percent if number.endswith("_ml") else 0.0):
                yield change


def _numbers(report: Report) -> Numbers:
    held = statistics(report)
    numbers: Numbers = {("", fact): count for fact, count in held.facts.items()}
    for row in held.structures:
        volumes = row.volume_ml.get("present", {})
        numbers[row.structure, "occurrence"] = row.occurrence
        numbers |= {(row.structure, f"{statistic}_ml"): volumes.get(statistic) for statistic in VOLUMES}
    return numbers


def _differs(change: Change, tolerance_percent: float) -> bool:
    if change.percent is None:
        return change.old != change.new
    return abs(change.percent) > tolerance_percent
