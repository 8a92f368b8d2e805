"""How far the relations between a case's structures hold, and which are reversed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from math import copysign, isfinite, isnan, log, nan
from operator import itemgetter, mul
from statistics import median
from typing import NamedTuple, cast

import numpy as np

from segaudit.model.curve import Array, stacked
from segaudit.model.opening import WHOLE, Openings
from segaudit.model.records import Affine, Contact, Mask
from segaudit.model.relation_table import RELATIONS, Relation

NOWHERE = (nan, nan, nan)

AXES = {"above": (0, -1), "right of": (1, 1), "in front of": (2, 1)}
"""The axis of a position (to the feet, the right, the front), and the sense along it, of a direction."""

_TABLE = tuple(
    (relation, relation.first, relation.second, *(AXES[relation.kind] if apart else (None, 0)), relation.margin)
    for relation in RELATIONS
    for apart in (relation.kind in AXES and not relation.beside,)
)
"""Each relation, its structures and its margin; of one of centres, where it has to hold."""

TOUCHED = frozenset(relation.third for relation in RELATIONS if relation.third)
"""The structures that others touch more, or less."""

MIN_LEVELS = 3
"""Levels at which two structures are compared that run side by side, at least."""

MIN_BESIDE_SHARE = 0.8
"""Share of these levels at which a relation has to be reversed: a vena cava on the left crosses at the kidneys."""


class Reversal(NamedTuple):
    """A relation that is reversed."""

    relation: Relation
    amount: float
    """By how much, in the unit of the relation's margin."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Relations:
    """The relations between the structures of a case."""

    masks: Mapping[str, Mask]
    """Its structures, by the known anatomy that they are, without specks."""
    openings: Mapping[str, Openings]
    """Where the rest of those lies that the field of view cuts."""
    contacts: tuple[Contact, ...]
    """The pairs of masks that touch."""
    anatomies: Mapping[str, str] = field(default_factory=dict)
    """The known anatomy that masks are whose names are others."""
    renamed: Mapping[str, str] = field(default_factory=dict)
    """The names that structures have for others."""
    axes: Array
    """Unit vectors (rows) towards the feet, the right and the front."""
    scale: float
    """Millimetres per millimetre of an adult."""

    def reversed_of(self, *names: str) -> int:
        """Return how many relations of some structures are reversed."""
        return sum(not {each.relation.first, each.relation.second}.isdisjoint(names) for each in self.reversals())

    def reversals(self) -> list[Reversal]:
        """Return the relations that are reversed."""
        amounts = ((relation, self.amount(relation)) for relation in self._suspects())
        return [Reversal(relation, -far) for relation, far in amounts if far is not None and far < -limit_of(relation)]

    def _suspects(self) -> Iterator[Relation]:
        """Yield the relations of structures that are there, but for those whose centres lie as in health."""
        seen, scale = self._seen, self.scale
        for relation, first, second, axis, sense, margin in _TABLE:
            if first not in seen or second not in seen:
                continue
            if axis is None or (seen[first][axis] - seen[second][axis]) * sense / scale < -margin:  # false of NaN
                yield relation

    def exchanged(self, one: str, other: str) -> Relations:
        """Return the relations with two names exchanged."""
        new = {one: other, other: one}
        return replace(
            self,
            masks={new.get(name, name): mask for name, mask in self.masks.items()},
            openings={new.get(name, name): openings for name, openings in self.openings.items()},
            renamed={name: new.get(to, to) for name in (*self.renamed, one, other) for to in (self._renamed(name),)},
        )

    def amount(self, relation: Relation) -> float | None:
        """Return by how much a relation holds, in the unit of its margin, negative if it is reversed; None if unknown.

        That of sizes is the logarithm of their ratio.
        """
        first, second = self.masks.get(relation.first), self.masks.get(relation.second)
        if first is None or second is None:
            return None
        if relation.kind == "touches":
            return self._touching(relation)
        if relation.kind == "gassier than":
            return second.hu.p5 - first.hu.p5 if first.hu and second.hu else None
        if relation.kind == "larger than":
            return None if first.cut or second.cut else log(first.volume_ml / second.volume_ml)
        if relation.kind in {"higher than", "lower than"}:
            return self._reaching(relation, first, second)
        return self._beside(relation, first, second) if relation.beside else self._apart(relation)

    def _renamed(self, name: str) -> str:
        return self.renamed.get(name, name)

    @cached_property
    def _areas(self) -> dict[frozenset[str], float]:
        """The areas in which two structures touch, mm2."""
        areas = touching(self.contacts, self.anatomies)
        return {frozenset(map(self._renamed, pair)): area for pair, area in areas.items()}

    def _touching(self, relation: Relation) -> float | None:
        """Return by how much more area the first one touches the third one; None without that one."""
        if relation.third not in self.masks:
            return None
        first, second = (self._areas.get(frozenset({name, relation.third}), 0.0) for name in relation[:3:2])
        return (first - second) / self.scale**2

    @cached_property
    def _seen(self) -> dict[str, list[float]]:
        """The centres of the structures along the axes, mm; NaN where there is none, or where a part is out of view.

        Where the field of view cuts a structure from head to foot, the two other directions are still known.
        """
        centres = stacked(mask.centroid_mm or NOWHERE for mask in self.masks.values())
        seen = dict(zip(self.masks, (centres @ self.axes.T).tolist(), strict=True))
        for name, openings in self.openings.items():
            if openings and name in seen:
                across = any(axis for axis, _ in openings)
                seen[name] = [nan, nan, nan] if across else [nan, *seen[name][1:]]
        return seen

    def _apart(self, relation: Relation) -> float | None:
        """Return how far the first one's centre lies from the second one's, in the direction of a relation."""
        axis, sense = AXES[relation.kind]
        far = (self._seen[relation.first][axis] - self._seen[relation.second][axis]) * sense / self.scale
        return None if isnan(far) else far

    def _beside(self, relation: Relation, first: Mask, second: Mask) -> float | None:
        """Return the median distance over the levels at which both are; None where they are few, or do not agree."""
        axis, sense = AXES[relation.kind]
        one, other = (self._downwards(mask, axis) for mask in (first, second))
        if not other or not isfinite(sum(down for down, _ in other)):
            return None
        common = [(down, across) for down, across in one if other[0][0] <= down <= other[-1][0]]
        if len(common) < MIN_LEVELS:
            return None
        apart = [sense * (across - _at(down, other)) / self.scale for down, across in common]
        middle, limit = median(apart), limit_of(relation)
        against = sum(copysign(1, middle) * far > limit for far in apart)
        return middle if against >= MIN_BESIDE_SHARE * len(apart) else 0.0

    def _downwards(self, mask: Mask, axis: int) -> list[tuple[float, float]]:
        """Return the course of a mask from head to foot: how far down, and how far along another axis, mm."""
        (x, y, z), (u, v, w) = self._axes[0], self._axes[axis]
        course = [(x * a + y * b + z * c, u * a + v * b + w * c) for a, b, c in mask.course_mm]
        return sorted(course, key=itemgetter(0))

    @cached_property
    def _axes(self) -> list[list[float]]:
        return cast("list[list[float]]", self.axes.tolist())

    def _reaching(self, relation: Relation, first: Mask, second: Mask) -> float | None:
        """Return how much further the first one reaches up, or down; None where one of them may go on there."""
        sense = -1 if relation.kind == "higher than" else 1
        if any((0, sense) in self.openings.get(name, WHOLE) for name in relation[:3:2]):
            return None
        one, other = (self._end(mask, sense) for mask in (first, second))
        return (one - other) / self.scale

    def _end(self, mask: Mask, sense: int) -> float:
        """Return how far the box around a mask reaches to the feet, or to the head, mm."""
        header, box = mask.file.header, mask.box
        if header is None or box is None:
            return np.nan
        i, j, k, origin = _steps_down(header.affine, *self._axes[0])
        ends = (max(sense * step * box[at], sense * step * box[at + 1]) for step, at in ((i, 0), (j, 2), (k, 4)))
        return float(sense * origin + sum(ends))


