"""A dataset in a ZIP archive, read without unpacking it."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from io import RawIOBase
from pathlib import Path
from typing import IO, BinaryIO, Literal, TypeVar, cast

from segaudit.model.errors import DatasetError
from segaudit.model.place import StorageError
from segaudit.places.status import FileStatus, Known

T = TypeVar("T")

MAX_OPEN_ARCHIVES = 2
"""Number of archives whose lists of contents a process keeps; that of a release has 145,000 entries."""

ENCRYPTED = 1
"""The flag of an encrypted member (APPNOTE.TXT 4.4.4)."""

ZSTANDARD = 93

METHODS = (
    *(zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA),
    *((ZSTANDARD,) if hasattr(zipfile, "ZIP_ZSTANDARD") else ()),  # from Python 3.14 on
)

OTHER_METHODS = {9: "Deflate64", ZSTANDARD: "Zstandard", 95: "XZ", 98: "PPMd"}
"""Names of methods that Python's library cannot unpack (APPNOTE.TXT 4.4.5)."""

BACKSLASHES = "names have backslashes between folders, which some programs unpack as part of the name"

_DECODING = (zlib.error, lzma.LZMAError, OSError)
"""What the libraries behind zipfile raise for damaged bytes; that of bz2 is an OSError."""

MAGIC = b"PK\x03\x04"
"""The first bytes of a ZIP archive that is not empty (APPNOTE.TXT 4.3.7)."""


def is_archive(file: Path) -> bool:
    """Whether a file is a ZIP archive, by its end, or a truncated one, by its beginning, whatever its name.

    Raises:
        OSError: it cannot be read.
    """
    if zipfile.is_zipfile(file):
        return True
    with file.open("rb") as opened:
        return opened.read(len(MAGIC)) == MAGIC


@dataclass(frozen=True, slots=True)
class Archive:
    """A file or folder in an archive; the archive as a whole if ``inner`` is empty."""

    file: Path
    inner: str = ""

    @classmethod
    def at(cls, file: Path) -> Archive:
        """Return the archive in a file.

        Raises:
            DatasetError: its list of contents cannot be read.
        """
        try:
            if not zipfile.is_zipfile(file):
                size = file.stat().st_size
                raise DatasetError(
                    f"{file}: a ZIP archive without its end, cut off after {size:,} bytes; fetch it again"
                )
            cls(file).contents()
        except (OSError, zipfile.BadZipFile, NotImplementedError) as error:
            raise DatasetError(f"{file}: this ZIP archive cannot be read: {error}; fetch it again") from error
        return cls(file)

    def __str__(self) -> str:
        """Return the archive's path, with the path inside it."""
        return "/".join(filter(None, (str(self.file), self.inner)))

    def __truediv__(self, key: str) -> Archive:
        """Return a file or folder below it."""
        return Archive(self.file, "/".join(filter(None, (self.inner, key))))

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.inner.rpartition("/")[2] or self.file.name

    def flaws(self) -> dict[str, str]:
        """Return what programs read differently in the list of contents, by path; of all names under an empty one."""
        return dict(self.contents().flaws)

    def contents(self) -> _Contents:
        """Return the contents of the archive, which are read again only if it has changed."""
        status = self.file.stat()
        return _contents(self.file, status.st_size, status.st_mtime_ns)

    def scan(self) -> Iterable[Known]:
        """List a folder.

        Raises:
            OSError: there is no such folder.
        """
        contents = self.contents()
        if self.inner not in contents.folders:
            raise NotADirectoryError(str(self))
        return [Known(name, contents.status((self / name).inner)) for name in contents.folders[self.inner]]

    def exists(self) -> bool:
        """Whether it is in the archive."""
        contents = self.contents()
        return self.inner in contents.members or self.inner in contents.folders

    def is_dir(self) -> bool:
        """Whether it is a folder."""
        return self.inner in self.contents().folders

    def stat(self) -> FileStatus:
        """Return its status from the archive's list of contents."""
        if not self.exists():
            raise FileNotFoundError(f"not in the archive: {self.inner}")
        return self.contents().status(self.inner)

    def open(self, _mode: Literal["rb"], /) -> BinaryIO:
        """Open it for reading its uncompressed bytes."""
        contents = self.contents()
        if self.inner not in contents.members:
            raise FileNotFoundError(f"not in the archive: {self.inner}")
        info = contents.members[self.inner]
        _check_method(info)
        return cast("BinaryIO", _Member(lambda: contents.zip.open(info), info.file_size))


