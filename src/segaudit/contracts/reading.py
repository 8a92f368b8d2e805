"""Read a contract's TOML file with its tables, merged into the contract that it extends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from msgspec import to_builtins

from segaudit import schemas
from segaudit.contracts.decoding import decode, shown, unknown_key
from segaudit.contracts.rules import Problem, problems
from segaudit.contracts.sources import Source, read_toml
from segaudit.contracts.tables import read_published, read_rows
from segaudit.model import Contract, KnownIssue, Structure
from segaudit.model.errors import ContractError, InputError, did_you_mean

SHIPPED = Path(schemas.__file__).parent / "contracts"
FILE = "contract.toml"

KEYS = ("extends", *(key for key in Contract.__struct_fields__ if key != "siblings"))
"""What a file may state; ``siblings`` is computed."""

CLASS_LIST = ("extends", "structures")
"""Keys that give a class list: without either, most checks would not apply, and anything would pass."""

WHOLE = frozenset({"splits", "published"})
"""Tables that an extending contract replaces as a whole: splits have to add up, published tables belong together."""

Table = dict[str, Any]
Sources = dict[str, tuple[Source, ...]]
"""The line of each row, by the contract's key."""


def names() -> tuple[str, ...]:
    """Return the names of the shipped contracts, oldest release first."""
    return tuple(sorted(path.parent.name for path in SHIPPED.glob(f"*/{FILE}")))


def locate(contract: str | Path, folder: Path = Path()) -> Path:
    """Return the TOML file of a shipped contract's name, or of a path relative to a folder.

    Raises:
        ContractError: there is neither.
    """
    if contract in names():
        return SHIPPED / contract / FILE
    path = folder / contract
    path = path / FILE if path.is_dir() else path
    if path.is_file():
        return path
    raise ContractError(
        f"{contract}: no such contract, expected a shipped one ({', '.join(names())}), "
        f"a TOML file, or a folder with {FILE}{did_you_mean(str(contract), names())}"
    )


def read(path: Path, extending: tuple[Path, ...] = ()) -> Contract:
    """Read a contract's file.

    Raises:
        ContractError: it, or a contract that it extends, has an error or extends itself.
    """
    source = Source(path, ContractError)
    data = _parse(source)
    promises = not data.keys().isdisjoint(CLASS_LIST)
    base = _base(data, path, (*extending, path.resolve()))
    sources = _read_tables(data, path.parent)
    data.setdefault("name", path.parent.name if path.name == FILE else path.stem)
    contract = decode(_merge(base, data), Contract, source)
    if problem := next(problems(contract), None):
        raise _error(problem, sources, source)
    if not promises:
        raise source.error('names neither `extends` nor `structures`; structures = "" promises no class list')
    return contract


def _parse(source: Source) -> Table:
    """Read TOML, and refuse unknown keys."""
    data = read_toml(source)
    for key in data:
        if key not in KEYS:
            raise source.error(unknown_key(key, KEYS), (key,))
    return data


def _base(data: Table, path: Path, extending: tuple[Path, ...]) -> Table:
    """Take ``extends`` out of a contract and return what it names, in plain values; nothing if it is absent."""
    if (name := data.pop("extends", None)) is None:
        return {}
    if not isinstance(name, str):
        raise ContractError(f"{path}: extends: found {shown(name)}, expected text")
    try:
        base = locate(name, path.parent)
    except ContractError as error:
        raise ContractError(f"{path}: extends: {error}") from None
    if base.resolve() in extending:
        raise ContractError(f"{path}: extends: found {shown(name)}, which extends this contract in turn")
    plain: Table = to_builtins(read(base, extending))
    return plain


def _read_tables(data: Table, folder: Path) -> Sources:
    """Replace the paths of CSV files by their rows, and return the lines of the rows; an empty path means no rows."""
    sources: Sources = {}
    for key, kind in (("structures", Structure), ("known_issues", KnownIssue)):
        if isinstance(name := data.get(key), str):
            data[key], sources[key] = read_rows(folder / name, kind) if name else ((), ())
    if isinstance(name := data.get("published"), str):
        data["published"] = read_published(folder / name) if name else None
    return sources


def _error(problem: Problem, sources: Sources, source: Source) -> InputError:
    """Return an error that names the line and column of the table, or the key in the contract's file."""
    table, *rest = problem.keys
    if table in sources and rest:
        return sources[str(table)][int(rest[0])].error(problem.text, tuple(rest[1:]))
    return source.error(problem.text, problem.keys)


def _merge(base: Table, own: Table) -> Table:
    """Merge a table into another, key by key and table by table."""
    both = {
        key for key in base.keys() & own.keys() - WHOLE if isinstance(base[key], dict) and isinstance(own[key], dict)
    }
    return base | own | {key: _merge(base[key], own[key]) for key in both}
