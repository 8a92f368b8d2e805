"""Masks that a check of their case reports as wrong in all of their parts: they are not compared with other cases'.

One cause is one finding: that a shell has less volume than an organ, or that one of two exchanged organs has the other
one's place, says nothing new.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from segaudit.model.common_limits import DICE
from segaudit.model.findings import NotApplicable
from segaudit.model.flaws import Kind, flaws_of, prevailing
from segaudit.model.kept import kept_with_case
from segaudit.model.records import Case
from segaudit.model.registration import Registration

if TYPE_CHECKING:
    from segaudit.model.anatomy import Anatomy

OF_MASK = {
    Kind.SLICES: "mask-slices-missing",
    Kind.HOLLOW: "mask-hollow",
    Kind.RIDDLED: "mask-riddled",
    Kind.RAGGED: "mask-ragged",
}
"""The check that reports a flaw of a mask by itself; a hole leaves size and place as they are."""

OF_CASE = {
    Kind.SLICES: "masks-slices-missing",
    Kind.HOLLOW: "masks-hollow",
    Kind.RIDDLED: "masks-riddled",
    Kind.RAGGED: "masks-ragged",
}
"""The check that reports it where most masks of a case have it."""


@kept_with_case
def spoiled(case: Case) -> dict[str, str]:
    """Return the id of the check that reports a whole mask by itself, by structure: its size says nothing."""
    if kind := prevailing(case):
        return dict.fromkeys(case.whole_masks, OF_CASE[kind])
    found, _ = flaws_of(case)
    own = {flaw.mask.structure: OF_MASK[kind] for kind in OF_MASK for flaw in found[kind]}
    return dict.fromkeys(_copied(case), "masks-identical") | own


def flawed(anatomy: Anatomy) -> dict[str, str]:
    """Return the same, and of the masks that have each other's names, or are those of a body that is mirrored."""
    reported = "sides-swapped" if anatomy.sides_reversed else "organs-mirrored"
    mirrored = dict.fromkeys(anatomy.aligned if anatomy.mirrored else (), reported)
    return mirrored | dict.fromkeys(anatomy.exchanged, "structures-exchanged") | spoiled(anatomy.records)


def unlike_tissue(registration: Registration) -> bool:
    """Whether what the CT shows under masks is not what they mark, as checks of alignment or intensity say."""
    if not registration.comparable or registration.lies_elsewhere:
        return True
    try:
        return bool(registration.unrelated_slabs)
    except NotApplicable:
        return registration.unordered


def _copied(case: Case) -> Iterator[str]:
    """Yield the structures whose masks are the same: which of them is right is unknown."""
    masks = case.whole_masks
    for pair in case.overlaps:
        both = [masks[name] for name in (pair.first, pair.second) if name in masks]
        if 2 * pair.voxels > DICE.default * sum(mask.voxels for mask in both):
            yield from (mask.structure for mask in both)
