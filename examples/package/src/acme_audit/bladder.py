"""What our protocol says of the urinary bladder."""

from __future__ import annotations

from collections.abc import Iterator

from segaudit import Finding, Mask, Severity, check

MIN_VOLUME_ML = 50


@check("bladder-unfilled", Severity.WARNING)
def bladder_unfilled(mask: Mask) -> Iterator[Finding]:
    """The urinary bladder is smaller than after the water that our protocol has people drink.

    Why it matters: an empty bladder is hard to distinguish from the bowel; its mask is often wrong.
    What to do: look at the mask; waive the finding if the bladder is that small.
    Threshold: 50 ml, from the protocol.
    """
    if mask.structure == "urinary_bladder" and mask.voxels and not mask.cut and mask.volume_ml < MIN_VOLUME_ML:
        message = f"{mask.volume_ml:.0f} ml, expected {MIN_VOLUME_ML} ml or more"
        yield Finding.about(mask, message, observed=round(mask.volume_ml, 1), expected=MIN_VOLUME_ML)
