"""Even tissue: what is evenly dense makes peaks, and what is not does not."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import ArrayLike, NDArray

from segaudit.measure.even_tissue import even_tissue
from segaudit.measure.slice_cells import Cells, cells_of
from segaudit.model.peaks import peaks_of

AFFINE = np.diag([3.0, 3.0, 3.0, 1.0])[:3]


def body(**parts: tuple[float, float]) -> NDArray[np.int16]:
    """Return parts, side by side, of a mean and a texture each, with more noise in tissue than in air."""
    rng = np.random.default_rng(0)
    means = np.repeat([mean for mean, _ in parts.values()], 20)[:, None, None]
    spread = np.repeat([texture for _, texture in parts.values()], 20)[:, None, None]
    noise = np.where(means < -900, 6, 15)
    shape = (20 * len(parts), 40, 20)
    return np.asarray(np.rint(means + rng.normal(0, 1, shape) * np.hypot(noise, spread)), np.int16)


def peaks(voxels: NDArray[np.int16]) -> list[float]:
    """Return the values of the peaks of what is even."""
    histogram = even_tissue(cells_of(voxels, AFFINE, 2))
    return [round(peak.value) for peak in peaks_of(histogram)] if histogram else []


def test_peaks() -> None:
    """Air, fat and muscle have peaks where they are; lung and bone have none."""
    found = peaks(body(air=(-1000, 0), lung=(-850, 90), fat=(-100, 0), muscle=(50, 0), bone=(400, 150)))
    assert found == [pytest.approx(-1000, abs=5), pytest.approx(-100, abs=5), pytest.approx(50, abs=5)]


@pytest.mark.parametrize("noisy", [(-1000, 50), (50, 50)])
def test_the_noisier_half_counts(noisy: tuple[float, float]) -> None:
    """Where dark or bright parts have more noise than the others, these are even, too."""
    voxels = body(noisy=noisy, other=(-950 - noisy[0], 0))
    assert peaks(voxels) == [pytest.approx(hu, abs=8) for hu in (-1000, 50)]
    histogram = even_tissue(cells_of(voxels, AFFINE, 2))
    assert histogram
    assert sum(histogram.counts) > 4000  # of 8,000 cells


@pytest.mark.parametrize(("slope", "offset"), [(1, 1024), (0.5, 0), (2, 0), (-1, 0)])
def test_other_scales(slope: float, offset: float) -> None:
    """Peaks move with the scale."""
    healthy = body(air=(-1000, 0), lung=(-850, 90), fat=(-100, 0), muscle=(50, 0))
    found = peaks(np.rint(healthy * slope + offset).astype(np.int16))
    assert found == pytest.approx(sorted(hu * slope + offset for hu in (-1000, -100, 50)), abs=12)


def test_lung_alone() -> None:
    """A field of view inside a lung has no peak at all: nothing there is even."""
    rng = np.random.default_rng(0)
    lung = rng.normal(-850, 60, (20, 20, 10)).repeat(2, 0).repeat(2, 1).repeat(2, 2) + rng.normal(0, 15, (40, 40, 20))
    assert peaks(np.rint(lung).astype(np.int16)) == []


def test_few_cells() -> None:
    """Too few cells, and cells of one value, say nothing."""
    assert even_tissue(cells_of(np.zeros((40, 40, 20), np.int16), AFFINE, 2)) is None
    assert even_tissue(cells_of(body(air=(-1000, 0))[:6, :6, :6], AFFINE, 2)) is None


def made(mean: ArrayLike, ranges: ArrayLike) -> Cells:
    """Return one slice of cells with these means and ranges of intensities."""
    row = np.array([mean], np.float32)
    ends = np.array([ranges], np.float32)
    return Cells(row, np.zeros_like(ends), ends, row, 2, (2, 2))


@pytest.mark.parametrize(("cells", "found"), [(199, False), (200, True), (201, True)])
def test_as_many_cells_as_are_needed(cells: int, *, found: bool) -> None:
    """Two hundred that show something: constant and infinite ones do not."""
    ranges = np.ones((15, 15))
    ranges.ravel()[cells:] = 0
    assert (even_tissue(made(np.full((15, 15), 40), ranges)) is not None) is found
    ranges.ravel()[cells:] = np.inf
    assert (even_tissue(made(np.full((15, 15), 40), ranges)) is not None) is found


@pytest.mark.parametrize("few", [-1000, 1000])
@pytest.mark.parametrize(("cells", "counted"), [(19, False), (20, True), (21, True)])
def test_share_of_a_half(few: int, cells: int, *, counted: bool) -> None:
    """Dark and bright cells say how much noise there is if they are a twentieth of all."""
    mean, ranges = np.full(400, 40.0), np.full(400, 10.0)
    mean[:cells], ranges[:cells] = few, 100.0
    found = even_tissue(made(mean.reshape(20, 20), ranges.reshape(20, 20)))
    assert found
    assert sum(found.counts) == (400 if counted else 400 - cells)


@pytest.mark.parametrize(("ranges", "counted"), [(12.4, True), (12.5, True), (12.6, False)])
def test_how_uneven_an_even_cell_is(ranges: float, *, counted: bool) -> None:
    """Its range is that of the evenest fifth, and a quarter more, at most."""
    spread = np.full(400, 500.0)
    spread[:81], spread[81:100] = 10.0, ranges
    found = even_tissue(made(np.full((20, 20), 40), spread.reshape(20, 20)))
    assert found
    assert sum(found.counts) == (100 if counted else 81)


@pytest.mark.parametrize(("side", "step"), [(29, 1), (30, 1), (31, 2), (60, 2), (61, 3)])
def test_every_nth_cell(side: int, step: int) -> None:
    """About thirty along rows and columns are looked at, from the first one on."""
    mean = np.full((side, side), 900)
    mean[::step, ::step] = 40
    found = even_tissue(made(mean, np.ones((side, side))))
    assert found
    assert (found.first, found.counts[0]) == (40, len(range(0, side, step)) ** 2)
    assert not any(found.counts[1:])
