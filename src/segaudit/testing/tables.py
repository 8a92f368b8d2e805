"""Measured datasets as tables, defined case by case."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from segaudit.model import CASE_COLUMNS, MASK_COLUMNS, Dataset, Metadata

Cell = dict[str, Any]


def case(name: str, **cells: object) -> Cell:
    """Return the row of a healthy case, with other cells."""
    row = dict.fromkeys(CASE_COLUMNS, 0) | {"case": name, "ct_whole": True, "ct_digest": name}
    return (
        row
        | dict.fromkeys(("size_i", "size_j", "size_k"), 10)
        | dict.fromkeys(("spacing_i", "spacing_j", "spacing_k"), 1.5)
        | cells
    )


def mask(name: str, structure: str, volume: float, **cells: object) -> Cell:
    """Return the row of a healthy mask of a volume in ml, with other cells."""
    row = dict.fromkeys(MASK_COLUMNS, 0.0) | {"case": name, "structure": structure, "whole": True, "cut": False}
    row |= {"flaw": "", "voxels": math.ceil(volume * 1000), "volume_ml": volume}
    return row | cells


def dataset(cases: list[Cell], masks: list[Cell], splits: tuple[str, ...] = ()) -> Dataset:
    """Return the dataset of cases and masks; its metadata lists a case for each split."""
    listed = tuple((f"s{number:04}", split) for number, split in enumerate(splits))
    return Dataset(
        root="dataset",
        folders=tuple(row["case"] for row in cases),
        cases=pd.DataFrame(cases, columns=list(CASE_COLUMNS)),
        masks=pd.DataFrame(masks, columns=list(MASK_COLUMNS)),
        metadata=Metadata(path="meta.csv", columns=("image_id", "split"), rows=listed),
    )
