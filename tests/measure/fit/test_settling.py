"""Of places that fit alike, the one where a mask covers least of others."""

from __future__ import annotations

import numpy as np
import pytest

from segaudit.measure.case_runs import Spans
from segaudit.measure.fit.climbing import Climbed
from segaudit.measure.fit.faces import faces_of
from segaudit.measure.fit.profiles import Scan
from segaudit.measure.fit.settling import settled
from tests.support.fitting import Grid, foreground

SHAPE = (24, 24, 24)
BOX = (slice(8, 16),) * 3


def scan() -> Scan:
    """Return a scan of one bright box, in noise."""
    hu = np.random.default_rng(0).normal(-100, 20, SHAPE)
    hu[BOX] += 200
    each = np.ones(3, np.int64)
    return Scan(hu.ravel("F"), SHAPE, np.array([-200.0]), np.array([300.0]), np.ones(1), np.ones(3), 2 * each, each)


def box() -> Grid:
    """Return the mask of the box."""
    inside = np.zeros(SHAPE, np.bool_)
    inside[BOX] = True
    return inside


def neighbour() -> list[Spans]:
    """Return another mask, which ends where the box begins along i."""
    inside = np.zeros(SHAPE, np.bool_)
    inside[:8, 8:16, 8:16] = True
    return [Spans.of(foreground(inside), 1)]


def moves(start: tuple[int, int, int], score: float, *, promising: bool = True) -> list[int]:
    """Return where the mask of the box settles that fits best somewhere, as well as that."""
    faces, best = faces_of([Spans.of(foreground(box()), 0)], SHAPE), Climbed(np.array([start]), np.array([score]))
    found: list[int] = settled(scan(), faces, best, np.array([promising]), lambda _: neighbour())[0].tolist()
    return found


@pytest.mark.parametrize("start", [(-1, 0, 0), (0, 0, 0), (-1, 1, -1)])
def test_beside_the_other(start: tuple[int, int, int]) -> None:
    """What covers another mask moves off it, to where it fits best of the places that cover none."""
    assert moves(start, 0.9) == [0, 0, 0]


def test_fits_worse() -> None:
    """A place where it fits worse is none, whatever it covers."""
    assert moves((-2, 0, 0), 1.04) == [-2, 0, 0]


def test_not_promising() -> None:
    """Masks that are not looked at stay where they fit best."""
    assert moves((-1, 0, 0), 0.9, promising=False) == [-1, 0, 0]
