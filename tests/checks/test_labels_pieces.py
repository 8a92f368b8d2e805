"""Checks of pieces: how many there are, where they lie, and whose they would be."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from segaudit.checks.labels_pieces import mask_fragmented, mask_stray_piece
from segaudit.model import Case, Contract, Finding, Mask, Spot, Structure
from segaudit.model.anatomy import Anatomy
from segaudit.model.records import SliceGaps, Touch
from segaudit.testing.pieces import pieces_of
from segaudit.testing.records import CENTRE, empty_mask, healthy_case, healthy_mask, merged_case, small_contract
from tests.support.findings import about_liver

EDGE = (2, 20, 15, 15, 10, 10)
"""Distances from the faces of a mask that the field of view cuts."""
AT_FACE = (0, 19, 15, 34, 10, 29)
"""The box of a piece there."""
FAR = Spot((50, 24, 20), (30.0, -0.8, -0.8))
ML = 8000 / 27
"""Voxels in a millilitre."""
ORGANS = (
    Structure(name="colon", label=11, group="organ", airy=True),
    Structure(name="small_bowel", label=12, group="organ", airy=True),
    Structure(name="prostate", label=13, group="organ"),
    Structure(name="liver", label=4, group="organ", max_pieces=1, hu_low=-50, hu_high=250),
    Structure(name="vertebrae_T8", label=14, group="bone", below="vertebrae_T9"),
    Structure(name="vertebrae_T9", label=15, group="bone", above="vertebrae_T8", max_pieces=1),
    Structure(name="iliac_artery_left", label=10, group="vessel"),
    Structure(name="kidney_cyst_left", label=3, group="organ", piece_ml=0),
)


def contract() -> Contract:
    """Return a contract with structures that come in any number of pieces."""
    kept = small_contract().structures
    names = {structure.name for structure in ORGANS}
    return small_contract(structures=(*(one for one in kept if one.name not in names), *ORGANS))


def case_of(*masks: Mask) -> Case:
    """Return a case of these masks."""
    return replace(healthy_case(), masks=masks)


def anatomy_of(*masks: Mask) -> Anatomy:
    """Return what they show of a body."""
    return Anatomy(case_of(*masks), contract())


def fragmented(*masks: Mask) -> list[Finding]:
    """Return the findings of the number of pieces."""
    return list(mask_fragmented(anatomy_of(*masks), contract()))


def strays(*masks: Mask) -> list[Finding]:
    """Return the findings of strays."""
    return list(mask_stray_piece(anatomy_of(*masks), contract()))


def broken(
    structure: str = "liver", second: int = 900, fields: dict[str, object] | None = None, **piece: object
) -> Mask:
    """Return a mask with two pieces."""
    pieces = pieces_of(8000 - second, second, **{"apart_mm": 20.0, "area_mm2": 1000.0} | piece)  # type: ignore[arg-type]
    return healthy_mask(structure, pieces=pieces, components=2, **(fields or {}))


def test_fragmented() -> None:
    """More pieces than the structure has are a finding with their volumes, at the second one."""
    second = Spot((1, 2, 3), (4.0, 5.0, 6.0))
    mask = healthy_mask(pieces=pieces_of(7000, 900, 100, spot=second), components=3)
    assert fragmented(mask) == [about_liver("2 pieces of 23.6, 3.04 ml, expected 1 at most", 2, 1, second)]


def test_several_pieces() -> None:
    """The finding leads to the largest of the further ones, and says whose that one is."""
    spots = [Spot((at, 2, 3), (4.0, 5.0, 6.0)) for at in range(2)]
    (first, second, third) = pieces_of(6000, 1200, 800, touches=(Touch("spleen", 500.0),), area_mm2=1000.0)
    pieces = (first, replace(second, spot=spots[0]), replace(third, spot=spots[1], touches=()))
    (finding,) = fragmented(healthy_mask(pieces=pieces, components=3), healthy_mask("spleen"))
    assert (finding.observed, finding.spot) == (3, spots[0])
    assert finding.message.endswith(
        "3 pieces of 20.2, 4.05, 2.7 ml, expected 1 at most; that of 4.05 ml is likely spleen"
    )


@pytest.mark.parametrize(
    "mask",
    [
        healthy_mask(pieces=pieces_of(7800, 200), components=2),  # 0.7 ml: a speck
        healthy_mask(pieces=pieces_of(4000, 4000, box=AT_FACE), components=2, faces=EDGE),
        healthy_mask("trachea", pieces=pieces_of(4000, 4000), components=2),
        healthy_mask("spleen", pieces=pieces_of(4000, 2000, 2000), components=3),
        healthy_mask("tumour", pieces=pieces_of(4000, 4000), components=2),
        healthy_mask(pieces=pieces_of(4000, 4000), components=2, distinct_values=3),
        broken(second=1400, fields={"faces": EDGE}, apart_mm=14.9),  # 4.7 ml, torn off at the edge of the image
        empty_mask(),
    ],
)
def test_not_fragmented(mask: Mask) -> None:
    """Specks, pieces at a face, structures that come in pieces and unknown ones are no findings."""
    assert fragmented(mask) == []


@pytest.mark.parametrize(("second", "apart_mm"), [(1400, 15.0), (1500, 0.0)])
def test_pieces_of_cut_masks(second: int, apart_mm: float) -> None:
    """A piece that no face touches counts in a mask that is cut, if it is far enough or large enough."""
    mask = broken(second=second, fields={"faces": EDGE}, apart_mm=apart_mm, box=(30, 35, 15, 34, 10, 29))
    (finding,) = fragmented(mask)
    assert finding.observed == 2


@pytest.mark.parametrize(("first", "box", "found"), [(0, (3, 19), True), (0, (2, 19), False), (20, (20, 39), True)])
def test_faces(first: int, box: tuple[int, int], *, found: bool) -> None:
    """A piece lies free from 3 voxels on."""
    mask = broken(second=3000, fields={"faces": (first, 20, 15, 15, 10, 10), "box": (first, 39, 15, 34, 10, 29)},
                  box=(*box, 15, 34, 10, 29))  # fmt: skip
    assert bool(fragmented(mask)) == found


@pytest.mark.parametrize(("find", "apart_mm"), [(fragmented, 20.0), (strays, 40.0)])
def test_torn_by_missing_slices(find: Callable[..., list[Finding]], apart_mm: float) -> None:
    """Pieces between missing slices are a finding of the slices; those of the next mask are judged all the same."""
    gaps = SliceGaps(axis=2, gaps=1, slices=1, filled=20, first=9, width=1, likeness=1.0)
    mask, other = (broken(name, second=4000, apart_mm=apart_mm) for name in ("liver", "kidney_left"))
    assert mask.inside is not None
    torn = replace(mask, inside=replace(mask.inside, slice_gaps=(gaps,)))
    assert find(torn) == []
    assert [finding.structures for finding in find(torn, other)] == [("kidney_left",)]


@pytest.mark.parametrize(
    ("mask", "reason", "found"),
    [
        (broken(apart_mm=30.1), "a piece of 3.04 ml lies 30 mm from the rest", True),
        (broken(apart_mm=30.0), "", False),
        (broken("colon", apart_mm=60.1), "a piece of 3.04 ml lies 60 mm from the rest", True),
        (broken("colon", apart_mm=60.0), "", False),
        (broken("colon", apart_mm=90.0, touches=(Touch("kidney_left", 10.0),)), "", False),
        (broken("colon", apart_mm=90.0, touches=(Touch("heart", 10.0),)), "lies 90 mm from the rest", True),
        (broken("prostate", apart_mm=80.1), "lies 80 mm from the rest", True),
        (broken("prostate", apart_mm=80.0), "", False),
        (broken("colon", touches=(Touch("liver", 600.0),)), "lies within the mask of liver", True),
        (broken("colon", touches=(Touch("liver", 599.0),)), "", False),
        (broken("colon", touches=(Touch("liver", 0.0, 540),)), "lies within the mask of liver", True),
        (broken("colon", touches=(Touch("liver", 0.0, 539),)), "", False),
        (broken("colon", touches=(Touch("small_bowel", 900.0),)), "", False),
        (broken("iliac_artery_left", touches=(Touch("liver", 900.0),)), "", False),
        (broken("colon", touches=(Touch("tumour", 900.0),)), "", False),
        (broken("kidney_cyst_left", touches=(Touch("kidney_left", 900.0),)), "", False),
        (broken(hu_median=-151.0), "shows -151 HU, not -50 to 250", True),
        (broken(hu_median=-150.0), "", False),
        (broken(hu_median=350.0), "", False),
        (broken("colon", hu_median=-900.0), "", False),
        (broken(apart_mm=90.0, second=290), "", False),  # 0.98 ml: a speck
        (broken(apart_mm=90.0, second=29, fields={"volume_ml": 800.0}), "", False),
        (broken(apart_mm=90.0, second=30, fields={"volume_ml": 800.0}), "lies 90 mm", True),
        (broken(apart_mm=90.0, box=AT_FACE, fields={"faces": EDGE}), "", False),
    ],
)
def test_strays(mask: Mask, reason: str, *, found: bool) -> None:
    """A stray lies far from the rest, within another structure, or where the CT shows something else."""
    findings = strays(mask)
    assert [reason in finding.message for finding in findings] == [True] * found
    assert not (findings and fragmented(mask))


@pytest.mark.parametrize(("values", "found"), [((1,), True), ((1, 2), False)])
def test_a_region_and_its_part(values: tuple[int, ...], *, found: bool) -> None:
    """In a label map, a piece of a region that is the mask of its part is no stray, and one within another mask is."""
    case = merged_case(masks=(broken("colon", touches=(Touch("liver", 900.0, 900),)), healthy_mask()))
    assert case.label_map
    label_map = replace(case.label_map, labels={"colon": values, "liver": (2,)})
    findings = mask_stray_piece(Anatomy(replace(case, label_map=label_map), contract()), contract())
    assert ["within the mask of liver" in finding.message for finding in findings] == [True] * found


@pytest.mark.parametrize(
    ("others", "more"),
    [((), ""), ((800,), ", and 1 further piece like it"), ((800, 700), ", and 2 further pieces like it")],
)
def test_one_finding_a_mask(others: tuple[int, ...], more: str) -> None:
    """Several strays are one finding, at the largest one, with the number of the others."""
    pieces = pieces_of(8000 - 1201 - sum(others), 1201, *others, apart_mm=50.0, spot=FAR)
    message = f"a piece of 4.05 ml lies 50 mm from the rest{more}; no structure that it would belong to touches it"
    assert strays(healthy_mask(pieces=pieces, components=len(pieces))) == [about_liver(message, 4.053, None, FAR)]


@pytest.mark.parametrize(
    ("touches", "kidney_ml", "owner"),
    [
        ((Touch("kidney_right", 300.0),), 27.0, "kidney_right"),
        ((Touch("kidney_right", 299.0),), 27.0, ""),
        ((Touch("kidney_right", 299.0),), 20.25, "kidney_right"),
        ((Touch("kidney_right", 299.0),), 20.3, ""),
        ((Touch("kidney_right", 80.0), Touch("spleen", 20.0)), 13.0, "kidney_right"),
        ((Touch("kidney_right", 79.0),), 13.0, ""),
        ((), 13.0, ""),
    ],
)
def test_owner(touches: tuple[Touch, ...], kidney_ml: float, owner: str) -> None:
    """A piece is likely that structure's of which it touches most, or which it completes."""
    kidneys = healthy_mask("kidney_left"), healthy_mask("kidney_right", volume_ml=kidney_ml)
    (finding,) = fragmented(broken(touches=touches), *kidneys)
    assert finding.message.endswith(f"; that of 3.04 ml is likely {owner}" if owner else "expected 1 at most")
    (finding,) = strays(broken(touches=touches, apart_mm=40.0), *kidneys)
    assert finding.message.endswith(
        f"; likely {owner}" if owner else "; no structure that it would belong to touches it"
    )


