"""What masks consist of and enclose: every fast number against a slow and obvious one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from numpy.typing import NDArray
from scipy import ndimage

from segaudit.measure.inside import batch
from segaudit.measure.inside.batch import Batches
from segaudit.measure.mask_runs import Foreground, Rows
from segaudit.model.records import SliceGaps
from segaudit.testing import volumes
from tests.measure.inside.grids import Grid, foreground_of, grids, measured

MAX_PIECES = 16

EVERY = np.ones((3, 3, 3))
PLANES = (("i and j", (1, 1, 0)), ("i and k", (1, 0, 1)))


def enclosed(mask: Grid, along: tuple[int, int, int] = (1, 1, 1)) -> list[int]:
    """Return the sizes of what a mask encloses where ways out lead along some axes only, largest first."""
    cross = ndimage.generate_binary_structure(3, 1)
    for axis, moved in enumerate(along):
        if not moved:
            cross[tuple(slice(None, None, 2) if each == axis else 1 for each in range(3))] = False
    wide = np.pad(mask, [(side, side) for side in along])
    labels, count = ndimage.label(~wide, cross)
    edge = np.zeros(wide.shape, np.bool_)
    for axis in np.flatnonzero(along).tolist():
        np.moveaxis(edge, axis, 0)[[0, -1]] = True
    outside = np.unique(labels[edge])
    sizes = [int((labels == one).sum()) for one in range(1, count + 1) if one not in outside]
    return sorted(sizes, reverse=True)


def faces(mask: Grid, step: int) -> list[int]:
    """Count the voxels that differ from the one ``step`` further along each axis."""
    wide = np.pad(mask, step)
    return [int((np.roll(wide, -step, axis) != wide).sum()) for axis in range(3)]


@given(grids())
def test_pieces(masks: list[Grid]) -> None:
    """Components are those of scipy with 26 neighbours; their sizes descend, and their runs make up the mask."""
    for mask, found in zip(masks, measured(masks), strict=True):
        labels, count = ndimage.label(mask, EVERY)
        sizes = sorted(np.bincount(labels.ravel())[1:].tolist(), reverse=True)
        assert found.components == count
        assert [piece.voxels for piece in found.pieces] == (sizes[:MAX_PIECES] if count > 1 else [])
        for piece in found.pieces:
            own = {labels[i, j, k] for i, j, k in zip(piece.rows.i, piece.rows.j, piece.rows.k, strict=True)}
            assert len(own) == 1
            assert int(piece.rows.length.sum()) == piece.voxels == int((labels == own.pop()).sum())


@given(grids(6))
def test_distance_of_pieces(masks: list[Grid]) -> None:
    """A piece is as far from the larger ones as its box is from their nearest voxel."""
    spacing = np.array((1.0, 2.0, 5.0))
    for found in measured(masks, tuple(spacing.tolist())):
        for number, piece in enumerate(found.pieces):
            points = [_points(other.rows) for other in found.pieces[:number]]
            if not points:
                assert piece.apart_mm == 0
                continue
            own, others = _points(piece.rows), np.concatenate(points)
            beyond = np.maximum(np.maximum(others - own.max(axis=0), own.min(axis=0) - others), 0) * spacing
            assert piece.apart_mm == pytest.approx(np.sqrt((beyond**2).sum(axis=1)).min())


@given(grids())
def test_cavities(masks: list[Grid]) -> None:
    """Cavities are the parts that scipy finds outside of the mask, but not connected with the rest of the world."""
    for mask, found in zip(masks, measured(masks), strict=True):
        sizes = enclosed(mask)
        assert (found.inside.cavities, found.inside.cavity_voxels) == (len(sizes), sum(sizes))
        assert int(found.cavity.length.sum()) == max(sizes, default=0)
        for i, length, j, k in zip(found.cavity.i, found.cavity.length, found.cavity.j, found.cavity.k, strict=True):
            assert not mask[i : i + length, j, k].any()


@given(grids())
def test_rings(masks: list[Grid]) -> None:
    """Within planes, what is enclosed is counted plane by plane."""
    for mask, found in zip(masks, measured(masks), strict=True):
        slow = [sum(enclosed(mask, along)) for _, along in PLANES]
        assert list(found.inside.rings) == slow


@given(grids())
def test_surface(masks: list[Grid]) -> None:
    """Faces and changes over two voxels are those of a padded grid."""
    for mask, found in zip(masks, measured(masks), strict=True):
        assert list(found.inside.faces) == faces(mask, 1)
        assert list(found.inside.changes) == faces(mask, 2)


@given(grids(16))
def test_pinholes(masks: list[Grid]) -> None:
    """Pinholes and filled voxels lie between two voxels of the mask, away from the ends of their row."""
    for mask, found in zip(masks, measured(masks), strict=True):
        holes = filled = 0
        for row in np.moveaxis(mask, 0, -1).reshape(-1, mask.shape[0]):
            ends = np.flatnonzero(row)
            deep = range(int(ends[0]) + 4, int(ends[-1]) - 3) if ends.size else range(0)
            holes += sum(not row[at] and row[at - 1] and row[at + 1] for at in deep)
            filled += sum(
                bool(row[at] and row[at - 1] and row[at + 1] and at - 1 in deep and at + 1 in deep) for at in deep
            )
        assert (found.inside.pinholes, found.inside.filled) == (holes, filled)


@given(grids())
def test_empty_slices(masks: list[Grid]) -> None:
    """Empty slices are those between the first and the last one that is not."""
    for mask, found in zip(masks, measured(masks), strict=True):
        for axis in range(3):
            voxels = np.moveaxis(mask, axis, 0).reshape(mask.shape[axis], -1).sum(axis=1)
            filled = np.flatnonzero(voxels)
            gaps = [(a + 1, b - a - 1) for a, b in pairwise(filled.tolist()) if b - a > 1]
            kept = [each for each in found.inside.slice_gaps if each.axis == axis]
            assert len(kept) == bool(gaps)
            for each in kept:
                assert (each.gaps, each.slices) == (len(gaps), sum(width for _, width in gaps))
                assert each.filled == filled.size
                assert (each.first, each.width) in gaps


@pytest.mark.parametrize("axis", range(3))
def test_likeness(axis: int) -> None:
    """Sections that a gap separates are alike, a body's tapering end is not like the next body."""
    block = np.ones((6, 9, 7), np.bool_)
    np.moveaxis(block, axis, 0)[2:4] = False
    assert measured([block])[0].inside.slice_gaps == (
        SliceGaps(axis=axis, gaps=1, slices=2, filled=block.shape[axis] - 2, first=2, width=2, likeness=1.0),
    )
    cone = np.zeros((9, 9, 9), np.bool_)
    for at in (0, 1, 2):
        cone[at : 9 - at, at : 9 - at, at + 1] = cone[at : 9 - at, at : 9 - at, 7 - at] = True
    (gap,) = measured([np.moveaxis(cone, 2, axis)])[0].inside.slice_gaps
    assert (gap.axis, gap.first, gap.width, gap.likeness) == (axis, 4, 1, round(25 / 81, 3))


