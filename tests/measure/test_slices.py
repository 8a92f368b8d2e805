"""Slices: every fast number against a slow and obvious one."""

from __future__ import annotations

import tempfile
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from segaudit.measure.grid import matrix
from segaudit.measure.slices import steps
from segaudit.model import Ct
from segaudit.testing.volumes import Made, measured
from tests.support.volumes import shapes

AXES = {"k": np.diag([3.0, 3.0, 3.0, 1.0]), "i": np.array([[0, 2, 0, 0], [0, 0, 6, 0], [2.0, 0, 0, 0], [0, 0, 0, 1]])}


def measure(voxels: NDArray[np.generic], affine: NDArray[np.float64]) -> Ct:
    """Return a CT of these voxels as measured."""
    with tempfile.TemporaryDirectory() as folder:
        ct = measured(Path(folder), Made(voxels, affine=affine)).ct
    assert ct is not None
    return ct


def slow_changes(slices: list[NDArray[np.float64]]) -> list[float]:
    """Return 1 minus the correlation of neighbours, 0 where one of them shows nothing."""
    cut = [np.clip(one, -1000, 400).ravel() for one in slices]
    return [
        1 - np.corrcoef(one, other)[0, 1] if min(one.std(), other.std()) > 40 else 0.0 for one, other in pairwise(cut)
    ]


@given(shapes(), st.integers(0, 2**32), st.sampled_from(("int16", "float32")), st.sampled_from(("k", "i")))
def test_slices(shape: tuple[int, int, int], seed: int, dtype: str, axial: str) -> None:
    """Deviations and changes are those of every n-th voxel, along k and along the body."""
    voxels = np.random.default_rng(seed).normal(-300, 500, shape).astype(dtype)
    ct = measure(voxels, AXES[axial])
    ni, nj, nk = (
        min(step, length) for step, length in zip((2, 2, 2) if axial == "k" else (3, 3, 1), shape, strict=True)
    )
    wide = voxels.astype(np.float64)
    assert ct.slice_std == pytest.approx(wide[ni // 2 :: ni, nj // 2 :: nj].std(axis=(0, 1)), abs=0.06)
    along_k, along_i = wide[ni // 2 :: ni, nj // 2 :: nj], wide[:, nj // 2 :: nj, nk // 2 :: nk]
    slices = [along_k[..., k] for k in range(shape[2])] if axial == "k" else [*along_i]
    assert ct.slice_changes == pytest.approx(slow_changes(slices), abs=2e-4)


def test_nothing_shown() -> None:
    """Slices of a constant, of noise and of NaN have no change."""
    voxels = np.random.default_rng(0).normal(-300, 500, (9, 9, 6)).astype(np.float32)
    voxels[..., 0], voxels[..., 3] = -1024, np.random.default_rng(1).normal(-1000, 20, (9, 9))
    voxels[0, 0, 5] = voxels[3, 3, 5] = np.nan
    ct = measure(voxels, np.diag([6.0, 6.0, 6.0, 1.0]))
    assert [change == 0 for change in ct.slice_changes] == [True, False, True, True, True]
    assert (ct.slice_std[0], ct.slice_std[5]) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("spacing", "expected"),
    [((1.5, 3.0, 6.0), (4, 2, 1)), ((0.1, 100.0, 5.0), (20, 1, 1)), ((0.0, np.nan, 1.5), (1, 1, 4))],
)
def test_steps(spacing: tuple[float, ...], expected: tuple[int, int, int]) -> None:
    """About 6 mm, at most the whole axis, and every voxel where there are no lengths."""
    affine = np.diag([*spacing, 1.0])[:3]
    assert steps(matrix(tuple(affine.ravel().tolist())), (20, 20, 20)) == expected
