"""Checks of alignment: masks against the CT's grid and body."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from segaudit.checks.alignment import (
    mask_in_void,
    mask_off_grid,
    mask_outside_body,
    mask_reoriented,
    mask_shape,
)
from segaudit.model import Alignment, Check, Finding, HuSample, NotApplicable
from segaudit.model.promises import Geometry
from segaudit.model.registration import Registration
from segaudit.testing.records import (
    CENTRE,
    healthy_case,
    healthy_ct,
    healthy_file,
    healthy_header,
    healthy_mask,
    small_contract,
)

LIVER = "s0001/segmentations/liver.nii.gz"
EDGE = (0, 20, 15, 15, 10, 10)
IN_AIR = HuSample(
    mean=-1000, std=10, minimum=-1024, p5=-1016, p25=-1007, median=-1000, p75=-993, p95=-984, maximum=-950
)


@pytest.mark.parametrize(
    ("shape", "hint"),
    [((60, 50, 39), "; one voxel, as by rounding when it was resampled"), ((60, 40, 40), "")],
)
def test_mask_shape(shape: tuple[int, int, int], hint: str) -> None:
    """Another shape is a finding; one voxel gets its usual cause."""
    observed = " x ".join(map(str, shape))
    mask = healthy_mask(same_shape=False, file=healthy_file(header=healthy_header(shape=shape)))
    assert list(mask_shape(healthy_case(mask))) == [
        Finding(
            case="s0001",
            structures=("liver",),
            file=LIVER,
            message=f"{observed} voxels, expected 60 x 50 x 40{hint}",
            observed=observed,
            expected="60 x 50 x 40",
        )
    ]


def test_mask_of_four_dimensions_has_no_other_shape() -> None:
    """A mask without three axes is `dimensions-unexpected` only."""
    mask = healthy_mask(same_shape=False, file=healthy_file(header=healthy_header(shape=(60, 50, 40, 2))))
    assert list(mask_shape(healthy_case(mask))) == []


def test_mask_off_grid() -> None:
    """A shifted mask is one finding that says how far in millimetres and voxels."""
    assert list(mask_off_grid(healthy_mask(corner_displacement_mm=4.5), small_contract())) == [
        Finding(
            case="s0001",
            structures=("liver",),
            file=LIVER,
            message="worst corner 4.5 mm (3 voxels) off the case's grid, at most 0.1 mm expected",
            observed=4.5,
            expected=0.1,
        )
    ]


@pytest.mark.parametrize(
    ("mm", "shown"),
    [(1.5, "1 voxel"), (0.5, "0.33 voxels"), (14.9, "9.9 voxels"), (15, "10 voxels"), (333, "222 voxels")],
)
def test_voxels_off_the_grid(mm: float, shown: str) -> None:
    """In two digits, or as a whole number."""
    (finding,) = mask_off_grid(healthy_mask(corner_displacement_mm=mm), small_contract())
    assert f" mm ({shown}) off" in finding.message


@given(distance=st.floats(min_value=0, max_value=1e4), tolerance=st.floats(min_value=1e-6, max_value=10))
def test_tolerance_is_the_contracts(distance: float, tolerance: float) -> None:
    """There is a finding exactly when the distance is over the tolerance."""
    contract = small_contract(alignment=Alignment(tolerance_mm=tolerance))
    found = list(mask_off_grid(healthy_mask(corner_displacement_mm=distance), contract))
    assert bool(found) == (distance > tolerance)


@pytest.mark.parametrize(
    ("spacing", "shown"),
    [
        ((1.5, 2.0, 3.0), " (3 voxels)"),
        ((4.5, 9.0, 9.0), " (1 voxel)"),
        ((0.4, 2.0, 3.0), " (11 voxels)"),
        ((0.46, 2.0, 3.0), " (9.8 voxels)"),
        ((0.0, 2.0, 3.0), ""),
        ((), ""),
        (None, ""),
    ],
)
def test_how_many_voxels_off(spacing: tuple[float, ...] | None, shown: str) -> None:
    """Of the shortest edge of a voxel; nothing is said where that has no length."""
    header = None if spacing is None else healthy_header(spacing_mm=spacing)
    mask = healthy_mask(corner_displacement_mm=4.5, file=healthy_file("liver", header=header))
    (finding,) = mask_off_grid(mask, small_contract())
    assert finding.message.startswith(f"worst corner 4.5 mm{shown} off the case's grid, ")


@pytest.mark.parametrize("distance", [0.0101, float("nan")])
def test_mask_on_grid(distance: float) -> None:
    """The two affines of a real case are on one grid; where one is not a number, `affine-invalid` has the finding."""
    assert list(mask_off_grid(healthy_mask(corner_displacement_mm=distance), small_contract())) == []


def test_mask_in_void() -> None:
    """A mask on padding is a finding of this check, and not outside the body besides."""
    case = healthy_case(healthy_mask(void_share=0.0234, outside_body_share=0.5))
    assert list(mask_in_void(Registration(case), small_contract())) == [
        Finding(
            case="s0001",
            structures=("liver",),
            file=LIVER,
            message="2.3 % of its voxels on the CT's padding value, at most 1 % expected",
            observed=2.3,
            expected=1.0,
            spot=CENTRE,
        )
    ]
    assert list(mask_outside_body(Registration(case), small_contract())) == []


@pytest.mark.parametrize("pad", [None, 0.0, -500.0])
def test_padding_that_could_be_tissue(pad: float | None) -> None:
    """Without padding, or with border planes of 0 HU, no voxel is certainly void."""
    case = healthy_case(healthy_mask(void_share=0.5), ct=healthy_ct(pad_value=pad))
    assert list(mask_in_void(Registration(case), small_contract())) == []


def test_airy_structure_is_not_in_void() -> None:
    """Air inside the trachea can have the padding's value."""
    case = healthy_case(healthy_mask("trachea", void_share=0.5))
    assert list(mask_in_void(Registration(case), small_contract())) == []


