"""A dataset behind a URL, read through fsspec: object stores, web servers, and whatever else it supports."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from importlib import import_module
from io import BufferedReader, RawIOBase
from typing import Any, BinaryIO, Literal, TypeVar

import xxhash

from segaudit.model.errors import DatasetError
from segaudit.model.place import StorageError
from segaudit.places.status import FileStatus, Known

T = TypeVar("T")

FRESH_S = 10
"""Seconds for which a folder's listing is cached: a case is listed once, and a change is seen with the next case."""

BLOCK_BYTES = 1 << 22
"""Bytes that are fetched at a time, from a store that supports ranges."""

WEB = ("http://", "https://")
"""Not every web server supports ranges, so a file is fetched in one response, which is also of one version."""

S3 = ("s3://", "s3a://")

RETRY_PAUSES_S = (0.5, 2.0, 8.0)
"""Seconds to wait before a file is read again after a fault, by attempt."""

SILENCE_S = 60
"""Seconds without a byte after which a web server counts as gone; the time for a whole file is not limited."""

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
"""Names of the properties by which servers distinguish versions of a file."""


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
    """Its path in fsspec's file system for that URL."""
    retry_pauses_s: tuple[float, ...] = RETRY_PAUSES_S

    def __str__(self) -> str:
        """Return its URL."""
        return str(_files(self.url).unstrip_protocol(self.path))

    def __truediv__(self, key: str) -> Remote:
        """Return a file or folder below it."""
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
        """Return its status from the listing of its folder, or, if that has no sizes, from a request of its own."""
        info = self._listed(self.path.rpartition("/")[0]).get(self.path, {})
        known = info.get("size") is not None
        return _status(info if known else _tried(self.url, lambda files: files.info(self.path)))

    def open(self, mode: Literal["rb"], /) -> BinaryIO:
        """Open it for reading its bytes."""
        block = 0 if self.url.startswith(WEB) else BLOCK_BYTES  # 0 means "in one response" to fsspec
        return BufferedReader(_Bytes(self.url, lambda files: files.open(self.path, mode, block_size=block)))

    def invalidate_cache(self) -> None:
        """Drop cached directory listings."""
        _files(self.url).invalidate_cache()

    def _listed(self, folder: str) -> dict[str, dict[str, Any]]:
        entries = _tried(self.url, lambda files: files.ls(folder, detail=True))
        return {info["name"].rstrip("/"): info for info in entries if info["name"].rstrip("/") != folder}


@lru_cache(1)
def _files(url: str) -> Any:  # noqa: ANN401 (fsspec has no types)
    """Return the file system of a URL."""
    fsspec: Any = import_module("fsspec.core")  # not needed at start-up
    options = _as_stored() if url.startswith(WEB) else {}
    return fsspec.url_to_fs(url, listings_expiry_time=FRESH_S, **options)[0]


def _as_stored() -> dict[str, Any]:
    """Return options of a web client that returns a file's bytes as they are stored, without decompressing them."""
    timeout = import_module("aiohttp").ClientTimeout(total=None, sock_connect=SILENCE_S, sock_read=SILENCE_S)
    headers = {"Accept-Encoding": "identity"}
    return {"client_kwargs": {"auto_decompress": False, "headers": headers, "timeout": timeout}}


def _status(info: dict[str, Any]) -> FileStatus:
    """Return the status of a file from a server's answer, with a hash of its version marks as inode."""
    marks = repr([info.get(mark) for mark in MARKS])
    folder = info.get("type") == "directory"
    return FileStatus(info.get("size") or 0, st_ino=xxhash.xxh3_64_intdigest(marks.encode()), folder=folder)


def _tried(url: str, action: Callable[[Any], T]) -> T:
    """Do something with the file system of a URL; any error there becomes an ``OSError``, as with a disk.

    After an error, cached listings are dropped: a server refuses a replaced file under its old version mark.
    """
    files = _files(url)
    try:
        return action(files)
    except Exception as error:  # each library has errors of its own
        files.invalidate_cache()
        if isinstance(error, OSError):
            raise
        if status := _status_of(error):
            raise StorageError(
                f"the server answers {status}", "look at its address and your login", damaged=False
            ) from error
        raise OSError(f"{type(error).__name__}: {error}") from error


def _status_of(error: Exception) -> str:
    """Return the status with which a web server refuses, such as ``HTTP 403 Forbidden``; empty if it is none."""
    redirects = getattr(error, "history", ())
    status = redirects[-1].status if redirects else getattr(error, "status", None)
    if status not in set(HTTPStatus):
        return ""
    endless = ", again and again" if redirects else ""
    return f"HTTP {status} {HTTPStatus(status).phrase}{endless}"


class _Bytes(RawIOBase):
    """The bytes of a file behind a URL, in pieces as they arrive."""

    def __init__(self, url: str, open_: Callable[[Any], BinaryIO]) -> None:
        super().__init__()
        self._url = url
        self._file = _tried(url, open_)

    def readable(self) -> bool:
        """Return true: it can be read."""
        return True

    def readinto(self, buffer: Any, /) -> int:  # noqa: ANN401 (whatever holds bytes)
        """Read the next bytes into a buffer and return their number, which is 0 only at the end."""
        data = _tried(self._url, lambda _: self._file.read(len(buffer)))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Close the file."""
        if not self.closed:
            self._file.close()
        super().close()
