"""The order of the families of checks."""

from __future__ import annotations

from collections.abc import Iterable

FIRST = ("integrity", "layout", "metadata", "geometry", "alignment", "intensity", "labels", "anatomy")
"""Families in causal order: a file that is damaged or missing explains findings of all others."""


def family_of(module: str) -> str:
    """Return a module's name up to an underscore: a large family has several modules, such as ``anatomy_spine``."""
    return module.partition("_")[0]


def ordered(families: Iterable[str]) -> list[str]:
    """Return families without repetition, causes before consequences, the others by name."""
    return sorted(set(families), key=lambda name: (FIRST.index(name) if name in FIRST else len(FIRST), name))
