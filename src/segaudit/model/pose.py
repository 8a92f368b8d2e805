"""The pose of a body in world coordinates: head up, face forward, and heart on the left, or otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Self

from segaudit.model.bearing import Position
from segaudit.model.contract import Contract
from segaudit.model.curve import Array, stacked
from segaudit.model.frame import Frame
from segaudit.model.rank_order import RankOrder, order
from segaudit.model.records import Mask

MIN_SPINE_DISTANCE_MM, MIN_DEPTH_DISTANCE_MM = 100.0, 40.0
"""The usual distance of two structures, along the spine and from back to front, from which on their order is fixed."""

MIN_WIDTH_DISTANCE_MM = 60.0
"""The same from left to right."""

MIN_STRUCTURES = 4
"""The least number of structures that determine a direction."""

MIN_REVERSED_SHARE = 0.75
"""The share of pairs, or of organs, above which a direction is reversed. Of n structures, a single misplaced one is in
only 2 of n pairs."""

MIN_OFFSET_MM = 40.0
"""The least usual distance from the midline of an unpaired organ that distinguishes right from left."""

MIDLINE_MM = 20.0
"""The side of an organ whose centre is nearer than this to the spine is undecided: scoliosis shifts it as far."""

MIN_UPRIGHT_COSINE = 0.7
"""The cosine between the spine and the world's vertical below which the axes are exchanged: 45 degrees."""


class Turned(NamedTuple):
    """The order of structures along a direction of the world."""

    order: RankOrder
    pair: tuple[str, str]
    """The pair in reverse order with the largest distance, in the usual order; empty if there is none."""

    @property
    def decidable(self) -> bool:
        """Whether enough structures determine the direction."""
        return self.order.structures >= MIN_STRUCTURES

    @property
    def reverse(self) -> bool:
        """Whether the direction is reversed."""
        return self.decidable and not self.order.alone and self.order.share > MIN_REVERSED_SHARE


class Pose(NamedTuple):
    """The pose of a body in world coordinates."""

    sideways: Turned
    """From left to right, by growing x: pairs of structures, and organs without a partner."""
    downwards: Turned
    """From head to foot, by descending z."""
    forwards: Turned
    """From back to front, by ascending y."""
    lying: bool
    """Whether the spine is along another axis than z."""
    mirrored: tuple[str, ...]
    """The organs on the wrong side, if they are the majority; the paired structures define left and right."""

    @classmethod
    def of(
        cls, complete: dict[str, Mask], frame: Frame | None, places: dict[str, Position], contract: Contract
    ) -> Self:
        """Return the pose of a case with these complete masks."""
        placed = {name: mask.centroid_mm for name, mask in complete.items() if mask.centroid_mm}
        names, (x, y, z) = tuple(placed), stacked(placed.values()).T
        depths, rights, fronts = stacked(contract.centres[name] for name in names).T
        lying = frame is not None and frame.span >= MIN_SPINE_DISTANCE_MM and abs(frame.axes[0][2]) < MIN_UPRIGHT_COSINE
        mirrored = _mirrored(places, contract)
        turned = (
            _turned(names, rights, x, MIN_WIDTH_DISTANCE_MM),
            _turned(names, depths, -z, MIN_SPINE_DISTANCE_MM),
            _turned(names, fronts, y, MIN_DEPTH_DISTANCE_MM),
        )
        return cls(*turned, lying, mirrored)

    @property
    def decidable(self) -> bool:
        """Whether enough of a body is visible to determine its pose."""
        return self.downwards.decidable or self.forwards.decidable

    @property
    def reverse(self) -> dict[str, Turned]:
        """The directions that are reversed, by their names."""
        directions = {"left to right": self.sideways, "back to front": self.forwards, "head to foot": self.downwards}
        return {name: turned for name, turned in directions.items() if turned.reverse}

    @property
    def flipped(self) -> bool:
        """Whether the axes of the world differ from those of the body."""
        return self.lying or self.downwards.reverse or self.forwards.reverse


def _turned(names: Sequence[str], usual: Array, found: Array, apart: float) -> Turned:
    """Compare structures along a direction: where they are in the world with where they are in most people."""
    seen = order(usual, found, apart)
    first, second = (names[place] for place in seen.example) if seen.example else ("", "")
    return Turned(seen, (first, second))


def _mirrored(places: dict[str, Position], contract: Contract) -> tuple[str, ...]:
    """Return the organs on the wrong side of the spine; none if they are a single one or not the majority."""
    votes = {
        name: right * places[name].right > 0
        for name, right in contract.unpaired.items()
        if abs(right) >= MIN_OFFSET_MM and name in places and abs(places[name].right) >= MIDLINE_MM
    }
    turned = tuple(name for name, same_side in votes.items() if not same_side)
    return turned if len(turned) > max(1.0, MIN_REVERSED_SHARE * len(votes)) else ()
