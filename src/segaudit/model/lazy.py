"""Sequences whose members are made, or read from a file, each time they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Kept = TypeVar("Kept")
Made = TypeVar("Made")


class Lazy(Sequence[Made], Generic[Kept, Made]):
    """What a function makes of each member of a sequence: no more than one of these is in memory."""

    def __init__(self, kept: Sequence[Kept], make: Callable[[Kept], Made]) -> None:
        """Take what is kept, and what makes a member of it."""
        self._kept = kept
        self._make = make

    def __len__(self) -> int:
        """Return the number of members."""
        return len(self._kept)

    def __getitem__(self, place: int) -> Made:  # type: ignore[override]  # no slices are taken
        """Make a member."""
        return self._make(self._kept[place])
