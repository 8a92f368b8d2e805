"""What is derived from a case is derived once, and is no part of its record."""

from __future__ import annotations

import pickle

import msgspec

from segaudit.model import Case
from segaudit.model.kept import kept_with_case
from segaudit.testing.records import healthy_case

ASKED: list[str] = []


@kept_with_case
def masks_of(case: Case) -> list[str]:
    """Return the names of a case's masks, and note that it was asked."""
    ASKED.append(case.case)
    return sorted(case.whole_masks)


@kept_with_case
def number_of(case: Case) -> None:
    """Return nothing, which is kept, too."""
    ASKED.append(case.case)


def test_a_case_is_asked_once() -> None:
    """Each function is called once for each case, whatever it returns; an equal case is another one."""
    ASKED.clear()
    case, other = healthy_case(), healthy_case()
    assert masks_of(case) == masks_of(case) == sorted(case.whole_masks)
    assert number_of(case) is number_of(case) is None
    assert len(ASKED) == 2
    assert masks_of(other) == masks_of(case)
    assert len(ASKED) == 3


def test_what_is_kept_is_no_part_of_the_record() -> None:
    """A case is equal to, stored as and sent as one of which nothing was asked."""
    case, other = healthy_case(), healthy_case()
    masks_of(case)
    assert case == other
    assert msgspec.msgpack.encode(case) == msgspec.msgpack.encode(other)
    assert pickle.dumps(case) == pickle.dumps(other)
    ASKED.clear()
    masks_of(msgspec.structs.replace(case, folder="x"))
    assert len(ASKED) == 1
