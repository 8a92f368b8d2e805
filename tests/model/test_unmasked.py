"""Pieces that are another structure, whose own mask is empty: which one, by place and size."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from segaudit.model import Spot
from segaudit.model.anatomy import Anatomy
from segaudit.model.records import Mask
from segaudit.model.unmasked import unmasked
from segaudit.testing.bodies import RELEASE, UPRIGHT, Matrix, body, rotation
from segaudit.testing.pieces import pieces_of
from segaudit.testing.records import CENTRE

NINE = (
    *("aorta", "gallbladder", "inferior_vena_cava", "kidney_left", "kidney_right"),
    *("liver", "pancreas", "spleen", "stomach"),
)
ORGANS_ALONE = tuple(one.name for one in RELEASE.structures if one.name not in NINE)
VOXELS = 100_000


def broken(mask: Mask, ml: float, at: Mask, down: float = 0.0) -> Mask:
    """Return a mask with a further piece of some volume around another one's centre, or below it (mm)."""
    assert at.centroid_mm
    x, y, z = at.centroid_mm
    spot = Spot(CENTRE.voxel, (x, y, z - down))
    second = round(ml / mask.volume_ml * VOXELS)
    return replace(mask, voxels=VOXELS, components=2, pieces=pieces_of(VOXELS - second, second, spot=spot))


def found(  # noqa: PLR0913 (each is a fact of the case)
    empty: str = "spleen",
    *,
    ml: float = 200.0,
    down: float = 0.0,
    without: tuple[str, ...] = (),
    world: Matrix = UPRIGHT,
    labelled: bool = False,
) -> str:
    """Return what a further piece of the liver is, which lies where a structure is; by default its mask is empty."""
    there = body(world=world).whole_masks[empty]
    case = body(without=[*without, *(() if labelled else (empty,))], world=world)
    liver = broken(case.whole_masks["liver"], ml, there, down)
    masks = tuple(liver if mask.structure == "liver" else mask for mask in case.masks)
    return unmasked(liver, liver.pieces[1], Anatomy(replace(case, masks=masks), RELEASE))


@pytest.mark.parametrize("empty", ["spleen", "stomach", "kidney_left", "pancreas", "heart"])
def test_place_and_size(empty: str) -> None:
    """The organ whose limits hold the piece."""
    middle = RELEASE.by_name[empty].middle_ml
    assert middle
    assert found(empty, ml=middle) == empty


def test_a_mask_of_its_own() -> None:
    """What has a mask is no part of another one; what has no file is not asked for by the dataset."""
    assert found(labelled=True) == ""
    case = body(without=["spleen"])
    liver = broken(case.whole_masks["liver"], 200.0, body().whole_masks["spleen"])
    masks = tuple(mask for mask in case.masks if mask.structure not in {"spleen", "liver"})
    anatomy = Anatomy(replace(case, masks=(*masks, liver)), RELEASE)
    assert unmasked(liver, liver.pieces[1], anatomy) == ""


@pytest.mark.parametrize(("share", "named"), [(0.99, False), (1.01, True)])
def test_the_smallest_size(share: float, *, named: bool) -> None:
    """Less than the least of an organ is a piece of one, or nothing."""
    low = RELEASE.by_name["spleen"].volume_low_ml
    assert low
    assert (found(ml=share * low) == "spleen") is named


@pytest.mark.parametrize(("share", "named"), [(0.99, True), (1.01, False)])
def test_the_largest_size(share: float, *, named: bool) -> None:
    """Nor is more than the most."""
    high = RELEASE.by_name["spleen"].volume_high_ml
    assert high
    assert (found(ml=share * high) == "spleen") is named


def test_place() -> None:
    """Beyond the limits of its place it is none."""
    (low, high), *_ = RELEASE.ranges["spleen"]
    half = (high - low) / 2
    assert found(down=half - 1) == "spleen"
    assert found(down=half + 1) == ""


@pytest.mark.parametrize("world", [UPRIGHT, rotation(2, 180.0), rotation(0, 30.0) @ np.diag([1.0, 1.0, 1.1])])
def test_whatever_the_pose(world: Matrix) -> None:
    """The vertebrae say where the piece is."""
    assert found(world=world) == "spleen"


def test_organs_alone() -> None:
    """Without a vertebra, the other organs do; without both, nobody knows."""
    assert found(without=ORGANS_ALONE) == "spleen"
    assert found(without=tuple(one.name for one in RELEASE.structures if one.name != "liver")) == ""


def test_one_of_several() -> None:
    """Of two that are empty and could be there, neither; nor one that usually lies further away than the mask does."""
    assert found("spleen", without=("heart", "urinary_bladder")) == "spleen"
    assert found("spleen", without=("kidney_left",)) == ""
    assert found("liver", labelled=True, without=("gallbladder", "kidney_right")) == ""


def test_partners_need_no_frame() -> None:
    """The other one of a pair lies beside it."""
    case = body(without=[one.name for one in RELEASE.structures if one.name != "kidney_left"])
    left = broken(case.whole_masks["kidney_left"], 60.0, body().whole_masks["kidney_right"])
    masks = tuple(left if mask.structure == "kidney_left" else mask for mask in case.masks)
    assert unmasked(left, left.pieces[1], Anatomy(replace(case, masks=masks), RELEASE)) == "kidney_right"
