"""Ribs: exchanged, all off by one; and what slopes, is short or lacking in health."""

from __future__ import annotations

from itertools import pairwise
from math import pi, sin

import pytest
from msgspec.structs import replace

from segaudit.checks.anatomy_ribs import ribs_order
from segaudit.model import Case, Finding, Mask, NotApplicable
from segaudit.model.records import Vector
from segaudit.testing.bodies import Matrix, rotation
from segaudit.testing.records import CASE
from segaudit.testing.spines import (
    LEVELS,
    RIBS,
    SPACING_MM,
    body,
    height,
    removed,
    renumbered,
    rib,
    shifted,
    sloping_rib,
    spine,
    spine_contract,
    vertebra,
)
from tests.support.checked import found_in

CONTRACT = spine_contract()


def found(case: Case) -> list[Finding]:
    """Return what the check finds."""
    return found_in(ribs_order, case, CONTRACT)


def test_healthy_ribs() -> None:
    """Ribs that end at their vertebrae give nothing."""
    assert found(spine()) == []


def test_centres_do_not_count() -> None:
    """Ribs 11 and 12 slope past each other: their centres lie in reverse, their ends do not."""
    sloping = sloping_rib("left", 11, centroid_mm=(-100.0, 30.0, height("L3")))
    assert found(spine(sloping)) == []


@pytest.mark.parametrize("numbers", [(4, 5), (11, 12), (2, 9)])
@pytest.mark.parametrize("side", ["left", "right"])
def test_two_exchanged(side: str, numbers: tuple[int, int]) -> None:
    """Two ribs with each other's number are named, neighbours or not, with the place of the first one's vertebra."""
    one, other = (rib(side, number) for number in numbers)
    case = renumbered(spine(), {one: other, other: one})
    assert found(case) == [
        Finding(
            case=CASE,
            structures=(one, other),
            message=f"end at the spine in the order {other}, {one} from head to foot",
            observed=f"{other}, {one}",
            expected=f"{one}, {other}",
            spot=body(f"T{numbers[0]}").spot,
        )
    ]


@pytest.mark.parametrize(("by", "where", "rise"), [(1, "above", 1.45), (-1, "below", -0.55)])
def test_all_ribs_of_a_side_off_by_one(by: int, where: str, rise: float) -> None:
    """A side whose ribs all end at the next vertebra gives one finding that names them."""
    names = [rib("right", number) for number in RIBS]
    (finding,) = found(renumbered(spine(), shifted(names, 0, by)))
    judged = names[max(by, 0) : 12 + min(by, 0)]
    assert finding.structures == tuple(judged)
    assert finding.message == f"1.0 vertebrae {where} where ribs of their numbers end at the spine"
    assert (finding.observed, finding.expected) == (rise, 0.45)


@pytest.mark.parametrize(("rise", "count"), [(1.35, 0), (1.65, 0), (1.75, 1)])
def test_the_first_ribs(rise: float, count: int) -> None:
    """The second may end up to a quarter of a vertebra above the first one; what is up there, C7 and T2 say."""
    assert len(found(spine(sloping_rib("left", 2, height("T2") + rise * SPACING_MM)))) == count


@pytest.mark.parametrize(("rise_mm", "count"), [(43.75, 0), (43.8, 1)])
@pytest.mark.parametrize("lower_mm", [0.0, 7.0])
def test_a_rib_above_the_one_before_it(rise_mm: float, count: int, lower_mm: float) -> None:
    """A quarter of a vertebra, as far as next ones are apart: the first rib ends half of one above its own."""
    ends = {1: height("T1") + 12.5, 2: height("T2") + rise_mm}
    lower = (body(level, height(level) - lower_mm) for level in LEVELS[LEVELS.index("T4") :])
    assert len(found(spine(*lower, *(sloping_rib("left", number, at) for number, at in ends.items())))) == count


@pytest.mark.parametrize(("rise", "count"), [(1.63, 0), (1.67, 1)])
def test_the_first_rib_below_a_long_neck(rise: float, count: int) -> None:
    """What is up at T1 is the mean of the ways to C7 and to T2, however far these are."""
    neck = body("C7", height("C7") + 0.28 * SPACING_MM), body("C6", height("C6") + 0.28 * SPACING_MM)
    second = sloping_rib("left", 2, height("T2") + rise * SPACING_MM)
    assert len(found(spine(*neck, second))) == count


