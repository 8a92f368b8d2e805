"""What all records have in common."""

from __future__ import annotations

from msgspec import Struct


class Record(Struct, frozen=True, gc=False):
    """A fact, which leads to no other record but those that it is made of.

    No cycle can go through it, so the garbage collector passes it over: a case has a thousand of them.
    """
