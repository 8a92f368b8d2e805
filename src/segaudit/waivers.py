"""Read and write ``waivers.toml``."""

from __future__ import annotations

import datetime as dt
import glob
import json
import tomllib
from collections.abc import Iterable
from pathlib import Path

import msgspec

from segaudit.model import Finding, Waiver


class WaiverError(ValueError):
    """A waiver file cannot be read; the message names file, entry, key and what is allowed."""


def load(path: Path) -> tuple[Waiver, ...]:
    """Read the ``[[waiver]]`` entries of a file.

    Raises:
        WaiverError: the file is not there, is not TOML, or an entry lacks a key, has one too many, or a wrong value.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WaiverError(f"{path}: cannot read the waivers: {error}") from error
    if surplus := sorted(content.keys() - {"waiver"}):
        raise WaiverError(f"{path}: unknown key {surplus[0]!r}; expected only [[waiver]] entries")
    entries = content.get("waiver", [])
    if not isinstance(entries, list):
        raise WaiverError(f"{path}: [waiver] is a table; write [[waiver]] for each entry")
    return tuple(_waiver(entry, f"{path}: waiver {number}") for number, entry in enumerate(entries, 1))


def _waiver(entry: object, where: str) -> Waiver:
    try:
        return msgspec.convert(entry, Waiver)
    except msgspec.ValidationError as error:
        keys = "check, case, reason, until (a date such as 2027-01-31), and, if it is one structure, structure"
        raise WaiverError(f"{where}: {error}; expected the keys {keys}") from error


def baseline(findings: Iterable[tuple[str, Finding]], today: dt.date) -> str:
    """Return waivers, as TOML, that accept today's findings for a year; ``findings`` come with their check's id."""
    year_on = today + dt.timedelta(days=365)
    places = dict.fromkeys((check, glob.escape(f.case), glob.escape(f.structure)) for check, f in findings)
    return "\n".join(
        "[[waiver]]\n"
        f"check = {json.dumps(check)}\n"
        f"case = {json.dumps(case)}\n"
        f"structure = {json.dumps(structure)}\n"
        f'reason = "baseline {today}"\n'
        f"until = {year_on}\n"
        for check, case, structure in places
    )
