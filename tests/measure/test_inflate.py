"""gzip members by hand: each field of a header, each number of a trailer, and what is said where one is wrong."""

from __future__ import annotations

import io
import re
import struct
import zlib
from itertools import product

import numpy as np
import pytest

from segaudit.measure.disk import PIECE_BYTES, Disk
from segaudit.measure.inflate import ZEROS, DamageError, Gunzip, Inflater, Plain, of_intensities, of_runs

TEXT, HCRC, EXTRA, NAME, COMMENT = 1, 2, 4, 8, 16
NOISE = np.random.default_rng(0).integers(0, 256, 300_000, np.uint8).tobytes()

inflaters = pytest.mark.parametrize("inflater", [of_runs, of_intensities])


def deflated(data: bytes) -> bytes:
    """Return a deflate stream without a header."""
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def header(flags: int = 0, name: bytes = b"a.nii", comment: bytes = b"made by hand") -> bytes:
    """Return the header of a member, with the fields that its flags announce."""
    found = b"\x1f\x8b\x08" + bytes([flags]) + bytes(6)
    if flags & EXTRA:
        found += struct.pack("<H", 258) + bytes(range(256)) + b"\0\0"
    found += (name + b"\0" if flags & NAME else b"") + (comment + b"\0" if flags & COMMENT else b"")
    return found + (struct.pack("<H", zlib.crc32(found) & 0xFFFF) if flags & HCRC else b"")


def trailer(data: bytes) -> bytes:
    """Return CRC and size of some content."""
    return struct.pack("<II", zlib.crc32(data), len(data))


def member(data: bytes, flags: int = 0) -> bytes:
    """Return a whole member."""
    return header(flags) + deflated(data) + trailer(data)


def opened(data: bytes, inflater: Inflater = of_runs) -> Gunzip:
    """Return the stream of a file with these bytes."""
    return Gunzip(Disk(io.BytesIO(data)), inflater)


def damage(data: bytes, size: int = 1 << 20, inflater: Inflater = of_runs) -> tuple[str, str]:
    """Return kind and detail of what is found to be wrong, reading so many bytes at a time."""
    stream = opened(data, inflater)
    with pytest.raises(DamageError) as caught:
        list(iter(lambda: stream.read(size), b""))
    assert str(caught.value) == caught.value.fault.detail
    return caught.value.fault.kind, caught.value.fault.detail


@inflaters
@pytest.mark.parametrize("fields", [*product((0, TEXT), (0, HCRC), (0, EXTRA), (0, NAME), (0, COMMENT))])
def test_fields_of_a_header(fields: tuple[int, ...], inflater: Inflater) -> None:
    """Each can be there or not; name and comment are known."""
    stream = opened(member(b"content", sum(fields)), inflater)
    assert (stream.read(100), stream.read(1)) == (b"content", b"")
    assert (stream.name, stream.comment) == ("a.nii" * (NAME in fields), "made by hand" * (COMMENT in fields))
    assert (stream.members, stream.position, stream.trailing) == (1, 7, "")


@pytest.mark.parametrize("flag", [0x20, 0x40, 0x80])
def test_reserved_flags(flag: int) -> None:
    """Nobody knows what they mean."""
    detail = f"the gzip header has flags {flag | 8:#04x}, of which 0xe0 are reserved"
    assert damage(member(b"content", flag | NAME)) == ("corrupt", detail)


def test_checksum_of_a_header() -> None:
    """It is that of all bytes before it, with the texts."""
    whole = header(HCRC | EXTRA | NAME | COMMENT)
    crc = zlib.crc32(whole[:-2]) & 0xFFFF
    wrong = whole[:-2] + struct.pack("<H", crc ^ 1) + deflated(b"") + trailer(b"")
    detail = f"CRC {crc:04x} of the gzip header is not the {crc ^ 1:04x} stored at byte {len(whole) - 2:,}"
    assert damage(wrong) == ("corrupt", detail)


@pytest.mark.parametrize("flag", [NAME, COMMENT])
def test_long_texts(flag: int) -> None:
    """A text has 64 KiB at most, with its end; a file may end before."""
    for size, whole in ((65_535, True), (65_536, False)):
        data = header(flag, name=b"x" * size, comment=b"x" * size) + deflated(b"12") + trailer(b"12")
        if whole:
            assert opened(data).read(9) == b"12"
        else:
            assert damage(data) == ("corrupt", "a text in the gzip header has no end within 65536 bytes")
    cut = header(flag)[:12]
    assert damage(cut) == ("truncated", "a text in the gzip header has no end within 2 bytes")


@inflaters
def test_several_members(inflater: Inflater) -> None:
    """Their contents are one; the texts are those of the first."""
    data = member(b"one", NAME) + member(b"") + header(NAME, name=b"b") + deflated(b"two") + trailer(b"two")
    stream = opened(data, inflater)
    assert [stream.read(2), stream.read(2), stream.read(9), stream.read(9)] == [b"on", b"et", b"wo", b""]
    assert (stream.members, stream.name, stream.position) == (3, "a.nii", 6)


