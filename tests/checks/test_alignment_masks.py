"""Checks of single masks, and of single slices, against the edges that the CT shows."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from segaudit.checks.alignment_masks import mask_displaced, mask_unrelated, slab_unrelated
from segaudit.model import Case, Finding, Mask, Spot
from segaudit.model.misplacement import Misplacement
from segaudit.model.records import CaseFit, MaskFit, Placement, Shift, SlabFit
from segaudit.testing.records import CASE, healthy_case, healthy_mask
from tests.support.findings import about_liver

SHIFT = Shift(voxels=(0, 0, 4), agreement=0.9, contrast=0.1, faces=700, gain=3.0, side_agreement=0.8, side_faces=100)
LIVER = MaskFit("liver", 720, 0.3, 0.05, SHIFT)
GOOD = SlabFit(first=0, last=9, structures=5, agreement=0.95, typical=0.95)
BAD = replace(GOOD, agreement=0.1, typical=0.1)


def case(*masks: MaskFit, liver: Mask | None = None, **changes: Any) -> Case:  # noqa: ANN401 - fields of any type
    """Return a case whose masks fit together, with the fits of some."""
    fit = CaseFit(masks=masks, structures=30, faces=9000, agreement=0.95, magnitude=0.1)
    return healthy_case(liver or healthy_mask(), fit=replace(fit, **changes))


def test_displaced() -> None:
    """A mask beside its edges is a finding with the way back."""
    message = "lies 6.0 mm (4 voxels along k) to the head of the edges that the CT shows: "
    message += "it agrees with these by 0.90 there, by 0.30 in place"
    spot = healthy_mask().spot
    elsewhere = Misplacement(structures=("liver",), voxels=(0, 0, 4))
    finding = replace(about_liver(message, 6.0, 0.0, spot), misplacement=elsewhere)
    assert list(mask_displaced(case(LIVER))) == [finding]
    assert list(mask_unrelated(case(LIVER))) == []


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"voxels": (0, 0, 1)}, False),
        ({"voxels": (0, 0, -2)}, True),
        ({"agreement": 0.7}, True),
        ({"agreement": 0.69}, False),
        ({"contrast": 0.04}, True),
        ({"contrast": 0.039}, False),
        ({"side_agreement": 0.5}, True),
        ({"side_agreement": 0.49}, False),
        ({"side_faces": 29, "agreement": 0.751}, True),
        ({"side_faces": 29, "agreement": 0.749}, False),
        ({"side_faces": 30, "agreement": 0.74}, True),
        ({"voxels": (1, 0, 4), "agreement": 0.701}, True),
        ({"voxels": (1, 0, 4), "agreement": 0.699}, False),
    ],
)
def test_displaced_thresholds(changes: dict[str, Any], found: bool) -> None:  # noqa: FBT001
    """How far, how well it fits there, on which sides, and how much better."""
    fit = replace(LIVER, agreement=0.4, shift=replace(SHIFT, **changes))
    assert bool(list(mask_displaced(case(fit)))) == found


@pytest.mark.parametrize(
    ("agreement", "gain", "found"),
    [(0.809, 1.5, True), (0.811, 1.5, False), (0.809, 1.49, False), (0.699, 1.0, True), (0.701, 1.0, False)],
)
def test_sharp(agreement: float, gain: float, found: bool) -> None:  # noqa: FBT001
    """A smaller gap will do, 0.015 for each of 6 mm, where the CT's steps are much larger."""
    fit = replace(LIVER, agreement=agreement, shift=replace(SHIFT, gain=gain))
    assert bool(list(mask_displaced(case(fit)))) == found


@pytest.mark.parametrize(
    ("agreement", "contrast", "found"), [(0.849, 0.04, True), (0.851, 0.04, False), (0.849, 0.041, False)]
)
def test_sure(agreement: float, contrast: float, found: bool) -> None:  # noqa: FBT001
    """A gap of 0.05 will do at any distance where all steps are 2.5 times larger, and the agreement is 0.9."""
    fit = replace(LIVER, agreement=agreement, contrast=contrast, shift=replace(SHIFT, gain=1.0))
    assert bool(list(mask_displaced(case(fit)))) == found
    weaker = replace(fit, shift=replace(SHIFT, gain=1.0, agreement=0.899))
    assert list(mask_displaced(case(replace(weaker, agreement=0.8)))) == []


@pytest.mark.parametrize(("agreement", "found"), [(0.249, True), (0.25, False)])
def test_unrelated(agreement: float, found: bool) -> None:  # noqa: FBT001
    """A bone that agrees with nothing, here or near, is a finding; an organ may lie in tissue that is as bright."""
    message = "agrees with the CT's edges by 0.25, at least 0.25 expected; all masks together by 0.95"
    finding = Finding.about(healthy_mask("femur_left"), message, agreement, 0.25)
    fit = MaskFit("femur_left", 720, agreement, 0.02)
    assert list(mask_unrelated(case(fit))) == ([finding] if found else [])
    assert list(mask_unrelated(case(fit, agreement=0.74))) == []
    assert list(mask_unrelated(case(replace(fit, structure="liver")))) == []


@pytest.mark.parametrize(
    "record",
    [
        case(replace(LIVER, faces=249)),
        case(replace(LIVER, structure="rib_left_3")),
        case(LIVER, liver=healthy_mask(corner_displacement_mm=0.75)),
        case(LIVER, slabs=(replace(BAD, first=10, last=19), replace(GOOD, first=20, last=29))),
        case(LIVER, agreement=0.1, magnitude=0.05, placements=(Placement(agreement=0.3), Placement(turn="i"))),
    ],
)
def test_not_judged(record: Case) -> None:
    """Few faces, a slender structure, a mask off the grid, one in slices that are wrong, all masks wrong."""
    assert list(mask_displaced(record)) == []
    assert list(mask_unrelated(record)) == []


def test_slab() -> None:
    """Slabs that agree with nothing are one finding, which leads to the middle of the worst."""
    slabs = [replace(GOOD, first=first, last=first + 9) for first in range(0, 40, 10)]
    for place, agreement in ((0, 0.2), (2, 0.1), (3, 0.2)):
        slabs[place] = replace(slabs[place], agreement=agreement, typical=0.0)
    message = "slices 0 to 9, 20 to 39 along k: the masks agree with the CT's edges by 0.10 there, by 0.95 in all"
    spot = Spot((30, 25, 24), (0.0, 0.0, 6.8))
    finding = Finding(case=CASE, message=message, observed=0.1, expected=0.3, spot=spot)
    assert list(slab_unrelated(case(slabs=tuple(slabs)))) == [finding]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"agreement": 0.299}, True),
        ({"agreement": 0.3}, False),
        ({"typical": 0.299}, True),
        ({"typical": 0.3}, False),
        ({"structures": 3}, True),
        ({"structures": 2}, False),
    ],
)
def test_slab_thresholds(changes: dict[str, Any], found: bool) -> None:  # noqa: FBT001
    """All faces of a slab and most of its structures agree with nothing, and three structures are there."""
    assert bool(list(slab_unrelated(case(slabs=(GOOD, replace(BAD, **changes)))))) == found
