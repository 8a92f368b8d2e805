"""Infer a first contract from the contents of a dataset."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import filter as matching
from pathlib import Path
from typing import Literal

from msgspec import structs

from segaudit.contracts.reading import names
from segaudit.contracts.releases import load, recognise
from segaudit.contracts.value_rules import DTYPES
from segaudit.contracts.writing import write
from segaudit.model import Cases, Contract, Geometry, Intensity, Labels, Structure
from segaudit.model.contract import MetadataSchema, Pair
from segaudit.model.listing import fold
from segaudit.model.records import Vector

Side = Literal["", "left", "right"]

OTHER_SIDE = {"left": "right", "right": "left"}
STATED = "dataset.json alone"
"""Name of the contract that is derived from a dataset's own description."""

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


def initial(observed: DatasetFacts, folder: Path) -> Path:
    """Write a contract that the dataset fulfils into a folder, and return its path.

    Raises:
        FileExistsError: the folder has a contract already.
    """
    return write(draft(observed), folder)


def draft(observed: DatasetFacts) -> Contract:
    """Return a contract that the dataset fulfils. Splits that do not add up to its cases are left out."""
    found = frozenset[str]().union(*observed.cases.values())
    release = recognise(found)
    count = len(observed.cases)
    return Contract(
        name=observed.name,
        metadata=observed.metadata,
        cases=Cases(count=count if observed.counted else None, pattern=common_pattern(observed.cases)),
        splits=dict(observed.splits) if observed.counted and sum(observed.splits.values()) == count else {},
        geometry=_geometry(observed),
        intensity=Intensity(dtypes=_promisable(observed.ct_dtypes)),
        labels=Labels(dtypes=_promisable(observed.mask_dtypes), allowed_overlaps=_overlaps(found, release)),
        structures=_structures(found, release, observed.labels),
    )


def stated(labels: Mapping[str, tuple[int, ...]]) -> Contract:
    """Return the contract that the labels of a dataset imply: its structures, and no grids, values or numbers."""
    names = frozenset(labels)
    release = recognise(names)
    return Contract(
        name=STATED,
        cases=Cases(pattern=".+"),
        labels=Labels(allowed_overlaps=_overlaps(names, release)),
        structures=_structures(names, release, single(labels)),
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
    return Geometry(
        spacing_mm=_spacing(*observed.spacing_mm) if observed.spacing_mm else None,
        orientation=observed.orientation,
        shape_min=observed.shape_min,
        shape_max=observed.shape_max,
    )


def _spacing(*lengths: float) -> float | Vector | None:
    """Round a spacing in mm; return one number if the axes agree, and None if a broken affine gives no length."""
    i, j, k = (round(length, SPACING_DIGITS) for length in lengths)
    if not all(0 < length < math.inf for length in (i, j, k)):
        return None
    return i if i == j == k else (i, j, k)


def _promisable(dtypes: frozenset[str]) -> tuple[str, ...]:
    """Leave out data types from damaged headers that no NIfTI file can have."""
    return tuple(sorted(dtypes.intersection(DTYPES)))


def _overlaps(found: frozenset[str], release: str | None) -> tuple[Pair, ...]:
    """Return the pairs of a release that concern the structures that were found."""
    pairs = load(release).labels.allowed_overlaps if release else ()
    return tuple(pair for pair in pairs if all(matching(found, glob) for glob in pair))


def _structures(found: frozenset[str], release: str | None, labels: Mapping[str, int]) -> tuple[Structure, ...]:
    """Describe structures as shipped contracts do, with labels from label maps or the release, others after them."""
    known = load(release).by_name if release else {}
    described = {structure.name: structure for name in names() for structure in load(name).structures} | known
    spelled = _spelled(found, described)
    taken = dict(labels) or {spelled.get(name, name): structure.label for name, structure in known.items()}
    free = itertools.count(1 + max(taken.values(), default=0))
    rows = {
        shipped: structs.replace(
            described.get(shipped) or Structure(name=shipped, label=0, group="organ"),
            label=taken[name] if name in taken else next(free),
        )
        for shipped, name in spelled.items()
    }
    return tuple(sorted((_among(row, rows, spelled) for row in rows.values()), key=lambda row: row.label))


def _spelled(found: Iterable[str], shipped: Iterable[str]) -> dict[str, str]:
    """Map shipped spellings to the names that were found, ignoring letter case, blanks and hyphens."""
    spellings = {_key(name): name for name in shipped}
    names: dict[str, str] = {}
    for name in sorted(found):
        same = spellings.get(_key(name), name)
        names[name if same in names or same in found else same] = name
    return names


def _key(name: str) -> str:
    return re.sub(r"[\s-]", "_", fold(name))


def _among(row: Structure, rows: Mapping[str, Structure], spelled: Mapping[str, str]) -> Structure:
    """Return a structure that refers only to others of the list: partner by name, neighbours if both agree."""
    side, partner = _mirrored(row.name)
    above, below = rows.get(row.above), rows.get(row.below)
    return structs.replace(
        row,
        name=spelled[row.name],
        side=side,
        partner=spelled.get(partner, ""),
        above=spelled[row.above] if above and above.below == row.name else "",
        below=spelled[row.below] if below and below.above == row.name else "",
        expected_with=tuple(spelled[name] for name in row.expected_with)
        if spelled.keys() >= set(row.expected_with)
        else (),
    )


def _mirrored(name: str) -> tuple[Side, str]:
    """Return the side in a name, and the name of the same structure on the other side."""
    words = name.split("_")
    side: Side = "left" if "left" in words else "right" if "right" in words else ""
    return side, "_".join(OTHER_SIDE.get(word, word) for word in words) if side else ""
