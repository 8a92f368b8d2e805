"""Stored voxels and what they mean, type by type."""

from __future__ import annotations

import io

import numpy as np
import pytest

from segaudit.measure import voxels
from segaudit.measure.disk import Disk
from segaudit.measure.inflate import DamageError, Plain
from segaudit.measure.voxels import blocks, item_size, meant, promised_bytes, stored
from segaudit.model import Header
from segaudit.testing.records import healthy_header


def header(dtype: str = "int16", **fields: object) -> Header:
    """Return a header of 2 x 3 x 4 voxels."""
    return healthy_header(dtype=dtype, shape=(2, 3, 4), **fields)


@pytest.mark.parametrize(
    ("dtype", "size"), [("uint8", 1), ("int16", 2), ("float64", 8), ("complex128", 16), ("rgb24", 3), ("rgba32", 4)]
)
def test_sizes(dtype: str, size: int) -> None:
    """Bytes of a voxel, and of the content with the header before the voxels."""
    assert item_size(header(dtype)) == size
    assert promised_bytes(header(dtype, vox_offset=352)) == 352 + 24 * size
    assert promised_bytes(header(dtype, vox_offset=400)) == 400 + 24 * size


@pytest.mark.parametrize(
    ("piece", "lengths"), [(47, [23, 1]), (48, [24]), (49, [24]), (16, [8, 8, 8]), (10, [5] * 4 + [4])]
)
def test_blocks(monkeypatch: pytest.MonkeyPatch, piece: int, lengths: list[int]) -> None:
    """As many voxels at a time as fit in a piece, each block with the index of its first voxel."""
    monkeypatch.setattr(voxels, "PIECE_BYTES", piece)
    data = bytes(range(48))
    found = list(blocks(Plain(Disk(io.BytesIO(data + b"more"))), header()))
    assert [first for first, _ in found] == [sum(lengths[:number]) for number in range(len(lengths))]
    assert [len(block) for _, block in found] == [2 * length for length in lengths]
    assert b"".join(block for _, block in found) == data


@pytest.mark.parametrize("there", [0, 1, 47])
def test_short(there: int) -> None:
    """A content that ends early says how many bytes are there, and how many are missing."""
    stream = Plain(Disk(io.BytesIO(bytes(352 + there))))
    stream.read(352)
    with pytest.raises(DamageError) as error:
        list(blocks(stream, header(vox_offset=352)))
    assert error.value.fault.kind == "short"
    assert error.value.fault.detail == f"{352 + there} of 400 bytes are there, {48 - there} are missing"


@pytest.mark.parametrize("order", ["little", "big"])
@pytest.mark.parametrize("dtype", ["int16", "uint32", "float32", "float64", "complex64"])
def test_byte_order(dtype: str, order: str) -> None:
    """Voxels are read in the order of the header, and meant in that of the machine."""
    values = np.array([1, 2, 300, -4 if dtype != "uint32" else 4], dtype)
    block = values.astype(values.dtype.newbyteorder(">" if order == "big" else "<")).tobytes()
    made = header(dtype, byte_order=order)
    assert stored(block, made).tolist() == values.tolist()
    found = meant(stored(block, made), made)
    assert found.dtype.isnative
    assert found.tolist() == (np.abs(values) if dtype == "complex64" else values).tolist()


@pytest.mark.parametrize(("dtype", "size"), [("rgb24", 3), ("rgba32", 4)])
def test_colours(dtype: str, size: int) -> None:
    """Channels are added up, beyond a byte as well, and never scaled."""
    block = bytes([255] * size + [0] * size + [0] * (size - 1) + [7])
    made = header(dtype, slope=2.0, intercept=5.0)
    assert meant(stored(block, made), made).tolist() == [255 * size, 0, 7]


@pytest.mark.parametrize(
    ("slope", "intercept", "values"),
    [
        (None, None, [0, 1, -3]),
        (2.0, None, [0, 2, -6]),
        (None, -1.5, [-1.5, -0.5, -4.5]),
        (0.5, 1.0, [1, 1.5, -0.5]),
        (1.0, 0.0, [0, 1, -3]),
    ],
)
def test_scaling(slope: float | None, intercept: float | None, values: list[float]) -> None:
    """Slope and intercept, of which either may be missing; scaled values are floats of 64 bits."""
    found = meant(np.array([0, 1, -3], np.int16), header(slope=slope, intercept=intercept))
    assert found.tolist() == values
    assert found.dtype == (np.int16 if slope is intercept is None else np.float64)


def test_scaled_magnitudes() -> None:
    """Complex voxels are scaled first, and their magnitude is taken then."""
    made = header("complex64", slope=2.0, intercept=-6.0)
    assert meant(np.array([3 + 2j, 0], np.complex64), made).tolist() == [4, 6]
    assert meant(np.array([3 + 4j], np.complex64), header("complex64")).tolist() == [5]
