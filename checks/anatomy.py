"""What the masks show can be a human body."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import inf
from operator import mul
from typing import NamedTuple

from segaudit.model import Case, Contract, Finding, Mask, Severity, Structure, check

WANDER_MM = 20.0
"""How far vessels may lie on the wrong side: kinked iliac and carotid arteries reach over the midline."""


@check("sides-swapped", Severity.ERROR, needs="structures")
def sides_swapped(case: Case, contract: Contract) -> Iterator[Finding]:
    """A right structure lies to the left of its left partner.

    Why it matters: a network trained on it cannot tell the sides, and whoever trusts a label may treat the wrong one.
    What to do: look at the case. One pair: exchange its masks. All pairs: the data or the affine are mirrored.
    Threshold: centres of mass in world coordinates, x growing to the right; vessels may pass each other by 20 mm. The
        nearest healthy pair (brachiocephalic veins) is 35 mm apart, so none is a near miss; 0 of 150 TotalSegmentator
        cases are hit. Situs inversus (about 1 in 10,000) is. A pair that the field of view cuts is judged where the
        boxes around both lie side by side, because no cut moves them past each other; a pair with a mask smaller than
        the contract's smallest piece is not.
    Seen in: MOOSE, lungs mirrored by flipped training data (https://github.com/ENHANCE-PET/MOOSE/issues/232).
    Blind spots: organs without a partner (organs-mirrored), and pairs that lie past each other where the field of view
        cuts them.
    """
    pairs = list(_pairs(case, contract))
    swapped = [pair for pair in pairs if pair.apart_mm <= pair.least_mm]
    if len(swapped) == len(pairs) > 1:
        message = f"all {len(pairs)} pairs of left and right are swapped: the whole case is mirrored"
        yield Finding(case=case.case, message=message, observed=len(pairs), expected=0)
        return
    for pair in swapped:
        message = f"the right one's centre lies {-pair.apart_mm:.0f} mm to the left of the left one's"
        observed = round(pair.apart_mm)
        yield Finding(
            case=case.case, structure=pair.names, message=message, observed=observed, expected=0, spot=pair.right.spot
        )


class Pair(NamedTuple):
    """A left and a right structure that are both there."""

    names: str
    right: Mask
    apart_mm: float
    """How far the right one lies to the right of the left one."""
    least_mm: float
    """How far it lies there in health, at least."""


def _pairs(case: Case, contract: Contract) -> Iterator[Pair]:
    """Yield the pairs that can be judged."""
    for structure in contract.structures:
        left, right = case.whole_masks.get(structure.name), case.whole_masks.get(structure.partner)
        if structure.side == "left" and left and right and _judged(left, right, structure):
            least_mm = -WANDER_MM if structure.group == "vessel" else 0.0
            yield Pair(f"{left.structure}, {right.structure}", right, _x(right) - _x(left), least_mm)


def _judged(left: Mask, right: Mask, structure: Structure) -> bool:
    """Whether a pair is complete, or side by side; a speck may be a stray one."""
    if not all(mask.centroid_mm and mask.volume_ml >= structure.piece_ml for mask in (left, right)):
        return False
    return _side_by_side(left, right) or not (left.cut or right.cut)


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
