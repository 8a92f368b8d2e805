"""Rules of a contract beyond the type of each value."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Iterator
from fnmatch import fnmatchcase
from itertools import chain, permutations, product
from typing import NamedTuple

from segaudit.contracts.decoding import shown
from segaudit.contracts.sources import Keys
from segaudit.model import Contract, Geometry, Intensity, Structure
from segaudit.model.errors import did_you_mean


class Problem(NamedTuple):
    """Something wrong: the keys that lead to it, and what was found and expected."""

    keys: Keys
    text: str


DTYPES = (
    "uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64", "float32", "float64", "float128",
    "complex64", "complex128", "complex256", "rgb24", "rgba32",
)  # fmt: skip
"""The types of a NIfTI file, as ``Header.dtype`` names them."""

ORIENTATIONS = frozenset("".join(axes) for triple in permutations(("LR", "PA", "IS")) for axes in product(*triple))
"""The 48 orientations of a grid's axes along the body's."""

LARGEST = sys.float_info.max
"""The largest number; TOML reads larger ones as infinite, or as integers that Python does not print."""

RANGES = (
    ("down_low", "down_high"),
    ("right_low", "right_high"),
    ("front_low", "front_high"),
    ("volume_low_ml", "volume_high_ml"),
    ("hu_low", "hu_high"),
)
"""Pairs of columns of structures.csv that are given together, the first not above the second."""

LEAST = {
    "label": 1, "max_pieces": 1, "piece_ml": 0, "spine_mm": 0, "stray_mm": 0, "place_cases": 1,
    "volume_low_ml": 0, "volume_cases": 1, "sides_ratio": 1, "hu_n": 1,
}  # fmt: skip
"""Columns of structures.csv that have a least value."""

RETURNS = {"partner": "partner", "above": "below", "below": "above"}
"""Columns that name another structure, and the column in which that one names it in return."""


def problems(contract: Contract) -> Iterator[Problem]:
    """Yield what is wrong."""
    yield from _numbers(contract)
    yield from _cases(contract)
    yield from _geometry(contract.geometry)
    yield from _intensities(contract.intensity)
    yield from _dtypes(contract)
    yield from _regrades(contract)
    yield from _rows(contract.structures)
    yield from _ranges(contract.structures)
    yield from _neighbours(contract)
    yield from _overlaps(contract)
    yield from _spine(contract)


def _numbers(contract: Contract) -> Iterator[Problem]:
    """Counts, sizes and tolerances are 0 or more, spacings above 0."""
    geometry, spacing = contract.geometry, contract.geometry.spacing_mm
    numbers: dict[Keys, float | tuple[float, ...] | None] = {
        ("cases", "count"): contract.cases.count,
        **{("splits", split): count for split, count in contract.splits.items()},
        ("geometry", "spacing_tolerance_mm"): geometry.spacing_tolerance_mm,
        ("geometry", "shape_min"): geometry.shape_min,
        ("geometry", "shape_max"): geometry.shape_max,
        ("alignment", "tolerance_mm"): contract.alignment.tolerance_mm,
    }
    for keys, value in numbers.items():
        if value is not None and not all(0 <= number <= LARGEST for number in _several(value)):
            yield Problem(keys, f"found {shown(value)}, expected {_bound(value, '0 or more')}")
    if spacing is not None and not all(0 < number <= LARGEST for number in _several(spacing)):
        text = f"found {shown(spacing)}, expected {_bound(spacing, 'more than 0')}"
        yield Problem(("geometry", "spacing_mm"), text)


def _bound(value: float | tuple[float, ...], least: str) -> str:
    """Say what is expected of numbers that are too large, or else not above the least."""
    return "a finite number" if max(_several(value)) > LARGEST else least


def _several(value: float | tuple[float, ...]) -> tuple[float, ...]:
    return value if isinstance(value, tuple) else (value,)


def _cases(contract: Contract) -> Iterator[Problem]:
    """The pattern is a regular expression that matches excluded ids, and the splits add up to the count."""
    pattern, count, splits = contract.cases.pattern, contract.cases.count, contract.splits
    if fault := _fault(pattern):
        yield Problem(("cases", "pattern"), f"found {shown(pattern)}, which is no regular expression: {fault}")
    else:
        yield from _excluded(contract.exclude.cases, pattern)
    if splits and count not in (None, total := sum(splits.values())):
        parts = ", ".join(f"{split} {cases}" for split, cases in splits.items())
        remedy = f"expected cases.count = {count}; an empty [splits] promises none"
        yield Problem(("splits",), f"found {parts}, which add up to {total}, {remedy}")


def _fault(pattern: str) -> str:
    """Return why a pattern is not a regular expression; empty if it is one."""
    try:
        re.compile(pattern)
    except (re.error, OverflowError) as error:
        return str(error)
    except RecursionError:
        return "it nests too deeply"
    return ""


def _excluded(cases: tuple[str, ...], pattern: str) -> Iterator[Problem]:
    """Each excluded case is named once, and matches the pattern."""
    for place, case in enumerate(cases):
        if case in cases[:place]:
            yield Problem(("exclude", "cases", place), f"found {shown(case)} a second time, expected each case once")
        if not re.fullmatch(pattern, case):
            text = f"found {shown(case)}, which does not match cases.pattern = {shown(pattern)}"
            yield Problem(("exclude", "cases", place), text)


def _geometry(geometry: Geometry) -> Iterator[Problem]:
    """The orientation is one of 48, and no axis has a minimum above its maximum."""
    orientation, least, most = geometry.orientation, geometry.shape_min, geometry.shape_max
    if orientation and orientation not in ORIENTATIONS:
        text = f"found {shown(orientation)}, expected axis codes such as RAS or LPS"
        yield Problem(("geometry", "orientation"), text)
    if least and most and any(low > high for low, high in zip(least, most, strict=True)):
        text = f"found {shown(least)}, expected no axis above shape_max = {shown(most)}"
        yield Problem(("geometry", "shape_min"), text)


def _intensities(intensity: Intensity) -> Iterator[Problem]:
    """The range of intensities is finite and not empty."""
    least, most = intensity.minimum_hu, intensity.maximum_hu
    for key, limit in (("minimum_hu", least), ("maximum_hu", most)):
        if not math.isfinite(limit):
            yield Problem(("intensity", key), f"found {shown(limit)}, expected a finite number")
    if not least < most:
        text = f"found {shown(least)}, expected less than maximum_hu = {shown(most)}"
        yield Problem(("intensity", "minimum_hu"), text)


def _dtypes(contract: Contract) -> Iterator[Problem]:
    """Every stored type is one that a NIfTI file can have."""
    for table, dtypes in (("intensity", contract.intensity.dtypes), ("labels", contract.labels.dtypes)):
        for dtype in dtypes:
            if dtype not in DTYPES:
                allowed = did_you_mean(dtype, DTYPES) or f", allowed are {', '.join(DTYPES)}"
                yield Problem((table, "dtypes"), f"found {shown(dtype)}, which is no type of a NIfTI file{allowed}")


def _regrades(contract: Contract) -> Iterator[Problem]:
    """Every re-graded check has a reason."""
    for check, regrade in contract.regrade.items():
        if not regrade.reason.strip():
            text = f"found {shown(regrade.reason)}, expected the reason in words"
            yield Problem(("regrade", check, "reason"), text)


def _rows(structures: tuple[Structure, ...]) -> Iterator[Problem]:
    """Names and labels are unique, label 0 is the background, and limits are not below their least value."""
    for column in ("name", "label"):
        values = [getattr(structure, column) for structure in structures]
        for row, value in enumerate(values):
            if value in values[:row]:
                text = f"found {shown(value)} a second time, expected each {column} once"
                yield Problem(("structures", row, column), text)
    for column, least in LEAST.items():
        for row, structure in enumerate(structures):
            value = getattr(structure, column)
            if value is not None and not least <= value <= LARGEST:
                text = f"found {shown(value)}, expected {_bound(value, f'{least} or more')}"
                yield Problem(("structures", row, column), text)


def _ranges(structures: tuple[Structure, ...]) -> Iterator[Problem]:
    """Both ends of a range are given, finite, and in order."""
    for row, structure in enumerate(structures):
        for first, second in RANGES:
            low, high = getattr(structure, first), getattr(structure, second)
            if (low is None) != (high is None):
                given, missing = (second, first) if low is None else (first, second)
                yield Problem(("structures", row, missing), f"found none, expected one where {given} is given")
            elif low is not None and not -LARGEST <= low <= high <= LARGEST:
                text = f"found {shown(low)}, expected a finite number, {second} = {shown(high)} at most"
                yield Problem(("structures", row, first), text)


def _spine(contract: Contract) -> Iterator[Problem]:
    """Either no vertebra has a position along the spine, or each has one, further down than that of the one above."""
    depths = [vertebra.spine_mm for vertebra in contract.spine]
    if not any(depth is not None for depth in depths):
        return
    for vertebra, depth, above in zip(contract.spine, depths, [None, *depths], strict=False):
        keys = ("structures", contract.structures.index(vertebra), "spine_mm")
        if depth is None:
            yield Problem(keys, "found none, expected one, because other vertebrae have it")
        elif above is not None and depth <= above:
            yield Problem(keys, f"found {shown(depth)}, expected more than {shown(above)}, that of {vertebra.above}")


def _neighbours(contract: Contract) -> Iterator[Problem]:
    """Structures refer only to others of the list; partners and neighbours refer to each other."""
    known = contract.by_name
    for row, structure in enumerate(contract.structures):
        named = [(column, getattr(structure, column)) for column in RETURNS if getattr(structure, column)]
        for column, other in (*named, *(("expected_with", other) for other in structure.expected_with)):
            if text := _unknown(other, structure, known) or _one_way(column, structure, known[other]):
                yield Problem(("structures", row, column), text)


def _unknown(other: str, structure: Structure, known: dict[str, Structure]) -> str:
    """Return an error if the name is not another known structure, else ""."""
    others = known.keys() - {structure.name}
    if other in others:
        return ""
    return f"found {shown(other)}, which is no other structure of the list{did_you_mean(other, others)}"


def _one_way(column: str, structure: Structure, other: Structure) -> str:
    """Return an error if another structure has to refer back to this one and does not, else ""."""
    back = RETURNS.get(column)
    if back is None or getattr(other, back) == structure.name:
        return ""
    found = shown(getattr(other, back))
    return f"found {shown(other.name)}, whose {back} is {found}, expected {shown(structure.name)}"


def _overlaps(contract: Contract) -> Iterator[Problem]:
    """Each pair that may overlap matches structures of the class list, if there is one."""
    known = contract.by_name
    for glob in chain.from_iterable(contract.labels.allowed_overlaps):
        if known and not any(fnmatchcase(name, glob) for name in known):
            text = f"found {shown(glob)}, which matches no structure{did_you_mean(glob, known)}"
            yield Problem(("labels", "allowed_overlaps"), text)
