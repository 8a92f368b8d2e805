"""Files: every fault of bytes, and the record of whole files."""

from __future__ import annotations

import gzip
import io
import os
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import xxhash
from numpy.typing import NDArray

from segaudit.measure import file as reading
from segaudit.measure import measure_case
from segaudit.model import CaseFiles, Extension, Fault, File
from segaudit.model.records import FaultKind
from segaudit.testing.volumes import Made, measured, zipped
from tests.support.systems import pipes

VOXELS: NDArray[np.uint8] = (np.arange(40 * 30 * 20) % 7 == 0).astype(np.uint8).reshape(40, 30, 20)
WHOLE = Made(VOXELS)
CONTENT = WHOLE.content()
ZIPPED = zipped(CONTENT)


def read(folder: Path, data: bytes) -> File:
    """Return the record of a file with these bytes."""
    return measured(folder, spleen=data).masks[0].file


def changed(data: bytes, at: int, new: bytes) -> bytes:
    """Return the bytes with some of them replaced; a negative position counts from the end."""
    at %= len(data)
    return data[:at] + new + data[at + len(new) :]


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
    header = b"\x1f\x8b\x08\x1e" + bytes(6) + b"\x03\0abc" + b"Jos\xe9.nii\0" + b"a comment\0" + b"\x12\x34"
    file = read(tmp_path, header + body + trailer)
    assert (file.faults, file.gzip_name, file.gzip_comment) == ((), "José.nii", "a comment")


DAMAGED: tuple[tuple[str, bytes, FaultKind, str], ...] = (
    ("no bytes", b"", "empty", "the file has no bytes"),
    ("nothing inside gzip", gzip.compress(b""), "empty", "the gzip stream holds no bytes"),
    ("crc", changed(ZIPPED, -5, b"\0"), "corrupt", "CRC "),
    ("isize", changed(ZIPPED, -1, b"\x7f"), "corrupt", f"{len(CONTENT):,} bytes of content, not the "),
    ("deflate", changed(ZIPPED, 10, b"\xff" * 8), "corrupt", "invalid block type"),
    ("second member", Made(VOXELS, members=2).file()[:-1] + b"\x7f", "corrupt", f"{len(CONTENT) // 2:,} bytes of"),
    ("cut", ZIPPED[:-200], "truncated", f"cut off after {len(ZIPPED) - 200:,} bytes; "),
    ("cut in the trailer", ZIPPED[:-3], "truncated", f"the file ends at byte {len(ZIPPED) - 3}"),
    ("cut in the gzip header", ZIPPED[:7], "truncated", "the file ends at byte 7"),
    ("endless gzip name", b"\x1f\x8b\x08\x08" + b"x" * 100_000, "corrupt", "a text in the gzip header has no end"),
    ("cut gzip name", b"\x1f\x8b\x08\x08" + b"x" * 100, "truncated", "a text in the gzip header has no end"),
    (
        "short",
        zipped(CONTENT[:-10]),
        "short",
        f"{len(CONTENT) - 10:,} of {len(CONTENT):,} bytes are there, 10 are missing",
    ),
    ("short and plain", CONTENT[:-10], "short", f"{len(CONTENT) - 10:,} of {len(CONTENT):,} bytes are there"),
    ("short header", zipped(CONTENT[:100]), "short", "100 bytes of a header of 348"),
    ("more voxels", zipped(CONTENT + b"abc"), "trailing", "3 bytes after the last voxel"),
    ("bytes behind gzip", ZIPPED + b"abcdef", "trailing", "6 bytes after the last gzip member"),
    ("zeros behind gzip", ZIPPED + bytes(512), "trailing", "512 bytes after the last gzip member, all zero"),
    (
        "huge grid",
        zipped(changed(CONTENT, 42, b"\xff\x7f" * 3)),
        "oversized",
        "the header promises 35,181,150,961,663 voxels",
    ),
    ("magic", zipped(changed(CONTENT, 344, b"n+9\0")), "header", "magic 'n+9' is not 'n+1'"),
    ("voxels elsewhere", zipped(changed(CONTENT, 344, b"ni1\0")), "header", "magic 'ni1' is that of a header whose"),
    ("datatype", zipped(changed(CONTENT, 70, b"\x63\0")), "header", "datatype 99 is none of NIfTI's"),
    ("bits", zipped(changed(CONTENT, 70, b"\x01\0")), "header", "voxels of datatype 1 (binary) cannot be read here"),
    ("no axes", zipped(changed(CONTENT, 40, b"\0\0")), "header", "dim[0] is 0, but an image has 1 to 7 axes"),
    ("eight axes", zipped(changed(CONTENT, 40, b"\x08\0")), "header", "dim[0] is 8, but an image has 1 to 7 axes"),
    (
        "negative axis",
        zipped(changed(CONTENT, 44, b"\xff\xff")),
        "header",
        "the shape (40, -1, 20) has an axis without",
    ),
    (
        "offset",
        zipped(changed(CONTENT, 108, b"\0\0\x80\x3f")),
        "header",
        "vox_offset is 1, but voxels begin at byte 352",
    ),
    (
        "no offset",
        zipped(changed(CONTENT, 108, b"\0\0\xc0\x7f")),
        "header",
        "vox_offset is nan, but voxels begin at byte",
    ),
    (
        "intercept",
        zipped(changed(CONTENT, 112, b"\0\0\x80\x3f\0\0\x80\x7f")),
        "header",
        "Valid slope but invalid interc",
    ),
)


