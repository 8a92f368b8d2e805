"""The rules of a contract beyond the types of its values, and the keys that each rule compares."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from segaudit.contracts import structure_rules, value_rules
from segaudit.contracts.sources import Keys, Problem
from segaudit.model import Contract

NAMES: Keys = ("structures", "name")
NEIGHBOURS: tuple[Keys, ...] = (NAMES, *(("structures", column) for column in structure_rules.RETURNS))

RULES: tuple[tuple[Callable[[Contract], Iterable[Problem]], tuple[Keys, ...]], ...] = (
    (value_rules.numbers, ()),
    (value_rules.pattern, ()),
    (value_rules.excluded, (("cases", "pattern"), ("exclude", "cases"))),
    (value_rules.splits, (("cases", "count"), ("splits",))),
    (value_rules.orientation, ()),
    (value_rules.shapes, (("geometry", "shape_min"), ("geometry", "shape_max"))),
    (value_rules.intensities, ()),
    (value_rules.intensity_range, (("intensity",),)),
    (value_rules.dtypes, ()),
    (value_rules.regrades, ()),
    (value_rules.limits, ()),
    (structure_rules.limits, ()),
    (structure_rules.ranges, ()),
    (structure_rules.anatomies, ()),
    (structure_rules.neighbours, (*NEIGHBOURS, ("structures", "expected_with"))),
    (structure_rules.overlaps, (NAMES,)),
    (structure_rules.spine, (*NEIGHBOURS, ("structures", "spine_mm"))),
    (structure_rules.unique, ()),
)
"""Each rule, and the keys that it compares with each other: if one of them is wrong by itself, the comparison would
only repeat that error, or report a false one. A rule without keys judges each value by itself."""


def problems(contract: Contract, wrong: Iterable[Keys] = ()) -> Iterator[Problem]:
    """Yield the errors of a contract, except those of wrong keys; no rule judges a key that an earlier one reports."""
    known = set(wrong)
    for rule, compared in RULES:
        if any(_concerns(keys, other) for keys in known for other in compared):
            continue
        found = [problem for problem in rule(contract) if problem.keys not in known]
        yield from found
        known.update(problem.keys for problem in found)


def _concerns(keys: Keys, other: Keys) -> bool:
    """Whether two keys are equal, or one is a table that contains the other; indices of lists do not matter."""
    names = [key for key in keys if isinstance(key, str)]
    return all(one == two for one, two in zip(names, other, strict=False))