@pytest.mark.parametrize("bend_mm", [100, -100])
@pytest.mark.parametrize("side", ["left", "right"])
def test_ribs_of_a_bent_spine(side: str, bend_mm: float) -> None:
    """Behind a spine that bends by 45 degrees, ribs may end above their vertebrae as the whole of it lies."""
    lying = [level for level in LEVELS[1:] if level[0] != "L" or level == "L1"][:14]
    bent = {level: bend_mm * sin(pi * at / 13) for at, level in enumerate(lying)}
    bodies = [body(level, centroid_mm=(0.0, y, height(level))) for level, y in bent.items()]
    ribs = []
    for number in (2, 3, 4):
        inner = (
            20.0 if side == "right" else -20.0,
            bent[f"T{number}"] - 50.0,
            height(f"T{number}") + 0.45 * SPACING_MM,
        )
        outer = (4 * inner[0], inner[1] + 90.0, inner[2] - 60.0)
        ribs.append(sloping_rib(side, number, ends_mm=(inner, outer) if side == "right" else (outer, inner)))
    absent = [rib(side, number) for number in RIBS if number not in {2, 3, 4}]
    rest = [vertebra(level) for level in LEVELS if level not in bent]
    assert found(spine(*bodies, *ribs, *removed(*absent, *rest))) == []


@pytest.mark.parametrize(("steps", "count"), [(1.5, 1), (2.69, 1), (2.7, 1), (2.71, 0), (3.5, 0)])
def test_ribs_that_end_far_from_the_spine(steps: float, count: int) -> None:
    """Where they end says nothing if that is more than 2.7 vertebrae away from the nearest one."""
    ends = [((-150.0, 60.0, 0.0), (-steps * SPACING_MM, 0.0, height(f"T{other}"))) for other in (5, 4)]
    ribs = [sloping_rib("left", number, ends_mm=each) for number, each in zip((4, 5), ends, strict=True)]
    assert len(found(spine(*ribs))) == count


@pytest.mark.parametrize(("further_mm", "applies"), [(7.4, True), (7.5, True), (7.6, False)])
def test_vertebrae_that_are_far_apart(further_mm: float, *, applies: bool) -> None:
    """More than 1.3 times as far as others: one between them may be missing, and ribs are not judged."""
    lower = [body(level, height(level) - further_mm) for level in LEVELS[LEVELS.index("T8") :]]
    try:
        found(spine(*lower))
    except NotApplicable:
        assert not applies
    else:
        assert applies


@pytest.mark.parametrize("number", [4, 7, 11])
def test_two_exchanged_where_ribs_lie_closer_than_vertebrae(number: int) -> None:
    """Those that end below the rib before them are in order, however little."""
    ends = {at: height(f"T{at}") + (0.2 + 0.05 * at) * SPACING_MM for at in RIBS}
    ends[number], ends[number + 1] = ends[number + 1], ends[number]
    (finding,) = found(spine(*(sloping_rib("right", at, end) for at, end in ends.items())))
    assert finding.structures == (rib("right", number), rib("right", number + 1))


@pytest.mark.parametrize(("first", "last"), [("T1", "S1"), ("C6", "T12"), ("T1", "T12"), ("T3", "T10")])
@pytest.mark.parametrize("numbers", [(1, 2), (3, 4), (11, 12)])
def test_ribs_at_the_ends_of_a_spine(first: str, last: str, numbers: tuple[int, int]) -> None:
    """There, what is up is the way to the one neighbour that is seen; ribs without a vertebra are not judged."""
    seen = LEVELS[LEVELS.index(first) : LEVELS.index(last) + 1]
    one, other = (rib("left", number) for number in numbers)
    rest = removed(*(vertebra(level) for level in LEVELS if level not in seen))
    judged = {f"T{number}" for number in numbers} <= set(seen)
    findings = found(renumbered(spine(*rest), {one: other, other: one}))
    assert [finding.structures for finding in findings] == [(one, other)] * judged


def test_ribs_that_end_at_the_same_place() -> None:
    """They are not out of order, and do not count as such."""
    places = {3: 2.5, 4: 2.5, 5: 4.5, 6: 4.0}
    ribs = [sloping_rib("left", at, height("T1") - (place - 1) * SPACING_MM) for at, place in places.items()]
    absent = [rib("left", number) for number in RIBS if number not in places]
    beyond = [vertebra(level) for level in LEVELS if level not in {f"T{number}" for number in range(1, 10)}]
    assert len(found(spine(*ribs, *removed(*absent, *beyond)))) == 1


