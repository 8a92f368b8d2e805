"""A work list for people who look at findings: ``review.csv``, a row for each finding about a case.

Slicer CART reads it as a cohort: ``uid`` names a row, columns with ``volume`` or ``segmentation`` in their names hold
paths relative to the dataset. No other column may have these words in its name, nor ``markup``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from segaudit.model import CaseFiles, Report, ReportedFinding
from segaudit.reports.markups import file_name, has_place, lps
from segaudit.reports.page.explained import sections
from segaudit.reports.page.material import Material
from segaudit.reports.phrases import message, structure
from segaudit.reports.ranking import ranked
from segaudit.reports.spreadsheet import Cell, lines

MASKS = 2
"""Masks of a finding that have a column; a pair has two."""

ABOUT = ("rank", "uid", "case", "structure", "check", "severity", "score", "message", "what_to_do")
PLACE = ("x_ras_mm", "y_ras_mm", "z_ras_mm", "x_lps_mm", "y_lps_mm", "z_lps_mm", "voxel_i", "voxel_j", "voxel_k")
PATHS = ("volume_ct", *(f"segmentation_{number}" for number in range(1, MASKS + 1)), "slicer_points", "picture")
METADATA = {"split": "split", "institute": "institute", "scanner": "scanner_model"}
"""Columns of the list, and the columns of ``meta.csv`` that they hold."""

COLUMNS = (*ABOUT, *PLACE, *PATHS, *METADATA)


def parts(report: Report, material: Material, picture: Callable[[ReportedFinding], str]) -> Iterator[str]:
    """Yield the list in parts, first what to look at first; ``picture`` returns the path of a finding's picture."""
    return lines(COLUMNS, _rows(report, material, picture))


def _rows(report: Report, material: Material, picture: Callable[[ReportedFinding], str]) -> Iterator[tuple[Cell, ...]]:
    advice = {name: sections(text).get("What to do", "") for name, text in material.explanations.items()}
    described = _described(material)
    nothing: tuple[Cell, ...] = (None,) * len(METADATA)
    for rank, finding in enumerate(ranked(report.findings), 1):
        uid = f"{rank:05}-{finding.case}-{finding.check}"
        yield (
            *(
                rank,
                uid,
                finding.case,
                structure(finding),
                finding.check,
                finding.severity,
                finding.score,
                message(finding),
            ),
            advice.get(finding.check, ""),
            *place(finding),
            *paths(finding, material.files.get(finding.case)),
            f"markups/{file_name(finding.case)}" if has_place(finding) else "",
            picture(finding),
            *described.get(finding.case, nothing),
        )


def place(finding: ReportedFinding) -> tuple[Cell, ...]:
    """Return a finding's place to the right, front and head, to the left, back and head, and as a voxel."""
    if finding.position_mm is None or finding.voxel is None:
        return (None,) * len(PLACE)
    return (*finding.position_mm, *lps(finding.position_mm), *finding.voxel)


def paths(finding: ReportedFinding, files: CaseFiles | None) -> list[Cell]:
    """Return the paths of the CT and of the first masks of a finding."""
    if files is None:
        return [""] * (1 + MASKS)
    masks = [files.masks[name] for name in finding.structures if name in files.masks]
    unique = list(dict.fromkeys(masks))[:MASKS]
    return [files.ct, *unique, *[""] * (MASKS - len(unique))]


def _described(material: Material) -> dict[str, tuple[Cell, ...]]:
    """Return what the metadata say about each case."""
    metadata = material.dataset.metadata if material.dataset else None
    if metadata is None:
        return {}
    ids = metadata.cells("image_id")
    if not ids:
        return {}  # no such column: the rows belong to no case
    columns = [metadata.cells(column) or ("",) * len(ids) for column in METADATA.values()]
    return dict(zip(ids, zip(*columns, strict=True), strict=True))