class _Contents:
    """The list of contents, and the open archive."""

    def __init__(self, file: Path, mtime_ns: int) -> None:
        self.zip = zipfile.ZipFile(file)
        self.mtime_ns = mtime_ns
        self.members: dict[str, zipfile.ZipInfo] = {}
        self.folders: dict[str, dict[str, None]] = {"": {}}
        """Names by folder."""
        self.flaws: dict[str, str] = {}
        """What is wrong with the list itself, by path; that of all names under an empty one."""
        for info in self.zip.infolist():
            self._add(info)

    def _add(self, info: zipfile.ZipInfo) -> None:
        name = info.filename.replace("\\", "/") if "/" not in info.filename else info.filename
        path = "/".join(part for part in name.split("/") if part not in {"", "."})
        self._note(path, name, info)
        if name.endswith("/"):
            self.folders.setdefault(path, {})
        else:
            self.members[path] = info
        self._list(path)

    def _note(self, path: str, name: str, info: zipfile.ZipInfo) -> None:
        """Note what programs read differently in an entry."""
        before = self.members.get(path)
        if name != info.filename:
            self.flaws.setdefault("", BACKSLASHES)
        if name.startswith("/") or ".." in name.split("/"):
            self.flaws[path] = "leads out of the folder that the archive is unpacked into"
        if before:
            same = (before.CRC, before.file_size) == (info.CRC, info.file_size)
            self.flaws[path] = f"is there more than once, with {'the same' if same else 'different'} contents"
        elif path in (self.members if name.endswith("/") else self.folders):
            self.flaws[path] = "is there both as a file and as a folder"

    def _list(self, path: str) -> None:
        """List an entry in its folder, and that in its own."""
        while path:
            folder, _, name = path.rpartition("/")
            known = self.folders.setdefault(folder, {})
            if name in known:
                return
            known[name] = None
            if folder in self.members:
                self.flaws[folder] = "is there both as a file and as a folder"
            path = folder

    def status(self, path: str) -> FileStatus:
        """Return the status of a file or folder; the checksum takes the role of the inode, to detect other content."""
        if path in self.folders:
            return FileStatus(0, self.mtime_ns, folder=True)
        info = self.members[path]
        return FileStatus(info.file_size, self.mtime_ns, st_ino=info.CRC)


@lru_cache(MAX_OPEN_ARCHIVES)
def _contents(file: Path, size: int, mtime_ns: int) -> _Contents:  # noqa: ARG001 (size is part of the cache's key)
    return _Contents(file, mtime_ns)


def _check_method(info: zipfile.ZipInfo) -> None:
    """Refuse a member that Python's library cannot unpack.

    Raises:
        StorageError: it is encrypted, or compressed by another method.
    """
    if info.flag_bits & ENCRYPTED:
        raise StorageError(
            "encrypted in the archive", "unpack it with its password, and audit the folder", damaged=False
        )
    if info.compress_type not in METHODS:
        name = OTHER_METHODS.get(info.compress_type, f"method {info.compress_type}")
        advice = "unpack it with a program that knows this method, and audit the folder"
        raise StorageError(f"compressed in the archive by {name}, which cannot be read here", advice, damaged=False)


class _Member(RawIOBase):
    """A file of an archive; errors of zipfile become a ``StorageError``, which is an ``OSError`` as on a disk."""

    def __init__(self, open_: Callable[[], IO[bytes]], size: int) -> None:
        """Open it, and take the size that the archive's list of contents gives it."""
        super().__init__()
        self._size, self._taken = size, 0
        self._file = self._tried(open_)

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes; at the end zipfile verifies the checksum, and its size is compared."""
        data = self._tried(lambda: self._file.read(size))
        self._taken += len(data)
        if not data and size and self._taken != self._size:
            found = f"{self._taken:,} bytes, where its list of contents has {self._size:,}"
            raise _damaged(found)
        return data

    def close(self) -> None:
        """Close the member, not the archive."""
        if not self.closed:
            self._file.close()
        super().close()

    @staticmethod
    def _tried(action: Callable[[], T]) -> T:
        try:
            return action()
        except zipfile.BadZipFile as error:
            crc = "Bad CRC-32" in str(error)
            raise _damaged(
                "its CRC is not the stored one" if crc else "its entry and the list of contents differ"
            ) from error
        except (*_DECODING, EOFError, NotImplementedError, RuntimeError) as error:
            if getattr(error, "errno", None):  # it is the disk's
                raise
            raise _damaged(str(error) or "it ends too early") from error


def _damaged(what: str) -> StorageError:
    return StorageError(f"damaged in the archive: {what}", "fetch the archive again", damaged=True)
