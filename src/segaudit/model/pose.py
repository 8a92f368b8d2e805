"""How a body lies in the world: head up, face forward, and heart on the left, or otherwise."""

from __future__ import annotations

from math import isfinite
from typing import NamedTuple, Self

from segaudit.model.contract import Contract
from segaudit.model.frame import Frame, Position
from segaudit.model.rank_order import RankOrder, order
from segaudit.model.records import Mask

FAR_MM, DEEP_MM = 100.0, 40.0
"""How far apart two structures lie in health, along the spine or from back to front, so that none passes the other."""

VOTERS = 4
"""Structures that tell a direction, at least."""

AGAINST = 0.75
"""Share of pairs, or of organs, above which a direction is reversed. One structure in a wrong place takes part in 2 of
n pairs of n structures."""

ASIDE_MM = 40.0
"""How far from the midline an organ without a partner lies, on average, that tells right from left."""

MIDLINE_MM = 20.0
"""An organ's centre nearer than this to the spine tells no side: scoliosis shifts it as far."""

UPRIGHT = 0.7
"""Cosine between the spine and the world's vertical below which the axes are exchanged: 45 degrees."""


class Turned(NamedTuple):
    """The order of structures along a direction of the world."""

    order: RankOrder
    pair: tuple[str, str]
    """The two that are furthest apart in reverse order, of which the first belongs first; empty where none is."""

    @property
    def told(self) -> bool:
        """Whether enough structures tell the direction."""
        return self.order.structures >= VOTERS

    @property
    def reverse(self) -> bool:
        """Whether they say that it is reversed."""
        return self.told and self.order.share > AGAINST


class Pose(NamedTuple):
    """How a body lies in the world."""

    downwards: Turned
    """From head to foot, by falling z."""
    forwards: Turned
    """From back to front, by growing y."""
    lying: bool
    """Whether the spine runs along another axis than z."""
    mirrored: tuple[str, ...]
    """The organs on the other side, where these are most; left and right are what pairs say."""

    @classmethod
    def of(
        cls, complete: dict[str, Mask], frame: Frame | None, places: dict[str, Position], contract: Contract
    ) -> Self:
        """Return the pose of a case with these complete masks."""
        known = [(name, mask.centroid_mm, contract.centres[name]) for name, mask in complete.items()]
        depths = [(name, -place[2], usual[0]) for name, place, usual in known if place and isfinite(usual[0])]
        fronts = [(name, place[1], usual[2]) for name, place, usual in known if place and isfinite(usual[2])]
        lying = frame is not None and frame.span >= FAR_MM and abs(frame.axes[0][2]) < UPRIGHT
        mirrored = _mirrored(places, contract) if frame and frame.sided else ()
        return cls(_turned(depths, FAR_MM), _turned(fronts, DEEP_MM), lying, mirrored)

    @property
    def told(self) -> bool:
        """Whether there is enough of a body to tell how it lies."""
        return self.downwards.told or self.forwards.told

    @property
    def flipped(self) -> bool:
        """Whether the axes of the world are not those of the body."""
        return self.lying or self.downwards.reverse or self.forwards.reverse


def _turned(structures: list[tuple[str, float, float]], apart: float) -> Turned:
    """Compare structures, each with its place in the world and its usual one, along a direction."""
    seen = order([usual for *_, usual in structures], [found for _, found, _ in structures], apart)
    first, second = (structures[place][0] for place in seen.example) if seen.example else ("", "")
    return Turned(seen, (first, second))


def _mirrored(places: dict[str, Position], contract: Contract) -> tuple[str, ...]:
    """Return the organs on the other side of the spine; none where they are one, or not most."""
    usual = ((s.name, contract.centres[s.name][1]) for s in contract.structures if not s.side and s.name in places)
    votes = {
        name: right * places[name].right > 0
        for name, right in usual
        if abs(right) >= ASIDE_MM and abs(places[name].right) >= MIDLINE_MM
    }
    turned = tuple(name for name, same_side in votes.items() if not same_side)
    return turned if len(turned) > max(1.0, AGAINST * len(votes)) else ()
