"""The structures that show where the masks of a case would fit."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from segaudit.model import Mask
from segaudit.model.misplacement import placed, shown_by
from segaudit.model.records import CaseFit, MaskFit
from segaudit.testing.records import healthy_case, healthy_file, healthy_fit, healthy_mask

MAX_SHOWN = 5

LOW, MIDDLE, HIGH = (20, 39, 15, 34, 0, 9), (20, 39, 15, 34, 10, 29), (20, 39, 15, 34, 30, 39)
"""Boxes along the patient's length."""


def mask(structure: str, voxels: int, box: tuple[int, int, int, int, int, int] | None = MIDDLE) -> Mask:
    """Return a mask of a size, somewhere along the patient."""
    return healthy_mask(structure, file=healthy_file(structure), voxels=voxels, box=box)


def shown(*masks: Mask, compared: tuple[str, ...] = (), axis: int = 2) -> tuple[str, ...]:
    """Return what is shown of some masks, all of which, or else some, were compared with the CT."""
    names = compared or tuple(each.structure for each in masks)
    fit = CaseFit(masks=tuple(MaskFit(name, 720, 0.1, 0.1) for name in names), axis=axis)
    return shown_by(replace(healthy_case(fit=fit), masks=masks))


def test_the_largest_organ_comes_first() -> None:
    """Then what its middle slice meets, by size, be it a lung; and then the others by size."""
    masks = [
        mask("lung_lower_lobe_left", 9000),
        mask("liver", 8000),
        mask("vertebrae_L1", 500),
        mask("hip_left", 7000, LOW),
        mask("femur_left", 6000, LOW),
    ]
    names = ("liver", "lung_lower_lobe_left", "vertebrae_L1", "hip_left", "femur_left")
    assert shown(*masks) == shown(*reversed(masks)) == names


def test_the_slice_is_across_the_length_of_the_patient() -> None:
    """Where that is another axis of the grid, other masks meet it."""
    masks = [mask("liver", 8000), mask("spleen", 700, HIGH), mask("aorta", 600, (20, 39, 40, 49, 10, 29))]
    assert shown(*masks) == ("liver", "aorta", "spleen")
    assert shown(*masks, axis=1) == ("liver", "spleen", "aorta")


@pytest.mark.parametrize(("last", "first_of_two"), [(19, "aorta"), (20, "spleen")])
def test_met_by_the_middle(last: int, first_of_two: str) -> None:
    """The middle of slices 10 to 29 is 19.5: a mask that ends there at 19 is not met, one that ends at 20 is."""
    masks = [mask("liver", 8000), mask("spleen", 700, (20, 39, 15, 34, 0, last)), mask("aorta", 600)]
    assert shown(*masks)[1] == first_of_two


@pytest.mark.parametrize(
    ("ends", "first_of_two"), [((0, 19), "aorta"), ((0, 20), "spleen"), ((20, 39), "spleen"), ((21, 39), "aorta")]
)
def test_met_by_a_middle_slice(ends: tuple[int, int], first_of_two: str) -> None:
    """The middle of slices 10 to 30 is 20: a mask that begins or ends there is met."""
    masks = [
        mask("liver", 8000, (20, 39, 15, 34, 10, 30)),
        mask("spleen", 700, (20, 39, 15, 34, *ends)),
        mask("aorta", 600),
    ]
    assert shown(*masks)[1] == first_of_two


def test_slender_structures_come_last() -> None:
    """What cannot be judged by itself is shown where nothing else speaks."""
    rib, heart = mask("rib_left_9", 9000), mask("heart", 8000)
    assert shown(rib, heart) == ("rib_left_9", "heart")
    assert shown(rib, heart, mask("spleen", 10)) == ("spleen", "rib_left_9", "heart")


def test_at_most_five() -> None:
    """A picture has no more colours."""
    masks = [mask(f"vertebrae_L{number}", 1000 - number) for number in range(1, 9)]
    assert shown(*masks) == tuple(f"vertebrae_L{number}" for number in range(1, MAX_SHOWN + 1))


def test_what_was_not_compared_is_not_shown() -> None:
    """Nor are empty masks, and masks that their headers place elsewhere: they take no part."""
    off = replace(mask("spleen", 900), corner_displacement_mm=0.75)
    masks = (mask("liver", 8000), off, mask("aorta", 700, None), mask("femur_left", 600))
    assert shown(*masks, compared=("spleen", "aorta", "femur_left")) == ("femur_left",)
    assert shown(off) == ()
    assert shown_by(healthy_case(fit=None)) == ()
    assert len(shown_by(healthy_case(fit=healthy_fit()))) == MAX_SHOWN


@pytest.mark.parametrize(("mm", "on_grid"), [(0.0, True), (0.749, True), (0.75, False), (0.76, False)])
def test_placed(mm: float, on_grid: bool) -> None:  # noqa: FBT001
    """Half a voxel of 1.5 mm is off the grid."""
    assert placed(replace(healthy_mask(), corner_displacement_mm=mm)) == on_grid


def test_a_mask_without_a_header_is_not_placed() -> None:
    """Nothing says where it lies."""
    assert not placed(healthy_mask(file=replace(healthy_file("liver"), header=None)))
