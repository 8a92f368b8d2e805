"""A healthy body as records, with every structure of a release in the middle of its limits, to be moved and damaged."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import numpy.typing as npt
from msgspec.structs import replace

from segaudit import contracts
from segaudit.model import Case, File, Geometry, Header, Mask, Structure
from segaudit.testing.records import empty_mask, healthy_file

RELEASE = replace(contracts.load("totalsegmentator-v2"), geometry=Geometry())
"""Version 2 without a promised spacing."""

SPACING, SHAPE = 2.0, (300, 200, 700)
"""Spacing in mm, and voxels along the axes: large enough for an adult, with the spine in the middle and C1 30 cm below
the upper face."""

CENTRE = np.array([150.0, 100.0, 550.0])
"""The voxel of the first vertebra."""

HALF_BOX = 10
"""Distance in voxels between a structure's centre and the faces of its box."""

BESIDE_MM = 20.0
"""Distance from the spine of a structure without limits."""

Matrix = npt.NDArray[np.float64]

UPRIGHT: Matrix = np.eye(3)


def body(
    *,
    moved: Mapping[str, tuple[float, float, float]] = {},
    named: Mapping[str, str] = {},
    volumes: Mapping[str, float] = {},
    without: Collection[str] = (),
    world: Matrix = UPRIGHT,
) -> Case:
    """Return a case of ``RELEASE`` without a CT, in a world that is rotated, mirrored or scaled about C1.

    Structures are moved down, to the right and to the front (mm in an adult), have another's name, another volume (ml
    in an adult), or are empty.
    """
    header, masks = _header(world * SPACING), {}
    for structure in RELEASE.structures:
        name = named.get(structure.name, structure.name)
        file = healthy_file(name, header=header)
        place = np.add(usual(structure), moved.get(structure.name, (0, 0, 0)))
        volume = volumes.get(structure.name, structure.middle_ml or 10.0) * abs(np.linalg.det(world))
        empty = structure.name in without
        masks[name] = empty_mask(name, file=file) if empty else _mask(name, file, place, volume)
    return Case(case="s0001", folder="s0001", masks=tuple(masks[name] for name in sorted(masks)), reference=file.path)


def usual(structure: Structure) -> tuple[float, float, float]:
    """Return the position of a structure in the middle of its limits; ribs, which have none, are beside the spine."""
    down, right, front = ((low + high) / 2 for low, high in RELEASE.ranges[structure.name])
    beside = {"right": BESIDE_MM, "left": -BESIDE_MM, "": 0.0}[structure.side]
    depth = 100.0 + 25 * structure.label % 300
    if np.isnan(down):
        return depth, beside, 40.0
    return float(down), float(np.nan_to_num(right)), float(np.nan_to_num(front, nan=40.0))


def rotation(axis: int, degrees: float) -> Matrix:
    """Return the matrix that rotates the world about an axis."""
    sine, cosine = np.sin(np.radians(degrees)), np.cos(np.radians(degrees))
    turned = np.array([[cosine, -sine, 0], [sine, cosine, 0], [0, 0, 1]])
    return np.roll(turned, axis + 1, axis=(0, 1))


def _header(linear: Matrix) -> Header:
    """Return the header of a grid whose first vertebra is at the origin of the world."""
    affine = np.hstack([linear, -(linear @ CENTRE)[:, None]])
    spacing = tuple(np.linalg.norm(linear, axis=0).tolist())
    return Header(shape=SHAPE, dtype="uint8", affine=tuple(affine.ravel().tolist()), spacing_mm=spacing)


def _mask(name: str, file: File, place: Matrix, volume: float) -> Mask:
    """Return a mask around a position (down, right, front, mm in an adult)."""
    down, right, front = place
    voxel = CENTRE + np.array([right, front, -down]) / SPACING
    affine = np.array(file.header.affine if file.header else ()).reshape(3, 4)
    ends = [(round(v) - HALF_BOX, round(v) + HALF_BOX) for v in voxel]
    return Mask(
        case="s0001",
        structure=name,
        file=file,
        voxels=8000,
        volume_ml=float(volume),
        box=tuple(end for pair in ends for end in pair),
        faces=tuple(end for (low, high), size in zip(ends, SHAPE, strict=True) for end in (low, size - 1 - high)),
        centroid_voxel=tuple(voxel.tolist()),
        centroid_mm=tuple((affine[:, :3] @ voxel + affine[:, 3]).tolist()),
        components=1,
    )
