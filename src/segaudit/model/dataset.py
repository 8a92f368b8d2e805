"""The dataset as a whole, as tables: what dataset-wide checks and statistics look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from segaudit.model.listing import Training
from segaudit.model.records import Metadata, Stranger

if TYPE_CHECKING:
    import pandas as pd

CASE_COLUMNS = (
    "case", "size_i", "size_j", "size_k", "spacing_i", "spacing_j", "spacing_k",
    "voxels", "ct_whole", "ct_digest", "masks", "nonempty_masks", "overlap_voxels", "labelled_voxels",
)  # fmt: skip
"""Columns of ``Dataset.cases``: a row for each case that was measured; sizes and spacings are its reference grid's."""

MASK_COLUMNS = (
    "case", "structure", "whole", "voxels", "volume_ml", "cut", "components", "largest_ml", "corner_displacement_mm",
    "centroid_x", "centroid_y", "centroid_z", "hu_mean", "hu_median", "void_share", "outside_body_share",
)  # fmt: skip
"""Columns of ``Dataset.masks``: one row for each mask file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """Everything about a dataset that no single case can tell."""

    root: str
    folders: tuple[str, ...]
    """Ids of the cases that have a folder, in alphabetical order; excluded ones are left out."""
    cases: pd.DataFrame
    masks: pd.DataFrame
    metadata: Metadata | None = None
    strangers: tuple[Stranger, ...] = ()
    """Files and folders beside the cases that the layout has no place for."""
    excluded: tuple[str, ...] = ()
    training: Training | None = None
    """What the dataset says of its training cases, if it does."""

    @property
    def listed(self) -> tuple[str, ...]:
        """Ids that the metadata lists, as stored but for blanks around them; excluded ones are left out."""
        ids = self.metadata.cells("image_id") if self.metadata else ()
        return tuple(case for case in ids if case and case not in self.excluded)
