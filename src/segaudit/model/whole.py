"""Write files atomically."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


def write_whole(path: Path, content: bytes) -> Path:
    """Write a file that readers and concurrent programs never see half of.

    Raises:
        OSError: it cannot be written, with the path; the old file is then unchanged, and nothing is left behind.
    """
    return write_together({path: [content]})[0]


def write_together(contents: Mapping[Path, Iterable[bytes]]) -> tuple[Path, ...]:
    """Write temporary files part by part, then, when all are complete, replace their targets.

    Raises:
        OSError: one cannot be written, with the path; the old files are then unchanged, and nothing is left behind.
    """
    unfinished = {path: path.with_name(f"{path.name}.{os.getpid()}.tmp") for path in contents}
    try:
        for path, parts in contents.items():
            _write(path, unfinished[path], parts)
        return tuple(_replaced(path, written) for path, written in unfinished.items())
    finally:
        for written in unfinished.values():
            written.unlink(missing_ok=True)


def _write(path: Path, unfinished: Path, parts: Iterable[bytes]) -> None:
    with _naming(path):
        file = unfinished.open("wb")
    try:
        for part in parts:  # whose errors have nothing to do with this file
            with _naming(path):
                file.write(part)
    finally:
        with _naming(path):
            file.close()


def _replaced(path: Path, written: Path) -> Path:
    with _naming(path):
        return written.replace(path)


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Name a file in an error that names none, as of a full disk, or its temporary file."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
