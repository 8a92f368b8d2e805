"""Audits that measure no mask twice: a planted defect leaves most files of its host as they were."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from msgspec.structs import replace

from segaudit.executors.base import Job, Result
from segaudit.measure.file import read_file
from segaudit.measure.inside.batch import Structured, structured
from segaudit.measure.mask import Content, read_foreground
from segaudit.measure.mask_runs import Foreground
from segaudit.model import File

Read = tuple[File, Content | None]
Key = tuple[str, str, bytes]
Spacing = tuple[float, ...]


class Remembered:
    """What was read of the masks of a dataset, by path, structure and bytes, and what these consist of and enclose.

    All else is measured as ever.
    """

    def __init__(self) -> None:
        """Start without masks."""
        self._read: dict[Key, Read] = {}
        self._structured: dict[tuple[int, Spacing], tuple[Foreground, Structured]] = {}
        """With the foreground, so that no other one gets its identity."""

    @contextmanager
    def learning(self) -> Iterator[None]:
        """Audit in this process, and keep what is read."""
        with _here(self._learn, self._learn_structure):
            yield

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Audit in this process, and read nothing again that is kept; what is new is not kept."""
        with _here(self._recall, self._recall_structure):
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

    def _learn_structure(self, foregrounds: Sequence[Foreground], spacings: Sequence[Spacing]) -> Iterator[Structured]:
        for foreground, spacing, found in zip(foregrounds, spacings, structured(foregrounds, spacings), strict=True):
            self._structured[id(foreground), spacing] = foreground, found
            yield found

    def _recall_structure(self, foregrounds: Sequence[Foreground], spacings: Sequence[Spacing]) -> Iterator[Structured]:
        masks = [(id(foreground), spacing) for foreground, spacing in zip(foregrounds, spacings, strict=True)]
        new = [number for number, mask in enumerate(masks) if mask not in self._structured]
        measured = structured([foregrounds[number] for number in new], [spacings[number] for number in new])
        found = dict(zip(new, measured, strict=True)) if new else {}
        for number, mask in enumerate(masks):
            yield found[number] if number in found else self._structured[mask][1]


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
def _here(reading: Callable[..., Read], structuring: Callable[..., Iterator[Structured]]) -> Iterator[None]:
    """Measure in this process, and read files and take masks apart by functions."""
    here = patch("segaudit.dataset.measured.ProcessExecutor", _Here)
    apart = patch("segaudit.measure.inside.batch.structured", structuring)
    with here, apart, patch("segaudit.measure.case.read_file", reading):
        yield
