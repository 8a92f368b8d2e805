"""A disk that fills up while some files are written."""

from __future__ import annotations

import errno
import io
import os
from pathlib import Path
from typing import IO, Any

import pytest


class Full(io.BytesIO):
    """A file that takes nothing."""

    def write(self, _: Any) -> int:  # noqa: ANN401 (any bytes)
        """Raise what a full disk does."""
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def fill_up(monkeypatch: pytest.MonkeyPatch, prefix: str = "") -> None:
    """Let the disk be full for files whose names begin with a prefix; each of them is made, and stays empty."""
    really = Path.open

    def opened(path: Path, mode: str = "r", *options: Any, **more: Any) -> IO[Any]:  # noqa: ANN401 (as the method)
        file = really(path, mode, *options, **more)
        if mode != "wb" or not path.name.startswith(prefix):
            return file
        file.close()
        return Full()

    monkeypatch.setattr(Path, "open", opened)
