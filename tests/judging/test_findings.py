"""From findings to a verdict."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any, cast

import numpy as np
import pytest

from segaudit.judging.findings import report_findings, result, waiver_uses
from segaudit.judging.runner import CheckRun, Runner
from segaudit.model import (
    Case,
    Check,
    Contract,
    Ct,
    Exclude,
    File,
    Finding,
    Header,
    Mask,
    NotApplicable,
    Outcome,
    Regrade,
    Severity,
    Waiver,
    WaiverUse,
    check,
)
from segaudit.model.views import CaseViews

TODAY = dt.date(2026, 11, 23)
CENTRE: dict[str, Any] = {"centroid_voxel": (79.6, 91.2, 210.5), "centroid_mm": (12.04, -30.0, 140.26)}


@check("mask-seen", Severity.WARNING)
def mask_seen(mask: Mask) -> Iterator[Finding]:
    """Every mask."""
    yield Finding.about(mask, "seen", 1)


@check("file-seen", Severity.ERROR)
def file_seen(file: File) -> Iterator[Finding]:
    """Every file."""
    yield Finding.about(file, "seen")


@check("case-breaks", Severity.ERROR)
def case_breaks(case: Case) -> Iterator[Finding]:
    """The second case."""
    if case.case == "s0002":
        raise ZeroDivisionError("by zero")
    yield Finding(case=case.case, message="seen")


@check("ct-limited", Severity.ERROR, needs="geometry.spacing_mm")
def ct_limited(ct: Ct, contract: Contract) -> Iterator[Finding]:
    """Every CT, where the contract has a spacing."""
    yield Finding(case=ct.case, message=f"{contract.geometry.spacing_mm}")


def a_case(name: str) -> Case:
    """Return a case with a CT, two whole masks and a damaged one."""
    paths = {structure: f"{name}/segmentations/{structure}.nii.gz" for structure in ("aorta", "liver")}
    masks = [
        Mask(case=name, structure=s, file=File(case=name, structure=s, path=p, header=Header()), **CENTRE)
        for s, p in paths.items()
    ]
    damaged = Mask(case=name, structure="spleen", file=File(case=name, structure="spleen", path="x"))
    ct = Ct(case=name, file=File(case=name, path=f"{name}/ct.nii.gz", header=Header()))
    return Case(case=name, ct=ct, masks=(*masks, damaged))


def judged(one: Check[...], *cases: str, contract: Contract | None = None) -> CheckRun:
    """Hold cases against one check."""
    contract = contract or Contract(name="none")
    judge = Runner([one], contract)
    for name in cases:
        judge.case(CaseViews(a_case(name), contract))
    return judge.check_runs[0]


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


def test_outcomes() -> None:
    """Clean, waived, not applicable and could not run are told apart."""
    everything = Waiver(check="mask-seen", case="*", reason="known", until=TODAY)
    waived = judged(mask_seen, "s0001")
    assert result(waived, report_findings(waived, (everything,), TODAY)).outcome is Outcome.WAIVED
    assert result(judged(ct_limited, "s0001"), []).outcome is Outcome.NOT_APPLICABLE
    assert result(judged(mask_seen), []).outcome is Outcome.NOT_APPLICABLE
    assert result(judged(case_breaks, "s0001", "s0002"), []).outcome is Outcome.COULD_NOT_RUN


def test_a_check_that_raises_keeps_what_it_found() -> None:
    """The finding before the failure stays, and the reason names the case."""
    check_run = judged(case_breaks, "s0001", "s0002", "s0003")
    assert [finding.case for finding in check_run.findings] == ["s0001"]
    assert check_run.error == "ZeroDivisionError: by zero (in s0002)"


def test_a_contract_regrades() -> None:
    """The contract's severity replaces the check's own."""
    contract = Contract(name="none", regrade={"mask-seen": Regrade(Severity.INFO, "wanted")})
    (finding,) = report_findings(judged(mask_seen, "s0001", contract=contract), (), TODAY)
    assert finding.severity is Severity.INFO


def test_waivers_that_lapse_or_cover_nothing() -> None:
    """Each waiver tells what it covered; one of a check that was left out is not judged."""
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


@check("ct-judged", Severity.ERROR)
def ct_judged(ct: Ct) -> Iterator[Finding]:
    """The CT of the second case; the first one has nothing to judge."""
    if ct.case == "s0001":
        raise NotApplicable("no CT to judge")
    yield Finding(case=ct.case, message="seen")


def test_a_record_that_cannot_be_judged_does_not_count() -> None:
    """A check that could judge none of the records does not apply; one record is enough."""
    assert result(judged(ct_judged, "s0001"), []).outcome is Outcome.NOT_APPLICABLE
    assert [finding.case for finding in judged(ct_judged, "s0001", "s0002").findings] == ["s0002"]


@pytest.mark.parametrize(
    ("where", "found"), [(lambda mask: mask.structure == "liver", [("liver",)]), (lambda _: 0, [])]
)
def test_a_quick_look_passes_over_records(where: Callable[[Mask], object], found: list[tuple[str]]) -> None:
    """A check is called for the records that its quick look lets through; the others are judged clean."""
    check_run = judged(dataclasses.replace(mask_seen, where=where), "s0001")
    assert [finding.structures for finding in check_run.findings] == found
    assert check_run.applied


def test_a_quick_look_that_raises_could_not_run() -> None:
    """It is as much a part of a check as its function."""
    broken = dataclasses.replace(mask_seen, where=lambda mask: mask.spacing)
    assert judged(broken, "s0001").error == "AttributeError: 'Mask' object has no attribute 'spacing' (in s0001)"


def test_a_check_says_why_it_does_not_apply() -> None:
    """As it says itself, by what the contract lacks, or that nobody asked it; one that applies has no reason."""
    check_runs = (
        judged(ct_judged, "s0001"),
        judged(ct_limited, "s0001"),
        judged(mask_seen),
        judged(ct_judged, "s0001", "s0002"),
    )
    assert [result(check_run, []).reason for check_run in check_runs] == [
        "no CT to judge",
        "the contract has no geometry.spacing_mm",
        "there is nothing that it judges",
        "",
    ]


def test_excluded_cases_have_no_findings() -> None:
    """What a check of the whole dataset says about an excluded case is left out."""
    contract = Contract(name="none", exclude=Exclude(cases=("s0001",)))
    assert judged(file_seen, "s0001", contract=contract).findings == []


def test_a_check_of_what_no_audit_has_could_not_run() -> None:
    """A wrong annotation is told, not passed over."""
    one = Check("text-seen", Severity.ERROR, case_breaks.function, str, takes_contract=False, needs="")
    assert judged(one, "s0001").error == "it looks at str, which no audit has"


@pytest.mark.parametrize(
    ("function", "error", "message"),
    [
        (lambda: check("tiny", Severity.ERROR), ValueError, "check id 'tiny' is not kebab-case"),
        (lambda: check("a-b", Severity.ERROR, needs="geometry.spacng"), ValueError, "a-b: a contract has no key"),
        (lambda: check("a-b", Severity.ERROR)(lambda _: iter(())), TypeError, "a-b: the first parameter of a"),
    ],
)
def test_wrong_declarations(function: Callable[[], object], error: type[Exception], message: str) -> None:
    """A check that could never run is refused where it is written."""
    with pytest.raises(error, match=message):
        function()


def found_by(finding: object) -> CheckRun:
    """Hold one case against a check that yields something."""

    @check("case-odd", Severity.ERROR)
    def case_odd(case: Case) -> Iterator[Finding]:  # noqa: ARG001 (whatever the case, it yields the same)
        """Something odd."""
        if isinstance(finding, BaseException):
            raise finding
        yield cast("Finding", finding)

    return judged(case_odd, "s0001")


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


@pytest.mark.parametrize(
    ("finding", "error"),
    [
        ("a string", "TypeError: it yields str instead of findings"),
        (Finding(message="", structures=cast("tuple[str]", "liver")), "ValidationError: Expected `array`, got `str`"),
        (Finding(message="", observed=cast("int", np.zeros(2))), "TypeError: "),
        (SystemExit(0), "SystemExit: 0"),
    ],
)
def test_what_no_report_can_hold_could_not_run(finding: object, error: str) -> None:
    """A check that yields something else than findings, or leaves, is told; the audit goes on."""
    assert found_by(finding).error.startswith(error)
