"""What a mask's record is made of, part by part: ends, centres, faces, pieces of a file, and the CT under it."""

from __future__ import annotations

import io
from itertools import permutations, product

import numpy as np
import pytest
from numpy.typing import NDArray

from segaudit.measure.ct import Volume
from segaudit.measure.disk import Disk
from segaudit.measure.header import read_header
from segaudit.measure.inflate import Plain
from segaudit.measure.mask import Values, centroid_of, ends_of, faces_of, measure_mask, pieces, read_foreground, world
from segaudit.measure.reference import Reference
from segaudit.model import File, Mask
from segaudit.testing.bodies import rotation
from segaudit.testing.records import healthy_header
from segaudit.testing.volumes import Made
from tests.support.fitting import foreground

Grid = NDArray[np.bool_]

SHAPE = (7, 6, 5)
TURN = rotation(0, 20) @ rotation(1, -25) @ rotation(2, 35)
AXES = [np.eye(3)[list(order)] * signs for order in permutations(range(3)) for signs in product((-1, 1), repeat=3)]


def some(seed: int = 0, density: float = 0.2) -> Grid:
    """Return a mask that does not fill its grid."""
    mask = np.zeros(SHAPE, np.bool_)
    mask[1:6, 2:5, 1:4] = np.random.default_rng(seed).random((5, 3, 3)) < density
    return mask


@pytest.mark.parametrize("turn", [np.eye(3), TURN], ids=["upright", "oblique"])
@pytest.mark.parametrize("axes", AXES, ids=range(48))
def test_ends(axes: NDArray[np.float64], turn: NDArray[np.float64]) -> None:
    """The mean positions of the voxels furthest to the left and to the right, along the axis nearest to that way."""
    linear = turn @ axes * (0.8, 1.5, 3.0)
    affine = np.hstack([linear, [[5.0], [-7.0], [11.0]]])
    mask = some()
    at = np.argwhere(mask)
    right = int(abs(linear[0] / np.linalg.norm(linear, axis=0)).argmax())
    planes = [at[at[:, right] == end] for end in (at[:, right].min(), at[:, right].max())]
    ends = [linear @ plane.mean(axis=0) + (5, -7, 11) for plane in planes]
    found = foreground(mask)
    expected = ends if linear[0, right] > 0 else ends[::-1]
    np.testing.assert_allclose(ends_of(found, found.box, affine), expected)


@pytest.mark.parametrize("seed", range(3))
def test_centres_and_faces(seed: int) -> None:
    """The mean index of the voxels, its place in the world, and the voxels up to each face of the grid."""
    mask = some(seed)
    at, found = np.argwhere(mask), foreground(mask)
    assert centroid_of(found.rows) == pytest.approx(at.mean(axis=0))
    affine = np.hstack([TURN * (0.8, -1.5, 3.0), [[5.0], [-7.0], [11.0]]])
    assert world(affine, (1.5, 2.0, 3.25)) == pytest.approx(affine @ (1.5, 2, 3.25, 1))
    low, high = at.min(axis=0), np.array(SHAPE) - 1 - at.max(axis=0)
    assert faces_of(found.box, SHAPE) == tuple(np.stack([low, high], axis=1).ravel().tolist())


def opened(voxels: NDArray[np.uint8], inter: float = 0.0) -> Plain:
    """Return the content of a file with these voxels."""
    return Plain(Disk(io.BytesIO(Made(voxels, members=0, slope=1.0, inter=inter).file())))


def test_pieces_of_zeros_are_passed_over() -> None:
    """Those of 128 KiB, wherever they lie; with an intercept, zeros are values."""
    voxels = np.zeros((1 << 10, 1 << 7, 5), np.uint8)
    voxels[7, 0, 1], voxels[-1, -1, 3] = 1, 3
    stream = opened(voxels)
    found = [(first, block.size, block.max()) for first, block in pieces(stream, read_header(stream))]
    assert found == [(1 << 17, 1 << 17, 1), (3 << 17, 1 << 17, 3)]
    stream = opened(voxels)
    runs, values = read_foreground(stream, read_header(stream))
    assert (runs.starts.tolist(), runs.lengths.tolist()) == ([(1 << 17) + 7, (4 << 17) - 1], [1, 1])
    assert values.table == ((1.0, 1), (3.0, 1))
    stream = opened(voxels[:10, :1], inter=2.0)
    header = read_header(stream)
    assert [block.size for _, block in pieces(stream, header)] == [50]


