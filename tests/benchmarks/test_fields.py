"""The bench of fields of view: views are cut as their sizes say, measured as from files, and the page counts them."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from benchmarks.bench.in_memory import measured
from benchmarks.bench.views import KINDS, SMALL_MM, views
from benchmarks.bench.volumes import Volumes

from segaudit.measure import measure_case
from segaudit.testing.volumes import listed

SIZES = np.array([[90.0, 120.0, 60.0], [700.0, 700.0, 700.0]])


@pytest.fixture(scope="module")
def case() -> Volumes:
    """Return a body of fat in air, with an organ, in voxels of 5 mm."""
    rng, shape = np.random.default_rng(0), (60, 50, 40)
    hu = np.where(np.add.outer((np.arange(60) - 30) ** 2, (np.arange(50) - 25) ** 2)[..., None] < 400, -100, -1000)
    labels = np.zeros(shape, np.uint16)
    labels[24:36, 20:30, 10:30] = 1
    ct = np.where(labels == 1, 50, np.broadcast_to(hu, shape)) + np.rint(rng.normal(0, 10, shape)).astype(np.int16)
    return Volumes(ct, labels, (frozenset(), frozenset({"liver"})), ("liver",), np.diag([5.0, 5.0, 5.0, 1.0]))


def test_views(case: Volumes) -> None:
    """Views have a body, no more than the case, the asked sizes, and are the same for the same seed."""
    drawn = list(views(case, SIZES, 24, 1))
    assert {kind for kind, _ in drawn} <= set(KINDS)
    assert all(np.mean(view.ct > -500) > 0 for _, view in drawn)
    for kind, view in drawn:
        if kind in {"as it is", "noise"}:
            sides = np.array(view.labels.shape) * 5
            small = all(low - 5 <= side <= high + 5 for side, (low, high) in zip(sides, SMALL_MM, strict=True))
            assert small or sides.tolist() in ([90, 120, 60], [300, 250, 200])
    again = [view.ct for _, view in islice(views(case, SIZES, 24, 1), 5)]
    assert all(np.array_equal(one, view.ct) for one, (_, view) in zip(again, drawn, strict=False))


def test_measured_as_from_files(case: Volumes, tmp_path: Path) -> None:
    """The CT's record, and what the checks of intensity see of masks, are those of files."""
    case.save(tmp_path / "s0001")
    read, made = measure_case(tmp_path, listed(tmp_path, "s0001")), measured(case)
    assert read.ct is not None
    assert made.ct is not None
    for name in ("digest", "quantiles", "even_tissue", "even_parts", "slices", "low", "high", "pad_value"):
        assert getattr(made.ct, name) == getattr(read.ct, name)
    (one,), (other,) = read.masks, made.masks
    for name in ("structure", "voxels", "volume_ml", "centroid_voxel", "centroid_mm", "faces", "hu"):
        assert getattr(other, name) == getattr(one, name)
