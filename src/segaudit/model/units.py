"""Whether a case's CT holds Hounsfield units, in all of its slices."""

from __future__ import annotations

from segaudit.model.clipping import clipping
from segaudit.model.hu_rescaling import MAX_DARKEST_HU, contradictions, nothing_dark, rescaling
from segaudit.model.kept import kept_with_case
from segaudit.model.records import Case
from segaudit.model.stack import LARGE_OFFSET_HU, disorder, offsets
from segaudit.model.wrapping import much_wrapped

MIN_TISSUES = 2
"""Tissues under masks that no disease or contrast medium puts where they are."""


@kept_with_case
def foreign(case: Case) -> str:
    """Say that a CT shows no tissue where a CT has it; empty if it does, or if something else is reported."""
    ct = case.ct
    if ct is None or ct.blank or clipping(ct) or rescaling(case):
        return ""
    wrong = [reading for reading in contradictions(case) if not reading.share and not reading.plausible]
    if len(wrong) >= MIN_TISSUES:
        found = ", ".join(f"{reading.tissue.name} at {reading.value:z.0f}" for reading in wrong)
        return f"no linear change of Hounsfield units has {found}"
    if nothing_dark(ct):
        darkest = f"only one voxel in a thousand is below {ct.quantiles[0]:z.0f}"
        return f"{darkest}; fat or air are below {MAX_DARKEST_HU:.0f} HU"
    return ""


@kept_with_case
def comparable(case: Case) -> bool:
    """Whether what a CT shows under a mask says something of the mask, and not of the CT's units or order."""
    stack = case.ct.stack if case.ct else None
    if rescaling(case) or foreign(case) or (case.ct and much_wrapped(case.ct)):
        return False
    return not (stack and (disorder(stack) or any(abs(offset.hu) >= LARGE_OFFSET_HU for offset in offsets(stack))))
