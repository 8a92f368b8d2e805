"""Read a contract's TOML file with its tables, merged into the contract that it extends."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from msgspec import Struct, to_builtins
from msgspec.structs import replace

from segaudit.contracts.decoding import examine
from segaudit.contracts.known import filled, related
from segaudit.contracts.rules import problems
from segaudit.contracts.sources import Keys, Problem, Source, collecting, raise_all, read_toml
from segaudit.contracts.tables import PUBLISHED, CsvTable, read_published, read_rows
from segaudit.contracts.wording import shown, unknown_key
from segaudit.model import Contract, KnownIssue, Structure
from segaudit.model.errors import ContractError, InputError, did_you_mean
from segaudit.schemas.shipped import FILE, SHIPPED, names

KEYS = ("extends", *(key for key in Contract.__struct_fields__ if key != "siblings"))
"""What a file may state; ``siblings`` is computed."""

CLASS_LIST = ("extends", "structures")
"""Keys that give a class list: without either, most checks would not apply, and anything would pass."""

WHOLE = frozenset({"splits", "published"})
"""Tables that an extending contract replaces as a whole: splits have to add up, published tables belong together."""

ROWS = frozenset({"limits"})
"""Tables of which an extending contract replaces each row as a whole: a reason is one for the numbers beside it."""

Table = dict[str, Any]


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
        ContractError: it, its tables, or a contract that it extends have errors, or it extends itself; the message
            lists all errors, one per line.
    """
    return _Reading(path, extending).contract()


class _Reading:
    """State of reading one contract's file: its errors so far, and the lines of its tables."""

    def __init__(self, path: Path, extending: tuple[Path, ...]) -> None:
        self.path = path
        self.source = Source(path, ContractError)
        self.extending = extending
        self.errors: list[InputError] = []
        self.wrong: list[Keys] = []
        """The keys of wrong values; an empty tuple if all values may be wrong."""
        self.lines: dict[str, tuple[Source, ...]] = {}
        """The line of each row of a table, by the contract's key."""

    def contract(self) -> Contract:
        """Return the contract."""
        data = self._known(read_toml(self.source))
        promises = not data.keys().isdisjoint(CLASS_LIST)
        base = self._base(data)
        self._read_tables(data)
        if isinstance(rows := data.get("structures"), list):
            data["structures"] = [filled(row) if isinstance(row, dict) else row for row in rows]
        data.setdefault("name", self.path.parent.name if self.path.name == FILE else self.path.stem)
        contract, found = examine(_merge(base, data), Contract)
        self._note(found)
        if contract:
            contract = replace(contract, structures=related(contract.structures))
        self._note(problems(contract, tuple(self.wrong)) if contract else ())
        if not (promises or self.errors):
            text = 'names neither `extends` nor `structures`; structures = "" promises no class list'
            self.errors.append(self.source.error(text))
        raise_all(self.errors)
        return contract

    def _known(self, data: Table) -> Table:
        """Leave out unknown keys."""
        self._note([unknown_key((key,), KEYS) for key in data if key not in KEYS])
        return {key: value for key, value in data.items() if key in KEYS}

    def _base(self, data: Table) -> Table:
        """Take ``extends`` out of a contract; return the contract that it names, as plain values, or nothing."""
        if (name := data.pop("extends", None)) is None:
            return {}
        with collecting(self.errors):
            plain: Table = to_builtins(read(self._located(name), (*self.extending, self.path.resolve())))
            return plain
        self.wrong.append(())
        return {}

    def _located(self, name: object) -> Path:
        """Return the file of the contract that this one extends."""
        if not isinstance(name, str):
            raise ContractError(f"{self.path}: extends: found {shown(name)}, expected text")
        try:
            base = locate(name, self.path.parent)
        except ContractError as error:
            raise ContractError(f"{self.path}: extends: {error}") from None
        if base.resolve() in (*self.extending, self.path.resolve()):
            raise ContractError(f"{self.path}: extends: found {shown(name)}, which extends this contract in turn")
        return base

    def _read_tables(self, data: Table) -> None:
        """Replace the paths of CSV files by their rows, and keep the lines of the rows; an empty path means no rows."""
        for key, kind in (("structures", Structure), ("known_issues", KnownIssue)):
            if isinstance(name := data.get(key), str):
                table = self._table(key, name, kind)
                data[key], self.lines[key] = table.rows, table.sources
                self.errors += table.errors
                self.wrong += [(key, *keys) for keys in table.wrong]
        self._locate_waivers(data)
        if isinstance(name := data.get("published"), str):
            data["published"] = None
            with collecting(self.errors):
                data["published"] = read_published(self._beside("published", name, *PUBLISHED)) if name else None

    def _locate_waivers(self, data: Table) -> None:
        """Replace the names of files with waivers, which are relative to the contract's, by their paths."""
        named = data.get("waivers")
        files = [named] if isinstance(named, str) else named
        if isinstance(files, list) and all(isinstance(file, str) for file in files):
            data["waivers"] = []
            for file in filter(None, files):
                with collecting(self.errors):
                    data["waivers"].append(str(self._beside("waivers", file)))

    def _table(self, key: str, name: str, kind: type[Struct]) -> CsvTable:
        """Read a table; none is there for an empty name."""
        errors: list[InputError] = []
        with collecting(errors):
            complete = filled if kind is Structure else dict
            return read_rows(self._beside(key, name), kind, complete) if name else CsvTable()
        return CsvTable(errors=tuple(errors), wrong=((),))

    def _beside(self, key: str, name: str, *files: str) -> Path:
        """Return the path that a key names, of a table or of a folder with files.

        Raises:
            ContractError: it leads out of the contract's folder: an error in another file would print what that holds.
        """
        path = self.path.parent / name
        if not all(_is_inside(self.path.parent, each) for each in (path, *(path / file for file in files))):
            raise self.source.error(f"found {shown(name)}, expected a path in the contract's folder", (key,))
        return path

    def _note(self, found: Iterable[Problem]) -> None:
        """Add errors that name the line and column of the table, or the key in the contract's file."""
        for problem in found:
            table, *rest = problem.keys or ("",)
            if table in self.lines and rest:
                error = self.lines[str(table)][int(rest[0])].error(problem.text, tuple(rest[1:]))
            else:
                error = self.source.error(problem.text, problem.keys)
            self.errors.append(error)
            self.wrong += [problem.keys, *([problem.meant] if problem.meant else [])]


def _is_inside(folder: Path, path: Path) -> bool:
    """Whether a path leads to a place in a folder; true if it cannot be followed, as reading it says why."""
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError):  # a loop of links, or a null byte
        return True


def _merge(base: Table, own: Table) -> Table:
    """Merge a table into another, key by key and table by table."""
    both = {
        key for key in base.keys() & own.keys() - WHOLE if isinstance(base[key], dict) and isinstance(own[key], dict)
    }
    merged = {key: base[key] | own[key] if key in ROWS else _merge(base[key], own[key]) for key in both}
    return base | own | merged
