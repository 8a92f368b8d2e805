"""Ways to read a case: only inflating it, segaudit, and what one would write with the usual libraries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import combinations, islice
from pathlib import Path
from typing import Any, TypeAlias

import nibabel as nib
import numpy as np
from isal import igzip_lib
from numpy.typing import NDArray
from scipy import ndimage

from segaudit.measure import measure_case
from segaudit.model import CaseFiles

Way: TypeAlias = Callable[[Path, CaseFiles], None]

_PIECE = 1 << 18
_CHUNK = 1 << 16
_QUANTILES = (0, 0.05, 0.25, 0.5, 0.75, 0.95, 1)
PAIRS = 12
"""Pairs of masks that ITK compares; all pairs of 117 masks take it most of an hour."""


def paths(root: Path, files: CaseFiles) -> Iterator[Path]:
    """Yield the CT, if there is one, and the masks."""
    yield from (root / path for path in (files.ct, *files.masks.values()) if path)


def inflating(root: Path, files: CaseFiles) -> None:
    """Inflate every file by ISA-L, which verifies checksum and size, in pieces of 256 KiB that nobody looks at."""
    for path in paths(root, files):
        inflater: Any = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)
        with path.open("rb") as file:
            while not inflater.eof:
                inflater.decompress(file.read(_CHUNK) if inflater.needs_input else b"", _PIECE)


def measuring(root: Path, files: CaseFiles) -> None:
    """Measure the case as an audit does."""
    measure_case(root, files)


def dense(root: Path, files: CaseFiles) -> None:
    """Get counts, boxes, centroids, components, intensities and overlaps by nibabel, numpy and scipy.

    Masks are cropped to their boxes as soon as they are read, and only crops that meet are compared.
    """
    ct = _array(root / files.ct) if files.ct else None
    if ct is not None:
        np.quantile(ct, _QUANTILES), ct.mean(), ct.std()
    crops = [crop for path in files.masks.values() if (crop := _crop(_array(root / path)))]
    for box, mask in crops:
        np.count_nonzero(mask), ndimage.center_of_mass(mask)
        np.bincount(ndimage.label(mask, np.ones((3, 3, 3)))[0].ravel())
        if ct is not None:
            under = ct[box][mask]
            np.quantile(under, _QUANTILES), under.mean(), under.std()
    for first, second in combinations(crops, 2):
        _shared(first, second)


def _array(path: Path) -> NDArray[Any]:
    return np.asarray(nib.load(path).dataobj)  # type: ignore[attr-defined]  # nibabel's annotations are incomplete


_Crop: TypeAlias = tuple[tuple[slice, ...], NDArray[np.bool_]]


def _crop(mask: NDArray[Any]) -> _Crop | None:
    """Return the box of a mask, and the mask inside it; None if it is empty."""
    present = mask != 0
    box = next(iter(ndimage.find_objects(present.view(np.uint8))), None)
    return (box, present[box].copy()) if box else None


def _shared(first: _Crop, second: _Crop) -> int:
    """Count the voxels that two masks share."""
    (box, mask), (other_box, other) = first, second
    both = [slice(max(a.start, b.start), min(a.stop, b.stop)) for a, b in zip(box, other_box, strict=True)]
    if any(axis.start >= axis.stop for axis in both):
        return 0
    a, b = (
        grid[tuple(slice(axis.start - s.start, axis.stop - s.start) for axis, s in zip(both, own, strict=True))]
        for grid, own in ((mask, box), (other, other_box))
    )
    return int(np.count_nonzero(a & b))


def pairs_by_itk(root: Path, files: CaseFiles) -> None:
    """Compare the first pairs of masks by ITK's overlap measures, on images that are read once."""
    itk: Any = import_module("SimpleITK")  # may not be there

    compared = list(islice(combinations(files.masks.values(), 2), PAIRS))
    images = {path: itk.ReadImage(str(root / path), itk.sitkUInt8) for pair in compared for path in pair}
    for first, second in compared:
        images[second].CopyInformation(images[first])  # ITK compares no grids that differ in the sixth decimal
        itk.LabelOverlapMeasuresImageFilter().Execute(images[first], images[second])
