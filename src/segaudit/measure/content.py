"""Identify the type of a file by its first bytes rather than by its name."""

from __future__ import annotations

from segaudit.measure.inflate import MAGIC

HEAD_BYTES = 4096
"""Number of bytes that are inspected."""

NIFTI_SIZES = (348, 540)
"""Size in bytes of a NIfTI-1 and of a NIfTI-2 header, which is also its first number, in the file's byte order."""

_SIGNATURES = (
    (0, MAGIC, "gzip"),
    (344, b"n+1\0", "nifti"),
    (344, b"ni1\0", "nifti"),
    (4, b"n+2\0\r\n\x1a\n", "nifti"),
    (128, b"DICM", "a DICOM file"),
    (257, b"ustar", "a tar archive"),
    (0, b"PK\x03\x04", "a zip archive"),
    (0, b"PK\x05\x06", "an empty zip archive"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (0, b"BZh", "a bzip2 stream"),
    (0, b"\xfd7zXZ\0", "an xz stream"),
    (0, b"\x28\xb5\x2f\xfd", "a Zstandard stream"),
    (0, b"\x04\x22\x4d\x18", "an LZ4 stream"),
    (0, b"\x5d\0\0", "an LZMA stream"),
    (0, b"\x1f\x9d", "a Unix compress stream"),
    (0, b"\x78\x01", "a zlib stream"),
    (0, b"\x78\x9c", "a zlib stream"),
    (0, b"\x78\xda", "a zlib stream"),
    (0, b"\x00\x05\x16\x07", "an AppleDouble file (macOS metadata)"),
    (0, b"\x89PNG", "a PNG image"),
    (0, b"\x89HDF", "an HDF5 file"),
    (0, b"\x93NUMPY", "a NumPy array"),
    (0, b"%PDF", "a PDF document"),
    (0, b"NRRD", "an NRRD image"),
    (0, b"ObjectType", "a MetaImage header"),
    (0, b"version https://git-lfs", "a Git LFS pointer"),
    (0, b"/annex/objects/", "a git-annex pointer"),
)

_TEXTS = (("<!doctype html", "an HTML page"), ("<html", "an HTML page"), ("<?xml", "an XML document"), ("{", "JSON"))


def content_of(head: bytes) -> str:
    """Name the content that begins with these bytes: ``nifti``, ``gzip``, ``empty``, or a description in words."""
    if not head:
        return "empty"
    if any(int.from_bytes(head[:4], order) in NIFTI_SIZES for order in ("little", "big")):
        return "nifti"
    known = (name for offset, magic, name in _SIGNATURES if head.startswith(magic, offset))
    return next(known, "") or _text(head) or _unknown(head)


def _text(head: bytes) -> str:
    """Name a kind of text; empty if the bytes are not UTF-8 text (the last character may be incomplete)."""
    text = head.decode("utf-8-sig", "ignore")
    if len(text.encode()) < len(head.removeprefix(b"\xef\xbb\xbf")) - 3 or not text.strip():
        return ""
    if not all(character.isprintable() or character in "\t\n\r\f" for character in text):
        return ""
    beginning = text.lstrip().lower()
    return next((name for start, name in _TEXTS if beginning.startswith(start)), "text")


def _unknown(head: bytes) -> str:
    return "all zero bytes" if not head.strip(b"\0") else f"unknown bytes 0x{head[:8].hex()}"
