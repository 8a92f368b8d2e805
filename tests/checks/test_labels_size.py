"""Checks of labels: specks."""

from __future__ import annotations

import pytest

from segaudit import contracts
from segaudit.checks.labels_size import mask_tiny
from segaudit.model import Mask, Structure
from segaudit.testing.records import CENTRE, VOXEL_ML, empty_mask, healthy_mask, small_contract
from tests.support.findings import about_liver

SPECK_ML = 0.17

EDGE = (2, 20, 15, 15, 10, 10)


def test_tiny() -> None:
    """A speck is a finding."""
    mask = healthy_mask(voxels=4, volume_ml=4 * VOXEL_ML)
    assert list(mask_tiny(mask, small_contract())) == [
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
    assert list(mask_tiny(mask, small_contract())) == []


@pytest.mark.parametrize(("piece_ml", "found"), [(0.0, 0), (0.01, 0), (0.011, 1), (1.0, 1)])
def test_tiny_by_contract(piece_ml: float, found: int) -> None:
    """How small a structure can be is the contract's; none is held to more than a speck."""
    thyroid = Structure(name="thyroid_gland", label=1, group="organ", removable=True, piece_ml=piece_ml)
    contract = small_contract(structures=(thyroid,))
    assert len(list(mask_tiny(healthy_mask("thyroid_gland", voxels=3, volume_ml=0.01), contract))) == found
    assert list(mask_tiny(healthy_mask("thyroid_gland", voxels=51, volume_ml=0.17), contract)) == []


@pytest.mark.parametrize("release", ["totalsegmentator-v1", "totalsegmentator-v2", "totalsegmentator-v3"])
def test_only_cysts_have_any_size(release: str) -> None:
    """Of the shipped structures, cysts alone may be specks."""
    tiny = {s.name for s in contracts.load(release).structures if s.piece_ml < SPECK_ML}
    assert tiny == {name for name in contracts.load(release).by_name if name.startswith("kidney_cyst_")}
