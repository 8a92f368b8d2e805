"""The record of a file: its type, its header's extensions, its checksum."""

from __future__ import annotations

import gzip
import io
import zlib
from pathlib import Path

import numpy as np
import pytest
import xxhash

from segaudit.measure import measure_case, same_bytes
from segaudit.model import CaseFiles, Extension, Fault
from segaudit.testing.volumes import Made, measured, zipped
from tests.support.files import CONTENT, VOXELS, ZIPPED, changed, read

MAX_EXCESS_BYTES = 1 << 26


def test_whole_file(tmp_path: Path) -> None:
    """A whole file has no fault, and its bytes, digest and lengths are recorded."""
    file = read(tmp_path, ZIPPED)
    status = (tmp_path / "spleen.nii.gz").stat()
    assert (file.faults, file.whole, file.content, file.members) == ((), True, "gzip", 1)
    assert (file.size, file.mtime_ns) == (len(ZIPPED), status.st_mtime_ns)
    assert file.digest == xxhash.xxh3_128_hexdigest(ZIPPED)
    assert file.promised_bytes == file.payload_bytes == len(CONTENT) == 352 + VOXELS.size


@pytest.mark.parametrize(("members", "content"), [(0, "nifti"), (1, "gzip"), (2, "gzip"), (5, "gzip")])
def test_container(tmp_path: Path, members: int, content: str) -> None:
    """The type of a file does not depend on its name; gzip members are counted."""
    file = read(tmp_path, Made(VOXELS, members=members).file())
    assert (file.faults, file.content, file.members) == ((), content, members)


def test_gzip_header_fields(tmp_path: Path) -> None:
    """FNAME and COMMENT of the first member are recorded; extra fields and a header CRC are skipped."""
    deflate = zlib.compressobj(wbits=-15)
    body = deflate.compress(CONTENT) + deflate.flush()
    trailer = zlib.crc32(CONTENT).to_bytes(4, "little") + len(CONTENT).to_bytes(4, "little")
    header = b"\x1f\x8b\x08\x1e" + bytes(6) + b"\x03\0abc" + b"Jos\xe9.nii\0" + b"a comment\0"
    crc = (zlib.crc32(header) & 0xFFFF).to_bytes(2, "little")
    file = read(tmp_path, header + crc + body + trailer)
    assert (file.faults, file.gzip_name, file.gzip_comment) == ((), "José.nii", "a comment")
    (fault,) = read(tmp_path, header + b"\x12\x34" + body + trailer).faults
    assert (fault.kind, fault.detail[:12]) == ("corrupt", f"CRC {crc[1]:02x}{crc[0]:02x} of ")


@pytest.mark.parametrize("flag", [0x20, 0x40, 0x80])
def test_reserved_flags_of_gzip(tmp_path: Path, flag: int) -> None:
    """RFC 1952 has readers refuse them, and gzip does."""
    (fault,) = read(tmp_path, changed(ZIPPED, 3, bytes([flag]))).faults
    assert (fault.kind, fault.detail) == (
        "corrupt",
        f"the gzip header has flags {flag:#04x}, of which 0xe0 are reserved",
    )


def _numpy_file() -> bytes:
    np.save(buffer := io.BytesIO(), np.zeros(3))
    return buffer.getvalue()


