"""Limits that several modules of checks look at."""

from __future__ import annotations

from segaudit.model.limits import Limit

VOID_SHARE = Limit(
    "mask-in-void.share",
    0.01,
    "share",
    "the part of a mask that may lie on the CT's padding",
    "A convention: what an outline may be off at the border of what was scanned.",
    most=1.0,
)

OUTSIDE_SHARE = Limit(
    "mask-outside-body.share",
    0.01,
    "share",
    "the part of a mask that may lie outside the patient",
    "A convention: what an outline may be off at the skin, beyond a margin of a cell of 6 mm.",
    most=1.0,
)

DICE = Limit(
    "masks-identical.dice",
    0.95,
    "Dice coefficient",
    "how alike two masks may be",
    "A convention: a copy that was changed by more than a tenth is an overlap.",
    most=1.0,
)
