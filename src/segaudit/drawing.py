"""The pictures of a report: each is drawn once, and kept beside the measurements until a file of its case changes."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

import msgspec
import xxhash
from PIL import Image

from segaudit.model import CaseFiles, ReportedFinding
from segaudit.model.whole import write_whole
from segaudit.pictures import Album
from segaudit.store import fingerprint
from segaudit.subject import Subject

SCALE = 2
"""Pixels for each of those that a picture has at least: screens are fine, and pictures can be enlarged."""

OUTLINED = 5
"""Structures of a finding that are outlined: there are so many colours."""

QUALITY = 70
"""Of WebP, 0 to 100: outlines and letters stay sharp."""


class Gallery:
    """The pictures of an audit."""

    def __init__(self, subject: Subject, folder: Path) -> None:
        """Keep pictures in a folder, which is made when the first of them is drawn."""
        self.subject = subject
        self.folder = folder
        self._shown: set[str] = set()

    def draw(self, case: str, findings: Sequence[ReportedFinding | None]) -> Iterator[bytes | None]:
        """Yield a picture for each finding of a case that is about an image, and for None one of the case."""
        wall = _Wall(self.subject, case)
        for finding in findings:
            yield self._picture(wall, finding) if wall.shows(finding) else None

    def tidy(self) -> None:
        """Remove what was not shown: pictures of what is no longer found, or of files that have changed."""
        for path in self.folder.glob("*.webp"):
            if path.name not in self._shown:
                path.unlink(missing_ok=True)

    def _picture(self, wall: _Wall, finding: ReportedFinding | None) -> bytes:
        path = self.folder / f"{wall.name(finding)}.webp"
        self._shown.add(path.name)
        if path.exists():
            return path.read_bytes()
        picture = wall.picture(finding)
        self.folder.mkdir(parents=True, exist_ok=True)
        write_whole(path, picture)
        return picture


class _Wall:
    """The pictures of one case, whose files are read once for all of them, and only if one has to be drawn."""

    def __init__(self, subject: Subject, case: str) -> None:
        nothing = CaseFiles(case=case, folder=case)
        self._subject = subject
        self._files = next((files for files in subject.listing.cases if files.case == case), nothing)

    @cached_property
    def _album(self) -> Album:
        return Album(self._subject.listing.root, self._files, self._subject.contract)

    @cached_property
    def _mark(self) -> tuple[str, ...]:
        """What a picture depends on but for what it shows."""
        stamp = fingerprint(self._subject.listing.root, self._files)
        return version("segaudit"), self._subject.contract.name, stamp

    def shows(self, finding: ReportedFinding | None) -> bool:
        """Whether there is an image to show."""
        if finding is None:
            return bool(self._files.ct or self._files.masks)
        return bool(self._structures(finding) or (finding.file and finding.file == self._files.ct))

    def name(self, finding: ReportedFinding | None) -> str:
        """Return a name that only this picture has, as long as its files are the same."""
        shown = finding and (self._structures(finding), finding.position_mm)
        return xxhash.xxh3_128_hexdigest(msgspec.msgpack.encode((self._mark, shown)))

    def picture(self, finding: ReportedFinding | None) -> bytes:
        """Draw the place of a finding, or the case with all its masks."""
        if finding is None:
            return _webp(self._album.picture(neighbours=self._files.masks, scale=SCALE))
        return _webp(self._album.picture(self._structures(finding), finding.position_mm, scale=SCALE))

    def _structures(self, finding: ReportedFinding) -> list[str]:
        return [name for name in finding.structure.split(", ") if name in self._files.masks][:OUTLINED]


def _webp(image: Image.Image) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "WEBP", quality=QUALITY)
    return stream.getvalue()
