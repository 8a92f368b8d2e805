"""How a check ends: clean, waived, not applicable, or unable to run."""

from __future__ import annotations

import dataclasses
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from msgspec.structs import replace

from segaudit import catalogue
from segaudit.catalogue import user_checks
from segaudit.judging.findings import report_findings, result
from segaudit.judging.runner import Runner
from segaudit.model import (
    Case,
    Check,
    Contract,
    Ct,
    Exclude,
    Finding,
    Mask,
    Metadata,
    NotApplicable,
    Outcome,
    Published,
    Regrade,
    Severity,
    Structure,
    Waiver,
    check,
)
from segaudit.model.errors import Terminated
from segaudit.model.views import CaseViews
from segaudit.testing.records import dataset, healthy_case, healthy_mask, metadata
from tests.support.judged import TODAY, case_breaks, ct_limited, file_seen, found_by, judged, mask_seen


def test_outcomes() -> None:
    """Clean, waived, not applicable and could not run are distinguished."""
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
    contract = Contract(name="none", regrade={"mask-seen": Regrade("info", "wanted")})
    (finding,) = report_findings(judged(mask_seen, "s0001", contract=contract), (), TODAY)
    assert finding.severity is Severity.INFO


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


@check("liver-judged", Severity.ERROR)
def liver_judged(mask: Mask) -> Iterator[Finding]:
    """The liver alone; there is nothing to judge of other masks."""
    if mask.structure != "liver":
        raise NotApplicable("no liver")
    yield Finding.about(mask, "seen")


@check("table-seen", Severity.ERROR)
def table_seen(table: Metadata) -> Iterator[Finding]:
    """Any table."""
    yield Finding(message=table.path)


def test_the_other_masks_of_a_case_are_judged() -> None:
    """One that cannot be judged does not end the case: here those before and behind the liver."""
    names = ("aorta", "kidney_left", "liver", "spleen")
    case = replace(healthy_case(), masks=tuple(healthy_mask(name) for name in names))
    runner = Runner([liver_judged], Contract(name="none"))
    runner.case(CaseViews(case, runner.contract))
    assert [finding.structures for finding in runner.check_runs[0].findings] == [("liver",)]
    assert (runner.check_runs[0].applied, runner.check_runs[0].reason) == (True, "no liver")


@pytest.mark.parametrize(("listed", "found"), [(metadata(("s0001", "train")), ["meta.csv"]), (None, [])])
def test_the_table_of_a_dataset(listed: Metadata | None, found: list[str]) -> None:
    """Checks of metadata apply where there is a table."""
    runner = Runner([table_seen], Contract(name="none"))
    runner.dataset(dataset(healthy_case(), listed=listed))
    assert [finding.message for finding in runner.check_runs[0].findings] == found
    assert runner.check_runs[0].applied is bool(found)


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
    """From the check, a key that the contract lacks, or a missing record; if it applies, there is none."""
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
    """A wrong annotation is an error and is not ignored."""
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


class Speechless(Exception):  # noqa: N818 (a name as users choose them)
    """An exception without a text."""

    def __str__(self) -> str:
        """Fail."""
        raise pytest.skip.Exception


@pytest.mark.parametrize(
    ("finding", "error"),
    [
        ("a string", "TypeError: it yields str instead of findings"),
        (Finding(message="", structures=cast("tuple[str]", "liver")), "ValidationError: Expected `array`, got `str`"),
        (Finding(message="", observed=cast("int", np.zeros(2))), "TypeError: "),
        (Finding(message="", expected=10**400), "OverflowError: int too large to convert to float (in s0001)"),
        (SystemExit(0), "SystemExit: 0"),
        (pytest.skip.Exception("no GPU"), "Skipped: no GPU (in s0001)"),
        (GeneratorExit(), "GeneratorExit:  (in s0001)"),
        (Speechless(), "Speechless, whose text cannot be read (in s0001)"),
    ],
)
def test_what_no_report_can_hold_could_not_run(finding: object, error: str) -> None:
    """A check that yields something other than findings, or exits, is reported; the audit continues."""
    assert found_by(finding).error.startswith(error)


def test_numbers_that_readers_cannot_hold() -> None:
    """A whole number of more than 64 bits is a float in reports."""
    (finding,) = found_by(Finding(message="", observed=2**63, expected=-(2**63) + 1)).findings
    assert (str(finding.observed), finding.expected) == ("9.223372036854776e+18", -(2**63) + 1)


