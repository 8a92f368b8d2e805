"""Options that ``[tool.segaudit]`` of a project's ``pyproject.toml`` states; what the command line says wins."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from segaudit.model.errors import InputError, did_you_mean
from segaudit.schemas.shipped import names
from segaudit.settings import GATES

FILE = "pyproject.toml"

FORMATS = ("text", "json", "markdown", "github")
"""What an audit can print."""

CONFIGURED = frozenset({"audit", "baseline", "card", "explain", "init", "list", "measure", "review", "show", "stats"})
"""The commands that take such options, as far as they have them."""

RIVALS = {"workers": "--scheduler", "scheduler": "--workers", "cache": "--verify", "verify": "--no-cache"}
"""Options that exclude each other: one on the command line makes the stated one void."""


class Kind(NamedTuple):
    """The values that a key may have."""

    words: str
    allows: Callable[[Any], bool]
    beside: bool = False
    """Whether it is a path, or several, relative to the file."""


def _text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _texts(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_text, value))


def _flag(value: object) -> bool:
    return isinstance(value, bool)


def _number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


KEYS = {
    "contract": Kind("the name of a contract, or its path", _text),
    "checks": Kind("a list of paths", _texts, beside=True),
    "waivers": Kind("the path of a file", _text, beside=True),
    "gate": Kind(f"one of {', '.join(GATES)}", GATES.__contains__),
    "select": Kind("a list of checks or families", _texts),
    "ignore": Kind("a list of checks or families", _texts),
    "output": Kind("the path of a folder", _text, beside=True),
    "workers": Kind("a whole number of 1 or more", _number),
    "scheduler": Kind("the address of a scheduler", _text),
    "cache": Kind("true or false", _flag),
    "verify": Kind("true or false", _flag),
    "parquet": Kind("true or false", _flag),
    "format": Kind(f"one of {', '.join(FORMATS)}", lambda value: value in FORMATS),
}


class Configured(NamedTuple):
    """What a file states."""

    path: Path
    options: Mapping[str, Any]
    """By the name of the option's parameter."""


def options(command: str, parameters: Sequence[str], arguments: Sequence[str]) -> Configured | None:
    """Return what the nearest file states of a command's parameters; None if it states none.

    Raises:
        InputError: keys are unknown, or values are not of their kind; the message lists all. Or the current folder was
            deleted.
    """
    if command not in CONFIGURED or not {"-h", "--help"}.isdisjoint(arguments):
        return None
    found = _nearest(_here())
    if found is None:
        return None
    path, stated = found
    if errors := list(_errors(path, stated)):
        raise InputError(*errors)
    given = {argument.partition("=")[0] for argument in arguments}
    stated = {key: value for key, value in stated.items() if RIVALS.get(key) not in given}
    named = {"form" if key == "format" and command == "audit" else key: key for key in stated}
    values = {name: _value(key, stated[key], path.parent) for name, key in named.items() if name in parameters}
    return Configured(path, values) if values else None


def _here() -> Path:
    """Return the current folder.

    Raises:
        InputError: it was deleted, so that no relative path leads anywhere.
    """
    try:
        return Path.cwd()
    except FileNotFoundError as error:
        raise InputError("the current folder was deleted: go to another one") from error


def _nearest(folder: Path) -> tuple[Path, dict[str, Any]] | None:
    """Return the file of a folder, or of the nearest one above it, that has such a table, and the table."""
    for place in (folder, *folder.parents):
        path = place / FILE
        if path.is_file() and (table := _table(path)) is not None:
            return path, table
    return None


def _table(path: Path) -> dict[str, Any] | None:
    """Return the table of a file; None if it has none.

    Raises:
        InputError: it seems to have one, and cannot be read.
    """
    content = path.read_bytes()
    if b"segaudit" not in content:
        return None
    import tomllib

    try:
        tool = tomllib.loads(content.decode()).get("tool", {})
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: is not TOML: {error}") from error
    table = tool.get("segaudit") if isinstance(tool, dict) else None
    if table is None or isinstance(table, dict):
        return table
    raise InputError(f"{path}: tool.segaudit: expected a table")


def _errors(path: Path, stated: Mapping[str, Any]) -> Iterator[str]:
    """Yield a message for each unknown key and wrong value."""
    for key, value in stated.items():
        if key not in KEYS:
            hint = did_you_mean(key, KEYS) or f", allowed are {', '.join(KEYS)}"
            yield f"{path}: tool.segaudit.{key}: unknown key{hint}"
        elif not KEYS[key].allows(value):
            yield f"{path}: tool.segaudit.{key}: found {value!r}, expected {KEYS[key].words}"


def _value(key: str, value: Any, folder: Path) -> Any:
    """Return a value as the command line would have it; paths are those from the file's folder."""
    if key == "contract":
        return value if value in names() else str(folder / value)
    if KEYS[key].beside:
        return [str(folder / each) for each in value] if isinstance(value, list) else str(folder / value)
    return ",".join(value) if isinstance(value, list) else value
