"""What the masks show can be a human body."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from segaudit.model import Case, Contract, Finding, Mask, Severity, check


@check("sides-swapped", Severity.ERROR, needs="structures")
def sides_swapped(case: Case, contract: Contract) -> Iterator[Finding]:
    """A right structure lies to the left of its left partner.

    Why it matters: a network trained on it cannot tell the sides, and whoever trusts a label may treat the wrong one.
    What to do: look at the case. One pair: exchange its masks. All pairs: the data or the affine are mirrored.
    Threshold: centres of mass in world coordinates, x growing to the right; pairs that are complete in the field of
        view; at least one of them other than a vessel. The nearest healthy pair (brachiocephalic veins) is 35 mm apart,
        so none is a near miss; 0 of 150 TotalSegmentator cases are hit. Situs inversus (about 1 in 10,000) is.
    Seen in: MOOSE, lungs mirrored by flipped training data (https://github.com/ENHANCE-PET/MOOSE/issues/232).
    """
    pairs = list(_pairs(case, contract))
    swapped = [pair for pair in pairs if pair.apart_mm <= 0]
    if not any(pair.solid for pair in swapped):
        return
    if len(swapped) == len(pairs) > 1:
        message = f"all {len(pairs)} pairs of left and right are swapped: the whole case is mirrored"
        yield Finding(case=case.case, message=message, observed=len(pairs), expected=0)
        return
    for pair in swapped:
        message = f"the right one's centre lies {-pair.apart_mm:.0f} mm to the left of the left one's"
        yield Finding(case=case.case, structure=pair.names, message=message, observed=round(pair.apart_mm), expected=0)


class Pair(NamedTuple):
    """A left and a right structure that are both there and complete."""

    names: str
    apart_mm: float
    """How far the right one lies to the right of the left one."""
    solid: bool
    """Whether it is other than a vessel, which may wander."""


def _pairs(case: Case, contract: Contract) -> Iterator[Pair]:
    """Yield the pairs that can be judged."""
    masks = case.whole_masks
    for left in contract.structures:
        if left.side == "left" and left.partner in masks and left.name in masks:
            x_left, x_right = _x(masks[left.name]), _x(masks[left.partner])
            if x_left is not None and x_right is not None:
                yield Pair(f"{left.name}, {left.partner}", x_right - x_left, left.group != "vessel")


def _x(mask: Mask) -> float | None:
    """Return where a mask's centre lies from left to right, mm; None if it is empty or cut."""
    return mask.centroid_mm[0] if mask.centroid_mm and not mask.cut else None
