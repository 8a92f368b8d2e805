"""The status of files in archives and behind URLs, with the fields of ``os.stat_result`` that are used."""

from __future__ import annotations

import stat
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileStatus:
    """The status of a regular file or a folder."""

    st_size: int
    st_mtime_ns: int = 0
    st_ino: int = 0
    folder: bool = False
    st_ctime_ns: int = 0
    st_dev: int = 0

    @property
    def st_mode(self) -> int:
        """The type bits of a regular file or a folder."""
        return stat.S_IFDIR if self.folder else stat.S_IFREG


@dataclass(frozen=True, slots=True)
class Known:
    """An entry of a folder, with the interface of ``os.DirEntry`` that is used."""

    name: str
    status: FileStatus

    def is_dir(self) -> bool:
        """Whether it is a folder."""
        return self.status.folder

    def is_file(self) -> bool:
        """Whether it is a file."""
        return not self.status.folder

    def stat(self) -> FileStatus:
        """Return its status."""
        return self.status
