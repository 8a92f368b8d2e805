"""Reported findings and reports: what fails a gate, what is merged, and what was left out of an audit."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from segaudit.model import Outcome, Report, ReportedFinding, Severity
from segaudit.model.report import CheckResult, Scope, Unmeasured
from tests.support.pages import finding

SEVERITIES = (Severity.ERROR, Severity.WARNING, Severity.INFO)
MERGED = finding("mask-dtype", structures=("aorta", "liver", "spleen"), merged=3)
FILES = finding("file-empty", structures=(), files=("a", "b"), merged=2)


@pytest.mark.parametrize("gate", SEVERITIES)
@pytest.mark.parametrize("severity", SEVERITIES)
def test_gates(severity: Severity, gate: Severity) -> None:
    """A finding at the gate or above fails it, unless it is waived."""
    at = replace(finding(), severity=severity, waived=None)
    assert at.fails(gate) is (SEVERITIES.index(severity) <= SEVERITIES.index(gate))
    assert not replace(at, waived="accepted").fails(gate)


@pytest.mark.parametrize(
    ("whole", "names"), [(MERGED, [("aorta",), ("liver",), ("spleen",)]), (FILES, [("a",), ("b",)])]
)
def test_parts_of_a_merged_finding(whole: ReportedFinding, names: list[tuple[str, ...]]) -> None:
    """One for each structure, or else for each file; some of them are a part of it."""
    parts = list(whole.apart())
    assert [part.names for part in parts] == names
    some = whole.narrowed(parts[:-1])
    assert some.names == whole.names[:-1]
    assert some.merged == whole.merged
    assert some.part_of(whole)
    assert whole.part_of(whole)
    assert not whole.part_of(some)
    assert not replace(some, message="another").part_of(whole)


def test_a_single_finding_has_no_parts() -> None:
    """It is its own, whatever it is narrowed to."""
    pair = finding("masks-overlap", structures=("liver", "spleen"), merged=0)
    assert list(pair.apart()) == [pair]
    assert pair.narrowed([replace(pair, structures=("liver",))]) == pair


@pytest.mark.parametrize(
    ("checks", "cases", "shares"),
    [
        (9, 5, ()),
        (8, 5, ((8, 9, "check"),)),
        (9, 4, ((4, 5, "case"),)),
        (1, 2, ((1, 9, "check"), (2, 5, "case"))),
    ],
)
def test_what_an_audit_leaves_out(checks: int, cases: int, shares: tuple[tuple[int, int, str], ...]) -> None:
    """Checks, cases or both; nothing where all are audited."""
    assert Scope(checks=checks, checks_in_all=9, cases=cases, cases_in_all=5).shares == shares


def ended(outcome: Outcome) -> CheckResult:
    """Return how a check ended."""
    return CheckResult(
        id="a-b", severity=Severity.ERROR, family="labels", outcome=outcome, findings=0, waived=0, summary=""
    )


@pytest.mark.parametrize(
    ("severity", "outcome", "unmeasured", "code"),
    [
        (None, Outcome.CLEAN, False, 0),
        (Severity.WARNING, Outcome.FOUND, False, 0),
        (Severity.ERROR, Outcome.FOUND, False, 1),
        (None, Outcome.COULD_NOT_RUN, False, 3),
        (Severity.ERROR, Outcome.COULD_NOT_RUN, False, 3),
        (None, Outcome.CLEAN, True, 3),
    ],
)
def test_exit_codes(severity: Severity | None, outcome: Outcome, code: int, *, unmeasured: bool) -> None:
    """0 passes the gate, 1 does not, and 3 is what could not run, whatever was found."""
    nothing = dict.fromkeys(set(Report.__struct_fields__) - {"scope"}, ())
    known = {
        "gate": Severity.ERROR,
        "checks": (ended(Outcome.CLEAN), ended(outcome)),
        "findings": (replace(finding(), severity=severity),) if severity else (),
        "unmeasured": (Unmeasured(case="s0001", error="odd"),) if unmeasured else (),
    }
    assert Report(**nothing | known).exit_code == code  # type: ignore[arg-type]  # the values fit, name by name
