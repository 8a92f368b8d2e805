"""Messages about wrong keys and values."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec.inspect import (
    BoolType,
    DateType,
    EnumType,
    FloatType,
    IntType,
    LiteralType,
    NoneType,
    StrType,
    TupleType,
    Type,
    UnionType,
    VarTupleType,
    type_info,
)

from segaudit.contracts.sources import Keys, Problem
from segaudit.model.errors import did_you_mean, nearest

LARGEST = sys.float_info.max
"""The largest number; TOML reads larger ones as infinite, or as integers that Python does not print."""

MAX_SHOWN = 60
"""Characters of a wrong value that a message shows."""

_NAMES = {
    IntType: ("a whole number", "whole numbers"),
    FloatType: ("a number", "numbers"),
    StrType: ("text", "texts"),
    DateType: ("a date such as 2027-01-31", "dates"),
}
_COUNTS = {2: "two", 3: "three"}


def unknown_key(keys: Keys, allowed: Iterable[str]) -> Problem:
    """Explain a key that is not allowed."""
    *table, key = keys
    near = nearest(str(key), allowed)
    text = f"unknown key{did_you_mean(str(key), allowed) or ', allowed are ' + ', '.join(allowed)}"
    return Problem(keys, text, (*table, near) if near else ())


def shown(value: object) -> str:
    """Return a value much as TOML writes it, truncated if it is long."""
    try:
        text = _written(value)
    except (ValueError, RecursionError):
        return "a value too large to show"
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 3]}..."


def _written(value: object) -> str:
    """Return a value as JSON, except for numbers that JSON does not have."""
    if isinstance(value, float):
        return str(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_written, value))}]"
    return msgspec.json.format(msgspec.json.encode(value, enc_hook=str), indent=0).decode()


def about_value(value: object, kind: Any) -> str:  # noqa: ANN401 (a type or a union of types)
    """Explain a value that a type does not allow."""
    info = type_info(kind)
    members = info.types if isinstance(info, UnionType) else (info,)
    words = " or ".join(_word(member) for member in members if not isinstance(member, NoneType))
    near = did_you_mean(value, choices(info)) if isinstance(value, str) else ""
    return f"found {shown(value)}, expected {words}{near}"


def choices(info: Type) -> tuple[str, ...]:
    """Return the words that a literal or an enumeration allows."""
    match info:
        case LiteralType(values=values):
            return tuple(map(str, values))
        case EnumType(cls=cls):
            return tuple(member.value for member in cls)
    return ()


def _word(info: Type) -> str:
    """Describe in words what a type allows."""
    match info:
        case LiteralType() | EnumType():
            return "one of " + ", ".join(choice or '""' for choice in choices(info))
        case VarTupleType(item_type=item):
            return f"a list of {_NAMES[type(item)][1] if type(item) in _NAMES else 'values'}"
        case TupleType(item_types=items):
            return f"{_COUNTS[len(items)]} {_NAMES[type(items[0])][1]}"
        case BoolType():
            return "true or false"
    return _NAMES[type(info)][0] if type(info) in _NAMES else "a table"


def bound(value: float | tuple[float, ...], least: str) -> str:
    """Say what is expected of numbers that are too large, or else not above the least."""
    return "a finite number" if max(several(value)) > LARGEST else least


def several(value: float | tuple[float, ...]) -> tuple[float, ...]:
    """Return the numbers of a value that is one or several."""
    return value if isinstance(value, tuple) else (value,)
