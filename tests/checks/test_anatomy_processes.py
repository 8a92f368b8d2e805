"""Checks of anatomy: the processes of vertebrae."""

from __future__ import annotations

from itertools import pairwise

import pytest
from msgspec.structs import replace

from segaudit.checks.anatomy_processes import vertebrae_processes_mixed
from segaudit.model import Case, Contact, Finding, Header, Spot
from segaudit.testing.spines import LEVELS, VOLUME_ML, body, height, spine, spine_contract, vertebra
from tests.support.checked import found_in

FACE_MM2 = (1000 * VOLUME_ML) ** (2 / 3)
"""The unit of contact between two healthy vertebrae."""

USUAL = 0.18


def joined(slice_mm: float = 1.5, **shares: float) -> Case:
    """Return a spine whose joints touch, with other shares below some levels."""
    header = Header(orientation="RAS", spacing_mm=(1.5, 1.5, slice_mm))
    pairs = [
        Contact(
            min(vertebra(one), vertebra(other)),
            max(vertebra(one), vertebra(other)),
            0.0,
            shares.get(one, USUAL) * FACE_MM2,
        )
        for one, other in pairwise(LEVELS)
    ]
    masks = [body(level) for level in LEVELS]
    return spine(
        *(replace(mask, file=replace(mask.file, header=header)) for mask in masks), contacts=tuple(pairs)
    )  # fmt: skip


def found(case: Case) -> list[tuple[str, ...]]:
    """Return the pairs that are found."""
    return [finding.structures for finding in found_in(vertebrae_processes_mixed, case, spine_contract())]


def test_healthy_joints() -> None:
    """Joints touch."""
    assert found(joined()) == []


def test_a_process_with_the_name_of_the_next() -> None:
    """The finding gives the areas and the place between the two."""
    (finding,) = found_in(vertebrae_processes_mixed, joined(T8=0.5), spine_contract())
    assert finding == Finding(
        case="s0001",
        structures=("vertebrae_T8", "vertebrae_T9"),
        message="touch across 585 mm2 behind their bodies, where neighbours of their size nearby do across 211 mm2: a"
        " process of one has the other's name",
        observed=585,
        expected=211,
        spot=finding.spot,
    )
    assert isinstance(finding.spot, Spot)


@pytest.mark.parametrize(("share", "there"), [(0.298, False), (0.302, True)])
def test_threshold(share: float, there: bool) -> None:  # noqa: FBT001 (a parameter of the test)
    """More than two joints make, and more than is usual nearby."""
    assert bool(found(joined(T8=share))) is there


@pytest.mark.parametrize(("share", "there"), [(0.298, False), (0.3, True), (0.302, True)])
def test_threshold_among_small_joints(share: float, *, there: bool) -> None:
    """So it is where joints nearby are small."""
    assert bool(found(joined(**dict.fromkeys(LEVELS, 0.1) | {"T8": share}))) is there


@pytest.mark.parametrize(("section", "there"), [(0.0, True), (0.59, True), (0.6, False), (0.61, False)])
def test_bodies_that_touch(section: float, *, there: bool) -> None:
    """Where there is no disc between two bodies, either, vertebrae-mixed or vertebrae-joined says it."""
    case = joined(T8=0.5)
    pair = {vertebra("T8"), vertebra("T9")}
    contacts = (
        replace(one, area_mm2=section * FACE_MM2) if {one.first, one.second} == pair else one for one in case.contacts
    )
    assert bool(found(replace(case, contacts=tuple(contacts)))) is there


@pytest.mark.parametrize(
    ("kept", "there"),
    [
        (("T8", "T9"), False),
        (("T8", "T9", "T10"), False),
        (("T8", "T9", "T10", "T11"), True),
        (("T7", "T8", "T9", "T10"), True),
        (("T6", "T7", "T8", "T9"), True),
    ],
)
def test_steps_nearby(kept: tuple[str, ...], *, there: bool) -> None:
    """Two steps, above or below, show what is usual."""
    case = joined(T8=0.5)
    masks = tuple(mask for mask in case.masks if mask.structure.removeprefix("vertebrae_") in kept)
    assert bool(found(replace(case, masks=masks))) is there


