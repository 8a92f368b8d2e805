"""Convert plain values to the structs of the model, with errors that name the file and key of a wrong value."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, TypeAlias, TypeVar, get_args, get_origin, get_type_hints

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

from segaudit.contracts.sources import TOO_MUCH, Keys, Source
from segaudit.model.errors import did_you_mean

T = TypeVar("T")
Kind: TypeAlias = Any
"""A type or a union of types, for which Python has no common annotation."""

WIDEST = 60
"""Characters of a wrong value that a message shows."""

MISSING = "missing, and it has no default"

_STEP = re.compile(r"\.(\w+)|\[(\d+|\.\.\.)\]")
_FIELD = re.compile(r"(unknown|required) field `(\w*)")
_NAMES = {
    IntType: ("a whole number", "whole numbers"),
    FloatType: ("a number", "numbers"),
    StrType: ("text", "texts"),
    DateType: ("a date such as 2027-01-31", "dates"),
}
_COUNTS = {2: "two", 3: "three"}


def decode(data: object, kind: type[T], source: Source, *, strict: bool = True) -> T:
    """Convert plain values to a type; ``strict=False`` reads numbers and booleans from text, as a CSV file has them.

    Raises:
        InputError: a key is unknown or missing, or a value is not of its type or not among the allowed ones.
    """
    try:
        return msgspec.convert(data, kind, strict=strict)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at `$")
        keys, value, wanted = _follow(path, data, kind, strict=strict)
        if field := _FIELD.search(message):
            keys, text = (*keys, field[2]), _about_field(field[1], field[2], wanted)
        else:
            text = _about_value(value, wanted)
        raise source.error(text, keys) from None
    except (ValueError, RecursionError) as error:  # ValueError: msgspec, too, has a largest number of digits
        raise source.error(TOO_MUCH) from error


def unknown_key(key: str, allowed: Iterable[str]) -> str:
    """Explain a key that is not allowed."""
    return f"unknown key{did_you_mean(key, allowed) or ', allowed are ' + ', '.join(allowed)}"


def shown(value: object) -> str:
    """Return a value much as TOML writes it, truncated if it is long."""
    try:
        text = _written(value)
    except (ValueError, RecursionError):
        return "a value too large to show"
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 3]}..."


def _written(value: object) -> str:
    """Return a value as JSON, except for numbers that JSON does not have."""
    if isinstance(value, float):
        return str(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_written, value))}]"
    return msgspec.json.format(msgspec.json.encode(value, enc_hook=str), indent=0).decode()


def _follow(path: str, data: Any, kind: Kind, *, strict: bool) -> tuple[Keys, Any, Kind]:  # noqa: ANN401 (any value)
    """Follow msgspec's path, in which ``[...]`` is some key of a table, to keys, value and type."""
    keys: list[str | int] = []
    for name, index in _STEP.findall(path):
        container = _container(kind)
        key, kind = _step(data, container, index, strict=strict) if index else (name, get_type_hints(container)[name])
        keys.append(key)
        data = data[key]
    return tuple(keys), data, kind


def _step(data: Any, container: Kind, index: str, *, strict: bool) -> tuple[str | int, Kind]:  # noqa: ANN401 (any value)
    """Return the index in a list, or the key in a table, and the type of the item."""
    kinds = get_args(container)
    if index != "...":
        return int(index), kinds[0]
    return next(key for key, value in data.items() if not _converts(value, kinds[1], strict=strict)), kinds[1]


def _converts(value: object, kind: Kind, *, strict: bool) -> bool:
    try:
        msgspec.convert(value, kind, strict=strict)
    except msgspec.ValidationError:
        return False
    return True


def _container(kind: Kind) -> Kind:
    """Return the container type: the kind itself, or the member of a union that is a container."""
    members = get_args(kind) if isinstance(type_info(kind), UnionType) else (kind,)
    return next(member for member in members if get_origin(member) or hasattr(member, "__struct_fields__"))


def _about_field(problem: str, field: str, kind: Kind) -> str:
    """Explain a key that is unknown to a struct, or one that is missing."""
    if problem == "required":
        return MISSING
    return unknown_key(field, _container(kind).__struct_fields__)


def _about_value(value: object, kind: Kind) -> str:
    """Explain a value that a type does not allow."""
    info = type_info(kind)
    members = info.types if isinstance(info, UnionType) else (info,)
    words = " or ".join(_word(member) for member in members if not isinstance(member, NoneType))
    near = did_you_mean(value, _choices(info)) if isinstance(value, str) else ""
    return f"found {shown(value)}, expected {words}{near}"


def _choices(info: Type) -> tuple[str, ...]:
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
            return "one of " + ", ".join(choice or '""' for choice in _choices(info))
        case VarTupleType(item_type=item):
            return f"a list of {_NAMES[type(item)][1] if type(item) in _NAMES else 'values'}"
        case TupleType(item_types=items):
            return f"{_COUNTS[len(items)]} {_NAMES[type(items[0])][1]}"
        case BoolType():
            return "true or false"
    return _NAMES[type(info)][0] if type(info) in _NAMES else "a table"
