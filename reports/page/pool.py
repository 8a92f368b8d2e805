"""Texts that repeat, stored once."""

from __future__ import annotations


class Pool:
    """Distinct texts in the order in which they came; a text is then told by its number."""

    def __init__(self) -> None:
        """Begin with the empty text, which is number 0."""
        self._numbers = {"": 0}

    def number(self, text: str) -> int:
        """Return the number of a text, which joins the pool if it is new."""
        return self._numbers.setdefault(text, len(self._numbers))

    @property
    def texts(self) -> list[str]:
        """The texts; each stands at its number."""
        return list(self._numbers)