@pytest.mark.parametrize(("near", "far", "there"), [(0.45, 0.1, False), (0.1, 0.45, True)])
def test_how_near_steps_are(near: float, far: float, *, there: bool) -> None:
    """Two to both sides, and no others."""
    shares = dict.fromkeys(("T6", "T7", "T9", "T10"), near) | dict.fromkeys(("T3", "T4", "T5", "T11", "T12", "L1"), far)
    assert (("vertebrae_T8", "vertebrae_T9") in found(joined(T8=0.5, **shares))) is there


@pytest.mark.parametrize("third", [0.1, 0.45])
@pytest.mark.parametrize(("second", "usual"), [(0.45, 0.275), (0.6, 0.35)])
def test_third_steps_do_not_count(third: float, second: float, usual: float) -> None:
    """What is usual is the median of four, of which two are wide here."""
    shares = {"T7": 0.1, "T9": 0.1, "T6": second, "T10": second, "T5": third, "T11": third}
    findings = found_in(vertebrae_processes_mixed, joined(T8=0.5, **shares), spine_contract())
    expected = [each.expected for each in findings if each.structures == ("vertebrae_T8", "vertebrae_T9")]
    assert expected == [pytest.approx(usual * FACE_MM2, abs=1)]


@pytest.mark.parametrize(("nearby", "there"), [(0.37, True), (0.39, False)])
def test_joints_that_are_all_large(nearby: float, there: bool) -> None:  # noqa: FBT001 (a parameter of the test)
    """Where all joints nearby are wide, one of them is not out of the ordinary."""
    shares = dict.fromkeys(("T6", "T7", "T9", "T10"), nearby)
    others = dict.fromkeys(("T4", "T5", "T11", "T12"), nearby)
    assert bool(found(joined(T8=0.5, **shares, **others))) is there


@pytest.mark.parametrize(("excess", "there"), [(0.118, False), (0.122, True)])
def test_joints_that_are_all_wider_than_two(excess: float, *, there: bool) -> None:
    """One of them is out of the ordinary if it is wider still."""
    assert bool(found(joined(**dict.fromkeys(LEVELS, 0.4) | {"T8": 0.4 + excess}))) is there


@pytest.mark.parametrize(("below_mm", "there"), [(-0.5, False), (0.0, False), (0.5, True)])
def test_vertebrae_out_of_order(below_mm: float, *, there: bool) -> None:
    """A vertebra that is not below the one that it follows is vertebrae-order's."""
    case = joined(T8=0.5)
    upper = body("T8", height("T9") + below_mm, file=case.whole_masks[vertebra("T8")].file)
    masks = tuple(upper if mask.structure == upper.structure else mask for mask in case.masks)
    assert bool(found(replace(case, masks=masks))) is there


@pytest.mark.parametrize("level", ["C6", "L5"])
def test_neck_and_sacrum_are_not_judged(level: str) -> None:
    """Joints of the neck lie flat, and the sacrum has large ones."""
    assert found(joined(**{level: 0.9})) == []


@pytest.mark.parametrize(("slice_mm", "there"), [(3.5, True), (3.6, False)])
def test_thick_slices(slice_mm: float, there: bool) -> None:  # noqa: FBT001 (a parameter of the test)
    """They join what lies apart."""
    assert bool(found(joined(slice_mm, T8=0.6))) is there


def test_skipped_levels_are_not_judged() -> None:
    """Two vertebrae with an empty one between them are no neighbours."""
    case = joined(T8=0.9)
    masks = tuple(mask for mask in case.masks if mask.structure != vertebra("T9"))
    assert found(replace(case, masks=masks)) == []
