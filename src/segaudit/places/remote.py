"""A dataset behind a URL, read through fsspec: object stores, web servers, and whatever else it knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from io import RawIOBase
from typing import Any, BinaryIO, Literal, TypeVar, cast

import xxhash

from segaudit.model.errors import DatasetError
from segaudit.places.status import FileStatus, Known

T = TypeVar("T")

FRESH_S = 10
"""Seconds for which a folder's list is used again: a case is listed once, and a change is seen with the next case."""

BLOCK = 1 << 22
"""Bytes that are fetched at a time."""

MARKS = (
    "ETag",
    "etag",
    "md5Hash",
    "crc32c",
    "Content-MD5",
    "Digest",
    "LastModified",
    "Last-Modified",
    "mtime",
    "updated",
)
"""What servers call the marks that tell one version of a file from another."""


def remote(url: str) -> Remote:
    """Return the folder that a URL names.

    Raises:
        DatasetError: no library for such URLs is installed, or the server does not answer.
    """
    try:
        place = Remote(url, _files(url)._strip_protocol(url).rstrip("/"))  # noqa: SLF001 (fsspec names it so)
        place.exists()
    except ImportError as error:
        raise DatasetError(f"{url}: reading it needs another library: pip install 'segaudit[remote]'") from error
    except (OSError, ValueError) as error:
        raise DatasetError(f"{url}: cannot be reached: {error}") from error
    return place


@dataclass(frozen=True, slots=True)
class Remote:
    """A file or folder behind a URL."""

    url: str
    """Of the dataset."""
    path: str
    """As fsspec's file system of that URL names it."""
    far: bool = True

    def __str__(self) -> str:
        """Return its URL."""
        return str(_files(self.url).unstrip_protocol(self.path))

    def __truediv__(self, key: str) -> Remote:
        """Return what lies below it."""
        return Remote(self.url, f"{self.path}/{key}")

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.path.rpartition("/")[2]

    def scan(self) -> Iterable[Known]:
        """List a folder."""
        return [Known(path.rpartition("/")[2], _status(info)) for path, info in self._listed(self.path).items()]

    def exists(self) -> bool:
        """Whether there is such a file or folder."""
        return bool(_tried(lambda: _files(self.url).exists(self.path)))

    def is_dir(self) -> bool:
        """Whether it is a folder."""
        return bool(_tried(lambda: _files(self.url).isdir(self.path)))

    def stat(self) -> FileStatus:
        """Return what the server says of it: in the list of its folder, or, where that has no sizes, by itself."""
        info = self._listed(self.path.rpartition("/")[0]).get(self.path, {})
        return _status(info if info.get("size") is not None else _tried(lambda: _files(self.url).info(self.path)))

    def open(self, mode: Literal["rb"], /) -> BinaryIO:
        """Return its bytes."""
        return cast("BinaryIO", _Bytes(lambda: _files(self.url).open(self.path, mode, block_size=BLOCK)))

    def _listed(self, folder: str) -> dict[str, dict[str, Any]]:
        entries = _tried(lambda: _files(self.url).ls(folder, detail=True))
        return {info["name"].rstrip("/"): info for info in entries if info["name"].rstrip("/") != folder}


@lru_cache(1)
def _files(url: str) -> Any:  # noqa: ANN401 (fsspec has no types)
    """Return the file system of a URL."""
    fsspec: Any = import_module("fsspec.core")  # quick starts do without
    return fsspec.url_to_fs(url, listings_expiry_time=FRESH_S)[0]


def _status(info: dict[str, Any]) -> FileStatus:
    """Return what a server says of a file, with a number that is another one where any of its marks is."""
    marks = repr([info.get(mark) for mark in MARKS])
    folder = info.get("type") == "directory"
    return FileStatus(info.get("size") or 0, st_ino=xxhash.xxh3_64_intdigest(marks.encode()), folder=folder)


def _tried(action: Callable[[], T]) -> T:
    """Do something with a server; whatever goes wrong there is an ``OSError``, as with a disk."""
    try:
        return action()
    except OSError:
        raise
    except Exception as error:  # each library has errors of its own
        raise OSError(f"{type(error).__name__}: {error}") from error


class _Bytes(RawIOBase):
    """The bytes of a file behind a URL."""

    def __init__(self, open_: Callable[[], BinaryIO]) -> None:
        super().__init__()
        self._file = _tried(open_)

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        return _tried(lambda: self._file.read(size))

    def close(self) -> None:
        """Close the file."""
        if not self.closed:
            self._file.close()
        super().close()
