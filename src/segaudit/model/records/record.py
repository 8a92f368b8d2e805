"""The base class of records."""

from __future__ import annotations

from msgspec import Struct


class Record(Struct, frozen=True, gc=False):
    """A fact that refers to no records but its own parts.

    It cannot be part of a reference cycle, so the garbage collector does not track it: a case has a thousand of them.
    """
