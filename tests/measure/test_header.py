"""Headers and grids, compared with nibabel, and with fuzzed bytes."""

from __future__ import annotations

import io
import math
from pathlib import Path
from typing import Any, Literal

import nibabel as nib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nibabel.orientations import aff2axcodes
from numpy.typing import NDArray

from segaudit.measure import grid
from segaudit.measure.disk import Disk
from segaudit.measure.header import decode, read_header
from segaudit.measure.inflate import DamageError, Plain
from segaudit.model import Fault, Header
from segaudit.testing.volumes import Made, measured
from tests.support.volumes import made

VOXELS = np.zeros((4, 5, 6), np.int16)


def header_of(volume: Made, **fields: object) -> Header:
    """Return the record of a volume's header, some of its fields overwritten."""
    raw: Any = volume.header()
    for name, value in fields.items():
        raw[name] = value
    return decode(raw.binaryblock)


def flat(matrix: NDArray[np.float64]) -> tuple[float, ...]:
    """Return the first three rows of a matrix."""
    return tuple(matrix[:3].ravel().tolist())


@given(made())
def test_fields(volume: Made) -> None:
    """Shape, type, affine, orientation and spacing are nibabel's."""
    raw: Any = volume.header()
    header = header_of(volume)
    shape = raw.get_data_shape()
    assert header.format == ("NIfTI-2" if volume.second else "NIfTI-1")
    assert header.byte_order == ("little" if volume.byte_order == "<" else "big")
    assert (header.shape, header.dtype, header.problems) == (shape, volume.stored.dtype.name, ())
    assert header.affine == header.sform == flat(raw.get_best_affine())
    assert header.spacing_mm == pytest.approx(np.sqrt((raw.get_best_affine()[:3, :3] ** 2).sum(axis=0)))
    assert header.zooms == pytest.approx(raw.get_zooms())
    assert header.orientation == "".join(aff2axcodes(raw.get_best_affine()))
    assert (header.qform, header.qform_code, header.sform_code, header.ambiguity_mm) == ((), 0, 2, 0.0)


@pytest.mark.parametrize(
    ("slope", "inter", "expected"),
    [
        (math.nan, math.nan, (None, None)),
        (0.0, 7.0, (None, None)),
        (1.0, 0.0, (None, None)),
        (2.0, 0.0, (2.0, None)),
        (1.0, -1024.0, (None, -1024.0)),
    ],
)
def test_scaling(slope: float, inter: float, expected: tuple[float | None, float | None]) -> None:
    """Unset and identity scalings are None."""
    header = header_of(Made(VOXELS, slope=slope, inter=inter))
    assert (header.slope, header.intercept) == expected


def test_text_and_units() -> None:
    """Text fields that are not blank are kept, including text after a NUL; units are named."""
    header = header_of(Made(VOXELS), descrip=b"Jane\0Doe", aux_file=b"  ", intent_name="é".encode(), xyzt_units=10)
    assert (header.text, header.units) == ({"descrip": "Jane Doe", "intent_name": "é"}, "mm")


def test_trailing_axes_of_length_one() -> None:
    """Axes of length 1 beyond the third are left out."""
    assert header_of(Made(VOXELS.reshape(4, 5, 6, 1, 1))).shape == (4, 5, 6)
    assert header_of(Made(VOXELS.reshape(4, 5, 1, 6, 1))).shape == (4, 5, 1, 6)


def test_qform_and_sform() -> None:
    """The sform takes precedence over the qform, the qform over pixdim; their distance is recorded."""
    rotated = {"qform_code": 1, "qoffset_x": 3.0, "qoffset_y": -4.0, "pixdim": [1, 1.5, 1.5, 1.5, 0, 0, 0, 0]}
    both, only = header_of(Made(VOXELS), **rotated), header_of(Made(VOXELS), sform_code=0, **rotated)
    assert both.affine == both.sform != both.qform
    assert both.ambiguity_mm == pytest.approx(5.0)
    assert only.affine == only.qform == flat(np.array([[1.5, 0, 0, 3], [0, 1.5, 0, -4], [0, 0, 1.5, 0]]))
    neither: Any = Made(VOXELS).header()
    neither["sform_code"] = 0
    assert decode(neither.binaryblock).affine == flat(neither.get_base_affine())


@pytest.mark.parametrize("dev", [0.0, 1e-5, 1e-3])
def test_nonorthonormality(dev: float) -> None:
    """It is the largest entry of R'R - I: for columns that lean by an angle, the sine of it."""
    sheared = np.diag([1.0, 2.0, 3.0, 1.0])
    sheared[0, 1] = 2 * dev
    assert header_of(Made(VOXELS, sheared)).nonorthonormality == pytest.approx(dev, abs=1e-7, rel=1e-3)


@pytest.mark.parametrize(
    "row", [(math.nan, 0, 0, 0), (math.inf, 0, 0, 0), (0, 0, 0, 0), (3e38, 3e38, 3e38, 3e38)], ids=str
)
def test_affine_without_orientation(tmp_path: Path, row: tuple[float, ...]) -> None:
    """A damaged affine is kept as it is, has no orientation, and breaks nothing."""
    affine = np.diag([1.5, 1.5, 1.5, 1.0])
    affine[0] = row
    full = np.ones((4, 5, 6), np.uint8)
    case = measured(tmp_path, Made(VOXELS, affine), whole=Made(full), damaged=Made(full, affine))
    header = case.masks[0].file.header
    assert header is not None
    assert str(header.affine[:4]) == str(tuple(np.array(row, np.float32).tolist()))
    assert header.orientation == ("" if row[1] == 0 else header.orientation)
    assert [mask.voxels for mask in case.masks] == [120, 120]


