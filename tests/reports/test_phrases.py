"""The phrases that all reports share."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from msgspec.structs import replace

from segaudit.model import ChangedLimit, Outcome, Report, Severity
from segaudit.model.report import AuditedTable
from segaudit.reports import findings_csv, github, junit, machine, phrases, sarif, summary
from segaudit.reports.phrases import message
from segaudit.reports.templates import prose
from tests.support.reports import (
    EXPLANATIONS,
    FINDINGS,
    HEALTHY,
    PARTIAL,
    REPORT,
    WHOLE,
    ended,
    finding,
    names,
    printed,
    xml,
)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({}, "odd"),
        ({"case": "s1", "structures": ("a", "b")}, "odd"),
        ({"case": "s1", "structures": ("a", "b"), "merged": 2}, "2 masks: odd"),
        ({"case": "s1", "structures": ("a",), "merged": 1, "with_ct": True}, "CT and 1 mask: odd"),
        ({"case": "s1", "structures": ("a", "b"), "merged": 2, "with_ct": True}, "CT and 2 masks: odd"),
        ({"structures": ("a", "b"), "merged": 2}, "2 structures: odd"),
        ({"case": "s1", "files": ("a", "b"), "merged": 2}, "2 files: odd"),
        ({"case": "s1", "structures": ("a",), "merged": 3}, "1 of 3 masks: odd"),
        ({"case": "s1", "structures": ("a", "b"), "merged": 3, "with_ct": True}, "2 of CT and 3 masks: odd"),
        ({"case": "s1", "files": ("a",), "merged": 2}, "1 of 2 files: odd"),
    ],
)
def test_a_message_says_what_it_is_true_of(fields: dict[str, Any], text: str) -> None:
    """What is merged is counted by what it is, and a part of it says of how many."""
    assert message(finding("mask-dtype", Severity.WARNING, "odd", **fields)) == text


@pytest.mark.parametrize(
    ("fields", "place", "text"),
    [
        ({}, "dataset", "wrong"),
        ({"case": "s0051"}, "s0051", "wrong"),
        ({"case": "s0051", "files": ("s0051/ct.nii.gz",)}, "s0051/ct.nii.gz", "wrong"),
        ({"case": "s0051", "structures": ("liver",), "files": ("s0051/a.nii.gz",)}, "s0051/liver", "wrong"),
        ({"case": "s0051", "structures": ("aorta", "heart")}, "s0051/aorta, heart", "wrong"),
        ({"case": "s0051", "structures": ("a", "b", "c")}, "s0051", "wrong (a, b, c)"),
        ({"case": "s0051", "structures": ("a", "b", "c", "d")}, "s0051", "wrong (a, b, c, ...)"),
        ({"files": ("a", "b", "c", "d")}, "dataset", "wrong (a, b, c, ...)"),
        ({"structures": ("liver",)}, "liver", "wrong"),
        ({"files": ("meta.csv",)}, "meta.csv", "wrong"),
        ({"case": "s0051", "files": ("meta.csv",)}, "s0051, meta.csv", "wrong"),
        ({"case": "s0051", "waived": "seen"}, "s0051", "wrong (waived: seen)"),
    ],
)
def test_place_and_text_of_a_finding(fields: dict[str, Any], place: str, text: str) -> None:
    """A place names case and structure, or file; what a finding merges is listed behind its message."""
    found = finding("mask-tiny", Severity.WARNING, "wrong", **fields)
    assert (phrases.subject(found), phrases.text_of(found)) == (place, text)


@pytest.mark.parametrize(
    ("report", "verdict"),
    [
        (HEALTHY, "Fit to release: no error"),
        (REPORT, "Do not release: 23 errors in 23 cases; 1 check and 1 case could not run"),
        (replace(HEALTHY, findings=FINDINGS[:1]), "Do not release: 1 error in 1 case"),
        (
            replace(HEALTHY, findings=(*FINDINGS[:1], FINDINGS[25]), gate=Severity.WARNING),
            "Do not release: 1 error and 1 warning in 2 cases",
        ),
        (replace(HEALTHY, findings=(replace(FINDINGS[0], case=""),)), "Do not release: 1 error"),
        (replace(HEALTHY, findings=FINDINGS[-1:], gate=Severity.WARNING), "Fit to release: no error or warning"),
        (replace(HEALTHY, unmeasured=REPORT.unmeasured), "Not judged in full: 1 case could not run"),
        (PARTIAL, "No error found (partial: 8 of 98 checks, 1 of 1,228 cases)"),
        (
            replace(PARTIAL, findings=FINDINGS[:1]),
            "Do not release: 1 error in 1 case (partial: 8 of 98 checks, 1 of 1,228 cases)",
        ),
        (replace(HEALTHY, scope=WHOLE), "Fit to release: no error"),
        (replace(HEALTHY, table=AuditedTable(file="meta.csv", rows=3)), "No error found"),
        (replace(HEALTHY, dataset="", gate=Severity.WARNING), "No error or warning found"),
    ],
)
def test_verdict_agrees_with_the_exit_code(report: Report, verdict: str) -> None:
    """It fails for findings at the gate and for what could not run, and says which."""
    assert (phrases.verdict(report), report.exit_code == 0) == (verdict, verdict.startswith(("Fit", "No ")))


CLEAN = ended("file-corrupt", "integrity", Severity.ERROR, Outcome.CLEAN, "A stream is damaged.")
OFF = ChangedLimit(check="file-short", limit="severity", value="off", default="error", unit="", reason="known")
DAMAGED = (FINDINGS[0], replace(FINDINGS[0], merged=2, files=("a", "b")), replace(FINDINGS[0], waived="known"))
BOTH_MASKS = replace(FINDINGS[0], structures=("liver", "spleen"), files=(), merged=2, with_ct=True)
MERGED = (BOTH_MASKS, replace(BOTH_MASKS, case="another"))
"""The CT and two masks of each of two cases."""


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"checks": (CLEAN,)}, "all 144,903 files that were read are intact"),
        ({"checks": (CLEAN,), "findings": DAMAGED}, "3 files are damaged"),
        ({"checks": (CLEAN,), "findings": MERGED}, "6 files are damaged"),
        ({"checks": (CLEAN,), "findings": DAMAGED[2:]}, "1 file is damaged"),
        ({"checks": (replace(CLEAN, severity=Severity.INFO),), "findings": DAMAGED},
         "all 144,903 files that were read are intact"),
        ({"checks": (replace(CLEAN, outcome=Outcome.NOT_APPLICABLE),)}, ""),
        ({"checks": (CLEAN, replace(CLEAN, outcome=Outcome.COULD_NOT_RUN))}, ""),
        ({"checks": (CLEAN,), "unmeasured": REPORT.unmeasured}, ""),
        ({"checks": (CLEAN, replace(CLEAN, id="file-short")), "limits": (OFF,)}, ""),
        ({"checks": (CLEAN,), "limits": (OFF,)}, "all 144,903 files that were read are intact"),
        ({"checks": (replace(CLEAN, family="layout"),)}, ""),
        ({"checks": (CLEAN,), "table": AuditedTable(file="meta.csv", rows=3)}, ""),
        ({"checks": (CLEAN,), "counts": replace(HEALTHY.counts, files=0)}, ""),
    ],
)  # fmt: skip
def test_whether_a_copy_is_intact(changes: dict[str, Any], text: str) -> None:
    """It is said only if every file was read; a waiver mends no file."""
    assert phrases.integrity(replace(HEALTHY, **changes)) == text


def test_every_form_says_that_an_audit_is_partial() -> None:
    """Nobody takes a part for the whole, whichever report they read."""
    text = "partial: 8 of 98 checks, 1 of 1,228 cases"
    forms = (printed(PARTIAL, 140), summary.render(PARTIAL), github.render(PARTIAL), junit.render(PARTIAL))
    assert [text in form for form in (*forms, sarif.render(PARTIAL, EXPLANATIONS))] == [True] * 5
    skipped = xml(PARTIAL).find(".//testcase[@classname='segaudit.scope']/skipped")
    assert skipped is not None
    assert skipped.attrib == {"message": text}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("x" * 300, "x" * 300),
        ("x" * 301, "x" * 297 + "..."),
        ("\x1b" * 20_000_000, "\\x1b" * 74 + "\\..."),
        ("word " * 80, "word " * 58 + "word..."),
        ("x" * 293 + " words beyond", "x" * 293 + "..."),
        ("see https://example.org/" + "x" * 290, "see https://example.org/" + "x" * 273 + "..."),
    ],
    ids=["as long as shown", "longer", "escapes", "words", "the last word", "a long word"],
)
def test_long_text_is_cut(text: str, shown: str) -> None:
    """Of a text of any length, 300 characters are printed, up to a word's end; a cut text is not cut again."""
    assert (phrases.visible(text), phrases.visible(shown)) == (shown, shown)


