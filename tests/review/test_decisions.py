"""What decisions mean together, in whatever order they are read."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from segaudit.model.decision import Decision, Decisions, Opinion, Verdict, opinion
from segaudit.reports import reviewed
from tests.support import pages
from tests.support.reviewed import decision, undo

RIGHT, FALSE, UNSURE, SKIP = Verdict.RIGHT, Verdict.FALSE_ALARM, Verdict.UNSURE, Verdict.SKIP
FINDING = pages.finding()


def said(*verdicts: tuple[str, Verdict]) -> Opinion:
    """Return the opinion after some decisions about one finding."""
    return opinion(Decisions(decision(FINDING, verdict, who) for who, verdict in verdicts).about(FINDING))


def test_what_people_say_together() -> None:
    """The last word of each person counts; unsure and skip contradict nobody; right and false alarm do."""
    assert said() is Opinion.OPEN
    assert said(("ann", SKIP)) is Opinion.SKIPPED
    assert said(("ann", UNSURE), ("bob", SKIP)) is Opinion.UNSURE
    assert said(("ann", RIGHT), ("bob", UNSURE)) is Opinion.RIGHT
    assert said(("ann", FALSE), ("bob", SKIP)) is Opinion.FALSE_ALARM
    assert said(("ann", FALSE), ("bob", RIGHT)) is Opinion.DISPUTED
    assert said(("ann", FALSE), ("bob", RIGHT), ("ann", RIGHT)) is Opinion.RIGHT


def test_undo_restores_what_was_before() -> None:
    """The decision before counts again, and decisions of others are untouched."""
    first, second, other = (decision(FINDING, *some) for some in ((RIGHT, "ann"), (FALSE, "ann"), (RIGHT, "bob")))
    decisions = Decisions([first, second, other, undo(second)])
    assert decisions.about(FINDING) == {"ann": first, "bob": other}
    assert decisions.last_of("ann") == first
    assert Decisions([first, undo(first)]).last_of("ann") is None


def test_which_findings_a_decision_is_about() -> None:
    """Those of the check and case with the same structures; of a merged one, with some of them; whatever is said."""
    merged = pages.finding("mask-dtype", structures=("aorta", "liver", "spleen"), merged=3)
    pair = pages.finding("masks-overlap", structures=("liver", "stomach"))
    decisions = Decisions([decision(merged, RIGHT), decision(pair, RIGHT), decision(FINDING, RIGHT)])
    known = decisions.about
    assert known(replace(merged, structures=("aorta", "liver"), merged=2))
    assert not known(replace(merged, structures=("aorta", "colon"), merged=2))
    assert known(replace(pair, structures=("stomach", "liver"), message="now by 3 %"))
    assert not known(replace(pair, structures=("liver",)))
    assert not known(replace(FINDING, case="s0001"))
    assert not known(replace(FINDING, check="mask-tiny"))


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(Verdict), st.booleans()), max_size=8), st.randoms())
def test_order_and_repetition_change_nothing(made: list[tuple[str, Verdict, bool]], shuffler: random.Random) -> None:
    """Files of two people that are joined in any order, with entries that are there twice, say the same."""
    entries: list[object] = []
    for who, verdict, undone in made:
        one = decision(FINDING, verdict, who)
        entries += [one, undo(one)] if undone else [one]
    mixed = entries + entries[::2]
    shuffler.shuffle(mixed)
    assert Decisions(mixed).all == Decisions(entries).all  # type: ignore[arg-type]


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
