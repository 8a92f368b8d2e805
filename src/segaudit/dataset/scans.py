"""The CTs of a dataset, as far as they are compared with each other: small in memory, the rest in a file."""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from pathlib import Path
from tempfile import SpooledTemporaryFile

from segaudit.model import Ct

IN_MEMORY = 16 << 20
"""Bytes that are kept in memory, those of 450 CTs; more are in a temporary file."""


class Scans:
    """The CTs that are whole, in the order in which they were added."""

    def __init__(self, folder: Path | None = None) -> None:
        """Keep what does not stay in memory in ``folder``, or where the system has temporary files."""
        self.kept: list[KeptScan] = []
        self._file = _File(folder)

    def add(self, ct: Ct) -> None:
        """Keep what others are compared with."""
        start, middle = self._file.append(ct.thumbnail), self._file.append(ct.fingerprint)
        end = middle + len(ct.fingerprint)
        self.kept.append(KeptScan(ct.case, ct.blank, ct.digest, ct.step_hu, self._file, start, middle, end))


@dataclass(frozen=True, slots=True, eq=False)
class KeptScan:
    """What of a CT others are compared with (see ``segaudit.model.scan.Scan``)."""

    case: str
    blank: bool
    digest: str
    step_hu: float
    _file: _File
    _start: int
    _middle: int
    _end: int

    @property
    def thumbnail(self) -> bytes:
        """The CT's thumbnail, read from the file."""
        return self._file.read(self._start, self._middle)

    @property
    def fingerprint(self) -> bytes:
        """The CT's fingerprint, read from the file."""
        return self._file.read(self._middle, self._end)


class _File:
    """A file of bytes one after the other, which goes with the last CT that refers to it."""

    def __init__(self, folder: Path | None) -> None:
        where = str(folder) if folder else None
        self._file = SpooledTemporaryFile(IN_MEMORY, dir=where)  # noqa: SIM115 (open as long as the CTs are there)
        weakref.finalize(self, self._file.close)

    def append(self, data: bytes) -> int:
        """Add some bytes; return where they start."""
        start = self._file.seek(0, 2)
        self._file.write(data)
        return start

    def read(self, start: int, end: int) -> bytes:
        """Return the bytes between two places."""
        self._file.seek(start)
        return self._file.read(end - start)
