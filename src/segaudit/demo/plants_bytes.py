"""Defects of bytes: files that are damaged, truncated, of another type than named, or contain personal data."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

from segaudit.demo.target import Damage, Target, UnplantableError, edit
from segaudit.demo.volume import HEADER_BYTES, Volume, compress

LFS_POINTER = b"""version https://git-lfs.github.com/spec/v1
oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
size 12345
"""
HTML_PAGE = b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Session expired</body></html>\n"


def ct_crc_flip(target: Target) -> Damage:
    """The CT's gzip checksum is wrong although all voxels inflate, as in s0864 of TotalSegmentator v1."""
    return _flip_checksum(target, "")


def mask_crc_flip(target: Target) -> Damage:
    """A mask's gzip checksum is wrong although all voxels inflate."""
    return _flip_checksum(target, target.choose())


def ct_truncated(target: Target, lost: float = 0.3) -> Damage:
    """The CT's file lacks the last 30 per cent of its bytes."""
    return _truncate(target, "", lost)


def mask_truncated(target: Target, lost: float = 0.3) -> Damage:
    """A mask's file lacks the last 30 per cent of its bytes."""
    return _truncate(target, target.choose(), lost)


def ct_bitflip_midstream(target: Target) -> Damage:
    """One bit in the middle of the CT's compressed bytes is flipped."""
    data = bytearray(target.ct.read_bytes())
    for position in range(len(data) // 2, len(data)):
        data[position] ^= 1
        if _undecodable(bytes(data)):
            target.ct.write_bytes(data)
            return target.at(path=target.ct)
        data[position] ^= 1
    raise UnplantableError(f"{target.case}: no bit of the CT's second half does harm")


def mask_second_member_corrupt(target: Target) -> Damage:
    """A second gzip member with a wrong checksum follows a mask's whole one."""
    member = bytearray(compress(bytes(HEADER_BYTES)))
    member[-8] ^= 1
    return _append(target, bytes(member))


def mask_unpacked(target: Target) -> Damage:
    """A mask's file is not compressed, although its name ends in .gz."""
    structure = target.choose()
    path = target.mask(structure)
    path.write_bytes(gzip.decompress(path.read_bytes()))
    return target.at(structure)


def mask_trailing_bytes(target: Target) -> Damage:
    """A mask's file goes on after its gzip stream."""
    return _append(target, b"trailing bytes, as a transfer in the wrong mode leaves them")


def mask_zero_byte(target: Target) -> Damage:
    """A mask's file has no bytes."""
    return _replace(target, b"")


def mask_lfs_pointer(target: Target) -> Damage:
    """A mask's file is a Git LFS pointer."""
    return _replace(target, LFS_POINTER)


def mask_html_page(target: Target) -> Damage:
    """A mask's file is a web page that asks for a login."""
    return _replace(target, HTML_PAGE)


def mask_dangling_link(target: Target) -> Damage:
    """A mask's file is a link whose content was never fetched, as git-annex makes them."""
    structure = target.choose()
    path = target.mask(structure)
    link = target.folder / path.name
    try:
        link.symlink_to(Path(".git", "annex", "objects", path.name))
    except OSError as error:
        raise UnplantableError(f"{target.case}: this system refuses to make a link: {error}") from error
    link.replace(path)
    return target.at(structure)


def mask_short(target: Target) -> Damage:
    """A mask's gzip stream is whole, but the last tenth of its voxels is not in it."""
    structure = target.choose()
    volume = Volume.read(target.mask(structure))
    target.mask(structure).write_bytes(compress(volume.payload[: -volume.voxels.nbytes // 10]))
    return target.at(structure)


def mask_promises_terabytes(target: Target) -> Damage:
    """A mask's header promises 27 TB of voxels."""
    structure = target.choose()
    edit(target.mask(structure), lambda volume: volume.header.set_data_shape((30000, 30000, 30000)))
    return target.at(structure)


def mask_header_invalid(target: Target) -> Damage:
    """A mask's header says 24 bits a voxel, which is not what its data type has."""
    structure = target.choose()

    def change(volume: Volume) -> None:
        volume.header["bitpix"] = 24

    edit(target.mask(structure), change)
    return target.at(structure)


def ct_patient_name(target: Target) -> Damage:
    """The CT's header holds a patient's name and date of birth."""

    def change(volume: Volume) -> None:
        volume.header["descrip"] = b"DOE^JANE 1957-03-21"

    edit(target.ct, change)
    return target.at(path=target.ct)


def _flip_checksum(target: Target, structure: str) -> Damage:
    path = target.mask(structure) if structure else target.ct
    data = bytearray(path.read_bytes())
    data[-8] ^= 1
    path.write_bytes(data)
    return target.at(structure, path)


def _truncate(target: Target, structure: str, lost: float) -> Damage:
    path = target.mask(structure) if structure else target.ct
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * (1 - lost))])
    return target.at(structure, path)


def _append(target: Target, tail: bytes) -> Damage:
    structure = target.choose()
    return _replace(target, target.mask(structure).read_bytes() + tail)


def _replace(target: Target, content: bytes) -> Damage:
    structure = target.choose()
    target.mask(structure).write_bytes(content)
    return target.at(structure)


def _undecodable(data: bytes) -> bool:
    """Whether a gzip stream is corrupt, rather than merely truncated."""
    try:
        zlib.decompress(data, wbits=31)
    except zlib.error as error:
        return "incomplete" not in str(error)
    return False
