"""Audits that read no mask twice: a planted defect leaves most files of its host as they were."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from msgspec.structs import replace

from segaudit.executors.base import Job, Result
from segaudit.measure.file import read_file
from segaudit.measure.mask import Content, read_foreground
from segaudit.model import File

Read = tuple[File, Content | None]
Key = tuple[str, str, bytes]


class Remembered:
    """What was read of the masks of a dataset, by path, structure and bytes. All else is measured as ever."""

    def __init__(self) -> None:
        """Start without masks."""
        self._read: dict[Key, Read] = {}

    @contextmanager
    def learning(self) -> Iterator[None]:
        """Audit in this process, and keep what is read."""
        with _here(self._learn):
            yield

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Audit in this process, and read nothing again that is kept; what is new is not kept."""
        with _here(self._recall):
            yield

    def _learn(self, root: Path, file: File, consume: Any, *given: Any, **named: Any) -> Read:  # noqa: ANN401 (handed on)
        read: Read = read_file(root, file, consume, *given, **named)
        if consume is read_foreground and (key := _key(root, file)):
            self._read[key] = read
        return read

    def _recall(self, root: Path, file: File, consume: Any, *given: Any, **named: Any) -> Read:  # noqa: ANN401 (handed on)
        key = _key(root, file) if consume is read_foreground else None
        if key not in self._read:
            return read_file(root, file, consume, *given, **named)
        found, content = self._read[key]
        return replace(found, mtime_ns=(root / file.path).stat().st_mtime_ns), content


def _key(root: Path, file: File) -> Key | None:
    """Return what decides what is read of a mask; None if it cannot be read."""
    try:
        return file.path, file.structure, hashlib.sha256((root / file.path).read_bytes()).digest()
    except OSError:
        return None


class _Here:
    """An executor that works in this process."""

    def __init__(self, workers: int | None) -> None:
        """Take no notice of the number of processes."""

    def run(self, do: Callable[[Job], Result], jobs: Iterator[Job]) -> Iterator[tuple[Job, Result]]:
        """Do each job."""
        for job in jobs:
            yield job, do(job)


@contextmanager
def _here(reading: Callable[..., Read]) -> Iterator[None]:
    """Measure in this process, and read files by a function."""
    here = patch("segaudit.dataset.measured.ProcessExecutor", _Here)
    with here, patch("segaudit.measure.case.read_file", reading):
        yield
