"""Masks: every fast number against a slow and obvious one."""

from __future__ import annotations

import io
import math
import tempfile
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
import SimpleITK
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from segaudit.measure import mask_runs
from segaudit.measure.disk import Disk
from segaudit.measure.header import read_header
from segaudit.measure.inflate import Plain
from segaudit.measure.mask import read_foreground
from segaudit.measure.mask_runs import Foreground
from segaudit.measure.run_finder import nonzero_runs
from segaudit.model import Mask
from segaudit.testing.volumes import IDENTITY, Made, measured
from tests.support.volumes import COLOUR, COMPLEX, REAL, made, shapes, slow_values


def measure(volume: Made) -> tuple[Mask, NDArray[np.float64]]:
    """Return a mask as measured, and its voxels as nibabel reads them."""
    with tempfile.TemporaryDirectory() as folder:
        mask = measured(Path(folder), spleen=volume).masks[0]
        path = volume.write(Path(folder) / ("slow.nii.gz" if volume.members else "slow.nii"))
        return mask, slow_values(path)


@given(made(dtypes=REAL + COMPLEX + tuple(COLOUR)))
def test_counts_and_values(volume: Made) -> None:
    """Voxels and distinct values are those of nibabel and numpy, for every type, byte order, scaling and container."""
    mask, values = measure(volume)
    distinct, counts = np.unique(values[values != 0], return_counts=True)
    assert mask.file.faults == ()
    assert mask.voxels == np.count_nonzero(values)
    assert mask.values == tuple(zip(distinct.tolist(), counts.tolist(), strict=True))[:16]
    assert mask.distinct_values == min(len(distinct), 17)
    assert mask.nonfinite == 0


@given(made(dtypes=("uint8", "float64")))
def test_place(volume: Made) -> None:
    """Box, faces, centroid and volume follow from the coordinates of the non-zero voxels."""
    mask, values = measure(volume)
    points = np.argwhere(values)
    if not len(points):
        assert (mask.box, mask.faces, mask.centroid_voxel, mask.centroid_mm, mask.volume_ml) == (None,) * 4 + (0.0,)
        return
    low, high = points.min(axis=0), points.max(axis=0)
    assert mask.box == tuple(np.stack([low, high], axis=1).ravel())
    assert mask.faces == tuple(np.stack([low, np.array(values.shape) - 1 - high], axis=1).ravel())
    assert mask.centroid_voxel == pytest.approx(points.mean(axis=0))
    affine = np.array([*mask.file.header.affine, 0, 0, 0, 1]).reshape(4, 4) if mask.file.header else np.eye(4)
    assert mask.centroid_mm == pytest.approx((affine @ [*points.mean(axis=0), 1])[:3], abs=1e-6)
    assert mask.volume_ml == pytest.approx(abs(np.linalg.det(affine)) * len(points) / 1000)


@given(shapes(6), st.integers(0, 2**32), st.sampled_from((0.1, 0.5, 1.0)))
def test_simpleitk_agrees(shape: tuple[int, int, int], seed: int, density: float) -> None:
    """ITK's label statistics give the same count, box and world centroid (ITK's world has x and y reversed)."""
    stored = (np.random.default_rng(seed).random(shape) < density).astype(np.uint8)
    with tempfile.TemporaryDirectory() as folder:
        path = Made(stored).write(Path(folder) / "itk.nii.gz")
        image = SimpleITK.ReadImage(str(path))
        mask = measured(Path(folder), spleen=Made(stored)).masks[0]
    statistics: Any = SimpleITK.LabelShapeStatisticsImageFilter()  # type: ignore[no-untyped-call]
    statistics.Execute(image)
    assert mask.voxels == (statistics.GetNumberOfPixels(1) if stored.any() else 0)
    if mask.box and mask.centroid_mm:
        i, j, k, ni, nj, nk = statistics.GetBoundingBox(1)
        assert mask.box == (i, i + ni - 1, j, j + nj - 1, k, k + nk - 1)
        assert mask.centroid_mm == pytest.approx(np.array(statistics.GetCentroid(1)) * (-1, -1, 1))


