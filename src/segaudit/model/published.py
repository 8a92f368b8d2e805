"""The tables that a release's documentation publishes."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct


class PublishedStructure(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A row of the published table of structures, as printed."""

    label: int
    structure: str
    occurrence: int
    presence_rate: float
    """In per cent."""
    mean_volume_ml: float
    volume_variability_ml: float


class PublishedGrid(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row of the published resolution table: minimum, median or maximum of spacing and size."""

    statistic: Literal["min", "median", "max"]
    spacing_mm: tuple[float, float, float]
    size: tuple[int, int, int]


class Published(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The tables that a release's documentation prints, as printed."""

    source: str
    facts: dict[str, int] = {}
    """Counts in the text: images, structures, organs, slices, images_measured, split sizes."""
    resolution: tuple[PublishedGrid, ...] = ()
    structures: tuple[PublishedStructure, ...] = ()
