"""Vertebrae: out of order, missing, mixed, joined; and the variants of healthy people, on which nothing is said."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from segaudit.checks.anatomy_spine import vertebrae_gap, vertebrae_joined, vertebrae_mixed, vertebrae_order
from segaudit.model import Case, Check, Contact, Finding, Mask, Spot
from segaudit.testing.records import CASE, healthy_file, healthy_header
from segaudit.testing.spines import LEVELS, body, height, removed, renumbered, shifted, spine, spine_contract, vertebra
from tests.support.checked import found_in

CONTRACT = spine_contract()
CHECKS = (vertebrae_order, vertebrae_gap, vertebrae_mixed, vertebrae_joined)
NAMES = [vertebra(level) for level in LEVELS]
T9 = LEVELS.index("T9")
WHOLE_SECTION_MM2 = 900.0


def found(check: Check[...], case: Case) -> list[Finding]:
    """Return what a check finds."""
    return found_in(check, case, CONTRACT)


def only(case: Case) -> list[tuple[str, str]]:
    """Return check and structure of all findings."""
    return [(check.id, ", ".join(finding.structures)) for check in CHECKS for finding in found(check, case)]


def taken(upper: str, lower: str, from_ml: float = 30.0, to_ml: float = 50.0) -> Case:
    """Return a case in which a vertebra takes a part of the one below it."""
    masks = (body(upper, volume_ml=to_ml), body(lower, volume_ml=from_ml))
    first, second = sorted((vertebra(upper), vertebra(lower)))
    return spine(*masks, contacts=(Contact(first, second, WHOLE_SECTION_MM2),))


def test_healthy_spine() -> None:
    """A whole spine gives nothing."""
    assert only(spine()) == []


@pytest.mark.parametrize(
    "absent", [("T12",), ("L5",), ("S1",), ("L5", "S1"), LEVELS, LEVELS[1:], LEVELS[2:], ("C6", "C7", "L5", "S1")]
)
def test_spine_with_fewer_levels(absent: tuple[str, ...]) -> None:
    """Levels that are lacking at an end, or in people with fewer vertebrae, which then follow without a gap, pass."""
    present = [level for level in LEVELS if level not in absent]
    masks = [body(level, height(LEVELS[at])) for at, level in enumerate(present)]
    assert only(spine(*masks, *removed(*map(vertebra, absent)))) == []


def test_unlabelled_vertebra() -> None:
    """Where a vertebra has no label and the names go on, its neighbours are twice as far apart as others."""
    case = renumbered(spine(), shifted(NAMES, T9, -1))
    assert found(vertebrae_gap, case) == [
        Finding(
            case=CASE,
            structures=("vertebrae_T7", "vertebrae_T8"),
            message="50 mm apart, where neighbours are 25 mm apart",
            observed=50,
            expected=25,
            spot=Spot((400, 400, 250), (0.0, 0.0, -225.0)),
        )
    ]
    assert only(case) == [("vertebrae-gap", "vertebrae_T7, vertebrae_T8")]


@pytest.mark.parametrize(
    ("further_mm", "found_there"), [(17.5, []), (17.6, [("vertebrae-gap", "vertebrae_T8, vertebrae_T9")])]
)
def test_how_far_apart_neighbours_may_be(further_mm: float, found_there: list[tuple[str, str]]) -> None:
    """1.7 times as far as others are."""
    assert only(spine(*(body(level, height(level) - further_mm) for level in LEVELS[T9:]))) == found_there


@pytest.mark.parametrize(("volume_ml", "there"), [(59.9, True), (60.0, False)])
def test_two_bodies_are_no_gap(volume_ml: float, *, there: bool) -> None:
    """A vertebra of one and a half times the other's volume is as far from it as two."""
    case = spine(*(body(level, height(level) - 20.0) for level in LEVELS[T9:]))
    double = body("T8", volume_ml=volume_ml)
    masks = tuple(double if mask.structure == double.structure else mask for mask in case.masks)
    assert bool(found(vertebrae_gap, replace(case, masks=masks))) is there


def test_single_empty_level() -> None:
    """A single empty level is reported by mask-expected if it is expected, and here if it can be lacking."""
    assert only(spine(*removed(vertebra("T8")))) == []
    assert only(spine(*removed(vertebra("T12")))) == [("vertebrae-gap", "vertebrae_T12")]


