"""Read and write ``waivers.toml``."""

from __future__ import annotations

import datetime as dt
import glob
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import msgspec
import tomli_w

from segaudit.contracts.decoding import decode, shown
from segaudit.contracts.sources import Source, read_toml
from segaudit.model import Finding, Waiver
from segaudit.model.errors import WaiverError

NAMED = 10
"""Structures that a baseline names one by one; of more that share a check in a case, it accepts any."""


def load(path: Path) -> tuple[Waiver, ...]:
    """Read the ``[[waiver]]`` entries of a file.

    Raises:
        WaiverError: the file is not there, is not TOML, or an entry lacks a key, has one too many, or a wrong value.
    """
    source = Source(path, WaiverError)
    content = read_toml(source)
    if surplus := sorted(content.keys() - {"waiver"}):
        raise source.error("unknown key, expected only [[waiver]] entries", (surplus[0],))
    entries = content.get("waiver", [])
    if not isinstance(entries, list):
        raise source.error("found one entry or value, expected [[waiver]] before each entry", ("waiver",))
    return tuple(_waiver(entry, replace(source, part=f"waiver {number}: ")) for number, entry in enumerate(entries, 1))


def _waiver(entry: object, source: Source) -> Waiver:
    waiver = decode(entry, Waiver, source)
    if not waiver.reason.strip():
        raise source.error(f"found {shown(waiver.reason)}, expected why the finding is accepted", ("reason",))
    return waiver


def today() -> dt.date:
    """Return the day it is where the audit runs."""
    return dt.datetime.now(dt.UTC).astimezone().date()


def baseline(findings: Iterable[tuple[str, Finding]], day: dt.date) -> tuple[Waiver, ...]:
    """Return waivers that accept a day's findings for a year; ``findings`` come with their check's id."""
    places: dict[tuple[str, str], list[str]] = defaultdict(list)
    for check, finding in findings:
        places[check, glob.escape(finding.case)].append(glob.escape(finding.structure))
    reason, until = f"baseline {day}", day + dt.timedelta(days=365)
    return tuple(
        Waiver(check=check, case=case, structure=structure, reason=reason, until=until)
        for (check, case), structures in places.items()
        for structure in (dict.fromkeys(structures) if len(structures) <= NAMED else ("*",))
    )


def dump(waivers: Iterable[Waiver]) -> str:
    """Return waivers as TOML, to be read by ``load``."""
    return tomli_w.dumps({"waiver": [msgspec.structs.asdict(waiver) for waiver in waivers]})
