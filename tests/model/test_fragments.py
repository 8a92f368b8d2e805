"""Pieces of masks: each threshold just below, at and above."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from segaudit.model import Mask, Spot, Structure
from segaudit.model.fragments import counts, free, owner_of, strays_of, twin_of, volume_ml
from segaudit.model.records import Overlap, Piece, Touch
from segaudit.testing.pieces import pieces_of
from segaudit.testing.records import empty_mask, healthy_case, healthy_mask, small_contract

CONTRACT = small_contract(
    structures=(
        *small_contract().structures,
        Structure(name="prostate", label=20, group="organ"),
        Structure(name="rib_left_1", label=21, group="bone", below="rib_left_2"),
        Structure(name="rib_left_2", label=22, group="bone", above="rib_left_1"),
        Structure(name="colon", label=23, group="organ"),
    )
)
WIDE = {"faces": (20, 20, 15, 15, 10, 10)}
CUT = {"faces": (2, 20, 15, 15, 10, 10)}


def broken(structure: str = "liver", second: int = 900, cut: bool = False, **piece: object) -> Mask:  # noqa: FBT001, FBT002
    """Return a mask with a second piece, whole or cut by the field of view."""
    fields: dict[str, object] = {"apart_mm": 20.0, "area_mm2": 1000.0} | piece
    pieces = pieces_of(8000 - second, second, **fields)  # type: ignore[arg-type]  # the fields fit, name by name
    return healthy_mask(structure, pieces=pieces, components=2, **(CUT if cut else WIDE))


def second_of(mask: Mask) -> Piece:
    """Return the second piece."""
    return mask.pieces[1]


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize(
    ("low", "high", "found"), [(3, 20, True), (2, 20, False), (0, 20, False), (20, 56, True), (20, 57, False)]
)
def test_free(axis: int, low: int, high: int, *, found: bool) -> None:
    """Three voxels from both faces of the grid, along each axis: here it has 60 voxels along all of them."""
    box = [10, 40] * 3
    box[2 * axis : 2 * axis + 2] = low, high
    mask = replace(broken(box=tuple(box)), box=(10, 40) * 3, faces=(10, 19) * 3)
    assert free(mask, second_of(mask)) is found
    assert not free(replace(mask, box=None), second_of(mask))
    assert not free(replace(mask, faces=None), second_of(mask))


@pytest.mark.parametrize(
    ("second", "cut", "apart", "found"),
    [
        (297, False, 0.0, True),
        (296, False, 0.0, False),
        (1400, True, 14.9, False),
        (1400, True, 15.0, True),
        (1481, True, 14.9, False),
        (1482, True, 14.9, True),
        (297, True, 15.0, True),
    ],
)
def test_counts(second: int, apart: float, *, cut: bool, found: bool) -> None:
    """One millilitre; where the field of view cuts the mask, 5 ml or 15 mm apart."""
    mask = broken(second=second, cut=cut, apart_mm=apart, box=(10, 20, 20, 30, 12, 20))
    assert volume_ml(mask, second_of(mask)) == pytest.approx(second * 27 / 8000)
    assert counts(mask, second_of(mask), CONTRACT.by_name["liver"]) is found


def test_the_size_of_a_speck_is_the_structures() -> None:
    """A structure that comes in small pieces has a smaller one; where it is 0, no piece is a stray."""
    mask = broken(second=100, apart_mm=90.0)
    liver = CONTRACT.by_name["liver"]
    for piece_ml, found in ((1.0, 0), (0.3, 1), (0.0, 0)):
        structure = replace(liver, piece_ml=piece_ml)
        assert len(list(strays_of(mask, structure, healthy_case(mask), CONTRACT))) == found


def reasons(mask: Mask, *others: Mask, by_hu: bool = True, overlaps: tuple[Overlap, ...] = ()) -> list[str]:
    """Return why pieces are strays."""
    case = replace(healthy_case(mask, *others), overlaps=overlaps)
    return [stray.reason for stray in strays_of(mask, CONTRACT.by_name[mask.structure], case, CONTRACT, by_hu=by_hu)]


@pytest.mark.parametrize(
    ("name", "apart", "usual"),
    [("liver", 30.0, ""), ("prostate", 80.0, ""), ("colon", 60.0, "spleen"), ("rib_left_2", 60.0, "rib_left_1")],
)
def test_apart(name: str, apart: float, usual: str) -> None:
    """By whether a structure has one piece, any number, or usual neighbours that it touches in health."""
    expected = [f"lies {apart:.0f} mm from the rest"]
    assert reasons(broken(name, apart_mm=apart)) == []
    assert reasons(broken(name, apart_mm=apart + 0.1)) == expected
    touching = broken(name, apart_mm=apart + 0.1, touches=(Touch(usual or "spleen", 1.0),))
    assert reasons(touching) == ([] if usual else expected)
    assert reasons(broken(name, apart_mm=apart + 0.1, touches=(Touch("trachea", 1.0),))) == expected


@pytest.mark.parametrize(("hu", "found"), [(-150.1, 1), (-150.0, 0), (350.0, 0), (350.1, 1)])
def test_strange(hu: float, found: int) -> None:
    """A hundred HU beyond the range of its structure; not where the CT cannot be trusted, or nothing is known."""
    liver = replace(CONTRACT.by_name["liver"], hu_low=-50.0, hu_high=250.0)
    mask = broken(hu_median=hu)
    case = healthy_case(mask)
    assert len(list(strays_of(mask, liver, case, CONTRACT))) == found
    assert list(strays_of(mask, liver, case, CONTRACT, by_hu=False)) == []
    for unknown in (replace(liver, hu_low=None), replace(liver, hu_high=None)):
        assert list(strays_of(mask, unknown, case, CONTRACT)) == []


@pytest.mark.parametrize(
    ("touch", "found"),
    [
        (Touch("spleen", 600.0), True),
        (Touch("spleen", 599.0), False),
        (Touch("spleen", 0.0, 540), True),
        (Touch("spleen", 0.0, 539), False),
    ],
)
def test_within(touch: Touch, *, found: bool) -> None:
    """Six tenths of its surface, or of its voxels; a surface of nothing is on nothing."""
    assert reasons(broken(touches=(touch,))) == (["lies within the mask of spleen"] if found else [])
    assert reasons(broken(touches=(Touch("spleen"),), area_mm2=0.0)) == []


@pytest.mark.parametrize(("shared", "found"), [(4800, True), (4801, False)])
def test_a_mask_that_lies_within_as_a_whole(shared: int, *, found: bool) -> None:
    """Where the rest shares six tenths with the other mask as well, the overlap is what is wrong."""
    mask = broken(touches=(Touch("spleen", 900.0),))
    overlaps = (Overlap("liver", "spleen", shared), Overlap("kidney_left", "spleen", 8000))
    assert bool(reasons(mask, overlaps=overlaps)) is found


@pytest.mark.parametrize(
    ("area", "spleen_ml", "owner"),
    [(300.0, 27.0, "spleen"), (299.0, 27.0, ""), (80.0, 27.0, "")],
)
def test_owner_by_touch(area: float, spleen_ml: float, owner: str) -> None:
    """Three tenths of the surface on one mask."""
    mask = broken(touches=(Touch("trachea", 10.0), Touch("spleen", area)))
    case = healthy_case(mask, healthy_mask("spleen", volume_ml=spleen_ml))
    assert owner_of(mask, second_of(mask), case, CONTRACT) == owner
    without = replace(second_of(mask), area_mm2=0.0)
    assert owner_of(mask, without, case, CONTRACT) == ""


@pytest.mark.parametrize(
    ("area", "ml", "cut", "owner"),
    [
        (80.0, 20.25, False, "kidney_left"),
        (79.0, 20.25, False, ""),
        (80.0, 20.26, False, ""),
        (80.0, 10.0, True, ""),
    ],
)
def test_owner_that_lacks_a_part(area: float, ml: float, owner: str, *, cut: bool) -> None:
    """Less is enough where that mask has three quarters of its partner's volume at most, and none is out of view."""
    mask = broken(touches=(Touch("kidney_left", area),))
    kidneys = healthy_mask("kidney_left", volume_ml=ml, **(CUT if cut else {})), healthy_mask("kidney_right")
    assert owner_of(mask, second_of(mask), healthy_case(mask, *kidneys), CONTRACT) == owner
    alone = replace(healthy_case(mask, kidneys[0]), masks=(kidneys[0], mask))
    assert owner_of(mask, second_of(mask), alone, CONTRACT) == ""


