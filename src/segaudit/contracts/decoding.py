"""Convert plain values to the structs of the model, with errors that name the file and key of a wrong value."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeAlias, TypeVar, get_args, get_origin, get_type_hints

import msgspec
from msgspec import UNSET, structs
from msgspec.inspect import UnionType, type_info

from segaudit.contracts.sources import TOO_MUCH, Keys, Problem, Source, raise_all
from segaudit.contracts.wording import about_value, choices, unknown_key

T = TypeVar("T")
Kind: TypeAlias = Any
"""A type or a union of types, for which Python has no common annotation."""

MISSING = "missing, and it has no default"


def decode(data: object, kind: type[T], source: Source, *, strict: bool = True) -> T:
    """Convert plain values to a type; ``strict=False`` reads numbers and booleans from text, as a CSV file has them.

    Raises:
        InputError: keys are unknown or missing, or values are not of their type or not among the allowed ones.
    """
    value, found = examine(data, kind, strict=strict)
    raise_all(source.errors(found))
    return value


def examine(data: object, kind: type[T], *, strict: bool = True) -> tuple[T, tuple[Problem, ...]]:
    """Convert plain values to a type; return the value, and all errors in it.

    A wrong value is replaced by the default, or by a blank if there is no default.
    """
    try:
        return msgspec.convert(data, kind, strict=strict), ()
    except msgspec.ValidationError:
        pass
    except (ValueError, RecursionError):  # ValueError: msgspec, too, has a largest number of digits
        return _blank(kind), (Problem((), TOO_MUCH),)
    examination = _Examination(strict=strict)
    try:
        value = examination.read(data, kind, ())
    except (ValueError, RecursionError):
        return _blank(kind), (Problem((), TOO_MUCH),)
    return (_blank(kind) if value is UNSET else value), tuple(examination.problems)


@cache
def columns(struct: type[msgspec.Struct]) -> dict[str, Kind]:
    """Return the type of each field of a struct, by its name in files."""
    hints = get_type_hints(struct)
    return {field.encode_name: hints[field.name] for field in structs.fields(struct)}


class _Examination:
    """Converts values part by part, and collects the errors."""

    def __init__(self, *, strict: bool) -> None:
        self.strict = strict
        self.problems: list[Problem] = []

    def read(self, data: Any, kind: Kind, keys: Keys) -> Any:  # noqa: ANN401 (any value)
        """Return a value without its wrong parts; UNSET if it is wrong as a whole."""
        try:
            return msgspec.convert(data, kind, strict=self.strict)
        except msgspec.ValidationError:
            before = len(self.problems)
            value = self._parts(data, _container(kind), keys)
            if len(self.problems) == before:  # it is no part that is wrong
                self.problems.append(Problem(keys, about_value(data, kind)))
            return value

    def _parts(self, data: Any, container: Kind, keys: Keys) -> Any:  # noqa: ANN401 (any value)
        """Return a container of values; UNSET if the data are not a container of that kind."""
        kinds: tuple[Kind, ...] = get_args(container)
        origin: Kind = get_origin(container)
        if isinstance(data, dict) and hasattr(container, "__struct_fields__"):
            return self._struct(data, container, keys)
        if isinstance(data, dict) and origin is dict:
            values = {key: self.read(item, kinds[1], (*keys, key)) for key, item in data.items()}
            return {key: value for key, value in values.items() if value is not UNSET}
        if isinstance(data, list | tuple) and origin is tuple and (kinds[-1] is Ellipsis or len(kinds) == len(data)):
            items = (self.read(item, kinds[0], (*keys, place)) for place, item in enumerate(data))
            return tuple(value for value in items if value is not UNSET)
        return UNSET

    def _struct(self, data: dict[str, Any], struct: Any, keys: Keys) -> Any:  # noqa: ANN401 (any struct)
        """Return a struct; required fields that are missing or wrong are blank."""
        kinds, fields = columns(struct), structs.fields(struct)
        strange = [key for key in data if key not in kinds and struct.__struct_config__.forbid_unknown_fields]
        unknown = [unknown_key((*keys, key), kinds) for key in strange]
        self.problems += unknown
        read = {key: self.read(item, kinds[key], (*keys, key)) for key, item in data.items() if key in kinds}
        values = {key: value for key, value in read.items() if value is not UNSET}
        attributes = {field.encode_name: field.name for field in fields}
        needed = [field.name for field in fields if field.required and field.name not in values]
        meant = {problem.meant for problem in unknown}
        missing = [name for name in needed if name not in data and (*keys, name) not in meant]
        self.problems += [Problem((*keys, name), MISSING) for name in missing]
        return struct(
            **{attributes[key]: value for key, value in values.items()},
            **{name: _blank(kinds[name]) for name in needed},
        )


def _container(kind: Kind) -> Kind:
    """Return the container type: the kind itself, or the member of a union that is a container; None if none is."""
    members = get_args(kind) if isinstance(type_info(kind), UnionType) else (kind,)
    return next((member for member in members if get_origin(member) or hasattr(member, "__struct_fields__")), None)


def _blank(kind: Kind) -> Any:  # noqa: ANN401 (any value)
    """Return a value to use instead of a required one that is missing or wrong, of the same type if that is simple."""
    if allowed := choices(type_info(kind)):
        return msgspec.convert(allowed[0], kind)
    return kind() if kind in (str, int, float) else None
