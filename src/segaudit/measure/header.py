"""Decode a NIfTI header with nibabel."""

from __future__ import annotations

import math
import sys
from functools import lru_cache
from typing import Any, Literal, TypeAlias

import msgspec
import numpy as np
from nibabel.nifti1 import Nifti1Header
from nibabel.nifti2 import Nifti2Header
from nibabel.spatialimages import HeaderDataError

from segaudit.measure import grid
from segaudit.measure.content import NIFTI_SIZES, content_of
from segaudit.measure.disk import PIECE_BYTES
from segaudit.measure.extensions import read_extensions
from segaudit.measure.inflate import DamageError, Stream
from segaudit.model import Header
from segaudit.model.records import AXES, Affine

_Raw: TypeAlias = Any
"""A nibabel header; its classes have no annotations."""

_UNITS = {1: "meter", 2: "mm", 3: "micron"}
_TEXTS = ("descrip", "aux_file", "intent_name", "db_name", "data_type")
_COLOURS = {3: "rgb24", 4: "rgba32"}
_MAX_EXTENSION_BYTES = 1 << 20
"""Bytes between header and voxels that are searched for extensions; the rest is skipped."""
_QFAC = "pixdim[0] (qfac) should be 1"
"""nibabel's words where it is neither 1 nor -1. It matters only where qform_code says that there is a qform, and
nifti1.h reads 0 as 1."""


def read_header(stream: Stream) -> Header:
    """Read everything before the voxels.

    Raises:
        DamageError: ``empty``, ``not-nifti``, ``short`` or ``header``.
    """
    block = _read_block(stream)
    header = decode(block)
    area = stream.read(min(header.vox_offset - len(block), _MAX_EXTENSION_BYTES))
    _pass_over(stream, header.vox_offset)
    extensions, problems = read_extensions(area, header.byte_order)
    if not extensions and not problems:
        return header
    return msgspec.structs.replace(header, extensions=extensions, problems=header.problems + problems)


def _read_block(stream: Stream) -> bytes:
    """Return the bytes of the header proper: 348 or 540."""
    block = stream.read(min(NIFTI_SIZES))
    content = content_of(block)
    if content == "empty":
        raise DamageError("empty", "the gzip stream holds no bytes")
    if content != "nifti":
        raise DamageError("not-nifti", f"{content} inside gzip" if stream.members else content)
    block += stream.read(_size(block) - len(block))
    if len(block) < _size(block):
        raise DamageError("short", f"{len(block)} bytes of a header of {_size(block)}")
    return block


def _size(block: bytes) -> int:
    first, second = NIFTI_SIZES
    claimed = (int.from_bytes(block[:4], "little"), int.from_bytes(block[:4], "big"))
    return second if second in claimed or block[4:7] == b"n+2" else first


def _pass_over(stream: Stream, end: int) -> None:
    while stream.position < end and stream.read(min(PIECE_BYTES, end - stream.position)):
        pass


@lru_cache(maxsize=64)
@np.errstate(all="ignore")  # numbers in damaged headers overflow
def decode(block: bytes) -> Header:
    """Decode the bytes of a header; memoised, because most masks of a case have equal ones.

    Raises:
        DamageError: ``header``, with what is wrong.
    """
    kind: Any = Nifti2Header if _size(block) > min(NIFTI_SIZES) else Nifti1Header
    try:
        return _header(kind(block, endianness=_byte_order(block), check=False))
    except HeaderDataError as error:
        raise DamageError("header", str(error)) from None


def _byte_order(block: bytes) -> Literal["<", ">"] | None:
    """Return the byte order from the header's size, None if that is damaged (nibabel then guesses from dim[0])."""
    if int.from_bytes(block[:4], "little") in NIFTI_SIZES:
        return "<"
    return ">" if int.from_bytes(block[:4], "big") in NIFTI_SIZES else None


