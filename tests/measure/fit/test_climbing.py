"""Climbs to where masks fit best: which place counts, when a climb goes on, and when it ends."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from segaudit.measure.case_runs import Offsets
from segaudit.measure.fit.climbing import Climbed, best_of, climbed
from segaudit.measure.fit.profiles import Fit

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
