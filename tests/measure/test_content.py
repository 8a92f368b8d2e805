"""What a file is, by its first bytes: each signature at its place, and a byte beside it."""

from __future__ import annotations

import pytest

from segaudit.measure.content import content_of

SIGNATURES = [
    (0, b"\x1f\x8b\x08", "gzip"),
    (344, b"n+1\0", "nifti"),
    (344, b"ni1\0", "nifti"),
    (4, b"n+2\0\r\n\x1a\n", "nifti"),
    (128, b"DICM", "a DICOM file"),
    (257, b"ustar", "a tar archive"),
    (0, b"PK\x03\x04", "a zip archive"),
    (0, b"PK\x05\x06", "an empty zip archive"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (0, b"BZh9", "a bzip2 stream"),
    (0, b"\xfd7zXZ\0", "an xz stream"),
    (0, b"\x28\xb5\x2f\xfd", "a Zstandard stream"),
    (0, b"\x04\x22\x4d\x18", "an LZ4 stream"),
    (0, b"\x5d\0\0", "an LZMA stream"),
    (0, b"\x1f\x9d", "a Unix compress stream"),
    *((0, b"\x78" + level, "a zlib stream") for level in (b"\x01", b"\x9c", b"\xda")),
    (0, b"\x00\x05\x16\x07", "an AppleDouble file (macOS metadata)"),
    (0, b"\x89PNG", "a PNG image"),
    (0, b"\x89HDF", "an HDF5 file"),
    (0, b"\x93NUMPY", "a NumPy array"),
    (0, b"%PDF", "a PDF document"),
    (0, b"NRRD", "an NRRD image"),
    (0, b"ObjectType", "a MetaImage header"),
    (0, b"version https://git-lfs", "a Git LFS pointer"),
    (0, b"/annex/objects/", "a git-annex pointer"),
]


@pytest.mark.parametrize(
    ("offset", "magic", "content"), SIGNATURES, ids=[f"{each[2]}-{each[0]}" for each in SIGNATURES]
)
def test_signatures(offset: int, magic: bytes, content: str) -> None:
    """A byte before or behind its place it says nothing."""
    assert content_of(b"\xff" * offset + magic + b"\xff" * 99) == content
    for other in {offset + 1, max(offset - 1, 0)} - {offset}:
        assert content_of(b"\xff" * other + magic + b"\xff" * 99).startswith("unknown bytes 0x")


@pytest.mark.parametrize(
    ("head", "content"),
    [
        (b"", "empty"),
        (b"\x5c\x01\0\0", "nifti"),
        (b"\0\0\x01\x5c", "nifti"),
        (b"\x1c\x02\0\0", "nifti"),
        (b"\0\0\x02\x1c", "nifti"),
        (b"\x5b\x01\0\0", "unknown bytes 0x5b010000"),
        (b"\0\0", "all zero bytes"),
        (b"abc\xe2\x82", "text"),  # a character that breaks off
        (b"abc\xff\xff\xff", "text"),
        (b"abc\xff\xff\xff\xff", "unknown bytes 0x616263ffffffff"),
        (b"  \n", "unknown bytes 0x20200a"),
        (b"abc\x07", "unknown bytes 0x61626307"),
        (b"\xef\xbb\xbf \n<HTML>", "an HTML page"),
    ],
)
def test_other_beginnings(head: bytes, content: str) -> None:
    """The size of a header in either byte order, text of which three bytes may be lost, and what is neither."""
    assert content_of(head) == content
