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
from segaudit.dataset.target import Target
from segaudit.executors.base import Executor, Failure, Progress
from segaudit.model import CaseFiles, ReportedFinding
from segaudit.model.whole import write_whole
from segaudit.pictures.jobs import PictureJob, PictureSpec, draw_pictures

MAX_OUTLINED_STRUCTURES = 5
"""Structures of a finding that are outlined: there are so many colours."""

PICTURES_PER_JOB = 8
"""Pictures of one case that are drawn in one go: with more, other workers would wait for the last of them; with fewer,
its files would be read more often."""


class Gallery:
    """The pictures of an audit."""

    def __init__(self, target: Target, folder: Path, executor: Executor, progress: Progress) -> None:
        """Keep pictures in a folder, which is made when the first of them is drawn."""
        self.target = target
        self.folder = folder
        self.executor = executor
        self.progress = progress
        self.failures: Counter[tuple[str, str]] = Counter()
        """How many pictures of a case could not be drawn, by the case and the reason."""
        self._shown: set[str] = set()
        self._cases = {files.case: _CasePictures(target, files) for files in target.listing.cases}

    def draw(self, wanted: Mapping[str, Sequence[ReportedFinding | None]]) -> dict[str, list[bytes | None]]:
        """Return a picture for each finding of a case that is about an image, and for None one of the case."""
        case_pictures = [self._of(case) for case in wanted]
        names = {pictures.case: [*map(pictures.name, wanted[pictures.case])] for pictures in case_pictures}
        self._shown.update(name for some in names.values() for name in some if name)
        jobs = [job for pictures in case_pictures for job in self._jobs(pictures, wanted[pictures.case])]
        if jobs:
            self._work(sorted(jobs, key=lambda job: not any(spec.whole for spec in job.specs.values())))
        return {case: [self._content(name) for name in some] for case, some in names.items()}

    def path(self, finding: ReportedFinding) -> str:
        """Return the path of a finding's picture below the folder of the reports; empty if none was drawn."""
        name = self._cases[finding.case].name(finding) if finding.case in self._cases else ""
        return f"measurements/pictures/{name}.webp" if name in self._shown and self._path(name).exists() else ""

    def tidy(self) -> None:
        """Remove what was not shown: pictures of what is no longer found, or of files that have changed."""
        for path in self.folder.glob("*.webp"):
            if path.stem not in self._shown:
                path.unlink(missing_ok=True)

    def _of(self, case: str) -> _CasePictures:
        """Return the pictures of a case; it has none if it has no files."""
        return self._cases.get(case) or _CasePictures(self.target, CaseFiles(case=case, folder=case))

    def _jobs(self, pictures: _CasePictures, findings: Sequence[ReportedFinding | None]) -> Iterator[PictureJob]:
        """Yield what is not drawn yet of a case, some pictures at a time."""
        specs = {pictures.name(finding): spec for finding in findings if (spec := pictures.spec(finding))}
        missing = [(name, spec) for name, spec in specs.items() if not self._path(name).exists()]
        for first in range(0, len(missing), PICTURES_PER_JOB):
            some = dict(missing[first : first + PICTURES_PER_JOB])
            yield PictureJob(self.target.listing.root, pictures.files, self.target.contract, some)

    def _work(self, jobs: Sequence[PictureJob]) -> None:
        """Have pictures drawn, and keep each as it is done."""
        total = sum(len(job.specs) for job in jobs)
        for case, name, picture in self.progress(self._done(jobs), total):
            if isinstance(picture, Failure):
                self.failures[case, picture.error] += 1
            else:
                self.folder.mkdir(parents=True, exist_ok=True)
                write_whole(self._path(name), picture)

    def _done(self, jobs: Sequence[PictureJob]) -> Iterator[tuple[str, str, bytes | Failure]]:
        for job, done in self.executor.run(draw_pictures, iter(jobs)):
            pictures = dict.fromkeys(job.specs, done) if isinstance(done, Failure) else done
            yield from ((job.files.case, name, picture) for name, picture in pictures.items())

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.webp"

    def _content(self, name: str) -> bytes | None:
        return self._path(name).read_bytes() if name and self._path(name).exists() else None


class _CasePictures:
    """What is shown of one case, whose files are looked at once."""

    def __init__(self, target: Target, files: CaseFiles) -> None:
        self.case, self.files = files.case, files
        self._target = target

    @cached_property
    def _mark(self) -> tuple[str, ...]:
        """What a picture depends on, besides its spec."""
        stamp = fingerprint(self._target.listing.root, self.files)
        return version("segaudit"), self._target.contract.name, stamp

    def spec(self, finding: ReportedFinding | None) -> PictureSpec | None:
        """Return what to show of a finding; None where there is no image of it.

        A finding that names neither structure nor file is about the case, which is shown with all its masks.
        """
        if finding is None:
            return PictureSpec(whole=True) if self.files.ct or self.files.masks else None
        elsewhere = finding.misplacement
        names = finding.structures or (elsewhere.structures if elsewhere else ())
        structures = [name for name in names if name in self.files.masks][:MAX_OUTLINED_STRUCTURES]
        if structures or (self.files.ct and finding.files == (self.files.ct,)):
            return PictureSpec(tuple(structures), finding.position_mm, misplacement=elsewhere)
        return None if finding.structures or finding.files else self.spec(None)

    def name(self, finding: ReportedFinding | None) -> str:
        """Return a name that only this picture has, as long as its files are the same; empty for none."""
        spec = self.spec(finding)
        return xxhash.xxh3_128_hexdigest(msgspec.msgpack.encode((self._mark, spec))) if spec else ""
