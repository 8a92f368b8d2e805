"""A lock on an open file, which ends with its process, however that ends."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

WAIT_S = 0.05
"""Seconds between attempts where the system has no lock to wait for."""

if sys.platform == "win32":
    import msvcrt

    _FAR = 2**31 - 2
    """The byte that is locked: beyond every entry, because a locked byte cannot be read."""

    def _lock(number: int) -> None:
        while True:
            try:
                os.lseek(number, _FAR, os.SEEK_SET)
                msvcrt.locking(number, msvcrt.LK_NBLCK, 1)
            except OSError:
                time.sleep(WAIT_S)
            else:
                return

    def _unlock(number: int) -> None:
        os.lseek(number, _FAR, os.SEEK_SET)
        msvcrt.locking(number, msvcrt.LK_UNLCK, 1)
else:
    import fcntl

    def _lock(number: int) -> None:
        fcntl.flock(number, fcntl.LOCK_EX)

    def _unlock(number: int) -> None:
        fcntl.flock(number, fcntl.LOCK_UN)


@contextmanager
def locked(number: int) -> Iterator[None]:
    """Hold the lock of an open file, by its descriptor; wait for whoever holds it."""
    _lock(number)
    try:
        yield
    finally:
        _unlock(number)
