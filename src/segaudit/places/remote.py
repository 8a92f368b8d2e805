"""A dataset behind a URL, read through fsspec: object stores, web servers, and whatever else it knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from io import BufferedReader, RawIOBase
from typing import Any, BinaryIO, Literal, TypeVar

import xxhash

from segaudit.model.errors import DatasetError
from segaudit.places.status import FileStatus, Known

T = TypeVar("T")

FRESH_S = 10
"""Seconds for which a folder's list is used again: a case is listed once, and a change is seen with the next case."""

BLOCK = 1 << 22
"""Bytes that are fetched at a time, from a store that gives any part of a file."""

WEB = ("http://", "https://")
"""Not every web server gives parts: a file comes in one answer there, which is of one version, too."""

S3 = ("s3://", "s3a://")

SILENCE_S = 60
"""Seconds without a byte after which a web server counts as gone; how long a whole file takes is nobody's business."""

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
        raise DatasetError(f"{url}: reading it needs another library: {_what_to_install(url, error)}") from error
    except (OSError, ValueError) as error:
        raise DatasetError(f"{url}: cannot be reached: {error}") from error
    return place


def _what_to_install(url: str, error: ImportError) -> str:
    """Return the extra for what it holds; for any other protocol, fsspec names the library in its error."""
    extra = (error.name or "").startswith("fsspec") or url.startswith((*WEB, *S3))
    return "pip install 'segaudit[remote]'" if extra else str(error)


@dataclass(frozen=True, slots=True)
class Remote:
    """A file or folder behind a URL."""

    url: str
    """Of the dataset."""
    path: str
    """As fsspec's file system of that URL names it."""
    is_remote: bool = True

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
        return bool(_tried(self.url, lambda files: files.exists(self.path)))

    def is_dir(self) -> bool:
        """Whether it is a folder."""
        return bool(_tried(self.url, lambda files: files.isdir(self.path)))

    def stat(self) -> FileStatus:
        """Return what the server says of it: in the list of its folder, or, where that has no sizes, by itself."""
        info = self._listed(self.path.rpartition("/")[0]).get(self.path, {})
        known = info.get("size") is not None
        return _status(info if known else _tried(self.url, lambda files: files.info(self.path)))

    def open(self, mode: Literal["rb"], /) -> BinaryIO:
        """Return its bytes."""
        block = 0 if self.url.startswith(WEB) else BLOCK  # fsspec takes 0 for "in one answer"
        return BufferedReader(_Bytes(self.url, lambda files: files.open(self.path, mode, block_size=block)))

    def invalidate_cache(self) -> None:
        """Believe no list that was fetched before now."""
        _files(self.url).invalidate_cache()

    def _listed(self, folder: str) -> dict[str, dict[str, Any]]:
        entries = _tried(self.url, lambda files: files.ls(folder, detail=True))
        return {info["name"].rstrip("/"): info for info in entries if info["name"].rstrip("/") != folder}


@lru_cache(1)
def _files(url: str) -> Any:  # noqa: ANN401 (fsspec has no types)
    """Return the file system of a URL."""
    fsspec: Any = import_module("fsspec.core")  # quick starts do without
    options = _as_stored() if url.startswith(WEB) else {}
    return fsspec.url_to_fs(url, listings_expiry_time=FRESH_S, **options)[0]


def _as_stored() -> dict[str, Any]:
    """Return options of a web client that hands on a file's bytes as they are stored, compressed or not."""
    timeout = import_module("aiohttp").ClientTimeout(total=None, sock_connect=SILENCE_S, sock_read=SILENCE_S)
    headers = {"Accept-Encoding": "identity"}
    return {"client_kwargs": {"auto_decompress": False, "headers": headers, "timeout": timeout}}


def _status(info: dict[str, Any]) -> FileStatus:
    """Return what a server says of a file, with a number that is another one where any of its marks is."""
    marks = repr([info.get(mark) for mark in MARKS])
    folder = info.get("type") == "directory"
    return FileStatus(info.get("size") or 0, st_ino=xxhash.xxh3_64_intdigest(marks.encode()), folder=folder)


def _tried(url: str, action: Callable[[Any], T]) -> T:
    """Do something with the file system of a URL; whatever goes wrong there is an ``OSError``, as with a disk.

    What follows believes no list from before: a file that was replaced is refused under the mark that it had there.
    """
    files = _files(url)
    try:
        return action(files)
    except Exception as error:  # each library has errors of its own
        files.invalidate_cache()
        if isinstance(error, OSError):
            raise
        raise OSError(f"{type(error).__name__}: {error}") from error


class _Bytes(RawIOBase):
    """The bytes of a file behind a URL, as many at a time as come."""

    def __init__(self, url: str, open_: Callable[[Any], BinaryIO]) -> None:
        super().__init__()
        self._url = url
        self._file = _tried(url, open_)

    def readable(self) -> bool:
        """Whether it can be read: it can."""
        return True

    def readinto(self, buffer: Any, /) -> int:  # noqa: ANN401 (whatever holds bytes)
        """Put the next bytes into a buffer and return how many came, none only at the end."""
        data = _tried(self._url, lambda _: self._file.read(len(buffer)))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Close the file."""
        if not self.closed:
            self._file.close()
        super().close()
