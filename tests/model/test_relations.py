"""How far each kind of relation between structures has to be reversed: just below, at and above, in any world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from msgspec.structs import replace

from segaudit.model import Contact, Mask
from segaudit.model.opening import Openings
from segaudit.model.organ_frame import WORLD
from segaudit.model.records import Vector
from segaudit.model.relations import Relations
from segaudit.testing.bodies import UPRIGHT, Matrix, rotation
from segaudit.testing.records import healthy_file, healthy_header, healthy_mask
from tests.model.test_exchange import hu, vessel

TURN = rotation(0, 30) @ rotation(1, -25) @ rotation(2, 10)
WORLDS = pytest.mark.parametrize(("world", "scale"), [(UPRIGHT, 1.0), (TURN, 1.0), (TURN, 0.5)])


def reversals(
    *masks: Mask,
    world: Matrix = UPRIGHT,
    scale: float = 1.0,
    openings: Mapping[str, Openings] = {},
    areas: Sequence[Contact] = (),
) -> int:
    """Return how many relations are reversed between the first two of some structures, in a world that is turned."""
    names = [mask.structure for mask in masks]
    found = Relations(
        masks=dict(zip(names, masks, strict=True)),
        openings=openings,
        contacts=tuple(areas),
        axes=WORLD @ world.T,
        scale=scale,
    )
    return found.reversed_of(*names[:2])


def at(name: str, place: Vector, world: Matrix = UPRIGHT, **changes: object) -> Mask:
    """Return a mask so far to the right, to the front and up, in a world that is turned."""
    x, y, z = (world @ place).tolist()
    return healthy_mask(name, centroid_mm=(x, y, z), **changes)


@pytest.mark.parametrize(
    ("pair", "way"),
    [
        (("liver", "spleen"), (-40, 0, 0)),
        (("liver", "kidney_right"), (0, 0, -8)),
        (("stomach", "spleen"), (0, -15, 0)),
    ],
)
@WORLDS
def test_directions(pair: tuple[str, str], way: tuple[int, int, int], world: Matrix, scale: float) -> None:
    """The centre of one lies beyond the other's by more than the margin, in a body of any size and pose."""
    first, second = pair
    for share, found in ((-1.0, 0), (0.99, 0), (1.01, 1)):
        there = (way[0] * share * scale, way[1] * share * scale, way[2] * share * scale)
        assert reversals(at(first, there, world), at(second, (0, 0, 0), world), world=world, scale=scale) == found


@pytest.mark.parametrize(
    ("cut", "found"),
    [(set(), 3), ({(0, 1)}, 1), ({(1, 1)}, 0), ({(2, -1)}, 0), ({(0, 1), (1, 1)}, 0)],
)
@pytest.mark.parametrize("name", ["liver", "kidney_right"])
def test_directions_of_cut_structures(name: str, cut: set[tuple[int, int]], found: int) -> None:
    """Cut from head to foot, the two other directions are known; cut at a side, none is, nor is which is larger."""
    low = {name: 2 if cut else 10}
    liver = at("liver", (0, -21, -9), volume_ml=1.0, faces=(20, 20, 15, 15, 10, low.get("liver", 10)))
    kidney = at("kidney_right", (0, 0, 0), volume_ml=2.1, faces=(20, 20, 15, 15, 10, low.get("kidney_right", 10)))
    openings = {name: frozenset(cut)}
    assert reversals(liver, kidney, openings=openings) == found


@pytest.mark.parametrize(("ratio", "found"), [(1.31, 1), (1.29, 0), (0.5, 0)])
def test_sizes(ratio: float, found: int) -> None:
    """The one that is larger in health is smaller by more than the ratio."""
    assert reversals(at("liver", (0, 0, 0)), at("spleen", (0, 0, 0), volume_ml=27 * ratio)) == found