def test_mask_outside_body() -> None:
    """A mask in the air beside the body is a finding."""
    case = healthy_case(healthy_mask(outside_body_share=0.5, hu=IN_AIR))
    assert list(mask_outside_body(Registration(case), small_contract())) == [
        Finding(
            case="s0001",
            structures=("liver",),
            file=LIVER,
            message="50 % of its voxels outside the body, at most 1 % expected",
            observed=50.0,
            expected=1.0,
            spot=CENTRE,
        )
    ]


@pytest.mark.parametrize(("share", "percent"), [(1.0, 100), (0.996, 100), (0.104, 10), (0.0151, 1.5)])
def test_shares_have_two_digits(share: float, percent: float) -> None:
    """In per cent, in the message and as what was observed."""
    void = healthy_case(healthy_mask(void_share=share))
    outside = healthy_case(healthy_mask(outside_body_share=share, hu=IN_AIR))
    for check, case in ((mask_in_void, void), (mask_outside_body, outside)):
        (finding,) = check(Registration(case), small_contract())
        assert finding.observed == percent
        assert finding.message.startswith(f"{percent:g} % of its voxels ")


WRONG = healthy_case(healthy_mask(void_share=0.5), healthy_mask("spleen", outside_body_share=1.0, hu=IN_AIR))


@pytest.mark.parametrize("check", [mask_in_void, mask_outside_body], ids=lambda check: check.id)
def test_masks_that_all_lie_elsewhere(monkeypatch: pytest.MonkeyPatch, check: Check[...]) -> None:
    """That is one finding of another check, and none of each mask."""
    assert len(list(check(Registration(WRONG), small_contract()))) == 1
    monkeypatch.setattr(Registration, "lies_elsewhere", True)
    assert list(check(Registration(WRONG), small_contract())) == []


@pytest.mark.parametrize("check", [mask_in_void, mask_outside_body], ids=lambda check: check.id)
def test_slices_out_of_order(monkeypatch: pytest.MonkeyPatch, check: Check[...]) -> None:
    """Under a mask there is another part of the body then; healthy masks are healthy in any order."""
    monkeypatch.setattr(Registration, "unordered", True)
    assert list(check(Registration(healthy_case()), small_contract())) == []
    with pytest.raises(NotApplicable, match="slices are out of order"):
        list(check(Registration(WRONG), small_contract()))


@pytest.mark.parametrize(("share", "found"), [(None, 0), (0.01, 0), (0.0101, 1)])
def test_share_limit(share: float | None, found: int) -> None:
    """One per cent is still good; without a CT nothing is known."""
    void = healthy_case(healthy_mask(void_share=share))
    outside = healthy_case(healthy_mask(outside_body_share=share, hu=IN_AIR))
    assert len(list(mask_in_void(Registration(void), small_contract()))) == found
    assert len(list(mask_outside_body(Registration(outside), small_contract()))) == found


@pytest.mark.parametrize(
    ("structure", "faces", "found"),
    [("trachea", EDGE, 0), ("trachea", (9,) * 6, 1), ("liver", EDGE, 1), ("tumour", EDGE, 1)],
)
def test_airways_may_open_at_the_edge(structure: str, faces: tuple[int, ...], found: int) -> None:
    """Where the field of view cuts an airway, its air is joined with the air outside; tissue has no such excuse."""
    case = healthy_case(healthy_mask(structure, outside_body_share=0.5, faces=faces, hu=IN_AIR))
    assert len(list(mask_outside_body(Registration(case), small_contract()))) == found


