"""The state of publicly reported defects in one copy of a release."""

from __future__ import annotations

import enum

from msgspec import Struct

from segaudit.model.promises import KnownIssue


class State(enum.StrEnum):
    """The possible states of a reported defect."""

    STILL_THERE = "still there"
    GONE = "gone"
    NOT_DECIDABLE = "not decidable"


class KnownState(Struct, frozen=True, kw_only=True):
    """The state of a reported defect of one case."""

    issues: tuple[KnownIssue, ...]
    """Its reports, one or more: all of the same case and class of defect."""
    state: State
    checks: tuple[str, ...] = ()
    """Ids of the checks that found it, or that would have found it if it were there."""
    why: str = ""
    """Why it cannot be decided; empty if it can."""
