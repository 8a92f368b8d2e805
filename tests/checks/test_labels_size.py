"""Checks of labels: specks."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from segaudit import contracts
from segaudit.checks.labels_size import mask_tiny
from segaudit.model import Contract, Finding, Mask, Structure
from segaudit.testing.bodies import RELEASE, UPRIGHT, body
from segaudit.testing.records import CENTRE, VOXEL_ML, empty_mask, healthy_case, healthy_mask, small_contract
from tests.support.checked import found_in
from tests.support.findings import about_liver

SPECK_ML = 0.17

EDGE = (2, 20, 15, 15, 10, 10)


def tiny(mask: Mask, contract: Contract | None = None) -> list[Finding]:
    """Return what is found in a case with one mask."""
    return found_in(mask_tiny, replace(healthy_case(), masks=(mask,)), contract or small_contract())


def test_tiny() -> None:
    """A speck is a finding."""
    mask = healthy_mask(voxels=4, volume_ml=4 * VOXEL_ML)
    assert tiny(mask) == [
        about_liver("4 voxels, 0.013 ml; expected 0.17 ml or more, or an empty mask", 0.013, 0.17, CENTRE)
    ]


@pytest.mark.parametrize(
    "mask",
    [
        healthy_mask(voxels=51, volume_ml=0.17),
        healthy_mask(voxels=4, volume_ml=0.01, faces=EDGE),
        empty_mask(),
    ],
)
def test_not_tiny(mask: Mask) -> None:
    """A small mask, a cut one and an empty one are no specks."""
    assert tiny(mask) == []


@pytest.mark.parametrize(("piece_ml", "found"), [(0.0, 0), (0.01, 0), (0.011, 1), (1.0, 1)])
def test_tiny_by_contract(piece_ml: float, found: int) -> None:
    """How small a structure can be is the contract's; none is held to more than a speck."""
    thyroid = Structure(name="thyroid_gland", label=1, group="organ", removable=True, piece_ml=piece_ml)
    contract = small_contract(structures=(thyroid,))
    assert len(tiny(healthy_mask("thyroid_gland", voxels=3, volume_ml=0.01), contract)) == found
    assert tiny(healthy_mask("thyroid_gland", voxels=51, volume_ml=0.17), contract) == []


@pytest.mark.parametrize("release", ["totalsegmentator-v1", "totalsegmentator-v2", "totalsegmentator-v3"])
def test_only_cysts_have_any_size(release: str) -> None:
    """Of the shipped structures, cysts alone may be specks."""
    tiny = {s.name for s in contracts.load(release).structures if s.piece_ml < SPECK_ML}
    assert tiny == {name for name in contracts.load(release).by_name if name.startswith("kidney_cyst_")}


@pytest.mark.parametrize(
    ("scale", "adult_ml", "found"), [(0.4, 0.175, 0), (0.4, 0.165, 1), (1.2, 0.1, 0), (1.2, 0.097, 1)]
)
def test_tiny_in_a_child(scale: float, adult_ml: float, found: int) -> None:
    """In a body of 0.4 times an adult's length, 0.011 ml are what 0.17 ml are in an adult; in a taller one no more."""
    case = body(volumes={"rib_left_12": adult_ml}, world=scale * UPRIGHT)
    assert len(found_in(mask_tiny, case, RELEASE)) == found


@pytest.mark.parametrize(("ml", "found"), [(0.099, 1), (0.1, 0)])
def test_tiny_in_a_tall_body(ml: float, found: int) -> None:
    """What is no speck in an adult of usual length is none in a taller one."""
    rib = replace(RELEASE.by_name["rib_left_12"], piece_ml=0.1)
    contract = replace(RELEASE, structures=(*(one for one in RELEASE.structures if one.name != rib.name), rib))
    case = body(volumes={rib.name: ml / 1.2**3}, world=1.2 * UPRIGHT)
    assert len(found_in(mask_tiny, case, contract)) == found
