"""The places of findings as point lists for 3D Slicer: ``markups/CASE.mrk.json``.

The format is that of Slicer's markups schema 1.0.3; positions are in LPS, as the schema recommends.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from segaudit.model import Report, ReportedFinding, Severity
from segaudit.model.records import Vector
from segaudit.reports.machine import dumped
from segaudit.reports.phrases import message, structure, visible

SCHEMA = (
    "https://raw.githubusercontent.com/slicer/slicer/master/Modules/Loadable/Markups/Resources/Schema/"
    "markups-schema-v1.0.3.json#"
)

ENDING = ".mrk.json"

COLOURS = {Severity.ERROR: [0.85, 0.1, 0.1], Severity.WARNING: [1.0, 0.7, 0.0], Severity.INFO: [0.2, 0.6, 1.0]}

POINTS = 200
"""The most points of a severity in one case: more hide the image."""


def has_place(finding: ReportedFinding) -> bool:
    """Whether a finding has a point: a place in a case, and no waiver."""
    return bool(finding.case and finding.position_mm and finding.waived is None)


def lps(position_mm: Vector) -> Vector:
    """Return a position in RAS as one in LPS; zero has no sign."""
    x, y, z = position_mm
    return 0.0 - x, 0.0 - y, z


def file_name(case: str) -> str:
    """Return the name of a case's file; what no file system takes is replaced."""
    return re.sub(r"[^\w.-]|^\.", "_", case) + ENDING


def files(report: Report) -> Iterator[tuple[str, str]]:
    """Yield the name of each file and its text, for the cases that have findings with a place."""
    cases: dict[str, list[ReportedFinding]] = defaultdict(list)
    for finding in report.findings:
        if has_place(finding):
            cases[file_name(finding.case)].append(finding)
    for name, findings in cases.items():
        yield name, dumped(_lists(findings))


def _lists(findings: list[ReportedFinding]) -> dict[str, Any]:
    """Return a list of points for each severity."""
    graded = {severity: [f for f in findings if f.severity is severity][:POINTS] for severity in Severity}
    return {"@schema": SCHEMA, "markups": [_list(severity, some) for severity, some in graded.items() if some]}


def _list(severity: Severity, findings: list[ReportedFinding]) -> dict[str, Any]:
    return {
        "type": "Fiducial",
        "name": f"segaudit {severity}",
        "coordinateSystem": "LPS",
        "coordinateUnits": "mm",
        "locked": True,
        "labelFormat": "%N-%d",
        "controlPoints": [_point(number, finding) for number, finding in enumerate(findings, 1)],
        "display": {
            "visibility": True,
            "color": COLOURS[severity],
            "selectedColor": COLOURS[severity],
            "pointLabelsVisibility": True,
            "textScale": 2.5,
            "glyphType": "Cross2D",
        },
    }


def _point(number: int, finding: ReportedFinding) -> dict[str, Any]:
    return {
        "id": str(number),
        "label": visible(" ".join(filter(None, (finding.check, structure(finding)))), 80),
        "description": visible(message(finding)),
        "position": list(lps(finding.position_mm)) if finding.position_mm else [],
        "positionStatus": "defined",
    }