def _header(raw: _Raw) -> Header:
    """Build the record from nibabel's header.

    Raises:
        HeaderDataError: the header is too damaged to locate the voxels.
    """
    _check_magic(raw)
    problems = _problems(raw)
    raw["pixdim"][0] = -1 if raw["pixdim"][0] == -1 else 1  # as nibabel and ITK read any other number
    stored = _shape(raw)
    shape = _without_further(stored)
    sform = raw.get_sform()[:3] if raw["sform_code"] > 0 else None
    qform = _qform(raw) if raw["qform_code"] > 0 else None
    affine = next(form for form in (sform, qform, raw.get_base_affine()[:3]) if form is not None)
    slope, intercept = raw.get_slope_inter()
    return Header(
        format="NIfTI-2" if isinstance(raw, Nifti2Header) else "NIfTI-1",
        byte_order="little" if raw.endianness == "<" else "big",
        shape=shape,
        dtype=_dtype(raw),
        zooms=tuple(raw["pixdim"][1 : 1 + len(shape[:3])].tolist()),
        affine=_flat(affine),
        qform=_flat(qform),
        sform=_flat(sform),
        qform_code=int(raw["qform_code"]),
        sform_code=int(raw["sform_code"]),
        spacing_mm=grid.spacing(affine),
        orientation=grid.orientation(affine),
        nonorthonormality=grid.nonorthonormality(affine),
        ambiguity_mm=_ambiguity(qform, sform, shape),
        slope=None if slope == 1 else slope,
        intercept=intercept or None,
        units=_UNITS.get(int(raw["xyzt_units"]) % 8, ""),
        vox_offset=_vox_offset(raw),
        text={name: text for name in _TEXTS if name in raw and (text := _printable(raw[name].item()))},
        further_axes=len(stored) - len(shape),
        problems=problems,
    )


def _check_magic(raw: _Raw) -> None:
    magic = raw["magic"].item()
    if magic == raw.pair_magic:
        raise HeaderDataError(f"magic {magic.decode()!r} is that of a header whose voxels are in a file of their own")
    if magic != raw.single_magic:
        raise HeaderDataError(f"magic {magic.decode('latin-1')!r} is not {raw.single_magic.decode()!r}")


def _shape(raw: _Raw) -> tuple[int, ...]:
    axes = int(raw["dim"][0])
    if not 1 <= axes <= 7:  # noqa: PLR2004 - the range in the standard
        raise HeaderDataError(f"dim[0] is {axes}, but an image has 1 to 7 axes")
    shape = raw.get_data_shape()
    if min(shape) < 1:
        raise HeaderDataError(f"the shape {shape} has an axis without voxels")
    return tuple(int(length) for length in shape)


def _without_further(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return a shape without trailing axes of length 1 beyond the third, which add no voxels."""
    while len(shape) > AXES and shape[-1] == 1:
        shape = shape[:-1]
    return shape


def _dtype(raw: _Raw) -> str:
    code = int(raw["datatype"])
    try:
        dtype = raw.get_data_dtype()
    except KeyError:
        raise HeaderDataError(f"datatype {code} is none of NIfTI's") from None
    if dtype.names:
        return _COLOURS[dtype.itemsize]
    if dtype.kind == "V":
        raise HeaderDataError(f"voxels of datatype {code} ({raw.get_value_label('datatype')}) cannot be read here")
    return str(dtype.name)


def _vox_offset(raw: _Raw) -> int:
    """Return the byte where the voxels begin; 0 means right after the header, as in nibabel."""
    offset, first = float(raw["vox_offset"]), int(raw.single_vox_offset)
    if offset == 0:
        return first
    if not first <= offset < sys.maxsize:
        raise HeaderDataError(f"vox_offset is {offset:g}, but voxels begin at byte {first} or after")
    return int(offset)


def _qform(raw: _Raw) -> grid.Matrix:
    """Return the qform; all NaN if its quaternion is not a rotation or a zoom is negative."""
    try:
        return np.asarray(raw.get_qform()[:3], np.float64)
    except (HeaderDataError, ValueError):
        return np.full((3, 4), math.nan)


def _ambiguity(qform: grid.Matrix | None, sform: grid.Matrix | None, shape: tuple[int, ...]) -> float:
    if qform is None or sform is None:
        return 0.0
    return grid.displacement_mm(qform, sform, grid.three_axes(shape))


def _flat(affine: grid.Matrix | None) -> Affine:
    return () if affine is None else tuple(affine.ravel().tolist())


def _problems(raw: _Raw) -> tuple[str, ...]:
    lines = type(raw).diagnose_binaryblock(raw.binaryblock, raw.endianness).splitlines()
    judged = raw["qform_code"] > 0 and raw["pixdim"][0] != 0
    return tuple(line for line in lines if judged or not line.startswith(_QFAC))


def _printable(text: bytes) -> str:
    """Return the readable text in a fixed-width field, including text after a NUL, which is still disclosed."""
    decoded = text.decode("utf-8", "replace")
    return " ".join("".join(c if c.isprintable() else " " for c in decoded).split())
