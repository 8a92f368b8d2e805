"""Files with another number of axes than three are found as that, and their voxels are judged by no other check."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from segaudit import audit
from segaudit.demo.target import Array, edit
from segaudit.testing.small import write_small


def twice(voxels: Array) -> Array:
    """Return a series of the same volume."""
    return np.stack([voxels, voxels], axis=-1)


def plane(voxels: Array) -> Array:
    """Return one of its planes."""
    return voxels[:, :, voxels.shape[2] // 2]


@pytest.mark.parametrize("stored", [twice, plane])
@pytest.mark.parametrize("name", ["segmentations/liver.nii.gz", "ct.nii.gz"])
def test_another_number_of_axes(tmp_path: Path, name: str, stored: Callable[[Array], Array]) -> None:
    """A series of volumes has slices that come again, and gaps; it is one finding all the same."""
    root, contract = write_small(tmp_path)
    edit(root / "s0001" / name, lambda volume: volume.store(stored(volume.voxels)))
    report = audit(root, contract, workers=1)
    assert [finding.check for finding in report.findings] == ["dimensions-unexpected"]
