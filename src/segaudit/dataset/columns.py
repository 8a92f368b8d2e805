"""A table that grows row by row, and is kept column by column: numbers take 8 bytes each, and no object of Python."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

ROWS = 1 << 14
"""Rows that are objects of Python at a time."""


class Columns:
    """The rows of a table so far."""

    def __init__(self, names: Sequence[str]) -> None:
        """Start without rows."""
        self._names = list(names)
        self._waiting: list[tuple[object, ...]] = []
        self._parts: list[pd.DataFrame] = []

    def add(self, rows: Iterable[tuple[object, ...]]) -> None:
        """Add some rows."""
        self._waiting.extend(rows)
        if len(self._waiting) >= ROWS:
            self._parts.append(self._waiting_frame())
            self._waiting = []

    def frame(self) -> pd.DataFrame:
        """Return all rows."""
        if self._waiting:
            self._parts.append(self._waiting_frame())
            self._waiting = []
        if len(self._parts) > 1:
            self._parts = [pd.concat(self._parts, ignore_index=True)]
        return self._parts[0] if self._parts else self._waiting_frame()

    def _waiting_frame(self) -> pd.DataFrame:
        return pd.DataFrame(self._waiting, columns=self._names)
