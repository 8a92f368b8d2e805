"""NIfTI files of any kind: hypothesis strategies for volumes, and the slow way to read them back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from segaudit.testing.volumes import Made

REAL = ("uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64", "float32", "float64")
COMPLEX = ("complex64", "complex128")
COLOUR = {"rgb24": 3, "rgba32": 4}

SCALINGS = ((np.nan, np.nan), (0.0, 5.0), (1.0, 0.0), (2.0, 0.0), (0.5, -1.0), (1.0, 3.0))
"""Unset in two ways, identity, and scalings with the same result in float32 and float64."""


def colour(channels: int) -> np.dtype[Any]:
    """Return the structured type in which nibabel keeps colours."""
    return np.dtype([(name, "u1") for name in "RGBA"[:channels]])


def slow_values(path: Path) -> NDArray[np.float64]:
    """Read voxels by nibabel: magnitudes of complex, sums of colour channels."""
    stored: NDArray[Any] = np.asanyarray(nib.load(path).dataobj)  # type: ignore[attr-defined]
    if stored.dtype.names:
        return np.asarray(sum(stored[name].astype(np.float64) for name in stored.dtype.names))
    return np.asarray(np.abs(stored) if stored.dtype.kind == "c" else stored, np.float64)


def shapes(longest: int = 9) -> st.SearchStrategy[tuple[int, int, int]]:
    """Draw shapes of three axes."""
    axis = st.integers(1, longest)
    return st.tuples(axis, axis, axis)


def rotations() -> st.SearchStrategy[NDArray[np.float64]]:
    """Draw affines: any axis order and signs, any spacing, a small shear."""

    def build(order: list[int], signs: list[int], spacing: list[float], shear: float) -> NDArray[np.float64]:
        affine = np.eye(4)
        affine[:3, :3] = np.eye(3)[order] * np.array(signs) * np.array(spacing)
        affine[0, 1] += shear
        affine[:3, 3] = (-100, 20.5, 3)
        return affine

    signs = st.lists(st.sampled_from((-1, 1)), min_size=3, max_size=3)
    spacing = st.lists(st.sampled_from((0.5, 1.5, 3.0)), min_size=3, max_size=3)
    return st.builds(build, st.permutations([0, 1, 2]), signs, spacing, st.sampled_from((0.0, 1e-4)))


@st.composite
def made(draw: st.DrawFn, *, shape: tuple[int, int, int] | None = None, dtypes: tuple[str, ...] = REAL) -> Made:
    """Draw a volume: any type, byte order, scaling and container; empty, sparse, dense or touching faces."""
    shape = shape or draw(shapes())
    dtype = draw(st.sampled_from(dtypes))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    present = rng.random(shape) < draw(st.sampled_from((0.0, 0.02, 0.3, 0.9, 1.0)))
    numbers = rng.integers(1, draw(st.sampled_from((2, 4, 100))), shape)
    stored = _typed(present * numbers, dtype, rng)
    slope, inter = draw(st.sampled_from(SCALINGS))
    if dtype in COLOUR:
        slope = inter = np.nan
    return Made(
        stored=np.asarray(stored, order=draw(st.sampled_from(("C", "F")))),
        affine=draw(rotations()),
        byte_order=draw(st.sampled_from(("<", ">"))),
        slope=slope,
        inter=inter,
        members=draw(st.integers(0, 2)),
        second=draw(st.booleans()),
    )


def _typed(values: NDArray[Any], dtype: str, rng: np.random.Generator) -> NDArray[Any]:
    if channels := COLOUR.get(dtype):
        colours = np.zeros(values.shape, colour(channels))
        for name in colours.dtype.names or ():
            colours[name] = values * (rng.random(values.shape) < 0.5)
        return colours
    if dtype in COMPLEX:
        return (values * (3 + 4j)).astype(dtype)
    return values.astype(dtype)
