"""A case in memory as it would be measured from files, as far as the checks of intensity look at it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from nibabel.orientations import aff2axcodes
from numpy.typing import NDArray

from segaudit.measure.ct import Volume, measure_ct
from segaudit.measure.distribution import distribution_of
from segaudit.model import Case, File, Header, Mask

from .volumes import Volumes

NAME = "s0001"


def measured(case: Volumes) -> Case:
    """Return the records of a case."""
    header = header_of(case)
    hu = np.rint(case.ct).astype(np.int16)
    with np.errstate(all="ignore"):
        ct = measure_ct(File(case=NAME, path="ct.nii.gz", header=header), Volume(hu.shape, hu.ravel("F")))
    return Case(case=NAME, ct=ct, masks=tuple(_masks(case, hu, header)))


def header_of(case: Volumes) -> Header:
    """Return the header of a CT on the grid of a case."""
    affine = tuple(case.affine[:3].ravel().tolist())
    return Header(
        shape=case.labels.shape,
        dtype="int16",
        affine=affine,
        sform=affine,
        sform_code=2,
        spacing_mm=tuple(case.spacing_mm.tolist()),
        orientation="".join(aff2axcodes(case.affine)),
    )


def _masks(case: Volumes, hu: NDArray[np.int16], header: Header) -> Iterator[Mask]:
    """Yield the masks that have voxels, each with what the CT shows under it."""
    order = np.argsort(case.labels, axis=None, kind="stable")
    ends = np.searchsorted(case.labels.ravel()[order], np.arange(len(case.sets) + 1))
    parts = {label: order[low:high] for label, (low, high) in enumerate(pairwise(ends)) if low < high}
    for structure in case.structures:
        inside = [flat for label, flat in parts.items() if structure in case.sets[label]]
        if inside:
            yield _mask(structure, case, hu, header, np.concatenate(inside))


def _mask(structure: str, case: Volumes, hu: NDArray[np.int16], header: Header, flat: NDArray[np.intp]) -> Mask:
    voxels = np.stack(np.unravel_index(flat, hu.shape))
    known = distribution_of(hu.ravel()[flat])
    i, j, k = voxels.mean(axis=1).tolist()
    x, y, z, _ = (case.affine @ [i, j, k, 1]).tolist()
    faces = np.stack([voxels.min(axis=1), np.array(hu.shape) - 1 - voxels.max(axis=1)], axis=1).ravel()
    i0, i1, j0, j1, k0, k1 = faces.tolist()
    return Mask(
        case=NAME,
        structure=structure,
        file=File(case=NAME, structure=structure, path=f"{structure}.nii.gz", header=header),
        voxels=flat.size,
        volume_ml=flat.size * float(case.spacing_mm.prod()) / 1000,
        centroid_voxel=(i, j, k),
        centroid_mm=(x, y, z),
        faces=(i0, i1, j0, j1, k0, k1),
        hu=known.sample() if known else None,
    )
