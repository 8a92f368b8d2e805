"""What a contract sets otherwise than by default."""

from __future__ import annotations

from msgspec import Struct


class ChangedLimit(Struct, frozen=True, kw_only=True):
    """A limit or a severity that the contract sets otherwise than by default."""

    check: str
    """Id of the check."""
    limit: str
    """The key in ``[limits.CHECK]``, or ``severity``."""
    value: float | str
    """The value in this contract; a severity is a word, and ``off`` if the check does not run."""
    default: float | str
    """The value that it has by default."""
    unit: str
    """Its unit; ``share`` for a part of 1, empty for a severity."""
    reason: str
    """The contract's reason."""
