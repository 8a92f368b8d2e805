"""Files that are read at once, because they are small: tables and descriptions."""

from __future__ import annotations

import stat

from segaudit.model.place import Place


def read_small(path: Place, most: int, expected: str) -> bytes:
    """Return the bytes of a regular file that has so many at most.

    Raises:
        OSError: there is none, it is no regular file, or it is larger; the message says what was expected.
        ValueError: the path contains a NUL.
    """
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):  # opening a pipe would block
        raise OSError("not a regular file")
    if status.st_size > most:
        raise OSError(f"it has {status.st_size:,} bytes, {expected}")
    with path.open("rb") as file:
        return file.read()
