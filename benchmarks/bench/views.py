"""Healthy views of a CT, drawn at random: fields of view as small as any release has, tilted, coarser, noisy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import ndimage

from .synthetic import AIR_HU
from .variants import PHASES, enhanced, noisy, resampled
from .volumes import Volumes

SIZES = "v1-sizes.csv"
V1_MM = 1.5
"""Edge of v1's voxels, in which its sizes are listed."""

SMALL_MM = ((60.0, 165.0), (60.0, 165.0), (40.0, 165.0))
"""Every other field of view is drawn from this range, since those of v1 are mostly larger than a case at hand."""

MIN_SLICES = 8
MIN_BODY_SHARE = 0.05
"""Of the voxels above -500 HU: a view of nothing but air is none of a body."""

KINDS = ("as it is", "noise", "tilt", "thick slices", "coarser", "contrast medium")


def views(case: Volumes, sizes_mm: NDArray[np.float64], count: int, seed: int) -> Iterator[tuple[str, Volumes]]:
    """Yield so many views, each with its kind."""
    rng = np.random.default_rng(seed)
    while count:
        view = _cut(case, rng.uniform(*np.transpose(SMALL_MM)) if count % 2 else rng.choice(sizes_mm), rng)
        if np.mean(view.ct > -500) >= MIN_BODY_SHARE:  # noqa: PLR2004 (HU, as in ``Ct.body_share``)
            kind = str(rng.choice(KINDS))
            yield kind, _changed(view, kind, rng)
            count -= 1


def sizes(data: Path) -> NDArray[np.float64]:
    """Return the sizes of v1's CTs, mm, n x 3."""
    return np.asarray(pd.read_csv(data / SIZES)[["i", "j", "k"]].to_numpy(np.float64) * V1_MM)


def _cut(case: Volumes, size_mm: NDArray[np.float64], rng: np.random.Generator) -> Volumes:
    """Cut a field of view of a size, as far as the case has it, anywhere."""
    shape = np.array(case.labels.shape)
    wanted = np.minimum(np.maximum(np.rint(size_mm / case.spacing_mm), MIN_SLICES), shape).astype(int)
    first = rng.integers(0, shape - wanted + 1)
    window = tuple(slice(low, low + length) for low, length in zip(first, wanted, strict=True))
    affine = case.affine.copy()
    affine[:3, 3] += affine[:3, :3] @ first
    return case.shaped(lambda grid: grid[window], affine)


def _changed(view: Volumes, kind: str, rng: np.random.Generator) -> Volumes:
    """Return a view with a change of a kind."""
    if kind == "noise":
        return noisy(view, rng.uniform(5, 80))
    if kind == "tilt":
        return _tilted(view, rng)
    if kind == "thick slices" and view.labels.shape[2] * view.spacing_mm[2] >= MIN_SLICES * 5:
        return resampled(view, (0, 0, 5.0))
    if kind == "coarser":
        return resampled(view, (float(rng.uniform(1, 2) * view.spacing_mm.max()),) * 3)
    return enhanced(view, str(rng.choice(list(PHASES)))) if kind == "contrast medium" else view


def _tilted(view: Volumes, rng: np.random.Generator) -> Volumes:
    """Turn a view in its grid by up to 20 degrees; air, zeros or padding come in at the corners."""
    degrees, axes = float(rng.uniform(-20, 20)), tuple(rng.choice(3, 2, replace=False).tolist())
    outside = float(rng.choice([AIR_HU, 0, -1024, -2048]))
    turned = ndimage.rotate(view.ct, degrees, axes, reshape=False, order=1, cval=outside)
    labels = ndimage.rotate(view.labels, degrees, axes, reshape=False, order=0)
    return replace(view, ct=turned, labels=labels)