def test_zero_has_no_sign() -> None:
    """What was observed is 0 and not -0, in each report."""
    (finding,) = found_by(Finding(message="", observed=-0.0, expected=np.float64(-0.0))).findings
    assert (str(finding.observed), str(finding.expected)) == ("0.0", "0.0")


@pytest.mark.parametrize("ending", [KeyboardInterrupt(), Terminated(15)])
def test_what_ends_the_program_ends_the_audit(ending: BaseException) -> None:
    """Nobody's check has raised it."""
    with pytest.raises(type(ending)):
        found_by(ending)


def test_names_of_their_own() -> None:
    """Where the contract knows no pair, vertebra, place or size, the checks of these say nothing, instead of clean."""
    contract = Contract(name="own", structures=(Structure(name="blob", label=1, group="organ"),))
    runner = Runner(catalogue.by_id().values(), contract)
    runner.case(CaseViews(healthy_case(healthy_mask("blob")), contract))
    silent = {run.check.id: run.reason for run in runner.check_runs if run.reason.startswith("the contract has no ")}
    assert {
        check: silent[check].rpartition(" ")[2] for check in ("sides-swapped", "vertebrae-order", "mask-expected")
    } == {
        "sides-swapped": "pairs",
        "vertebrae-order": "spine",
        "mask-expected": "evidence",
    }
    applied = {run.check.id for run in runner.check_runs if run.applied and run.check.family == "anatomy"}
    assert applied == set()


@check("tables-seen", Severity.ERROR)
def tables_seen(published: Published) -> Iterator[Finding]:
    """Any published tables."""
    yield Finding(message=published.source)


@pytest.mark.parametrize(("published", "found"), [(Published(source="a paper"), ["a paper"]), (None, [])])
def test_the_tables_of_a_contract(published: Published | None, found: list[str]) -> None:
    """Checks of published tables apply where there are some."""
    runner = Runner([tables_seen], Contract(name="none", published=published))
    runner.published()
    assert [finding.message for finding in runner.check_runs[0].findings] == found
    assert runner.check_runs[0].applied is bool(found)


OWN = '''
from collections.abc import Iterator
from segaudit.model import Case, Finding, Severity, check

@check("rule-of-mine", Severity.ERROR)
def rule(case: Case) -> Iterator[Finding]:
    """A rule."""
    {body}
'''


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("raise ValueError('odd')", "ValueError: odd (in s0001; {file}, line 8)"),
        ("return 1", "TypeError: 'int' object is not iterable (in s0001; {file}, line 5)"),
    ],
)
def test_an_error_in_a_file_of_the_users_own(tmp_path: Path, body: str, error: str) -> None:
    """The last line of that file that took part, or that of the check; no line of ours."""
    file = tmp_path / f"mine_{len(body)}.py"
    file.write_text(OWN.format(body=body))
    (own,) = user_checks.load(file)
    assert judged(own, "s0001").error == error.format(file=file.resolve())
    assert judged(case_breaks, "s0002").error == "ZeroDivisionError: by zero (in s0002)"


def test_an_error_below_another_decorator(tmp_path: Path) -> None:
    """What a decorator makes of a function may have no code of its own, as that of ``functools.cache``."""
    file = tmp_path / "cached.py"
    text = OWN.format(body="return ()").replace("def rule", "@cache\ndef rule")
    file.write_text(f"from functools import cache\n{text}")
    (own,) = user_checks.load(file)
    assert judged(own, "s0001").error == f"TypeError: unhashable type: 'dict' (in s0001; {file.resolve()}, line 6)"


@check("case-loud", Severity.ERROR)
def case_loud(case: Case) -> Iterator[Finding]:
    """Behaves as no check should."""
    print("looked at", case.case)  # noqa: T201 (this is what is tested)
    sys.stdout.close()
    sys.stderr.close()
    os.chdir(os.sep)
    yield from ()


def test_what_a_check_does_beside_judging(capsys: pytest.CaptureFixture[str]) -> None:
    """What it prints is no part of a report on standard output; streams and the current folder are as before."""
    here = Path.cwd()
    assert judged(case_loud, "s0001", "s0002").error == ""
    assert Path.cwd() == here
    print("done")  # noqa: T201 (the stream is open)
    assert capsys.readouterr() == ("done\n", "looked at s0001\nlooked at s0002\n")
