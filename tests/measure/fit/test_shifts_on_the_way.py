"""On the way to where single masks fit better: the places that are tried, which one is best, and which are left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from segaudit.measure.case_runs import Spans
from segaudit.measure.fit import shifts
from segaudit.measure.fit.climbing import Climbed, Score
from segaudit.measure.fit.faces import Faces, faces_of
from segaudit.measure.fit.profiles import Fit, Profiles, Scan
from segaudit.measure.fit.shifts import _best, _far, _moved, _starts, shifts_of
from segaudit.model.records import Shift
from tests.measure.fit.test_shifts import SHAPE, box, fit_of, runs, scan
from tests.support.fitting import foreground

Moves = NDArray[np.int64]

SMALL = (9, 8, 7)
KEPT_SHARE = 0.7


def noise(spacing: Sequence[float] = (3.0, 3.0, 3.0), masks: int = 2) -> Scan:
    """Return a small CT of noise."""
    hu = np.random.default_rng(0).normal(-100, 150, SMALL).astype(np.float32)
    one, each = np.ones(masks), np.ones(3, np.int64)
    return Scan(hu.ravel("F"), SMALL, -200 * one, 300 * one, one, np.array(spacing), 3 * each, each)


def some_faces(seed: int = 0) -> Faces:
    """Return faces of two masks."""
    random = np.random.default_rng(seed)
    return faces_of(
        [Spans.of(foreground(random.random(SMALL) < share), at) for at, share in enumerate((0.1, 0.6))], SMALL
    )


def slow_agreement(ct: Scan, faces: Faces, mask: int, move: Sequence[int]) -> float:
    """Return the steps of a mask's faces over their magnitudes, face by face; -1 if less than 0.7 are in the grid."""
    total, size, kept, count = 0.0, 0.0, 0, 0
    grid = ct.hu.reshape(SMALL, order="F")
    for number in np.flatnonzero(faces.owner == mask).tolist():
        count += 1
        at = [int(place) + by for place, by in zip(faces.at[:, number], move, strict=True)]
        if all(0 <= place < length for place, length in zip(at, SMALL, strict=True)):
            axis, beyond = int(faces.axis[number]), list(at)
            beyond[axis] = min(max(at[axis] + int(faces.side[number]), 0), SMALL[axis] - 1)
            inside, outside = (min(max(float(grid[tuple(place)]), -200), 300) for place in (at, beyond))
            total, size, kept = total + (inside - outside) / 500, size + abs(inside - outside) / 500, kept + 1
    return total / size if kept >= KEPT_SHARE * count and size else -1.0


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_moved_along_an_axis(axis: int) -> None:
    """The agreement of each mask, as long as enough of its faces are in the grid."""
    ct, faces = noise(), some_faces()
    count = np.bincount(faces.owner)
    for step in range(-4, 5):
        move = [step if each == axis else 0 for each in range(3)]
        slow = [slow_agreement(ct, faces, mask, move) for mask in range(2)]
        np.testing.assert_allclose(_moved(ct, faces, count, axis, step), slow, atol=1e-5)


def test_masks_without_steps() -> None:
    """In a CT of one value, and without faces, nothing agrees."""
    ct, faces = noise(masks=3), some_faces()
    assert _moved(ct, faces, np.bincount(faces.owner, minlength=3), 0, 0)[2] == -1
    flat = Scan(np.zeros_like(ct.hu), SMALL, ct.low, ct.high, ct.sign, ct.spacing, ct.size, ct.width)
    assert _moved(flat, faces, np.bincount(faces.owner, minlength=3), 0, 0).tolist() == [-1, -1, -1]


