"""A small case in which every structure, direction and length can be recognised in a picture."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
from nibabel.orientations import apply_orientation, axcodes2ornt, inv_ornt_aff
from numpy.typing import NDArray

from segaudit.model import CaseFiles

Array = NDArray[Any]

SHAPE = (40, 50, 60)
SPACING = (4.0, 3.0, 5.0)
AFFINE = np.array([[4.0, 0, 0, -70], [0, 3.0, 0, -60], [0, 0, 5.0, 100], [0, 0, 0, 1]])
"""From voxels of an RAS grid to world coordinates."""

LIVER = np.s_[24:34, 25:40, 30:42]
SPLEEN = np.s_[6:12, 10:20, 32:40]
RIB = np.s_[5:9, 17:30, 35:43]
"""Overlaps the spleen."""

LOCATION = (29, 32, 36)
"""A voxel of the liver alone."""


def intensities() -> Array:
    """Return a CT: air, a body without any symmetry, and organs."""
    random = np.random.default_rng(0)
    ct = np.full(SHAPE, -1000)
    ct[3:36, 5:46] = random.normal(20, 8, (33, 41, 60)).astype(int)
    ct[LIVER], ct[SPLEEN], ct[RIB] = 110, 60, 700
    return ct.astype(np.int16)


def mask(*boxes: Any) -> Array:  # noqa: ANN401 (an index expression)
    """Return a mask of boxes."""
    voxels = np.zeros(SHAPE, np.uint8)
    for box in boxes:
        voxels[box] = 1
    return voxels


def oriented(voxels: Array, affine: Array, codes: str) -> tuple[Array, Array]:
    """Return voxels of an RAS grid, stored in another orientation, and their affine."""
    way = nib.orientations.ornt_transform(axcodes2ornt("RAS"), axcodes2ornt(codes))
    return apply_orientation(voxels, way), affine @ inv_ornt_aff(way, voxels.shape)


def write_volume(path: Path, voxels: Array, affine: Array = AFFINE) -> None:
    """Write a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image = nib.Nifti1Image(voxels, affine)
    image.header["descrip"] = b""
    path.write_bytes(gzip.compress(image.to_bytes(), 1))


def write_case(root: Path, case: str = "s0001", codes: str = "RAS") -> CaseFiles:
    """Write the case in an orientation."""
    volumes = {"liver": mask(LIVER), "spleen": mask(SPLEEN), "rib_left_9": mask(RIB), "colon": mask()}
    write_volume(root / case / "ct.nii.gz", *oriented(intensities(), AFFINE, codes))
    for name, voxels in volumes.items():
        write_volume(root / case / "segmentations" / f"{name}.nii.gz", *oriented(voxels, AFFINE, codes))
    paths = {name: f"{case}/segmentations/{name}.nii.gz" for name in volumes}
    return CaseFiles(case=case, folder=case, ct=f"{case}/ct.nii.gz", masks=paths)


def world(voxel: tuple[int, int, int]) -> tuple[float, float, float]:
    """Return the world position of a voxel of the RAS grid."""
    x, y, z = (AFFINE @ [*voxel, 1])[:3].tolist()
    return x, y, z
