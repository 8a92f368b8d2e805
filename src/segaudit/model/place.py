"""The place of a dataset: a folder, an archive, or a URL."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO, Literal, Protocol, runtime_checkable


class Status(Protocol):
    """The status of a file, known without opening it; ``os.stat_result`` is one."""

    @property
    def st_mode(self) -> int:
        """Type bits: a regular file, a folder or something else."""

    @property
    def st_size(self) -> int:
        """Size in bytes."""

    @property
    def st_mtime_ns(self) -> int:
        """Time of the last modification, ns."""

    @property
    def st_ctime_ns(self) -> int:
        """Time of the last status change, ns; 0 if unknown."""

    @property
    def st_dev(self) -> int:
        """The device that holds it; 0 if unknown."""

    @property
    def st_ino(self) -> int:
        """A number that distinguishes it from other files of the same name."""


class Entry(Protocol):
    """An entry of a folder; ``os.DirEntry`` is one."""

    @property
    def name(self) -> str:
        """The name, without the folder."""

    def is_dir(self) -> bool:
        """Whether it is a folder or a link to one."""

    def is_file(self) -> bool:
        """Whether it is a regular file or a link to one."""

    def stat(self) -> Status:
        """Return its status."""


class Place(Protocol):
    """The subset of ``pathlib.Path`` that reading a dataset needs."""

    @property
    def name(self) -> str:
        """Its last part."""

    def __truediv__(self, key: str, /) -> Place:
        """Return a file or folder below it."""

    def stat(self) -> Status:
        """Return its status.

        Raises:
            OSError: there is no such file or folder, or it cannot be reached.
        """

    def exists(self) -> bool:
        """Whether there is such a file or folder."""

    def is_dir(self) -> bool:
        """Whether it is a folder."""

    def open(self, mode: Literal["rb"], /) -> BinaryIO:
        """Open it for reading its bytes.

        Raises:
            OSError: it cannot be opened. Reading raises it too, if the bytes are not available.
        """


class StorageError(OSError):
    """An archive or a server does not give the bytes of a file."""

    def __init__(self, detail: str, advice: str, *, damaged: bool) -> None:
        """Take what is wrong, what to do, and whether the bytes are there and damaged."""
        super().__init__(detail)
        self.advice, self.damaged = advice, damaged


@runtime_checkable
class Retried(Protocol):
    """A place whose files are worth reading again after a fault: a network is in between."""

    @property
    def retry_pauses_s(self) -> tuple[float, ...]:
        """Seconds to wait before a file is read again, by attempt."""


def retry_pauses_s(place: Place) -> tuple[float, ...]:
    """Return the seconds to wait before a file is read again, by attempt; none where a second one cannot succeed."""
    if isinstance(place, Path) or not isinstance(place, Retried):  # isinstance against a Protocol is slow
        return ()
    return place.retry_pauses_s
