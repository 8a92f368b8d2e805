"""Consistency rules between the cells of published tables. Each rule yields a finding for each violation."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from itertools import groupby, pairwise
from typing import TypeVar

from segaudit.model import Contract, Finding, Published
from segaudit.model.published_columns import equals, half_unit
from segaudit.schemas.names import Row, kind, numbering, words
from segaudit.schemas.published import OddCell, odd_grids, odd_structures

Key = TypeVar("Key", bound=Hashable)

SIDE_RATIO = 2.0
"""The sides of paired organs and bones differ by less in a healthy person, and mean volumes even less."""

FOREIGN_RATIO = 2.0
"""Typos or a different image count change a rate by less than this factor."""

HEALTHY_ML = {
    "liver": (824, 1700),
    "spleen": (81, 322),
    "adrenal_gland_left": (3.72, 5.39),
    "adrenal_gland_right": (2.49, 4.06),
}
"""Volumes of healthy adults: 95 per cent of 2,989 liver donors (Kim et al., Radiology); for the adrenal glands the
middle half of 7,907 people (European Journal of Radiology, 2025)."""

NUMBERS = ("occurrence", "presence_rate", "mean_volume_ml", "volume_variability_ml")


def structure_cells(published: Published) -> Iterator[Finding]:
    """Every cell of the table of structures is in its range."""
    places = [f"row {row.label}" for row in published.structures]
    yield from (_odd(places[cell.row], cell) for cell in odd_structures(published))


def grid_cells(published: Published) -> Iterator[Finding]:
    """Every cell of the resolution table is in its range."""
    places = [grid.statistic for grid in published.resolution]
    yield from (_odd(places[cell.row], cell) for cell in odd_grids(published))


def _odd(place: str, cell: OddCell) -> Finding:
    message = f"{place}: {cell.column} is {cell.value!r}, expected {cell.rule}"
    return Finding(message=message, observed=cell.value, expected=cell.rule)


def totals(published: Published, contract: Contract) -> Iterator[Finding]:
    """Groups add up to the structures, splits to the images, and every structure has a row."""
    stated, count = published.facts, len(published.structures)
    groups = dict.fromkeys(f"{structure.group}s" for structure in contract.structures)
    for whole, names in (("structures", groups), ("images", contract.splits)):
        known = names and stated.keys() >= {whole, *names}
        if known and (number := sum(stated[name] for name in names)) != stated[whole]:
            listed = " + ".join(f"{stated[name]} {name}" for name in names)
            yield _total(f"{listed} are {number}", number, whole, stated)
    if count and stated.get("structures", count) != count:
        yield _total(f"the table of structures has {count} rows", count, "structures", stated)


def _total(said: str, number: int, whole: str, stated: Mapping[str, int]) -> Finding:
    return Finding(message=f"{said}, {stated[whole]} {whole} are stated", observed=number, expected=stated[whole])


def ascent(published: Published) -> Iterator[Finding]:
    """Minimum, median and maximum ascend along every axis."""
    grids = {grid.statistic: (*grid.spacing_mm, *grid.size) for grid in published.resolution}
    names = [name for name in ("min", "median", "max") if name in grids]
    for lower, upper in pairwise(names):
        if any(low > high for low, high in zip(grids[lower], grids[upper], strict=True)):
            message = f"{lower} {grids[lower]} is above {upper} {grids[upper]} along an axis"
            yield Finding(message=message, observed=str(grids[lower]), expected=f"at most {grids[upper]}")


def rates(table: list[Row], published: Published, contract: Contract) -> Iterator[Finding]:
    """Presence rates are occurrences in per cent of the measured images; the rules of cells cover infinite ones."""
    images = published.facts.get("images_measured", published.facts.get("images", 0))
    half, lost = half_unit(row.printed.presence_rate for row in table), _without_row(table, contract)
    for row in table if images else ():
        label, count, printed = row.printed.label, row.printed.occurrence, row.printed.presence_rate
        if math.isfinite(printed) and not equals(printed, rate := 100 * count / images, half):
            said = f"row {label}: {count} of {images} images are {rate:.2f} %, printed {printed} %"
            message = f"{said}, the rate of {_origin(row, images, half, lost)}"
            yield Finding(structures=(row.name,), message=message, observed=printed, expected=round(rate, 2))


def _origin(row: Row, images: int, half: float, lost: Mapping[int, str]) -> str:
    """Describe which number of images a printed rate refers to, and whether it can be the row's own."""
    printed, occurrence = row.printed.presence_rate, row.printed.occurrence
    count = round(printed * images / 100)
    if occurrence / FOREIGN_RATIO <= count <= occurrence * FOREIGN_RATIO:
        return f"{count} images" if equals(printed, 100 * count / images, half) else "no whole number of images"
    missing = f", and {lost[row.printed.label]} has no row" if row.printed.label in lost else ""
    return f"{count} images: the row joins numbers of two structures{missing}"


def names(table: list[Row], contract: Contract) -> Iterator[Finding]:
    """Every name is a structure of the class list, and every structure of the class list is named."""
    by_label = {structure.label: structure.name for structure in contract.structures}
    lost = _without_row(table, contract) if table else {}
    for row in table:
        if row.structure is None:
            expected = by_label.get(row.printed.label, "a structure of the class list")
            lost.pop(row.printed.label, None)
            message = f"row {row.printed.label}: the name is not in the class list, expected {expected}"
            yield Finding(structures=(row.name,), message=message, observed=row.name, expected=expected)
    for label, name in lost.items():
        yield Finding(structures=(name,), message=f"no row names it; it has label {label} in the class list")


def _without_row(table: list[Row], contract: Contract) -> dict[int, str]:
    """Return the structures without a row, by label."""
    named = {row.name for row in table}
    return {structure.label: structure.name for structure in contract.structures if structure.name not in named}


