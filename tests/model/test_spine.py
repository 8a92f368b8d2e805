"""Steps from vertebra to vertebra: their length, direction, contact and place, whatever the grid."""

from __future__ import annotations

import math

import numpy as np
import pytest
from msgspec.structs import replace

from segaudit.model import Contact, Mask, Spot, Structure
from segaudit.model.spine import Step, steps_of
from segaudit.testing.bodies import Matrix, rotation
from segaudit.testing.records import healthy_file, healthy_header, healthy_mask, small_contract

LEVELS = tuple(f"vertebrae_L{number}" for number in range(1, 8))
CONTRACT = small_contract(
    structures=tuple(
        Structure(name=name, label=label, group="bone", above=above, below=below)
        for label, (above, name, below) in enumerate(
            zip(("", *LEVELS), LEVELS, (*LEVELS[1:], ""), strict=False), start=1
        )
    )
)
UPRIGHT: Matrix = np.eye(3)


def spine(*depths: float | None, turn: Matrix = UPRIGHT, aside: float = 0.0) -> dict[str, Mask]:
    """Return vertebrae at depths along a line in a world that is turned; the second one lies aside, None is missing."""
    places = {
        name: (aside * (at == 1), 0.0, -depth)
        for at, (name, depth) in enumerate(zip(LEVELS, depths, strict=False))
        if depth is not None
    }
    return {name: healthy_mask(name, centroid_mm=tuple((turn @ place).tolist())) for name, place in places.items()}


def steps(masks: dict[str, Mask], *contacts: Contact) -> tuple[Step, ...]:
    """Return the steps of vertebrae."""
    return steps_of(masks, contacts, CONTRACT)


@pytest.mark.parametrize("turn", [UPRIGHT, np.diag([1, 1, -1]), rotation(0, 35) @ rotation(1, -20), rotation(0, 90)])
def test_lengths_in_any_world(turn: Matrix) -> None:
    """Lengths are those of the ways between centres, the usual one is that of the two steps above and below."""
    found = steps(spine(0, 30, 62, 96, 132, 170, turn=turn))
    assert [step.mm for step in found] == pytest.approx([30, 32, 34, 36, 38])
    assert [step.along_mm for step in found] == pytest.approx([30, 32, 34, 36, 38])
    usual = [33, 34, 34, 34, 35]  # 32, 34; 30, 34, 36; 30, 32, 36, 38; 32, 34, 38; 34, 36
    assert [step.usual_mm for step in found] == pytest.approx(usual)
    assert found[0].relative == pytest.approx(30 / 33)


def test_steps_that_skip_levels() -> None:
    """They name what they skip, and are no measure of the others."""
    found = steps(spine(0, 30, None, None, 130, 162, 194))
    assert [step.skipped for step in found] == [(), LEVELS[2:4], (), ()]
    assert [step.mm for step in found] == [30, 100, 32, 32]
    assert [step.usual_mm for step in found] == [32, 32, 31, 31]


@pytest.mark.parametrize(("depths", "known"), [((0, 30), 0), ((0, 30, 60), 0), ((0, 30, 60, 90), 3)])
def test_two_steps_are_a_measure(depths: tuple[float, ...], known: int) -> None:
    """One other step is none."""
    assert sum(not math.isnan(step.usual_mm) for step in steps(spine(*depths))) == known
    assert steps(spine(0)) == steps(spine()) == ()


def test_steps_in_reverse_order() -> None:
    """Two vertebrae under each other's names are a step backwards along the spine."""
    found = steps(spine(0, 60, 30, 90, 120))
    assert [step.along_mm for step in found] == [60, -30, 60, 30]
    assert [step.mm for step in found] == [60, 30, 60, 30]


@pytest.mark.parametrize("turn", [UPRIGHT, rotation(0, 50)])
def test_a_vertebra_beside_the_others(turn: Matrix) -> None:
    """What lies aside is far, but not far along the spine: its direction is from the upper half to the lower half."""
    found = steps(spine(0, 30, 60, 90, 120, turn=turn, aside=40))
    assert [step.mm for step in found] == pytest.approx([50, 50, 30, 30])
    # ways weighted 1, 2, 2, 1: from the mean of the two upper vertebrae to that of the two lower ones, twice
    across, down = 40 - 2 * 40, 30 + 60 + 60 + 30
    length = math.hypot(across, down)
    expected = [(40 * across + 30 * down) / length, (-40 * across + 30 * down) / length, *[30 * down / length] * 2]
    assert [step.along_mm for step in found] == pytest.approx(expected)


def test_vertebrae_in_one_place() -> None:
    """Without a length there is no direction."""
    (step,) = steps(spine(0, 0))
    assert step.mm == 0
    assert math.isnan(step.along_mm)


def test_contact() -> None:
    """Areas are relative to the vertebrae's own size: 2/3 of the power of their mean volume, mm3."""
    first, second, *_ = LEVELS
    masks = spine(0, 30, 60)
    masks = {
        name: replace(mask, volume_ml=ml) for (name, mask), ml in zip(masks.items(), (6.0, 10.0, 10.0), strict=True)
    }
    touching, apart = steps(masks, Contact(first, second, 200.0, 100.0))
    assert (touching.contact_mm2, touching.beside_mm2) == (200, 100)
    assert (touching.section, touching.joints) == pytest.approx((0.5, 0.25))  # 8 ml: 20 x 20 mm
    assert touching.inequality == pytest.approx(10 / 6)
    assert (apart.contact_mm2, apart.beside_mm2, apart.inequality) == (0, 0, 1)


def test_contact_in_any_order() -> None:
    """Contacts have their names in alphabetical order, steps from head to foot."""
    masks = spine(0, 30)
    upper, lower = masks
    named = {upper: replace(masks[upper], structure="z"), lower: replace(masks[lower], structure="a")}
    (step,) = steps(named, Contact("a", "z", 7.0))
    assert step.contact_mm2 == 7


@pytest.mark.parametrize(
    ("orientation", "mm"), [("RAS", 5.0), ("LPI", 5.0), ("SAR", 1.0), ("ISP", 1.0), ("", math.inf)]
)
def test_slice_distance(orientation: str, mm: float) -> None:
    """That of the axis from head to foot, in either direction."""
    (step,) = steps(spine(0, 30))
    header = healthy_header(orientation=orientation, spacing_mm=(1.0, 2.0, 5.0))
    if orientation == "ISP":
        header = replace(header, spacing_mm=(1.0, 5.0, 2.0))
    file = healthy_file(LEVELS[0], header=header)
    assert step._replace(upper=replace(step.upper, file=file)).slice_mm == mm
    bare = replace(step.upper, file=healthy_file(LEVELS[0], header=None))
    assert step._replace(upper=bare).slice_mm == math.inf


def test_spot() -> None:
    """Midway, to a voxel."""
    (step,) = steps(spine(0, 30))
    upper = replace(step.upper, centroid_voxel=(10.0, 21.0, 30.0), centroid_mm=(2.0, 4.0, 6.0))
    lower = replace(step.lower, centroid_voxel=(20.0, 41.0, 11.0), centroid_mm=(4.0, 8.0, 1.0))
    assert step._replace(upper=upper, lower=lower).spot == Spot((15, 31, 20), (3.0, 6.0, 3.5))
    assert step._replace(upper=replace(upper, centroid_mm=None)).spot is None
    assert step._replace(lower=replace(lower, centroid_voxel=None)).spot is None
