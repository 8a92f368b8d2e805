"""Rows of the measurement tables, one for each case and one for each mask."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from segaudit.model import CASE_COLUMNS, MASK_COLUMNS, Case, Mask

NAN = float("nan")


class Tables:
    """The measurement tables, grown case by case."""

    def __init__(self) -> None:
        """Begin with no rows."""
        self.files = 0
        self._cases: list[tuple[object, ...]] = []
        self._masks: list[tuple[object, ...]] = []

    def add(self, case: Case) -> None:
        """Add the rows of one case."""
        self.files += len(case.files)
        self._cases.append(tuple(_case_row(case)))
        self._masks.extend(tuple(_mask_row(mask)) for mask in case.masks)

    @property
    def cases(self) -> pd.DataFrame:
        """A row for each case, with the columns ``CASE_COLUMNS``."""
        return pd.DataFrame(self._cases, columns=list(CASE_COLUMNS))

    @property
    def masks(self) -> pd.DataFrame:
        """A row for each mask, with the columns ``MASK_COLUMNS``."""
        return pd.DataFrame(self._masks, columns=list(MASK_COLUMNS))

    def write(self, folder: Path) -> None:
        """Write ``cases.csv`` and ``masks.csv``."""
        for name, table in (("cases", self.cases), ("masks", self.masks)):
            table.to_csv(folder / f"{name}.csv", index=False)


def _case_row(case: Case) -> Iterator[object]:
    file, ct = case.reference_file, case.ct
    header = file.header if file else None
    yield case.case
    yield from _three(header.shape if header else ())
    yield from _three(header.spacing_mm if header else ())
    yield ct.voxels if ct else 0
    yield bool(ct and ct.whole)
    yield ct.digest if ct else ""
    yield len(case.masks)
    yield sum(mask.voxels > 0 for mask in case.masks if mask.whole)
    yield case.overlap_voxels
    yield case.labelled_voxels


def _mask_row(mask: Mask) -> Iterator[object]:
    yield mask.case
    yield mask.structure
    yield mask.whole
    yield mask.voxels
    yield mask.volume_ml
    yield mask.cut
    yield mask.components
    yield mask.volume_ml * mask.pieces[0] / mask.voxels if mask.voxels else 0.0
    yield mask.corner_displacement_mm
    yield from mask.centroid_mm or (NAN, NAN, NAN)
    yield mask.hu.mean if mask.hu else NAN
    yield mask.hu.median if mask.hu else NAN
    yield NAN if mask.void_share is None else mask.void_share
    yield NAN if mask.outside_body_share is None else mask.outside_body_share


def _three(values: tuple[float, ...]) -> tuple[float, ...]:
    """Return the first three values, NaN where there are fewer."""
    return (*values, NAN, NAN, NAN)[:3]
