"""Which structures have a surface that a CT shows."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from segaudit import contracts
from segaudit.model import HuSample, Mask
from segaudit.model.edge_classes import AIR, AIRWAY, BONE, ORGAN, SLENDER, EdgeClass, edge_class, filled
from segaudit.testing.records import healthy_mask


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


@pytest.mark.parametrize(
    ("edges", "window", "airy", "firm", "certain"),
    [
        (AIR, (-1000, 100), True, True, True),
        (AIRWAY, (-1000, 100), True, False, True),
        (BONE, (-200, 300), False, True, True),
        (ORGAN, (-200, 300), False, True, False),
        (SLENDER, (-200, 300), False, False, False),
    ],
)
def test_windows(edges: EdgeClass, window: tuple[int, int], *, airy: bool, firm: bool, certain: bool) -> None:
    """From air to soft tissue for lungs, from fat to bone for all else; slender ones are judged with others alone."""
    assert (edges.low, edges.high) == window
    assert (edges.airy, edges.firm, edges.certain) == (airy, firm, certain)


@pytest.mark.parametrize(("median", "expected"), [(-500.0, False), (-499.0, True)])
def test_filled(median: float, *, expected: bool) -> None:
    """A lung above -500 HU holds something else than air; nothing else is a lung."""
    assert filled(mask_of("lung_upper_lobe_left", median)) is expected
    assert not filled(mask_of("liver", median))
    assert not filled(mask_of("colon", median))
    assert not filled(replace(mask_of("trachea", median), hu=None))


def mask_of(name: str, median: float) -> Mask:
    """Return a mask over which the CT has a median."""
    hu = HuSample(mean=0, std=9, minimum=0, p5=0, p25=0, median=median, p75=0, p95=0, maximum=0)
    return healthy_mask(name, hu=hu)


@pytest.mark.parametrize(
    ("name", "found"), [("L1", True), ("t12", True), ("C7", True), ("L1 T12", False), ("S1", False), ("L123", False)]
)
def test_vertebrae_by_their_level(name: str, *, found: bool) -> None:
    """Alone, a level is the name of a vertebra."""
    assert (edge_class(name) is BONE) is found