def repeats(table: list[Row]) -> Iterator[Finding]:
    """A structure has one row."""
    for name, same in _grouped(table, lambda row: row.name).items():
        if len(same) > 1:
            message = f"{_places(same)} are about it: {_agreement(same)}"
            yield Finding(structures=(name,), message=message, observed=len(same), expected=1)


def _agreement(same: list[Row]) -> str:
    """Describe in which numbers rows are equal, and in which they differ."""
    found = {name: [getattr(row.printed, name) for row in same] for name in NUMBERS}
    equal = ", ".join(name for name, values in found.items() if len(set(values)) == 1)
    other = ", ".join(f"{name} ({', '.join(map(str, v))})" for name, v in found.items() if len(set(v)) > 1)
    return f"equal in {equal or 'nothing'}, different in {other or 'nothing'}"


def copies(table: list[Row]) -> Iterator[Finding]:
    """No two structures have both the same mean volume and the same variability."""
    filled = [row for row in table if row.printed.mean_volume_ml > 0]
    for same in _grouped(filled, lambda row: (row.printed.mean_volume_ml, row.printed.volume_variability_ml)).values():
        if len(involved := sorted({row.name for row in same})) > 1:
            message = f"{_places(same)} print the same volumes: {_agreement(same)}"
            yield Finding(structures=tuple(involved), message=message)


def shifts(table: list[Row]) -> Iterator[Finding]:
    """Labels are those of the class list; adjacent rows with the same offset are one finding."""
    for offset, group in groupby(table, lambda row: row.structure.label - row.printed.label if row.structure else 0):
        if offset:
            run = list(group)
            direction = "low" if offset > 0 else "high"
            message = f"{_places(run)}: labels are {abs(offset)} too {direction} against the class list"
            yield Finding(message=message, observed=run[0].printed.label, expected=run[0].printed.label + offset)


def numberings(table: list[Row]) -> Iterator[Finding]:
    """Structures of one kind are numbered in one way."""
    numbered = [row for row in table if numbering(row.printed.structure)]
    for same in _grouped(numbered, lambda row: kind(row.printed.structure)).values():
        ways = _grouped(same, lambda row: numbering(row.printed.structure))
        if len(ways) > 1:
            listed = ", ".join(f"{way!r} in {_places(group)}" for way, group in ways.items())
            yield Finding(message=f"one kind of structure is numbered in {len(ways)} ways: {listed}")


def synonyms(table: list[Row]) -> Iterator[Finding]:
    """Names use the words of the class list."""
    others = defaultdict(list)
    for row in table:
        for pair in zip(words(row.printed.structure), words(row.name), strict=True):
            others[pair].append(row)
    for (printed, listed), same in others.items():
        if printed != listed:
            message = f"{_places(same)}: the word is {printed!r}, {listed!r} in the class list"
            yield Finding(message=message, observed=printed, expected=listed)


def sides(table: list[Row]) -> Iterator[Finding]:
    """Left and right of a pair have about the same mean volume."""
    by_name = {row.name: row for row in table}
    for row in table:
        other = by_name.get(row.structure.partner) if row.structure and row.structure.side == "left" else None
        if other and (ratio := _ratio(row, other)) > SIDE_RATIO:
            volumes = f"{row.printed.mean_volume_ml} ml left and {other.printed.mean_volume_ml} ml right"
            message = f"{_places([row, other])}: mean volumes are {volumes}, {ratio:.2f} times apart"
            expected = f"at most {SIDE_RATIO:g} times"
            yield Finding(
                structures=(row.name, other.name), message=message, observed=round(ratio, 2), expected=expected
            )


def _ratio(first: Row, second: Row) -> float:
    """Return the ratio of the larger mean volume to the smaller one; 1 if one is not positive."""
    low, high = sorted((first.printed.mean_volume_ml, second.printed.mean_volume_ml))
    return high / low if low > 0 else 1.0


def readings(table: list[Row]) -> Iterator[Finding]:
    """Mean and variability of volumes can be a mean and a standard deviation.

    They cannot if, for every structure with a healthy range (two or more), the "mean" is above the range, like an
    extreme, and the "variability" within it, like a mean.
    """
    judged = [(row.name, row.printed, HEALTHY_ML[row.name]) for row in table if row.name in HEALTHY_ML]
    if len(judged) > 1 and all(
        low <= printed.volume_variability_ml <= high < printed.mean_volume_ml for _, printed, (low, high) in judged
    ):
        ranges = [
            f"{printed.mean_volume_ml} and {printed.volume_variability_ml} ml, {low} to {high} ml in health"
            for _, printed, (low, high) in judged
        ]
        message = (
            "mean volumes are above the healthy range and variabilities within it, so that they are hardly "
            f"mean and standard deviation, rather maximum and mean: {'; '.join(ranges)}"
        )
        yield Finding(structures=tuple(name for name, *_ in judged), message=message)


ROW_RULES = (repeats, copies, shifts, numberings, synonyms, sides, readings)
"""The rules that need only the rows."""


def _grouped(table: Iterable[Row], key: Callable[[Row], Key]) -> dict[Key, list[Row]]:
    """Group rows, adjacent or not, in the order of the first row of each group."""
    groups: dict[Key, list[Row]] = defaultdict(list)
    for row in table:
        groups[key(row)].append(row)
    return groups


def _places(table: list[Row]) -> str:
    """Name rows by their labels, adjacent ones as a range."""
    labels = [row.printed.label for row in table]
    if labels[2:] and labels == list(range(labels[0], labels[-1] + 1)):
        return f"rows {labels[0]} to {labels[-1]}"
    return f"row{'s' * (len(labels) > 1)} {', '.join(map(str, labels))}"
