"""A small class list with published tables that agree with it."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from segaudit.checks.published import published_inconsistent
from segaudit.model import Contract, Finding, Published, PublishedGrid, PublishedStructure, Structure

JOINED = "the row joins numbers of two structures"

IN_FACTS, IN_GRIDS, IN_ROWS = "published/facts.csv", "published/resolution.csv", "published/structures.csv"

STRUCTURES = (
    Structure(name="spleen", label=1, group="organ"),
    Structure(name="liver", label=2, group="organ"),
    Structure(name="iliac_vena_left", label=3, group="vessel", side="left", partner="iliac_vena_right"),
    Structure(name="iliac_vena_right", label=4, group="vessel", side="right", partner="iliac_vena_left"),
    Structure(name="rib_left_1", label=5, group="bone", side="left", partner="rib_right_1"),
    Structure(name="rib_right_1", label=6, group="bone", side="right", partner="rib_left_1"),
)
SPLITS = {"train": 3, "test": 1}
FACTS = {
    "images": 4,
    "images_measured": 4,
    "structures": 6,
    "organs": 2,
    "vessels": 2,
    "bones": 2,
    "slices": 40,
} | SPLITS
GRIDS = (
    PublishedGrid(statistic="min", spacing_mm=(1.5, 1.5, 1.5), size=(8, 8, 8)),
    PublishedGrid(statistic="median", spacing_mm=(1.5, 1.5, 1.5), size=(10, 10, 10)),
    PublishedGrid(statistic="max", spacing_mm=(1.5, 1.5, 1.5), size=(12, 12, 12)),
)


def printed(label: int, structure: str, **changes: Any) -> PublishedStructure:  # noqa: ANN401 (fields of the row)
    """Return the row of a structure that half of the images have, with changes."""
    row = PublishedStructure(
        label=label,
        structure=structure,
        occurrence=2,
        presence_rate=50.0,
        mean_volume_ml=100.0 + label,
        volume_variability_ml=20.0 + label,
    )
    return replace(row, **changes)


ROWS = tuple(printed(structure.label, structure.name) for structure in STRUCTURES)
PUBLISHED = Published(source="a document", facts=FACTS, resolution=GRIDS, structures=ROWS)
CONTRACT = Contract(name="six", structures=STRUCTURES, splits=SPLITS, published=PUBLISHED)


def with_rows(**changed: PublishedStructure) -> Published:
    """Return the tables with other rows in the places ``row_1`` to ``row_6``."""
    return replace(PUBLISHED, structures=tuple(changed.get(f"row_{row.label}", row) for row in ROWS))


def inconsistencies(published: Published) -> list[Finding]:
    """Return what contradicts itself."""
    return list(published_inconsistent(published, CONTRACT))
