"""Wording that checks and reports share."""

from __future__ import annotations

from collections.abc import Sequence


def count(number: int, noun: str) -> str:
    """Return a count with its noun: ``1 case``, ``1,204 cases``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def some(items: Sequence[str], shown: int, noun: str = "", separator: str = ", ") -> str:
    """Return the first items, and how many more there are: ``line 2, line 5 and 3 lines more``."""
    rest = len(items) - shown
    more = " ".join(filter(None, (f" and {rest}", noun, "more"))) if rest > 0 else ""
    return separator.join(items[:shown]) + more


def first(items: Sequence[str], shown: int) -> str:
    """Return the first items, with an ellipsis if there are more: ``liver, spleen, ...``."""
    return ", ".join(items[:shown]) + (", ..." if len(items) > shown else "")
