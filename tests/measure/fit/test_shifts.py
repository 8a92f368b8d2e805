"""Where single masks would fit better: which are looked for, how far off and in which directions, and what is said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from segaudit.measure.case_runs import Spans
from segaudit.measure.fit.faces import Faces, faces_of
from segaudit.measure.fit.profiles import Fit, Profiles, Scan
from segaudit.measure.fit.shifts import shifts_of
from segaudit.model.records import Shift
from tests.support.fitting import Grid, foreground

SHAPE = (40, 38, 36)
SIDE = 7
CORNER = np.array([16, 14, 13])
"""First voxel of a bright box in the middle of the grid."""

DOUBT, GRAVE_DOUBT = 0.95, 0.5


def box(*voxels: int) -> Grid:
    """Return the mask of the bright box, moved by some voxels."""
    mask = np.zeros(SHAPE, np.bool_)
    mask[tuple(slice(first, first + SIDE) for first in (CORNER + voxels).tolist())] = True
    return mask


def scan(masks: int = 1, spacing: float = 3.0, step_hu: float = 200.0) -> Scan:
    """Return a CT of one bright box, in noise."""
    hu = np.random.default_rng(0).normal(-100, 10, SHAPE)
    hu[box(0, 0, 0)] += step_hu
    each, one = np.ones(3, np.int64), np.ones(masks)
    return Scan(hu.ravel("F"), SHAPE, -200 * one, 300 * one, one, spacing * np.ones(3), 2 * each, each)


def runs(*masks: Grid) -> list[Spans]:
    """Return the runs of masks."""
    return [Spans.of(foreground(mask), number) for number, mask in enumerate(masks)]


def fit_of(ct: Scan, faces: Faces, **changes: object) -> Fit:
    """Return how masks fit in their place, with some of it changed."""
    fit = Profiles.of(ct, faces).each()
    return fit._replace(**{name: np.full_like(getattr(fit, name), value) for name, value in changes.items()})


def shift(mask: Grid, ct: Scan | None = None, **changes: object) -> Shift | None:
    """Return where one mask would fit better."""
    ct = ct or scan()
    faces = faces_of(runs(mask), SHAPE)
    (found,) = shifts_of(ct, faces, fit_of(ct, faces, **changes), lambda _: [])
    return found


@pytest.mark.parametrize("voxels", [(5, 0, 0), (-8, 0, 0), (0, 7, 0), (0, 0, -8), (0, 0, 8), (2, -2, 1)])
def test_found(voxels: tuple[int, int, int]) -> None:
    """Along an axis up to 24 mm, and near the place in any direction: it lies as far off as it was moved."""
    found = shift(box(*voxels))
    assert found
    assert found.voxels == voxels
    assert found.agreement > DOUBT


def test_in_place() -> None:
    """A mask that fits well is not moved, and nor is one in doubt that fits nowhere better."""
    assert shift(box(0, 0, 0)) is None
    assert shift(box(0, 0, 0), agreement=0.0) is None


@pytest.mark.parametrize(("agreement", "found"), [(DOUBT - 0.001, True), (DOUBT, False), (DOUBT + 0.001, False)])
def test_doubt(agreement: float, *, found: bool) -> None:
    """Below an agreement of 0.95 a better place is looked for."""
    moved = shift(box(5, 0, 0), agreement=agreement, offset=0.0)
    assert bool(moved) is found


@pytest.mark.parametrize(
    ("off", "gain", "found"),
    [(1.0, 1.25, True), (-1.0, 1.25, True), (0.99, 1.25, False), (-0.99, 9.0, False), (4.0, 1.24, False)],
)
def test_edges_beside_the_own_ones(off: float, gain: float, *, found: bool) -> None:
    """So does it where edges a voxel off are larger by a quarter than where it is."""
    moved = shift(box(2, 0, 0), agreement=DOUBT, offset=off, gain=gain)
    assert bool(moved) is found


def test_one_axis_is_enough() -> None:
    """Along which edges are off and larger at once."""
    ct, mask = scan(), box(2, 0, 0)
    faces = faces_of(runs(mask), SHAPE)
    fit = fit_of(ct, faces, agreement=DOUBT, offset=0.0, gain=1.0)
    for offset, gain, found in (((2, 0, 0), (2, 1, 1), True), ((2, 0, 0), (1, 2, 2), False)):
        made = fit._replace(offset=np.array([offset], float), gain=np.array([gain], float))
        (moved,) = shifts_of(ct, faces, made, lambda _: [])
        assert bool(moved) is found


@pytest.mark.parametrize(
    ("agreement", "found"), [(GRAVE_DOUBT - 0.001, True), (GRAVE_DOUBT, False), (GRAVE_DOUBT + 0.001, False)]
)
@pytest.mark.parametrize("voxels", [(7, 7, -7), (-9, 8, 9)])
def test_grave_doubt(voxels: tuple[int, int, int], agreement: float, *, found: bool) -> None:
    """Below an agreement of 0.5 it is looked for in all directions at once."""
    moved = shift(box(*voxels), agreement=agreement)
    assert (moved is not None and moved.voxels == voxels) is found


@pytest.mark.parametrize(("spacing", "found"), [(1.0, True), (1.5, True), (3.0, False), (6.0, False)])
def test_reach(spacing: float, *, found: bool) -> None:
    """24 mm, and eight voxels where these are large."""
    moved = shift(box(-15, 0, 0), scan(spacing=spacing))
    assert (moved is not None and moved.voxels == (-15, 0, 0)) is found
    assert shift(box(8, 0, 0), scan(spacing=spacing))


@pytest.mark.parametrize("step_hu", [200.0, 90.0])
def test_what_is_said(step_hu: float) -> None:
    """Agreement, contrast and faces are those of the mask in the better place; the gain is that across its axis."""
    ct, mask = scan(step_hu=step_hu), box(0, -6, 1)
    faces, there = (faces_of(runs(each), SHAPE) for each in (mask, box(0, 0, 0)))
    here, better = (Profiles.of(ct, each) for each in (faces, there))
    (found,) = shifts_of(ct, faces, here.each(), lambda _: [])
    assert found
    fit, before = better.each(), here.each()
    assert (found.voxels, found.faces, found.side_faces) == ((0, -6, 1), int(better.count.sum()), 49)
    assert found.agreement == pytest.approx(fit.agreement[0], abs=6e-4)
    assert found.side_agreement == pytest.approx(fit.side_agreement[0, 1], abs=6e-4)
    assert found.contrast == pytest.approx(fit.contrast[0], abs=6e-5)
    least = max(before.axis_contrast[0, 1], 0.05 * abs(fit.axis_contrast[0, 1]))
    assert found.gain == pytest.approx(fit.axis_contrast[0, 1] / least, abs=6e-3)
    assert (found.covered, found.covered_in_place) == (0, 0)


def test_the_axis_of_a_shift_is_the_longest_in_millimetres() -> None:
    """Few thick slices are further than many thin ones."""
    ct, faces = scan(), faces_of(runs(box(0, 3, 2)), SHAPE)
    for spacing, axis in (((3.0, 3.0, 3.0), 1), ((3.0, 2.0, 4.0), 2)):
        made = replace(ct, spacing=np.array(spacing))
        fit = fit_of(made, faces)._replace(axis_contrast=np.array([[0.1, 0.2, 0.4]]))
        (found,) = shifts_of(made, faces, fit, lambda _: [])
        assert found
        there = Profiles.of(made, faces_of(runs(box(0, 0, 0)), SHAPE)).each().axis_contrast[0, axis]
        assert found.gain == pytest.approx(there / fit.axis_contrast[0, axis], abs=6e-3)


def test_others() -> None:
    """How much of the surface lies in other masks, in the better place and in its own."""
    ct, mask = scan(), box(6, 0, 0)
    faces, other = faces_of(runs(mask), SHAPE), np.zeros(SHAPE, np.bool_)
    other[CORNER[0] + SIDE + 3 :] = True
    (found,) = shifts_of(ct, faces, fit_of(ct, faces), lambda _: runs(other))
    assert found
    at = faces.at
    assert found.covered_in_place == pytest.approx(other[tuple(at)].mean(), abs=6e-4)
    assert found.covered == 0


def test_each_mask_by_itself() -> None:
    """One is in its place, one was moved, one has no faces."""
    ct = scan(3)
    parts = runs(box(0, 0, 0), box(0, 6, 0), np.zeros(SHAPE, np.bool_))
    faces, asked = faces_of(parts, SHAPE), []

    def others(number: int) -> list[Spans]:
        asked.append(number)
        return []

    found = list(shifts_of(ct, faces, fit_of(ct, faces), others))
    assert [each and each.voxels for each in found] == [None, (0, 6, 0), None]
    assert set(asked) == {1}
