"""What a CT holds: its intensities, flat in file order, and everything that follows from their distribution."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import xxhash
from numpy.typing import NDArray

from segaudit.measure import grid
from segaudit.measure.distribution import Distribution, Intensities, distribution_of
from segaudit.measure.even_tissue import even_tissue
from segaudit.measure.grid import Shape, three_axes
from segaudit.measure.inflate import Stream
from segaudit.measure.likeness import as_patient, fingerprint_of, thumbnail_of
from segaudit.measure.slice_cells import Cells, cells_of
from segaudit.measure.slices import slices_of
from segaudit.measure.voids import even_parts
from segaudit.measure.voxels import blocks, meant, stored
from segaudit.measure.wrapped import wrapped
from segaudit.model import QUANTILES, Ct, File, Header

_BODY_HU = -500
_LEAST_HU, _MOST_HU = -3100, 20000
"""What ``Ct.body_share`` and ``Ct.extremes`` count, as their docstrings say."""
_AIR_HU = -1000
_CORNER = 3
_CORNERS_PADDED = 4
"""See ``pad_value_of``."""
_INT16 = np.iinfo(np.int16)
_ALONG_K = 2


@dataclass(frozen=True, slots=True)
class Volume:
    """The intensities of a CT, HU, flat in file order: int16 where all are integral and fit, else float32."""

    shape: Shape
    hu: Intensities

    @property
    def grid(self) -> NDArray[Any]:
        """The intensities by i, j, k (a view)."""
        return self.hu.reshape(self.shape, order="F")


def read_volume(stream: Stream, header: Header) -> Volume:
    """Take the voxels off the stream.

    Raises:
        DamageError: the stream breaks off.
    """
    hu: Intensities = np.empty(math.prod(header.shape), np.int16)
    for first, block in blocks(stream, header):
        values = meant(stored(block, header), header)
        if hu.dtype == np.int16 and not _fits(values):
            hu = _widened(hu, first)
        hu[first : first + values.size] = values
    if hu.dtype == np.float32:
        np.add(hu, 0, out=hu)  # -0.0 becomes 0.0, so that equal voxels have equal digests
    return Volume(three_axes(header.shape), hu)


def _fits(values: NDArray[Any]) -> bool:
    """Whether int16 holds the values exactly."""
    if np.can_cast(values.dtype, np.int16):
        return True
    inside = bool(values.min() >= _INT16.min and values.max() <= _INT16.max)
    return inside and (values.dtype.kind in "iu" or bool((values == np.trunc(values)).all()))


def _widened(hu: Intensities, filled: int) -> NDArray[np.float32]:
    """Return the intensities as float32; memory that nothing has been written to yet stays untouched."""
    wide = np.empty(hu.size, np.float32)
    wide[:filled] = hu[:filled]
    return wide


def pad_value_of(volume: Volume, minimum: float) -> float | None:
    """Return the value that fills the grid's corners; None when they hold an image.

    A corner of 3 x 3 x 3 voxels is padded when it is constant, which noisy air is not, and four of eight have to be so
    with one value. The value is at or below -1000 HU, or 0 in a CT whose air is elsewhere (rotated or shifted volumes
    are filled with 0). Where a scanner clips at -1024 HU, air in the corners is constant too: the pad value is then
    that of air, and a mask in the void is a mask in air.
    """
    ends = (slice(None, _CORNER), slice(-_CORNER, None))
    corners = (volume.grid[corner] for corner in itertools.product(ends, repeat=3))
    constant = Counter(float(corner.flat[0]) for corner in corners if (corner == corner.flat[0]).all())
    value, corners_filled = next(iter(constant.most_common(1)), (0.0, 0))
    void = value <= _AIR_HU or (value == 0 and minimum <= _BODY_HU)
    return value if void and corners_filled >= _CORNERS_PADDED else None


def measure_ct(file: File, volume: Volume | None) -> Ct:
    """Describe a CT; where there is no volume, only its file."""
    if volume is None or file.header is None:
        return Ct(case=file.case, file=file)
    known = distribution_of(volume.hu if volume.hu.dtype == np.int16 else volume.hu.copy())
    digest, slice_digests = _digests(volume)
    view = as_patient(volume.grid, file.header.orientation)
    axial, *others = _piles(volume, grid.matrix(file.header.affine))
    ct = Ct(
        case=file.case,
        file=file,
        voxels=volume.hu.size,
        nonfinite=volume.hu.size - (known.size if known else 0),
        digest=digest,
        even_tissue=even_tissue(axial),
        even_parts=even_parts(axial),
        slices=tuple(slices_of(cells, slice_digests if cells.axis == _ALONG_K else b"") for cells in (axial, *others)),
        thumbnail=thumbnail_of(view),
        fingerprint=fingerprint_of(view),
    )
    if known is None:
        return ct
    found = _with_statistics(ct, known, pad_value_of(volume, known.minimum))
    return msgspec.structs.replace(found, wrap=wrapped(axial, volume.grid, known))


def _with_statistics(ct: Ct, known: Distribution, pad_value: float | None) -> Ct:
    return msgspec.structs.replace(
        ct,
        minimum=known.minimum,
        maximum=known.maximum,
        mean=known.mean,
        std=known.std,
        quantiles=known.quantiles(QUANTILES),
        distinct=known.distinct,
        low=known.low_spike(),
        high=known.high_spike(),
        pad_value=pad_value,
        pad_share=0.0 if pad_value is None else known.count(pad_value) / ct.voxels,
        body_share=(known.size - known.at_most(_BODY_HU)) / ct.voxels,
        extremes=(known.below(_LEAST_HU), known.size - known.at_most(_MOST_HU)),
        below_air=known.below_air(),
    )


def _digests(volume: Volume) -> tuple[str, bytes]:
    """Return the digest of shape and intensities, and those of the slices along k, little-endian everywhere."""
    hu: NDArray[Any] = volume.hu.astype(volume.hu.dtype.newbyteorder("<"), copy=False)
    slices = hu.reshape(volume.shape[2], -1)
    whole = xxhash.xxh3_128(repr(volume.shape).encode())
    whole.update(hu.data)
    return whole.hexdigest(), b"".join(xxhash.xxh3_64_digest(one.data) for one in slices)


def _piles(volume: Volume, affine: grid.Matrix) -> list[Cells]:
    """Return the cells of the axial slices, and of those along k where they are others."""
    axes = dict.fromkeys((grid.axial_axis(affine), _ALONG_K))
    return [cells_of(volume.grid, affine, axis) for axis in axes]
