"""Cases are loaded and judged in groups: small ones together, large ones each by itself."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from segaudit.dataset.measured import RECORDS_AT_ONCE, groups
from segaudit.model import Case, Unmeasured
from segaudit.testing.records import healthy_mask

LOST = Unmeasured(case="s0000", error="lost")


def case_of(masks: int) -> Case:
    """Return a case with so many masks."""
    return Case(case=f"s{masks:04}", masks=(healthy_mask("liver"),) * masks)


@pytest.mark.parametrize(
    ("masks", "together"),
    [
        ([], []),
        ([RECORDS_AT_ONCE - 1] * 2, [1, 1]),
        ([RECORDS_AT_ONCE - 2] * 3, [2, 1]),
        ([RECORDS_AT_ONCE, 0, 0], [1, 2]),
        ([0] * (RECORDS_AT_ONCE + 1), [RECORDS_AT_ONCE, 1]),
    ],
)
def test_groups(masks: list[int], together: list[int]) -> None:
    """A group ends with the case with which it has a hundred records, those of the cases themselves included."""
    cases = [case_of(number) for number in masks]
    found = list(groups(cases))
    assert [len(group) for group in found] == together
    assert [case for group in found for case in group] == cases


def test_lost_cases_keep_their_place() -> None:
    """A case that could not be measured counts as one record."""
    assert list(groups([LOST, case_of(RECORDS_AT_ONCE - 2), LOST])) == [[LOST, case_of(RECORDS_AT_ONCE - 2)], [LOST]]


def test_a_group_leaves_memory_before_the_next_is_loaded() -> None:
    """Once it is emptied, nothing keeps a case of it."""

    class Loaded:
        """Something that takes memory."""

    alive = list[int]()
    references = list[weakref.ref[Loaded]]()

    def loaded() -> Iterator[Case]:
        for _ in range(3):
            alive.append(sum(reference() is not None for reference in references))
            case, weight = case_of(RECORDS_AT_ONCE), Loaded()
            vars(case)["weight"] = weight
            references.append(weakref.ref(weight))
            del weight
            yield case
            del case

    gc.disable()
    try:
        for group in groups(loaded()):
            group.clear()
    finally:
        gc.enable()
    assert alive == [0, 0, 0]
