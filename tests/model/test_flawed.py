"""Masks that a check of their case reports as a whole."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from segaudit import catalogue
from segaudit.checks.anatomy_size import sides_unequal, spacing_implausible, volume_implausible
from segaudit.model import Case, Check, Mask, Overlap
from segaudit.model.anatomy import Anatomy
from segaudit.model.common_limits import DICE
from segaudit.model.flawed import OF_CASE, OF_MASK, flawed, spoiled, unlike_tissue
from segaudit.model.records import CaseFit, Inside, Placement, SlabFit
from segaudit.model.registration import Registration
from segaudit.testing.bodies import RELEASE, body
from segaudit.testing.records import healthy_case
from tests.support.checked import found_in


def hollow(mask: Mask) -> Mask:
    """Return a mask that encloses as much as it has."""
    faces = mask.voxels
    inside = Inside(faces=(faces,) * 3, changes=(2 * faces,) * 3, cavities=1, cavity_voxels=mask.voxels)
    return replace(mask, inside=inside, distinct_values=1)


def hollowed(case: Case, *names: str) -> Case:
    """Return a case with some hollow masks, or all."""
    masks = (hollow(mask) if not names or mask.structure in names else mask for mask in case.masks)
    return replace(case, masks=tuple(masks))


def test_ids() -> None:
    """The checks that are named exist, and the limit is that of the check."""
    assert {*OF_MASK.values(), *OF_CASE.values()} <= set(catalogue.by_id())
    assert DICE in catalogue.find("masks-identical").limits


def test_single_masks() -> None:
    """A shell is named with its check, the others are not."""
    case = body()
    assert spoiled(case) == {}
    assert spoiled(hollowed(case, "liver")) == {"liver": "mask-hollow"}


def test_all_masks() -> None:
    """Where most masks are shells, no mask of the case is compared."""
    case = hollowed(body())
    assert spoiled(case) == dict.fromkeys(case.whole_masks, "masks-hollow")


@pytest.mark.parametrize(("shared", "found"), [(950, False), (951, True)])
def test_copies(shared: int, *, found: bool) -> None:
    """Of two masks that are the same, one is wrong, and which is unknown."""
    case = body()
    masks = tuple(replace(mask, voxels=1000) for mask in case.masks)
    case = replace(case, masks=masks, overlaps=(Overlap("liver", "spleen", shared),))
    assert spoiled(case) == (dict.fromkeys(("liver", "spleen"), "masks-identical") if found else {})


SHELLS = {vertebra.name: 0.2 * vertebra.middle_ml for vertebra in RELEASE.spine}


@pytest.mark.parametrize(
    ("check", "sizes"),
    [
        (volume_implausible, {"liver": 100.0}),
        (sides_unequal, {"hip_left": 90.0, "hip_right": 250.0}),
        (spacing_implausible, SHELLS),
    ],
)
def test_the_volume_of_shells_is_not_judged(check: Check[...], sizes: dict[str, float]) -> None:
    """It is what is left of them, and `masks-hollow` says it."""
    case = body(volumes=sizes)
    assert len(found_in(check, case, RELEASE)) == 1
    assert found_in(check, hollowed(case), RELEASE) == []
    assert found_in(check, hollowed(case, *sizes), RELEASE) == []


def test_a_flaw_comes_before_a_place() -> None:
    """Each mask has one check, and the one that explains the others."""
    case = hollowed(body(), "liver")
    assert flawed(Anatomy(case, RELEASE)) == {"liver": "mask-hollow"}


def test_a_mirrored_body() -> None:
    """Whatever lies to a side in it lies to the other one: the aorta and the pancreas as well as liver and spleen."""
    sides = {name: (0.0, -2 * RELEASE.centres[name][1], 0.0) for name in ("liver", "spleen", "stomach", "gallbladder")}
    case = body(moved=sides)
    assert set(flawed(Anatomy(case, RELEASE)).values()) == {"organs-mirrored"}
    assert {"pancreas", "aorta", "liver"} <= flawed(Anatomy(case, RELEASE)).keys()
    assert flawed(Anatomy(body(), RELEASE)) == {}


SLAB = SlabFit(first=0, last=9, structures=3, agreement=0.1, typical=0.1, certain=0.1)


@pytest.mark.parametrize(
    ("slab", "unlike"),
    [
        (SLAB, True),
        (replace(SLAB, structures=2), False),
        (replace(SLAB, agreement=0.29), True),
        (replace(SLAB, agreement=0.3), False),
        (replace(SLAB, typical=0.3), False),
        (replace(SLAB, certain=0.3), False),
        (replace(SLAB, certain=None), False),
    ],
)
def test_slabs_of_which_the_ct_shows_nothing(slab: SlabFit, *, unlike: bool) -> None:
    """What the CT has under the masks there is not theirs; at the limit it is."""
    fit = CaseFit(masks=(), structures=9, faces=3000, agreement=0.9, magnitude=0.2, slabs=(slab,))
    assert unlike_tissue(Registration(replace(healthy_case(), fit=fit))) is unlike


def test_without_a_fit() -> None:
    """A case without a CT has no tissue that could be unlike."""
    assert not unlike_tissue(Registration(healthy_case(ct=None)))


@pytest.mark.parametrize(("agreement", "unlike"), [(0.1, True), (0.9, False)])
def test_masks_that_fit_elsewhere(agreement: float, *, unlike: bool) -> None:
    """What lies 4 voxels below the edges that fit it covers other tissue."""
    place = Placement(voxels=(0.0, 0.0, -4.0), agreement=0.9, contrast=0.1)
    fit = CaseFit(masks=(), structures=30, faces=9000, agreement=agreement, magnitude=0.1, placements=(place,))
    assert unlike_tissue(Registration(replace(healthy_case(), fit=fit))) is unlike
