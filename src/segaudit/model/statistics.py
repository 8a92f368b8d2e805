"""The published statistics of a release, recomputed from its measurements.

Volumes are millilitres, spacings millimetres, rates per cent.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, Literal, get_args

from segaudit.model.contract import Contract
from segaudit.model.dataset import Dataset
from segaudit.model.records import Metadata

if TYPE_CHECKING:
    import pandas as pd

Scope = Literal["present", "present_uncut", "all", "all_uncut"]
"""The masks that a statistic covers: those with voxels, or every whole one, with 0 ml for an absent structure;
``uncut`` leaves out masks that the field of view may cut."""

SCOPES: tuple[Scope, ...] = get_args(Scope)

STATISTICS = ("mean", "median", "std", "std_population", "min", "max")
"""``std`` divides by n - 1 and is missing for a single mask, ``std_population`` divides by n."""

GRID = ("spacing_i", "spacing_j", "spacing_k", "size_i", "size_j", "size_k")


def statistics(dataset: Dataset, contract: Contract) -> dict[str, Any]:
    """Return facts, resolution and structures as lists and dictionaries ready for JSON; undefined numbers are None."""
    volumes = {scope: _described(volume_table(dataset, contract, scope)) for scope in SCOPES}
    return {
        "facts": facts(dataset, contract),
        "resolution": [
            {"statistic": name, "spacing_mm": _plain(row[:3]), "size": _plain(row[3:])}
            for name, *row in resolution_table(dataset).itertuples()
        ],
        "structures": [
            {"label": label, "structure": structure, "occurrence": occurrence, "presence_rate": _number(rate)}
            | {"volume_ml": {scope: rows[structure] for scope, rows in volumes.items()}}
            for structure, label, occurrence, rate in structure_table(dataset, contract).itertuples()
        ],
    }


def measured_cases(dataset: Dataset) -> pd.DataFrame:
    """Return the cases whose CT is whole; in a dataset without any whole CT, those whose masks have a grid."""
    whole = dataset.cases["ct_whole"].astype(bool)
    return dataset.cases[whole if whole.any() else dataset.cases["size_k"].notna()]


def measured_masks(dataset: Dataset) -> pd.DataFrame:
    """Return the whole masks of the measured cases."""
    masks = dataset.masks
    return masks[masks["whole"].astype(bool) & masks["case"].isin(measured_cases(dataset)["case"])]


def facts(dataset: Dataset, contract: Contract) -> dict[str, int]:
    """Count images, splits, structures, groups of structures, and slices along k of the measured images."""
    cases, found = measured_cases(dataset), set(dataset.masks["structure"])
    groups = Counter(f"{structure.group}s" for structure in contract.structures if structure.name in found)
    return {
        "images": len(dataset.folders),
        "images_measured": len(cases),
        **split_sizes(dataset.metadata),
        "structures": groups.total(),
        **groups,
        "slices": int(cases["size_k"].sum()),
    }


def split_sizes(metadata: Metadata | None) -> dict[str, int]:
    """Count the cases of each split, each once; cases without a split, or in two, are left out."""
    if metadata is None:
        return {}
    splits: dict[str, set[str]] = defaultdict(set)
    for case, split in zip(metadata.cells("image_id"), metadata.cells("split"), strict=False):
        if case:
            splits[case.casefold()].add(split)
    return dict(Counter(next(iter(named)) for named in splits.values() if len(named) == 1 and "" not in named))


def resolution_table(dataset: Dataset) -> pd.DataFrame:
    """Return minimum, median and maximum (rows) of spacing and size along i, j and k over the measured cases."""
    return measured_cases(dataset)[list(GRID)].astype(float).agg(["min", "median", "max"])


def structure_table(dataset: Dataset, contract: Contract) -> pd.DataFrame:
    """Return label, occurrence (masks with voxels) and presence rate by structure.

    The rate is in per cent of the measured images with masks: the test cases of an nnU-Net dataset may have none.
    """
    masks, images = measured_masks(dataset), measured_cases(dataset)["case"].isin(dataset.masks["case"]).sum()
    occurrence = masks[masks["voxels"] > 0].groupby("structure").size()
    table = occurrence.reindex([structure.name for structure in contract.structures], fill_value=0).to_frame(
        "occurrence"
    )
    table.insert(0, "label", [structure.label for structure in contract.structures])
    return table.assign(presence_rate=100 * table["occurrence"] / (images or math.nan))


def volume_table(dataset: Dataset, contract: Contract, scope: Scope) -> pd.DataFrame:
    """Return the ``STATISTICS`` (columns) of volume by structure, in ml; NaN if there is no such mask."""
    masks = measured_masks(dataset)
    masks = masks[masks["voxels"] > 0] if scope.startswith("present") else masks
    masks = masks[~masks["cut"].astype(bool)] if scope.endswith("uncut") else masks
    volumes = masks["volume_ml"].astype(float).groupby(masks["structure"])
    table = volumes.agg(["mean", "median", "std", "min", "max"]).assign(std_population=volumes.std(ddof=0))
    return table.reindex([structure.name for structure in contract.structures])[list(STATISTICS)]


def _described(table: pd.DataFrame) -> dict[str, dict[str, float | None]]:
    """Return the row of each structure."""
    return {structure: dict(zip(STATISTICS, _plain(row), strict=True)) for structure, *row in table.itertuples()}


def _plain(values: Any) -> list[float | None]:  # noqa: ANN401 (a row of a table or a slice of one)
    """Return numbers that JSON supports."""
    return [_number(value) for value in values]


def _number(value: float) -> float | None:
    """Return a number that JSON supports: None for NaN."""
    return None if math.isnan(value) else float(value)