def test_values() -> None:
    """Of more than 17 the smallest are kept and counted, and 16 listed; what is not finite is counted apart."""
    found = Values()
    found.add(np.array([5.0, 5.0]), np.array([2, 3], np.int32))
    found.add(np.array([np.nan, 4.0, np.inf, 5.0]), np.array([7, 1, 11, 1], np.int32))
    found.add(np.array([np.nan]), np.array([100], np.int32))
    assert (found.table, found.nonfinite) == (((4.0, 1), (5.0, 6)), 118)
    found.add(np.arange(100.0, 0, -1), np.ones(100, np.int32))
    assert found.counts == {float(each): {4: 2, 5: 7}.get(each, 1) for each in range(1, 18)}
    assert [value for value, _ in found.table] == [float(each) for each in range(1, 17)]


HEADER = healthy_header(shape=SHAPE, affine=(3.0, 0, 0, 0, 0, 3.0, 0, 0, 0, 0, 3.0, 0), spacing_mm=(3.0, 3.0, 3.0))
FILE = File(case="s1", header=HEADER)


def measured(mask: Grid, reference: Reference, values: Values | None = None) -> Mask:
    """Return the record of a mask."""
    content = foreground(mask), values or Values({1.0: int(mask.sum())})
    record, found = measure_mask("spleen", FILE, content, reference)
    assert found is not None
    assert found.voxels == mask.sum()
    return record


def test_without_content() -> None:
    """Of a damaged file there is its record alone, with or without a header."""
    for file in (FILE, File(case="s1")):
        assert measure_mask("spleen", file, None, Reference("ct", HEADER)) == (
            Mask(case="s1", structure="spleen", file=file),
            None,
        )
    content = foreground(some()), Values({1.0: 1})
    assert measure_mask("spleen", File(case="s1"), content, Reference("ct", HEADER))[1] is None


@pytest.mark.parametrize(("pad", "share"), [(-1024.0, 3 / 5), (40.0, 1 / 5), (7.0, 0.0), (None, 0.0)])
def test_voxels_in_padding(pad: float | None, share: float) -> None:
    """The share of a mask where the CT has the value that it is padded with."""
    mask, hu = np.zeros(SHAPE, np.bool_), np.full(SHAPE, -1024, np.int16)
    mask[1:6, 2, 2] = True
    hu[2, 2, 2], hu[4, 2, 2] = 40, 60
    found = measured(mask, Reference("ct", HEADER, Volume(SHAPE, hu.ravel("F")), pad))
    assert found.void_share == pytest.approx(share)
    assert found.hu is not None
    assert (found.hu.minimum, found.hu.maximum, found.hu.mean) == (-1024, 60, (3 * -1024 + 100) / 5)


def test_intensities_that_are_no_numbers() -> None:
    """Where no voxel has one, there is no distribution, and none of them is padding."""
    hu = np.full(SHAPE, np.nan, np.float32)
    found = measured(some(), Reference("ct", HEADER, Volume(SHAPE, hu.ravel("F")), -1024.0))
    assert (found.hu, found.void_share) == (None, 0.0)


@pytest.mark.parametrize(("tissue", "outside"), [(True, 0.5), (False, None)])
def test_voxels_outside_of_the_body(*, tissue: bool, outside: float | None) -> None:
    """Their share, where the CT shows a body."""
    shape = (40, 40, 9)
    hu, mask = np.full(shape, -1000, np.int16), np.zeros(shape, np.bool_)
    hu[:20] = 40 if tissue else -1000
    mask[16:28, 10:20, 3:5] = True
    header = healthy_header(shape=shape, affine=HEADER.affine, spacing_mm=HEADER.spacing_mm)
    reference = Reference("ct", header, Volume(shape, hu.ravel("F")))
    record, _ = measure_mask(
        "spleen", File(case="s1", header=header), (foreground(mask), Values({1.0: 240})), reference
    )
    assert record.outside_body_share == (pytest.approx(outside) if outside else None)


def test_masks_that_are_not_compared() -> None:
    """One of several values, and any without a CT, have no intensities."""
    hu = Volume(SHAPE, np.zeros(some().size, np.int16))
    for found in (
        measured(some(), Reference("ct", HEADER, hu), Values({1.0: 4, 2.0: 5})),
        measured(some(), Reference("ct", HEADER)),
    ):
        assert (found.hu, found.void_share, found.outside_body_share) == (None, None, None)
        assert found.volume_ml == pytest.approx(some().sum() * 0.027)