@pytest.mark.parametrize(
    ("share", "hu", "found"),
    [
        (1.0, {}, 0),  # a leg apart from the other one
        (1.0, {"minimum": -990.0, "p5": -800.0}, 0),  # with some voxels of air at its skin
        (1.0, {"minimum": -1000.0, "p5": -999.0, "p25": -500.0}, 1),
        (0.1, {"minimum": -1000.0, "p5": -500.0}, 1),
        (0.1, {"minimum": -1000.0, "p5": -499.0}, 0),
        (0.09, {"minimum": -1000.0}, 1),
        (0.09, {"minimum": -499.0}, 0),
    ],
)
def test_limbs_apart_from_the_body(share: float, hu: dict[str, float], found: int) -> None:
    """What the CT shows as tissue is not in the air, whatever was taken for the body."""
    mask = healthy_mask(outside_body_share=share)
    assert mask.hu
    case = healthy_case(replace(mask, hu=replace(mask.hu, **hu)))
    assert len(list(mask_outside_body(Registration(case), small_contract()))) == found


@pytest.mark.parametrize("changes", [{"std": 0.0}, {"body_share": 0.0}, {"file": healthy_file("", header=None)}])
def test_masks_over_an_empty_ct(changes: dict[str, object]) -> None:
    """A CT that shows nothing, or is damaged, has the finding; its masks have none."""
    case = healthy_case(healthy_mask(void_share=1.0, outside_body_share=1.0), ct=healthy_ct(**changes))
    assert list(mask_in_void(Registration(case), small_contract())) == []
    assert list(mask_outside_body(Registration(case), small_contract())) == []


@pytest.mark.parametrize(
    ("agreement", "words"),
    [
        (None, ""),
        (0.6, "; its voxels fit the CT as they are"),
        (0.59, ""),
        (0.31, ""),
        (0.3, "; nor do its voxels fit the CT as they are"),
    ],
)
def test_voxels_of_a_mask_off_grid(agreement: float | None, words: str) -> None:
    """Where the CT shows it, the message says whether only the header is wrong."""
    mask = healthy_mask(corner_displacement_mm=3.0, agreement=agreement)
    (finding,) = mask_off_grid(mask, small_contract())
    assert finding.message.endswith(f"at most 0.1 mm expected{words}")


def test_mask_reoriented() -> None:
    """A mask in another axis order, in the right place, is one finding that says which; its shape is none."""
    stored = healthy_file(header=healthy_header(shape=(50, 60, 40), orientation="ALS"))
    mask = healthy_mask(file=stored, axis_order=(2, -1, 3))
    case = healthy_case(mask)
    (finding,) = mask_reoriented(case, small_contract())
    assert (finding.structures, finding.observed, finding.expected) == (("liver",), "ALS (j -i k)", "RAS")
    assert finding.message == (
        "stored ALS (j -i k), the case's grid is RAS; it lies in the right place: reorder its axes"
    )
    assert list(mask_shape(case)) == []
    assert list(mask_reoriented(healthy_case(healthy_mask()), small_contract())) == []


@pytest.mark.parametrize(
    ("order", "words"), [((1, 2, 3), "ALS (i j k)"), ((-1, -3, 2), "ALS (-i -k j)"), ((3, 2, -1), "ALS (k j -i)")]
)
def test_axes_of_a_reoriented_mask(order: tuple[int, int, int], words: str) -> None:
    """Each is an axis of the case's grid, with a sign where it runs backwards."""
    mask = healthy_mask(file=healthy_file(header=healthy_header(orientation="ALS")), axis_order=order)
    (finding,) = mask_reoriented(healthy_case(mask), small_contract())
    assert finding.observed == words


@pytest.mark.parametrize(("promised", "whose"), [("RAS", "its"), ("ALS", "the CT's"), ("", "its")])
def test_whose_axes_to_reorder(promised: str, whose: str) -> None:
    """Those of the mask, unless it is as the contract promises, and the CT is not."""
    mask = healthy_mask(file=healthy_file(header=healthy_header(orientation="ALS")), axis_order=(2, -1, 3))
    contract = small_contract(geometry=Geometry(orientation=promised))
    (finding,) = mask_reoriented(healthy_case(mask), contract)
    assert finding.message.endswith(f": reorder {whose} axes")


def test_nothing_is_known_under_a_mask_outside_the_body() -> None:
    """Without values under it, there is no tissue that would excuse it."""
    case = healthy_case(healthy_mask(outside_body_share=0.5, hu=None))
    assert len(list(mask_outside_body(Registration(case), small_contract()))) == 1
