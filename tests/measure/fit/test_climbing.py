"""Climbs to where masks fit best: which place counts, when a climb goes on, and when it ends."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from segaudit.measure import grid
from segaudit.measure.case_runs import Offsets, Spans
from segaudit.measure.fit.climbing import Climbed, best_of, climbed, each, together
from segaudit.measure.fit.faces import faces_of
from segaudit.measure.fit.profiles import Fit, Profiles, Scan
from tests.support.fitting import bodies, foreground

FACES = 100
AXES = (1, 3)


def fit(agreement: float, step: int, gain: float = 2.0) -> Fit:
    """Return how one mask fits that lies some voxels off along k."""
    none = np.zeros(AXES)
    offset = np.array([[0.0, 0.0, -float(step)]])
    one = np.array([agreement])
    return Fit(
        one, one, one, none.astype(np.int64), offset, np.full(AXES, gain), none.astype(np.bool_), none, none, none
    )


def climb(fits: Sequence[Fit], kept: Sequence[int] = ()) -> tuple[list[int], float, list[int]]:
    """Return the best place, how good it is, and the places that were looked at, along k; the last fit stays."""
    looked: list[int] = []

    def look(moves: Offsets, _: NDArray[np.bool_]) -> tuple[Fit, NDArray[np.int64]]:
        looked.append(int(moves[0, 2]))
        at = len(looked) - 1
        return fits[min(at, len(fits) - 1)], np.array([kept[at] if kept else FACES])

    start, one = np.zeros(AXES, np.int64), np.ones(1, np.bool_)
    found = climbed(look, lambda found: found.agreement, start, np.array([FACES]), one)
    return found.moves[0].tolist(), float(found.score[0]), looked


def test_up_to_the_best_place() -> None:
    """It goes where the edges are, and returns the best place on the way."""
    assert climb([fit(0.3, 2), fit(0.9, -1), fit(0.5, 0)]) == ([0, 0, 2], 0.9, [0, 2, 1])


def test_the_first_of_two_that_are_alike() -> None:
    """A place that fits as well as the one before is no better one."""
    assert climb([fit(0.5, 2), fit(0.5, 0)]) == ([0, 0, 0], 0.5, [0, 2])


@pytest.mark.parametrize(("kept", "place"), [(70, [0, 0, 1]), (69, [0, 0, 0])])
def test_faces_stay_in_the_grid(kept: int, place: list[int]) -> None:
    """Seven in ten, or the place counts as none."""
    assert climb([fit(0.5, 1), fit(0.9, 0)], (FACES, kept))[0] == place
    assert climb([fit(0.5, 0)], (69,))[1] == -1


@pytest.mark.parametrize(("gain", "looked"), [(1.02, [0]), (1.03, [0, 1])])
def test_what_is_gained(gain: float, looked: list[int]) -> None:
    """Steps that are hardly larger elsewhere are no reason to go there."""
    assert climb([fit(0.5, 1, gain), fit(0.9, 0)])[2] == looked


def test_an_end() -> None:
    """Eight rounds, if it comes to no rest."""
    assert climb([fit(0.5, 1)])[2] == [*range(8)]


def test_the_best_of_several() -> None:
    """For each mask, the first of those that are alike."""
    places = [
        Climbed(np.full((2, 3), at), np.array(scores)) for at, scores in enumerate([(0.5, 0.2), (0.5, 0.7), (0.4, 0.7)])
    ]
    found = best_of(places)
    assert (found.moves[:, 0].tolist(), found.score.tolist()) == ([0, 1], [0.5, 0.7])


def test_each_group_climbs_by_itself() -> None:
    """One that is at rest is looked at no more, and keeps its place."""
    asked: list[tuple[list[int], list[bool]]] = []

    def look(moves: Offsets, climbing: NDArray[np.bool_]) -> tuple[Fit, NDArray[np.int64]]:
        asked.append((moves[:, 2].tolist(), climbing.tolist()))
        away = np.array([2, -1]) - moves[:, 2]
        columns = [fit(1 - 0.1 * abs(gap), int(np.sign(gap))) for gap in away.tolist()]
        both = Fit(*(np.concatenate(parts) for parts in zip(*columns, strict=True)))
        return both, np.array([FACES, FACES])

    found = climbed(
        look, lambda found: found.agreement, np.zeros((2, 3), np.int64), np.full(2, FACES), np.ones(2, bool)
    )
    assert asked == [([0, 0], [True, True]), ([1, -1], [True, True]), ([2, -1], [True, False])]
    assert (found.moves[:, 2].tolist(), found.score.tolist()) == ([2, -1], [1, 1])


def test_masks_are_looked_at_where_they_are_moved_to() -> None:
    """Each by itself, of those that are chosen, or all together as one: with the faces that stay in the grid."""
    masks = list(bodies().values())[:3]
    shape, count = grid.three_axes(masks[0].shape), len(masks)
    hu = np.random.default_rng(0).normal(-100, 100, shape)
    one, voxels = np.ones(count), np.ones(3, np.int64)
    scan = Scan(hu.ravel("F"), shape, -200 * one, 300 * one, one, 3.0 * np.ones(3), 3 * voxels, voxels)
    faces = faces_of([Spans.of(foreground(mask), at) for at, mask in enumerate(masks)], shape)
    chosen = np.array([True, False, True])
    moves = np.array([[1, -2, 0], [0, 0, 3], [-9, 4, 0]])
    found, kept = each(scan, faces)(moves, chosen)
    for mask in range(count):
        own = faces[(faces.owner == mask) & chosen[faces.owner]].moved(np.tile(moves[mask], (count, 1)), shape)
        alone = Profiles.of(scan, own).each()
        assert kept[mask] == own.size
        for name in Fit._fields:
            np.testing.assert_allclose(getattr(found, name)[mask], getattr(alone, name)[mask])
    everything = faces.moved(np.tile(moves[2], (count, 1)), shape)
    pooled, number = together(scan, faces)(moves[2:], np.ones(1, np.bool_))
    assert number.tolist() == [everything.size]
    for name, expected in Profiles.of(scan, everything).pooled()._asdict().items():
        np.testing.assert_allclose(getattr(pooled, name), expected)
