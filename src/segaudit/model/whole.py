"""Files that are there as a whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path


def write_whole(path: Path, content: bytes) -> Path:
    """Write beside the file, then take its place: nobody reads half of it, and programs that run at once do not meet.

    Raises:
        OSError: it cannot be written; nothing is left behind then, and what was there stays.
    """
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        unfinished.write_bytes(content)
        return unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
