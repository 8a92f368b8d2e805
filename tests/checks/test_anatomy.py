"""Checks of anatomy: left and right."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from segaudit.checks.anatomy import sides_swapped
from segaudit.model import Finding, Mask, Spot
from segaudit.testing.bodies import RELEASE, body
from segaudit.testing.records import (
    AFFINE,
    empty_mask,
    healthy_case,
    healthy_file,
    healthy_header,
    healthy_mask,
    small_contract,
)
from tests.support.checked import found_in

CUT = (0, 9, 9, 9, 9, 9)
ON_THE_LEFT, ON_THE_RIGHT = (5, 14, 15, 34, 10, 29), (25, 34, 15, 34, 10, 29)
"""Boxes of 15 mm across, 15 mm apart."""


def swapped(pair: str, *, x: float = 30.0, **changes: object) -> tuple[Mask, Mask]:
    """Return the masks of a pair on each other's side, 60 mm apart."""
    left = healthy_mask(f"{pair}_left", centroid_mm=(x, 0.0, 0.0), **changes)
    return left, healthy_mask(f"{pair}_right", centroid_mm=(-x, 0.0, 0.0), **changes)


def structures(*masks: Mask) -> list[str]:
    """Return the pairs that are found swapped in a case with these masks."""
    return [
        ", ".join(finding.structures) for finding in found_in(sides_swapped, healthy_case(*masks), small_contract())
    ]


def test_one_pair_swapped() -> None:
    """A pair of kidneys on each other's side is a finding."""
    assert found_in(sides_swapped, healthy_case(*swapped("kidney")), small_contract()) == [
        Finding(
            case="s0001",
            structures=("kidney_left", "kidney_right"),
            message="the right one's centre lies 60 mm to the left of the left one's",
            observed=-60,
            expected=0,
            spot=Spot((30, 24, 20), (-30.0, 0.0, 0.0)),
        )
    ]


def test_all_pairs_swapped() -> None:
    """A mirrored case is one finding."""
    case = healthy_case(*swapped("kidney"), *swapped("femur"), *swapped("iliac_artery"))
    message = "all 3 pairs of left and right are swapped: the whole case is mirrored, or all left and right names are "
    message += "exchanged; by their voxels, CT and masks fit each other"
    assert found_in(sides_swapped, case, small_contract()) == [
        Finding(case="s0001", message=message, observed=3, expected=0)
    ]


def test_two_pairs_swapped() -> None:
    """Two are all of them as well."""
    case = healthy_case(*swapped("kidney"), *swapped("femur"), empty_mask("iliac_artery_left"))
    (finding,) = found_in(sides_swapped, case, small_contract())
    assert finding.message.startswith("all 2 pairs of left and right are swapped: ")


NAMES = "all left and right names are exchanged, since the liver lies on the right as in most people"
MIRRORED = "the whole case is mirrored"
EITHER = f"{MIRRORED}, or all left and right names are exchanged"


@pytest.mark.parametrize(
    ("spleen", "stomach", "cause"),
    [
        (-40.0, None, NAMES),
        (-39.9, None, EITHER),
        (40.0, None, MIRRORED),
        (39.9, None, EITHER),
        (None, -40.0, NAMES),
        (-40.0, 40.0, EITHER),
        (-40.0, 0.0, NAMES),
        (None, None, EITHER),
    ],
)
def test_names_or_the_case(spleen: float | None, stomach: float | None, cause: str) -> None:
    """The liver, which has no partner, says whether all names are exchanged or the body is mirrored."""
    organs = [
        healthy_mask(name, centroid_mm=(x, 0.0, 0.0)) if x is not None else empty_mask(name)
        for name, x in (("liver", 0.0), ("spleen", spleen), ("stomach", stomach))
    ]
    case = healthy_case(*swapped("kidney"), *swapped("femur"), *swapped("iliac_artery"), *organs)
    (finding,) = found_in(sides_swapped, case, small_contract())
    assert finding.message.split(": ")[1].split(";")[0] == cause