@pytest.mark.parametrize("by", [0, 2])
def test_two_empty_levels(by: int) -> None:
    """Two empty levels in a row are a gap, whether there is room for them or the names skip them."""
    skipped = renumbered(spine(), shifted(NAMES, T9 - 1, by))
    case = skipped if by else spine(*removed(vertebra("T8"), vertebra("T9")))
    (finding,) = found(vertebrae_gap, case)
    apart = 25 if by else 75
    assert finding.structures == ("vertebrae_T8", "vertebrae_T9")
    assert finding.message == f"2 empty between complete ones {apart} mm apart, where neighbours are 25 mm apart"


@pytest.mark.parametrize("between", [body("T9", faces=(0, 9, 9, 9, 9, 9)), body("T9", volume_ml=0.5)])
def test_levels_that_are_not_complete(between: Mask) -> None:
    """Between levels that are cut or specks nothing is missing."""
    assert only(spine(*removed(vertebra("T8")), between)) == []


@pytest.mark.parametrize(("from_ml", "to_ml"), [(30.0, 50.0), (50.0, 30.0)])
def test_body_shared_by_two(from_ml: float, to_ml: float) -> None:
    """Neighbours that touch across a body and differ in volume share it."""
    case = taken("L1", "L2", from_ml, to_ml)
    assert found(vertebrae_mixed, case) == [
        Finding(
            case=CASE,
            structures=("vertebrae_L1", "vertebrae_L2"),
            message=(
                "touch across 900 mm2, a whole section of a body, and differ 1.7 times in volume; "
                "expected a disc between them"
            ),
            observed=1.67,
            expected=1.4,
            spot=Spot((400, 400, 158), (0.0, 0.0, -362.5)),
        )
    ]
    assert only(case) == [("vertebrae-mixed", "vertebrae_L1, vertebrae_L2")]


def test_contact_of_facets() -> None:
    """A contact of less than half a section, as between the facets of joints, is none of a body."""
    assert only(spine(contacts=(Contact("vertebrae_T3", "vertebrae_T4", 380.0),))) == []


def test_coarse_slices() -> None:
    """At slices of 5 mm discs vanish, and contacts say nothing."""
    case = taken("L1", "L2")
    file = healthy_file(vertebra("L1"), header=healthy_header(spacing_mm=(1.0, 1.0, 5.0)))
    coarse = body("L1", volume_ml=50.0, file=file)
    assert only(spine(coarse, body("L2", volume_ml=30.0), contacts=case.contacts)) == []


def test_fused_vertebrae() -> None:
    """Neighbours of like volume that touch across a body get one warning for the case, as they may have fused."""
    pairs = (("vertebrae_L1", "vertebrae_L2"), ("vertebrae_L2", "vertebrae_L3"))
    case = spine(contacts=tuple(Contact(*pair, WHOLE_SECTION_MM2) for pair in pairs))
    assert found(vertebrae_joined, case) == [
        Finding(
            case=CASE,
            structures=("vertebrae_L1", "vertebrae_L2", "vertebrae_L3"),
            message="touch across 900, 900 mm2, a whole section of a body; expected a disc between them",
            observed=0.77,
            expected=0.6,
            spot=Spot((400, 400, 158), (0.0, 0.0, -362.5)),
        )
    ]


@pytest.mark.parametrize(
    ("to_ml", "share", "check"),
    [
        (49.0, 0.6, "vertebrae-mixed"),
        (49.0, 0.599, None),
        (48.9, 0.6, "vertebrae-joined"),
        (48.9, 0.599, None),
    ],
)
def test_limits_of_contacts(to_ml: float, share: float, check: str | None) -> None:
    """From 0.6 of a section on two bodies touch, and one of 1.4 times the volume has a part of the other."""
    section_mm2 = (500 * (35.0 + to_ml)) ** (2 / 3)
    masks = body("L1", volume_ml=35.0), body("L2", volume_ml=to_ml)
    case = spine(*masks, contacts=(Contact("vertebrae_L1", "vertebrae_L2", share * section_mm2),))
    assert only(case) == ([(check, "vertebrae_L1, vertebrae_L2")] if check else [])


def test_neck() -> None:
    """In the neck, contact alone says nothing; with unlike volumes it does."""
    assert only(taken("C6", "C7", 40.0, 40.0)) == []
    assert only(taken("C6", "C7")) == [("vertebrae-mixed", "vertebrae_C6, vertebrae_C7")]


def test_fused_with_the_sacrum() -> None:
    """L5 that has become part of the sacrum is no finding."""
    assert only(taken("L5", "S1")) == []


def two_in_one(level: str, case: Case, volume_ml: float = 80.0, lower_mm: float = 12.5) -> Case:
    """Return a case whose mask of a level holds the one below as well, and lies midway."""
    double = body(level, height(level) - lower_mm, volume_ml=volume_ml)
    kept = [mask for mask in case.masks if mask.structure != double.structure]
    return spine(*kept, double)


