"""Checks of anatomy: how the body lies in the world."""

from __future__ import annotations

import numpy as np
import pytest

from segaudit.checks.anatomy import sides_swapped
from segaudit.checks.anatomy_place import structure_displaced, structure_misplaced
from segaudit.checks.anatomy_pose import anatomy_flipped, organs_mirrored
from segaudit.model import Case, Finding, NotApplicable
from segaudit.testing.bodies import RELEASE, UPRIGHT, Matrix, body, rotation
from tests.support.checked import found_in

MIRRORED = {s.name: s.partner for s in RELEASE.structures if s.partner}
"""What the mask of each structure shows after the case was mirrored and segmented anew."""

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
        (np.diag([1, 1, -1]), ["the body is reversed from head to foot"]),
        (np.diag([1, -1, 1]), ["the body is reversed from back to front"]),
        (np.diag([1, -1, -1]), ["the body is reversed from head to foot", "the body is reversed from back to front"]),
        (np.diag([-1, 1, 1]), []),
        (rotation(0, 90), ["the spine does not run from head to foot in the world"]),
        (rotation(1, -90), ["the spine does not run from head to foot in the world"]),
    ],
)
def test_flipped(turn: Matrix, found: list[str]) -> None:
    """Axes that are turned over, or exchanged, are found; a patient who lies askew is not, nor is a mirrored one."""
    assert flipped(body(world=turn)) == found


def test_flipped_names_a_pair() -> None:
    """The message says how many pairs are reversed, and which one is the clearest."""
    (finding,) = found_in(anatomy_flipped, body(world=np.diag([1, 1, -1])), RELEASE)
    assert finding.message.endswith("such as brain, which is not above femur_left")
    assert finding.expected == 0


@pytest.mark.parametrize("turn", [np.diag([1, 1, -1]), np.diag([1, -1, 1]), rotation(0, 90)])
def test_a_flipped_body_is_told_once(turn: Matrix) -> None:
    """What is out of place in a body that lies the wrong way round is not told again."""
    for check in (structure_misplaced, structure_displaced):
        with pytest.raises(NotApplicable):
            found_in(check, body(world=turn), RELEASE)


def test_one_structure_in_a_wrong_place_flips_nothing() -> None:
    """A heart in the pelvis is no flipped body, even with four structures in view."""
    assert flipped(body(without=all_but("heart", "liver", "prostate", "brain"), moved={"heart": (400, 0, 0)})) == []


def test_too_few_structures_tell_nothing() -> None:
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
    """Voxels and masks mirrored together are told by sides-swapped alone."""
    case = body(world=np.diag([-1, 1, 1]))
    others = (structure_misplaced, structure_displaced, anatomy_flipped, organs_mirrored)
    assert [finding for check in others for finding in found_in(check, case, RELEASE)] == []
    assert len(found_in(sides_swapped, case, RELEASE)) == 1


def test_one_organ_on_the_other_side_is_no_mirror_image() -> None:
    """A left-sided gallbladder is healthy."""
    assert found_in(organs_mirrored, body(moved={"gallbladder": (0, -110, 0)}), RELEASE) == []


def test_mirrored_needs_a_frame() -> None:
    """Without vertebrae nobody knows the midline."""
    with pytest.raises(NotApplicable):
        found_in(organs_mirrored, body(without=SPINE), RELEASE)
