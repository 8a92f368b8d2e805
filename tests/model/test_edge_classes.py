"""Which structures have a surface that a CT shows."""

from __future__ import annotations

import pytest

from segaudit import contracts
from segaudit.model.edge_classes import AIR, AIRWAY, BONE, ORGAN, SLENDER, EdgeClass, edge_class


@pytest.mark.parametrize(
    ("structure", "expected"),
    [
        ("lung_upper_lobe_left", AIR),
        ("left_lung", AIR),
        ("trachea", AIRWAY),
        ("vertebrae_L3", BONE),
        ("T12", BONE),
        ("Right Kidney", ORGAN),
        ("liver", ORGAN),
        ("aorta", ORGAN),
        ("rib_left_11", SLENDER),
        ("heart", SLENDER),
        ("postcava", SLENDER),
        ("iliac_artery_left", SLENDER),
        ("kidney_cyst_left", None),
        ("lung_vessels", None),
        ("liver_segment_4", None),
        ("heart_atrium_left", None),
        ("brain", None),
        ("colon", None),
        ("urinary_bladder", None),
        ("", None),
    ],
)
def test_edge_class(structure: str, expected: EdgeClass | None) -> None:
    """Names of any dataset are recognised by their words."""
    assert edge_class(structure) == expected


@pytest.mark.parametrize(("release", "count"), [("v1", 75), ("v2", 81), ("v3", 81)])
def test_releases(release: str, count: int) -> None:
    """Most structures of each release have one, and those with air in them, but bowel, are airy."""
    structures = contracts.load(f"totalsegmentator-{release}").structures
    known = {structure.name: edges for structure in structures if (edges := edge_class(structure.name))}
    assert len(known) >= count
    assert all(structure.airy for structure in structures if structure.name in known and known[structure.name].airy)
