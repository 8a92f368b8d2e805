"""Regular files. Opening anything else, such as a pipe, may never end; nor may some that the system makes up."""

from __future__ import annotations

import errno
import os
import stat
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from segaudit.model.place import Place, Status

SYSTEM = ("/proc", "/sys", "/sys/kernel/debug", "/sys/kernel/tracing")
"""Where Linux mounts file systems of its own: their files look regular, but hold no such bytes, and a read may wait."""


def must_be_regular(path: Place) -> None:
    """Refuse what is no regular file.

    Raises:
        OSError: it is none, or is not there.
    """
    status = path.stat()
    if not stat.S_ISREG(status.st_mode) or is_made_up(status):
        raise OSError(errno.EINVAL, "not a regular file", str(path))


def is_made_up(status: Status) -> bool:
    """Whether the status is that of a file which the system makes up; it can be another one at any time."""
    return status.st_dev in _system()


@cache
def _system() -> frozenset[int]:
    """Return the devices of the system's own file systems."""
    return frozenset(folder.stat().st_dev for folder in map(Path, SYSTEM) if os.path.ismount(folder))
