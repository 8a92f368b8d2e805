"""Every fault of bytes is one fault, and reading stops in bounded memory."""

from __future__ import annotations

import gzip
import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import xxhash

from segaudit.measure import file as reading
from segaudit.measure import measure_case
from segaudit.model import CaseFiles
from segaudit.model.records import FaultKind
from segaudit.testing.volumes import Made, measured, zipped
from tests.support.files import CONTENT, VOXELS, ZIPPED, changed, read
from tests.support.systems import linux, pipes

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


def _missing(path: Path) -> None:
    assert not path.exists()


SYSTEMS = {"pipe": [pipes], "status of a process": [linux]}

UNREADABLE: dict[str, Callable[[Path], None]] = {
    "missing": _missing,
    "folder": Path.mkdir,
    "broken link": lambda path: path.symlink_to("nowhere"),
    "link to itself": lambda path: path.symlink_to(path.name),
    "status of a process": lambda path: path.symlink_to("/proc/self/status"),
    "pipe": lambda path: os.mkfifo(path),  # noqa: PLW0108 (Windows has no mkfifo)
}


@pytest.mark.parametrize(
    "make",
    [pytest.param(make, id=name, marks=SYSTEMS.get(name, ())) for name, make in UNREADABLE.items()],
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


@pytest.mark.parametrize(
    ("excess", "detail"),
    [
        (1, "1 bytes after the last voxel"),
        (1 << 17, "131,072 bytes after the last voxel"),
        ((1 << 17) + 1, "at least 131,073 bytes after the last voxel"),
        (1 << 20, "at least 262,144 bytes after the last voxel"),
    ],
)
def test_as_much_as_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, excess: int, detail: str) -> None:
    """Up to a limit it is counted; beyond, a piece is read at most."""
    monkeypatch.setattr(reading, "MAX_EXCESS_BYTES", 1 << 17)
    file = read(tmp_path, zipped(CONTENT + bytes(excess)))
    assert [(fault.kind, fault.detail) for fault in file.faults] == [("trailing", detail)]


@pytest.mark.parametrize(("data", "content"), [(b"", "empty"), (b"no image at all", "text"), (ZIPPED[:7], "gzip")])
def test_nothing_is_known_without_a_header(tmp_path: Path, data: bytes, content: str) -> None:
    """No byte is promised then, and none read as content."""
    file = read(tmp_path, data)
    assert (file.header, file.promised_bytes, file.payload_bytes, file.members) == (None, 0, 0, 0)
    assert (file.content, file.gzip_name, file.gzip_comment, file.read_bytes) == (content, "", "", len(data))


@pytest.mark.parametrize(
    ("shape", "kinds"), [((1, 1, 32_767), []), ((1, 32_768, 1), ["oversized"]), ((1, 1, 256, 128), ["oversized"])]
)
def test_long_axis(tmp_path: Path, shape: tuple[int, ...], kinds: list[str]) -> None:
    """A grid of few voxels but of more slices than there are in any scan is not read."""
    case = measured(tmp_path, Made(np.zeros(shape, np.uint8), second=True))
    assert [[fault.kind for fault in file.faults] for file in case.files] == [kinds]