@pytest.mark.parametrize(("mm", "reach"), [(3.0, 8), (2.0, 12), (2.8, 9), (5.0, 8), (1.0, 24)])
def test_places_along_each_axis(monkeypatch: pytest.MonkeyPatch, mm: float, reach: int) -> None:
    """All within 24 mm, and eight voxels at least; of each mask the best one, the first of several."""
    asked: list[tuple[int, int]] = []

    def agreement(_scan: Scan, _faces: Faces, _count: Moves, axis: int, step: int) -> NDArray[np.float64]:
        asked.append((axis, step))
        return np.array([-abs(step - 5.0 - axis), -abs(step + 3.0), 0.0])

    monkeypatch.setattr(shifts, "_moved", agreement)
    found = [start.tolist() for start in _starts(noise((mm, mm, mm)), some_faces(), np.ones(3, np.int64))]
    assert asked == [(axis, step) for axis in range(3) for step in range(-reach, reach + 1)]
    for axis, start in enumerate(found):
        assert [row[axis] for row in start] == [5 + axis, -3, -reach]
        assert [sum(map(abs, row)) for row in start] == [5 + axis, 3, reach]


@dataclass
class Looked:
    """Fits by place, and the places that were asked for."""

    best: tuple[int, int, int]
    kept: int = 7
    asked: list[list[int]] = field(default_factory=list)

    def each(self, *_: object) -> Callable[[Moves, NDArray[np.bool_]], tuple[Fit, Moves]]:
        """Return what says that one place is the best for the first mask; the second has few faces in the grid."""

        def look(moves: Moves, _: NDArray[np.bool_]) -> tuple[Fit, Moves]:
            assert (moves == moves[0]).all()
            self.asked.append(moves[0].tolist())
            away = np.abs(moves[0] - self.best).astype(float)
            gain = np.array([2.0 - away / 99, np.full(3, 2.0)])
            fit = fit_of(noise(), some_faces())._replace(gain=gain, axis_contrast=np.full((2, 3), 0.5))
            return fit, np.array([10, self.kept if moves.any() else 10])

        return look


@pytest.mark.parametrize(("kept", "second"), [(8, [-6, -12, -24]), (7, [-6, -12, -24]), (6, [0, 0, 0])])
def test_places_in_all_directions(monkeypatch: pytest.MonkeyPatch, kept: int, second: list[int]) -> None:
    """Every sixth voxel along each axis; of each mask the one with the largest steps, if 0.7 of its faces are there."""
    looked = Looked((6, -12, 18), kept)
    monkeypatch.setattr(shifts, "each", looked.each)
    faces = some_faces()
    ten = faces[np.concatenate([np.flatnonzero(faces.owner == mask)[:10] for mask in range(2)])]
    found = _far(noise((3.0, 2.0, 1.0)), ten, np.ones(2, np.bool_))
    assert looked.asked == [list(place) for place in product((-6, 0, 6), range(-12, 13, 6), range(-24, 25, 6))]
    assert found.tolist() == [[6, -12, 18], second]


def many_faces() -> Faces:
    """Return 80 and 79 faces of the low and the high sides of one mask, 30 and 29 of another."""
    owner, side = np.repeat([0, 0, 1, 1], [80, 79, 30, 29]), np.repeat([-1, 1, -1, 1], [80, 79, 30, 29])
    return Faces(np.full((3, owner.size), 4), np.zeros(owner.size, np.int64), side, owner)


