"""Wording that checks and reports share."""

from __future__ import annotations


def count(number: int, noun: str) -> str:
    """Return a count with its noun: ``1 case``, ``1,204 cases``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
