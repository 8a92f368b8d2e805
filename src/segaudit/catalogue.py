"""Find the checks: every ``Check`` that a module of ``segaudit.checks`` holds. Nothing is registered."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from fnmatch import fnmatchcase

import segaudit.checks
from segaudit.model import Check
from segaudit.model.errors import UnknownCheckError, did_you_mean

FIRST = ("integrity", "layout", "metadata", "geometry", "alignment", "intensity", "labels", "anatomy")
"""Families in the order in which one explains the next: a file that is damaged or missing explains all the rest."""


def families() -> dict[str, tuple[Check[...], ...]]:
    """Return the checks by family: what explains most comes first, the checks of each in the order they are written."""
    known = [check for checks in modules().values() for check in checks]
    names = dict.fromkeys(check.family for check in known)
    ordered = sorted(names, key=lambda name: (FIRST.index(name) if name in FIRST else len(FIRST), name))
    return {name: tuple(check for check in known if check.family == name) for name in ordered}


def modules() -> dict[str, tuple[Check[...], ...]]:
    """Return the checks by the module that they are written in."""
    names = sorted(module.name for module in pkgutil.iter_modules(segaudit.checks.__path__))
    loaded = {name: importlib.import_module(f"segaudit.checks.{name}") for name in names}
    return {
        name: tuple(value for value in vars(module).values() if isinstance(value, Check))
        for name, module in loaded.items()
    }


def by_id() -> dict[str, Check[...]]:
    """Return the checks by id."""
    return {check.id: check for family in families().values() for check in family}


def find(check_id: str) -> Check[...]:
    """Return the check of an id.

    Raises:
        UnknownCheckError: there is none.
    """
    known = by_id()
    if check_id not in known:
        raise _unknown(check_id, known)
    return known[check_id]


def matching(pattern: str) -> tuple[Check[...], ...]:
    """Return the checks whose id or family fits a glob: ``mask-off-grid``, ``mask-*``, ``alignment``.

    Raises:
        UnknownCheckError: none does.
    """
    known = by_id()
    found = tuple(c for c in known.values() if fnmatchcase(c.id, pattern) or fnmatchcase(c.family, pattern))
    if not found:
        raise _unknown(pattern, [*known, *families()])
    return found


def _unknown(name: str, known: Iterable[str]) -> UnknownCheckError:
    """Return the error that suggests the nearest name."""
    advice = did_you_mean(name.lower(), known) or "; `segaudit list` shows what there is"
    return UnknownCheckError(f"there is no check {name!r}{advice}")
