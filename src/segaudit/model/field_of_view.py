"""How much of a body a CT can show."""

from __future__ import annotations

from segaudit.model.records import Ct

WIDE_MM = 180.0
"""Smaller fields of view can lie inside an organ: the smallest of v1 are 70 mm wide, and 34 of 1,204 less than 165."""


def wide(ct: Ct) -> bool:
    """Whether the field of view is wide enough, in the axial plane, to show more than an organ."""
    header, slices = ct.file.header, ct.stack
    if header is None or slices is None:
        return False
    sides = (size * mm for size, mm in zip(header.shape, header.spacing_mm, strict=False))
    return all(side >= WIDE_MM for axis, side in enumerate(sides) if axis != slices.axis)
