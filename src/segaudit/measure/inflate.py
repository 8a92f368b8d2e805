"""Read, inflate and verify the bytes of a file in one pass from start to end.

No reader in common use verifies a whole gzip file (nibabel stops before the checksum, ITK fills missing bytes with
zeros), so the gzip format (RFC 1952) is handled here, and two libraries inflate the deflate stream: zlib-ng is faster
for long runs, ISA-L for single bytes, each 1.5 times as fast as the other.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Protocol, TypeAlias

from isal import igzip_lib, isal_zlib
from zlib_ng import zlib_ng

from segaudit.measure.disk import PIECE_BYTES, Disk
from segaudit.model import Fault
from segaudit.model.records import FaultKind

CHUNK_BYTES = 1 << 16
"""Number of bytes that are read from disk at a time."""

MAGIC = b"\x1f\x8b\x08"
"""The first bytes of a gzip member: its identification, and deflate, the only method."""

ZEROS = bytes(PIECE_BYTES)
"""A piece of zeros, like most of a mask. Inflating always returns this object, so ``==`` need not compare bytes."""

_ZEROS_CRC = isal_zlib.crc32(ZEROS)

_ERRORS: tuple[type[Exception], ...] = (igzip_lib.IsalError, zlib_ng.error)  # type: ignore[assignment]  # isal's stubs
_PREFIX = re.compile(r"Error -?\d+ (while decompressing data: )?")

_FEXTRA, _FNAME, _FCOMMENT, _FHCRC = 4, 8, 16, 2
_RESERVED = 0xE0
"""Flags that RFC 1952 reserves: a reader has to refuse a file that has one of them."""
_MAX_TEXT_BYTES = 1 << 16


class DamageError(Exception):
    """The rest of the bytes cannot be read."""

    def __init__(self, kind: FaultKind, detail: str) -> None:
        super().__init__(detail)
        self.fault = Fault(kind, detail)


class Inflating(Protocol):
    """Inflates one deflate stream, with the interface of ``bz2.BZ2Decompressor``."""

    eof: bool
    needs_input: bool
    unused_data: bytes

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Return up to ``max_length`` bytes of content; the rest of ``data`` is kept for the next call."""


Inflater: TypeAlias = Callable[[], Inflating]


def of_runs() -> Inflating:
    """Return the inflater for masks."""
    kind: Any = zlib_ng._ZlibDecompressor  # noqa: SLF001  # the public class copies its output while it grows
    inflating: Inflating = kind(wbits=-15)
    return inflating


def of_intensities() -> Inflating:
    """Return the inflater for CTs."""
    inflating: Inflating = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_DEFLATE)
    return inflating


class Stream(Protocol):
    """The uncompressed content of a file."""

    position: int
    """Bytes read so far."""
    members: int
    name: str
    comment: str
    trailing: str
    """A description of bytes after the end of the content; empty if there are none. Known once the end is reached."""

    def read(self, size: int) -> bytes:
        """Return the next ``size`` bytes, fewer only at the end.

        Raises:
            DamageError: the bytes are damaged.
            OSError: they cannot be read from disk.
        """


class Plain:
    """The content of an uncompressed file."""

    def __init__(self, disk: Disk) -> None:
        self.position = self.members = 0
        self.name = self.comment = self.trailing = ""
        self._disk = disk

    def read(self, size: int) -> bytes:
        """Return the next ``size`` bytes, fewer only at the end."""
        data = self._disk.read(size)
        self.position += len(data)
        return data


