"""Where several masks settle: against a look at each of the 27 places of each of them, slow and obvious."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from segaudit.measure.case_runs import Spans
from segaudit.measure.fit import settling
from segaudit.measure.fit.climbing import Climbed
from segaudit.measure.fit.faces import Faces, faces_of
from segaudit.measure.fit.profiles import Fit, Profiles, Scan
from segaudit.measure.fit.settling import settled
from tests.support.fitting import Grid, foreground

Moves = NDArray[np.int64]

SHAPE = (10, 9, 8)
COUNT = 3


def scan() -> Scan:
    """Return a CT in which nothing is to be seen."""
    one, each = np.ones(COUNT), np.ones(3, np.int64)
    return Scan(np.zeros(np.prod(SHAPE), np.int16), SHAPE, -one, one, one, np.ones(3), each, each)


def parts(seed: int, density: float) -> list[Grid]:
    """Return masks of noise."""
    return [*(np.random.default_rng(seed).random((COUNT, *SHAPE)) < density)]


def looked(agreement: NDArray[np.float64], kept: NDArray[np.int64], start: Moves) -> Callable[..., object]:
    """Return what says how masks agree at the places beside their start, and how many faces are kept there."""

    def each(ct: Scan, faces: Faces) -> object:
        nothing = Profiles.of(ct, faces).each()

        def look(moves: Moves, _: NDArray[np.bool_]) -> tuple[Fit, Moves]:
            at = tuple((moves - start + 1).T)
            masks = np.arange(COUNT)
            return nothing._replace(agreement=agreement[masks, *at]), kept[masks, *at]

        return look

    return each


@pytest.mark.parametrize("seed", range(8))
def test_settled(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """Of the places that agree as well, but for 0.03, and keep 0.7 of the faces, the one that covers least."""
    random = np.random.default_rng(seed)
    faces = faces_of([Spans.of(foreground(mask), at) for at, mask in enumerate(parts(seed, 0.02))], SHAPE, 10)
    count = np.bincount(faces.owner, minlength=COUNT)
    start = random.integers(-1, 2, (COUNT, 3))
    agreement = random.uniform(0.85, 0.95, (COUNT, 3, 3, 3))
    kept = np.ceil(random.choice([0.6, 0.7, 0.9], (COUNT, 3, 3, 3)) * count[:, None, None, None]).astype(np.int64)
    best, promising = Climbed(start, np.full(COUNT, 0.93)), np.array([True, seed % 2 == 0, True])
    others = [parts(seed + 100 + mask, 0.002 if seed % 3 else 0.2) for mask in range(COUNT)]
    monkeypatch.setattr(settling, "each", looked(agreement, kept, start))
    found = settled(scan(), faces, best, promising, lambda mask: [Spans.of(foreground(m), 9) for m in others[mask]])
    for mask in range(COUNT):
        places = []
        for step in product((-1, 0, 1), repeat=3):
            at = (mask, *(np.array(step) + 1))
            score = agreement[at] if kept[at] >= 0.7 * count[mask] else -1.0
            voxels = (faces.at[:, faces.owner == mask].T + start[mask] + step).tolist()
            there = [tuple(one) for one in voxels if all(0 <= x < n for x, n in zip(one, SHAPE, strict=True))]
            share = sum(any(other[one] for other in others[mask]) for one in there) / len(there)
            if score >= 0.93 - 0.03 or not any(step):
                places.append((max(round(share, 2), 0.01), -score, (start[mask] + step).tolist()))
        expected = min(places, key=lambda place: place[:2])[2] if promising[mask] else start[mask].tolist()
        assert found[mask].tolist() == expected


def test_none_is_promising(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then none is looked at, and all stay where they fit best."""
    monkeypatch.setattr(settling, "each", None)
    faces = faces_of([Spans.of(foreground(mask), at) for at, mask in enumerate(parts(0, 0.02))], SHAPE, 10)
    start = np.arange(9).reshape(3, 3)
    found = settled(scan(), faces, Climbed(start, np.ones(COUNT)), np.zeros(COUNT, np.bool_), lambda _: [])
    assert found.tolist() == start.tolist()
    assert found is not start


@pytest.mark.parametrize(
    ("agreement", "moved"), [(0.9, True), (0.901, True), (0.899, False)], ids=["at", "above", "below"]
)
@pytest.mark.parametrize("kept", [7, 6])
def test_as_well(monkeypatch: pytest.MonkeyPatch, agreement: float, kept: int, *, moved: bool) -> None:
    """A place that covers nothing, where a mask agrees less by 0.03 and keeps seven of ten faces."""
    at = np.array([[5, 5, 5]] * 10).T
    faces = Faces(at, np.zeros(10, np.int64), np.ones(10, np.int64), np.zeros(10, np.int64))
    start, table = np.zeros((COUNT, 3), np.int64), np.full((COUNT, 3, 3, 3), 0.5)
    table[0, 2, 1, 1] = agreement
    counts = np.full((COUNT, 3, 3, 3), kept)
    monkeypatch.setattr(settling, "each", looked(table, counts, start))
    other = np.zeros(SHAPE, np.bool_)
    other[5, 5, 5] = True
    found = settled(
        scan(),
        faces,
        Climbed(start, np.full(COUNT, 0.93)),
        np.array([True, False, False]),
        lambda _: [Spans.of(foreground(other), 9)],
    )
    assert found[0].tolist() == ([1, 0, 0] if moved and kept == 7 else [0, 0, 0])


def test_places_that_too_few_faces_stay_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are none, also for a mask that agrees with nothing."""
    faces = Faces(np.full((3, 10), 5), *(np.full(10, value) for value in (0, 1, 0)))
    start, other = np.zeros((COUNT, 3), np.int64), np.zeros(SHAPE, np.bool_)
    other[5, 5, 5] = True
    monkeypatch.setattr(settling, "each", looked(np.ones((COUNT, 3, 3, 3)), np.full((COUNT, 3, 3, 3), 6), start))
    best, promising = Climbed(start, np.full(COUNT, 0.01)), np.array([True, False, False])
    found = settled(scan(), faces, best, promising, lambda _: [Spans.of(foreground(other), 9)])
    assert found[0].tolist() == [0, 0, 0]
