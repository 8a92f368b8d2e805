"""Words that checks and reports have in common."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segaudit.model.words import count, first, some

ITEMS = ("a", "b", "c", "d")


@pytest.mark.parametrize(("number", "text"), [(0, "0 cases"), (1, "1 case"), (2, "2 cases"), (1204, "1,204 cases")])
def test_count(number: int, text: str) -> None:
    """One is singular, thousands have a separator."""
    assert count(number, "case") == text


@pytest.mark.parametrize(
    ("shown", "with_noun", "without", "with_sign"),
    [
        (1, "a and 3 lines more", "a and 3 more", "a, ..."),
        (3, "a, b, c and 1 lines more", "a, b, c and 1 more", "a, b, c, ..."),
        (4, "a, b, c, d", "a, b, c, d", "a, b, c, d"),
        (5, "a, b, c, d", "a, b, c, d", "a, b, c, d"),
    ],
)
def test_the_first_of_some(shown: int, with_noun: str, without: str, with_sign: str) -> None:
    """The rest is counted, or a sign says that there is one; nothing is said where all are shown."""
    assert (some(ITEMS, shown, "lines"), some(ITEMS, shown), first(ITEMS, shown)) == (with_noun, without, with_sign)


def test_another_separator() -> None:
    """Items that hold commas are parted otherwise."""
    assert some(["1 = 2", "3 = 4", "5 = 6"], 2, "groups", separator="; ") == "1 = 2; 3 = 4 and 1 groups more"


@given(st.lists(st.text("abc", min_size=1), max_size=8), st.integers(1, 8))
def test_nothing_is_lost(items: list[str], shown: int) -> None:
    """What is shown and what is counted are all."""
    text, _, rest = some(items, shown).partition(" and ")
    named = text.split(", ") if text else []
    assert named == items[:shown]
    assert len(named) + int(rest.partition(" ")[0] or 0) == len(items)
