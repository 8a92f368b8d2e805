"""Thumbnails that may correlate, by a few at a time: against a comparison of every pair."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from segaudit.model import alike_thumbnails
from segaudit.model.alike_thumbnails import MOST, UNKNOWN, correlating, standard

SIDE = 32
NUMBER = 23


def pictures(number: int, noise: float = 4.0) -> list[bytes]:
    """Return thumbnails of five bodies, each with noise of its own, and some that are empty."""
    random = np.random.default_rng(number)
    bodies = random.uniform(40, 215, (5, 4, 4, 4)).repeat(8, 1).repeat(8, 2).repeat(8, 3)
    cells = (bodies[at % 5] + random.normal(0, noise, (SIDE,) * 3) for at in range(number))
    return [b"" if at % 9 == 4 else each.clip(0, 255).astype(np.uint8).tobytes() for at, each in enumerate(cells)]


def correlated(thumbnails: list[bytes]) -> set[tuple[int, int]]:
    """Return the pairs of which numpy says it, by cells twice as long."""
    cells = {
        at: np.frombuffer(each, np.uint8).reshape(16, 2, 16, 2, 16, 2).sum(axis=(1, 3, 5)).ravel()
        for at, each in enumerate(thumbnails)
        if each
    }
    return {(one, other) for one, other in combinations(cells, 2) if np.corrcoef(cells[one], cells[other])[0, 1] > 0.95}


@pytest.mark.parametrize("block", [1, 2, 5, NUMBER - 3, NUMBER])
def test_however_many_are_compared_at_a_time(monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    """The pairs are the same, the earlier one first, whatever is empty between them."""
    monkeypatch.setattr(alike_thumbnails, "_BLOCK", block)
    thumbnails = pictures(NUMBER)
    found = list(correlating(thumbnails, np.zeros(NUMBER, np.int64)))
    assert len(found) == len(set(found)) > NUMBER
    assert set(found) == correlated(thumbnails)


@pytest.mark.parametrize("block", [1, 2, 5, NUMBER - 3, NUMBER])
def test_alike_from_afar_alone(monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    """Where the few numbers of each leave open whether they correlate, all cells decide."""
    monkeypatch.setattr(alike_thumbnails, "_BLOCK", block)
    thumbnails = pictures(NUMBER, noise=40.0)
    assert list(correlating(thumbnails, np.zeros(NUMBER, np.int64))) == [] == list(correlated(thumbnails))


def test_the_most_alike_are_chosen() -> None:
    """Of more than sixteen earlier ones that correlate, those of each split that do so most."""
    random = np.random.default_rng(0)
    body = random.uniform(40, 215, (4, 4, 4)).repeat(8, 0).repeat(8, 1).repeat(8, 2)
    noises = [*np.linspace(0, 30, MOST + 9)[::-1], 0.0]
    thumbnails = [(body + random.normal(0, 1, body.shape) * each).clip(0, 255).astype(np.uint8) for each in noises]
    kinds = np.array([at < 3 for at in range(len(noises))], np.int64)
    pairs = correlating([each.tobytes() for each in thumbnails], kinds)
    last = len(noises) - 1
    assert {one for one, other in pairs if other == last} == {0, 1, 2, *range(last - MOST, last)}


@pytest.mark.parametrize(("own", "paired"), [(5, 2 * MOST), (UNKNOWN, MOST)])
def test_many_splits(own: int, paired: int) -> None:
    """However many they are, sixteen of other splits are paired; those without a split are in no other one."""
    random = np.random.default_rng(0)
    body = random.uniform(40, 215, (4, 4, 4)).repeat(8, 0).repeat(8, 1).repeat(8, 2)
    cells = [(body + random.normal(0, 3, body.shape)).clip(0, 255).astype(np.uint8).tobytes() for _ in range(90)]
    kinds = np.array([*range(10, 50), *[UNKNOWN] * 49, own])
    assert sum(other == len(cells) - 1 for _, other in correlating(cells, kinds)) == paired


def test_standard_rows() -> None:
    """Mean 0 and length 1; zeros where all is equal."""
    rows: NDArray[np.float32] = np.array([[1, 2, 6], [5, 5, 5], [0, 0, 1]], np.float32)
    found = standard(rows)
    np.testing.assert_allclose(found.mean(axis=1), 0, atol=1e-6)
    np.testing.assert_allclose((found**2).sum(axis=1), [1, 0, 1], atol=1e-6)
    np.testing.assert_allclose(found[0] * np.sqrt(14), [-2, -1, 3], atol=1e-5)
