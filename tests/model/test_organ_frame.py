"""Where structures lie by each other, in bodies without a labelled vertebra."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from segaudit.model import Case
from segaudit.model.anatomy import Anatomy
from segaudit.model.bearing import Bearing, Position, least_size
from segaudit.model.organ_frame import OrganFrame, compact
from segaudit.testing.bodies import RELEASE, UPRIGHT, Matrix, body, rotation

NINE = (
    *("aorta", "gallbladder", "inferior_vena_cava", "kidney_left", "kidney_right"),
    *("liver", "pancreas", "spleen", "stomach"),
)
COMPACT = tuple(name for name in NINE if name not in {"aorta", "inferior_vena_cava"})


def organs(kept: tuple[str, ...] = NINE, **changes: object) -> Anatomy:
    """Return the anatomy of a body with a few organs."""
    without = [structure.name for structure in RELEASE.structures if structure.name not in kept]
    return Anatomy(body(without=without, **changes), RELEASE)  # type: ignore[arg-type]  # the changes fit, name by name


def cut_at(case: Case, name: str, face: int) -> Case:
    """Return a case in which the field of view cuts a structure at a face."""
    gaps = tuple(0 if at == face else 50 for at in range(6))
    return replace(case, masks=tuple(replace(m, faces=gaps) if m.structure == name else m for m in case.masks))


def far(anatomy: Anatomy) -> float:
    """Return how far the worst organ is from its usual position, reference mm."""
    centres = RELEASE.centres
    return max(anatomy.bearings[name].off(centres[name]) for name in COMPACT)


def test_nothing_is_needed_but_organs() -> None:
    """Without a vertebra, organs in their middle lie nearly where the spine would place them."""
    anatomy = organs()
    assert anatomy.frame is None
    assert anatomy.places.keys() == set(NINE)
    assert far(anatomy) < 30


def test_vertebrae_come_first() -> None:
    """With three vertebrae the others are not asked."""
    assert Anatomy(body(), RELEASE).organ_frame is None


@given(x=st.floats(-40, 40), scale=st.floats(0.5, 1.3))
def test_places_do_not_depend_on_size(x: float, scale: float) -> None:
    """Wherever the body lies in the world, and whatever its size."""
    anatomy = organs(world=scale * UPRIGHT, moved=dict.fromkeys(NINE, (0.0, x, -x)))
    there = organs()
    assert anatomy.scale == pytest.approx(scale * (there.scale or 0))
    for name in NINE:
        assert anatomy.bearings[name].place == pytest.approx(there.bearings[name].place, abs=1e-6)


@pytest.mark.parametrize("world", [rotation(axis, angle) for axis in range(3) for angle in (-15, 15)])
def test_slanting_bodies(world: Matrix) -> None:
    """A body that lies askew in the world is still within the reach of health."""
    assert far(organs(world=world)) < 60


def test_a_mirrored_body() -> None:
    """Organs on the other side, each kidney named after the side that it is on: all are where a mirror has them."""
    other = {"kidney_left": "kidney_right", "kidney_right": "kidney_left"}
    mirrored, upright = organs(world=np.diag([-1.0, 1.0, 1.0]), named=other), organs()
    assert mirrored.organ_frame is not None
    assert upright.organ_frame is not None
    assert (mirrored.organ_frame.mirrored, upright.organ_frame.mirrored) == (True, False)
    assert {"liver", "spleen", "stomach"} <= set(mirrored.mirrored)
    assert upright.mirrored == ()
    assert set(mirrored.organ_frame.names) == set(upright.organ_frame.names) == set(COMPACT)
    for name in COMPACT:
        down, right, front = upright.bearings[other.get(name, name)].place
        assert mirrored.bearings[name].place == pytest.approx(Position(down, -right, front))


@pytest.mark.parametrize("name", COMPACT)
@pytest.mark.parametrize("way", [(200.0, 0.0, 0.0), (0.0, -150.0, 0.0), (0.0, 0.0, -130.0)])
def test_one_that_lies_elsewhere_moves_no_other(name: str, way: tuple[float, float, float]) -> None:
    """It is not counted as a witness, and is found as far off as it is."""
    anatomy, still = organs(moved={name: way}), organs()
    assert anatomy.organ_frame is not None
    assert name not in anatomy.organ_frame.names
    for other in COMPACT:
        if other in anatomy.bearings:
            step = np.subtract(anatomy.bearings[other].place, still.bearings[other].place)
            assert np.abs(step - (np.array(way) if other == name else 0)).max() < 25


@pytest.mark.parametrize(("kept", "found"), [(4, False), (5, True)])
def test_five_organs_are_enough(kept: int, found: bool) -> None:  # noqa: FBT001 (a parameter of the test)
    """Each is judged by four others."""
    assert bool(organs(COMPACT[-kept:]).bearings) is found


@pytest.mark.parametrize(("kept", "found"), [(3, set()), (4, {"aorta"})])
def test_four_organs_show_another_one(kept: int, found: set[str]) -> None:
    """What is no witness itself, such as a vessel, is judged by all of them."""
    assert organs((*COMPACT[-kept:], "aorta")).bearings.keys() == found


@pytest.mark.parametrize(("elsewhere", "trusted"), [(0, 9), (1, 8), (3, 6), (4, None)])
def test_a_third_may_lie_elsewhere(elsewhere: int, trusted: int | None) -> None:
    """Those are left out; with one more, none is known to be in its place."""
    usual = np.random.default_rng(5).uniform(-150, 150, (len(NINE), 3))
    found = usual.copy()
    for at in range(elsewhere):
        found[at, at % 3] += 150 * (-1) ** (at // 2)
    frame = OrganFrame(NINE, usual, found, dict.fromkeys(NINE, 0.0), sided=True).trusted()
    assert (frame and frame.names) == (trusted and NINE[-trusted:])


def test_few_have_a_larger_uncertainty() -> None:
    """The uncertainty falls with the square root of the number of witnesses."""
    few, many = organs(COMPACT[-5:]).bearings["spleen"], organs().bearings["spleen"]
    assert few.witnesses == 4
    assert many.witnesses == 6
    assert few.uncertainty.right == pytest.approx(2 * 1.25 * 15 / 2)
    assert many.uncertainty.right == pytest.approx(2 * 1.25 * 15 / 6**0.5)


@pytest.mark.parametrize(("cut", "known"), [(1, True), (2, False)])
def test_three_others_show_an_axis(cut: int, *, known: bool) -> None:
    """Of four witnesses, one may be cut along it; with fewer, any place along it is as good, and the others count."""
    case = body(without=[structure.name for structure in RELEASE.structures if structure.name not in COMPACT[-5:]])
    for name in COMPACT[-5:][:cut]:
        case = cut_at(case, name, 5)
    bearing = Anatomy(case, RELEASE).bearings[COMPACT[-1]]
    assert bearing.witnesses == 4
    assert bool(np.isfinite(bearing.uncertainty.depth)) is known
    assert bool(bearing.place.depth) is known
    assert np.isfinite(bearing.uncertainty[1:]).all()


def test_bodies_that_are_no_body() -> None:
    """Where most organs lie elsewhere, none is known to be in its place."""
    scattered = {name: (150.0 * at - 450, 0.0, 0.0) for at, name in enumerate(COMPACT)}
    assert organs(moved=scattered).organ_frame is None
    assert organs(world=1e100 * UPRIGHT).organ_frame is None


def test_a_cut_organ_is_no_witness_of_its_level() -> None:
    """It shows the two other directions, and is judged along all three."""
    without = [structure.name for structure in RELEASE.structures if structure.name not in NINE]
    anatomy = Anatomy(cut_at(body(without=without), "liver", 5), RELEASE)
    frame = anatomy.organ_frame
    assert isinstance(frame, OrganFrame)
    assert np.isnan(frame.found[frame.names.index("liver")]).tolist() == [True, False, False]
    assert "liver" in anatomy.bearings
    assert "liver" not in anatomy.places


def test_compact() -> None:
    """A kidney lies at a level, an aorta and a spinal cord at many, a vertebra is its own level."""
    names = ("kidney_left", "liver", "aorta", "spinal_cord", "vertebrae_L1", "rib_left_1")
    assert [name for name in names if compact(RELEASE.by_name[name])] == ["kidney_left", "liver"]


def test_unknown_axes_do_not_count() -> None:
    """An axis that is not known adds nothing to how far a place is off."""
    bearing = Bearing(Position(9.0, 2.0, float("nan")), 1.0, Position(float("inf"), 1.0, 1.0), 4)
    assert bearing.off((0.0, 0.0, 0.0)) == 2.0


@pytest.mark.parametrize(
    ("scale", "sure", "size"), [(1.0, True, 1.0), (1.0, False, 0.512), (0.5, True, 0.125), (2.0, False, 1.0)]
)
def test_sizes(scale: float, sure: bool, size: float) -> None:  # noqa: FBT001 (a parameter of the test)
    """Organs show the size of a body within a fifth."""
    assert least_size(scale, sure=sure) == pytest.approx(size)


@pytest.mark.parametrize(("beyond", "judged"), [(99.0, True), (100.0, True), (101.0, False)])
@pytest.mark.parametrize("name", ["urinary_bladder", "thyroid_gland"])
def test_how_far_organs_show(name: str, beyond: float, *, judged: bool) -> None:
    """What usually lies far below or above all others is not where these let expect it, in all people."""
    frame = organs().organ_frame
    assert frame is not None
    shown = [frame.depths[other] for other in frame.names]
    depth = max(shown) + beyond if name == "urinary_bladder" else min(shown) - beyond
    frame = dataclasses.replace(frame, depths={**frame.depths, name: depth})
    mask = body().whole_masks[name]
    assert mask.centroid_mm
    assert (name in frame.bearings({name: mask})) is judged
    assert (frame.bearing(name, mask.centroid_mm) is not None) is judged


def test_an_organ_does_not_show_itself() -> None:
    """The only one in the pelvis is not judged by those of the thorax, though it is one of those that show others."""
    thorax = ("heart", "lung_upper_lobe_left", "lung_upper_lobe_right", "lung_lower_lobe_left")
    anatomy = organs((*thorax, "lung_lower_lobe_right", "urinary_bladder"))
    assert anatomy.organ_frame is not None
    assert "urinary_bladder" not in anatomy.bearings
    assert set(thorax) <= anatomy.bearings.keys()
