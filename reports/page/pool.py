"""Store repeated values once."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)


class Pool(Generic[T]):
    """Distinct values in the order of their first use; each is referred to by its number."""

    def __init__(self, empty: T) -> None:
        """Start with the empty value, which has number 0."""
        self._numbers = {empty: 0}

    def number(self, value: T) -> int:
        """Return the number of a value, which is added to the pool if it is new."""
        return self._numbers.setdefault(value, len(self._numbers))

    @property
    def members(self) -> list[T]:
        """The values by number."""
        return list(self._numbers)
