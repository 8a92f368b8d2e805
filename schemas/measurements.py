"""The schemas of the exported measurements, ``cases.csv`` and ``masks.csv``."""

from __future__ import annotations

import pandas as pd
import pandera.pandas as pa

SHARE = {"min_value": 0, "max_value": 1}
PERCENT = {"min_value": 0, "max_value": 100}


class Measurements(pa.DataFrameModel):
    """A table with exactly its columns, in their order; numbers and truth values are read from text."""

    case: str = pa.Field(str_matches=r"\S")

    class Config:
        """Exactly these columns."""

        strict = True
        ordered = True
        coerce = True


class Cases(Measurements):
    """A row for each case (see ``CASE_COLUMNS``): sizes in voxels, spacings in mm, NaN without a reference grid."""

    case: str = pa.Field(str_matches=r"\S", unique=True)
    size_i: float = pa.Field(ge=0, nullable=True)
    size_j: float = pa.Field(ge=0, nullable=True)
    size_k: float = pa.Field(ge=0, nullable=True)
    spacing_i: float = pa.Field(nullable=True)
    spacing_j: float = pa.Field(nullable=True)
    spacing_k: float = pa.Field(nullable=True)
    voxels: int = pa.Field(ge=0)
    ct_whole: bool
    ct_digest: str = pa.Field(nullable=True)
    masks: int = pa.Field(ge=0)
    nonempty_masks: int = pa.Field(ge=0)
    overlap_voxels: float = pa.Field(ge=0, nullable=True)
    labelled_voxels: float = pa.Field(ge=0, nullable=True)
    deviation: float = pa.Field(ge=0, nullable=True)
    score: float = pa.Field(in_range=PERCENT, nullable=True)
    reference_score: float = pa.Field(in_range=PERCENT, nullable=True)

    @pa.dataframe_check
    @classmethod
    def parts(cls, cases: pd.DataFrame) -> pd.Series[bool]:
        """There are at most as many masks with voxels as masks, and at most as many voxels in overlaps as in masks."""
        shared = cases["overlap_voxels"].isna() | (cases["overlap_voxels"] <= cases["labelled_voxels"])
        return (cases["nonempty_masks"] <= cases["masks"]) & shared


class Masks(Measurements):
    """A row for each mask file (see ``MASK_COLUMNS``): volumes in ml, lengths in mm, intensities in HU."""

    structure: str = pa.Field(str_matches=r"\S")
    whole: bool
    voxels: int = pa.Field(ge=0)
    volume_ml: float = pa.Field(ge=0, nullable=True)
    cut: bool
    complete: bool
    flaw: str = pa.Field(nullable=True)
    components: int = pa.Field(ge=0)
    largest_ml: float = pa.Field(ge=0, nullable=True)
    corner_displacement_mm: float = pa.Field(ge=0, nullable=True)
    centroid_i: float = pa.Field(ge=0, nullable=True)
    centroid_j: float = pa.Field(ge=0, nullable=True)
    centroid_k: float = pa.Field(ge=0, nullable=True)
    centroid_x: float = pa.Field(nullable=True)
    centroid_y: float = pa.Field(nullable=True)
    centroid_z: float = pa.Field(nullable=True)
    depth_mm: float = pa.Field(nullable=True)
    right_mm: float = pa.Field(nullable=True)
    front_mm: float = pa.Field(nullable=True)
    hu_mean: float = pa.Field(nullable=True)
    hu_std: float = pa.Field(ge=0, nullable=True)
    hu_median: float = pa.Field(nullable=True)
    void_share: float = pa.Field(in_range=SHARE, nullable=True)
    outside_body_share: float = pa.Field(in_range=SHARE, nullable=True)
    cavity_ml: float = pa.Field(ge=0, nullable=True)
    roughness: float = pa.Field(nullable=True)
    overlap_share: float = pa.Field(in_range=SHARE, nullable=True)
    neighbours: float = pa.Field(ge=0, nullable=True)
    agreement: float = pa.Field(in_range={"min_value": -1, "max_value": 1}, nullable=True)
    deviation: float = pa.Field(ge=0, nullable=True)
    unusual: str = pa.Field(nullable=True)
    score: float = pa.Field(in_range=PERCENT, nullable=True)
    reference_score: float = pa.Field(in_range=PERCENT, nullable=True)

    class Config(Measurements.Config):
        """One row for each structure of a case."""

        unique = ["case", "structure"]
