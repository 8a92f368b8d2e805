"""Checks of single masks, and of single slices, against the edges that the CT shows."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from segaudit.checks.alignment_masks import mask_displaced, mask_size_differs, mask_unrelated, slab_unrelated
from segaudit.model import Case, Finding, Mask, NotApplicable, Spot
from segaudit.model.misplacement import Misplacement
from segaudit.model.records import CaseFit, Inside, Margin, MaskFit, Placement, Shift, SlabFit
from segaudit.model.registration import Registration
from segaudit.testing.records import (
    CASE,
    healthy_case,
    healthy_ct,
    healthy_file,
    healthy_header,
    healthy_mask,
    healthy_slices,
    small_contract,
)
from tests.support.findings import about_liver

SMALL = small_contract()
SHIFT = Shift(voxels=(0, 0, 4), agreement=0.9, contrast=0.1, faces=700, gain=3.0, side_agreement=0.8, side_faces=100)
LIVER = MaskFit("liver", 720, 0.3, 0.03, SHIFT)
LARGE = Margin(mm=-3.2, voxels=-2.13, least_mm=-2.9, gain=7.5, sides=6)
RESIZED = MaskFit("liver", 720, 0.8, 0.1, margin=LARGE)
HOLLOW = Inside(faces=(1920,) * 3, changes=(3840,) * 3, rings=(4000, 4000))
GOOD = SlabFit(first=0, last=9, structures=5, agreement=0.95, typical=0.95, certain=0.95)
BAD = replace(GOOD, agreement=0.1, typical=0.1, certain=0.1)


def case(*masks: MaskFit, liver: Mask | None = None, **changes: Any) -> Case:  # noqa: ANN401 - fields of any type
    """Return a case whose masks fit together, with the fits of some."""
    fit = CaseFit(masks=masks, structures=30, faces=9000, agreement=0.95, magnitude=0.1)
    return healthy_case(liver or healthy_mask(), fit=replace(fit, **changes))


def test_displaced() -> None:
    """A mask beside its edges is a finding with the way back."""
    message = "lies 6.0 mm (4 voxels along k) to the head of the edges that the CT shows: "
    message += "it agrees with these by 0.90 there, by 0.30 in place"
    spot = healthy_mask().spot
    elsewhere = Misplacement(structures=("liver",), voxels=(0, 0, 4))
    finding = replace(about_liver(message, 6.0, 0.0, spot), misplacement=elsewhere)
    assert list(mask_displaced(Registration(case(LIVER)), SMALL)) == [finding]
    assert list(mask_unrelated(Registration(case(LIVER)))) == []


@pytest.mark.parametrize(("hu", "found"), [(-501.0, 1), (-500.0, 1), (-499.0, 0), (35.0, 0)])
def test_a_lobe_without_air_shows_no_surface(hu: float, found: int) -> None:
    """One that has collapsed is as dense as what it lies on; what looks like its edges are those of other lobes."""
    sample = healthy_mask().hu
    assert sample is not None
    lobe = healthy_mask("lung_lower_lobe_left", hu=replace(sample, median=hu))
    fit = replace(LIVER, structure="lung_lower_lobe_left", shift=replace(SHIFT, covered=0.5))
    assert len(list(mask_displaced(Registration(case(fit, liver=lobe)), SMALL))) == found


@pytest.mark.parametrize(
    ("in_place", "covered", "found"), [(0.3, 0.3, 1), (0.3, 0.31, 0), (0.0, 0.01, 1), (0.0, 0.011, 0)]
)
def test_a_lobe_beside_its_place_that_leaves_others(in_place: float, covered: float, found: int) -> None:
    """One that was moved holds no air either, but covers other masks: where it fits it covers no more of them."""
    sample = healthy_mask().hu
    assert sample is not None
    lobe = healthy_mask("lung_lower_lobe_left", hu=replace(sample, median=35.0))
    shift = replace(SHIFT, covered_in_place=in_place, covered=covered)
    fit = replace(LIVER, structure="lung_lower_lobe_left", shift=shift)
    assert len(list(mask_displaced(Registration(case(fit, liver=lobe)), SMALL))) == found


@pytest.mark.parametrize(("accepted", "found"), [(5.9, 1), (6.0, 0), (6.1, 0)])
def test_displacements_that_a_contract_accepts(accepted: float, found: int) -> None:
    """Those up to its limit, which the finding names."""
    contract = replace(SMALL, limits={"mask-displaced": {"mm": accepted, "reason": "ours"}})
    findings = list(mask_displaced(Registration(case(LIVER)), contract))
    assert [finding.expected for finding in findings] == [accepted] * found


@pytest.mark.parametrize(("faces", "found"), [(249, 0), (250, 1)])
def test_faces_of_an_unrelated_mask(faces: int, found: int) -> None:
    """Fewer than 250 say nothing."""
    fit = MaskFit("femur_left", faces, 0.0, 0.02)
    assert len(list(mask_unrelated(Registration(case(fit))))) == found


def test_an_agreement_of_nothing_has_no_sign() -> None:
    """A mask that agrees with nothing does so by 0.00, not by -0.00."""
    (finding,) = mask_unrelated(Registration(case(MaskFit("femur_left", 720, -0.004, 0.02))))
    assert finding.message.startswith("agrees with the CT's edges by 0.00, at least 0.25 expected;")


@pytest.mark.parametrize(("agreement", "found"), [(0.249, True), (0.25, False)])
def test_unrelated(agreement: float, found: bool) -> None:  # noqa: FBT001
    """A bone that agrees with nothing, here or near, is a finding; an organ may lie in tissue that is as bright."""
    message = "agrees with the CT's edges by 0.25, at least 0.25 expected; all masks together by 0.95"
    finding = Finding.about(healthy_mask("femur_left"), message, agreement, 0.25)
    fit = MaskFit("femur_left", 720, agreement, 0.02)
    assert list(mask_unrelated(Registration(case(fit)))) == ([finding] if found else [])
    assert list(mask_unrelated(Registration(case(fit, agreement=0.74)))) == []
    assert list(mask_unrelated(Registration(case(replace(fit, structure="liver"))))) == []


@pytest.mark.parametrize(
    "record",
    [
        case(replace(LIVER, faces=99)),
        case(replace(LIVER, structure="rib_left_3")),
        case(LIVER, liver=healthy_mask(corner_displacement_mm=0.75)),
        case(LIVER, slabs=(replace(BAD, first=10, last=19), replace(GOOD, first=20, last=29))),
        case(LIVER, agreement=0.1, magnitude=0.05, placements=(Placement(agreement=0.3), Placement(turn="i"))),
    ],
)
def test_not_judged(record: Case) -> None:
    """Few faces, a slender structure, a mask off the grid, one in slices that are wrong, all masks wrong."""
    assert list(mask_displaced(Registration(record), SMALL)) == []
    assert list(mask_unrelated(Registration(record))) == []


def test_too_large() -> None:
    """A mask with the CT's edges inside of it all round is a finding, in mm and in voxels."""
    message = "is drawn too large: the CT has its edges 3.2 mm (2.1 voxels) inside of it all round, expected less than "
    finding = about_liver(f"{message}2.5 mm", -3.2, 2.5, healthy_mask().spot)
    assert list(mask_size_differs(Registration(case(RESIZED)), SMALL)) == [finding]


