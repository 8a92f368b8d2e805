"""Reading one NIfTI file from its first byte to its last."""

from __future__ import annotations

import math
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
from segaudit.model.place import Place, StorageError, retry_pauses_s
from segaudit.model.reading import MAX_AXIS, Reading
from segaudit.model.regular import must_be_regular

T = TypeVar("T")

MAX_EXCESS_BYTES = 1 << 26
"""Bytes after the last voxel, or after damage, that are still read (64 MiB); the rest of a longer file is not."""

NOISE = "its bytes differ from one reading to the next"
"""What is wrong with a file that a network never delivers twice alike."""


def read_file(
    root: Place,
    file: File,
    consume: Callable[[Stream, Header], T],
    inflater: Inflater = of_runs,
    max_voxels: int = Reading().max_voxels,
) -> tuple[File, T | None]:
    """Read a file to its end; ``consume`` reads the voxels from the stream.

    A network error is not a defect of the file: a remote fault counts only if a second read returns the same bytes;
    if none does, the file is unreadable.

    Args:
        root: the dataset.
        file: the file; its given fields are kept.
        consume: computes a result from the voxels.
        inflater: the library that is fastest for this kind of file; any of them can read it.
        max_voxels: a larger grid is not read.

    Returns:
        The file with all its fields, and the result of ``consume``, which is None if the file is not whole.
    """
    found, result = _read(root, file, consume, inflater, max_voxels)
    seen = {found.digest}
    for pause_s in retry_pauses_s(root):
        if not found.faults:
            return found, result
        time.sleep(pause_s)
        found, result = _read(root, file, consume, inflater, max_voxels)
        if found.digest in seen - {""}:
            return found, result
        seen.add(found.digest)
    return (_unsure(found, len(seen)), None) if found.faults and len(seen) > 1 else (found, result)


def _unsure(file: File, readings: int) -> File:
    """Return a file of which no two readings were alike."""
    fault = Fault("unreadable", f"{NOISE} ({readings} readings)", "look at the network, then audit it again")
    return msgspec.structs.replace(file, header=None, digest="", faults=(fault,))


def _read(
    root: Place, file: File, consume: Callable[[Stream, Header], T], inflater: Inflater, max_voxels: int
) -> tuple[File, T | None]:
    try:
        status = (root / file.path).stat()
        file = msgspec.structs.replace(file, size=status.st_size, mtime_ns=status.st_mtime_ns)
        with _opened(root / file.path) as disk:
            reading = _Reading[T](disk, inflater, max_voxels)
            result = reading.run(consume)
            return reading.record(file), result
    except StorageError as error:
        return msgspec.structs.replace(file, content="", faults=(_of_storage(error),)), None
    except (OSError, ValueError) as error:  # ValueError: the path contains a NUL
        detail = getattr(error, "strerror", None) or str(error)
        return msgspec.structs.replace(file, content="", faults=(Fault("unreadable", detail),)), None


def _of_storage(error: StorageError) -> Fault:
    """Return the fault of a file whose archive or server does not give its bytes."""
    return Fault("corrupt" if error.damaged else "unreadable", str(error), error.advice)


def same_file(root: Place, file: File) -> bool:
    """Whether a file still has the bytes that were read; false if it cannot be read."""
    try:
        with _opened(root / file.path) as disk:
            same = disk.digest(file.read_bytes) == (file.digest, file.read_bytes)
        return same and (root / file.path).stat().st_size == file.size
    except (OSError, ValueError):
        return False


def peek_header(root: Place, path: str) -> Header | None:
    """Return the header of a file without reading further; None if it cannot be read."""
    try:
        with _opened(root / path) as disk:
            return read_header(_stream(disk, content_of(disk.peek(HEAD_BYTES)), of_runs))
    except (OSError, ValueError, DamageError):
        return None


@contextmanager
def _opened(path: Place) -> Iterator[Disk]:
    must_be_regular(path)
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

    def __init__(self, disk: Disk, inflater: Inflater, max_voxels: int) -> None:
        self._disk = disk
        self._inflater = inflater
        self._max_voxels = max_voxels
        self._content = content_of(disk.peek(HEAD_BYTES))
        self._stream: Stream | None = None
        self._header: Header | None = None
        self._fault: Fault | None = None

    def run(self, consume: Callable[[Stream, Header], T]) -> T | None:
        """Read until the end or the first fault, which is the cause of any others."""
        try:
            self._stream = _stream(self._disk, self._content, self._inflater)
            self._header = read_header(self._stream)
            _check_size(self._header, self._max_voxels)
            result = consume(self._stream, self._header)
            self._fault = _trailing(self._stream)
        except DamageError as damage:
            self._fault = damage.fault
            return None
        except StorageError as error:
            self._fault = _of_storage(error)
            return None
        return result

    def _digested(self) -> tuple[str, int]:
        """Return the digest, and of how many bytes it is. An archive may tell only at the end that it is damaged."""
        end = self._disk.position + MAX_EXCESS_BYTES
        try:
            return self._disk.digest(end)
        except StorageError as error:
            fault = self._fault or _of_storage(error)
            self._fault = msgspec.structs.replace(fault, advice=error.advice)
            return "", self._disk.position

    def record(self, file: File) -> File:
        """Return the file with all its fields."""
        digest, read_bytes = self._digested()
        stream, header, fault = self._stream, self._header, self._fault
        return msgspec.structs.replace(
            file,
            digest=digest,
            read_bytes=read_bytes,
            content=fault.detail if fault and fault.kind == "not-nifti" else self._content,
            members=stream.members if stream else 0,
            gzip_name=stream.name if stream else "",
            gzip_comment=stream.comment if stream else "",
            header=header,
            promised_bytes=min(promised_bytes(header), sys.maxsize) if header else 0,
            payload_bytes=stream.position if stream else 0,
            faults=(fault,) if fault else (),
        )


def _check_size(header: Header, max_voxels: int) -> None:
    """Reject implausibly large grids before allocating memory."""
    if (voxels := math.prod(header.shape)) > max_voxels:
        raise DamageError("oversized", f"the header promises {voxels:,} voxels, more than {max_voxels:,} are not read")
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
