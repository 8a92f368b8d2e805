"""Rules for the structures of a contract."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from itertools import chain

from segaudit.contracts.known import names_of_releases
from segaudit.contracts.sources import Problem
from segaudit.contracts.wording import LARGEST, bound, shown
from segaudit.model import Contract, Structure
from segaudit.model.errors import did_you_mean

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


def unique(contract: Contract) -> Iterator[Problem]:
    """Names and labels are unique."""
    for column in ("name", "label"):
        values = [getattr(structure, column) for structure in contract.structures]
        for row, value in enumerate(values):
            if value in values[:row]:
                text = f"found {shown(value)} a second time, expected each {column} once"
                yield Problem(("structures", row, column), text)


def anatomies(contract: Contract) -> Iterator[Problem]:
    """The known anatomy that a structure is exists, and is that of no other structure."""
    known, seen = names_of_releases(), set[str]()
    for number, structure in enumerate(contract.structures):
        if not structure.anatomy:
            continue
        keys = ("structures", number, "is")
        if structure.anatomy not in known:
            text = (
                f"found {shown(structure.anatomy)}, which is no known anatomy{did_you_mean(structure.anatomy, known)}"
            )
            yield Problem(keys, text)
        elif structure.anatomy in seen:
            yield Problem(keys, f"found {shown(structure.anatomy)} a second time, expected each anatomy once")
        seen.add(structure.anatomy)


def limits(contract: Contract) -> Iterator[Problem]:
    """Label 0 is the background, and limits are not below their least value."""
    for column, least in LEAST.items():
        for row, structure in enumerate(contract.structures):
            value = getattr(structure, column)
            if value is not None and not least <= value <= LARGEST:
                text = f"found {shown(value)}, expected {bound(value, f'{least} or more')}"
                yield Problem(("structures", row, column), text)


def ranges(contract: Contract) -> Iterator[Problem]:
    """Both ends of a range are given, finite, and in order."""
    for row, structure in enumerate(contract.structures):
        for first, second in RANGES:
            low, high = getattr(structure, first), getattr(structure, second)
            if (low is None) != (high is None):
                given, missing = (second, first) if low is None else (first, second)
                yield Problem(("structures", row, missing), f"found none, expected one where {given} is given")
            elif low is not None and not -LARGEST <= low <= high <= LARGEST:
                text = f"found {shown(low)}, expected a finite number, {second} = {shown(high)} at most"
                yield Problem(("structures", row, first), text)


def spine(contract: Contract) -> Iterator[Problem]:
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


def neighbours(contract: Contract) -> Iterator[Problem]:
    """Structures refer only to others of the list; partners and neighbours refer to each other."""
    known = contract.by_name
    for row, structure in enumerate(contract.structures):
        named = [(column, getattr(structure, column)) for column in RETURNS if getattr(structure, column)]
        for column, other in (*named, *(("expected_with", other) for other in structure.expected_with)):
            if text := _no_other(other, structure, known) or _one_way(column, structure, known[other], known):
                yield Problem(("structures", row, column), text)


def _no_other(other: str, structure: Structure, known: dict[str, Structure]) -> str:
    """Return an error if a name is not that of another structure of the list, else an empty text."""
    others = known.keys() - {structure.name}
    if other in others:
        return ""
    return f"found {shown(other)}, which is no other structure of the list{did_you_mean(other, others)}"


def _one_way(column: str, structure: Structure, other: Structure, known: dict[str, Structure]) -> str:
    """Return an error if another structure does not name this one in return, else an empty text.

    If the other one refers to a name that is not in the list, that is an error of its own row.
    """
    back = RETURNS.get(column)
    named = getattr(other, back) if back else structure.name
    if named == structure.name or (named and _no_other(named, other, known)):
        return ""
    return f"found {shown(other.name)}, whose {back} is {shown(named)}, expected {shown(structure.name)}"


def overlaps(contract: Contract) -> Iterator[Problem]:
    """Each pair that may overlap matches structures of the class list, if there is one."""
    known = contract.by_name
    for glob in chain.from_iterable(contract.labels.allowed_overlaps):
        if known and not any(fnmatchcase(name, glob) for name in known):
            text = f"found {shown(glob)}, which matches no structure{did_you_mean(glob, known)}"
            yield Problem(("labels", "allowed_overlaps"), text)
