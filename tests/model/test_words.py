"""Words that checks and reports have in common."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segaudit.model.words import count, edged, first, printable, some

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


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("liver, 5 ml", "liver, 5 ml"),
        ("a\x1bb\n", r"a\x1bb\n"),
        ("\u202eliver", r"\u202eliver"),
        ("##[error]no", r"#\x23[error]no"),
        ("a ##vso[x]", r"a #\x23vso[x]"),
        ("## 5", "## 5"),
        ("::error::no", r"\x3a:error::no"),
        ("  ::error", r"  \x3a:error"),
        ("a ::error", "a ::error"),
    ],
)
def test_printable(text: str, shown: str) -> None:
    """Nothing is a command to a terminal or to a CI job."""
    assert printable(text) == shown


@pytest.mark.parametrize(
    ("name", "shown"), [("liver", "liver"), ("  a b ", r"\x20\x20a b\x20"), ("", ""), ("  ", r"\x20\x20")]
)
def test_blanks_at_the_ends_of_a_name(name: str, shown: str) -> None:
    """They are written as escapes."""
    assert edged(name) == shown