def test_too_small() -> None:
    """The same of a bone with the edges outside of it."""
    margin = replace(LARGE, mm=3.2, voxels=2.13, least_mm=2.9)
    bone = replace(RESIZED, structure="femur_left", margin=margin)
    message = "is drawn too small: the CT has its edges 3.2 mm (2.1 voxels) outside of it all round, expected less than"
    finding = Finding.about(healthy_mask("femur_left"), f"{message} 2.5 mm", 3.2, 2.5)
    assert list(mask_size_differs(Registration(case(bone)), SMALL)) == [finding]


@pytest.mark.parametrize(
    "record",
    [
        case(replace(RESIZED, margin=None)),
        case(replace(RESIZED, margin=replace(LARGE, mm=-2.49))),
        case(replace(RESIZED, margin=replace(LARGE, gain=2.49))),
        case(replace(RESIZED, structure="rib_left_3")),
        case(RESIZED, liver=healthy_mask(corner_displacement_mm=0.75)),
        case(RESIZED, liver=healthy_mask(inside=HOLLOW)),
        case(RESIZED, slabs=(replace(BAD, first=10, last=19), replace(GOOD, first=20, last=29))),
        case(RESIZED, agreement=0.1, magnitude=0.05, placements=(Placement(agreement=0.3), Placement(turn="i"))),
    ],
    ids=["no margin", "small", "blurred", "slender", "off the grid", "hollow", "slab", "elsewhere"],
)
def test_size_is_not_judged(record: Case) -> None:
    """Where the CT shows too little, and where another check reports the mask, its slices or all masks."""
    assert list(mask_size_differs(Registration(record), SMALL)) == []