def test_the_only_pair_is_not_the_whole_case() -> None:
    """If only one pair can be judged, the pair is reported."""
    others = [empty_mask(name) for name in ("femur_left", "femur_right", "iliac_artery_left")]
    assert structures(*swapped("kidney"), *others) == ["kidney_left, kidney_right"]


def test_one_pair_in_a_mirrored_body() -> None:
    """Where the organs beside it say that the body is mirrored, the pair is not the only thing that is wrong."""
    shown = {"liver", "spleen", "kidney_left", "kidney_right", "stomach", "pancreas", "gallbladder", "aorta"}
    case = body(without={structure.name for structure in RELEASE.structures} - shown, world=np.diag([-1, 1, 1]))
    (finding,) = found_in(sides_swapped, case, RELEASE)
    assert finding.message == "the one pair of left and right is swapped: the whole case is mirrored"


@pytest.mark.parametrize("absent", ["femur_left", "femur_right"])
def test_pairs_of_which_one_has_no_file(absent: str) -> None:
    """There is nothing to compare the other one with."""
    case = healthy_case(*swapped("kidney"))
    case = replace(case, masks=tuple(mask for mask in case.masks if mask.structure != absent))
    (finding,) = found_in(sides_swapped, case, small_contract())
    assert finding.structures == ("kidney_left", "kidney_right")


@pytest.mark.parametrize(("x", "found"), [(9.9, []), (10.0, ["iliac_artery_left, iliac_artery_right"])])
def test_vessels_may_wander(x: float, found: list[str]) -> None:
    """A kinked artery reaches over the midline, but not 20 mm past its partner."""
    assert structures(*swapped("iliac_artery", x=x)) == found


@pytest.mark.parametrize(("x", "found"), [(-29.9, 0), (-30.0, 1)])
def test_limit(x: float, found: int) -> None:
    """Two centres at the same place are no left and right."""
    assert len(structures(healthy_mask("kidney_right", centroid_mm=(x, 0.0, 0.0)))) == found


def test_cut_pairs_side_by_side() -> None:
    """The field of view cannot move a box past the other one."""
    left, right = (
        healthy_mask("kidney_left", box=ON_THE_RIGHT),
        healthy_mask("kidney_right", box=ON_THE_LEFT, faces=CUT),
    )
    exchanged = [
        healthy_mask("kidney_left", box=ON_THE_RIGHT, centroid_mm=(0.0, 0.0, 0.0)),
        healthy_mask("kidney_right", box=ON_THE_LEFT, centroid_mm=(-30.0, 0.0, 0.0), faces=CUT),
    ]
    assert structures(*exchanged) == ["kidney_left, kidney_right"]
    assert structures(left, right) == []  # the centres are where they belong


@pytest.mark.parametrize(("row", "found"), [((1.5, 0.0, 0.0, 0.0), 1), ((1.4, 0.5, 0.5, 0.0), 0)])
def test_boxes_on_an_oblique_grid(row: tuple[float, ...], found: int) -> None:
    """On an oblique grid the boxes reach further, and overlap sooner."""
    header = healthy_header(affine=row + AFFINE[4:])
    masks = [
        healthy_mask(name, box=box, centroid_mm=(x, 0.0, 0.0), faces=CUT, file=healthy_file(name, header=header))
        for name, box, x in (("kidney_left", ON_THE_RIGHT, 44.0), ("kidney_right", ON_THE_LEFT, 14.0))
    ]
    assert len(structures(*masks)) == found