class Gunzip:
    """The content of a gzip file: all members in sequence, each verified against its CRC and size."""

    def __init__(self, disk: Disk, inflater: Inflater) -> None:
        self.position = 0
        self.members = 0
        self.name = self.comment = self.trailing = ""
        self._disk = disk
        self._inflater = inflater
        self._member: Any = None
        self._start = 0
        self._crc = 0

    def read(self, size: int) -> bytes:
        """Return the next ``size`` bytes, fewer only at the end.

        Raises:
            DamageError: ``corrupt`` or ``truncated``.
        """
        pieces = []
        while size and (piece := self._piece(size)):
            pieces.append(piece)
            size -= len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _piece(self, size: int) -> bytes:
        """Return up to ``size`` bytes, empty only at the end."""
        while self._member or self._begin():
            if piece := self._inflate(size):
                self.position += len(piece)
                return self._checked(piece)
            if self._member.eof:
                self._finish()
        return b""

    def _checked(self, piece: bytes) -> bytes:
        """Update the CRC with a piece; for zeros it is precomputed."""
        if piece == ZEROS:
            self._crc = isal_zlib.crc32_combine(self._crc, _ZEROS_CRC, PIECE_BYTES)
            return ZEROS
        self._crc = isal_zlib.crc32(piece, self._crc)
        return piece

    def _inflate(self, size: int) -> bytes:
        if self._member.eof:
            return b""
        starved = self._member.needs_input
        data = self._disk.read(CHUNK_BYTES) if starved else b""
        if starved and not data:
            raise DamageError("truncated", f"cut off after {self._disk.position:,} bytes; {self._progress()}")
        try:
            return bytes(self._member.decompress(data, size))
        except _ERRORS as error:
            reason = _PREFIX.sub("", str(error)).lower()
            at = self._disk.position
            where = f"in bytes {at - len(data):,} to {at:,} of the file" if data else f"before byte {at:,} of the file"
            raise DamageError("corrupt", f"{reason} {where}; {self._progress()}") from None

    def _progress(self) -> str:
        return f"{self.position:,} bytes of content could be read"

    def _begin(self) -> bool:
        """Read the header of the next member; return whether there is one."""
        if self._disk.peek(len(MAGIC)) != MAGIC:
            self._pass_trailing()
            return False
        header = self._take(10)
        if (flags := header[3]) & _RESERVED:
            raise DamageError(
                "corrupt", f"the gzip header has flags {flags:#04x}, of which {_RESERVED:#04x} are reserved"
            )
        if flags & _FEXTRA:
            header += (size := self._take(2)) + self._take(int.from_bytes(size, "little"))
        texts = [self._text() if flags & flag else b"" for flag in (_FNAME, _FCOMMENT)]
        if flags & _FHCRC:
            self._check_header(header + b"".join(texts))
        if not self.members:
            self.name, self.comment = (text.rstrip(b"\0").decode("latin-1") for text in texts)
        self._member = self._inflater()
        self.members += 1
        self._start, self._crc = self.position, 0
        return True

    def _check_header(self, header: bytes) -> None:
        """Compare the checksum of a gzip header, the lower half of its CRC, with the stored one."""
        crc, at = isal_zlib.crc32(header) & 0xFFFF, self._disk.position
        stored = int.from_bytes(self._take(2), "little")
        if crc != stored:
            raise DamageError(
                "corrupt", f"CRC {crc:04x} of the gzip header is not the {stored:04x} stored at byte {at:,}"
            )

    def _finish(self) -> None:
        """Read the trailer of a member and compare it with the inflated bytes."""
        self._disk.unread(self._member.unused_data)
        self._member = None
        at = self._disk.position
        crc, size = (int.from_bytes(self._take(4), "little") for _ in range(2))
        inflated = self.position - self._start
        if crc != self._crc:
            raise DamageError(
                "corrupt", f"CRC {self._crc:08x} of {inflated:,} bytes is not the {crc:08x} stored at byte {at:,}"
            )
        if size != inflated % (1 << 32):
            raise DamageError(
                "corrupt", f"{inflated:,} bytes of content, not the {size:,} (ISIZE) stored at byte {at + 4:,}"
            )

    def _take(self, size: int) -> bytes:
        data = self._disk.read(size)
        if len(data) < size:
            raise DamageError(
                "truncated", f"the file ends at byte {self._disk.position}, inside a gzip header or trailer"
            )
        return data

    def _text(self) -> bytes:
        """Return a text of the gzip header, with the NUL at its end."""
        data = self._disk.peek(_MAX_TEXT_BYTES)
        text, end, _ = data.partition(b"\0")
        if not end:
            kind: FaultKind = "corrupt" if len(data) == _MAX_TEXT_BYTES else "truncated"
            raise DamageError(kind, f"a text in the gzip header has no end within {len(data)} bytes")
        return self._disk.read(len(text) + 1)

    def _pass_trailing(self) -> None:
        start, zero = self._disk.position, True
        while data := self._disk.read(PIECE_BYTES):
            zero = zero and not data.strip(b"\0")
        if size := self._disk.position - start:
            self.trailing = f"{size} bytes after the last gzip member" + (", all zero" if zero else "")
