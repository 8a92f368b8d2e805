"""Names of a package that are imported when somebody asks for them (PEP 562), so that what needs few starts at once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Sequence


def deferred(package: str, names: Collection[str], homes: Sequence[str]) -> Callable[[str], object]:
    """Return the ``__getattr__`` of a package: on first access it imports a name, and the package keeps it.

    Args:
        package: its full name.
        names: its public names; any other is an ``AttributeError``.
        homes: modules in it, in the order in which they are imported until one has the name.
    """

    def first_access(name: str) -> object:
        if name not in names:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        from importlib import import_module  # noqa: PLC0415 (whoever asks for no name needs none)

        modules = (import_module(f"{package}.{home}") for home in homes)
        found: object = next(getattr(module, name) for module in modules if hasattr(module, name))
        setattr(sys.modules[package], name, found)
        return found

    return first_access