def test_two_vertebrae_in_one_mask() -> None:
    """If one mask contains two vertebrae and the names continue, that mask is reported."""
    case = two_in_one("T8", renumbered(spine(), shifted(NAMES, T9 + 1, -1)))
    assert found(vertebrae_mixed, case) == [
        Finding(
            case=CASE,
            structures=("vertebrae_T8",),
            file="s0001/segmentations/vertebrae_T8.nii.gz",
            message="80 ml, 2 times its larger neighbour: two vertebrae, expected one",
            observed=2.0,
            expected=1,
            spot=body("T8", height("T8") - 12.5).spot,
        )
    ]
    assert only(case) == [("vertebrae-mixed", "vertebrae_T8")]


@pytest.mark.parametrize(
    ("volume_ml", "lower_mm", "count"),
    [(59.9, 12.5, 0), (60.0, 12.5, 1), (80.0, 2.4, 0), (80.0, 2.5, 1), (80.0, 22.5, 1), (80.0, 22.6, 0)],
)
def test_from_when_on_it_is_two_vertebrae(volume_ml: float, lower_mm: float, count: int) -> None:
    """One and a half times its larger neighbour's volume, and a tenth further from both than usual."""
    case = two_in_one("T8", renumbered(spine(), shifted(NAMES, T9 + 1, -1)), volume_ml, lower_mm)
    assert len(found(vertebrae_mixed, case)) == count


def test_two_vertebrae_in_one_mask_and_none_in_the_next() -> None:
    """If the next mask is empty, mask-expected reports it; if that level can be lacking, it is reported here."""
    assert only(two_in_one("T8", spine(*removed(vertebra("T9"))))) == []
    assert only(two_in_one("T11", spine(*removed(vertebra("T12"))))) == [("vertebrae-mixed", "vertebrae_T11")]


def test_how_many_times_the_larger_neighbour() -> None:
    """To two digits behind the point."""
    whole = renumbered(spine(body("T7", volume_ml=42.3)), shifted(NAMES, T9 + 1, -1))
    (finding,) = found(vertebrae_mixed, two_in_one("T8", whole))
    assert finding.observed == 1.89
    assert "80 ml, 1.9 times" in finding.message


def test_large_vertebra() -> None:
    """A vertebra that is large where it belongs is one vertebra."""
    assert only(spine(body("T8", volume_ml=80.0))) == []


numbers = st.floats(width=32)


@given(
    st.dictionaries(st.sampled_from(LEVELS), st.tuples(st.tuples(numbers, numbers, numbers), st.floats(0), numbers)),
    st.sets(st.sampled_from(LEVELS)),
    st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES), st.floats(0, width=32)), max_size=5),
)
@example(
    {
        level: ((0.0, 0.0, height), volume, 0.0)
        for level, height, volume in (
            ("C6", 0.0, 0.0),
            ("C7", 0.0, 0.0),
            ("T1", 1.1529216420458004e18, 1.0),
            ("T3", 0.0, 1.0),
        )
    },
    set(),
    [],
)
def test_any_numbers(
    places: dict[str, tuple[tuple[float, float, float], float, float]],
    absent: set[str],
    touching: list[tuple[str, str, float]],
) -> None:
    """Whatever was measured, each finding names structures of the contract, and nothing fails."""
    masks = [
        body(level, centroid_mm=mm, centroid_voxel=None, volume_ml=volume, corner_displacement_mm=corner)
        for level, (mm, volume, corner) in places.items()
    ]
    case = spine(*masks, *removed(*map(vertebra, absent)), contacts=tuple(Contact(*pair) for pair in touching))
    for check in CHECKS:
        for finding in found(check, case):
            assert set(finding.structures) <= set(NAMES)


@pytest.mark.parametrize(("mm", "count"), [(3.5, 1), (3.51, 0)])
@pytest.mark.parametrize("orientation", ["RAS", "ASR"])
def test_slices_that_show_discs(mm: float, orientation: str, count: int) -> None:
    """Those of 3.5 mm do, along whichever axis of the grid they lie."""
    spacing = (1.0, 1.0, mm) if orientation == "RAS" else (1.0, mm, 1.0)
    header = healthy_header(spacing_mm=spacing, orientation=orientation)
    case = taken("L1", "L2")
    masks = (
        body(level, volume_ml=ml, file=healthy_file(vertebra(level), header=header))
        for level, ml in (("L1", 50.0), ("L2", 30.0))
    )
    assert len(only(spine(*masks, contacts=case.contacts))) == count
