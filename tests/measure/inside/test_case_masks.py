"""Pieces and cavities of the masks of a case: where they are, the CT in them, and the masks around them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from segaudit.measure import grid
from segaudit.measure.case_runs import CaseRuns
from segaudit.measure.ct import Volume
from segaudit.measure.inside.batch import Batches
from segaudit.measure.inside.case import CaseMasks
from segaudit.measure.overlap import overlaps_of
from segaudit.measure.reference import Reference
from segaudit.model import File, Mask
from segaudit.model.records import Touch
from segaudit.testing.records import healthy_header
from tests.measure.inside.grids import Grid, foreground_of

MAX_TOUCHES = 4

SHAPE = (16, 12, 10)
OBLIQUE = np.array([[1.6, -1.2, 0.0, 5.0], [1.2, 1.6, 0.0, -3.0], [0.0, 0.0, -3.0, 20.0]])
"""Voxels of 2 x 2 x 3 mm, turned about the third axis, which runs to the feet."""


def box(*ends: tuple[int, int]) -> Grid:
    """Return the mask of a box."""
    mask = np.zeros(SHAPE, np.bool_)
    mask[tuple(slice(*end) for end in ends)] = True
    return mask


def described(
    masks: dict[str, Grid], hu: NDArray[np.float32] | None = None, most: int = 1000, affine: grid.Matrix = OBLIQUE
) -> dict[str, Mask]:
    """Return the masks of a case, with what they consist of and enclose."""
    spacing = grid.spacing(affine)
    header = healthy_header(shape=SHAPE, affine=tuple(affine.ravel().tolist()), spacing_mm=spacing)
    runs, batches = CaseRuns(most), Batches(1000)
    for number, mask in enumerate(masks.values()):
        runs.add(number, foreground_of(mask))
        batches.add(number, foreground_of(mask), spacing)
    records = [
        Mask(case="s1", structure=name, file=File(case="s1", header=header), distinct_values=1) for name in masks
    ]
    volume = None if hu is None else Volume(SHAPE, hu.ravel("F"))
    reference = Reference("ct.nii.gz", header, volume)
    sole = overlaps_of(runs.compared, len(masks)).sole
    found = CaseMasks(records, batches.measured(), reference, runs.masks, sole).described()
    return {mask.structure: mask for mask in found}


LARGE, SMALL = box((1, 6), (1, 6), (1, 6)), box((9, 12), (3, 5), (2, 5))


def test_place() -> None:
    """A piece has the box around it, and its centre in voxels and in the world."""
    first, second = described({"liver": LARGE | SMALL})["liver"].pieces
    assert (first.box, second.box) == ((1, 5, 1, 5, 1, 5), (9, 11, 3, 4, 2, 4))
    assert second.spot.voxel == pytest.approx((10, 3.5, 3), abs=0.51)
    assert second.spot.mm == pytest.approx(OBLIQUE @ (10, 3.5, 3, 1), abs=0.06)
    assert (first.apart_mm, second.apart_mm) == (0, 8)


def test_surface() -> None:
    """Of further pieces alone, with the lengths of voxels along each axis."""
    first, second = described({"liver": LARGE | SMALL})["liver"].pieces
    assert (first.area_mm2, second.area_mm2) == (0, 2 * (6 * 4 + 9 * 6 + 6 * 6))


@pytest.mark.parametrize("others", [MAX_TOUCHES - 1, MAX_TOUCHES, MAX_TOUCHES + 1])
def test_touches(others: int) -> None:
    """Masks that share most voxels come first, then those that touch over most; four are named."""
    around = {
        "one_face": box((12, 13), (3, 4), (2, 3)),
        "two_faces": box((8, 9), (3, 5), (2, 3)),
        "three_faces": box((9, 12), (2, 3), (2, 3)),
        "four_faces": box((9, 10), (5, 7), (2, 5)) | box((11, 12), (5, 6), (2, 3)),
        "shares": box((10, 11), (3, 4), (3, 4)),
    }
    chosen = dict([*around.items()][-others:])
    areas = {"one_face": 6, "two_faces": 12, "three_faces": 18, "four_faces": 24}
    expected = [Touch("shares", 0, 1), *(Touch(name, float(area), 0) for name, area in [*areas.items()][::-1])]
    found = described({"liver": LARGE | SMALL, **chosen})["liver"].pieces[1].touches
    assert found == tuple(each for each in expected if each.structure in chosen)[:MAX_TOUCHES]


def test_intensities() -> None:
    """Mean and median of what is finite, to a tenth; None where nothing is."""
    hu = np.zeros(SHAPE, np.float32)
    hu[SMALL] = np.arange(18) ** 2 / 7
    hu[9, 3, 2], hu[10, 3, 2] = np.nan, np.inf
    inside = hu[SMALL & np.isfinite(hu)].astype(np.float64)
    second = described({"liver": LARGE | SMALL}, hu)["liver"].pieces[1]
    assert (second.hu_mean, second.hu_median) == (round(inside.mean(), 1), round(float(np.median(inside)), 1))
    hu[SMALL] = np.nan
    second = described({"liver": LARGE | SMALL}, hu)["liver"].pieces[1]
    assert (second.hu_mean, second.hu_median) == (None, None)


def test_cavity() -> None:
    """The largest one, with its centre, the CT in it, and the mask that fills most of it."""
    hole, hu = box((2, 5), (2, 5), (2, 4)), np.zeros(SHAPE, np.float32)
    hu[hole] = 12.34
    shell = LARGE & ~hole
    filling = {"part": box((2, 3), (2, 5), (2, 4)), "most": box((3, 5), (2, 5), (2, 4))}
    masks = described({"liver": shell, **filling}, hu)
    inside = masks["liver"].inside
    assert inside
    assert inside.cavity
    assert (inside.cavity.voxels, inside.cavity.filled_by, inside.cavity.filled_share) == (
        18,
        "most",
        round(12 / 18, 3),
    )
    assert (inside.cavity.hu_mean, inside.cavity.hu_median) == (12.3, 12.3)
    assert inside.cavity.spot.mm == pytest.approx(OBLIQUE @ (3, 3, 2.5, 1), abs=0.06)
    empty = described({"liver": shell}, hu)["liver"].inside
    assert empty
    assert empty.cavity
    assert (empty.cavity.filled_by, empty.cavity.filled_share) == ("", 0)


def test_digits() -> None:
    """Distances and areas have one digit behind the point, shares three."""
    affine, hole = np.diag([1.13, 1.27, 0.77, 1.0])[:3], box((2, 5), (2, 5), (2, 4))
    masks = {
        "liver": (LARGE & ~hole) | SMALL,
        "beside": box((9, 12), (2, 3), (2, 3)),
        "part": box((2, 3), (2, 3), (2, 4)),
    }
    found = described(masks, affine=affine)["liver"]
    second, inside = found.pieces[1], found.inside
    assert second.apart_mm == 4.5  # 4 x 1.13 = 4.52
    assert second.area_mm2 == 44.6  # 2 x (6 x 1.27 x 0.77 + 9 x 1.13 x 0.77 + 6 x 1.13 x 1.27) = 44.618
    assert second.touches == (Touch("beside", 2.6, 0),)  # 3 x 1.13 x 0.77 = 2.610
    assert inside
    assert inside.cavity
    assert inside.cavity.filled_share == 0.111


def test_noise() -> None:
    """Where a case has too many runs, parts have no surroundings."""
    masks = {"liver": LARGE | SMALL, "spleen": box((12, 13), (3, 5), (2, 5))}
    found = described(masks, most=3)
    assert found["liver"].pieces[1].touches == ()
    assert (found["spleen"].components, found["spleen"].pieces) == (1, ())
