"""Whether a mask is too small or too large as a whole: each threshold just below, at and above."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from segaudit.model import Mask
from segaudit.model.mask_size import is_resized
from segaudit.model.records import Margin, MaskFit
from segaudit.testing.records import healthy_mask

SMALL = Margin(mm=2.5, voxels=1.5, least_mm=1.25, gain=2.5, sides=4)
LARGE = replace(SMALL, mm=-2.5, voxels=-1.5, least_mm=-1.25)


def showing(structure: str, hu: float) -> Mask:
    """Return a mask under which the CT has a median."""
    sample = healthy_mask().hu
    assert sample is not None
    return healthy_mask(structure, hu=replace(sample, median=hu))


def resized(mask: Mask, margin: Margin | None) -> bool:
    """Judge a mask with a margin by 2.5 mm and 1.5 voxels."""
    return is_resized(mask, MaskFit(mask.structure, 720, 0.9, 0.1, margin=margin), 2.5, 1.5)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, True),
        ({"mm": 2.49}, False),
        ({"mm": 2.51}, False),
        ({"mm": 2.51, "least_mm": 1.26}, True),
        ({"voxels": 1.49}, False),
        ({"voxels": 1.51}, True),
        ({"least_mm": 1.24}, False),
        ({"least_mm": -1.25}, False),
        ({"gain": 2.49}, False),
        ({"gain": 2.51}, True),
    ],
)
@pytest.mark.parametrize("sign", [1, -1])
def test_thresholds(changes: dict[str, Any], sign: int, found: bool) -> None:  # noqa: FBT001
    """Far enough in mm and in voxels, all round, with an edge that is not on the mask's faces; in both directions."""
    margin = replace(SMALL, **changes)
    signed = {name: sign * getattr(margin, name) for name in ("mm", "voxels", "least_mm")}
    assert resized(showing("femur_left", 300), replace(margin, **signed)) is found


@pytest.mark.parametrize(
    ("structure", "hu", "gain", "found"),
    [
        ("liver", 110, 5, True),
        ("liver", 109, 5, False),
        ("liver", 110, 4.99, False),
        ("femur_left", 60, 2.5, True),
        ("lung_lower_lobe_left", -850, 2.5, True),
        ("lung_lower_lobe_left", -500, 2.5, True),
        ("lung_lower_lobe_left", -499, 2.5, False),
    ],
)
def test_organs_among_muscle(structure: str, hu: float, gain: float, found: bool) -> None:  # noqa: FBT001
    """An organ as dense as muscle looks too small in it; bones and lungs do not, unless these hold no air."""
    assert resized(showing(structure, hu), replace(SMALL, gain=gain)) is found


def test_organs_with_fat_inside() -> None:
    """A mask that reaches into fat is too large, however dense its organ is; without a CT under it, too."""
    assert resized(showing("liver", 40), LARGE)
    assert resized(healthy_mask("liver", hu=None), LARGE)
    assert not resized(healthy_mask("liver", hu=None), SMALL)
    assert not resized(showing("femur_left", 300), None)


@pytest.mark.parametrize(
    ("structure", "sign", "found"), [("liver", -1, True), ("liver", 1, False), ("femur_left", 1, True)]
)
def test_directions_of_little(structure: str, sign: int, *, found: bool) -> None:
    """By less than a millimetre, where that is asked for, masks are too large or too small all the same."""
    margin = Margin(mm=0.6 * sign, voxels=0.4 * sign, least_mm=0.5 * sign, gain=3.0, sides=6)
    fit = MaskFit(structure, 720, 0.9, 0.1, margin=margin)
    assert is_resized(showing(structure, 40), fit, 0.5, 0.3) is found


@given(st.floats(0.1, 20), st.floats(0.1, 4), st.floats(1, 20))
def test_directions_are_alike(mm: float, voxels: float, gain: float) -> None:
    """A bone is judged alike in both directions."""
    margin = Margin(mm=mm, voxels=voxels, least_mm=mm / 2, gain=gain, sides=6)
    inside = replace(margin, mm=-mm, voxels=-voxels, least_mm=-mm / 2)
    bone = showing("femur_left", 300)
    assert resized(bone, margin) == resized(bone, inside) == (mm >= 2.5 and voxels >= 1.5 and gain >= 2.5)
