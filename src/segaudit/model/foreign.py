"""Code of others, such as a user's checks: what it prints and where it goes must not change what we print and write."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import IO, Any


@contextmanager
def contained() -> Iterator[None]:
    """Have code of others print on standard error, close no stream, and leave the current folder as it was.

    Standard output may be the report that another program reads.
    """
    here = _here()
    stream: Any = _Open(sys.stderr) if sys.stderr else None
    try:
        with redirect_stdout(stream), redirect_stderr(stream):
            yield
    finally:
        if here and _here() != here:
            with suppress(OSError):
                os.chdir(here)


def _here() -> Path | None:
    """Return the current folder; None if it was deleted."""
    try:
        return Path.cwd()
    except OSError:
        return None


class _Open:
    """A stream that stays open."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 (whatever a stream has)
        return getattr(self._stream, name)

    def close(self) -> None:
        """Leave it to its owner."""
