"""A report lists about a hundred findings of one case, and counts the others."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from segaudit.judging.limiting import limited
from segaudit.model import ReportedFinding, Severity

MOST = 100
"""Findings of one case that a report lists."""


def finding(number: int, check: str = "a-b", case: str = "s0001", waived: str | None = None) -> ReportedFinding:
    """Return one of many findings."""
    return ReportedFinding(
        check=check,
        severity=Severity.ERROR,
        case=case,
        structures=(f"m{number}",),
        files=(),
        message="seen",
        observed=number,
        expected=0,
        waived=waived,
    )


@pytest.mark.parametrize("number", [0, 1, MOST - 1, MOST])
def test_as_many_as_a_report_lists(number: int) -> None:
    """Up to the limit all are there, as they were."""
    group = [finding(each) for each in range(number)]
    assert limited([group]) == [group]


def test_one_more() -> None:
    """The last of the hundred says how many are not listed."""
    (listed,) = limited([[finding(each) for each in range(MOST + 1)]])
    assert listed[:-1] == [finding(each) for each in range(MOST - 1)]
    assert listed[-1] == replace(
        finding(MOST - 1),
        structures=(),
        message="2 further findings of this check in this case are not listed",
        observed=2,
    )


def test_small_groups_stay_whole() -> None:
    """Only the checks with the most findings list fewer; other cases and the dataset itself list all."""
    flood = [finding(each, "a-flood") for each in range(5356)]
    other = [finding(each, "b-few") for each in range(7)]
    rest = [finding(each, "c-else", case) for case in ("s0002", "") for each in range(MOST if case else 3 * MOST)]
    listed = limited([flood, other, rest])
    assert (len(listed[0]), listed[1:]) == (MOST - 7, [other, rest])
    assert listed[0][-1].message.startswith("5,264 further findings")


def test_waived_findings_count_apart() -> None:
    """What is accepted does not hide what is not."""
    both = [finding(each, waived="known" if each % 2 else None) for each in range(400)]
    (listed,) = limited([both])
    assert Counter(each.waived for each in listed) == {"known": 50, None: 50}


@given(sizes=st.lists(st.integers(1, 300), min_size=1, max_size=80), most=st.integers(1, 120))
def test_none_is_lost(sizes: list[int], most: int) -> None:
    """Those listed and those counted are all; there are no more than asked for, or two for each check."""
    groups = [[finding(each, f"a-{number}") for each in range(size)] for number, size in enumerate(sizes)]
    listed = limited(groups, most)
    counts = [[1 if each.structures else int(each.observed or 0) for each in group] for group in listed]
    assert [sum(group) for group in counts] == sizes
    assert sum(map(len, listed)) <= max(most, 2 * len(sizes))
    assert all(group[0].structures for group in listed)


def test_one_more_than_each_may_list() -> None:
    """A finding is not exchanged for the word that there is one more."""
    three, ten = ([finding(each, check) for each in range(number)] for check, number in (("a-b", 3), ("c-d", 10)))
    first, second = limited([three, ten], most=6)
    assert first == three
    assert (second[:2], second[2].message) == (
        ten[:2],
        "8 further findings of this check in this case are not listed",
    )
