"""Slices, projections, centres and grids of masks for pictures, compared with dense arrays."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from nibabel.orientations import aff2axcodes
from numpy.typing import NDArray

from segaudit.measure.ct import read_volume
from segaudit.measure.mask_runs import Foreground
from segaudit.model import File
from segaudit.pictures.frame import AXIAL, PLANES, Frame
from segaudit.pictures.regrid import regridded, same_grid
from segaudit.pictures.salvage import salvage
from segaudit.pictures.shape import central_voxel, gathered, inside, shadow_of, shared, slice_of
from segaudit.pictures.window import BONE, LUNG, SOFT_TISSUE, fitted
from segaudit.testing.volumes import Made
from tests.support.volumes import rotations, shapes

Bits = NDArray[np.bool_]


def foreground(voxels: Bits) -> Foreground:
    """Return the runs of a dense mask."""
    return gathered(voxels.shape, [np.flatnonzero(voxels.ravel(order="F"))])


def dense(mask: Foreground) -> Bits:
    """Return the dense array of runs."""
    flat = np.zeros(np.prod(mask.shape), np.bool_)
    for indices in mask.indices():
        flat[indices] = True
    return flat.reshape(mask.shape, order="F")


masks = shapes(7).flatmap(lambda shape: hnp.arrays(np.bool_, shape))


@given(voxels=masks, axis=st.integers(0, 2), data=st.data())
def test_slices_and_projections(voxels: Bits, axis: int, data: st.DataObject) -> None:
    """A slice and a projection of runs are those of the dense mask."""
    index = data.draw(st.integers(0, voxels.shape[axis] - 1))
    mask = foreground(voxels)
    assert slice_of(mask, axis, index).tolist() == voxels.take(index, axis).astype(int).tolist()
    assert shadow_of(mask, axis).tolist() == voxels.sum(axis=axis).tolist()


@given(voxels=masks.filter(lambda voxels: voxels.any()), spacing=st.tuples(*[st.sampled_from((0.5, 1.5, 3.0))] * 3))
def test_central_voxel(voxels: Bits, spacing: tuple[float, float, float]) -> None:
    """It is a voxel of the mask, and none is nearer to the centre of mass."""
    heart = central_voxel(foreground(voxels), spacing)
    places = np.argwhere(voxels)
    distances = (((places - places.mean(axis=0)) * spacing) ** 2).sum(axis=1)
    own = (((np.array(heart) - places.mean(axis=0)) * spacing) ** 2).sum()
    assert voxels[heart]
    assert own <= distances.min() + 1e-9


@given(shape=shapes(6), data=st.data())
def test_shared(shape: tuple[int, int, int], data: st.DataObject) -> None:
    """The result has the voxels of all masks, or those of the first if they share none."""
    first, second = (data.draw(hnp.arrays(np.bool_, shape)) for _ in range(2))
    both = first & second
    expected = both if both.any() else first
    assert dense(shared([foreground(first), foreground(second)])).tolist() == expected.tolist()
    indices = np.arange(first.size)
    assert inside(foreground(first), indices).tolist() == first.ravel(order="F").tolist()


@given(voxels=masks, shape=shapes(7), first=rotations(), second=rotations(), offset=st.integers(-8, 8))
def test_regridded(voxels: Bits, shape: tuple[int, int, int], first: Any, second: Any, offset: int) -> None:  # noqa: ANN401 (matrices)
    """On another grid, each voxel has the value of the mask's nearest one."""
    second = second.copy()
    second[:3, 3] += offset + 0.37  # no voxel lies half-way between two
    own, frame = Frame(voxels.shape, first[:3]), Frame(shape, second[:3])
    expected = np.zeros(shape, np.bool_)
    for place in np.ndindex(*shape):
        at = np.rint(np.linalg.solve(first, second @ [*place, 1])[:3]).astype(int)
        if (at >= 0).all() and (at < voxels.shape).all():
            expected[place] = voxels[tuple(at)]
    assert dense(regridded(foreground(voxels), own, frame)).tolist() == expected.tolist()


