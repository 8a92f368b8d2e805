"""Steps of a CT at faces and beside them: against a walk along each face's axis, slow and obvious."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from segaudit.measure.case_runs import Spans
from segaudit.measure.fit.faces import Faces, faces_of
from segaudit.measure.fit.profiles import Profiles, Scan, in_place
from tests.support.fitting import Grid, foreground

SHAPE = (5, 4, 6)
LOW, HIGH, SIGN = np.array([-200.0, -950.0]), np.array([300.0, -300.0]), np.array([1.0, -1.0])


class Face(NamedTuple):
    """One face."""

    at: list[int]
    axis: int
    side: int
    owner: int


def listed(faces: Faces) -> list[Face]:
    """Return the faces one by one."""
    columns = (part.tolist() for part in (faces.at.T, faces.axis, faces.side, faces.owner))
    return [Face(*row) for row in zip(*columns, strict=True)]


def made(seed: int, width: list[int]) -> tuple[Scan, Faces]:
    """Return noise with voxels that are no number, and some faces of two masks in it."""
    random = np.random.default_rng(seed)
    hu = np.where(random.random(SHAPE) < 0.1, np.nan, random.normal(-300, 400, SHAPE)).astype(np.float32)
    masks = [Spans.of(foreground(random.random(SHAPE) < 0.5), number) for number in range(2)]
    scan = Scan(hu.ravel("F"), SHAPE, LOW, HIGH, SIGN, np.ones(3), np.full(3, 3), np.array(width))
    return scan, faces_of(masks, SHAPE, 3)


def slow_step(scan: Scan, face: Face, offset: int) -> float:
    """Return by how much the CT falls off from the voxels inside of a face moved along its axis to those outside."""
    low, high = float(scan.low[face.owner]), float(scan.high[face.owner])
    grid: Grid = np.nan_to_num(scan.hu.reshape(SHAPE, order="F"), nan=low)

    def mean(first: int, step: int) -> float:
        values = []
        for number in range(int(scan.width[face.axis])):
            at = list(face.at)
            at[face.axis] = min(max(first + step * number, 0), SHAPE[face.axis] - 1)
            values.append(min(max(float(grid[tuple(at)]), low), high))
        return sum(values) / len(values)

    inside = face.at[face.axis] + offset
    step = mean(inside, -face.side) - mean(inside + face.side, face.side)
    return step * float(scan.sign[face.owner]) / (high - low)


@given(st.integers(0, 2**32), st.lists(st.integers(1, 3), min_size=3, max_size=3), st.integers(0, 2))
def test_steps(seed: int, width: list[int], reach: int) -> None:
    """Each is the mean of some voxels less that of as many beyond, in the mask's window, at the grid's ends too."""
    scan, faces = made(seed, width)
    slow = [[slow_step(scan, face, offset) for face in listed(faces)] for offset in range(-reach, reach + 1)]
    np.testing.assert_allclose(scan.steps(faces, reach), slow, atol=1e-5)


def test_in_place() -> None:
    """The steps of masks that are too small by a voxel are those one voxel further out."""
    scan, faces = made(0, [1, 1, 1])
    found = in_place(scan.steps(faces), faces, np.array([1, 0, -1]))
    slow = [slow_step(scan, face, face.side * (1, 0, -1)[face.axis]) for face in listed(faces)]
    np.testing.assert_allclose(found, slow, atol=1e-5)


def test_sums() -> None:
    """Of each mask, axis and side, low and high, the steps and their magnitudes are added up, and the faces counted."""
    scan, faces = made(1, [1, 2, 1])
    total, magnitude, count = np.zeros((2, 3, 2, 9)), np.zeros((2, 3, 2, 9)), np.zeros((2, 3, 2), int)
    for face in listed(faces):
        place = face.owner, face.axis, int(face.side == 1)
        steps = np.array([slow_step(scan, face, offset) for offset in range(-4, 5)])
        total[place] += steps
        magnitude[place] += abs(steps)
        count[place] += 1
    found = Profiles.of(scan, faces)
    np.testing.assert_allclose(found.total, total, atol=1e-4)
    np.testing.assert_allclose(found.magnitude, magnitude, atol=1e-4)
    assert found.count.tolist() == count.tolist()
    assert found.size is scan.size


def test_outwards() -> None:
    """Mean steps are listed from inside of the mask outwards, on its low side too; a side without faces has its sum."""
    total = np.arange(54.0).reshape(1, 3, 2, 9)
    found = Profiles(total, total, np.array([[[2, 4], [1, 1], [0, 1]]]), np.full(3, 3)).outwards[0]
    assert found[0, 0].tolist() == [each / 2 for each in range(8, -1, -1)]
    assert found[0, 1].tolist() == [each / 4 for each in range(9, 18)]
    assert found[2, 0].tolist() == list(range(44, 35, -1))