@pytest.mark.parametrize(("darker", "found"), [(61.0, 1), (59.0, 0), (-500.0, 0)])
def test_gas_margins(darker: float, found: int) -> None:
    """The darkest voxels show which one holds gas; without a CT nothing does."""
    stomach, spleen = healthy_mask("stomach", hu=hu(0)), healthy_mask("spleen", hu=hu(-darker))
    assert reversals(stomach, spleen) == found
    assert reversals(stomach, replace(spleen, hu=None)) == reversals(replace(stomach, hu=None), spleen) == 0


@pytest.mark.parametrize(("more", "found"), [(61.0, 1), (59.0, 0), (-500.0, 0)])
@pytest.mark.parametrize("scale", [1.0, 0.5])
def test_contacts(more: float, scale: float, found: int) -> None:
    """Which one touches a third more: across and beside count alike, in adult millimetres."""
    masks = (healthy_mask(name) for name in ("liver", "spleen", "inferior_vena_cava"))
    liver, spleen, cava = masks
    areas = (
        Contact("inferior_vena_cava", "liver", 1000 * scale**2),
        Contact("inferior_vena_cava", "spleen", 600 * scale**2, (400 + more) * scale**2),
    )
    assert reversals(liver, spleen, cava, areas=areas, scale=scale) == found
    assert reversals(liver, spleen, areas=areas, scale=scale) == 0


@pytest.mark.parametrize(("more", "found"), [(60.5, 1), (59.5, 0)])
def test_contacts_of_one_alone(more: float, found: int) -> None:
    """What does not touch the third one touches it with no area."""
    masks = [healthy_mask(name) for name in ("liver", "spleen", "inferior_vena_cava")]
    assert reversals(*masks, areas=[Contact("inferior_vena_cava", "spleen", more)]) == found
    assert reversals(*masks, areas=[Contact("inferior_vena_cava", "liver", more)]) == 0


@pytest.mark.parametrize(("up", "down"), [(14.0, 14.0), (16.0, 14.0), (14.0, 16.0), (16.0, 16.0)])
@WORLDS
def test_reach(up: float, down: float, world: Matrix, scale: float) -> None:
    """Small bowel that reaches higher, or lower, than the colon; each counts alone, unless it may go on out of view."""
    affine = np.hstack([world * 0.5 * scale, np.zeros((3, 1))])
    header = healthy_header(affine=tuple(affine.ravel().tolist()))
    colon, bowel = (
        healthy_mask(name, file=healthy_file(name, header=header), box=(0, 100, 0, 100, *ends))
        for name, ends in (("colon", (0, 200)), ("small_bowel", (round(-2 * down), round(200 + 2 * up))))
    )
    higher, lower = up > 15, down > 15
    assert reversals(colon, bowel, world=world, scale=scale) == higher + lower
    for name in ("colon", "small_bowel"):
        for cut, left in (((0, -1), lower), ((0, 1), higher), ((1, 1), higher + lower)):
            openings = {name: frozenset({cut})}
            assert reversals(colon, bowel, world=world, scale=scale, openings=openings) == left
    bare = replace(bowel, file=replace(bowel.file, header=None))
    assert reversals(colon, bare, world=world, scale=scale) == 0
    assert reversals(colon, replace(bowel, box=None), world=world, scale=scale) == 0


@pytest.mark.parametrize(("levels", "apart", "found"), [(3, 8.1, 1), (3, 7.9, 0), (2, 8.1, 0)])
@WORLDS
def test_side_by_side_in_any_world(levels: int, apart: float, found: int, world: Matrix, scale: float) -> None:
    """Three levels at which both are; what lies between the levels of the other one is interpolated."""
    aorta = [(0.1 * z, 0.0, float(z)) for z in (-10, 110)]
    cava = [(0.1 * z - apart, 0.0, float(z)) for z in range(0, 20 * levels, 20)]
    courses = ([tuple((world @ place * scale).tolist()) for place in each] for each in (cava, aorta))
    masks = (vessel(name, each) for name, each in zip(("inferior_vena_cava", "aorta"), courses, strict=True))
    assert reversals(*masks, world=world, scale=scale) == found
