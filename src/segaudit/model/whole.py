"""Write files atomically."""

from __future__ import annotations

import os
from pathlib import Path


def write_whole(path: Path, content: bytes) -> Path:
    """Write a temporary file, then replace the target, so that readers and concurrent programs never see half of it.

    Raises:
        OSError: it cannot be written, with the path; the old file is then unchanged, and nothing is left behind.
    """
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        unfinished.write_bytes(content)
        return unfinished.replace(path)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error  # a full disk names no file
    finally:
        unfinished.unlink(missing_ok=True)
