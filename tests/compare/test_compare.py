"""The comparison of two reports: findings that are new, fixed, still there, and no longer judged."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from segaudit.compare import compare
from segaudit.judging.findings import report_findings
from segaudit.judging.runner import CheckRun
from segaudit.judging.waivers import today
from segaudit.model import Finding, Outcome, Report, ReportedFinding, Severity, Unmeasured, check
from segaudit.model.difference import Change, Difference, Stopped, Tally
from segaudit.reports.phrases import message
from tests.support.reports import HEALTHY, ended, finding

CASES = ("s0001", "s0002", "s0003")
BASE = replace(
    HEALTHY,
    checks=tuple(
        ended(name, "labels", severity, Outcome.FOUND, "A rule.")
        for name, severity in (("mask-odd", Severity.ERROR), ("mask-tiny", Severity.WARNING))
    ),
    statistics={},
    cases=CASES,
)


def odd(cause: str = "odd", **fields: Any) -> ReportedFinding:  # noqa: ANN401 (any field)
    """Build an error of the liver of the first case."""
    return replace(finding("mask-odd", Severity.ERROR, cause, case="s0001", structures=("liver",)), **fields)


def with_findings(*findings: ReportedFinding) -> Report:
    """Return the base with findings."""
    return replace(BASE, findings=findings)


def between(old: Report, new: Report) -> Difference:
    """Compare at the gate error, with a tolerance of 1 %."""
    return compare(old, new, Severity.ERROR, 1.0)


def groups(difference: Difference) -> dict[str, list[str]]:
    """Return the messages of the findings of each heap that has any."""
    named = {
        "new": difference.new_findings,
        "fixed": difference.fixed,
        "accepted": difference.accepted,
        "unjudged": difference.unjudged,
    }
    return {name: [message(found) for found in found_] for name, found_ in named.items() if found_}


def test_findings_that_say_the_same() -> None:
    """Each of two merged findings of the same words is whole."""
    twin = odd(structures=("liver", "spleen"), merged=2)
    assert between(with_findings(), with_findings(twin, twin)).new_findings == (twin, twin)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ([odd()], [odd()], {}),
        ([odd("by 1 mm")], [odd("by 2 mm")], {}),
        ([odd(files=("a/liver.nii.gz",))], [odd(files=("b/liver.nii.gz",))], {}),
        ([odd()], [odd(structures=("spleen",))], {"new": ["odd"], "fixed": ["odd"]}),
        ([odd()], [odd(case="s0002")], {"new": ["odd"], "fixed": ["odd"]}),
        ([odd(structures=(), files=("a",))], [odd(structures=(), files=("b",))], {"new": ["odd"], "fixed": ["odd"]}),
        ([odd("a")], [odd("a"), odd("b")], {"new": ["b"]}),
        ([odd("a"), odd("b")], [odd("b")], {"fixed": ["a"]}),
        ([odd("a"), odd("b")], [odd("c")], {"fixed": ["b"]}),
        ([odd(structures=("a", "b"))], [odd(structures=("a", "c"))], {"new": ["odd"], "fixed": ["odd"]}),
        ([odd()], [odd(waived="seen")], {"accepted": ["odd"]}),
        ([], [odd(waived="seen")], {"accepted": ["odd"]}),
        ([odd(waived="seen")], [odd(waived="seen")], {}),
        ([odd(waived="seen")], [odd()], {"new": ["odd"]}),
        ([odd(waived="seen")], [], {}),
        ([odd(severity=Severity.WARNING)], [odd()], {"new": ["odd"]}),
        ([odd()], [odd(severity=Severity.WARNING)], {}),
        ([odd(case="s0009")], [], {"unjudged": ["odd"]}),
        ([odd(check="mask-gone")], [], {"unjudged": ["odd"]}),
    ],
)
def test_what_became_of_a_finding(
    old: list[ReportedFinding], new: list[ReportedFinding], expected: dict[str, list[str]]
) -> None:
    """It is the same where check and place are; of several in one place, those that say the same come first."""
    assert groups(between(with_findings(*old), with_findings(*new))) == expected


LOST = {"s0001": ("liver",)}
NO_CT = {"s0001": ("ct",)}


@pytest.mark.parametrize(
    ("found", "before", "now", "heap"),
    [
        (odd(), {}, {}, "fixed"),
        (odd(), {}, {"unread": LOST}, "unjudged"),
        (odd(structures=("spleen",)), {}, {"unread": LOST}, "fixed"),
        (odd(structures=("liver", "spleen")), {}, {"unread": LOST}, "unjudged"),
        (odd(case="s0002"), {}, {"unread": LOST}, "fixed"),
        (odd(), {"unread": LOST}, {"unread": LOST}, "fixed"),  # it was damaged before: what was said of that is gone
        (odd(structures=("spleen",)), {}, {"unread": NO_CT}, "unjudged"),
        (odd(), {"unread": NO_CT}, {"unread": NO_CT}, "fixed"),
        (odd(), {"contract_digest": "a"}, {"contract_digest": "a"}, "fixed"),
        (odd(), {"contract_digest": "a"}, {"contract_digest": "b"}, "unjudged"),
        (odd(case="", structures=()), {"contract_digest": "a"}, {"contract_digest": "b"}, "unjudged"),
        (
            odd(),
            {"contract_digest": "a", "digests": {"s0001": "1"}},
            {"contract_digest": "b", "digests": {"s0001": "2"}},
            "fixed",
        ),
    ],
)
def test_what_nobody_measured_is_not_fixed(
    found: ReportedFinding, before: dict[str, Any], now: dict[str, Any], heap: str
) -> None:
    """Nor is what another contract no longer forbids, unless a file of the case has changed."""
    assert groups(between(replace(with_findings(found), **before), replace(BASE, **now))) == {heap: ["odd"]}


def test_cases_with_other_files() -> None:
    """They are named where both reports know them."""
    old = replace(BASE, digests={"s0001": "a", "s0002": "b"})
    new = replace(BASE, digests={"s0001": "a", "s0002": "c", "s0003": "d"})
    assert between(old, new).cases_changed == ("s0002",)


def test_a_part_of_a_merged_finding() -> None:
    """Of 3 masks with one cause, one that is mended is fixed, and one that came is new."""
    old = odd("float64", structures=("a", "b", "c"), merged=3)
    difference = between(with_findings(old), with_findings(odd("float64", structures=("b", "c", "d"), merged=3)))
    shown = [(found.structures, message(found)) for found in (*difference.new_findings, *difference.fixed)]
    assert shown == [(("d",), "1 of 3 masks: float64"), (("a",), "1 of 3 masks: float64")]
    assert difference.checks == (Tally(check="mask-odd", severity=Severity.ERROR, new=1, fixed=1, still=1),)


def test_a_merged_finding_and_the_last_of_it() -> None:
    """Alone, what was one of two is still there, although it says so in other words."""
    merged = odd("float64", structures=("liver", "spleen"), merged=2)
    alone = odd("float64", files=("s0001/liver.nii.gz",))
    assert groups(between(with_findings(merged), with_findings(alone))) == {"fixed": ["1 of 2 masks: float64"]}


@given(st.lists(st.sampled_from(["liver", "spleen", "heart", ""]), min_size=1, max_size=4, unique=True))
def test_what_the_engine_merges_comes_apart(structures: list[str]) -> None:
    """A merged finding, as an audit reports it, can be split into its structures or files again."""

    @check("mask-odd", Severity.ERROR)
    def mask_odd(_: Finding) -> Any:  # noqa: ANN401 (never called)
        """Do nothing."""

    found = [
        Finding(case="s0001", structures=(name,) if name else (), file="" if name else "s0001/ct.nii.gz", message="odd")
        for name in structures
    ]
    check_run = CheckRun(mask_odd, Severity.ERROR, applied=True, findings=found)
    (merged,) = report_findings(check_run, (), today())
    named: list[tuple[str, ...]] = [(name,) for name in structures if name] or [()]
    assert [(part.structures, part.message) for part in merged.apart()] == [(names, "odd") for names in named]


found = st.builds(
    odd,
    st.sampled_from(["a", "b"]),
    case=st.sampled_from(CASES),
    structures=st.sampled_from([("liver",), ("spleen",), ("liver", "spleen")]),
    waived=st.none() | st.just("seen"),
)
some = st.lists(found, max_size=5, unique=True).map(lambda findings: with_findings(*findings))


@given(some, some)
def test_nothing_is_lost(old: Report, new: Report) -> None:
    """Open findings of now are new or still there; those of before are fixed, still there, or accepted."""
    difference = between(old, new)
    (tally,) = difference.checks or (Tally(check="", severity=Severity.INFO, new=0, fixed=0, still=0),)
    now, before = (sum(f.waived is None for f in report.findings) for report in (new, old))
    assert tally.new + tally.still == now
    assert tally.fixed + tally.still <= before <= tally.fixed + tally.still + len(difference.accepted)


@given(some)
def test_a_report_does_not_differ_from_itself(report: Report) -> None:
    """Nothing is new, nothing is fixed, and the exit code is 0."""
    difference = between(report, report)
    assert (groups(difference), difference.changes, difference.exit_code) == ({}, (), 0)


COULD_NOT = replace(BASE.checks[0], outcome=Outcome.COULD_NOT_RUN, error="odd")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (BASE, BASE, 0),
        (BASE, with_findings(odd()), 1),
        (BASE, with_findings(odd(severity=Severity.WARNING)), 0),
        (BASE, replace(BASE, checks=(COULD_NOT,)), 1),
        (BASE, replace(BASE, unmeasured=(Unmeasured(case="s0001", error="odd"),)), 1),
        (replace(BASE, checks=(COULD_NOT,)), replace(BASE, checks=(COULD_NOT,)), 3),
        (replace(BASE, checks=(COULD_NOT,)), BASE, 0),
        (replace(BASE, checks=(COULD_NOT,)), replace(BASE, checks=(COULD_NOT,), findings=(odd(),)), 1),
    ],
)
def test_exit_code(old: Report, new: Report, code: int) -> None:
    """1 for what got worse at the gate, 3 for what could not run before and now."""
    assert between(old, new).exit_code == code


def test_what_could_not_run_fixes_nothing() -> None:
    """A case that could not be measured, or a check that could not run, has no fixed findings; the case is not gone."""
    old = with_findings(odd())
    lost = Unmeasured(case="s0001", error="odd")
    unmeasured = between(old, replace(BASE, cases=CASES[1:], unmeasured=(lost,)))
    assert (groups(unmeasured), unmeasured.cases_gone) == ({"unjudged": ["odd"]}, ())
    stopped = between(old, replace(BASE, checks=(COULD_NOT,)))
    assert groups(stopped) == {"unjudged": ["odd"]}
    assert stopped.stopped == (Stopped(name="mask-odd", error="odd", newly=True),)


def statistics(**structures: tuple[int, float | None]) -> dict[str, Any]:
    """Return the statistics of structures, given how many cases have each and its volumes."""
    rows = [
        {"structure": name, "occurrence": occurrence, "volume_ml": {"present": {"mean": volume}}}
        for name, (occurrence, volume) in structures.items()
    ]
    return {"facts": {"images": 3}, "structures": rows}


def test_structures_are_matched_by_name() -> None:
    """Those of one contract alone came or are gone, whatever their labels; their findings are not fixed."""
    old = replace(with_findings(odd()), statistics=statistics(liver=(3, 1.0), lung=(3, 1.0)))
    difference = between(old, replace(BASE, statistics=statistics(lung=(3, 1.0), heart=(3, 1.0)), cases=("s0001",)))
    assert (difference.structures_added, difference.structures_gone) == (("heart",), ("liver",))
    assert (difference.cases_added, difference.cases_gone) == ((), ("s0002", "s0003"))
    assert groups(difference) == {"unjudged": ["odd"]}
    assert difference.changes == ()


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ((3, 100.0), (3, 100.9), []),
        ((3, 100.0), (3, 101.1), [("mean_ml", 100.0, 101.1)]),
        ((3, 100.0), (2, 100.0), [("occurrence", 3, 2)]),
        ((3, 100.0), (3, None), [("mean_ml", 100.0, None)]),
        ((3, 0.0), (3, 1.0), [("mean_ml", 0.0, 1.0)]),
    ],
)
def test_numbers_that_changed(
    old: tuple[int, float | None], new: tuple[int, float | None], changed: list[tuple[str, Any, Any]]
) -> None:
    """Counts by any, volumes by more than the tolerance."""
    difference = between(
        replace(BASE, statistics=statistics(liver=old)), replace(BASE, statistics=statistics(liver=new))
    )
    assert difference.changes == tuple(
        Change(structure="liver", number=number, old=before, new=after) for number, before, after in changed
    )
