"""The pictures of a report: each is drawn once, and kept beside the measurements until a file of its case changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

import msgspec
import xxhash

from segaudit.dataset.store import fingerprint
from segaudit.dataset.target import Subject
from segaudit.executors.base import Crew, Failure, Progress
from segaudit.model import CaseFiles, ReportedFinding
from segaudit.model.whole import write_whole
from segaudit.pictures.jobs import Motif, Order, paint

OUTLINED = 5
"""Structures of a finding that are outlined: there are so many colours."""

SITTING = 8
"""Pictures of one case that are drawn in one go: with more, other workers would wait for the last of them; with fewer,
its files would be read more often."""


class Gallery:
    """The pictures of an audit."""

    def __init__(self, subject: Subject, folder: Path, crew: Crew, progress: Progress) -> None:
        """Keep pictures in a folder, which is made when the first of them is drawn."""
        self.subject = subject
        self.folder = folder
        self.crew = crew
        self.progress = progress
        self.failures: Counter[tuple[str, str]] = Counter()
        """How many pictures of a case could not be drawn, by the case and the reason."""
        self._shown: set[str] = set()

    def draw(self, wanted: Mapping[str, Sequence[ReportedFinding | None]]) -> dict[str, list[bytes | None]]:
        """Return a picture for each finding of a case that is about an image, and for None one of the case."""
        walls = [_Wall(self.subject, self._files.get(case, CaseFiles(case=case, folder=case))) for case in wanted]
        names = {wall.case: [*map(wall.name, wanted[wall.case])] for wall in walls}
        self._shown.update(name for some in names.values() for name in some if name)
        orders = [order for wall in walls for order in self._orders(wall, wanted[wall.case])]
        if orders:
            self._work(sorted(orders, key=lambda order: not any(motif.whole for motif in order.motifs.values())))
        return {case: [self._content(name) for name in some] for case, some in names.items()}

    def tidy(self) -> None:
        """Remove what was not shown: pictures of what is no longer found, or of files that have changed."""
        for path in self.folder.glob("*.webp"):
            if path.stem not in self._shown:
                path.unlink(missing_ok=True)

    @cached_property
    def _files(self) -> dict[str, CaseFiles]:
        return {files.case: files for files in self.subject.listing.cases}

    def _orders(self, wall: _Wall, findings: Sequence[ReportedFinding | None]) -> Iterator[Order]:
        """Yield what is not drawn yet of a case, some pictures at a time."""
        motifs = {wall.name(finding): motif for finding in findings if (motif := wall.motif(finding))}
        missing = [(name, motif) for name, motif in motifs.items() if not self._path(name).exists()]
        for first in range(0, len(missing), SITTING):
            some = dict(missing[first : first + SITTING])
            yield Order(self.subject.listing.root, wall.files, self.subject.contract, some)

    def _work(self, orders: Sequence[Order]) -> None:
        """Have pictures drawn, and keep each as it is done."""
        total = sum(len(order.motifs) for order in orders)
        for case, name, picture in self.progress(self._done(orders), total):
            if isinstance(picture, Failure):
                self.failures[case, picture.error] += 1
            else:
                self.folder.mkdir(parents=True, exist_ok=True)
                write_whole(self._path(name), picture)

    def _done(self, orders: Sequence[Order]) -> Iterator[tuple[str, str, bytes | Failure]]:
        for order, done in self.crew.work(paint, iter(orders)):
            pictures = dict.fromkeys(order.motifs, done) if isinstance(done, Failure) else done
            yield from ((order.files.case, name, picture) for name, picture in pictures.items())

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.webp"

    def _content(self, name: str) -> bytes | None:
        return self._path(name).read_bytes() if name and self._path(name).exists() else None


class _Wall:
    """What is shown of one case."""

    def __init__(self, subject: Subject, files: CaseFiles) -> None:
        self.case, self.files = files.case, files
        self._subject = subject

    @cached_property
    def _mark(self) -> tuple[str, ...]:
        """What a picture depends on but for its motif."""
        stamp = fingerprint(self._subject.listing.root, self.files)
        return version("segaudit"), self._subject.contract.name, stamp

    def motif(self, finding: ReportedFinding | None) -> Motif | None:
        """Return what to show of a finding, or of the case with all its masks; None where there is no image of it."""
        if finding is None:
            return Motif(whole=True) if self.files.ct or self.files.masks else None
        structures = tuple(name for name in finding.structure.split(", ") if name in self.files.masks)[:OUTLINED]
        if structures or (finding.file and finding.file == self.files.ct):
            return Motif(structures, finding.position_mm)
        return None

    def name(self, finding: ReportedFinding | None) -> str:
        """Return a name that only this picture has, as long as its files are the same; empty for none."""
        motif = self.motif(finding)
        return xxhash.xxh3_128_hexdigest(msgspec.msgpack.encode((self._mark, motif))) if motif else ""
