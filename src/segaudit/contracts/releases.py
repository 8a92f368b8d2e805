"""The shipped releases: recognising one by its structure names, and loading its contract."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from msgspec import structs

from segaudit.contracts.reading import locate, read
from segaudit.model import Contract
from segaudit.model.contract import similarity
from segaudit.schemas.shipped import names

ALIKE = 0.5
"""The least similarity (Jaccard index of the names) from which on a dataset counts as one of a release.
Between v1 and v2 it is 0.78 (97 of 124 names), between v2 and v3 0.98 (116 of 118)."""


@cache
def class_lists() -> dict[str, frozenset[str]]:
    """Return the names of the structures of each shipped release, oldest first."""
    return {name: frozenset(read(locate(name)).by_name) for name in names()}


def load(contract: str | Path) -> Contract:
    """Return a shipped contract by name, or the one in a TOML file or in a folder with ``contract.toml``.

    Raises:
        ContractError: there is none, or it is wrong.
    """
    return structs.replace(read(locate(contract)), siblings=class_lists())


def recognise(structures: frozenset[str]) -> str | None:
    """Return the release whose class list is most similar, the newest of equals; None if no list is similar.

    A handful of names is similar to no list. It is recognised if exactly one release has all of them.
    """
    lists = class_lists()
    best = max(lists, key=lambda name: (similarity(structures, lists[name]), name))
    if similarity(structures, lists[best]) >= ALIKE:
        return best
    holders = [name for name, classes in lists.items() if structures <= classes]
    return holders[0] if len(holders) == 1 else None
