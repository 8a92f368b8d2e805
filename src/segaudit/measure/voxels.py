"""Convert stored voxels to their values.

The value of a complex voxel is its magnitude, that of a colour voxel the sum of its channels (so that it is zero only
if every channel is). Colour voxels are not scaled; all others are ``stored * slope + intercept`` in float64. Missing
axes of a grid have length 1, and axes beyond the third stack along k.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from segaudit.measure.disk import PIECE_BYTES
from segaudit.measure.inflate import DamageError, Stream
from segaudit.model import Header

Voxels: TypeAlias = NDArray[Any]

_CHANNELS = {"rgb24": 3, "rgba32": 4}


def item_size(header: Header) -> int:
    """Return the size of one stored voxel in bytes."""
    return _CHANNELS.get(header.dtype) or np.dtype(header.dtype).itemsize


def promised_bytes(header: Header) -> int:
    """Return the length of the content in bytes according to the header, including the header itself."""
    return header.vox_offset + math.prod(header.shape) * item_size(header)


def blocks(stream: Stream, header: Header) -> Iterator[tuple[int, bytes]]:
    """Yield the stored voxels in cache-sized blocks, each with the index of its first voxel.

    Raises:
        DamageError: ``short`` if the content ends before the last voxel, or what the stream itself raises.
    """
    size, count = item_size(header), math.prod(header.shape)
    step = PIECE_BYTES // size
    for first in range(0, count, step):
        wanted = min(step, count - first) * size
        block = stream.read(wanted)
        if len(block) < wanted:
            promised = promised_bytes(header)
            missing = promised - stream.position
            raise DamageError("short", f"{stream.position:,} of {promised:,} bytes are there, {missing:,} are missing")
        yield first, block


def stored(block: bytes, header: Header) -> Voxels:
    """Return the voxels of a block as they are stored, colours as the sum of their channels."""
    if channels := _CHANNELS.get(header.dtype):
        colours = np.frombuffer(block, np.uint8).reshape(-1, channels)
        return np.asarray(colours.sum(axis=1, dtype=np.uint16))
    return np.frombuffer(block, _stored_type(header.dtype, header.byte_order))


@cache
def _stored_type(name: str, byte_order: str) -> np.dtype[Any]:
    return np.dtype(name).newbyteorder(byte_order)  # type: ignore[arg-type]


def meant(voxels: Voxels, header: Header) -> Voxels:
    """Return the values of stored voxels: real numbers in native byte order."""
    scaled = header.slope is not None or header.intercept is not None
    if scaled and header.dtype not in _CHANNELS:
        wide = np.complex128 if voxels.dtype.kind == "c" else np.float64
        slope = 1.0 if header.slope is None else header.slope
        voxels = voxels.astype(wide) * slope + (header.intercept or 0.0)
    if voxels.dtype.kind == "c":
        voxels = np.abs(voxels)
    return voxels if voxels.dtype.isnative else voxels.astype(voxels.dtype.newbyteorder("="))
