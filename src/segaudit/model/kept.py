"""What is derived from a case, and kept with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from segaudit.model.records import Case

T = TypeVar("T")


def kept_with_case(derive: Callable[[Case], T]) -> Callable[[Case], T]:
    """Decorate a function of a case: it is called once for each, and what it returns leaves memory with the case.

    Many checks ask for the same view of a case, such as the flaws of its masks. What is kept is no part of the record:
    it is neither compared nor stored.
    """
    key = f"{derive.__module__}.{derive.__qualname__}"

    @wraps(derive)
    def kept(case: Case) -> T:
        there = vars(case)
        if key not in there:
            there[key] = derive(case)
        value: T = there[key]
        return value

    return kept
