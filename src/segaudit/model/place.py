"""Where the files of a dataset lie: in a folder, in an archive, or behind a URL."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO, Literal, Protocol, runtime_checkable


class Status(Protocol):
    """What is known of a file without opening it; ``os.stat_result`` is one."""

    @property
    def st_mode(self) -> int:
        """Whether it is a regular file, a folder or something else."""

    @property
    def st_size(self) -> int:
        """Bytes."""

    @property
    def st_mtime_ns(self) -> int:
        """When its content was changed."""

    @property
    def st_ctime_ns(self) -> int:
        """When anything about it was changed; 0 where nobody knows."""

    @property
    def st_ino(self) -> int:
        """Tells it from another file of the same name."""


class Entry(Protocol):
    """What lies in a folder; ``os.DirEntry`` is one."""

    @property
    def name(self) -> str:
        """The name, without the folder."""

    def is_dir(self) -> bool:
        """Whether it is a folder or leads to one."""

    def is_file(self) -> bool:
        """Whether it is a regular file or leads to one."""

    def stat(self) -> Status:
        """Return what is known of it."""


class Place(Protocol):
    """What of a path it takes to read a dataset; ``pathlib.Path`` is one."""

    @property
    def name(self) -> str:
        """Its last part."""

    def __truediv__(self, key: str, /) -> Place:
        """Return what lies below it."""

    def stat(self) -> Status:
        """Return what is known of it.

        Raises:
            OSError: there is no such file or folder, or it cannot be reached.
        """

    def exists(self) -> bool:
        """Whether there is such a file or folder."""

    def is_dir(self) -> bool:
        """Whether it is a folder."""

    def open(self, mode: Literal["rb"], /) -> BinaryIO:
        """Return its bytes.

        Raises:
            OSError: it cannot be opened; so does reading on, where the bytes cannot be had.
        """


@runtime_checkable
class RemoteAware(Protocol):
    """A place that says whether a network lies between; paths and archives do not."""

    @property
    def is_remote(self) -> bool:
        """Whether a second try can succeed."""


def is_remote(place: Place) -> bool:
    """Whether a network lies between, on which a second try can succeed."""
    return (
        not isinstance(place, Path) and isinstance(place, RemoteAware) and place.is_remote
    )  # to ask for a protocol takes longer
