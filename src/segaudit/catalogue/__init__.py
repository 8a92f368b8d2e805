"""Find the checks: every ``Check`` in a module of ``segaudit.checks``. Nothing is registered.

The checks of other installed packages are included (see ``plugins``), and those of the user's own files, which each
function takes as an argument (see ``user_checks``).
"""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path

from segaudit.catalogue import plugins, user_checks
from segaudit.catalogue.modules import Checks, Module, shipped
from segaudit.model import Check
from segaudit.model.errors import no_such_check
from segaudit.model.families import ordered

Files = tuple[Path, ...]
"""Files with the user's own checks, and folders of such files."""


def families(files: Files = ()) -> dict[str, Checks]:
    """Return the checks by family, causes before consequences; within a family, in the order of their definition."""
    return by_family(modules(files))


def by_family(written: Iterable[Module]) -> dict[str, Checks]:
    """Return the checks of modules by family, in the order of ``families``."""
    found: dict[str, list[Check[...]]] = {}
    for module in written:
        for check in module.checks:
            found.setdefault(check.family, []).append(check)
    return {name: tuple(found[name]) for name in ordered(found)}


def modules(files: Files = ()) -> tuple[Module, ...]:
    """Return the modules of checks: the built-in ones by name, those of other packages, and the user's files.

    Raises:
        ChecksError: a file of the user cannot be used, or has the name or an id of another one.
    """
    known = plugins.beside(shipped())
    return user_checks.beside(known, user_checks.found(files)) if files else known


def source(check_id: str, files: Files = ()) -> str:
    """Return the source of a check (``Module.source``).

    Raises:
        UnknownCheckError: there is no such check.
    """
    found = find(check_id, files)
    return next(module.source for module in modules(files) if found in module.checks)


def by_id(files: Files = ()) -> dict[str, Check[...]]:
    """Return the checks by id."""
    return {check.id: check for family in families(files).values() for check in family}


def find(check_id: str, files: Files = ()) -> Check[...]:
    """Return the check with an id.

    Raises:
        UnknownCheckError: there is none.
    """
    known = by_id(files)
    if check_id not in known:
        raise no_such_check(check_id, [*known, *families(files)])
    return known[check_id]


def matching(pattern: str, files: Files = ()) -> tuple[Check[...], ...]:
    """Return the checks whose id or family matches a glob: ``mask-off-grid``, ``mask-*``, ``alignment``.

    Raises:
        UnknownCheckError: none matches.
    """
    known = by_id(files)
    found = tuple(c for c in known.values() if fnmatchcase(c.id, pattern) or fnmatchcase(c.family, pattern))
    if not found:
        raise no_such_check(pattern, [*known, *families(files)])
    return found