@pytest.mark.parametrize(("order", "count"), [((5, 4, 6), 1), ((6, 5, 4), 0), ((7, 6, 4, 5), 0), ((5, 4, 7, 6), 0)])
def test_how_many_are_out_of_order(order: tuple[int, ...], count: int) -> None:
    """Half of the steps from rib to rib at most: beyond that nobody knows what is up."""
    vertebrae = sorted(order)
    ribs = [sloping_rib("left", at, height(f"T{other}") + 11) for at, other in zip(vertebrae, order, strict=True)]
    absent = [rib("left", number) for number in RIBS if number not in order]
    assert len(found(spine(*ribs, *removed(*absent)))) == count


@pytest.mark.parametrize(("first", "count"), [(11, 0), (10, 1)])
def test_few_ribs_off(first: int, count: int) -> None:
    """Two ribs that end elsewhere, in their order, can be what is left of a 13th pair or of ribs without heads."""
    absent = [rib("left", number) for number in range(1, first)]
    off = [sloping_rib("left", number, height(f"T{number}") - 0.6 * SPACING_MM) for number in range(first, 13)]
    assert len(found(spine(*removed(*absent), *off))) == count


def test_rib_that_ends_in_front() -> None:
    """A rib whose end nearest to the midline is the one at the sternum does not take part."""
    ends = ((-130.0, 0.0, height("T5")), (-30.0, 110.0, height("T9")))
    assert found(spine(sloping_rib("left", 4, ends_mm=ends))) == []


def test_cut_ribs() -> None:
    """Ribs that the field of view cuts do not take part, wherever they end."""
    exchanged = (("left", 4, 5), ("left", 5, 4))
    cut = [sloping_rib(side, to, height(f"T{at}"), faces=(0, 9, 9, 9, 9, 9)) for side, at, to in exchanged]
    assert found(spine(*cut)) == []


@pytest.mark.parametrize("damage", ["exchanged", "level", "empty", "none"])
def test_spine_without_reliable_levels(damage: str) -> None:
    """If vertebrae are out of order, missing or completely absent, ribs cannot be compared with them."""
    masks = {
        "exchanged": [body("T6", height("T7")), body("T7", height("T6"))],
        "level": [body(level, height(above)) for above, level in pairwise(LEVELS[LEVELS.index("T8") :])],
        "empty": removed(vertebra("T8")),
        "none": removed(*map(vertebra, LEVELS)),
    }
    case = renumbered(spine(*masks[damage]), {rib("left", 4): rib("left", 5), rib("left", 5): rib("left", 4)})
    with pytest.raises(NotApplicable, match="thoracic vertebrae are out of order or not all there"):
        found(case)


def test_child() -> None:
    """Lengths are counted in distances between vertebrae: a third of the size gives the same."""
    names = [rib("left", number) for number in RIBS]
    case = renumbered(spine(), shifted(names, 0, 1))
    assert [finding.observed for finding in found(scaled(case, 1 / 3))] == [1.45]
    assert found(scaled(spine(), 1 / 3)) == []


@pytest.mark.parametrize("world", [rotation(0, 40), rotation(1, -35) @ rotation(2, 50), rotation(0, 90)])
def test_bodies_that_lie_askew(world: Matrix) -> None:
    """What is up is shown by the vertebrae: in any world the same is found."""
    one, other = rib("left", 4), rib("left", 5)
    assert found(turned(spine(), world)) == []
    exchanged = renumbered(spine(), {one: other, other: one})
    assert [finding.structures for finding in found(turned(exchanged, world))] == [(one, other)]
    names = [rib("left", number) for number in RIBS]
    off = renumbered(spine(), shifted(names, 0, 1))
    assert [finding.observed for finding in found(turned(off, world))] == [1.45]


def turned(case: Case, world: Matrix) -> Case:
    """Return a case in a world that is turned."""

    def there(point: Vector) -> Vector:
        x, y, z = (world @ point).tolist()
        return x, y, z

    masks = (
        replace(
            mask,
            centroid_mm=mask.centroid_mm and there(mask.centroid_mm),
            ends_mm=mask.ends_mm and (there(mask.ends_mm[0]), there(mask.ends_mm[1])),
        )
        for mask in case.masks
    )
    return replace(case, masks=tuple(masks))


def scaled(case: Case, factor: float) -> Case:
    """Return a case in which all lengths are multiplied."""
    return replace(case, masks=tuple(_scaled(mask, factor) for mask in case.masks))


def _scaled(mask: Mask, factor: float) -> Mask:
    centroid = mask.centroid_mm and tuple(factor * length for length in mask.centroid_mm)
    ends = mask.ends_mm and tuple(tuple(factor * length for length in end) for end in mask.ends_mm)
    return replace(mask, centroid_mm=centroid, ends_mm=ends)