@pytest.mark.parametrize(("mm", "voxels", "found"), [(2.49, 1.5, 0), (2.5, 1.5, 1), (2.5, 1.49, 0), (2.51, 1.51, 1)])
def test_how_far_off_edges_are(mm: float, voxels: float, found: int) -> None:
    """Both in mm and in voxels."""
    large = replace(RESIZED, margin=replace(LARGE, mm=-mm, voxels=-voxels, least_mm=-2.0))
    assert len(list(mask_size_differs(Registration(case(large)), SMALL))) == found


@pytest.mark.parametrize(("mm", "words"), [(0.9, "too small: the CT has its edges 0.9 mm"), (-0.9, "too large")])
def test_a_contract_may_ask_for_less(mm: float, words: str) -> None:
    """Less than a millimetre has a direction, too."""
    contract = replace(SMALL, limits={"mask-size-differs": {"mm": 0.5, "voxels": 0.5, "reason": "ours"}})
    margin = Margin(mm=mm, voxels=mm, least_mm=mm, gain=7.5, sides=6)
    bone = replace(RESIZED, structure="femur_left", margin=margin)
    (finding,) = mask_size_differs(Registration(case(bone)), contract)
    assert f"is drawn {words}" in finding.message


def test_one_cause_is_one_finding() -> None:
    """A mask that is too large as a whole is not displaced as well, whatever fits better elsewhere."""
    both = replace(LIVER, margin=LARGE)
    found = [list(check(Registration(case(both)), SMALL)) for check in (mask_displaced, mask_size_differs)]
    assert list(map(len, found)) == [0, 1]


def test_slab() -> None:
    """Slabs that agree with nothing are one finding, which leads to the middle of the worst."""
    slabs = [replace(GOOD, first=first, last=first + 9) for first in range(0, 80, 10)]
    for place, agreement in ((0, 0.2), (2, 0.1), (3, 0.2), (5, 0.2), (7, 0.2)):
        slabs[place] = replace(slabs[place], agreement=agreement, typical=0.0, certain=0.0)
    message = "slices 0 to 9, 20 to 39, 50 to 59, 70 to 79 along k: the masks agree with the CT's edges by 0.10 there, "
    message += "by 0.95 in all"
    spot = Spot((30, 25, 24), (0.0, 0.0, 6.8))
    finding = Finding(case=CASE, message=message, observed=0.1, expected=0.3, spot=spot)
    assert list(slab_unrelated(Registration(case(slabs=tuple(slabs))))) == [finding]


@pytest.mark.parametrize(
    ("places", "named"),
    [
        ((3,), "30 to 39"),
        ((0, 1, 2), "0 to 29"),
        ((1, 3, 5, 6, 7), "10 to 19, 30 to 39, 50 to 79"),
    ],
)
def test_slabs_that_follow_each_other(places: tuple[int, ...], named: str) -> None:
    """They are named as one, however many there are and whatever is before them."""
    slabs = [replace(BAD if place in places else GOOD, first=10 * place, last=10 * place + 9) for place in range(9)]
    (finding,) = slab_unrelated(Registration(case(slabs=tuple(slabs))))
    assert finding.message.startswith(f"slices {named} along k: ")


@pytest.mark.parametrize("shape", [(60, 50, 40, 2), (40, 40)])
def test_no_slabs_in_a_plane_or_a_series(shape: tuple[int, ...]) -> None:
    """They are no volume, which is found by itself."""
    odd = healthy_ct(file=healthy_file("", header=healthy_header(shape=shape)))
    with pytest.raises(NotApplicable):
        list(slab_unrelated(Registration(replace(case(slabs=(GOOD, BAD)), ct=odd))))


def test_slab_in_a_grid_without_a_place() -> None:
    """Without an affine it leads nowhere."""
    lost = healthy_ct(file=healthy_file("", header=healthy_header(affine=())))
    (finding,) = slab_unrelated(Registration(replace(case(slabs=(GOOD, BAD)), ct=lost)))
    assert finding.spot is None


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"agreement": 0.299}, True),
        ({"agreement": 0.3}, False),
        ({"typical": 0.299}, True),
        ({"typical": 0.3}, False),
        ({"certain": 0.299}, True),
        ({"certain": 0.3}, False),
        ({"certain": None}, False),
        ({"structures": 3}, True),
        ({"structures": 2}, False),
    ],
)
def test_slab_thresholds(changes: dict[str, Any], found: bool) -> None:  # noqa: FBT001
    """All faces of a slab, most of its structures, and its bones and lungs agree with nothing; three are there."""
    assert bool(list(slab_unrelated(Registration(case(slabs=(GOOD, replace(BAD, **changes))))))) == found


