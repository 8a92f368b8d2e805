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

from segaudit.contracts.decoding import decode
from segaudit.contracts.sources import Source, collecting, raise_all, read_toml
from segaudit.contracts.wording import shown
from segaudit.model import Finding, Waiver
from segaudit.model.errors import InputError, WaiverError
from segaudit.model.waiver import SEPARATOR


def load(path: Path) -> tuple[Waiver, ...]:
    """Read the ``[[waiver]]`` entries of a file.

    Raises:
        WaiverError: the file does not exist or is not TOML, or entries have missing keys, unknown keys or wrong values;
            the message lists all errors, one per line.
    """
    source, errors = Source(path, WaiverError), list[InputError]()
    content = read_toml(source)
    entries = content.get("waiver", [])
    surplus = sorted(content.keys() - {"waiver"})
    errors += [source.error("unknown key, expected only [[waiver]] entries", (key,)) for key in surplus]
    if not isinstance(entries, list):
        errors.append(source.error("found one entry or value, expected [[waiver]] before each entry", ("waiver",)))
        entries = []
    waivers = []
    for number, entry in enumerate(entries, 1):
        with collecting(errors):
            waivers.append(_waiver(entry, replace(source, part=f"waiver {number}: ")))
    raise_all(errors)
    return tuple(waivers)


def _waiver(entry: object, source: Source) -> Waiver:
    waiver = decode(entry, Waiver, source)
    if not waiver.reason.strip():
        raise source.error(f"found {shown(waiver.reason)}, expected why the finding is accepted", ("reason",))
    return waiver


def today() -> dt.date:
    """Return the current local date."""
    return dt.datetime.now(dt.UTC).astimezone().date()


def baseline(findings: Iterable[tuple[str, Finding]], day: dt.date) -> tuple[Waiver, ...]:
    """Return waivers that accept exactly these findings, given with their checks' ids, for a year from a day on."""
    places: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for check, finding in findings:
        structure = SEPARATOR.join(map(glob.escape, finding.structures))
        places[check, glob.escape(finding.case)].setdefault(structure)
    reason, until = f"baseline {day}", day + dt.timedelta(days=365)
    return tuple(
        Waiver(check=check, case=case, structure=structure, reason=reason, until=until)
        for (check, case), structures in places.items()
        for structure in structures
    )


def dump(waivers: Iterable[Waiver]) -> str:
    """Return waivers as TOML that ``load`` can read."""
    return tomli_w.dumps({"waiver": [msgspec.structs.asdict(waiver) for waiver in waivers]})
