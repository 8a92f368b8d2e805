"""Files that are read at once, because they are small: tables and descriptions."""

from __future__ import annotations

from segaudit.model.place import Place
from segaudit.model.regular import must_be_regular


def read_small(path: Place, most: int, expected: str) -> bytes:
    """Return the bytes of a regular file that has so many at most.

    Raises:
        OSError: there is none, it is no regular file, or it is larger; the message says what was expected.
        ValueError: the path contains a NUL.
    """
    must_be_regular(path)
    if (size := path.stat().st_size) > most:
        raise OSError(f"it has {size:,} bytes, {expected}")
    with path.open("rb") as file:
        return file.read()