FOREIGN = (
    (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", "a Git LFS pointer"),
    (b"/annex/objects/MD5E-s1--00\n", "a git-annex pointer"),
    (b"\n<!DOCTYPE html><html>404</html>", "an HTML page"),
    (b"\xef\xbb\xbf<?xml version='1.0'?>", "an XML document"),
    (b'{"message": "not found"}', "JSON"),
    (b"PK\x03\x04" + bytes(30), "a zip archive"),
    (bytes(128) + b"DICM" + bytes(10), "a DICOM file"),
    (b"\x00\x05\x16\x07" + bytes(100), "an AppleDouble file (macOS metadata)"),
    (_numpy_file(), "a NumPy array"),
    ("un fichier à lire\n".encode() * 400, "text"),
    (bytes(5000), "all zero bytes"),
    (b"\x01\x02\x03\x04\x05\x06\x07\x08\x09", "unknown bytes 0x0102030405060708"),
    (b"\xff", "unknown bytes 0xff"),
)


@pytest.mark.parametrize(("data", "content"), FOREIGN, ids=[content for _, content in FOREIGN])
def test_something_else(tmp_path: Path, data: bytes, content: str) -> None:
    """The type of other files is named, also inside gzip."""
    assert (read(tmp_path, data).content, read(tmp_path, data).faults) == (content, (Fault("not-nifti", content),))
    inside = read(tmp_path, gzip.compress(data))
    assert (inside.content, inside.faults[0].kind) == (f"{content} inside gzip", "not-nifti")


def _with_extensions(*extensions: tuple[int, bytes]) -> bytes:
    area = b"".join(np.array([len(data) + 8, code], "<i4").tobytes() + data for code, data in extensions)
    offset = np.float32(352 + len(area)).tobytes()
    return changed(CONTENT[:348], 108, offset) + b"\1\0\0\0" + area + CONTENT[352:]


def test_extensions(tmp_path: Path) -> None:
    """Extensions are listed with their first readable text, and the voxels behind them are found."""
    data = _with_extensions((6, b"\0\1Patient: Jane Doe, " + b"x" * 98 + b"\0"), (2, bytes(24)))
    file = read(tmp_path, zipped(data))
    assert file.header is not None
    assert (file.faults, file.header.problems) == ((), ())
    assert file.header.extensions == (Extension(6, 128, "Patient: Jane Doe, " + "x" * 41), Extension(2, 32))


def test_extension_that_does_not_fit(tmp_path: Path) -> None:
    """An extension that claims more than there is before the voxels is a problem of the header."""
    data = bytearray(_with_extensions((6, bytes(8))))
    data[352:356] = (1000).to_bytes(4, "little")
    header = read(tmp_path, zipped(bytes(data))).header
    assert header is not None
    assert header.problems == ("header extension 1 claims 1000 bytes, 16 are there",)


def test_extensions_without_number(tmp_path: Path) -> None:
    """The first 16 extensions are listed; if there are more, the header's problems give their number."""
    header = read(tmp_path, zipped(_with_extensions(*[(6, bytes(8))] * 1000))).header
    assert header is not None
    assert (header.extensions, header.problems) == (
        (Extension(6, 16),) * 16,
        ("1000 header extensions, of which the first 16 are listed",),
    )


def test_large_gap_before_the_voxels(tmp_path: Path) -> None:
    """A gap of megabytes between header and voxels is skipped."""
    gap = 3 << 20
    data = changed(CONTENT[:352], 108, np.float32(352 + gap).tobytes()) + bytes(gap) + CONTENT[352:]
    mask = measured(tmp_path, spleen=zipped(data)).masks[0]
    assert (len(mask.file.faults), mask.voxels) == (0, int(VOXELS.sum()))


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_checksum_over_pieces_of_zeros(tmp_path: Path, dtype: str) -> None:
    """Long stretches of zeros, whose checksum is not computed from their bytes, are verified like any other."""
    stored = np.zeros((128, 128, 128), dtype)
    stored[5, 6, 50:60] = 1
    data = Made(stored).file()
    assert read(tmp_path, data).faults == ()
    (fault,) = read(tmp_path, changed(data, -5, bytes([data[-5] ^ 1]))).faults
    assert (fault.kind, fault.detail.split()[0]) == ("corrupt", "CRC")
    assert f"{zlib.crc32(Made(stored).content()):08x} of {stored.nbytes + 352:,} bytes" in fault.detail


@pytest.mark.parametrize("content", [Made(VOXELS, members=0).file(), b"junk"])
def test_a_file_that_goes_on_and_on(tmp_path: Path, content: bytes) -> None:
    """Long after its last voxel or its damage it is not read any further; its digest says of how much it is."""
    files = CaseFiles(case="s0001", folder="s0001", masks={"spleen": "spleen.nii"})
    with (tmp_path / "spleen.nii").open("wb") as written:
        written.write(content)
        written.truncate(4 << 30)
    case = measure_case(tmp_path, files)
    file = case.masks[0].file
    assert (file.size, file.read_bytes < 3 * MAX_EXCESS_BYTES) == (4 << 30, True)
    assert same_bytes(tmp_path, files, case)
    with (tmp_path / "spleen.nii").open("r+b") as written:
        written.truncate(5 << 30)
    assert not same_bytes(tmp_path, files, case)
