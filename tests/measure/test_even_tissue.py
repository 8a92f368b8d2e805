"""Even tissue: what is evenly dense makes peaks, and what is not does not."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from segaudit.measure.even_tissue import even_tissue
from segaudit.measure.slice_cells import cells_of
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