@given(shapes(7), st.integers(0, 2**32), st.sampled_from((0.1, 0.5, 0.95)), st.integers(1, 40))
def test_runs(shape: tuple[int, int, int], seed: int, density: float, piece: int) -> None:
    """Runs found piece by piece list the voxels that numpy lists, a few at a time, and by rows."""
    flat = np.random.default_rng(seed).random(math.prod(shape)) < density
    pieces = [(first, flat[first : first + piece]) for first in range(0, flat.size, piece)]
    starts, lengths, _ = zip(*nonzero_runs(pieces), strict=True)
    foreground = Foreground(shape, np.concatenate(starts), np.concatenate(lengths))
    with patch.object(mask_runs, "_CHUNK_VOXELS", piece):
        listed = np.concatenate([*foreground.indices(), np.zeros(0, np.int64)])
        assert foreground.values_of(np.arange(flat.size)).tolist() == listed.tolist()
    rows = foreground.rows
    by_row = [
        (i + step, j, k)
        for i, length, j, k in zip(rows.i, rows.length, rows.j, rows.k, strict=True)
        for step in range(length)
    ]
    assert listed.tolist() == np.flatnonzero(flat).tolist()
    assert by_row == [(i % shape[0], i // shape[0] % shape[1], i // shape[0] // shape[1]) for i in listed]


@given(shapes(7), st.integers(0, 2**32), st.sampled_from(("uint8", "int16", "float64")))
def test_touching_runs_are_joined(shape: tuple[int, int, int], seed: int, dtype: str) -> None:
    """Adjacent voxels of different values are kept as one run, so that noise instead of a mask stays small."""
    stored = np.random.default_rng(seed).integers(0, 5, shape).astype(dtype)
    content = io.BytesIO(Made(stored, members=0).file())
    stream = Plain(Disk(content))
    foreground, _ = read_foreground(stream, read_header(stream))
    edges = np.flatnonzero(np.diff(np.pad(stored.ravel(order="F") != 0, 1)))
    assert foreground.starts.tolist() == edges[::2].tolist()
    assert foreground.lengths.tolist() == (edges[1::2] - edges[::2]).tolist()


def test_many_voxels_in_chunks() -> None:
    """A foreground that is larger than a chunk is listed completely."""
    foreground = Foreground((1000, 1000, 1), np.array([3, 400_000], np.int32), np.array([300_000, 500_000], np.int32))
    listed = np.concatenate(list(foreground.indices()))
    assert np.array_equal(listed, np.concatenate([np.arange(3, 300_003), np.arange(400_000, 900_000)]))


def test_non_finite_voxels(tmp_path: Path) -> None:
    """NaN and infinity are foreground and counted separately, not as values; minus zero is background."""
    stored = np.array([np.nan, np.inf, -np.inf, 1, 1, 0, -0.0, 0.5], np.float32).reshape(2, 2, 2)
    mask = measured(tmp_path, spleen=Made(stored)).masks[0]
    assert (mask.voxels, mask.nonfinite, mask.values) == (6, 3, ((0.5, 1), (1.0, 2)))


def test_intercept_that_makes_zero_foreground(tmp_path: Path) -> None:
    """With an intercept, stored zeros have a value, and the stored value that means zero is background."""
    stored = np.zeros((80, 80, 80), np.int8)
    stored[3, 4, 5] = -2
    mask = measured(tmp_path, spleen=Made(stored, slope=1.0, inter=2.0)).masks[0]
    assert (mask.voxels, mask.values) == (80**3 - 1, ((2.0, 80**3 - 1),))


def test_more_values_than_are_kept(tmp_path: Path) -> None:
    """The sixteen smallest distinct values are kept with exact counts, over all blocks of the file."""
    stored = (np.arange(90**3) * 7919 % 1000).astype(np.int16).reshape(90, 90, 90)
    mask = measured(tmp_path, spleen=Made(stored)).masks[0]
    assert mask.distinct_values == 17
    assert mask.values == tuple((float(value), int((stored == value).sum())) for value in range(1, 17))


def test_axes_beyond_the_third_and_missing_ones(tmp_path: Path) -> None:
    """A fourth axis stacks along k, missing axes have length 1; the header keeps the shape as stored."""
    four, two = np.zeros((3, 4, 5, 2), np.uint8), np.zeros((3, 4), np.uint8)
    four[1, 2, 3, 1] = two[1, 2] = 1
    masks = measured(tmp_path, four=Made(four), two=Made(two)).masks
    assert [mask.box for mask in masks] == [(1, 1, 2, 2, 8, 8), (1, 1, 2, 2, 0, 0)]
    assert [mask.file.header.shape for mask in masks if mask.file.header] == [(3, 4, 5, 2), (3, 4)]


def test_cut_by_the_field_of_view(tmp_path: Path) -> None:
    """A mask within three voxels of a face is cut, one further in is not."""
    near, far = (np.zeros((12, 12, 12), np.uint8) for _ in range(2))
    near[2:6, 5, 5], far[3:9, 5, 5] = 1, 1
    masks = measured(tmp_path, near=Made(near), far=Made(far)).whole_masks
    assert (masks["near"].cut, masks["far"].cut) == (True, False)
    assert masks["far"].faces == (3, 3, 5, 6, 5, 6)


def test_grids_that_lie_apart(tmp_path: Path) -> None:
    """The worst corner's displacement is its length in mm; another shape has none."""
    shifted, sheared = IDENTITY.copy(), IDENTITY.copy()
    shifted[:3, 3] = (3, 0, 4)
    sheared[0, 2] = 0.1
    empty = np.zeros((11, 11, 11), np.uint8)
    case = measured(
        tmp_path,
        Made(empty.astype(np.int16)),
        another_shape=Made(empty[1:], shifted),
        sheared=Made(empty, sheared),
        shifted=Made(empty, shifted),
    )
    assert [mask.same_shape for mask in case.masks] == [False, True, True]
    assert [mask.corner_displacement_mm for mask in case.masks] == pytest.approx([0.0, 1.0, 5.0])
