"""Modules of checks: their contents and sources."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

import segaudit.checks
from segaudit.model import Check

Checks = tuple[Check[...], ...]

SHIPPED = "segaudit"
"""The source of the built-in checks."""


@dataclass(frozen=True, slots=True)
class Module:
    """The checks that are defined in one module."""

    name: str
    """``labels`` for a built-in module or a user's file; the full name in another package, such as ``acme.spleen``."""
    checks: Checks
    """In the order of their definition."""
    source: str
    """``segaudit``, name and version of another distribution, or the path of a user's file."""
    file: Path | None
    """The file, with links resolved; None if it is not in a file."""


@cache
def shipped() -> tuple[Module, ...]:
    """Return the modules of ``segaudit.checks``, by name."""
    names = sorted(module.name for module in pkgutil.iter_modules(segaudit.checks.__path__))
    return tuple(of(name, importlib.import_module(f"segaudit.checks.{name}"), SHIPPED) for name in names)


def of(name: str, module: ModuleType, source: str) -> Module:
    """Return the checks of a Python module, which may be none."""
    file = getattr(module, "__file__", None)
    return Module(name, written_in(module), source, Path(file).resolve() if file else None)


def written_in(module: ModuleType) -> Checks:
    """Return the checks that a module defines, in the order of their definition."""
    held = (value for value in vars(module).values() if isinstance(value, Check))
    return tuple(check for check in held if check.function.__module__ == module.__name__)
