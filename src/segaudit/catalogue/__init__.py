"""Find the checks: every ``Check`` that a module of ``segaudit.checks`` holds. Nothing is registered.

Each function takes the files of a user's own checks, too, which stand beside ours (see ``user_checks``).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path

import segaudit.checks
from segaudit.catalogue import user_checks
from segaudit.model import Check
from segaudit.model.errors import UnknownCheckError, did_you_mean

Files = tuple[Path, ...]
"""Files of checks of the user's own, and folders of such files."""

FIRST = ("integrity", "layout", "metadata", "geometry", "alignment", "intensity", "labels", "anatomy")
"""Families in the order in which one explains the next: a file that is damaged or missing explains all the rest."""


def families(files: Files = ()) -> dict[str, tuple[Check[...], ...]]:
    """Return the checks by family: what explains most comes first, the checks of each in the order they are written."""
    known = [check for checks in modules(files).values() for check in checks]
    names = dict.fromkeys(check.family for check in known)
    ordered = sorted(names, key=lambda name: (FIRST.index(name) if name in FIRST else len(FIRST), name))
    return {name: tuple(check for check in known if check.family == name) for name in ordered}


def modules(files: Files = ()) -> dict[str, tuple[Check[...], ...]]:
    """Return the checks by the module that they are written in.

    Raises:
        ChecksError: a file of the user's cannot be used, or has the name or an id of another.
    """
    shipped = _shipped()
    return shipped | user_checks.beside(shipped, user_checks.found(files)) if files else shipped


def _shipped() -> dict[str, tuple[Check[...], ...]]:
    """Return the checks of ``segaudit.checks`` by module."""
    names = sorted(module.name for module in pkgutil.iter_modules(segaudit.checks.__path__))
    loaded = {name: importlib.import_module(f"segaudit.checks.{name}") for name in names}
    return {name: user_checks.written_in(module) for name, module in loaded.items()}


def by_id(files: Files = ()) -> dict[str, Check[...]]:
    """Return the checks by id."""
    return {check.id: check for family in families(files).values() for check in family}


def find(check_id: str, files: Files = ()) -> Check[...]:
    """Return the check of an id.

    Raises:
        UnknownCheckError: there is none.
    """
    known = by_id(files)
    if check_id not in known:
        raise _unknown(check_id, [*known, *families(files)])
    return known[check_id]


def matching(pattern: str, files: Files = ()) -> tuple[Check[...], ...]:
    """Return the checks whose id or family fits a glob: ``mask-off-grid``, ``mask-*``, ``alignment``.

    Raises:
        UnknownCheckError: none does.
    """
    known = by_id(files)
    found = tuple(c for c in known.values() if fnmatchcase(c.id, pattern) or fnmatchcase(c.family, pattern))
    if not found:
        raise _unknown(pattern, [*known, *families(files)])
    return found


def _unknown(name: str, known: Iterable[str]) -> UnknownCheckError:
    """Return the error that suggests the nearest name."""
    advice = did_you_mean(name.lower(), known) or "; `segaudit list` shows what there is"
    return UnknownCheckError(f"there is no check {name!r}{advice}")
