"""The published tables of a release agree with themselves and with the data."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING

from msgspec.structs import replace

from segaudit.model import Contract, Dataset, Finding, NotApplicable, Published, Severity, check
from segaudit.model.published_columns import equals, half_unit, reading, title, volume_readings
from segaudit.model.statistics import facts, resolution_table, structure_table
from segaudit.schemas.names import Row, rows

if TYPE_CHECKING:
    import pandas as pd

COUNTS = {
    "occurrence": "number of masks with voxels",
    "presence_rate": "per cent of the images with masks",
}
VOLUMES = {
    "mean_volume_ml": (title("mean", "present"),),
    "volume_variability_ml": (title("std", "present"), title("std_population", "present")),
}
"""The assumed statistics of the columns."""

FACTS, RESOLUTION, STRUCTURES = (f"published/{table}.csv" for table in ("facts", "resolution", "structures"))


@check("published-inconsistent", Severity.WARNING)
def published_inconsistent(published: Published, contract: Contract) -> Iterator[Finding]:
    """The published tables contradict themselves or the class list.

    Why it matters: papers, class lists and loss weights are copied from such tables.
    What to do: recompute the tables with `segaudit stats` and publish those.
    Threshold: rates to the last printed digit; a rate of more than twice or less than half the occurrence is another
    structure's; mean volumes of left and right within a factor of 2, as in one healthy person; healthy volumes of
    liver and spleen (Kim et al., Radiology, 2,989 donors) and of adrenal glands (European Journal of Radiology, 2025,
    7,907 people).
    Seen in: the description of v1 by https://github.com/openmedlab: rates of other counts, labels one too low, a rib
    in two rows, a vertebra and the esophagus in one.
    Blind spots: wrong numbers that agree with each other, and numbers that no second one depends on.
    """
    from segaudit.schemas import consistency  # noqa: PLC0415 (importing pandera takes 0.4 s)

    table = rows(published, contract)
    yield from _in(FACTS, consistency.totals(published, contract))
    yield from _in(RESOLUTION, consistency.grid_cells(published), consistency.ascent(published))
    yield from _in(
        STRUCTURES,
        consistency.structure_cells(published),
        consistency.rates(table, published, contract),
        consistency.names(table, contract),
        *(rule(table) for rule in consistency.ROW_RULES),
    )


@check("published-differs", Severity.WARNING, needs="published")
def published_differs(dataset: Dataset, contract: Contract) -> Iterator[Finding]:
    """A published number differs from that of the data.

    Why it matters: readers of the table expect other data than they download.
    What to do: publish the output of `segaudit stats`; name the statistic that a column really is.
    Threshold: half a unit of the last printed digit, which is the largest rounding error; judged if there are as many
    cases, including excluded ones, as the tables say. A column is another statistic if that one is within 1 per cent
    in most of its rows.
    Seen in: nothing public that was recomputed from the data.
    Blind spots: a dataset with another number of cases is not judged, so that a subset is never compared with the
        tables of the whole. If most rows fit another statistic, the column counts as that one.
    """
    published, images = contract.published, len(dataset.folders) + len(dataset.excluded)
    if published is None or images != published.facts.get("images"):
        raise NotApplicable("another number of images")
    yield from _in(FACTS, _facts(published, facts(dataset, contract) | {"images": images}))
    yield from _in(RESOLUTION, _grids(published, resolution_table(dataset)))
    yield from _in(STRUCTURES, _columns(rows(published, contract), dataset, contract))


def _in(file: str, *rules: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the findings of rules in a table, each with the table's file."""
    return (replace(finding, file=file) for finding in chain(*rules))


def _facts(published: Published, recomputed: Mapping[str, int]) -> Iterator[Finding]:
    """Yield the counts that differ from the data; counts that the data do not give are left out."""
    for name, stated in published.facts.items():
        if recomputed.get(name, stated) != stated:
            message = f"{stated} {name} are stated, {recomputed[name]} counted"
            yield Finding(message=message, observed=stated, expected=recomputed[name])


def _grids(published: Published, recomputed: pd.DataFrame) -> Iterator[Finding]:
    """Yield the rows of the resolution table that differ along some axis."""
    halves = [half_unit(length for grid in published.resolution for length in grid.spacing_mm)] * 3 + [0.5] * 3
    for grid in published.resolution:
        printed, true = (*grid.spacing_mm, *grid.size), tuple(map(float, recomputed.loc[grid.statistic]))
        if not all(map(equals, printed, true, halves)):
            observed, expected = _grid(printed), _grid(true)
            message = f"{grid.statistic} of spacing and size: {observed} is printed, {expected} recomputed"
            yield Finding(message=message, observed=observed, expected=expected)


def _grid(numbers: tuple[float, ...]) -> str:
    """Write a voxel grid."""
    return f"{' x '.join(f'{n:g}' for n in numbers[:3])} mm, {' x '.join(f'{n:g}' for n in numbers[3:])} voxels"


def _columns(table: list[Row], dataset: Dataset, contract: Contract) -> Iterator[Finding]:
    """Yield the numbers of the table of structures that differ."""
    counts, volumes = structure_table(dataset, contract), volume_readings(dataset, contract)
    for name, count in COUNTS.items():
        yield from _column(table, name, {count: counts[name]}, (count,))
    for name, expected in VOLUMES.items():
        yield from _column(table, name, volumes, expected)


def _column(
    table: list[Row], name: str, readings: Mapping[str, pd.Series[float]], expected: tuple[str, ...]
) -> Iterator[Finding]:
    """Report a column that is a different statistic, then the rows that disagree with that statistic."""
    printed = [(row.name, getattr(row.printed, name)) for row in table if row.structure]
    labels = [row.printed.label for row in table if row.structure]
    half = half_unit(number for _, number in printed)
    found = reading(printed, readings, expected)
    if found not in expected:
        yield Finding(message=f"{name}: printed is the {found}", observed=found, expected=expected[0])
    recomputed = readings[found].to_dict()
    for label, (structure, number) in zip(labels, printed, strict=True):
        true = recomputed[structure]
        if not (math.isnan(true) or equals(number, true, half)):
            others = (f", equals the {other}" for other, it in readings.items() if equals(number, it[structure], half))
            message = f"row {label}: {name} {number} is printed, {true:.6g} recomputed as {found}{next(others, '')}"
            yield Finding(structures=(structure,), message=message, observed=number, expected=true)
