"""The measurements, packed column by column: 140,000 masks are 2 MB of JSON."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from itertools import islice
from operator import attrgetter
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from segaudit.model import Contract, Dataset, Report, ReportedFinding, Severity, Structure
from segaudit.model.structure import NO_LIMIT_HU
from segaudit.model.words import printable
from segaudit.reports.phrases import visible

STATES = ("damaged", "empty", "cut", "present", "missing")
"""States of a mask: damaged, without voxels, perhaps cut by the field of view, with voxels, or without a file. The page
has the first letter of each."""


MOST_CASES, MOST_MASKS = 5_000, 400_000
"""The most cases and masks that the page has: a mask takes 12 bytes, and a mark for each case 1 ms to show them all."""

MEASURED = ("depth_mm", "volume_ml", "hu_median", "components")
"""Columns of the table of masks that the page shows."""

Column: TypeAlias = NDArray[Any]


def cases(report: Report, dataset: Dataset) -> list[str]:
    """Return the ids of all cases: those that exist or are listed, and those in findings."""
    named = {finding.case for finding in report.findings if finding.case}
    unread = (*report.absent, *report.unaudited, *(lost.case for lost in report.unmeasured))
    return sorted({*dataset.folders, *named, *unread})


def shown(names: list[str], found: Iterable[ReportedFinding], structures: int) -> list[str]:
    """Return the cases that the page has: all, or half of its places for those with the gravest findings, in order.

    The other half is an even choice of the rest, so that plots show what is usual, too.

    Args:
        names: the ids of all cases, in order.
        found: findings, the gravest first.
        structures: how many structures cases have masks of.
    """
    most = min(MOST_CASES, MOST_MASKS // max(structures, 1))
    if len(names) <= most:
        return names
    gravest = set(islice(dict.fromkeys(finding.case for finding in found if finding.case), most // 2))
    others = [name for name in names if name not in gravest]
    places = most - len(gravest)
    even = (others[place * len(others) // places] for place in range(places))
    return sorted({*gravest, *even})


def graver(
    found: Iterable[ReportedFinding], listed: Iterable[ReportedFinding], names: Iterable[str]
) -> dict[str, Severity]:
    """Return the gravest severity of cases of which the page lists only lesser findings, or none."""
    own, all_of_them = _gravest(listed), _gravest(found)
    return {
        printable(name): all_of_them[name]
        for name in names
        if name in all_of_them and all_of_them[name] is not own.get(name)
    }


def _gravest(found: Iterable[ReportedFinding]) -> dict[str, Severity]:
    gravest: dict[str, Severity] = {}
    for finding in found:
        if finding.waived is None:
            gravest[finding.case] = min(
                gravest.get(finding.case, finding.severity), finding.severity, key=attrgetter("rank")
            )
    return gravest


def grids(dataset: Dataset, names: list[str]) -> dict[str, list[Any]]:
    """Return columns of the cases: voxels and mm along each axis, masks, masks with voxels."""
    rows = dataset.cases.drop_duplicates("case").set_index("case").reindex(names)
    columns = ("size_i", "size_j", "size_k", "spacing_i", "spacing_j", "spacing_k", "masks", "nonempty_masks")
    return {column: _numbers(rows[column]) for column in columns}


def masks(dataset: Dataset, contract: Contract, names: list[str]) -> list[dict[str, Any]]:
    """Return the measurements of each structure's masks, the contract's structures first.

    ``depth`` is the median depth below the first vertebra; ``states`` (a letter of ``STATES``), ``ml``, ``hu`` (the
    median under the mask) and ``pieces`` are columns in the order of the cases.
    """
    table = dataset.masks[dataset.masks["case"].isin(names)].drop_duplicates(["structure", "case"])
    places = table["case"].map({case: place for place, case in enumerate(names)})
    columns = {name: table[name].to_numpy(float) for name in MEASURED} | {"place": places.to_numpy()}
    columns["state"] = _states(table)
    rows = {str(name): np.asarray(some) for name, some in table.groupby("structure", sort=False).indices.items()}
    known = contract.by_name
    return [
        {"name": printable(name)}
        | _promised(known.get(name))
        | _columns({column: values[rows[name]] for column, values in columns.items()}, len(names))
        for name in [*known, *sorted(rows.keys() - known.keys())]
        if name in rows
    ]


def cells(dataset: Dataset, names: list[str]) -> dict[str, list[str]]:
    """Return the cells of the metadata by column, in the order of the cases; empty if a case is not listed."""
    metadata = dataset.metadata
    if metadata is None:
        return {}
    ids = metadata.cells("image_id")
    columns = (column for column in dict.fromkeys(metadata.columns) if column != "image_id")
    rows = {column: dict(zip(ids, metadata.cells(column), strict=False)) for column in columns}
    return {printable(column): [visible(row.get(name, "")) for name in names] for column, row in rows.items()}


def overlaps(dataset: Dataset) -> list[list[Any]]:
    """Return the pairs of structures that share voxels: both, cases, largest share, and the case that has it."""
    return [
        [
            printable(meeting.first),
            printable(meeting.second),
            meeting.cases,
            _short(meeting.share),
            printable(meeting.case),
        ]
        for meeting in dataset.meetings
    ]


def _states(table: pd.DataFrame) -> Column:
    """Return the first letter of each mask's state."""
    conditions = (~table["whole"].to_numpy(bool), table["voxels"].to_numpy() == 0, table["cut"].to_numpy(bool))
    return np.select(conditions, ["d", "e", "c"], "p")


def _promised(structure: Structure | None) -> dict[str, Any]:
    """Return a structure's group and its allowed range of HU, None for no limit; empty if it is not in the contract."""
    if structure is None:
        return {"group": "", "band": None}
    band = (structure.hu_low, None if structure.hu_high == NO_LIMIT_HU else structure.hu_high)
    return {"group": structure.group, "band": None if band == (None, None) else band}


def _columns(masks: Mapping[str, Column], cases: int) -> dict[str, Any]:
    """Return the columns of a structure from those of its masks, whose ``place`` is that of their case."""
    states, numbers = np.full(cases, "m"), np.full((len(MEASURED), cases), np.nan)
    states[masks["place"]] = masks["state"]
    numbers[:, masks["place"]] = [masks[name] for name in MEASURED]
    depths, volumes, intensities, pieces = numbers
    known = depths[~np.isnan(depths)]
    return {
        "depth": _short(float(np.median(known))) if known.size else None,
        "states": "".join(states),
        "ml": _numbers(volumes),
        "hu": _numbers(intensities),
        "pieces": _numbers(pieces),
    }


def _numbers(values: Iterable[float]) -> list[float | int | None]:
    """Return numbers with four digits, whole ones without a decimal point; None if not finite."""
    return [_short(value) for value in map(float, values)]


def _short(value: float) -> float | int | None:
    if not math.isfinite(value):
        return None
    rounded = float(f"{value:.4g}")
    return round(rounded) if rounded.is_integer() else rounded
