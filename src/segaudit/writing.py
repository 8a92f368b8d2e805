"""Write the reports of an audit: among them the page, for which pictures are drawn from the dataset."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from PIL import Image

from segaudit import waivers
from segaudit.auditing import Audit
from segaudit.model import CaseFiles, ReportedFinding
from segaudit.pictures import Album
from segaudit.reports import html, sarif
from segaudit.reports.page.material import Material
from segaudit.reports.write import FILES, write
from segaudit.subject import Subject

SCALE = 2
"""Pixels for each of those that a picture has at least: screens are fine, and pictures can be enlarged."""

OUTLINED = 5
"""Structures of a finding that are outlined: there are so many colours."""

QUALITY = 70
"""Of WebP, 0 to 100: outlines and letters stay sharp."""


def write_reports(audit: Audit, folder: Path) -> None:
    """Write the reports of an audit into a folder.

    Raises:
        OSError: the folder or a file cannot be written.
    """
    explanations = {trial.check.id: trial.check.explanation for trial in audit.trials}
    material = Material(
        contract=audit.subject.contract,
        explanations=explanations,
        date=waivers.today(),
        dataset=audit.dataset,
        draw=partial(_draw, audit.subject),
    )
    more = {
        "report.html": partial(html.render, material=material),
        "findings.sarif": partial(sarif.render, explanations=explanations),
    }
    write(audit.report, folder, {**FILES, **more})


def _draw(subject: Subject, case: str, findings: Sequence[ReportedFinding | None]) -> Iterator[bytes | None]:
    """Yield a picture for each finding of a case that is about an image, and for None one of the case."""
    files = next((files for files in subject.listing.cases if files.case == case), CaseFiles(case=case, folder=case))
    album = Album(subject.listing.root, files, subject.contract)
    for finding in findings:
        image = _overview(album, files) if finding is None else _view(album, files, finding)
        yield _webp(image) if image else None


def _overview(album: Album, files: CaseFiles) -> Image.Image | None:
    return album.picture(neighbours=files.masks, scale=SCALE) if files.ct or files.masks else None


def _view(album: Album, files: CaseFiles, finding: ReportedFinding) -> Image.Image | None:
    structures = [name for name in finding.structure.split(", ") if name in files.masks]
    about_image = structures or (finding.file and finding.file == files.ct)
    return album.picture(structures[:OUTLINED], finding.position_mm, scale=SCALE) if about_image else None


def _webp(image: Image.Image) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "WEBP", quality=QUALITY)
    return stream.getvalue()
