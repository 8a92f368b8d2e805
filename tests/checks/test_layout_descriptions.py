"""Checks of what the files that describe a dataset ask for: what nnU-Net refuses."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from segaudit.checks.layout_descriptions import (
    channel_unnumbered,
    description_refused,
    list_contradicted,
    spacing_refused,
)
from segaudit.model import Case, Check, Finding, NotApplicable
from segaudit.model.listing import Flaw
from segaudit.testing.records import (
    CASE,
    dataset,
    healthy_case,
    healthy_ct,
    healthy_file,
    healthy_header,
    merged_case,
    small_contract,
)

PATH = f"labelsTr/{CASE}.nii.gz"


def spaced(own: tuple[float, ...], image: tuple[float, ...] = (1.5, 1.5, 5.0), off: float = 0.0) -> Case:
    """Return a case of nnU-Net whose label map and image have spacings, and whose grids are off at a corner."""
    case = merged_case(ct=healthy_ct(file=healthy_file("", header=healthy_header(zooms=image))))
    assert case.label_map is not None
    file = replace(case.label_map.file, header=healthy_header(zooms=own))
    masks = tuple(replace(mask, corner_displacement_mm=off) for mask in case.masks)
    return replace(case, label_map=replace(case.label_map, file=file), masks=masks)


def found(case: Case) -> list[Finding]:
    """Return what is found."""
    return list(spacing_refused(case, small_contract()))


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize(("share", "count"), [(0.0, 0), (0.99e-5, 0), (1.01e-5, 1), (-0.99e-5, 0), (-1.01e-5, 1)])
def test_spacing(axis: int, share: float, count: int) -> None:
    """A hundred-thousandth of the image's spacing, along each axis, to both sides."""
    i, j, k = (mm * (1 + share * (own == axis)) for own, mm in enumerate((1.5, 1.5, 5.0)))
    assert len(found(spaced((i, j, k)))) == count


@pytest.mark.parametrize(("own", "count"), [(1e-8, 0), (1.01e-8, 1)])
def test_no_spacing(own: float, count: int) -> None:
    """Of an axis without a length, a hundred-millionth of a millimetre is left."""
    assert len(found(spaced((1.5, 1.5, own), (1.5, 1.5, 0.0)))) == count


def test_message() -> None:
    """Both spacings, to as many digits as distinguish them."""
    assert found(spaced((1.5, 1.501, 5.0))) == [
        Finding(
            case=CASE,
            file=PATH,
            message="spaced 1.5 x 1.501 x 5 mm, the image 1.5 x 1.5 x 5 mm: "
            "nnU-Net refuses what differs by more than 1e-05 of it",
            observed="1.5 x 1.501 x 5",
            expected="1.5 x 1.5 x 5",
        )
    ]


def test_another_number_of_axes() -> None:
    """The axes that both have are compared."""
    assert len(found(spaced((1.5, 1.501, 5.0), (1.5, 1.5, 5.0, 1.0)))) == 1
    assert found(spaced((1.5, 1.5, 5.0), (1.5, 1.5, 5.0, 1.0))) == []


@pytest.mark.parametrize(("off", "count"), [(0.1, 1), (0.11, 0)])
def test_off_the_grid(off: float, count: int) -> None:
    """What is further off than the contract allows is mask-off-grid."""
    assert len(found(spaced((1.5, 1.501, 5.0), off=off))) == count


def test_reoriented() -> None:
    """In another order of its axes the label map has the spacings in that order, and is mask-reoriented."""
    case = spaced((5.0, 1.5, 1.5))
    assert len(found(case)) == 1
    masks = tuple(replace(mask, axis_order=(3, 1, 2)) for mask in case.masks)
    assert found(replace(case, masks=masks)) == []


def test_not_applicable() -> None:
    """Other layouts, no image, no label map, none that can be read."""
    case = spaced((1.5, 1.501, 5.0))
    assert case.label_map is not None
    bare = replace(case.label_map, file=replace(case.label_map.file, header=None))
    headless = healthy_ct(file=healthy_file("", header=None))
    for changes in ({"ending": ""}, {"ct": None}, {"ct": headless}, {"label_map": None}, {"label_map": bare}):
        with pytest.raises(NotApplicable, match="no spacing is to agree for nnU-Net"):
            found(replace(case, **changes))


def test_unnumbered_channels() -> None:
    """The name of an image without its number is reported, with the one that is looked for."""
    file = healthy_file("", path=f"imagesTr/{CASE}.nii.gz")
    case = replace(merged_case(ct=healthy_ct(file=file)), ending=".nii.gz", unnumbered=True)
    assert list(channel_unnumbered(case)) == [
        Finding(
            case=CASE,
            file=f"imagesTr/{CASE}.nii.gz",
            message=f"named '{CASE}', expected '{CASE}_0000': nnU-Net finds no image of this case",
            observed=CASE,
            expected=f"{CASE}_0000",
        )
    ]
    for numbered in (replace(case, unnumbered=False), replace(case, ct=None)):
        assert list(channel_unnumbered(numbered)) == []
    with pytest.raises(NotApplicable):
        list(channel_unnumbered(replace(case, ending="")))


@pytest.mark.parametrize(("check", "kind"), [(description_refused, "description"), (list_contradicted, "list")])
def test_flaws_of_descriptions(check: Check[...], kind: str) -> None:
    """Each is a finding of its kind; without a file that describes the dataset nothing is judged."""
    flaws = (Flaw("description", "dataset.json", "no labels"), Flaw("list", "splits_final.json", "a case twice"))
    (own,) = (flaw for flaw in flaws if flaw.kind == kind)
    assert list(check(dataset(healthy_case(), flaws=flaws))) == [Finding(file=own.file, message=own.text)]
    assert list(check(dataset(healthy_case(), flaws=()))) == []
    with pytest.raises(NotApplicable):
        list(check(dataset(healthy_case())))
