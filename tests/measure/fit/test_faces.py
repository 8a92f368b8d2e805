"""Faces of masks: against numpy, slow and obvious."""

from __future__ import annotations

from collections import Counter
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from segaudit.measure.case_runs import Spans
from segaudit.measure.fit.faces import Faces, faces_of, inside
from tests.support.fitting import bodies, foreground
from tests.support.volumes import shapes

RUNS = 900

Face = tuple[int, int, int, int, int, int]

MANY = 10**6


def by_voxel(masks: list[NDArray[np.bool_]]) -> set[Face]:
    """Return owner, axis, side and voxel of each face, by a walk over all voxels."""
    found = set()
    for (owner, mask), axis, side in product(enumerate(masks), range(3), (-1, 1)):
        for voxel in np.argwhere(mask):
            beyond = voxel.copy()
            beyond[axis] += side
            if 0 <= beyond[axis] < mask.shape[axis] and not mask[tuple(beyond)]:
                found.add((owner, axis, side, *voxel.tolist()))
    return found


def listed(faces: Faces) -> list[Face]:
    """Return owner, axis, side and voxel of each face."""
    rows = np.array([faces.owner, faces.axis, faces.side, *faces.at]).T.tolist()
    return [tuple(row) for row in rows]


def parts_of(masks: list[NDArray[np.bool_]]) -> list[Spans]:
    """Return the runs of each mask."""
    return [Spans.of(foreground(mask), number) for number, mask in enumerate(masks)]


@given(shapes(6), st.integers(1, 3), st.integers(0, 2**32), st.sampled_from((0.1, 0.5, 0.9)))
def test_all_faces(shape: tuple[int, int, int], count: int, seed: int, density: float) -> None:
    """Where few voxels lie in a row, so that no gap is passed over, all faces are found, each once."""
    random = np.random.default_rng(seed)
    shape = (min(shape[0], 3), *shape[1:])
    masks = [random.random(shape) < density for _ in range(count)]
    found = listed(faces_of(parts_of(masks), shape, MANY))
    assert len(set(found)) == len(found)
    assert set(found) == by_voxel(masks)


@given(st.integers(0, 2**32), st.sampled_from((0.2, 0.6)))
def test_no_false_face(seed: int, density: float) -> None:
    """In rows with many gaps some faces may be left out, and none is made up."""
    mask = np.random.default_rng(seed).random((14, 4, 4)) < density
    assert set(listed(faces_of(parts_of([mask]), mask.shape, MANY))) <= by_voxel([mask])


def test_evenly_spread() -> None:
    """Of many faces as many as wanted are taken of each side, from all parts of it."""
    mask = np.zeros((30, 30, 30), np.bool_)
    mask[5:25, 5:25, 5:25] = True
    faces = faces_of(parts_of([mask]), mask.shape, 40)
    assert set(Counter(zip(faces.axis.tolist(), faces.side.tolist(), strict=True)).values()) == {40}
    for axis in range(3):
        across = np.delete(faces.at[:, faces.axis == axis], axis, axis=0)
        assert (np.abs(across.mean(axis=1) - 14.5) < 2).all()


def test_many_runs() -> None:
    """Of a mask of many runs only every n-th plane or row is looked at, and what is found are faces."""
    mask = np.zeros((12, 60, 60), np.bool_)
    mask[2:10, 2:58, 2:58] = True
    (part,) = parts_of([mask])
    assert part.starts.size > 2 * RUNS
    found = listed(faces_of([part], mask.shape, MANY))
    assert set(found) < by_voxel([mask])
    assert {(axis, side) for _, axis, side, *_ in found} == set(product(range(3), (-1, 1)))


def test_nothing() -> None:
    """No mask, an empty one, and one that fills the grid have no faces."""
    full, empty = np.ones((4, 4, 4), np.bool_), np.zeros((4, 4, 4), np.bool_)
    assert faces_of([], (4, 4, 4)).size == 0
    assert faces_of(parts_of([empty, full]), (4, 4, 4)).size == 0


def by_side(faces: Faces) -> dict[tuple[int, ...], list[Face]]:
    """Return the faces of each side of each mask, in their order."""
    found: dict[tuple[int, ...], list[Face]] = {}
    for face in listed(faces):
        found.setdefault(face[:3], []).append(face)
    return found