@pytest.mark.parametrize(("own", "next_one"), [("rib_left_1", "rib_left_2"), ("rib_left_2", "rib_left_1")])
def test_owner_in_a_row(own: str, next_one: str) -> None:
    """The next one above or below, and no other."""
    mask = broken(own, touches=(Touch(next_one, 80.0),))
    assert owner_of(mask, second_of(mask), healthy_case(mask), CONTRACT) == next_one
    other = broken("liver", touches=(Touch(next_one, 80.0),))
    assert owner_of(other, second_of(other), healthy_case(other), CONTRACT) == ""
    unknown = broken(own, touches=(Touch("tumour", 80.0),))
    assert owner_of(unknown, second_of(unknown), healthy_case(unknown), CONTRACT) == ""


@pytest.mark.parametrize(
    ("right", "second", "found"), [(30.0, 1847, True), (-30.0, 1847, True), (29.9, 1847, False), (30.0, 1846, False)]
)
def test_twin(right: float, second: int, *, found: bool) -> None:
    """Three centimetres to either side, and three tenths of the largest piece, while the other mask is empty."""
    mask = broken("kidney_left", second)
    main, piece = mask.pieces
    piece = replace(piece, spot=Spot(main.spot.voxel, (main.spot.mm[0] + right, *main.spot.mm[1:])))
    empty = healthy_case(mask, empty_mask("kidney_right"))
    assert twin_of(mask, piece, empty, CONTRACT) == ("kidney_right" if found else "")
    assert twin_of(mask, piece, healthy_case(mask), CONTRACT) == ""
    alone = replace(empty, masks=(mask,))
    assert twin_of(mask, piece, alone, CONTRACT) == ""


@pytest.mark.parametrize(("voxels", "found"), [(299, False), (300, True)])
def test_a_twin_of_exactly_the_least_size(voxels: int, *, found: bool) -> None:
    """Three tenths of the largest piece are enough."""
    mask = broken("kidney_left")
    main, piece = mask.pieces
    mask = replace(mask, pieces=(replace(main, voxels=1000), piece))
    piece = replace(piece, voxels=voxels, spot=Spot(main.spot.voxel, (main.spot.mm[0] + 40, *main.spot.mm[1:])))
    assert bool(twin_of(mask, piece, healthy_case(mask, empty_mask("kidney_right")), CONTRACT)) is found
