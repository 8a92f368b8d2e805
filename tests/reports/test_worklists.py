"""What the next person takes from an audit: cases to leave out, findings to look at, points for 3D Slicer."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
from hypothesis import given
from msgspec.structs import replace as changed

from segaudit.model import CaseFiles, Report, ReportedFinding, Severity, Unmeasured
from segaudit.reports import exclude, markups, review
from segaudit.reports.ranking import ranked
from segaudit.reports.write import write_markups
from tests.support import pages
from tests.support.reports import HOSTILE, reports, texts

NUMBERS = {"type": "array", "items": {"type": "number"}, "minItems": 3, "maxItems": 3}
POINT = {
    "type": "object",
    "required": ["id", "label", "position", "positionStatus"],
    "properties": {
        "id": {"type": "string"},
        "label": {"type": "string"},
        "description": {"type": "string"},
        "position": NUMBERS,
        "positionStatus": {"enum": ["undefined", "preview", "defined"]},
    },
}
LIST = {
    "type": "object",
    "required": ["type"],
    "properties": {
        "type": {"enum": ["Fiducial", "Line", "Angle", "Curve", "ClosedCurve", "Plane", "ROI"]},
        "name": {"type": "string"},
        "coordinateSystem": {"enum": ["LPS"]},
        "coordinateUnits": {"enum": ["mm", "um"]},
        "locked": {"type": "boolean"},
        "labelFormat": {"type": "string"},
        "controlPoints": {"type": "array", "items": POINT},
        "display": {
            "type": "object",
            "properties": {
                "color": {**NUMBERS, "items": {"type": "number", "minimum": 0, "maximum": 1}},
                "glyphType": {"enum": ["Cross2D"]},
                "textScale": {"type": "number", "minimum": 0},
            },
        },
    },
}
SLICER = {
    "type": "object",
    "required": ["@schema", "markups"],
    "properties": {"@schema": {"type": "string"}, "markups": {"type": "array", "items": LIST}},
}
"""What Slicer's schema 1.0.3 demands of the fields that are written."""


def test_cases_to_leave_out() -> None:
    """Those with an error that is not waived, whatever the gate, and those that could not be measured; once each."""
    findings = (
        pages.finding(case="s2"), pages.finding(case="s2", check="ct-range"), pages.finding(case="s3", waived="seen"),
        pages.finding(case="s4", severity=Severity.WARNING), pages.finding(case="", structures=()),
        pages.finding(case="s1"),
    )  # fmt: skip
    report = changed(pages.report(findings), unmeasured=(Unmeasured(case="s0", error="lost"),))
    assert exclude.render(report) == "s0\ns1\ns2\n"
    assert exclude.render(changed(report, gate=Severity.WARNING)) == "s0\ns1\ns2\n"
    assert exclude.render(pages.report(())) == ""


def test_the_order_of_looks() -> None:
    """By severity; then the largest effect of each check before the second one of any."""

    def found(check: str, observed: float | str | None, severity: Severity, **fields: Any) -> ReportedFinding:  # noqa: ANN401
        return pages.finding(check, observed=observed, expected=0, severity=severity, **fields)

    small, large, word = (found("mask-off-grid", value, Severity.ERROR) for value in (1.0, -5.0, "far"))
    other, many = found("ct-range", 3, Severity.ERROR), found("ct-range", None, Severity.ERROR, merged=9)
    warning = found("mask-tiny", 1e9, Severity.WARNING)
    away = [found("mask-off-grid", 9, Severity.ERROR, case=""), found("mask-off-grid", 9, Severity.ERROR, waived="x")]
    order = ranked([warning, small, *away, word, large, many, other])
    assert order == [large, other, small, many, word, warning]


DATASET = pages.dataset(3)
MASKS = {name: f"s0001/segmentations/{name}.nii.gz" for name in ("liver", "spleen", "heart")}
FILES = {"s0001": CaseFiles(case="s0001", folder="s0001", ct="s0001/ct.nii.gz", masks=MASKS)}


def listed(*findings: ReportedFinding) -> list[dict[str, str]]:
    """Return the rows of the work list."""
    material = replace(pages.material(DATASET), files=FILES)
    text = "".join(review.parts(pages.report(findings, DATASET), material, lambda finding: f"{finding.check}.webp"))
    return list(csv.DictReader(text.splitlines()))


def test_a_table_without_ids() -> None:
    """Where no column has the ids of cases, the work list is written without what the table says."""
    metadata = DATASET.metadata
    assert metadata is not None
    columns = tuple("case_id" if column == "image_id" else column for column in metadata.columns)
    dataset = replace(DATASET, metadata=changed(metadata, columns=columns))
    material = replace(pages.material(dataset), files=FILES)
    report = pages.report((pages.finding(case="s0001"),), dataset)
    (row,) = csv.DictReader("".join(review.parts(report, material, lambda _: "")).splitlines())
    assert (row["case"], row["split"]) == ("s0001", "")


