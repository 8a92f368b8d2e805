"""Checks of anatomy: how the body lies in the world."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from segaudit.checks.anatomy import sides_swapped
from segaudit.checks.anatomy_place import structure_displaced, structure_misplaced
from segaudit.checks.anatomy_pose import anatomy_flipped, organs_mirrored
from segaudit.model import Case, Finding, NotApplicable
from segaudit.model.records import Placement
from segaudit.testing.bodies import RELEASE, UPRIGHT, Matrix, body, rotation
from segaudit.testing.records import healthy_ct, healthy_fit
from tests.support.checked import found_in

MIRRORED = {s.name: s.partner for s in RELEASE.structures if s.partner}
"""What the mask of each structure shows after the case was mirrored and segmented anew."""

WIDE, DEEP, LONG = "from left to right", "from back to front", "from head to foot"

SPINE = [vertebra.name for vertebra in RELEASE.spine]


def all_but(*names: str) -> list[str]:
    """Return the structures without these."""
    return [s.name for s in RELEASE.structures if s.name not in names]


def flipped(case: Case) -> list[str]:
    """Return what anatomy-flipped says, up to the colon."""
    return [finding.message.partition(":")[0] for finding in found_in(anatomy_flipped, case, RELEASE)]


@pytest.mark.parametrize(
    ("turn", "found"),
    [
        (UPRIGHT, []),
        (rotation(0, 20) @ rotation(1, 20), []),
        (np.diag([1, 1, -1]), ["the body is reversed from head to foot, which is a mirror image"]),
        (np.diag([1, -1, 1]), ["the body is reversed from back to front, which is a mirror image"]),
        (
            np.diag([1, -1, -1]),
            [f"the body is reversed {DEEP} and {LONG}, a turn by half about the axis from left to right"],
        ),
        (
            np.diag([-1, -1, 1]),
            ["the body is reversed from left to right and from back to front, a turn by half about the long axis"],
        ),
        (
            np.diag([-1, -1, -1]),
            [f"the body is reversed {WIDE} and {DEEP} and {LONG}, which is a mirror image"],
        ),
        (np.diag([-1, 1, 1]), []),
        (rotation(0, 90), ["the spine does not run from head to foot in the world"]),
        (rotation(1, -90), ["the spine does not run from head to foot in the world"]),
    ],
)
def test_flipped(turn: Matrix, found: list[str]) -> None:
    """Axes that are turned over, or exchanged, are found; a patient who lies askew is not, nor is a mirrored one."""
    assert flipped(body(world=turn)) == found


TURNED = Placement(turn="j", agreement=0.9, contrast=0.1)

ABDOMEN = ("liver", "spleen", "kidney_left", "kidney_right", "stomach", "pancreas", "gallbladder", "aorta")


@pytest.mark.parametrize(
    ("signs", "flips", "swaps"), [((-1, -1, 1), 1, 0), ((-1, 1, 1), 0, 1), ((1, -1, 1), 1, 0), ((1, 1, 1), 0, 0)]
)
def test_one_finding_of_an_abdomen(signs: tuple[int, int, int], flips: int, swaps: int) -> None:
    """Kidneys that are exchanged because the header turns the body are no swapped pair; without vertebrae, too."""
    case = body(without=all_but(*ABDOMEN), world=np.diag(signs))
    assert len(found_in(anatomy_flipped, case, RELEASE)) == flips
    assert [finding.structures for finding in found_in(sides_swapped, case, RELEASE)] == [()] * swaps


def test_a_pair_swapped_in_a_turned_body() -> None:
    """A pair whose names are exchanged is found where left and right are as they should be."""
    names = {"kidney_left": "kidney_right", "kidney_right": "kidney_left"}
    (finding,) = found_in(sides_swapped, body(world=np.diag([1, -1, -1]), named=names), RELEASE)
    assert finding.structures == ("kidney_left", "kidney_right")


@pytest.mark.parametrize(
    ("placements", "words"),
    [
        ((), "fit each other"),
        ((Placement(turn="j", agreement=0.9, contrast=0.1), Placement()), "do not fit each other"),
    ],
)
def test_voxels_speak(placements: tuple[Placement, ...], words: str) -> None:
    """The message says whether CT and masks fit each other, if there is a CT."""
    case = replace(body(world=np.diag([1, 1, -1])), ct=healthy_ct(), fit=healthy_fit(placements=placements))
    (finding,) = found_in(anatomy_flipped, case, RELEASE)
    assert finding.message.endswith(f"; by their voxels, CT and masks {words}")


def test_flipped_names_a_pair() -> None:
    """The message says how many pairs are reversed, and which one is the clearest."""
    (finding,) = found_in(anatomy_flipped, body(world=np.diag([1, 1, -1])), RELEASE)
    assert finding.message.endswith("such as brain, which is not above femur_left")
    assert finding.expected == 0


@pytest.mark.parametrize("turn", [np.diag([1, 1, -1]), np.diag([1, -1, 1]), rotation(0, 90)])
def test_a_flipped_body_is_reported_once(turn: Matrix) -> None:
    """In a flipped body, misplaced structures are not reported as well."""
    for check in (structure_misplaced, structure_displaced):
        with pytest.raises(NotApplicable):
            found_in(check, body(world=turn), RELEASE)


def test_one_structure_in_a_wrong_place_flips_nothing() -> None:
    """A heart in the pelvis is no flipped body, even with four structures in view."""
    assert flipped(body(without=all_but("heart", "liver", "prostate", "brain"), moved={"heart": (400, 0, 0)})) == []


def test_too_few_structures_decide_nothing() -> None:
    """Three structures are no vote."""
    with pytest.raises(NotApplicable):
        flipped(body(without=all_but("heart", "prostate", "brain"), world=np.diag([1, 1, -1])))


def test_mirrored_organs() -> None:
    """A case that was mirrored before it was segmented, or situs inversus: a warning, and nothing else."""
    case = body(world=np.diag([-1, 1, 1]), named=MIRRORED)
    assert found_in(organs_mirrored, case, RELEASE) == [
        Finding(
            case="s0001",
            structures=("spleen", "gallbladder", "liver", "stomach", "superior_vena_cava"),
            message="on the other side of the spine than in most people: situs inversus, or the case was mirrored",
            observed=5,
            expected=0,
        )
    ]
    others = (structure_misplaced, structure_displaced, anatomy_flipped, sides_swapped)
    assert [finding for check in others for finding in found_in(check, case, RELEASE)] == []


def test_a_mirrored_case_has_its_sides_swapped() -> None:
    """If voxels and masks are mirrored together, only sides-swapped reports it."""
    case = body(world=np.diag([-1, 1, 1]))
    others = (structure_misplaced, structure_displaced, anatomy_flipped, organs_mirrored)
    assert [finding for check in others for finding in found_in(check, case, RELEASE)] == []
    assert len(found_in(sides_swapped, case, RELEASE)) == 1


def test_one_organ_on_the_other_side_is_no_mirror_image() -> None:
    """A left-sided gallbladder is healthy."""
    assert found_in(organs_mirrored, body(moved={"gallbladder": (0, -110, 0)}), RELEASE) == []


def test_mirrored_needs_a_frame() -> None:
    """Without vertebrae and structures enough the midline is unknown."""
    few = {"liver", "spleen", "stomach", "gallbladder"}
    with pytest.raises(NotApplicable):
        found_in(organs_mirrored, body(without=[s.name for s in RELEASE.structures if s.name not in few]), RELEASE)
