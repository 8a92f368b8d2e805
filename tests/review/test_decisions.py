"""How right checks are, and where their limits belong, as decisions say."""

from __future__ import annotations

from segaudit.model.decision import Decision, Decisions, Verdict
from segaudit.reports import reviewed
from tests.support import pages
from tests.support.reviewed import decision

RIGHT, FALSE, UNSURE, SKIP = Verdict.RIGHT, Verdict.FALSE_ALARM, Verdict.UNSURE, Verdict.SKIP


def test_precision() -> None:
    """Unsure and disputed findings do not count; a finding that two decided counts once."""
    findings = [pages.finding(case=case) for case in pages.case_ids(13)]
    made: list[Decision] = [decision(finding, RIGHT) for finding in findings[:8]]
    made += [decision(finding, FALSE) for finding in findings[8:10]]
    made += [decision(findings[0], RIGHT, "bob"), decision(findings[10], UNSURE), decision(findings[11], SKIP)]
    made += [decision(findings[12], RIGHT), decision(findings[12], FALSE, "bob")]
    made += [decision(pages.finding("mask-tiny"), UNSURE)]
    rows = reviewed.precisions(Decisions(made))
    assert rows == [("mask-off-grid", 8, 2, 1, 1), ("mask-tiny", 0, 0, 1, 0)]
    assert [row.text for row in rows] == ["80.0 (49.0 to 94.3)", "-"]
    assert reviewed.csv(Decisions(made)).splitlines()[1:] == [
        "mask-off-grid,8,2,1,1,80.0,49.0,94.3,3.0,3.0,3.0,3.0",
        "mask-tiny,0,0,1,0,,,,,,,",
    ]


def test_what_was_observed_shows_where_a_limit_belongs() -> None:
    """The range of right ones and of false alarms, by the last word; words and what is undecided do not count."""
    sizes = {2.5: FALSE, 3: FALSE, 4.25: RIGHT, 9: RIGHT, 20: UNSURE, 30: SKIP, "far": RIGHT, float("inf"): RIGHT}
    made = [
        decision(pages.finding(case=f"s{number}", observed=size), verdict)
        for number, (size, verdict) in enumerate(sizes.items())
    ]
    made += [
        decision(pages.finding(case="x", observed=50.0), RIGHT),
        decision(pages.finding(case="x", observed=1.0), FALSE),
    ]
    [_, row] = reviewed.csv(Decisions(made)).splitlines()
    assert row.split(",")[-4:] == ["4.25", "9", "1.0", "3"]
