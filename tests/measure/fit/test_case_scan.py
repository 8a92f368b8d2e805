"""What is looked at of a CT for the sake of its masks: windows, sizes and widths in voxels of any length."""

from __future__ import annotations

import numpy as np
import pytest

from segaudit.measure.ct import Volume
from segaudit.measure.fit.case import _scan
from segaudit.model.edge_classes import AIR, AIRWAY, BONE, ORGAN

HU = np.arange(24, dtype=np.int16)


@pytest.mark.parametrize(
    ("mm", "size"), [(0.5, 4), (1.0, 4), (1.14, 4), (1.15, 3), (1.3, 3), (1.7, 3), (5.0, 3), (20.0, 3)]
)
def test_sizes(mm: float, size: int) -> None:
    """4 mm may masks be too large or too small, three voxels where these are large, as far as is looked at most."""
    found = _scan(Volume((2, 3, 4), HU), [BONE], np.array([mm, 1.0, 3.0]))
    assert found.size.tolist() == [size, 4, 3]


@pytest.mark.parametrize(
    ("mm", "width"), [(0.3, 4), (0.5, 4), (0.57, 4), (0.58, 3), (0.79, 3), (0.81, 2), (1.3, 2), (1.4, 1), (9.0, 1)]
)
def test_widths(mm: float, width: int) -> None:
    """A step is taken over 2 mm on either side, over a voxel at least, and over as many as are looked at most."""
    found = _scan(Volume((2, 3, 4), HU), [BONE], np.array([mm, 1.0, 3.0]))
    assert found.width.tolist() == [width, 2, 1]


def test_windows() -> None:
    """Each mask has the window of its class; what is airy is darker than what is around it."""
    found = _scan(Volume((2, 3, 4), HU), [ORGAN, AIR, AIRWAY, BONE], np.ones(3))
    assert found.low.tolist() == [-200, -1000, -1000, -200]
    assert found.high.tolist() == [300, 100, 100, 300]
    assert found.sign.tolist() == [1, -1, -1, 1]
    assert (found.shape, found.spacing.tolist(), found.strides.tolist()) == ((2, 3, 4), [1, 1, 1], [1, 2, 6])
    assert found.hu is HU