@pytest.mark.parametrize(("agreement", "whole", "found"), [(0.199, 0.5, True), (0.2, 0.5, False), (0.299, 0.95, True)])
def test_slab_in_a_case_that_fits_badly(agreement: float, whole: float, found: bool) -> None:  # noqa: FBT001
    """A slab agrees with the CT by 0.3 less than all masks do, at least."""
    slab = replace(BAD, agreement=agreement, typical=agreement, certain=agreement)
    record = case(slabs=(GOOD, slab), agreement=whole, magnitude=0.3)
    assert bool(list(slab_unrelated(Registration(record)))) == found


@pytest.mark.parametrize(("first", "last", "found"), [(24, 33, 1), (23, 33, 0), (0, 15, 1), (0, 16, 0)])
def test_masks_in_slices_that_are_wrong(first: int, last: int, found: int) -> None:
    """A mask of 20 slices is judged where six of them at most are among slices that are wrong."""
    slabs = (replace(GOOD, first=40, last=49), replace(BAD, first=first, last=last))
    assert len(list(mask_displaced(Registration(case(LIVER, slabs=slabs)), SMALL))) == found


@pytest.mark.parametrize(("axis", "start"), [(0, 20), (1, 15), (2, 10)])
@pytest.mark.parametrize(("inside", "found"), [(6, 1), (7, 0)])
def test_masks_in_slices_across_any_axis(axis: int, start: int, inside: int, found: int) -> None:
    """Those that its box reaches along the axis of the slabs count."""
    wrong = replace(BAD, first=start + 20 - inside, last=start + 29)
    slabs = (replace(GOOD, first=60, last=69), wrong)
    assert len(list(mask_displaced(Registration(case(LIVER, axis=axis, slabs=slabs)), SMALL))) == found


@pytest.mark.parametrize(("first", "found"), [(12, 0), (13, 1)])
def test_a_mask_of_three_slices(first: int, found: int) -> None:
    """One of them that is wrong is too much."""
    thin = healthy_mask(box=(20, 39, 15, 34, 10, 12))
    slabs = (replace(GOOD, first=40, last=49), replace(BAD, first=first, last=21))
    assert len(list(mask_displaced(Registration(case(LIVER, liver=thin, slabs=slabs)), SMALL))) == found


@pytest.mark.parametrize("first", [0, 10])
def test_a_mask_without_a_box(first: int) -> None:
    """Nobody knows in which slices it is: it is in none that are wrong."""
    slabs = (replace(GOOD, first=40, last=49), replace(BAD, first=first, last=first + 9))
    record = case(LIVER, liver=healthy_mask(box=None), slabs=slabs)
    assert len(list(mask_displaced(Registration(record), SMALL))) == 1


@pytest.mark.parametrize(("first", "found"), [(8, 0), (24, 1)])
def test_masks_between_slices_that_are_wrong(first: int, found: int) -> None:
    """What lies between two slabs of which the CT shows nothing is not judged either."""
    ends = ((first, first + 2), (27, 33))
    slabs = (replace(GOOD, first=40, last=49), *(replace(BAD, first=one, last=last) for one, last in ends))
    assert len(list(mask_displaced(Registration(case(LIVER, slabs=slabs)), SMALL))) == found


@pytest.mark.parametrize(("copies", "found"), [(6, 1), (7, 0), (10, 0)])
@pytest.mark.parametrize("beside", [0, 8])
@pytest.mark.parametrize("axis", [2, 1])
def test_masks_in_slices_that_are_copies(copies: int, found: int, beside: int, axis: int) -> None:
    """Slices across the patient that equal an earlier one are wrong, wherever that is; those beside it do not count."""
    digests = [bytes([number, *range(7)]) for number in range(40)]
    digests[20 : 20 + copies], digests[30 : 30 + beside] = digests[:copies], digests[:beside]
    ct = healthy_ct(slices=(replace(healthy_slices(), axis=axis, digests=b"".join(digests)),))
    record = replace(case(LIVER, axis=2), ct=ct)
    assert len(list(mask_displaced(Registration(record), SMALL))) == (found if axis == 2 else 1)
