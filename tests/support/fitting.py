"""A small made CT with masks on its edges, and what is measured of the two."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray
from scipy import ndimage

from segaudit.measure import grid
from segaudit.measure.case_runs import Spans
from segaudit.measure.ct import Volume
from segaudit.measure.fit import fit_of
from segaudit.measure.mask_runs import Foreground
from segaudit.measure.reference import Reference
from segaudit.model import File, Header, Mask
from segaudit.model.records import CaseFit

Grid = NDArray[Any]

SHAPE = (44, 40, 36)
BODIES: dict[str, tuple[tuple[float, float, float], tuple[float, float, float], float]] = {
    "vertebrae_L1": ((22, 12, 24), (5, 4, 3.5), 220),
    "vertebrae_L2": ((21, 11, 14), (5.5, 4.5, 4), 240),
    "liver": ((32, 24, 24), (7, 9, 7), 70),
    "spleen": ((10, 16, 26), (4, 6, 5), 60),
    "kidney_left": ((12, 13, 13), (4, 4, 6), 50),
    "aorta": ((20, 21, 18), (3, 3, 14), 110),
    "lung_lower_lobe_left": ((10, 27, 24), (6, 6, 8), -850),
}
"""Centre and half axes in voxels, and intensity, of ellipsoids that nothing mirrors into each other."""

FAT_HU, NOISE_HU = -100, 6


def bodies(shape: tuple[int, int, int] = SHAPE) -> dict[str, NDArray[np.bool_]]:
    """Return the masks."""
    index = np.indices(shape, np.float64)
    return {
        name: sum(((line - c) / r) ** 2 for line, c, r in zip(index, centre, radii, strict=True)) <= 1
        for name, (centre, radii, _) in BODIES.items()
    }


def scan(masks: Mapping[str, Grid], noise_hu: float = NOISE_HU) -> Grid:
    """Return a CT of masks, HU, slightly blurred."""
    hu = np.full(next(iter(masks.values())).shape, float(FAT_HU))
    for name, inside in masks.items():
        hu[inside] = BODIES[name][2]
    noise = np.random.default_rng(0).normal(0, noise_hu, hu.shape)
    return np.asarray(np.rint(ndimage.gaussian_filter(hu, 0.5) + noise).astype(np.int16))


def shifted(inside: Grid, voxels: tuple[int, int, int]) -> Grid:
    """Return a mask moved by some voxels; zeros come in."""
    moved = np.roll(inside, voxels, (0, 1, 2))
    for axis, steps in enumerate(voxels):
        line = np.moveaxis(moved, axis, 0)
        line[: max(steps, 0)] = 0
        line[len(line) + min(steps, 0) :] = 0
    return moved


def foreground(inside: Grid) -> Foreground:
    """Return the runs of a mask."""
    flat = np.concatenate([[0], inside.ravel("F").astype(np.int8), [0]])
    starts, stops = (np.flatnonzero(np.diff(flat) == step).astype(np.int32) for step in (1, -1))
    return Foreground(grid.three_axes(inside.shape), starts, stops - starts)


def reference(hu: Grid, affine: Grid) -> Reference:
    """Return a CT that masks are compared with."""
    header = Header(shape=hu.shape, affine=tuple(affine[:3].ravel().tolist()))
    return Reference("ct.nii.gz", header, Volume(grid.three_axes(hu.shape), hu.ravel("F")))


def fitted(ct: Grid, masks: Mapping[str, Grid], affine: Grid | None = None, **changes: object) -> CaseFit | None:
    """Measure how masks fit; ``changes`` are fields of all masks."""
    records = [
        replace(Mask(case="s0001", structure=name, file=File(case="s0001"), distinct_values=1), **changes)
        for name in masks
    ]
    runs = [Spans.of(foreground(inside), number) for number, inside in enumerate(masks.values())]
    return fit_of(runs, records, reference(ct, np.diag((3.0, 3.0, 3.0, 1.0)) if affine is None else affine))


def fits(hu: Grid, masks: Mapping[str, Grid], affine: Grid | None = None) -> CaseFit:
    """Measure how masks fit a CT that can be compared with them."""
    fit = fitted(hu, masks, affine)
    assert fit is not None
    return fit
