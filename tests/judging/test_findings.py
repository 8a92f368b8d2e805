"""Findings of one cause are merged, and waivers accept them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from segaudit import audit
from segaudit.judging.findings import counts, report_findings, result, waiver_uses
from segaudit.judging.runner import CheckRun, Runner
from segaudit.model import Contract, Finding, Mask, Outcome, Severity, Spot, Waiver, WaiverUse, check
from segaudit.model.misplacement import Misplacement
from segaudit.testing.small import write_small
from tests.support.judged import TODAY, file_seen, found_by, judged, mask_seen


def test_findings_of_one_cause_are_one() -> None:
    """Equal findings in a case are merged and list their structures; damaged masks are not looked at."""
    (finding,) = report_findings(judged(mask_seen, "s0001"), (), TODAY)
    assert (finding.message, finding.merged, finding.with_ct) == ("seen", 2, False)
    assert finding.structures == ("aorta", "liver")
    assert (finding.case, finding.files, finding.observed, finding.waived) == ("s0001", (), 1, None)
    assert (finding.voxel, finding.position_mm) == (None, None)


def test_a_finding_about_one_mask_says_where_to_look() -> None:
    """The mask's centre of mass, to a voxel and a tenth of a millimetre; a finding about its file has no place."""
    waiver = Waiver(check="mask-seen", case="s0001", structure="aorta", reason="known", until=TODAY)
    finding, _ = report_findings(judged(mask_seen, "s0001"), (waiver,), TODAY)
    assert (finding.voxel, finding.position_mm) == ((80, 91, 210), (12.0, -30.0, 140.3))
    (other,) = report_findings(judged(file_seen, "s0001"), (), TODAY)
    assert (other.voxel, other.position_mm) == (None, None)


def test_a_place_where_one_mask_would_fit_is_reported() -> None:
    """That of several masks with one cause is not: they may be in different places."""
    elsewhere = Misplacement(structures=("liver",), voxels=(3.0, 0.0, 0.0))
    found = [Finding(case="s0001", structures=(name,), message="off", misplacement=elsewhere) for name in "ab"]
    for findings, expected in ((found[:1], elsewhere), (found, None)):
        (finding,) = report_findings(replace(judged(mask_seen, "s0001"), findings=findings), (), TODAY)
        assert finding.misplacement == expected


def test_several_places_in_one_mask_are_one_finding_at_the_first() -> None:
    """A person who looks there sees the first of them."""
    spots = [Spot((number, 0, 0), (float(number), 0.0, 0.0)) for number in (1, 2)]
    found = [Finding(case="s0001", structures=("liver",), message="odd", spot=spot) for spot in spots]
    (finding,) = report_findings(replace(judged(mask_seen, "s0001"), findings=found), (), TODAY)
    assert (finding.voxel, finding.position_mm, finding.merged) == ((1, 0, 0), (1.0, 0.0, 0.0), 0)


def test_order_of_findings() -> None:
    """By case and mask; of one mask, what several of its files share comes first, whatever was found first."""
    found = [
        Finding(case="s0001", structures=("liver",), message="alone"),
        Finding(case="s0001", structures=("liver",), file="a", message="shared"),
        Finding(case="s0001", structures=("liver",), file="c", message="shared"),
        Finding(case="s0001", structures=("aorta",), message="of the aorta"),
        Finding(case="s0000", message="of the case"),
    ]
    for given in (found, found[::-1]):
        shown = report_findings(replace(judged(mask_seen, "s0001"), findings=given), (), TODAY)
        assert [finding.message for finding in shown] == ["of the case", "of the aorta", "shared", "alone"]


def test_merged_findings_say_that_the_ct_is_among_them() -> None:
    """Files without a structure are the CT."""
    (finding,) = report_findings(judged(file_seen, "s0001"), (), TODAY)
    assert (finding.message, finding.merged, finding.with_ct) == ("seen", 3, True)
    assert finding.structures == ("aorta", "liver", "spleen")


def test_cases_stay_apart() -> None:
    """Findings in two cases are two."""
    assert [f.case for f in report_findings(judged(mask_seen, "s0002", "s0001"), (), TODAY)] == ["s0001", "s0002"]


def test_waived_findings_stay_apart_and_keep_their_reason() -> None:
    """A waiver for one structure leaves the other standing."""
    check_run = judged(mask_seen, "s0001")
    waiver = Waiver(check="mask-seen", case="s0001", structure="aorta", reason="known", until=TODAY)
    findings = report_findings(check_run, (waiver,), TODAY)
    assert [(f.structures, f.waived) for f in findings] == [(("aorta",), "known"), (("liver",), None)]
    assert [f.files for f in findings] == [(f"s0001/segmentations/{s}.nii.gz",) for s in ("aorta", "liver")]
    ended = result(check_run, findings)
    assert (ended.outcome, ended.findings, ended.waived) == (Outcome.FOUND, 1, 1)


def pairs(*names: tuple[str, ...]) -> CheckRun:
    """Return a run of a check that found something about these structures of a case."""
    found = [Finding(case="s0001", structures=each, message="share 9 %") for each in names]
    return CheckRun(mask_seen, Severity.WARNING, applied=True, findings=found)


def test_pairs_of_one_cause_stay_apart() -> None:
    """Two overlaps that say the same are two findings, and neither is merged."""
    found = report_findings(pairs(("heart", "aorta"), ("aorta", "liver")), (), TODAY)
    assert [(f.structures, f.merged) for f in found] == [(("aorta", "liver"), 0), (("heart", "aorta"), 0)]