@inflaters
def test_wrong_trailers(inflater: Inflater) -> None:
    """CRC and size are those of one member's content, and where they are stored is said."""
    first, data = member(b"123"), b"content"
    before = first + header() + deflated(data)
    crc, size = zlib.crc32(data), struct.pack("<I", 7)
    detail = f"CRC {crc:08x} of 7 bytes is not the {crc ^ 1:08x} stored at byte {len(before):,}"
    assert damage(before + struct.pack("<I", crc ^ 1) + size, inflater=inflater) == ("corrupt", detail)
    detail = f"7 bytes of content, not the 8 (ISIZE) stored at byte {len(before) + 4:,}"
    assert damage(before + struct.pack("<II", crc, 8), inflater=inflater) == ("corrupt", detail)
    detail = f"the file ends at byte {len(before) + 7}, inside a gzip header or trailer"
    assert damage(before + struct.pack("<I", crc) + size[:3], inflater=inflater) == ("truncated", detail)


@pytest.mark.parametrize(
    ("further", "said"),
    [
        (b"", ""),
        (b"\0", "1 bytes after the last gzip member, all zero"),
        (b"\x1f\x8b\x09", "3 bytes after the last gzip member"),
        (bytes(PIECE_BYTES + 5), f"{PIECE_BYTES + 5} bytes after the last gzip member, all zero"),
        (bytes(PIECE_BYTES) + b"x", f"{PIECE_BYTES + 1} bytes after the last gzip member"),
        (b"x" + bytes(PIECE_BYTES), f"{PIECE_BYTES + 1} bytes after the last gzip member"),
    ],
    ids=["none", "zero", "no member", "zeros", "behind zeros", "before zeros"],
)
def test_bytes_behind_the_last_member(further: bytes, said: str) -> None:
    """They are counted, and known once the end is reached."""
    stream = opened(member(b"content") + further)
    assert (stream.read(7), stream.trailing) == (b"content", "")
    assert (stream.read(1), stream.trailing) == (b"", said)


@inflaters
def test_zeros(inflater: Inflater) -> None:
    """A piece of zeros is always the same object, wherever it lies, and counts in the checksum as any other."""
    stream = opened(member(ZEROS + b"x" * PIECE_BYTES + ZEROS + b"\0"), inflater)
    pieces = [stream.read(PIECE_BYTES) for _ in range(5)]
    assert [piece is ZEROS for piece in pieces] == [True, False, True, False, False]
    assert pieces[1:2] + pieces[3:] == [b"x" * PIECE_BYTES, b"\0", b""]
    assert len(ZEROS) == 1 << 17


@inflaters
@pytest.mark.parametrize("size", [1000, 65_536, 131_072, 299_999, 300_000, 300_001])
def test_as_much_as_is_asked_for(size: int, inflater: Inflater) -> None:
    """Fewer bytes only at the end; nothing where nothing is asked for."""
    stream = opened(member(NOISE), inflater)
    assert stream.read(0) == b""
    for first in range(0, len(NOISE), size):
        assert stream.read(size) == NOISE[first : first + size]
        assert stream.position == min(first + size, len(NOISE))
    assert stream.read(size) == b""


class Counted(io.BytesIO):
    """A file that knows how many bytes were asked for."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.asked: list[int] = []

    def read(self, size: int | None = -1, /) -> bytes:
        """Return bytes."""
        self.asked.append(size or 0)
        return super().read(size)


def test_what_is_read_from_disk_at_a_time() -> None:
    """64 KiB, in as many steps as the file needs."""
    file = Counted(member(NOISE))
    stream = Gunzip(Disk(file), of_runs)
    assert stream.read(len(NOISE)) == NOISE
    assert max(file.asked) == 1 << 16
    assert len([size for size in file.asked if size == 1 << 16]) == len(member(NOISE)) // (1 << 16) + 1


@inflaters
def test_cut_off(inflater: Inflater) -> None:
    """How many bytes there are, stored and inflated."""
    data = header() + deflated(NOISE)[:100_000]
    kind, detail = damage(data, 1000, inflater)
    before, after = detail.split("; ")
    assert (kind, before) == ("truncated", "cut off after 100,010 bytes")
    count = int(after.split()[0].replace(",", ""))
    assert 99_000 < count < 100_000
    assert after == f"{count:,} bytes of content could be read"


BROKEN = header() + b"\0" + struct.pack("<HH", 60_000, 60_000 ^ 0xFFFF) + NOISE[:60_000] + b"\x07" + bytes(200)
"""A member of 60,216 bytes, with a block of no known type behind one that is stored as it is."""


@inflaters
def test_broken_stream(inflater: Inflater) -> None:
    """Between which bytes of the file."""
    kind, detail = damage(BROKEN, inflater=inflater)
    assert (kind, " in bytes 10 to 60,216 of the file; 0 bytes of " in detail) == ("corrupt", True)
    assert detail.startswith("invalid")


def test_broken_stream_that_was_read_before() -> None:
    """Before which byte of the file, where all of it was taken from disk with the content before."""
    kind, detail = damage(BROKEN, 10_000)
    assert kind == "corrupt"
    assert re.search(r" before byte 60,216 of the file; [1-6]0,000 bytes of content could be read$", detail)


def test_uncompressed() -> None:
    """The bytes as they are, counted."""
    stream = Plain(Disk(io.BytesIO(b"12345")))
    assert (stream.position, stream.members, stream.name, stream.comment, stream.trailing) == (0, 0, "", "", "")
    assert (stream.read(3), stream.position, stream.read(9), stream.position) == (b"123", 3, b"45", 5)