def test_problems() -> None:
    """Problems from nibabel's header checks are recorded, except those of healthy data."""
    assert header_of(Made(VOXELS), bitpix=32).problems == ("bitpix does not match datatype",)
    assert header_of(Made(VOXELS), pixdim=[0, 1.5, 1.5, 1.5, 1, 1, 1, 1]).problems == ()
    assert header_of(Made(VOXELS), pixdim=[3, 1.5, 1.5, 1.5, 1, 1, 1, 1], qform_code=1).problems == (
        "pixdim[0] (qfac) should be 1 (default) or -1",
    )


@pytest.mark.parametrize(("order", "name"), [("<", "little"), (">", "big")])
@pytest.mark.parametrize("size", [0, 347, 349, 2**31 - 1])
def test_size_that_says_no_byte_order(order: Literal["<", ">"], name: str, size: int) -> None:
    """The number of axes says it where the header's own size is damaged."""
    block = size.to_bytes(4, "little") + Made(VOXELS, byte_order=order).header().binaryblock[4:]
    assert (decode(block).byte_order, decode(block).shape) == (name, VOXELS.shape)


@pytest.mark.parametrize("qfac", [0.0, 1.0, 2.0, -1.0, -0.0])
def test_qfac_is_read_as_nibabel_reads_it(qfac: float) -> None:
    """A pixdim[0] of 0 is legal and means 1; -1 alone mirrors the third axis."""
    pixdim = [qfac, 1.5, 1.5, 1.5, 1, 1, 1, 1]
    header = header_of(Made(VOXELS), pixdim=pixdim, sform_code=0, qform_code=1, quatern_c=0.6, qoffset_x=7.0)
    expected = header_of(
        Made(VOXELS),
        pixdim=[-1 if qfac == -1 else 1, *pixdim[1:]],
        sform_code=0,
        qform_code=1,
        quatern_c=0.6,
        qoffset_x=7.0,
    )
    assert header.problems == (() if abs(qfac) in (0, 1) else ("pixdim[0] (qfac) should be 1 (default) or -1",))
    assert (header.qform, header.affine, header.orientation) == (expected.qform, expected.affine, expected.orientation)
    assert all(map(math.isfinite, header.qform))


@pytest.mark.parametrize("further", [0, 1, 2])
def test_further_axes_of_length_1_are_counted(further: int) -> None:
    """They are no part of the shape; nibabel has them."""
    header = header_of(Made(VOXELS.reshape(VOXELS.shape + (1,) * further)))
    assert (header.shape, header.further_axes) == (VOXELS.shape, further)


def test_quaternion_that_is_no_rotation() -> None:
    """A qform that cannot be computed is all NaN, and the file is still read."""
    header = header_of(Made(VOXELS), qform_code=1, quatern_b=5.0)
    assert all(math.isnan(number) for number in header.qform)
    assert (header.affine, math.isnan(header.ambiguity_mm)) == (header.sform, True)


def test_equal_headers_are_decoded_once() -> None:
    """The record of equal bytes is one object."""
    assert header_of(Made(VOXELS)) is header_of(Made(VOXELS + 1))


@given(st.data(), st.booleans())
def test_any_bytes(data: st.DataObject, second: bool) -> None:  # noqa: FBT001 - drawn
    """Any header is either decoded or refused with a message, and numpy warns of nothing."""
    content = bytearray(Made(VOXELS, second=second).content())
    for _ in range(data.draw(st.integers(1, 6))):
        field = data.draw(st.binary(min_size=1, max_size=16))
        at = data.draw(st.integers(4, 540 - len(field)))
        content[at : at + len(field)] = field
    outcome = _outcome(bytes(content))
    assert outcome.detail if isinstance(outcome, Fault) else min(outcome.shape) > 0


def _outcome(content: bytes) -> Header | Fault:
    try:
        return read_header(Plain(Disk(io.BytesIO(content))))
    except DamageError as damage:
        return damage.fault


@pytest.mark.parametrize(
    ("shape", "expected"),
    [((4,), (4, 1, 1)), ((4, 5), (4, 5, 1)), ((4, 5, 6), (4, 5, 6)), ((4, 5, 6, 2, 3), (4, 5, 36))],
)
def test_three_axes(shape: tuple[int, ...], expected: tuple[int, int, int]) -> None:
    """Missing axes have length 1, further ones stack along the third."""
    assert grid.three_axes(shape) == expected


def test_displacement_is_the_worst_corners() -> None:
    """It is the distance, in mm, of the corner voxel that moves most."""
    first, second = np.eye(4)[:3], np.eye(4)[:3]
    second[0, 0], second[1, 3] = 1.1, 4.0
    assert grid.displacement_mm(first, second, (31, 2, 2)) == pytest.approx(5.0)
    assert grid.displacement_mm(first, first, (31, 2, 2)) == 0.0


def test_real_headers_have_no_problems(real_data: Path) -> None:
    """The headers of the real cases give no problem, no text and no fault."""
    paths = [*real_data.glob("*/*/*/*.nii.gz"), *real_data.glob("*/*/*.nii.gz")]
    assert len(paths) == 105 + 117 + 117 + 117 + 9
    blocks = {bytes(nib.load(path).header.binaryblock) for path in paths}  # type: ignore[attr-defined]
    assert {(header.problems, len(header.text), header.orientation) for header in map(decode, blocks)} == {
        ((), 0, "RAS"),
        ((), 0, "LAS"),  # s9104, converted from DICOM
    }
