"""What is known of a file that no operating system keeps."""

from __future__ import annotations

import stat
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileStatus:
    """A regular file, or a folder."""

    st_size: int
    st_mtime_ns: int = 0
    st_ino: int = 0
    folder: bool = False
    st_ctime_ns: int = 0

    @property
    def st_mode(self) -> int:
        """Regular file or folder."""
        return stat.S_IFDIR if self.folder else stat.S_IFREG


@dataclass(frozen=True, slots=True)
class Known:
    """What lies in a folder."""

    name: str
    status: FileStatus

    def is_dir(self) -> bool:
        """Whether it is a folder."""
        return self.status.folder

    def is_file(self) -> bool:
        """Whether it is a file."""
        return not self.status.folder

    def stat(self) -> FileStatus:
        """Return what is known of it."""
        return self.status
