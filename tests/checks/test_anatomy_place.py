"""Checks of anatomy: where structures lie among the vertebrae."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from segaudit.checks.anatomy_place import structure_displaced, structure_misplaced
from segaudit.model import Case, Finding, NotApplicable, Overlap, Spot
from segaudit.testing.bodies import RELEASE, UPRIGHT, body, rotation
from tests.support.checked import found_in

SPINE = [vertebra.name for vertebra in RELEASE.spine]


def misplaced(case: Case) -> list[str]:
    """Return the structures that are misplaced."""
    return [", ".join(finding.structures) for finding in found_in(structure_misplaced, case, RELEASE)]


def displaced(case: Case) -> list[str]:
    """Return the structures that are displaced."""
    return [", ".join(finding.structures) for finding in found_in(structure_displaced, case, RELEASE)]


def test_heart_in_the_abdomen() -> None:
    """The finding gives the level, the distance, the expected levels and the location."""
    assert found_in(structure_misplaced, body(moved={"heart": (160, 0, 0)}), RELEASE) == [
        Finding(
            case="s0001",
            structures=("heart",),
            file="s0001/segmentations/heart.nii.gz",
            message="its centre is at the level of L2, 85 mm off, expected T5 to T11",
            observed="at the level of L2",
            expected="T5 to T11",
            spot=Spot((142, 151, 325), (-15.0, 102.5, -450.0)),
        )
    ]


def test_liver_on_the_left() -> None:
    """Across the spine, distances are given, scaled to the case."""
    (finding,) = found_in(structure_misplaced, body(moved={"liver": (0, -150, 0)}, world=0.5 * UPRIGHT), RELEASE)
    expected = "between 5 mm to the left and 70 mm to the right"
    assert finding.message == f"its centre is 42 mm to the left of the spine, 38 mm off, expected {expected}"


def test_heart_behind_the_spine() -> None:
    """From back to front too."""
    (finding,) = found_in(structure_misplaced, body(moved={"heart": (0, 0, -130)}), RELEASE)
    assert finding.observed == "28 mm to the back of the spine"


@pytest.mark.parametrize(
    ("down", "found"),
    [(0, ([], [])), (70, ([], [])), (80, ([], ["heart"])), (100, ([], ["heart"])), (110, (["heart"], []))],
)
def test_grades(down: float, found: tuple[list[str], list[str]]) -> None:
    """Within the limits nothing, up to what a person can have a warning, then an error; never both."""
    case = body(moved={"heart": (down, 0, 0)})
    assert (misplaced(case), displaced(case)) == found


@pytest.mark.parametrize(
    "moved",
    [
        {"kidney_left": (150.0, 0.0, 0.0)},  # in the pelvis, 1 in 2,000, or transplanted
        {"spleen": (200.0, 60.0, 0.0)},  # a wandering spleen
        {"stomach": (-180.0, 0.0, 0.0)},  # pulled up after the esophagus was removed, or herniated
        {"heart": (0.0, 70.0, 0.0)},  # dextrocardia, or a lung removed
        {"urinary_bladder": (-160.0, 0.0, 0.0)},  # overfull
    ],
)
def test_what_a_person_can_have_is_a_warning_at_most(moved: dict[str, tuple[float, float, float]]) -> None:
    """Rare anatomy is no error."""
    assert misplaced(body(moved=moved)) == []


@given(arms=st.sampled_from(["up", "down"]), legs=st.floats(-60, 60))
def test_limbs_move(arms: str, legs: float) -> None:
    """Arms lie beside the head or the trunk, legs are bent or straight."""
    down = {"up": -180.0, "down": 180.0}[arms]
    moved = {"humerus_left": (down, 0.0, 0.0), "humerus_right": (down, 0.0, 0.0), "femur_left": (0.0, 0.0, legs)}
    assert (misplaced(body(moved=moved)), displaced(body(moved=moved))) == ([], [])


@pytest.mark.parametrize("scale", [0.3, 0.5, 1.0, 1.3])
@pytest.mark.parametrize("angle", [-20, 0, 20])
def test_verdicts_do_not_depend_on_size_and_direction(scale: float, angle: float) -> None:
    """Children, adults, and patients who lie askew are judged alike."""
    turn = rotation(0, angle) @ rotation(1, angle) @ rotation(2, angle)
    assert displaced(body(world=scale * turn)) == []
    assert misplaced(body(world=scale * turn, moved={"heart": (160, 0, 0)})) == ["heart"]


def shifted(by: int) -> Case:
    """Return a body whose vertebrae have the names of those that lie so many levels below."""
    named = dict(zip(SPINE, SPINE[by:] + SPINE[:by], strict=True))
    return body(named=named, without=SPINE[-by:] if by > 0 else SPINE[:-by])


@pytest.mark.parametrize("by", [-1, 1])
def test_vertebrae_named_one_off_make_no_finding(by: int) -> None:
    """Six lumbar or eleven thoracic vertebrae shift the numbers, and not the organs."""
    assert (misplaced(shifted(by)), displaced(shifted(by))) == ([], [])


@pytest.mark.parametrize("by", [-5, 5])
def test_vertebrae_named_wrongly_are_one_finding(by: int) -> None:
    """It is the vertebrae that are wrong, and not sixty structures."""
    (finding,) = found_in(structure_misplaced, shifted(by), RELEASE)
    assert finding.message.endswith("too far up, or too far down, among the vertebrae: the vertebrae are named wrongly")
    assert (finding.observed, finding.expected) == (int(finding.message.split()[0]), 0)
    assert displaced(shifted(by)) == []


def test_exchanged_kidneys_are_reported_by_sides_swapped() -> None:
    """A pair on each other's side is judged by its partner's limits."""
    case = body(named={"kidney_left": "kidney_right", "kidney_right": "kidney_left"})
    assert (misplaced(case), displaced(case)) == ([], [])


@pytest.mark.parametrize("pairs", [("kidney",), ("kidney", "adrenal_gland"), ("kidney", "hip", "femur")])
def test_exchanged_pairs_that_stand_alone_turn_nothing(pairs: tuple[str, ...]) -> None:
    """If the few existing pairs are reversed, sides-swapped reports it, and no organ is on a wrong side."""
    kept = {f"{pair}_{side}" for pair in pairs for side in ("left", "right")}
    seen = {*kept, *SPINE, "gallbladder", "heart"}
    without = [structure.name for structure in RELEASE.structures if structure.name not in seen]
    exchanged = {name: RELEASE.by_name[name].partner for name in kept}
    case = body(named=exchanged, without=without)
    assert (misplaced(case), displaced(case)) == ([], [])
    far = body(named=exchanged, without=without, moved={"heart": (160, 0, 0)})
    assert misplaced(far) + displaced(far) == ["heart"]


def test_slivers_are_not_judged() -> None:
    """volume-implausible reports a mask that is far too small; its centre may be anywhere."""
    assert misplaced(body(moved={"liver": (200, 0, 0)}, volumes={"liver": 299})) == []
    assert misplaced(body(moved={"liver": (200, 0, 0)}, volumes={"liver": 300})) == ["liver"]


def test_a_copied_mask_is_reported_once() -> None:
    """If one mask was written over another, only masks-identical reports it."""
    case = body(moved={"heart": (160, 0, 0)})
    assert misplaced(replace(case, overlaps=(Overlap("heart", "liver", 4000),))) == ["heart"]
    assert misplaced(replace(case, overlaps=(Overlap("heart", "liver", 4001),))) == []


@pytest.mark.parametrize(
    ("face", "moved", "found"),
    [
        (5, (160.0, 0.0, 0.0), []),  # too low, but the rest is higher
        (4, (160.0, 0.0, 0.0), ["heart"]),  # too low, and the rest is still lower
        (5, (-160.0, 0.0, 0.0), ["heart"]),  # too high, and the rest is still higher
        (4, (-160.0, 0.0, 0.0), []),  # too high, but the rest is lower
        (1, (0.0, -150.0, 0.0), []),  # too far to the left, but the rest is to the right
    ],
)
def test_cut_structures_are_judged_by_what_is_certain(
    face: int, moved: tuple[float, float, float], found: list[str]
) -> None:
    """The centre of what is seen is not that of the whole: what the rest can change makes no finding."""
    case = body(moved={"heart": moved})
    gaps = tuple(2 if at == face else 9 for at in range(6))
    cut = tuple(replace(mask, faces=gaps) if mask.structure == "heart" else mask for mask in case.masks)
    assert misplaced(replace(case, masks=cut)) == found


def test_a_small_part_is_not_judged() -> None:
    """Less than half of the usual volume may be any end of an organ."""
    case = body(moved={"heart": (160, 0, 0)}, volumes={"heart": 300})
    cut = tuple(replace(mask, faces=(9, 9, 9, 9, 2, 9)) if mask.structure == "heart" else mask for mask in case.masks)
    assert misplaced(replace(case, masks=cut)) == []


@pytest.mark.parametrize(("seen", "found"), [(SPINE[7:10], []), (SPINE[19:24], ["urinary_bladder"])])
def test_few_vertebrae_do_not_reach_far(seen: list[str], found: list[str]) -> None:
    """A bladder at L1 is judged among lumbar vertebrae, and not by three thoracic ones."""
    without = [name for name in SPINE if name not in seen]
    assert misplaced(body(without=without, moved={"urinary_bladder": (-240, 0, 0)})) == found


def test_needs_something_to_compare_with() -> None:
    """Without vertebrae, four organs are too few."""
    few = {"liver", "spleen", "stomach", "gallbladder"}
    with pytest.raises(NotApplicable):
        misplaced(body(without=[s.name for s in RELEASE.structures if s.name not in few]))


def test_needs_vertebrae_of_a_person() -> None:
    """With a wrong spacing the check does not apply: spacing-implausible reports it."""
    with pytest.raises(NotApplicable):
        misplaced(body(world=np.diag([1, 1, 3])))
