"""Infer a first contract from the contents of a dataset."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import filter as matching
from itertools import product
from pathlib import Path

from msgspec import structs

from segaudit.contracts.guessing import Guess
from segaudit.contracts.known import related, row
from segaudit.contracts.naming import recognised, sides
from segaudit.contracts.releases import load, recognise
from segaudit.contracts.value_rules import DTYPES
from segaudit.contracts.writing import write
from segaudit.model import Cases, Contract, Geometry, Intensity, Labels, Structure
from segaudit.model.promises import MetadataSchema, Pair
from segaudit.model.records import Vector

Shape = tuple[int, int, int]

STATED = "dataset.json alone"
"""Name of the contract that is derived from a dataset's own description."""

GROWTH = 2
"""How many times larger, or smaller, the grid of a further case may be along an axis where a dataset grows."""

SPACING_DIGITS = 4
"""Decimal places of a spacing in mm that are kept: ten times finer than the default tolerance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetFacts:
    """Facts about a dataset; those that its cases do not share are None or empty."""

    name: str
    cases: Mapping[str, frozenset[str]]
    """The structures that have a mask, by case id."""
    counted: bool = True
    """False if ``dataset.json`` states a different number of cases."""
    labels: Mapping[str, int] = field(default_factory=dict)
    """The label of each structure that has one in the label maps."""
    metadata: MetadataSchema = ""
    """The schema that ``meta.csv`` follows."""
    splits: Mapping[str, int] = field(default_factory=dict)
    spacing_mm: Vector | None = None
    orientation: str = ""
    shape_min: tuple[int, int, int] | None = None
    shape_max: tuple[int, int, int] | None = None
    ct_dtypes: frozenset[str] = frozenset()
    mask_dtypes: frozenset[str] = frozenset()
    guesses: Mapping[str, Guess] = field(default_factory=dict)
    """What structures may be whose names say nothing, by name."""
    growing: bool = False
    """Whether cases will be added: their number is not promised, and their sizes may differ more."""


def initial(observed: DatasetFacts, folder: Path) -> Path:
    """Write a contract that the dataset fulfils into a folder, and return its path.

    Raises:
        FileExistsError: the folder has a contract already.
    """
    return write(draft(observed), folder)


def draft(observed: DatasetFacts) -> Contract:
    """Return a contract that the dataset fulfils. Splits that do not add up to its cases are left out."""
    found = frozenset[str]().union(*observed.cases.values())
    count = None if observed.growing or not observed.counted else len(observed.cases)
    return Contract(
        name=observed.name,
        metadata=observed.metadata,
        cases=Cases(count=count, pattern=common_pattern(observed.cases)),
        splits=dict(observed.splits) if sum(observed.splits.values()) == count else {},
        geometry=_geometry(observed),
        intensity=Intensity(dtypes=_promisable(observed.ct_dtypes)),
        labels=Labels(dtypes=_promisable(observed.mask_dtypes), allowed_overlaps=_overlaps(found)),
        structures=_structures(found, observed.labels, observed.guesses),
    )


def stated(labels: Mapping[str, tuple[int, ...]]) -> Contract:
    """Return the contract that the labels of a dataset imply: its structures, and no grids, values or numbers."""
    names = frozenset(labels)
    return Contract(
        name=STATED,
        cases=Cases(pattern=".+"),
        labels=Labels(allowed_overlaps=_overlaps(names)),
        structures=_structures(names, single(labels), {}),
    )


def single(labels: Mapping[str, tuple[int, ...]]) -> dict[str, int]:
    """Return the label of each structure that has one value."""
    return {name: values[0] for name, values in labels.items() if len(values) == 1}


def common_pattern(cases: Iterable[str]) -> str:
    """Return the first of a few patterns that matches all case ids: a fixed number of digits, any digits, anything."""
    ids = sorted(cases)
    first = re.escape(ids[0]) if ids else ""
    counted = re.sub(r"\d+", lambda digits: rf"\d{{{len(digits[0])}}}", first)
    uncounted = re.sub(r"\d+", r"\\d+", first)
    narrow = (Cases().pattern, counted, uncounted)
    return next((pattern for pattern in narrow if all(re.fullmatch(pattern, case) for case in ids)), ".+")


def _geometry(observed: DatasetFacts) -> Geometry:
    stretch = GROWTH if observed.growing else 1
    return Geometry(
        spacing_mm=_spacing(*observed.spacing_mm) if observed.spacing_mm else None,
        orientation=observed.orientation,
        shape_min=_stretched(observed.shape_min, 1 / stretch),
        shape_max=_stretched(observed.shape_max, stretch),
    )


def _stretched(shape: Shape | None, factor: float) -> Shape | None:
    """Return a shape with other sizes, of 1 voxel at least."""
    if shape is None:
        return None
    i, j, k = (max(1, round(size * factor)) for size in shape)
    return i, j, k


def _spacing(*lengths: float) -> float | Vector | None:
    """Round a spacing in mm; return one number if the axes agree, and None if a broken affine gives no length."""
    i, j, k = (round(length, SPACING_DIGITS) for length in lengths)
    if not all(0 < length < math.inf for length in (i, j, k)):
        return None
    return i if i == j == k else (i, j, k)


def _promisable(dtypes: frozenset[str]) -> tuple[str, ...]:
    """Leave out data types from damaged headers that no NIfTI file can have."""
    return tuple(sorted(dtypes.intersection(DTYPES)))


def _overlaps(found: frozenset[str]) -> tuple[Pair, ...]:
    """Return the pairs of the recognised release that concern the structures that were found, under their names."""
    meant = recognised(found)
    release = recognise(frozenset(meant.values()))
    names = {known: name for name, known in meant.items()}
    pairs = load(release).labels.allowed_overlaps if release else ()
    there = [pair for pair in pairs if all(matching(names, glob) for glob in pair)]
    return tuple(
        dict.fromkeys(found for one, two in there for found in product(_names(one, names), _names(two, names)))
    )


def _names(glob: str, names: Mapping[str, str]) -> list[str]:
    """Return a glob of known anatomy if all that it matches has its own name, or else the names of what it matches."""
    known = matching(names, glob)
    return [glob] if all(names[one] == one for one in known) else sorted(names[one] for one in known)


def _structures(
    found: frozenset[str], labels: Mapping[str, int], guesses: Mapping[str, Guess]
) -> tuple[Structure, ...]:
    """Describe structures: as the known anatomy that their names stand for, or else by the sides in their names.

    Labels are those of the label maps, or those of the recognised release; other structures follow.
    """
    meant, sided = recognised(found), sides(found)
    release = recognise(frozenset(meant.values()))
    shipped = load(release).by_name if release else {}
    taken = dict(labels) or {name: shipped[known].label for name, known in meant.items() if known in shipped}
    free = itertools.count(1 + max(taken.values(), default=0))
    rows = []
    for name in sorted(found):
        label = taken[name] if name in taken else next(free)
        side, partner = sided[name]
        other = Structure(name=name, label=label, group="organ", guess=str(guesses.get(name, "")), side=side)
        unnamed = structs.replace(other, partner="" if partner in meant else partner)
        rows.append(row(name, label, meant[name]) if name in meant else unnamed)
    return tuple(sorted(related(tuple(rows)), key=lambda row: row.label))
