"""Find the checks: every ``Check`` that a module of ``segaudit.checks`` holds. Nothing is registered."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from fnmatch import fnmatchcase

import segaudit.checks
from segaudit.model import Check


class UnknownCheckError(LookupError):
    """There is no check or family of that name. The message suggests the nearest."""

    def __init__(self, name: str, known: list[str]) -> None:
        """Suggest the known name that is spelled most like this one."""
        near = difflib.get_close_matches(name.lower(), known, n=1)
        advice = f"did you mean {near[0]}?" if near else "`segaudit list` shows what there is."
        super().__init__(f"There is no check {name!r}; {advice}")


def families() -> dict[str, tuple[Check[...], ...]]:
    """Return the checks by family: families in alphabetical order, the checks of each in the order they are written."""
    names = [module.name for module in pkgutil.iter_modules(segaudit.checks.__path__)]
    modules = {name: importlib.import_module(f"segaudit.checks.{name}") for name in names}
    return {
        name: tuple(value for value in vars(module).values() if isinstance(value, Check))
        for name, module in modules.items()
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
        raise UnknownCheckError(check_id, list(known))
    return known[check_id]


def matching(pattern: str) -> tuple[Check[...], ...]:
    """Return the checks whose id or family fits a glob: ``mask-off-grid``, ``mask-*``, ``alignment``.

    Raises:
        UnknownCheckError: none does.
    """
    known = by_id()
    found = tuple(c for c in known.values() if fnmatchcase(c.id, pattern) or fnmatchcase(c.family, pattern))
    if not found:
        raise UnknownCheckError(pattern, [*known, *families()])
    return found