@pytest.mark.parametrize(("data", "kind", "detail"), [row[1:] for row in DAMAGED], ids=[row[0] for row in DAMAGED])
def test_fault(tmp_path: Path, data: bytes, kind: FaultKind, detail: str) -> None:
    """Each damage is one fault, the cause; the digest still covers all bytes."""
    file = read(tmp_path, data)
    assert [fault.kind for fault in file.faults] == [kind]
    assert file.faults[0].detail.startswith(detail)
    assert file.digest == xxhash.xxh3_128_hexdigest(data)
    assert file.whole == (kind == "trailing")


def test_grid_beyond_all_integers(tmp_path: Path) -> None:
    """A NIfTI-2 header may state a size that overflows 64 bits; the case is still measured."""
    content = Made(VOXELS, second=True).content()
    huge = zipped(changed(content, 24, (2**62).to_bytes(8, "little") * 2))
    case = measured(tmp_path, spleen=huge, liver=huge)
    assert [fault.kind for mask in case.masks for fault in mask.file.faults] == ["oversized"] * 2
    assert case.contacts == ()


@pytest.mark.parametrize("row", DAMAGED, ids=[row[0] for row in DAMAGED])
def test_fault_of_a_ct(tmp_path: Path, row: tuple[str, bytes, FaultKind, str]) -> None:
    """Both inflating libraries find the same faults; their wording for corrupt bytes differs."""
    name, data, kind, detail = row
    (tmp_path / "ct.nii.gz").write_bytes(data)
    ct = measure_case(tmp_path, CaseFiles(case="x", folder="", ct="ct.nii.gz", masks={})).ct
    assert ct is not None
    assert [fault.kind for fault in ct.file.faults] == [kind]
    assert ct.file.faults[0].detail.startswith("invalid deflate block" if name == "deflate" else detail)


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


def _missing(path: Path) -> None:
    assert not path.exists()


UNREADABLE: dict[str, Callable[[Path], None]] = {
    "missing": _missing,
    "folder": Path.mkdir,
    "broken link": lambda path: path.symlink_to("nowhere"),
    "link to itself": lambda path: path.symlink_to(path.name),
    "pipe": lambda path: os.mkfifo(path),  # noqa: PLW0108 (Windows has no mkfifo)
}


@pytest.mark.parametrize(
    "make", [pytest.param(make, id=name, marks=[pipes] * (name == "pipe")) for name, make in UNREADABLE.items()]
)
def test_unreadable(tmp_path: Path, make: Callable[[Path], None]) -> None:
    """A path that cannot be opened as a file is a fault with the system's reason, and never blocks."""
    make(tmp_path / "x.nii.gz")
    case = measure_case(tmp_path, CaseFiles(case="s0001", folder="s0001", ct="x.nii.gz", masks={"liver": "x.nii.gz"}))
    assert [[fault.kind for fault in file.faults] for file in case.files] == [["unreadable"]] * 2
    assert all(file.faults[0].detail and not file.whole for file in case.files)


def test_header_that_promises_a_hundred_gigabytes(tmp_path: Path) -> None:
    """A grid within the limit needs no memory for voxels that do not exist."""
    dims = np.array([4096, 4096, 16], "<i2").tobytes()
    large = zipped(changed(CONTENT, 42, dims))
    tracemalloc.start()
    case = measured(tmp_path, zipped(changed(CONTENT, 42, b"\xff\x7f" * 3)), spleen=large)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [[fault.kind for fault in file.faults] for file in case.files] == [["oversized"], ["short"]]
    assert peak < 1 << 24


def test_stream_that_inflates_past_its_promise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading a gzip bomb stops after a bounded excess, in bounded memory."""
    monkeypatch.setattr(reading, "MAX_EXCESS_BYTES", 1 << 22)
    bomb = zipped(CONTENT + bytes(1 << 26))
    tracemalloc.start()
    file = read(tmp_path, bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [fault.kind for fault in file.faults] == ["trailing"]
    assert file.faults[0].detail.startswith("at least ")
    assert file.payload_bytes < len(CONTENT) + (1 << 22) + (1 << 19)
    assert peak < 1 << 24


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


@pytest.mark.parametrize(
    ("shape", "kinds"), [((1, 1, 32_767), []), ((1, 32_768, 1), ["oversized"]), ((1, 1, 256, 128), ["oversized"])]
)
def test_long_axis(tmp_path: Path, shape: tuple[int, ...], kinds: list[str]) -> None:
    """A grid of few voxels but of more slices than there are in any scan is not read."""
    case = measured(tmp_path, Made(np.zeros(shape, np.uint8), second=True))
    assert [[fault.kind for fault in file.faults] for file in case.files] == [kinds]


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