@pytest.mark.parametrize("axis", range(3))
@pytest.mark.parametrize(
    ("before", "large", "likeness"),
    [(3, 0, 0.5), (4, 0, 1.0), (4, 1, 0.5), (4, 3, 0.5), (4, 5, 0.5), (4, 7, 0.5), (4, 8, 1.0), (3, 6, 0.5)],
)
def test_sections_beside_a_gap(axis: int, before: int, large: int, likeness: float) -> None:
    """The sections at a gap are compared with those up to two slices further on both sides, at its ends as well."""
    mask = np.zeros((4, 4, before + 6), np.bool_)
    mask[:2, :2] = True
    mask[:2, :, large] = True
    mask[..., before] = False
    (gap,) = measured([np.moveaxis(mask, 2, axis)])[0].inside.slice_gaps
    assert (gap.first, gap.width, gap.likeness) == (before, 1, likeness)


def test_most_similar_gap() -> None:
    """Of several gaps, the one with the most similar sections is described."""
    mask = np.zeros((8, 8, 11), np.bool_)
    mask[:4, :, :3] = mask[4:, :, 5:8] = mask[4:, :, 9:] = True
    (gap,) = measured([mask])[0].inside.slice_gaps
    assert (gap.gaps, gap.slices, gap.first, gap.width, gap.likeness) == (2, 3, 8, 1, 1.0)