def test_a_long_message_leaves_room_for_the_place() -> None:
    """The location and the waiver's reason are kept in a finding with a long message."""
    spot = {"voxel": (1, 2, 3), "position_mm": (10.0, 20.0, 30.0)}
    found = replace(finding("known-issue", Severity.WARNING, "word " * 80, case="s0001"), waived="seen", **spot)
    text = phrases.text_of(found)
    assert text.endswith(" word... [x 10, y 20, z 30 mm; voxel 1, 2, 3] (waived: seen)")
    assert (len(text) <= 300, phrases.visible(text)) == (True, text)


def test_text_reports_cut_what_tables_keep() -> None:
    """A message and a case of megabytes are short in the reports that are text, and whole in JSON and CSV."""
    found = finding("meta-vocabulary", Severity.WARNING, "x" * (1 << 20), case="y" * (1 << 20))
    report = replace(REPORT, findings=(found,))
    assert max(len(printed(report, 100)), len(junit.render(report)), len(summary.render(report))) < 1 << 15
    assert min(len(machine.render(report)), len(findings_csv.render(report))) > 1 << 21


@given(names)
def test_visible_text_prints_on_one_line(text: str) -> None:
    """Every text becomes printable, encodable, and stays as it is once it is."""
    shown = phrases.visible(text)
    assert shown.isprintable()
    assert phrases.visible(shown.encode().decode()) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("run `a b` now", "run <code>a b</code> now"),
        ("run ``a b``; or", "run <code>a b</code>; or"),
        ("a ` b", "a ` b"),
    ],
)
def test_code_in_prose(text: str, shown: str) -> None:
    """Backticks, single or double, mark code and are gone; one alone is a character."""
    assert prose(text) == shown
