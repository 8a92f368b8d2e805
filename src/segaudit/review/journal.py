"""The file of decisions, ``decisions.jsonl``: a line of JSON for each entry, only ever appended.

It is whole after a kill at any moment: an entry is appended under a lock and is on the disk before the page reports it,
and the next one begins a line of its own whatever is before it.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import BinaryIO

import msgspec

from segaudit.model.decision import VERSION, Decisions, Entry
from segaudit.model.errors import ReportError
from segaudit.model.words import count
from segaudit.review.locking import locked

NAME = "decisions.jsonl"
"""Its name in the folder of the reports."""

_END = b"\n"


class _Form(msgspec.Struct):
    """What states the version that wrote an entry."""

    version: int


class Journal:
    """A file of decisions, which others may append to at the same time."""

    def __init__(self, path: Path) -> None:
        """Read a file.

        Raises:
            ReportError: it is no regular file, or a later version of segaudit wrote entries of it.
            OSError: it cannot be read.
        """
        self.path = path
        self.unread: tuple[int, ...] = ()
        """Numbers, from 1, of lines that hold no entry: the rest of what was cut off."""
        self._size = -1
        self._lock = threading.RLock()
        self.decisions = Decisions()
        self.refresh()

    def refresh(self) -> Decisions:
        """Read the file again if it has grown; return all decisions that stand."""
        with self._lock:
            size = self.path.stat().st_size if self.path.exists() else 0
            if size != self._size:
                entries, self.unread = _read(self.path)
                self._size, self.decisions = size, Decisions(entries)
            return self.decisions

    def add(self, entry: Entry) -> Decisions:
        """Append an entry, and return all decisions when it is on the disk.

        Raises:
            OSError: it cannot be written; what was there before is unchanged.
            ReportError: a later version of segaudit wrote to the file meanwhile.
        """
        self.refresh()
        try:
            with self.path.open("a+b") as stream, locked(stream.fileno()):
                stream.write(_begun(stream) + msgspec.json.encode(entry) + _END)
                stream.flush()
                os.fsync(stream.fileno())
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(self.path)) from error  # a full disk names no file
        return self.refresh()

    @property
    def note(self) -> str:
        """What could not be read of it; empty if all could."""
        if not self.unread:
            return ""
        some = ", ".join(map(str, self.unread[:3])) + (", ..." if len(self.unread) > len(self.unread[:3]) else "")
        what = f"{count(len(self.unread), 'line')} (number {some}) cut off or damaged"
        return f"{self.path}: {what}; all other lines count"


def load(folder: Path) -> Journal:
    """Read the decisions beside some reports; none if there is no file.

    Raises:
        ReportError: it is no regular file, or a later version of segaudit wrote entries of it.
        OSError: it cannot be read.
    """
    return Journal(folder / NAME)


def _begun(stream: BinaryIO) -> bytes:
    """Return what has to come before a new line: the end of the last one, if it was cut off."""
    end = stream.seek(0, os.SEEK_END)
    if not end:
        return b""
    stream.seek(end - 1)
    return b"" if stream.read(1) == _END else _END


def _read(path: Path) -> tuple[tuple[Entry, ...], tuple[int, ...]]:
    """Return the entries of a file, and the numbers of the lines that hold none."""
    entries, unread = list[Entry](), list[int]()
    if path.exists() and not path.is_file():
        raise ReportError(f"{path}: is no regular file, expected a file of decisions; move it away")
    content = path.read_bytes() if path.exists() else b""
    for number, line in enumerate(content.split(_END), 1):
        if not line.strip():
            continue
        try:
            entries.append(_entry(line, f"{path}: line {number}"))
        except (msgspec.DecodeError, UnicodeDecodeError):
            unread.append(number)
    return tuple(entries), tuple(unread)


def _entry(line: bytes, where: str) -> Entry:
    version = msgspec.json.decode(line, type=_Form).version
    if version != VERSION:
        raise ReportError(
            f"{where}: is an entry of version {version}, this segaudit knows version {VERSION}: review with the one "
            "that wrote it, or move the file away. It is unchanged."
        )
    entry: Entry = msgspec.json.decode(line, type=Entry)
    return entry
