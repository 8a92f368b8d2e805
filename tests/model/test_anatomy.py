"""The frame of a body, levels, order and pose: the same whatever the grid, the world, and the size."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from msgspec.structs import replace
from numpy.typing import NDArray

from segaudit.model import Case, Levels
from segaudit.model.anatomy import Anatomy
from segaudit.model.bearing import Position
from segaudit.model.curve import Curve, medians
from segaudit.model.rank_order import RankOrder, order
from segaudit.testing.bodies import RELEASE, UPRIGHT, Matrix, body, rotation, usual

LEVELS = Levels(("T12", "L1", "L2"), (0.0, 30.0, 64.0))
ANGLES = st.tuples(*[st.floats(-20, 20)] * 3)


def places(**changes: object) -> dict[str, Position]:
    """Return the positions of the structures of a body."""
    return Anatomy(body(**changes), RELEASE).places  # type: ignore[arg-type]  # the changes fit, name by name


def turned(angles: tuple[float, float, float]) -> Matrix:
    """Return the matrix of three turns, about one axis after the other."""
    first, second, third = (rotation(axis, angle) for axis, angle in enumerate(angles))
    return third @ second @ first


def farthest(one: dict[str, Position], other: dict[str, Position]) -> float:
    """Return the largest difference between the positions of structures, reference mm."""
    both = one.keys() & other.keys()
    return float(np.abs(np.subtract([one[name] for name in both], [other[name] for name in both])).max())


def test_places_are_those_that_were_drawn() -> None:
    """In a body whose structures are at their usual positions, positions are the contract's."""
    drawn = {s.name: Position(*usual(s)) for s in RELEASE.structures}
    found = places()
    assert farthest(found, {name: drawn[name] for name in found}) < 1e-6


@given(angles=ANGLES, scale=st.floats(0.3, 1.3))
def test_places_do_not_depend_on_the_world(angles: tuple[float, float, float], scale: float) -> None:
    """A body that is turned by up to 20 degrees about each axis, or of another size, has the same positions."""
    assert farthest(places(world=scale * turned(angles)), places()) < 1e-6


@given(wrong=st.sampled_from([vertebra.name for vertebra in RELEASE.spine]), down=st.floats(-300, 300))
def test_one_wrong_vertebra_moves_little(wrong: str, down: float) -> None:
    """One vertebra at a wrong position moves the others by less than a third of a level."""
    others = {name: place for name, place in places().items() if name != wrong}
    found = {name: place for name, place in places(moved={wrong: (down, 0.0, 0.0)}).items() if name != wrong}
    assert farthest(found, others) < 8


@pytest.mark.parametrize(("left", "found"), [(2, False), (3, True)])
def test_three_vertebrae_make_a_frame(left: int, found: bool) -> None:  # noqa: FBT001 (a parameter of the test)
    """Two vertebrae do not determine the direction of a spine."""
    without = [vertebra.name for vertebra in RELEASE.spine[left:]]
    assert (Anatomy(body(without=without), RELEASE).frame is not None) is found


def test_numbers_that_overflow_do_no_harm() -> None:
    """The affine of a damaged header can put a body anywhere; then it is not a human one."""
    assert not Anatomy(body(world=1e100 * UPRIGHT), RELEASE).human


def test_right_is_where_pairs_say() -> None:
    """Exchanging one pair does not exchange right and left; exchanging all does."""
    pair = {"kidney_left": "kidney_right", "kidney_right": "kidney_left"}
    every = {s.name: s.partner for s in RELEASE.structures if s.partner}
    assert places(named=pair)["liver"].right == pytest.approx(places()["liver"].right)
    assert places(named=every)["liver"].right == pytest.approx(-places()["liver"].right)


def test_without_pairs_right_is_the_worlds() -> None:
    """A spine with unpaired organs only takes the world's right."""
    paired = [s.name for s in RELEASE.structures if s.partner]
    assert places(without=paired)["liver"].right == pytest.approx(places()["liver"].right)


@given(st.integers(1, 9).flatmap(lambda rows: arrays(np.float64, (rows, 3))))
def test_medians_are_those_of_numpy(rows: NDArray[np.float64]) -> None:
    """The fast median is the same number, including NaN and infinity."""
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(medians(rows), np.median(rows, axis=0))