def test_a_row_of_the_work_list() -> None:
    """It has what a person needs: what, where in three systems, which files, what to do, whose case."""
    finding = pages.finding(case="s0001", structures=("liver", "spleen"), position_mm=(12.4, -30.0, 0.0))
    assert listed(finding) == [
        {
            "rank": "1", "uid": "00001-s0001-mask-off-grid", "case": "s0001", "structure": "liver, spleen",
            "check": "mask-off-grid", "severity": "error", "score": "",
            "message": "the worst corner lies 3 mm off, expected at most 0.1 mm",
            "what_to_do": listed(finding)[0]["what_to_do"],
            "x_ras_mm": "12.4", "y_ras_mm": "-30.0", "z_ras_mm": "0.0",
            "x_lps_mm": "-12.4", "y_lps_mm": "30.0", "z_lps_mm": "0.0",
            "voxel_i": "80", "voxel_j": "91", "voxel_k": "210",
            "volume_ct": "s0001/ct.nii.gz", "segmentation_1": MASKS["liver"], "segmentation_2": MASKS["spleen"],
            "slicer_points": "markups/s0001.mrk.json", "picture": "mask-off-grid.webp",
            "split": "train", "institute": "", "scanner": "",
        }
    ]  # fmt: skip
    assert listed(finding)[0]["what_to_do"].startswith("copy the CT's affine where")


def test_rows_without_a_place_or_files() -> None:
    """What is not known is empty; findings about the dataset and waived ones have no row."""
    bare = pages.finding("ct-range", case="s9", structures=(), voxel=None, position_mm=None)
    (row,) = listed(bare, pages.finding(case="", structures=()), pages.finding(waived="seen"))
    empty = {column for column, cell in row.items() if not cell}
    assert empty == {
        "structure", "score", *review.PLACE, "volume_ct", "segmentation_1", "segmentation_2", "slicer_points",
        *review.METADATA,
    }  # fmt: skip


def test_slicer_cart_reads_the_columns() -> None:
    """One uid; each column with volume, segmentation or markup in its name is a path."""
    told = {word: [column for column in review.COLUMNS if word in column] for word in ("volume", "segmentation")}
    assert told == {"volume": ["volume_ct"], "segmentation": ["segmentation_1", "segmentation_2"]}
    assert not any("markup" in column for column in review.COLUMNS)
    rows = listed(*(pages.finding(case="s0001", message=f"{number}") for number in range(5)))
    assert len({row["uid"] for row in rows}) == 5


@given(reports(texts))
def test_no_cell_is_a_formula(report: Report) -> None:
    """Whatever a dataset holds, a spreadsheet evaluates none of it, and a row is a line."""
    text = "".join(review.parts(report, pages.material(), lambda _: HOSTILE))
    for row in csv.reader(text.splitlines()):
        assert not any(cell.startswith(("=", "+", "@")) for cell in row)
    assert len(text.splitlines()) == 1 + len(ranked(report.findings))


def test_points_for_slicer() -> None:
    """A list for each severity, in LPS, with the check as its label; Slicer's schema holds."""
    error = pages.finding(case="s0001", position_mm=(12.4, -30.0, 140.0))
    warning = changed(error, severity=Severity.WARNING, message=HOSTILE, position_mm=(0.0, 0.0, 0.0))
    nowhere = changed(error, position_mm=None, voxel=None)
    made = dict(
        markups.files(pages.report((error, warning, nowhere, changed(error, waived="x"), changed(error, case=""))))
    )
    assert list(made) == ["s0001.mrk.json"]
    content = json.loads(made["s0001.mrk.json"])
    jsonschema.validate(content, SLICER)
    first, second = content["markups"]
    assert first["name"] == "segaudit error"
    (point,) = first["controlPoints"]
    assert (point["position"], point["label"]) == ([-12.4, 30.0, 140.0], "mask-off-grid liver")
    assert "-0.0" not in made["s0001.mrk.json"]
    assert "\x1b" not in second["controlPoints"][0]["description"]


def test_names_of_point_files() -> None:
    """No name leaves the folder."""
    assert [markups.file_name(case) for case in ("s0001", "../x", ".x", "a b/c", "Fälle_1")] == [
        "s0001.mrk.json", "_._x.mrk.json", "_x.mrk.json", "a_b_c.mrk.json", "Fälle_1.mrk.json",
    ]  # fmt: skip


def test_a_case_is_not_hidden_by_its_points() -> None:
    """There are no more than a person can see."""
    many = [pages.finding(case="s1", message=f"{number}") for number in range(markups.POINTS + 5)]
    ((_, text),) = markups.files(pages.report(many))
    assert len(json.loads(text)["markups"][0]["controlPoints"]) == markups.POINTS


def test_point_files_of_cases_that_are_mended_go(tmp_path: Path) -> None:
    """Those of the last audit do not stay; other files do."""
    folder = tmp_path / "markups"
    write_markups(pages.report((pages.finding(case="a"), pages.finding(case="b"))), folder)
    (folder / "mine.json").write_text("{}")
    write_markups(pages.report((pages.finding(case="b"),)), folder)
    assert sorted(path.name for path in folder.iterdir()) == ["b.mrk.json", "mine.json"]
    write_markups(pages.report(()), tmp_path / "none")
    assert not (tmp_path / "none").exists()