@given(st.integers(0, 2**32), st.integers(1, 9))
def test_which_are_kept(seed: int, wanted: int) -> None:
    """Of n faces of a side, the r-th that is kept lies at (r + 1/2) / wanted of them; of few, all."""
    random = np.random.default_rng(seed)
    parts = parts_of([random.random((3, 5, 4)) < density for density in (0.4, 0.1, 0.7)])
    every, kept = by_side(faces_of(parts, (3, 5, 4), MANY)), by_side(faces_of(parts, (3, 5, 4), wanted))
    assert set(every) == set(kept)
    for side, all_of_it in every.items():
        count = min(len(all_of_it), wanted)
        assert kept[side] == [all_of_it[int((rank + 0.5) * len(all_of_it) / count + 1e-9)] for rank in range(count)]


@given(st.integers(0, 2**32), st.integers(1, 9))
def test_which_are_thinned(seed: int, wanted: int) -> None:
    """Of twice or three times as many as wanted, every second or third one, as listed; their order stays."""
    random = np.random.default_rng(seed)
    parts = parts_of([random.random((3, 5, 4)) < density for density in (0.4, 0.0, 0.7)])
    faces = faces_of(parts, (3, 5, 4), MANY)
    mixed = faces[random.permutation(faces.size)]
    kept = set()
    for all_of_it in by_side(mixed).values():
        step = max(1, len(all_of_it) // wanted)
        kept |= {face for rank, face in enumerate(all_of_it) if rank % step == step // 2}
    assert listed(mixed.thinned(wanted)) == [face for face in listed(mixed) if face in kept]


def test_as_many_as_are_kept() -> None:
    """Without a number, 120 of each side."""
    mask = np.zeros((13, 14, 15), np.bool_)
    mask[1:12, 1:12, 1:12] = True
    faces = faces_of(parts_of([mask]), mask.shape)
    assert [len(each) for each in by_side(faces).values()] == [120] * 6


def test_inside() -> None:
    """A voxel lies in a grid from 0 to the last one along each axis."""
    assert inside(np.array([[0, 1], [0, 2], [0, 3]]), (2, 3, 4)).tolist() == [True, True]
    for axis, length in enumerate((2, 3, 4)):
        at = np.zeros((3, 4), np.int64)
        at[axis] = -1, 0, length - 1, length
        assert inside(at, (2, 3, 4)).tolist() == [False, True, True, False]


def test_moved_and_thinned() -> None:
    """Faces move with their own mask, and those that leave the grid are left out."""
    masks = list(bodies().values())
    shape = masks[0].shape
    faces = faces_of(parts_of(masks), shape)
    moves = np.zeros((len(masks), 3), np.int64)
    moves[0] = (0, 0, shape[2])
    moves[1] = (2, -1, 0)
    moved = faces.moved(moves, shape)
    assert not (moved.owner == 0).any()
    assert (moved.at[:, moved.owner == 1] - faces.at[:, faces.owner == 1] == np.array([[2], [-1], [0]])).all()
    thin = faces.thinned(10)
    assert max(Counter(zip(thin.owner, thin.axis, thin.side, strict=True)).values()) <= 20
    assert set(listed(thin)) <= set(listed(faces))


def test_turned() -> None:
    """Faces turned are those of the masks turned."""
    masks = list(bodies((20, 20, 36)).values())
    faces = faces_of(parts_of(masks), (20, 20, 36), MANY)
    turned = faces.turned((1, 0, 2), (0, 2), (20, 20, 36))
    expected = [np.flip(mask.transpose(1, 0, 2), (0, 2)) for mask in masks]
    assert set(listed(turned)) == by_voxel(expected)


@pytest.mark.parametrize(("rows", "planes", "step"), [(29, 62, 1), (30, 60, 2), (45, 60, 3), (60, 60, 4)])
def test_every_nth_of_many_runs(rows: int, planes: int, step: int) -> None:
    """From 1,800 runs on, faces along j are those of every n-th plane, and along k of every n-th row; along i all."""
    mask = np.zeros((4, rows + 2, planes + 2), np.bool_)
    mask[1:3, 1:-1, 1:-1] = True
    faces = faces_of(parts_of([mask]), mask.shape, 10_000)
    for axis, across, lines in ((1, 2, planes), (2, 1, rows)):
        kept = [at for at in range(1, lines + 1) if at % step == step // 2]
        assert sorted({int(at) for at in faces.at[across, faces.axis == axis]}) == kept
        assert np.count_nonzero(faces.axis == axis) == 2 * 2 * len(kept)
    assert np.count_nonzero(faces.axis == 0) == 2 * rows * planes
