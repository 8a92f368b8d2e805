"""What decisions mean together, in whatever order they are read."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from segaudit.model.decision import Decisions, Opinion, Verdict, opinion
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


def test_opinions_on_each_finding() -> None:
    """What is said of each one that anybody decided, with the last decision on it; another word comes last."""
    other = pages.finding("mask-tiny")
    first, second, third = (decision(FINDING, *some) for some in ((RIGHT, "ann"), (RIGHT, "bob"), (UNSURE, "ann")))
    skipped = decision(other, SKIP)
    assert list(Decisions([first, skipped, second]).opinions()) == [(Opinion.RIGHT, second), (Opinion.SKIPPED, skipped)]
    assert list(Decisions([first, second, third]).opinions()) == [(Opinion.RIGHT, third)]
    assert list(Decisions([second, first, undo(first)]).opinions()) == [(Opinion.RIGHT, second)]


@pytest.mark.parametrize("settled", Opinion)
def test_what_need_not_be_shown_again(settled: Opinion) -> None:
    """All but what nobody decided or only skipped."""
    assert settled.settled is (settled not in {Opinion.OPEN, Opinion.SKIPPED})


def test_the_last_decision_of_a_person() -> None:
    """Of one alone, whatever others decided after it."""
    first, second = decision(FINDING, RIGHT), decision(FINDING, FALSE)
    decisions = Decisions([first, second, decision(FINDING, RIGHT, "bob")])
    assert (decisions.last_of("ann"), decisions.last_of("eve")) == (second, None)
