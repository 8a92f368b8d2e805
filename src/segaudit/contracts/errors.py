"""What a contract's author gets to read."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class ContractError(ValueError):
    """A contract cannot be used. The message names file, key, what was found and what is allowed."""


def did_you_mean(word: str, allowed: Iterable[str]) -> str:
    """Return ``; did you mean 'x'?`` for the nearest allowed word, or nothing where none is near."""
    nearest = get_close_matches(word, list(allowed), n=1)
    return f"; did you mean {nearest[0]!r}?" if nearest else ""
