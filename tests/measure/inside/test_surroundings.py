"""What lies around the parts of a case's masks: the CT, and other masks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segaudit.measure.case_runs import CaseRuns
from segaudit.measure.inside.surroundings import Parts, shared, touched
from segaudit.measure.overlap import overlaps_of
from segaudit.model import Mask
from segaudit.model.records import Piece, Touch
from segaudit.testing.volumes import IDENTITY, Made, measured
from tests.measure.inside.grids import Grid, foreground_of, grids

SHAPE = (24, 20, 16)
FACE_MM2 = 1.5**2


@given(grids(6), st.sampled_from(((1.0, 1.0, 1.0), (1.0, 2.0, 3.0))))
def test_touched_and_shared(masks: list[Grid], spacing: tuple[float, float, float]) -> None:
    """Areas are those of faces to voxels of one other mask only, and shared voxels are in both."""
    collected = CaseRuns(1000)
    foregrounds = [foreground_of(mask) for mask in masks]
    for number, foreground in enumerate(foregrounds):
        collected.add(number, foreground)
    shape, lengths, count = foregrounds[0].shape, np.array(spacing), len(masks)
    parts = Parts.of([foreground.rows for foreground in foregrounds], range(count), shape)
    areas = touched(parts, overlaps_of(collected.compared, count).sole, shape, lengths, count)
    voxels = shared(parts, collected.masks, count)
    surface = parts.area_mm2(shape, lengths)
    alone = np.sum(masks, axis=0) == 1
    for one, mask in enumerate(masks):
        assert surface[one] == pytest.approx(_faces(mask, ~np.pad(mask, 1), lengths))
        for other, there in enumerate(masks):
            assert voxels[one, other] == (0 if one == other else np.count_nonzero(mask & there))
            slow = 0.0 if one == other else _faces(mask, np.pad(there & alone, 1), lengths)
            assert areas[one, other] == pytest.approx(slow)


def _faces(mask: Grid, there: Grid, spacing: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    """Return the area between voxels of a mask and those of a padded one."""
    own = np.pad(mask, 1)
    return sum(
        float(np.delete(spacing, axis).prod()) * np.count_nonzero(own & np.roll(there, step, axis))
        for axis in range(3)
        for step in (1, -1)
    )


def _measured(folder: Path, ct: Grid | None = None, **masks: Grid) -> dict[str, Mask]:
    made = {name: Made(mask.astype(np.uint8)) for name, mask in masks.items()}
    image = Made(np.where(ct, 300, 40).astype(np.int16)) if ct is not None else None
    return measured(folder, image, **made).whole_masks


def _box(*ends: tuple[int, int]) -> Grid:
    grid = np.zeros(SHAPE, np.bool_)
    grid[tuple(slice(*end) for end in ends)] = True
    return grid


def test_pieces(tmp_path: Path) -> None:
    """A further piece has its box, its distance, the CT under it, and the masks that it touches and overlaps."""
    large, small = _box((2, 10), (2, 10), (2, 10)), _box((14, 16), (3, 7), (4, 6))
    beside, over = _box((16, 20), (3, 7), (4, 6)), _box((14, 15), (3, 5), (4, 5))
    masks = _measured(tmp_path, ct=small, liver=large | small, spleen=beside, colon=over)
    liver = masks["liver"]
    assert liver.components == 2
    assert liver.largest_ml == pytest.approx(512 * 1.5**3 / 1000)
    first, second = liver.pieces
    assert (first.voxels, first.apart_mm, first.touches, first.hu_mean) == (512, 0, (), None)
    assert second == Piece(
        voxels=16,
        box=(14, 15, 3, 6, 4, 5),
        spot=second.spot,
        apart_mm=7.5,
        area_mm2=40 * FACE_MM2,
        hu_mean=300,
        hu_median=300,
        touches=(Touch("colon", 0, 2), Touch("spleen", 8 * FACE_MM2, 0)),
    )
    assert second.spot.voxel == (14, 4, 4)
    assert (masks["spleen"].components, masks["spleen"].pieces) == (1, ())


def test_cavity(tmp_path: Path) -> None:
    """A cavity has its place, the CT in it, and the mask that fills it."""
    shell, hole = _box((2, 12), (2, 12), (2, 12)), _box((4, 8), (4, 8), (4, 8))
    masks = _measured(tmp_path, ct=hole, liver=shell & ~hole, tumour=_box((4, 7), (4, 8), (4, 8)))
    inside = masks["liver"].inside
    assert inside is not None
    assert inside.cavity is not None
    assert (inside.cavities, inside.cavity_voxels, inside.cavity.voxels) == (1, 64, 64)
    assert (inside.cavity.hu_mean, inside.cavity.hu_median) == (300, 300)
    assert (inside.cavity.filled_by, inside.cavity.filled_share) == ("tumour", 0.75)
    assert masks["tumour"].inside is not None
    assert masks["tumour"].inside.cavity is None


def test_without_ct(tmp_path: Path) -> None:
    """Without a CT there are no intensities, and what else there is to know is known."""
    shell, hole = _box((2, 9), (2, 9), (2, 9)), _box((4, 6), (4, 6), (4, 6))
    liver = _measured(tmp_path, liver=(shell & ~hole) | _box((12, 14), (2, 4), (2, 4)))["liver"]
    assert liver.inside is not None
    assert liver.inside.cavity is not None
    assert (liver.inside.cavity.hu_mean, liver.inside.cavity.filled_by) == (None, "")
    assert (liver.pieces[1].hu_mean, liver.pieces[1].area_mm2) == (None, 24 * FACE_MM2)


def test_other_grid(tmp_path: Path) -> None:
    """A mask on a grid of another shape is described alone, with the lengths of its own voxels."""
    two = _box((2, 5), (2, 4), (2, 4)) | _box((8, 10), (2, 4), (2, 4))
    other = Made(np.asfortranarray(two[:, :, :12]).astype(np.uint8), affine=IDENTITY * 2)
    ct = Made(np.zeros(SHAPE, np.int16))
    liver = measured(tmp_path, ct, liver=other).whole_masks["liver"]
    assert not liver.same_shape
    assert [piece.voxels for piece in liver.pieces] == [12, 8]
    assert (liver.pieces[1].apart_mm, liver.pieces[1].hu_mean, liver.pieces[1].touches) == (12.0, None, ())