@pytest.mark.parametrize(
    ("depth", "name"),
    [
        (0, "T12"),
        (14, "T12"),
        (16, "L1"),
        (64, "L2"),
        (75, "L2"),
        (94, "1 level below L2"),
        (-70, "2 levels above T12"),
    ],
)
def test_levels_are_named(depth: float, name: str) -> None:
    """The nearest vertebra, or the count of levels beyond the last one."""
    assert LEVELS.at(depth) == name


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([0, 50, 200], RankOrder(2, 0, 3, alone=False, example=None)),
        ([0, 250, 200], RankOrder(2, 1, 3, alone=True, example=(1, 2))),
        ([300, 250, 200], RankOrder(2, 2, 3, alone=True, example=(0, 2))),
    ],
)
def test_order(found: list[float], expected: RankOrder) -> None:
    """Pairs below the minimum distance have no order; the worst pair is the example."""
    assert order([0, 50, 200], found, 100) == expected


def test_reversed_pairs_that_share_no_structure() -> None:
    """Two reversed pairs without a structure in common are not due to one structure that lies elsewhere."""
    assert order([0, 10, 200, 210], [200, 210, 0, 10], 100) == RankOrder(4, 4, 4, alone=False, example=(1, 2))


def test_order_of_nothing() -> None:
    """Without structures there are no pairs."""
    assert order([], [], 100) == RankOrder(0, 0, 0, alone=False, example=None)
    assert RankOrder(0, 0, 0, alone=False, example=None).share == 0


@given(factor=st.floats(0.5, 2))
def test_bulk_falls_with_the_square_of_the_slice_distance(factor: float) -> None:
    """Vertebrae of the same width on slices that are further apart look slender."""
    volumes = {v.name: (v.volume_low_ml or 0) ** 0.5 * (v.volume_high_ml or 0) ** 0.5 for v in RELEASE.spine}
    slender = {name: volume / factor**2 for name, volume in volumes.items()}
    assert Anatomy(body(volumes=slender), RELEASE).bulk == pytest.approx(1 / factor**2)


def bent(degrees: float) -> Case:
    """Return a body whose spine is curved sideways by an angle between its ends, and all structures with it."""
    case = body()
    points = np.array([mask.centroid_mm for mask in case.masks if mask.centroid_mm])
    high, low = points[:, 2].max(), points[:, 2].min()
    reach = (high - low) / np.pi * np.tan(np.radians(degrees / 2))
    masks = []
    for mask in case.masks:
        x, y, z = mask.centroid_mm or (0.0, 0.0, 0.0)
        masks.append(replace(mask, centroid_mm=(x + float(reach * np.sin(np.pi * (z - low) / (high - low))), y, z)))
    return replace(case, masks=tuple(masks))


@pytest.mark.parametrize("degrees", [20, 40, 50])
def test_places_in_scoliosis(degrees: float) -> None:
    """What lies to the side is measured from the spine at that level, and beyond its end, from where it points."""
    straight, curved = places(), Anatomy(bent(degrees), RELEASE).places
    trunk = [name for name, place in straight.items() if 0 < place.depth < 800]
    assert max(abs(curved[name].right - straight[name].right) for name in trunk) < 25


def test_a_curve_of_few_vertebrae_is_none() -> None:
    """Three or four vertebrae do not show one."""
    depths, offsets = np.array([0.0, 30.0, 60.0, 90.0]), np.array([0.0, 9.0, 9.0, 0.0])
    assert Curve.of(depths, offsets).at(np.array([-50.0, 45.0, 200.0])).tolist() == [0, 0, 0]


def test_one_vertebra_beside_the_others_makes_no_curve() -> None:
    """The median of three leaves it out."""
    depths = np.arange(0.0, 210.0, 30.0, dtype=np.float64)
    assert not Curve.of(depths, np.where(depths == 90, 40.0, 0.0)).at(depths).any()


def test_a_curve_goes_on_as_it_ends() -> None:
    """But not more steeply than by half."""
    depths = np.arange(0.0, 210.0, 30.0, dtype=np.float64)
    curve = Curve.of(depths, 0.2 * depths)
    assert curve.at(np.array([-100.0, 90.0, 280.0])) == pytest.approx([-20 + 2, 18, 56 - 2], abs=2.5)
    steep = Curve.of(depths, 2.0 * depths)
    assert steep.at(depths[-1:] + 100)[0] - steep.at(depths[-1:])[0] == pytest.approx(50)
