"""Modules of checks: what each holds, and where it comes from."""

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
"""The source of our own checks."""


@dataclass(frozen=True, slots=True)
class Module:
    """The checks that are written in one module."""

    name: str
    """Of ours and of a user's file the last part, as ``labels``; of another package's all of it, as ``acme.spleen``."""
    checks: Checks
    """In the order in which they are written."""
    source: str
    """``segaudit``, name and version of another distribution, or the path of a user's file."""
    file: Path | None
    """Where it is written, without links; None where it is in no file."""


@cache
def shipped() -> tuple[Module, ...]:
    """Return the modules of ``segaudit.checks``, by name."""
    names = sorted(module.name for module in pkgutil.iter_modules(segaudit.checks.__path__))
    return tuple(of(name, importlib.import_module(f"segaudit.checks.{name}"), SHIPPED) for name in names)


def of(name: str, module: ModuleType, source: str) -> Module:
    """Return what a module of Python holds, which may be no check."""
    file = getattr(module, "__file__", None)
    return Module(name, written_in(module), source, Path(file).resolve() if file else None)


def written_in(module: ModuleType) -> Checks:
    """Return the checks that a module defines, in the order in which they are written."""
    held = (value for value in vars(module).values() if isinstance(value, Check))
    return tuple(check for check in held if check.function.__module__ == module.__name__)