@given(affine=rotations(), shift=st.floats(0, 3))
def test_same_grid(affine: Any, shift: float) -> None:  # noqa: ANN401 (a matrix)
    """Grids with a distance of up to half a voxel count as the same."""
    frame = Frame((5, 4, 3), affine[:3])
    moved = affine.copy()
    moved[2, 3] += shift
    assert same_grid(Frame((5, 4, 3), moved[:3]), frame) == (shift <= min(frame.spacing) / 2)
    assert not same_grid(Frame((5, 4, 2), affine[:3]), frame)


@given(affine=rotations(), shape=shapes(6), data=st.data())
def test_frame(affine: Any, shape: tuple[int, int, int], data: st.DataObject) -> None:  # noqa: ANN401 (a matrix)
    """Columns and rows run towards L, P and I, and a voxel is found where it is shown."""
    frame = Frame(shape, affine[:3])
    voxel = tuple(data.draw(st.integers(0, length - 1)) for length in shape)
    i, j, k = voxel
    assert frame.nearest(frame.mm((i, j, k))) == voxel
    assert frame.holds(frame.mm((i, j, k)))
    values: NDArray[np.int64] = np.arange(np.prod(shape), dtype=np.int64).reshape(shape)
    x, y, z = (int(place) for place in frame.shown((i, j, k)))
    for plane in PLANES:
        axis = frame.axes[plane.normal]
        turned = frame.turned(np.asarray(values.take(voxel[axis], axis)), plane)
        assert turned[(x, y, z)[plane.row], (x, y, z)[plane.column]] == values[voxel]
    codes = aff2axcodes(affine)
    assert [codes[axis] in "RAS" for axis in frame.axes] == list(frame.flipped)


def test_names_of_planes() -> None:
    """An axial slice lies across the length of the body."""
    assert [(plane.name, plane.normal) for plane in PLANES] == [("axial", 2), ("coronal", 1), ("sagittal", 0)]
    assert (AXIAL.column, AXIAL.row) == (0, 1)


@given(cut=st.integers(0, 352 + 2 * 6 * 5 * 9), packed=st.booleans())
def test_salvage(cut: int, packed: bool, tmp_path_factory: pytest.TempPathFactory) -> None:  # noqa: FBT001 (drawn)
    """If a file is truncated anywhere, the slices before the end are unchanged."""
    root = tmp_path_factory.mktemp("cut")
    stored = np.arange(1, 6 * 5 * 9 + 1, dtype=np.int16).reshape((6, 5, 9), order="F")
    content = Made(stored).content()[:cut]
    (root / "ct.nii.gz").write_bytes(gzip.compress(content, 1) if packed else content)
    found = salvage(root, File(case="s0001", path="ct.nii.gz"), read_volume)
    slices = max(cut - 352, 0) // (2 * 6 * 5)
    assert (found.content is None) == (cut <= 352)
    assert found.slices == slices
    if found.content:
        assert found.content.grid[..., :slices].tolist() == stored[..., :slices].tolist()
    assert (found.problem == "") == (slices == 9)


def test_salvage_of_no_file(tmp_path: Path) -> None:
    """A missing file is reported."""
    found = salvage(tmp_path, File(case="s0001", path="ct.nii.gz"), read_volume)
    assert (found.content, found.problem) == (None, "cannot be read (unreadable: No such file or directory)")


def test_windows() -> None:
    """The window fits the tissue; if the group is known, it decides."""
    assert fitted(np.array([-900, -800, 50])) == LUNG
    assert fitted(np.array([-900, -800, 50]), "bone") == LUNG
    assert fitted(np.array([30, 40])) == fitted(np.zeros(0)) == fitted(np.array([np.nan, np.inf])) == SOFT_TISSUE
    assert fitted(np.array([150, 160]), "bone") == fitted(np.array([400])) == BONE
    assert fitted(np.array([400]), "vessel") == SOFT_TISSUE
    assert SOFT_TISSUE.grey(np.array([-200, -160, 40, 240, np.nan])).tolist() == [0, 0, 127, 255, 0]
