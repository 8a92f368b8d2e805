"""Read a damaged file as far as possible: its voxels up to the first that cannot be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from segaudit.measure.file import read_file
from segaudit.measure.grid import three_axes
from segaudit.measure.inflate import ZEROS, DamageError, Stream
from segaudit.measure.voxels import item_size
from segaudit.model import File, Header
from segaudit.model.place import Place

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Salvaged(Generic[T]):
    """A file, and its contents as far as they could be read."""

    file: File
    content: T | None
    """The result for the voxels, which are 0 after the damage; None if no voxel could be read."""
    slices: int
    """Number of slices along k before the damage; all of them in a whole file."""

    @property
    def problem(self) -> str:
        """A description of the damage; empty for a whole file."""
        header = self.file.header
        if self.file.whole:
            return ""
        fault = self.file.faults[0]
        if self.content is None or header is None:
            return f"cannot be read ({fault.kind}: {fault.detail})"
        last = three_axes(header.shape)[2] - 1
        if self.slices > last:
            return f"damaged ({fault.kind}); all its slices could be read"
        return f"unreadable from slice k {self.slices} on (the last is k {last})"


def salvage(root: Place, file: File, consume: Callable[[Stream, Header], T]) -> Salvaged[T]:
    """Read a file as far as possible; ``consume`` reads the voxels from the stream."""
    salvaging = _Salvaging(consume)
    file, _ = read_file(root, file, salvaging)
    return Salvaged(file, salvaging.content, salvaging.slices)


class _Salvaging(Generic[T]):
    """Reads voxels for ``read_file``, and keeps the result if the stream ends early."""

    def __init__(self, consume: Callable[[Stream, Header], T]) -> None:
        self.content: T | None = None
        self.slices = 0
        self._consume = consume

    def __call__(self, stream: Stream, header: Header) -> T:
        patient = _ZeroPadded(stream)
        content = self._consume(patient, header)
        ni, nj, _ = three_axes(header.shape)
        self.slices = max(patient.good - header.vox_offset, 0) // (ni * nj * item_size(header))
        self.content = content if patient.good > header.vox_offset else None
        if patient.damage:
            raise patient.damage
        return content


class _ZeroPadded:
    """A stream that returns zeros instead of bytes that cannot be read."""

    def __init__(self, stream: Stream) -> None:
        self.damage: DamageError | None = None
        self.good = self.position = stream.position
        self.members, self.name, self.comment, self.trailing = stream.members, stream.name, stream.comment, ""
        self._stream = stream

    def read(self, size: int) -> bytes:
        """Return the next ``size`` bytes."""
        data = b"" if self.damage else self._read(size)
        self.good += len(data)
        self.position += size
        if not data and size == len(ZEROS):
            return ZEROS  # the object that masks skip by identity
        return data.ljust(size, b"\0")

    def _read(self, size: int) -> bytes:
        try:
            data = self._stream.read(size)
        except DamageError as damage:
            self.damage = damage
            return b""
        if len(data) < size:
            self.damage = DamageError("short", f"the content ends after {self._stream.position} bytes")
        return data
