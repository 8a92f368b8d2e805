"""The bytes of a file as stored, each read once."""

from __future__ import annotations

import math
from typing import BinaryIO

import xxhash

PIECE_BYTES = 1 << 17
"""Bytes that are processed at a time: few enough for a core's cache."""


class Disk:
    """The bytes of a file as stored, with their digest."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._ahead = b""
        self._taken = 0
        self._digest = xxhash.xxh3_128()

    @property
    def position(self) -> int:
        """Offset of the next byte."""
        return self._taken - len(self._ahead)

    def read(self, size: int) -> bytes:
        """Return the next ``size`` bytes, fewer only at the end."""
        data, self._ahead = self._ahead[:size], self._ahead[size:]
        return data if len(data) == size else data + self._fetch(size - len(data))

    def peek(self, size: int) -> bytes:
        """Return the next ``size`` bytes without consuming them."""
        self.unread(data := self.read(size))
        return data

    def unread(self, data: bytes) -> None:
        """Put back the bytes that were read last."""
        self._ahead = data + self._ahead

    def digest(self, end: float = math.inf) -> tuple[str, int]:
        """Read on to a byte or to the end; return the digest of all bytes so far, xxh3-128, and their number."""
        while self._taken < end and self._fetch(int(min(PIECE_BYTES, end - self._taken))):
            pass
        return self._digest.hexdigest(), self._taken

    def _fetch(self, size: int) -> bytes:
        data = self._file.read(size)
        self._digest.update(data)
        self._taken += len(data)
        return data