@lru_cache(maxsize=4)  # the masks of a case have few affines, and one frame
def _steps_down(affine: Affine, *down: float) -> tuple[float, ...]:
    """Return how far down a grid goes with each voxel along i, j, k, and where it begins, mm."""
    return tuple(sum(map(mul, down, affine[column::4])) for column in range(4))


def touching(contacts: Iterable[Contact], anatomies: Mapping[str, str]) -> dict[frozenset[str], float]:
    """Return the areas in which structures touch one that relations say it of, mm2, by the anatomy that both are.

    Args:
        contacts: pairs of structures.
        anatomies: the known anatomy that structures are whose names are others.
    """
    touched = TOUCHED.difference(anatomies).union(name for name, meant in anatomies.items() if meant in TOUCHED)
    pairs = (pair for pair in contacts if pair.first in touched or pair.second in touched)
    return {
        frozenset(anatomies.get(name, name) for name in (pair.first, pair.second)): pair.area_mm2 + pair.beside_mm2
        for pair in pairs
    }


def limit_of(relation: Relation) -> float:
    """Return what an amount has to go beyond to count."""
    return log(relation.margin) if relation.kind == "larger than" else relation.margin


def _at(down: float, course: list[tuple[float, float]]) -> float:
    """Return where a course is at a level within it."""
    at = bisect_right(course, down, key=itemgetter(0))
    (start, here), (end, there) = course[at - 1], course[min(at, len(course) - 1)]
    return (there - here) / (end - start) * (down - start) + here if end > start else here
