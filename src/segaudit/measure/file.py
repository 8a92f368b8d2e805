"""Reading one NIfTI file from its first byte to its last."""

from __future__ import annotations

import math
import stat
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

import msgspec

from segaudit.measure.content import HEAD_BYTES, content_of
from segaudit.measure.disk import PIECE_BYTES, Disk
from segaudit.measure.grid import three_axes
from segaudit.measure.header import read_header
from segaudit.measure.inflate import DamageError, Gunzip, Inflater, Plain, Stream, of_runs
from segaudit.measure.voxels import promised_bytes
from segaudit.model import Fault, File, Header
from segaudit.model.place import Place, retry_pauses_s

T = TypeVar("T")

MAX_VOXELS = 1 << 28
"""A grid with more voxels is not read; 2**28 is three times the largest CT of TotalSegmentator v1 (333 x 333 x 835)."""

MAX_AXIS = (1 << 15) - 1
"""A grid with more voxels along an axis is not read: the maximum of NIfTI-1; the longest axis of v1 is 851.
Axes beyond the third are included in the third, because they stack, and each slice has a digest."""

MAX_EXCESS_BYTES = 1 << 26
"""Bytes after the last voxel that are still read (64 MiB); the rest of a longer stream is not."""


def read_file(
    root: Place, file: File, consume: Callable[[Stream, Header], T], inflater: Inflater = of_runs
) -> tuple[File, T | None]:
    """Read a file to its end; ``consume`` reads the voxels from the stream.

    A network error is not a defect of the file: a remote fault counts only if a second read returns the same bytes.

    Args:
        root: the dataset.
        file: the file; its given fields are kept.
        consume: computes a result from the voxels.
        inflater: the library that is fastest for this kind of file; any of them can read it.

    Returns:
        The file with all its fields, and the result of ``consume``, which is None if the file is not whole.
    """
    found, result = _read(root, file, consume, inflater)
    for pause_s in retry_pauses_s(root):
        if not found.faults:
            break
        time.sleep(pause_s)
        before, (found, result) = found, _read(root, file, consume, inflater)
        if found.digest == before.digest != "":
            break
    return found, result


def _read(root: Place, file: File, consume: Callable[[Stream, Header], T], inflater: Inflater) -> tuple[File, T | None]:
    try:
        status = (root / file.path).stat()
        file = msgspec.structs.replace(file, size=status.st_size, mtime_ns=status.st_mtime_ns)
        with _opened(root / file.path) as disk:
            reading = _Reading[T](disk, inflater)
            result = reading.run(consume)
            return reading.record(file), result
    except (OSError, ValueError) as error:  # ValueError: the path contains a NUL
        detail = getattr(error, "strerror", None) or str(error)
        return msgspec.structs.replace(file, content="", faults=(Fault("unreadable", detail),)), None


def digest_of(root: Place, path: str) -> str:
    """Return the digest of a file's bytes, as ``File.digest`` has it; empty if it cannot be read."""
    try:
        with _opened(root / path) as disk:
            return disk.digest()
    except (OSError, ValueError):
        return ""


def peek_header(root: Place, path: str) -> Header | None:
    """Return the header of a file without reading further; None if it cannot be read."""
    try:
        with _opened(root / path) as disk:
            return read_header(_stream(disk, content_of(disk.peek(HEAD_BYTES)), of_runs))
    except (OSError, ValueError, DamageError):
        return None


@contextmanager
def _opened(path: Place) -> Iterator[Disk]:
    if not stat.S_ISREG(path.stat().st_mode):  # opening a pipe would block
        raise OSError("not a regular file")
    with path.open("rb") as handle:
        yield Disk(handle)


def _stream(disk: Disk, content: str, inflater: Inflater) -> Stream:
    if content == "empty":
        raise DamageError("empty", "the file has no bytes")
    if content not in ("gzip", "nifti"):
        raise DamageError("not-nifti", content)
    return Gunzip(disk, inflater) if content == "gzip" else Plain(disk)


class _Reading(Generic[T]):
    """The state of reading one file, which is kept if reading fails."""

    def __init__(self, disk: Disk, inflater: Inflater) -> None:
        self._disk = disk
        self._inflater = inflater
        self._content = content_of(disk.peek(HEAD_BYTES))
        self._stream: Stream | None = None
        self._header: Header | None = None
        self._fault: Fault | None = None

    def run(self, consume: Callable[[Stream, Header], T]) -> T | None:
        """Read until the end or the first fault, which is the cause of any others."""
        try:
            self._stream = _stream(self._disk, self._content, self._inflater)
            self._header = read_header(self._stream)
            _check_size(self._header)
            result = consume(self._stream, self._header)
            self._fault = _trailing(self._stream)
        except DamageError as damage:
            self._fault = damage.fault
            return None
        return result

    def record(self, file: File) -> File:
        """Return the file with all its fields."""
        stream, header, fault = self._stream, self._header, self._fault
        return msgspec.structs.replace(
            file,
            digest=self._disk.digest(),
            content=fault.detail if fault and fault.kind == "not-nifti" else self._content,
            members=stream.members if stream else 0,
            gzip_name=stream.name if stream else "",
            gzip_comment=stream.comment if stream else "",
            header=header,
            promised_bytes=min(promised_bytes(header), sys.maxsize) if header else 0,
            payload_bytes=stream.position if stream else 0,
            faults=(fault,) if fault else (),
        )


def _check_size(header: Header) -> None:
    """Reject implausibly large grids before allocating memory."""
    if (voxels := math.prod(header.shape)) > MAX_VOXELS:
        raise DamageError("oversized", f"the header promises {voxels:,} voxels, more than {MAX_VOXELS:,} are not read")
    if (longest := max(three_axes(header.shape))) > MAX_AXIS:
        raise DamageError(
            "oversized", f"the header promises {longest:,} voxels in a row, more than {MAX_AXIS:,} are not read"
        )


def _trailing(stream: Stream) -> Fault | None:
    """Read the bytes after the last voxel, to the end of the stream or up to a limit."""
    start = stream.position
    while (excess := stream.position - start) <= MAX_EXCESS_BYTES:
        if not stream.read(PIECE_BYTES):
            break
    else:
        return Fault("trailing", f"at least {excess:,} bytes after the last voxel")
    if excess:
        return Fault("trailing", f"{excess:,} bytes after the last voxel")
    return Fault("trailing", stream.trailing) if stream.trailing else None
