"""Reports of format 1 are read as those of today."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from segaudit.compare import compare
from segaudit.compare.format_1 import converted
from segaudit.compare.loading import load
from segaudit.model import Report, Severity
from segaudit.model.errors import ReportError
from segaudit.reports import machine
from tests.support.reports import FINDINGS, REPORT

KEPT = Path(__file__).parent / "format_1" / "report.json"
"""The example of ``tests.reports`` as the last version with format 1 wrote it."""

ADDED = ("structures", "files", "merged", "with_ct", "cause")


def without_added(text: str) -> dict[str, Any]:
    """Return a report of today without what format 1 did not have."""
    report: dict[str, Any] = json.loads(text) | {"format": 1}
    del report["anatomy"], report["table"], report["unusual"], report["limits"]
    for check in report["checks"]:
        del check["file"]
    for finding in report["findings"]:
        for name in (*ADDED, "misplacement", "score"):
            del finding[name]
    return report


def test_the_kept_report_is_the_example() -> None:
    """Each finding has the names, the cause and the number of what it merges."""
    read = load(KEPT)
    bare = replace(FINDINGS[1], files=())  # its name holds bytes that JSON shows as escapes
    assert [replace(f, files=()) if n == 1 else f for n, f in enumerate(read.findings)] == [
        FINDINGS[0],
        bare,
        *FINDINGS[2:],
    ]
    assert replace(read, findings=()) == replace(REPORT, findings=(), anatomy=None, limits=())


def test_what_was_read_is_written_alike() -> None:
    """Texts that people read are those of the old report."""
    assert without_added(machine.render(load(KEPT))) == json.loads(KEPT.read_text())


def test_nothing_is_new_since_the_same_audit() -> None:
    """An audit that finds what the old report found has no difference to it."""
    difference = compare(load(KEPT), replace(REPORT, findings=load(KEPT).findings), Severity.ERROR)
    assert (difference.new_findings, difference.fixed, difference.unjudged) == ((), (), ())


@pytest.mark.parametrize(
    ("old", "fields"),
    [
        (("liver", "a.nii", "odd"), (["liver"], ["a.nii"], 0, False, "odd")),
        (("", "", "odd"), ([], [], 0, False, "odd")),
        (("", "a, b.nii", "odd"), ([], ["a, b.nii"], 0, False, "odd")),
        (("", "a, b", "2 files: odd"), ([], ["a", "b"], 2, False, "odd")),
        (("liver, spleen", "", "odd"), (["liver", "spleen"], [], 0, False, "odd")),
        (("liver, spleen", "", "2 masks: odd"), (["liver", "spleen"], [], 2, False, "odd")),
        (("liver, spleen", "", "2 structures: odd"), (["liver", "spleen"], [], 2, False, "odd")),
        (("liver, spleen", "", "CT and 2 masks: odd"), (["liver", "spleen"], [], 2, True, "odd")),
        (("liver", "", "CT and 1 mask: odd"), (["liver"], [], 1, True, "odd")),
        (("Rib, Left 11", "", "odd"), (["Rib, Left 11"], [], 0, False, "odd")),
        (("liver", "", "holds 2 masks: odd"), (["liver"], [], 0, False, "holds 2 masks: odd")),
    ],
)
def test_text_becomes_fields(old: tuple[str, str, str], fields: tuple[object, ...]) -> None:
    """Names are taken apart where they were joined, and only there."""
    finding = dict(zip(("structure", "file", "message"), old, strict=True))
    (new,) = converted({"findings": [finding]})["findings"]
    assert tuple(new[name] for name in ADDED) == fields


names = st.from_regex(r"[a-z_]+[0-9]?", fullmatch=True)


@given(
    structures=st.lists(names, max_size=4, unique=True),
    files=st.lists(names, max_size=4, unique=True),
    merged=st.booleans(),
    with_ct=st.booleans(),
)
def test_whatever_is_written_comes_back(
    structures: list[str],
    files: list[str],
    merged: bool,  # noqa: FBT001
    with_ct: bool,  # noqa: FBT001
) -> None:
    """From the texts of a finding alone, as format 1 had them, all its fields follow."""
    several = merged and (structures or len(files) > 1)
    finding = replace(
        FINDINGS[0],
        structures=tuple(structures),
        files=tuple(files if several and not structures else files[:1]),
        merged=len(structures or files) if several else 0,
        with_ct=bool(several and structures and with_ct),
    )
    report = without_added(machine.render(replace(REPORT, findings=(finding,))))
    assert msgspec.convert(converted(report), Report).findings == (finding,)


@pytest.mark.parametrize("finding", [{}, {"structure": "liver", "file": "", "message": None}, 7])
def test_what_is_no_finding_is_refused(tmp_path: Path, finding: object) -> None:
    """A report that says format 1 and has another form is no report."""
    report = json.loads(KEPT.read_text()) | {"findings": [finding]}
    (tmp_path / "report.json").write_text(json.dumps(report))
    with pytest.raises(ReportError, match="is no report of segaudit"):
        load(tmp_path / "report.json")