def test_files_of_one_cause_are_one() -> None:
    """Without a structure, the files are what is merged; all of a dataset's structures are no masks of a case."""
    files = [Finding(case="s0001", file=name, message="odd") for name in ("b", "a", "b")]
    (found,) = report_findings(CheckRun(mask_seen, Severity.ERROR, findings=files), (), TODAY)
    assert (found.files, found.merged, found.with_ct) == (("b", "a"), 2, False)
    everywhere = [Finding(structures=(name,), message="odd") for name in ("b", "a")] + [Finding(message="odd")]
    (found,) = report_findings(CheckRun(mask_seen, Severity.ERROR, findings=everywhere), (), TODAY)
    assert (found.structures, found.merged, found.with_ct) == (("b", "a"), 2, False)


def test_waivers_are_taken_in_their_order() -> None:
    """The first that accepts a finding gives its reason, whether it names the case or a glob."""
    first = Waiver(check="mask-seen", case="s0*", structure="liver", reason="first", until=TODAY)
    second = Waiver(check="mask-seen", case="s0001", reason="second", until=TODAY)
    lapsed = Waiver(check="mask-seen", case="*", reason="lapsed", until=TODAY - dt.timedelta(days=1))
    found = report_findings(judged(mask_seen, "s0001"), (lapsed, first, second), TODAY)
    assert [(f.structures, f.waived) for f in found] == [(("aorta",), "second"), (("liver",), "first")]


def test_waivers_that_lapse_or_cover_nothing() -> None:
    """Each waiver has the number of findings that it covered; a waiver of a check that was left out is not judged."""
    check_runs = [judged(mask_seen, "s0001")]
    yesterday = TODAY - dt.timedelta(days=1)
    waivers = [
        Waiver(check="mask-seen", case="s0001", reason="", until=TODAY),
        Waiver(check="mask-seen", case="s0001", reason="", until=yesterday),
        Waiver(check="mask-seen", case="s0009", reason="", until=TODAY),
        Waiver(check="mask-sene", case="s0001", reason="", until=TODAY),
        Waiver(check="file-seen", case="s0001", reason="", until=TODAY),
    ]
    known = frozenset({"mask-seen", "file-seen"})
    uses = list(waiver_uses(waivers, check_runs, known, TODAY, whole=True))
    assert [(use.covered, use.lapsed, use.known) for use in uses] == [
        (2, False, True),
        (2, True, True),
        (0, False, True),
        (None, False, False),
        (None, False, True),
    ]
    in_part = waiver_uses(waivers, check_runs, known, TODAY, whole=False)
    assert [(use.covered, use.lapsed, use.known) for use in in_part] == [(None, use.lapsed, use.known) for use in uses]


@check("waiver-seen", Severity.ERROR)
def waiver_seen(use: WaiverUse) -> Iterator[Finding]:
    """Every waiver."""
    yield Finding(message=f"about {use.waiver.check}")


def test_no_waiver_hides_what_is_wrong_with_waivers() -> None:
    """A waiver of a check of waivers accepts nothing."""
    waiver = Waiver(check="waiver-seen", case="*", reason="hush", until=TODAY)
    judge = Runner([waiver_seen], Contract(name="none"))
    judge.waivers([WaiverUse(waiver=waiver, covered=0, lapsed=False, known=True)])
    (finding,) = report_findings(judge.check_runs[0], (waiver,), TODAY)
    assert finding.waived is None


def test_numbers_of_numpy_become_plain() -> None:
    """Checks on tables come by them; no report could write them."""
    (finding,) = found_by(Finding(message="", observed=np.float64(0.5), expected=cast("int", np.int64(2)))).findings
    assert (type(finding.observed), type(finding.expected)) == (float, int)


def test_an_empty_name_is_none() -> None:
    """A check may hand on the structure of a file, which a CT's has not."""
    (finding,) = found_by(Finding(message="", structures=("", "liver", ""))).findings
    assert finding.structures == ("liver",)


@check("mask-unplaced", Severity.ERROR)
def mask_unplaced(mask: Mask) -> Iterator[Finding]:
    """Every mask, at a distance that is no number."""
    yield Finding.about(mask, "lies nowhere", float("nan"), np.float64("nan"))


def test_findings_without_a_number_are_one() -> None:
    """NaN differs from itself, and does not keep apart what has one cause; it is no number that was observed."""
    (finding,) = report_findings(judged(mask_unplaced, "s0001"), (), TODAY)
    assert (finding.structures, finding.merged) == (("aorta", "liver"), 2)
    assert (finding.observed, finding.expected) == (None, None)


@pytest.mark.parametrize("number", [float("inf"), -float("inf"), 0.0, -0.0, 1e-300])
def test_other_numbers_stay(number: float) -> None:
    """NaN alone is none."""
    (finding,) = found_by(Finding(message="", observed=number)).findings
    assert finding.observed == number


def test_counts_of_what_was_audited(tmp_path: Path) -> None:
    """Cases, files and masks of a dataset; none where nothing was measured."""
    root, contract = write_small(tmp_path)
    measured = audit(root, contract, workers=1).counts
    assert (measured.cases, measured.files, measured.masks) == (3, 9, 6)
    nothing = counts(None, ())
    assert (nothing.cases, nothing.files, nothing.masks) == (0, 0, 0)
