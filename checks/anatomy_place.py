"""Structures lie where people have them, told by the case's own vertebrae."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from segaudit.model import Case, Contract, Finding, Mask, NotApplicable, Severity, Structure, check
from segaudit.model.anatomy import Anatomy
from segaudit.model.contract import ANYWHERE, Range
from segaudit.model.frame import Frame, Position

DRIFT = 0.2
"""How much wider limits become beyond the vertebrae seen, mm per mm: a spine of few levels leans by 11 degrees."""

SHIFTED = 0.25
"""Share of structures that lie too far up, or too far down, above which the vertebrae are what is wrong."""

ENOUGH = 4
"""Structures that can outvote the vertebrae, at least."""

COVERED = 0.5
"""Share of a mask that another one covers, above which masks-overlap-large or masks-identical tells what is wrong."""

DIRECTIONS = {1: ("to the left", "to the right"), 2: ("to the back", "to the front")}
"""Words for negative and positive offsets along the axes of a place."""


@check("structure-misplaced", Severity.ERROR, needs="structures")
def structure_misplaced(case: Case, contract: Contract) -> Iterator[Finding]:
    """A structure lies where nobody has it.

    Why it matters: the mask shows something else, or two masks are exchanged.
    What to do: look at the case; segment the structure anew, or exchange the masks.
    Threshold: the centre of mass against the contract's limits (level among the case's own vertebrae, offset to the
        right and to the front of the spine, scaled by the distances of the vertebrae), further off than a person can
        have it: 30 mm for the heart, 130 mm for kidneys, which can be in the pelvis. Beyond the vertebrae seen, a fifth
        of the distance to them is added. Where a quarter of the structures, four or more, lie too far up, or too
        far down, it is the vertebrae that are wrong, and this is one finding.
    Seen in: TotalSegmentator v2.0.1, heart in the abdomen in s0143, s0201, s1196
        (https://github.com/wasserth/TotalSegmentator/issues/299), humerus in s0513
        (https://github.com/wasserth/TotalSegmentator/issues/245).
    Blind spots: cases with fewer than three complete vertebrae, structures that the field of view cuts or that
        volume-implausible finds too small, and those further from the vertebrae than the part of the spine that is
        seen is long. Exchanged neighbours pass where their limits overlap, and so does a wrong side where sides-swapped
        finds most of fewer than four pairs swapped: they may be a mirrored body.
    """
    found = _look(Anatomy.of(case, contract))
    if found.shifted:
        message = f"{found.shifted} of {found.judged} structures lie too far up, or too far down, among the vertebrae: "
        message += "the vertebrae are named wrongly"
        yield Finding(case=case.case, message=message, observed=found.shifted, expected=0)
    else:
        yield from (one.finding() for one in found.astray if one.excess_mm > one.structure.stray_mm)


@check("structure-displaced", Severity.WARNING, needs="structures")
def structure_displaced(case: Case, contract: Contract) -> Iterator[Finding]:
    """A structure lies where few people have it.

    Why it matters: the mask may be wrong, or this person has it there (kidney in the pelvis, wandering spleen, hernia).
    What to do: look at the case; waive the finding where the patient is so.
    Threshold: the contract's limits of the centre of mass, as for structure-misplaced, by up to what a person can have
        it off.
    Seen in: TotalSegmentator v2.0.1, heart (https://github.com/wasserth/TotalSegmentator/issues/245).
    Blind spots: as for structure-misplaced.
    """
    found = _look(Anatomy.of(case, contract))
    if not found.shifted:
        yield from (one.finding() for one in found.astray if one.excess_mm <= one.structure.stray_mm)


class Astray(NamedTuple):
    """A structure out of place, and how far off it is along the axis where it is furthest off."""

    mask: Mask
    structure: Structure
    excess_mm: float
    """How far beyond the limits, reference mm."""
    down: int
    """1 too far down the spine, -1 too far up, 0 to a side."""
    distance_mm: float
    """The excess in the case's own mm."""
    observed: str
    expected: str

    def finding(self) -> Finding:
        """Return a finding that leads to its centre."""
        message = f"its centre is {self.observed}, {self.distance_mm:.0f} mm off, expected {self.expected}"
        return Finding.about(self.mask, message, self.observed, self.expected)


class Found(NamedTuple):
    """The structures out of place, and how many were judged."""

    astray: list[Astray]
    judged: int

    @property
    def shifted(self) -> int:
        """How many structures lie out of place in one direction along the spine, if these are enough to outvote it."""
        most = max(sum(one.down == way for one in self.astray) for way in (-1, 1))
        return most if most >= max(ENOUGH, SHIFTED * self.judged) else 0


@lru_cache(maxsize=1)
def _look(body: Anatomy) -> Found:
    """Return the structures out of place, which both checks of a case ask for.

    Raises:
        NotApplicable: no vertebrae tell the place, or they are told as wrong by another check.
    """
    if body.frame is None or not body.human or body.pose.flipped:
        raise NotApplicable("no three complete vertebrae that can be trusted")
    judged = list(_judged(body, body.frame))
    beyond = (_beyond(body, body.frame, structure, place) for structure, place in judged)
    return Found([one for one in beyond if one], len(judged))


def _judged(body: Anatomy, frame: Frame) -> Iterator[tuple[Structure, Position]]:
    """Yield the structures near enough to the vertebrae, but for those whose mask is mostly another one's as well.

    A sliver is left out: the field of view of a rotated case ends inside its grid, and cuts what does not touch a face.
    """
    known, adult, covered = body.contract.by_name, min(1.0, frame.scale**3), _covered(body)
    for name, place in body.places.items():
        structure = known[name]
        sliver = body.complete[name].volume_ml < (structure.volume_low_ml or 0.0) * adult
        judged = structure.down_low is not None and not sliver and name not in covered
        if judged and frame.beyond(place.depth) <= frame.span:
            yield structure, place


def _covered(body: Anatomy) -> set[str]:
    """Return the structures of which another mask covers more than half."""
    pairs = ((name, overlap.voxels) for overlap in body.overlaps for name in (overlap.first, overlap.second))
    return {name for name, voxels in pairs if name in body.complete and voxels > COVERED * body.complete[name].voxels}


def _beyond(body: Anatomy, frame: Frame, structure: Structure, place: Position) -> Astray | None:
    """Return a structure that lies beyond its limits."""
    limits = _limits(body, structure)
    excesses = [max(low - value, value - high) for value, (low, high) in zip(place, limits, strict=True)]
    excess = max(excesses) - DRIFT * frame.beyond(place.depth)
    if excess <= 0:
        return None
    axis = excesses.index(max(excesses))
    down = 0 if axis else 1 if place.depth > limits[0][1] else -1
    told = _offset(axis, place, limits[axis], frame.scale) if axis else _level(body, place, limits[axis])
    return Astray(body.complete[structure.name], structure, excess, down, excess * frame.scale, *told)


def _limits(body: Anatomy, structure: Structure) -> tuple[Range, Range, Range]:
    """Return a structure's limits: its mirror image's in a mirrored body, its partner's where the two are exchanged.

    Other checks tell these: organs-mirrored and sides-swapped. Where the pairs that it finds swapped are all that tell
    left from right, nothing is on a wrong side.
    """
    limits, partner = body.contract.limits, structure.partner
    down, right, front = limits[structure.name]
    if body.frame and not body.frame.sided:
        return down, ANYWHERE, front
    if body.pose.mirrored:
        low, high = limits[partner or structure.name][1]
        return down, (-high, -low), front
    if partner in body.places and _exchanged(structure, body.places[structure.name], body.places[partner]):
        return limits[partner]
    return down, right, front


def _exchanged(structure: Structure, place: Position, partner: Position) -> bool:
    """Whether a structure lies on the side of its partner."""
    return (place.right < partner.right) == (structure.side == "right")


def _level(body: Anatomy, place: Position, limits: Range) -> tuple[str, str]:
    """Say at which level a structure lies, and between which ones it is expected."""
    observed, high, low = map(body.contract.levels.at, (place.depth, *limits))
    return f"at the level of {observed}", f"{high} to {low}"


def _offset(axis: int, place: Position, limits: Range, scale: float) -> tuple[str, str]:
    """Say how far a structure lies from the spine, and how far it is expected, in the case's own mm."""
    words = DIRECTIONS[axis]
    observed, *ends = (f"{abs(offset) * scale:.0f} mm {words[offset > 0]}" for offset in (place[axis], *limits))
    return f"{observed} of the spine", f"between {' and '.join(ends)}"
