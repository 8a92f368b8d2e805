"""The CTs of a dataset, as far as they are compared with each other: small in memory, the rest in a file."""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from pathlib import Path
from tempfile import SpooledTemporaryFile

from segaudit.model import Ct

IN_MEMORY = 64 << 20
"""Bytes of thumbnails that are kept in memory, those of 2,000 CTs; more are in a temporary file."""


class Scans:
    """The CTs that are whole, in the order in which they were added."""

    def __init__(self, folder: Path | None = None) -> None:
        """Keep what does not stay in memory in ``folder``, or where the system has temporary files."""
        self.kept: list[KeptScan] = []
        self._thumbnails = _Thumbnails(folder)

    def add(self, ct: Ct) -> None:
        """Keep what others are compared with."""
        start = self._thumbnails.append(ct.thumbnail)
        fields = ct.case, ct.blank, ct.digest, ct.step_hu, ct.fingerprint
        self.kept.append(KeptScan(*fields, self._thumbnails, start, len(ct.thumbnail)))


@dataclass(frozen=True, slots=True, eq=False)
class KeptScan:
    """What of a CT others are compared with (see ``segaudit.model.scan.Scan``)."""

    case: str
    blank: bool
    digest: str
    step_hu: float
    fingerprint: bytes
    _thumbnails: _Thumbnails
    _start: int
    _size: int

    @property
    def thumbnail(self) -> bytes:
        """The CT's thumbnail, read from the file."""
        return self._thumbnails.read(self._start, self._size)


class _Thumbnails:
    """A file of thumbnails, which goes with the last one that refers to it."""

    def __init__(self, folder: Path | None) -> None:
        where = str(folder) if folder else None
        self._file = SpooledTemporaryFile(IN_MEMORY, dir=where)  # noqa: SIM115 (open as long as the CTs are there)
        weakref.finalize(self, self._file.close)

    def append(self, thumbnail: bytes) -> int:
        """Add a thumbnail; return where it starts."""
        start = self._file.seek(0, 2)
        self._file.write(thumbnail)
        return start

    def read(self, start: int, size: int) -> bytes:
        """Return some bytes."""
        self._file.seek(start)
        return self._file.read(size)
