"""What a package holds in dataclasses while it works, and how."""

from __future__ import annotations

import inspect
import re
from dataclasses import is_dataclass
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType
from typing import Any


def dataclasses_of(package: ModuleType) -> dict[str, type]:
    """Return the dataclasses that the modules of a package define, by name."""
    modules = [import_module(each.name) for each in walk_packages(package.__path__, f"{package.__name__}.")]
    return {
        kind.__name__: kind
        for module in modules
        for kind in vars(module).values()
        if inspect.isclass(kind) and is_dataclass(kind)
        if re.search(rf"^class {kind.__name__}\b", inspect.getsource(module), re.MULTILINE)
    }


def frozen(kind: type) -> bool:
    """Whether nothing can be set in what is held."""
    parameters: Any = vars(kind)["__dataclass_params__"]
    return bool(parameters.frozen)


def slotted(kind: type) -> bool:
    """Whether it has no room for more than its fields."""
    return "__slots__" in vars(kind)


def compared(kind: type) -> bool:
    """Whether those with equal fields are equal; if not, each is itself alone."""
    parameters: Any = vars(kind)["__dataclass_params__"]
    return bool(parameters.eq)
