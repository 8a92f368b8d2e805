"""What the masks show can be a human body."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import inf
from operator import mul
from typing import NamedTuple

from segaudit.model import Contract, Finding, Limit, Mask, Severity, Structure, check
from segaudit.model.anatomy import Anatomy
from segaudit.model.relation_table import RELATIONS

VESSEL_MM = Limit(
    "sides-swapped.vessel_mm",
    20.0,
    "mm",
    "how far the right one of a pair of vessels may lie to the left of the left one",
    "Kinked iliac and carotid arteries reach over the midline.",
)

BESIDE_LIVER = {one.second: one.margin for one in RELATIONS if (one.first, one.kind) == ("liver", "right of")}
"""What lies to the left of the liver, and by how many mm at least it has to, or to the right, so that it counts."""


@check("sides-swapped", Severity.ERROR, needs="pairs", limits=(VESSEL_MM,))
def sides_swapped(anatomy: Anatomy, contract: Contract) -> Iterator[Finding]:
    """A right structure lies to the left of its left partner.

    Why it matters: a network trained on it confuses the sides, and who trusts a label may treat the wrong one.
    What to do: look at the case. One pair: exchange its masks. All pairs: exchange all left and right names where liver
        and spleen lie as in most people; else the data or the affine are mirrored, those of CT and masks alike where
        the two fit each other, else see ct-mirrored.
    Threshold: centres of mass in world coordinates, x growing to the right; vessels may pass each other by 20 mm. The
        nearest healthy pair (brachiocephalic veins) is 35 mm apart, so none is a near miss; 0 of 150 TotalSegmentator
        cases are hit. Situs inversus (about 1 in 10,000) is. A pair that the field of view cuts is judged where the
        boxes around both lie side by side, because no cut moves them past each other; a pair with a mask smaller than
        the contract's smallest piece is not.
    Seen in: MOOSE, lungs mirrored by flipped training data (https://github.com/ENHANCE-PET/MOOSE/issues/232).
    Blind spots: organs without a partner (organs-mirrored), pairs that lie past each other where the field of view cuts
        them, and what is swapped in a body that is turned (anatomy-flipped).
    """
    vessel_mm = VESSEL_MM.of(contract)
    swapped = [pair for pair in _crossing(anatomy, contract) if pair.reversed(vessel_mm) and pair.judged]
    if not swapped or (anatomy.pose.sideways.reverse and anatomy.pose.flipped):
        return
    pairs = [pair for pair in _pairs(anatomy, contract) if pair.judged]
    if len(swapped) == len(pairs) and (len(pairs) > 1 or anatomy.pose.sideways.reverse):
        named = f"all {len(pairs)} pairs" if len(pairs) > 1 else "the one pair"
        cause = _cause(_liver_is_right(anatomy))
        message = f"{named} of left and right {'are' if len(pairs) > 1 else 'is'} swapped: {cause}"
        yield Finding(case=anatomy.case, message=message + anatomy.registration.agreed, observed=len(pairs), expected=0)
        return
    for pair in swapped:
        message = f"the right one's centre lies {-pair.apart_mm:.0f} mm to the left of the left one's"
        yield Finding(
            case=anatomy.case,
            structures=pair.names,
            message=message,
            observed=round(pair.apart_mm),
            expected=0,
            spot=pair.right.spot,
        )


def _cause(liver_is_right: bool | None) -> str:  # noqa: FBT001 (what the case shows)
    """Return what is wrong where all pairs are swapped."""
    if liver_is_right is None:
        return "the whole case is mirrored, or all left and right names are exchanged"
    if liver_is_right:
        return "all left and right names are exchanged, since the liver lies on the right as in most people"
    return "the whole case is mirrored"


def _liver_is_right(anatomy: Anatomy) -> bool | None:
    """Whether the liver lies to the right of what it does in most people, as the spleen; None if unknown."""
    masks = {mask.meant: mask for mask in anatomy.sized.values()}
    if "liver" not in masks:
        return None
    apart = [(_x(masks["liver"]) - _x(masks[name]), mm) for name, mm in BESIDE_LIVER.items() if name in masks]
    ways = {way > 0 for way, least in apart if abs(way) >= least}
    return ways.pop() if len(ways) == 1 else None


class Pair(NamedTuple):
    """A left and a right structure that are both there."""

    structure: Structure
    """The left one in the contract."""
    left: Mask
    right: Mask

    @property
    def names(self) -> tuple[str, str]:
        """Both names."""
        return self.left.structure, self.right.structure

    @property
    def apart_mm(self) -> float:
        """How far the right one lies to the right of the left one."""
        return _x(self.right) - _x(self.left)

    def reversed(self, vessel_mm: float) -> bool:
        """Whether it lies further to the left than in health, where vessels may pass each other by some mm."""
        return self.apart_mm <= (-vessel_mm if self.structure.group == "vessel" else 0.0)

    @property
    def judged(self) -> bool:
        """Whether the pair is complete, or side by side; a speck may be a stray one."""
        if not all(mask.centroid_mm and mask.volume_ml >= self.structure.piece_ml for mask in (self.left, self.right)):
            return False
        return _side_by_side(self.left, self.right) or not (self.left.cut or self.right.cut)


def _pairs(anatomy: Anatomy, contract: Contract) -> Iterator[Pair]:
    """Yield the pairs whose masks are both whole."""
    for left, right in contract.pairs:
        if left.name in anatomy.masks and right.name in anatomy.masks:
            yield Pair(left, anatomy.masks[left.name], anatomy.masks[right.name])


def _crossing(anatomy: Anatomy, contract: Contract) -> Iterator[Pair]:
    """Yield those of them whose right one is not to the right of the left one."""
    masks = anatomy.masks
    for left, right in contract.pairs:
        one, other = masks.get(left.name), masks.get(right.name)
        if one and other and _x(other) <= _x(one):
            yield Pair(left, one, other)


def _side_by_side(one: Mask, other: Mask) -> bool:
    """Whether the boxes around two masks share no plane from left to right."""
    (low, high), (other_low, other_high) = _reach(one), _reach(other)
    return high < other_low or other_high < low


def _reach(mask: Mask) -> tuple[float, float]:
    """Return from where to where the box around a mask reaches from left to right, mm."""
    header, box = mask.file.header, mask.box
    if header is None or box is None:
        return -inf, inf
    row, origin = header.affine[:3], header.affine[3]
    corners = [origin + sum(map(mul, row, corner)) for corner in product(box[:2], box[2:4], box[4:])]
    return min(corners), max(corners)


def _x(mask: Mask) -> float:
    """Return where a mask's centre lies from left to right, mm; 0 where it has none."""
    return mask.centroid_mm[0] if mask.centroid_mm else 0.0
