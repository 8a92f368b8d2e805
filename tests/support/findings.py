"""Findings that several tests expect."""

from __future__ import annotations

from segaudit.model import Finding, Spot
from segaudit.testing.records import CASE


def about_liver(
    message: str, observed: str | float | None, expected: str | float | None, spot: Spot | None = None
) -> Finding:
    """Return a finding about the healthy mask of the liver."""
    path = f"{CASE}/segmentations/liver.nii.gz"
    return Finding(
        case=CASE, structures=("liver",), file=path, message=message, observed=observed, expected=expected, spot=spot
    )