@pytest.mark.parametrize(
    ("row", "reach", "found"),
    [
        ((1.5, 0.75, 0.0), (15, 36, 10, 29), 1),
        ((1.5, 0.75, 0.0), (15, 37, 10, 29), 0),
        ((1.5, -0.75, 0.0), (15, 36, 10, 29), 1),
        ((1.5, -0.75, 0.0), (15, 37, 10, 29), 0),
        ((1.5, 0.0, 0.75), (15, 34, 10, 31), 1),
        ((1.5, 0.0, 0.75), (15, 34, 10, 32), 0),
        ((1.5, 0.0, -0.75), (35, 54, 10, 31), 1),
        ((1.5, 0.0, -0.75), (35, 54, 10, 32), 0),
    ],
)
def test_boxes_that_share_a_plane(row: tuple[float, ...], reach: tuple[int, ...], found: int) -> None:
    """Those do not lie side by side: 11 voxels of 1.5 mm apart, they reach 22 of 0.75 mm towards each other."""
    header = healthy_header(affine=(*row, -45.0, *AFFINE[4:]))
    left, right = (
        healthy_mask(
            name,
            box=(*box[:2], *reach),
            centroid_mm=(x, 0.0, 0.0),
            faces=CUT,
            file=healthy_file(name, header=header),
        )
        for name, box, x in (("kidney_left", ON_THE_RIGHT, 44.0), ("kidney_right", ON_THE_LEFT, 14.0))
    )
    assert len(structures(left, right)) == found


@pytest.mark.parametrize(("first", "found"), [(14, 1), (15, 2)])
def test_healthy_pairs_that_are_cut(first: int, found: int) -> None:
    """One that lies side by side, as people have it, says that not all are swapped; not where boxes share a plane."""
    left, right = (5, 14, 15, 34, 10, 29), (first, 34, 15, 34, 10, 29)
    arteries = [
        healthy_mask(f"iliac_artery_{side}", box=box, faces=CUT) for side, box in (("left", left), ("right", right))
    ]
    assert len(structures(*swapped("kidney"), *swapped("femur"), *arteries)) == found


@pytest.mark.parametrize(("apart", "found"), [(28.5, 0), (29.0, 1)])
def test_boxes_in_grids_of_their_own(apart: float, found: int) -> None:
    """Each lies where its own header says: the same box of 20 voxels, 19 of 1.5 mm across, in two places."""
    masks = [
        healthy_mask(
            name,
            centroid_mm=(x, 0.0, 0.0),
            faces=CUT,
            file=healthy_file(name, header=healthy_header(affine=(*AFFINE[:3], x, *AFFINE[4:]))),
        )
        for name, x in (("kidney_left", apart), ("kidney_right", 0.0))
    ]
    assert len(structures(*masks)) == found


@pytest.mark.parametrize("cut", [(0,), (1,), (0, 1)])
def test_cut_pairs_whose_boxes_overlap_are_not_judged(cut: tuple[int, ...]) -> None:
    """What the field of view cuts has its centre anywhere: one of the two is enough."""
    masks = swapped("kidney")
    assert structures(*(replace(mask, faces=CUT) if at in cut else mask for at, mask in enumerate(masks))) == []


@pytest.mark.parametrize(("volume_ml", "found"), [(0.99, 0), (1.0, 1)])
def test_specks_are_not_judged(volume_ml: float, found: int) -> None:
    """A stray speck says nothing about a side."""
    left, right = swapped("kidney", volume_ml=volume_ml)
    assert len(structures(left, right)) == found


@pytest.mark.parametrize("pair", [0, 1])
def test_cut_masks_of_no_known_reach(pair: int) -> None:
    """Where one of two that are cut has no box, or no header, nobody knows whether they lie side by side."""
    masks = swapped("kidney", faces=CUT)
    boxed = [replace(mask, box=box) for mask, box in zip(masks, (ON_THE_RIGHT, ON_THE_LEFT), strict=True)]
    assert structures(*boxed) == ["kidney_left, kidney_right"]
    for other in (replace(boxed[pair], box=None), replace(boxed[pair], file=healthy_file(header=None))):
        boxed_with = [other if at == pair else mask for at, mask in enumerate(boxed)]
        assert structures(*boxed_with) == []