def test_next_in_a_row() -> None:
    """A piece of a vertebra's neighbour is likely that one's."""
    mask = broken("vertebrae_T9", touches=(Touch("vertebrae_T8", 80.0),))
    (finding,) = fragmented(mask, healthy_mask("vertebrae_T8"))
    assert finding.message.endswith("that of 3.04 ml is likely vertebrae_T8")


@pytest.mark.parametrize(
    ("mask", "partner", "found"),
    [
        (broken("kidney_left", 2000, spot=FAR), empty_mask("kidney_right"), True),
        (broken("kidney_left", 2000, spot=FAR), healthy_mask("kidney_right"), False),
        (broken("kidney_left", 2000, spot=CENTRE), empty_mask("kidney_right"), False),
        (broken("kidney_left", 1800, spot=FAR), empty_mask("kidney_right"), False),
    ],
)
def test_twins(mask: Mask, partner: Mask, *, found: bool) -> None:
    """Both of a pair in one mask, while the other is empty."""
    message = "kidney_right is in this mask: its own mask is empty"
    assert [message in finding.message for finding in fragmented(mask, partner)] == [found]
    apart = replace(mask, pieces=(mask.pieces[0], replace(mask.pieces[1], apart_mm=70.0)))
    assert [message in finding.message for finding in strays(apart, partner)] == [found]


@pytest.mark.parametrize(
    ("low", "high", "median", "found"),
    [
        (-50.0, 250.0, 50.0, 1),
        (None, 250.0, 50.0, 0),
        (-50.0, None, 50.0, 0),
        (-50.0, 250.0, 251.0, 0),
        (-50.0, 250.0, 250.0, 1),
        (-50.0, 250.0, -50.0, 1),
    ],
)
def test_where_intensity_tells(low: float | None, high: float | None, median: float, found: int) -> None:
    """Where the range of the structure is known, and the mask as a whole is within."""
    mask = broken(hu_median=-900.0)
    assert mask.hu is not None
    mask = replace(mask, hu=replace(mask.hu, median=median))
    liver = replace(contract().by_name["liver"], hu_low=low, hu_high=high)
    others = tuple(one for one in contract().structures if one.name != "liver")
    promised = replace(contract(), structures=(*others, liver))
    assert len(list(mask_stray_piece(Anatomy(case_of(mask), promised), promised))) == found