@pytest.mark.parametrize("lost", [(False, False), (False, True), (True, True)])
def test_where_masks_climb_from(monkeypatch: pytest.MonkeyPatch, lost: tuple[bool, bool]) -> None:
    """From their place, along each axis, and if lost from far, on few faces; from the best of these on all of them."""
    climbs: list[tuple[list[list[int]], list[int], list[bool]]] = []
    far: list[list[int]] = []

    def climbed(_look: object, _score: Score, start: Moves, faces: Moves, climbing: NDArray[np.bool_]) -> Climbed:
        climbs.append((start.tolist(), faces.tolist(), climbing.tolist()))
        return Climbed(start, np.array([-abs(start[0, 1] - 5.0), -abs(start[1] - 6.0).sum()]))

    def farthest(_scan: Scan, faces: Faces, _lost: NDArray[np.bool_]) -> Moves:
        far.append(np.bincount(faces.owner, minlength=2).tolist())
        return np.array([[0, 0, 0], [6, 6, 6]])

    starts = [
        np.array([[at, 0, 0], [0, 0, 0]])[:, order] for at, order in ((3, [0, 1, 2]), (5, [1, 0, 2]), (4, [1, 2, 0]))
    ]
    monkeypatch.setattr(shifts, "climbed", climbed)
    monkeypatch.setattr(shifts, "_far", farthest)
    monkeypatch.setattr(shifts, "_starts", lambda *_: iter(starts))
    found = _best(noise(), many_faces(), np.array(lost))
    thin, whole = [40 + 79, 30 + 29], [159, 59]
    assert far == [[32 * lost[0], 15 + 29]] * any(lost)
    expected = [(start.tolist(), thin, [True, False]) for start in starts]
    expected += [([[0, 0, 0], [6, 6, 6]], thin, [False, True])] * any(lost)
    expected += [([[0, 0, 0]] * 2, thin, [True, True])]
    expected += [([[0, 5, 0], [6, 6, 6] if any(lost) else [0, 0, 0]], whole, [True, True])]
    assert sorted(climbs[:-1]) == sorted(expected[:-1])
    assert climbs[-1] == expected[-1]
    assert found.moves.tolist() == expected[-1][0]


@pytest.mark.parametrize(
    ("better", "larger", "promising"),
    [(0.051, 1.21, True), (0.049, 1.21, False), (0.051, 1.19, False), (-0.3, 1.21, False), (0.3, 0.9, False)],
)
def test_promising(monkeypatch: pytest.MonkeyPatch, better: float, larger: float, *, promising: bool) -> None:
    """A mask agrees better there by 0.05 and has steps larger by a fifth, or places near it are not looked at."""
    asked: list[bool] = []

    def settled(_scan: Scan, _faces: Faces, best: Climbed, chosen: NDArray[np.bool_], _others: object) -> Moves:
        asked.extend(chosen.tolist())
        return best.moves

    monkeypatch.setattr(shifts, "settled", settled)
    ct, faces = scan(), faces_of(runs(box(5, 0, 0)), SHAPE)
    there = Profiles.of(ct, faces_of(runs(box(0, 0, 0)), SHAPE)).each()
    agreement, contrast = there.agreement[0] - better, there.contrast[0] / larger
    fit = fit_of(ct, faces, agreement=agreement, contrast=contrast, offset=2.0, gain=2.0)
    list(shifts_of(ct, faces, fit, lambda _: []))
    assert asked == [promising]


def placed(monkeypatch: pytest.MonkeyPatch, *moves: int) -> tuple[list[bool], Shift | None]:
    """Return whether places near the best one are looked at, and what is said of a mask that fits best so far off."""
    asked: list[bool] = []

    def settled(_scan: Scan, _faces: Faces, best: Climbed, chosen: NDArray[np.bool_], _others: object) -> Moves:
        asked.extend(chosen.tolist())
        return best.moves

    monkeypatch.setattr(shifts, "_best", lambda *_: Climbed(np.array([moves]), np.ones(1)))
    monkeypatch.setattr(shifts, "settled", settled)
    ct, faces = scan(), faces_of(runs(box(*(-each for each in moves))), SHAPE)
    (found,) = shifts_of(ct, faces, fit_of(ct, faces, agreement=0.0, contrast=0.0), lambda _: [])
    return asked, found


@pytest.mark.parametrize(("off", "within"), [(11, True), (12, True), (13, False)])
@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("sign", [1, -1])
def test_too_far(monkeypatch: pytest.MonkeyPatch, axis: int, off: int, sign: int, *, within: bool) -> None:
    """A place is at most four voxels further than looked for: 24 mm here, eight voxels."""
    moves = [sign * off if each == axis else 0 for each in range(3)]
    asked, found = placed(monkeypatch, *moves)
    assert asked == [within]
    assert (found is not None) is within
    assert found is None or found.voxels == tuple(-move for move in moves)
