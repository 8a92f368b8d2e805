"""The schemas of the tables that a release publishes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec
import pandas as pd
import pandera.pandas as pa

from segaudit.model import Published


class PublishedTable(pa.DataFrameModel):
    """A table whose types are correct by construction."""

    class Config:
        """Whole numbers are valid fractions."""

        coerce = True


class PublishedStructures(PublishedTable):
    """The table of structures: a row per label, volumes in ml, the rate in per cent."""

    label: int = pa.Field(ge=1, unique=True, description="a label of its own, from 1")
    structure: str = pa.Field(str_matches=r"\S", description="a name")
    occurrence: int = pa.Field(ge=0, description="a number of images")
    presence_rate: float = pa.Field(in_range={"min_value": 0, "max_value": 100}, description="from 0 to 100 per cent")
    mean_volume_ml: float = pa.Field(ge=0, description="0 ml or more")
    volume_variability_ml: float = pa.Field(ge=0, description="0 ml or more")


class PublishedResolution(PublishedTable):
    """The table of voxel grids: minimum, median and maximum of spacing in mm and of size in voxels."""

    statistic: str = pa.Field(isin=["min", "median", "max"], unique=True, description="min, median or max, each once")
    spacing_i: float = pa.Field(gt=0, description="more than 0 mm")
    spacing_j: float = pa.Field(gt=0, description="more than 0 mm")
    spacing_k: float = pa.Field(gt=0, description="more than 0 mm")
    size_i: int = pa.Field(ge=1, description="1 voxel or more")
    size_j: int = pa.Field(ge=1, description="1 voxel or more")
    size_k: int = pa.Field(ge=1, description="1 voxel or more")


class OddCell(msgspec.Struct, frozen=True):
    """A cell with an invalid value."""

    row: int
    """Index of its row, from 0."""
    column: str
    value: str | float
    rule: str
    """A description of valid values, to follow the word "expected"."""


def odd_structures(published: Published) -> Iterator[OddCell]:
    """Yield the cells of the table of structures that are out of range."""
    yield from _odd(map(msgspec.structs.astuple, published.structures), PublishedStructures.to_schema())


def odd_grids(published: Published) -> Iterator[OddCell]:
    """Yield the cells of the table of voxel grids that are out of range."""
    grids = ((grid.statistic, *grid.spacing_mm, *grid.size) for grid in published.resolution)
    yield from _odd(grids, PublishedResolution.to_schema())


def _odd(rows: Iterable[tuple[object, ...]], schema: pa.DataFrameSchema) -> Iterator[OddCell]:
    """Yield the cells that break a rule of the table's model, once each."""
    table = pd.DataFrame(list(rows), columns=list(schema.columns))
    try:
        schema.validate(table, lazy=True)
    except pa.errors.SchemaErrors as errors:
        for row, column in sorted(set(zip(errors.failure_cases["index"], errors.failure_cases["column"], strict=True))):
            yield OddCell(row, column, table[column].tolist()[row], str(schema.columns[column].description))