def test_specks_are_not_alike() -> None:
    """Sections that are much smaller than the mean one are compared with that."""
    mask = np.zeros((10, 10, 9), np.bool_)
    mask[0, 0, :6] = mask[0, 0, 7:] = True
    (gap,) = measured([mask])[0].inside.slice_gaps
    assert (gap.first, gap.likeness) == (6, 1.0)
    mask[:, :, :3] = True
    (gap,) = measured([mask])[0].inside.slice_gaps
    assert (gap.first, gap.likeness) == (6, round(4 / (305 / 8), 3))


def test_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Masks are the same alone and together; an empty one and noise are left out."""
    rng = np.random.default_rng(0)
    masks = [rng.random((6, 5, 4)) < density for density in (0.3, 0.6, 0.9)]
    together = {number: each.inside for number, each in enumerate(measured(masks))}
    nothing = Foreground((6, 5, 4), *np.zeros((2, 0), np.int32))
    for limit in (1, 20, 1 << 18):
        monkeypatch.setattr(batch, "_BATCH_RUNS", limit)
        batches = Batches(1 << 22)
        for number, mask in enumerate(masks):
            batches.add(number, foreground_of(mask), (1.0, 1.0, 1.0))
        batches.add(3, nothing, (1.0, 1.0, 1.0))
        assert {number: each.inside for number, each in batches.measured().items()} == together
    for most in (5, 6):
        few = Batches(most)
        few.add(0, foreground_of(np.eye(6, dtype=np.bool_)[:, :, None]), (1.0, 1.0, 1.0))
        assert (0 in few.measured()) == (most == 6)


def test_runs_are_gathered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Masks are measured together once they have 262,144 runs, and the last ones at the end."""
    sizes: list[list[int]] = []

    def counted(foregrounds: Sequence[Foreground], _: object) -> Iterator[int]:
        sizes.append([foreground.rows.i.size for foreground in foregrounds])
        yield from range(len(foregrounds))

    monkeypatch.setattr(batch, "structured", counted)
    batches, half = Batches(1 << 20), 1 << 17
    for number, runs in enumerate((half, half, half, half - 1, 1, 5)):
        starts = 2 * np.arange(runs, dtype=np.int32)
        batches.add(number, Foreground((2, runs, 1), starts, np.ones(runs, np.int32)), (1.0, 1.0, 1.0))
    assert sizes == [[half, half], [half, half - 1, 1]]
    assert list(batches.measured()) == [0, 1, 2, 3, 4, 5]
    assert sizes[2:] == [[5]]


def _points(rows: Rows) -> NDArray[np.int64]:
    """Return the voxels of runs."""
    listed = [
        (i + step, j, k)
        for i, length, j, k in zip(rows.i, rows.length, rows.j, rows.k, strict=True)
        for step in range(length)
    ]
    return np.array(listed, np.int64)


def test_digits_of_intensities(tmp_path: Path) -> None:
    """The mean and the median of the CT under a piece and in a hole have one digit behind the point."""
    mask = np.zeros((9, 8, 7), np.uint8)
    mask[:6, :5, :5], mask[2, 2, 2], mask[8, 7, 4:7] = 1, 0, 1
    hu = np.full(mask.shape, 40.0, np.float32)
    hu[2, 2, 2], hu[8, 7, 4:7] = 7.27, (10.26, 10.36, 11.5)
    (found,) = volumes.measured(tmp_path, volumes.Made(hu), liver=volumes.Made(mask)).masks
    assert [(piece.hu_mean, piece.hu_median) for piece in found.pieces] == [(None, None), (10.7, 10.4)]
    assert found.inside
    assert found.inside.cavity
    assert (found.inside.cavity.hu_mean, found.inside.cavity.hu_median) == (7.3, 7.3)
