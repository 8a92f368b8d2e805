"""Write contracts as text: the effective one, and a first one for a dataset without any."""

from __future__ import annotations

import csv
import errno
import os
from io import StringIO
from pathlib import Path
from typing import Any

import tomli_w
from msgspec import Struct, structs, to_builtins

from segaudit.contracts.decoding import columns
from segaudit.model import Contract, Structure
from segaudit.model.whole import write_whole
from segaudit.model.words import printable
from segaudit.schemas.shipped import FILE

FIRST = ("label", "name", "is", "guess")
COLUMNS = (*FIRST, *(column for column in columns(Structure) if column not in FIRST))
"""Columns of ``structures.csv``."""

COMMENTS = {
    "name": "What this dataset promises, as it was found. Change what is wrong; take out what is not promised.",
    "metadata": 'Columns of meta.csv: totalsegmentator-v1, -v2, -v3, or "" when there is no metadata.',
    "structures": (
        "One row a structure. `is` names the known anatomy that it is, which fills its empty cells. "
        "Correct it, and move a guess there once you have looked."
    ),
    "cases": "How many cases there are, and the regular expression that their names match.",
    "splits": "Cases of each split; they add up to cases.count.",
    "geometry": "What the grids of all cases share. Spacing is in mm, shapes are voxels along the three axes.",
    "reading": "What is larger is not read: voxels of a grid, and runs of voxels in all masks of a case.",
    "alignment": "How far, in mm, the grid of a mask may lie from that of its CT, at the worst corner.",
    "intensity": "Stored types and Hounsfield units of the CTs.",
    "labels": "Stored types of the masks, and pairs of structures, as names or globs, that may share voxels.",
    "regrade": 'Other severities, or "off", as in: mask-tiny = { severity = "info", reason = "lesions are small" }',
    "limits": 'Other thresholds, as in: masks-overlap = { share = 0.2, reason = "vessels run inside organs" }',
    "exclude": "Cases that are left out of the verdict and of the statistics.",
}

UNSTATED = frozenset({"siblings", "waivers"})
"""What a contract that is written does not state."""

Table = dict[str, Any]


def dump(contract: Contract) -> str:
    """Return the effective contract as TOML, one row per line; reading it gives the same contract.

    Files with waivers are named in comments: a contract can only name those that lie beside it.
    """
    plain = _plain(contract)
    tables = sorted(plain, key=lambda key: isinstance(plain[key], dict))
    named = "".join(f"# waivers: {printable(path)}\n" for path in contract.waivers)
    return named + "".join(_section(key, plain[key]) for key in tables)


def write(contract: Contract, folder: Path) -> Path:
    """Write ``contract.toml`` with comments, and ``structures.csv``, and return the path of the first.

    Raises:
        FileExistsError: the folder has a contract already.
    """
    folder.mkdir(parents=True, exist_ok=True)
    plain = _plain(contract) | {"structures": "structures.csv"}
    commented = "\n".join(f"# {comment}\n{_section(key, plain[key]).lstrip()}" for key, comment in COMMENTS.items())
    texts = {folder / "structures.csv": _table(contract.structures), folder / FILE: commented}
    for path in texts:
        if path.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
    for path, text in texts.items():
        write_whole(path, text.encode())
    return folder / FILE


def _table(structures: tuple[Structure, ...]) -> str:
    """Return ``structures.csv``."""
    file = StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([_cell(cells[column]) for column in COLUMNS] for cells in map(_cells, structures))
    return file.getvalue()


def _cells(structure: Structure) -> dict[str, Any]:
    """Return a structure's cells, empty for defaults and for what the known anatomy that it is fills."""
    row: dict[str, Any] = dict.fromkeys(COLUMNS)
    fields = structs.fields(structure)
    if structure.anatomy:
        fields = tuple(one for one in fields if one.encode_name in (*FIRST, "group"))
    given = {one.encode_name: getattr(structure, one.name) for one in fields}
    return row | {one.encode_name: given[one.encode_name] for one in fields if given[one.encode_name] != one.default}


def _escaped(text: str) -> str:
    """Escape the bytes of a file name that are not UTF-8."""
    return text.encode(errors="backslashreplace").decode()


def _plain(contract: Contract) -> Table:
    """Return a contract as TOML values, without None: defaults are spelled out in tables and left out in rows."""
    fields = {
        key: value for key, value in structs.asdict(contract).items() if value is not None and key not in UNSTATED
    }
    plain = {
        key: _spelled_out(value) if isinstance(value, Struct) else to_builtins(value) for key, value in fields.items()
    }
    return plain | {"structures": tuple(map(_row, contract.structures))}


def _row(structure: Structure) -> Table:
    """Return a structure; one that is a known anatomy with its defaults, which would else be filled again."""
    row: Table = to_builtins(structure)
    if structure.anatomy:
        given = {one.encode_name: getattr(structure, one.name) for one in structs.fields(structure)}
        row = {column: to_builtins(value) for column, value in given.items() if value not in (None, "", ())}
    return row


def _spelled_out(table: Struct) -> Table:
    return {key: to_builtins(value) for key, value in structs.asdict(table).items() if value is not None}


def _section(key: str, value: object) -> str:
    """Return a table under its header, or a key with its value."""
    if isinstance(value, dict):
        return f"\n[{key}]\n" + "".join(_line(inner, item) for inner, item in value.items())
    return _line(key, value)


def _line(key: str, value: object) -> str:
    """Return a key with its value in one line, or with one line per row."""
    if isinstance(value, tuple) and value and not isinstance(value[0], str | int | float):
        return f"{_key(key)} = [\n" + "".join(f"    {_inline(row)},\n" for row in value) + "]\n"
    return f"{_key(key)} = {_inline(value)}\n"


def _inline(value: object) -> str:
    """Return a value in one line; tomli-w spreads lists over many."""
    if isinstance(value, tuple):
        return f"[{', '.join(map(_inline, value))}]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(key)} = {_inline(item)}" for key, item in value.items()) + " }"
    plain = _escaped(value) if isinstance(value, str) else value
    return tomli_w.dumps({"_": plain}).removeprefix("_ = ").strip("\n")


def _key(key: str) -> str:
    return tomli_w.dumps({_escaped(key): 0}).removesuffix(" = 0\n")


def _cell(value: str | float | tuple[str, ...] | None) -> str:
    """Return a value as in ``structures.csv``: nothing for None and false, blanks between the items of a list."""
    if isinstance(value, tuple):
        return _escaped(" ".join(value))
    if isinstance(value, bool):
        return "true" if value else ""
    return "" if value is None else f"{value:g}" if isinstance(value, float) else _escaped(str(value))
