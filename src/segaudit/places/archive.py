"""A dataset in a ZIP archive, read without unpacking it."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from io import RawIOBase
from pathlib import Path
from typing import IO, BinaryIO, Literal, TypeVar, cast

from segaudit.model.errors import DatasetError
from segaudit.places.status import FileStatus, Known

T = TypeVar("T")

MAX_OPEN_ARCHIVES = 2
"""Number of archives whose lists of contents a process keeps; that of a release has 145,000 entries."""

MAGIC = b"PK\x03\x04"
"""The first bytes of a ZIP archive that is not empty (APPNOTE.TXT 4.3.7)."""


def is_archive(file: Path) -> bool:
    """Whether a file is a ZIP archive, by its name or its end, or a truncated one, by its beginning."""
    if file.suffix.lower() == ".zip" or zipfile.is_zipfile(file):
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
        return cast("BinaryIO", _Member(lambda: contents.zip.open(contents.members[self.inner])))


class _Contents:
    """The list of contents, and the open archive."""

    def __init__(self, file: Path, mtime_ns: int) -> None:
        self.zip = zipfile.ZipFile(file)
        self.mtime_ns = mtime_ns
        self.members: dict[str, zipfile.ZipInfo] = {}
        self.folders: dict[str, dict[str, None]] = {"": {}}
        """Names by folder."""
        for info in self.zip.infolist():
            self._add(info)

    def _add(self, info: zipfile.ZipInfo) -> None:
        path = "/".join(part for part in info.filename.split("/") if part)
        if info.is_dir():
            self.folders.setdefault(path, {})
        else:
            self.members[path] = info
        while path:
            folder, _, name = path.rpartition("/")
            known = self.folders.setdefault(folder, {})
            if name in known:
                return
            known[name] = None
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


class _Member(RawIOBase):
    """A file of an archive; errors of zipfile become an ``OSError``, as on a disk."""

    def __init__(self, open_: Callable[[], IO[bytes]]) -> None:
        super().__init__()
        self._file = self._tried(open_)

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes; at the end zipfile verifies the checksum."""
        return self._tried(lambda: self._file.read(size))

    def close(self) -> None:
        """Close the member, not the archive."""
        if not self.closed:
            self._file.close()
        super().close()

    @staticmethod
    def _tried(action: Callable[[], T]) -> T:
        try:
            return action()
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
            raise OSError(f"in the archive: {error}") from error
