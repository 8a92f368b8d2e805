"""How places of all masks are looked for on cells, and described: against sums over all cells, slow and obvious."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import fft

from segaudit.measure.case_runs import Spans
from segaudit.measure.fit import placements
from segaudit.measure.fit.climbing import Climbed
from segaudit.measure.fit.faces import Faces, faces_of
from segaudit.measure.fit.placements import _Cells, _clear, placements_of
from segaudit.measure.fit.profiles import Fit, Scan
from segaudit.model.records import Placement
from tests.support.fitting import foreground

Grid = NDArray[np.float64]

LOW, HIGH, SIGN = np.array([-200.0, -950.0, -200.0]), np.array([300.0, -300.0, 300.0]), np.array([1.0, -1.0, 1.0])
SHAPE = (11, 10, 7)
SPACING = (2.4, 3.1, 6.0)
"""Cells of 2 x 2 x 1 voxels, and one voxel left over along i; 4 mm are 2, 1 and 1 voxels."""
WIDTH, DEPTH = (2, 2, 1), (2, 1, 1)


def scan_of(hu: NDArray[np.float32], spacing: Sequence[float] = SPACING) -> Scan:
    """Return a CT with two windows, of which two masks share one."""
    ones = np.ones(3, np.int64)
    return Scan(hu.ravel("F"), hu.shape, LOW, HIGH, SIGN, np.array(spacing), 3 * ones, ones)


def made(seed: int) -> tuple[Scan, Faces]:
    """Return noise with voxels that are no number, and faces of three masks in it."""
    random = np.random.default_rng(seed)
    hu = np.where(random.random(SHAPE) < 0.1, np.nan, random.normal(-300, 400, SHAPE)).astype(np.float32)
    masks = [Spans.of(foreground(random.random(SHAPE) < density), at) for at, density in enumerate((0.5, 0.3, 0.02))]
    return scan_of(hu), faces_of(masks, SHAPE, 30)


def image(scan: Scan, low: float, high: float, sign: float) -> Grid:
    """Return the mean of each cell, in windows, from the mean of all cells on."""
    hu = scan.hu.reshape(SHAPE, order="F")
    cells = np.zeros([length // width for length, width in zip(SHAPE, WIDTH, strict=True)])
    for cell in np.ndindex(*cells.shape):
        part = hu[tuple(slice(at * width, (at + 1) * width) for at, width in zip(cell, WIDTH, strict=True))]
        cells[cell] = np.mean([min(max(low if np.isnan(one) else float(one), low), high) for one in part.ravel()])
    return np.asarray(cells - cells.mean()) * sign / (high - low)


def expected(faces: Faces, owners: Sequence[int]) -> Grid:
    """Return what masks expect: each adds 1 / its faces, at least 60, 4 mm inside, and as much less outside."""
    shape = [length // width for length, width in zip(SHAPE, WIDTH, strict=True)]
    cells = np.zeros(shape)
    for number in range(faces.size):
        owner, axis, side = int(faces.owner[number]), int(faces.axis[number]), int(faces.side[number])
        if owner not in owners:
            continue
        weight = 1 / max(int((faces.owner == owner).sum()), 60)
        for sign, steps in ((1, 1 - DEPTH[axis]), (-1, DEPTH[axis])):
            at = faces.at[:, number].tolist()
            at[axis] += side * steps
            cells[tuple(min(max(at[x] // WIDTH[x], 0), shape[x] - 1) for x in range(3))] += sign * weight
    return cells


def correlation(parts: Sequence[tuple[Grid, Grid]], size: Sequence[int]) -> Grid:
    """Return how well images fit what is expected, for each move of the latter; moves wrap around."""
    found = np.zeros(size)
    for pixels, wanted in parts:
        for here, there in product(np.argwhere(wanted), np.ndindex(*pixels.shape)):
            move = tuple((np.array(there) - here) % size)
            found[move] += pixels[there] * wanted[tuple(here)]
    return found


@pytest.mark.parametrize("seed", range(3))
def test_peaks(seed: int) -> None:
    """The best place of all, and three times the best that is more than two cells from those before along an axis."""
    scan, faces = made(seed)
    cells = _Cells(scan)
    windows = [(-950.0, -300.0, -1.0), (-200.0, 300.0, 1.0)]
    parts = [(image(scan, *window), expected(faces, own)) for window, own in zip(windows, ([1], [0, 2]), strict=True)]
    size = [10, 10, 15]  # lengths that transforms are fast for, from twice the 5 x 5 x 7 cells on
    fits = correlation(parts, size)
    places = []
    for _ in range(4):
        best = np.unravel_index(fits.argmax(), fits.shape)
        places.append(
            [(at if at < length // 2 else at - length) * w for at, length, w in zip(best, size, WIDTH, strict=True)]
        )
        for near in product(range(-2, 3), repeat=3):
            fits[tuple((np.array(best) + near) % size)] = -np.inf
    assert (tuple(cells.width), cells.shape, cells.size) == (WIDTH, (5, 5, 7), size)
    assert [move.tolist() for move in cells.peaks(faces)] == [[place] for place in places]


@pytest.mark.parametrize("seed", range(2))
def test_what_is_compared(seed: int) -> None:
    """Images of both windows, and what the masks of a window expect."""
    scan, faces = made(seed)
    cells = _Cells(scan)
    assert list(cells.images) == [(-950.0, -300.0, -1.0), (-200.0, 300.0, 1.0)]
    for (window, spectrum), owners in zip(cells.images.items(), ([1], [0, 2]), strict=True):
        shown = fft.irfftn(spectrum, cells.size)[:5, :5, :7]
        np.testing.assert_allclose(shown, image(scan, *window), atol=1e-4)
        wanted = fft.irfftn(cells._expected(window, faces), cells.size)[:5, :5, :7]  # noqa: SLF001 (what peaks are of)
        np.testing.assert_allclose(wanted, expected(faces, owners), atol=1e-5)


@pytest.mark.parametrize(("mm", "voxels"), [(0.7, 9), (2.0, 3), (2.3, 3), (2.6, 2), (3.9, 2), (4.1, 1), (13.0, 1)])
def test_cells_of_six_mm(mm: float, voxels: int) -> None:
    """As many voxels as are nearest to it, at least one, and no more than there are."""
    cells = _Cells(scan_of(np.zeros((20, 20, 2), np.float32), (mm, 6.0, mm)))
    assert tuple(cells.width) == (voxels, 1, min(voxels, 2))


def place(agreement: float, contrast: float) -> Placement:
    """Return a place."""
    return Placement(agreement=agreement, contrast=contrast)


@pytest.mark.parametrize(
    ("agreement", "others", "clear"),
    [
        (0.7, (0.3, 0.0), True),
        (0.6999, (0.0, 0.0), False),
        (1.0, (0.0, 0.3001), False),
        (0.9, (-0.4, 0.3), True),
        (0.9, (0.3001, 0.1), False),
    ],
)
def test_clear(agreement: float, others: tuple[float, float], *, clear: bool) -> None:
    """The best place agrees by 0.7, and each other turn has six tenths of its contrast at most."""
    found = _clear((place(agreement, 0.5), *(place(1.0, contrast) for contrast in others)))
    assert found is clear


def looked(
    monkeypatch: pytest.MonkeyPatch, offset: Sequence[float], score: float = 0.5, agreement: float = 0.98765
) -> tuple[Placement, list[int]]:
    """Return the first place, where climbing ends 2, -3, 4 voxels off with some score, and the faces looked at."""
    faces = Faces(
        np.array([[5], [5], [3]]).repeat(118, axis=1),
        np.zeros(118, np.int64),
        np.repeat([-1, 1], [40, 78]),
        np.repeat([0, 1], [79, 39]),
    )
    numbers: dict[str, Any] = {name: np.zeros((1, 3)) for name in Fit._fields}
    numbers |= {"agreement": np.array([agreement]), "contrast": np.array([0.456789]), "offset": np.array([offset])}
    count = []

    def climbed(_look: object, score_of: object, start: object, faces: NDArray[np.int64], climbing: object) -> Climbed:
        del score_of, start, climbing
        count.append(int(faces[0]))
        return Climbed(np.array([[2, -3, 4]]), np.array([score if len(count) == 1 else 0.0]))

    monkeypatch.setattr(placements, "climbed", climbed)
    monkeypatch.setattr(placements, "together", lambda *_: lambda *_: (Fit(**numbers), np.array([118])))
    monkeypatch.setattr(placements, "spread_of", lambda *_: 0.123456)
    return placements_of(scan_of(np.zeros(SHAPE, np.float32)), faces)[0], count


@pytest.mark.parametrize(
    ("off", "voxels"),
    [((0.254, -0.3, 0.0), (-1.75, 2.7, -4.0)), ((1.0, -1.0, 0.0), (-2, 3, -4)), ((0.99, 0, -0.99), (-1.01, 3, -4.99))],
)
def test_description(
    monkeypatch: pytest.MonkeyPatch, off: tuple[float, float, float], voxels: tuple[float, float, float]
) -> None:
    """Voxels have two digits, with the part that is left if it is less than one; agreement has three, the rest four."""
    found, _ = looked(monkeypatch, off)
    assert found == Placement(turn="", voxels=voxels, agreement=0.988, contrast=0.4568, spread=0.1235)


@pytest.mark.parametrize(("score", "agreement"), [(-1.0, 0.0), (0.0, 0.0), (0.001, 0.988), (1.0, 0.988)])
def test_places_that_show_nothing(monkeypatch: pytest.MonkeyPatch, score: float, agreement: float) -> None:
    """Where no edge is, or too few faces stay in the grid, there is no agreement."""
    assert looked(monkeypatch, (0, 0, 0), score)[0].agreement == agreement


@pytest.mark.parametrize(("agreement", "climbs"), [(0.85, 12), (0.849, 12 + 4), (0.7, 12 + 4), (0.699, 12 + 12 * 4)])
def test_faces_that_are_looked_at(monkeypatch: pytest.MonkeyPatch, agreement: float, climbs: int) -> None:
    """Twenty of 40 on a side, and all of 39: near, and from four places further away if in doubt, or in any turn."""
    _, count = looked(monkeypatch, (0, 0, 0), agreement=agreement)
    assert count == [20 + 39 + 39] * climbs
