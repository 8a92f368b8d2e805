"""Checks of labels: the values of masks."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from segaudit.checks.labels import label_unknown, mask_dtype, mask_values
from segaudit.model import (
    NotApplicable,
)
from segaudit.testing.records import (
    CENTRE,
    empty_mask,
    healthy_file,
    healthy_header,
    healthy_mask,
    merged_case,
    small_contract,
)
from tests.support.findings import about_liver


def test_dtype() -> None:
    """Masks of float64, as a real case has them, are a finding."""
    mask = healthy_mask(file=healthy_file(header=healthy_header(dtype="float64")))
    assert list(mask_dtype(mask, small_contract())) == [
        about_liver("stored as float64, expected uint8", "float64", "uint8")
    ]
    assert list(mask_values(mask)) == []


@pytest.mark.parametrize(
    ("values", "nonfinite", "message"),
    [
        (((255.0, 8000),), 0, "holds 255 alone, expected 0 and 1"),
        (((1.0, 7990), (2.0, 10)), 0, "holds 2 (10 voxels), expected 0 and 1"),
        (((0.7, 20), (1.0, 7980)), 0, "holds 0.7 (20 voxels), expected 0 and 1"),
        (((1.0, 8000),), 3, "holds NaN or infinity (3 voxels), expected 0 and 1"),
        (((1.0000000591, 8000),), 0, "holds 1.0000000591 alone, expected 0 and 1"),
        (
            tuple((float(n), n) for n in range(2, 8)),
            0,
            "holds 2 (2 voxels), 3 (3 voxels), 4 (4 voxels), 5 (5 voxels), further values, expected 0 and 1",
        ),
    ],
)
def test_values(values: tuple[tuple[float, int], ...], nonfinite: int, message: str) -> None:
    """Each mask with other values is one finding that names them."""
    mask = healthy_mask(values=values, distinct_values=len(values), nonfinite=nonfinite)
    assert list(mask_values(mask)) == [about_liver(message, None, 1)]


def test_values_by_a_slope() -> None:
    """A value near 1 is an artefact of the header's slope only where the header has one."""
    file = healthy_file(header=healthy_header(slope=1 / 255))
    mask = healthy_mask(values=((1.0000000591, 8000),), distinct_values=1, file=file)
    message = "holds 1.0000000591 alone, expected 0 and 1; an artefact of the header's scl_slope"
    assert list(mask_values(mask)) == [about_liver(message, None, 1)]


@pytest.mark.parametrize(
    ("listed", "distinct", "more"), [(4, 4, ""), (5, 5, ", further values"), (4, 9, ", further values")]
)
def test_how_many_values_are_listed(listed: int, distinct: int, more: str) -> None:
    """Four are named; whether there are further ones is said, whether they are kept or not."""
    values = tuple((float(value), 10) for value in range(12, 12 + listed))
    named = f"holds {', '.join(f'{value} (10 voxels)' for value in range(12, 16))}{more}"
    (finding,) = mask_values(healthy_mask(values=values, distinct_values=distinct))
    assert finding.message == f"{named}, expected 0 and 1"
    case = merged_case()
    assert case.label_map
    label_map = replace(case.label_map, values=values, distinct_values=distinct)
    (finding,) = label_unknown(replace(case, label_map=label_map))
    assert finding.message == f"{named}, which no structure has"


def test_binary_and_empty_masks_have_healthy_values() -> None:
    """A binary mask and an empty one are no findings."""
    assert list(mask_values(healthy_mask())) == []
    assert list(mask_values(empty_mask())) == []


@pytest.mark.parametrize(
    ("values", "nonfinite", "message", "observed"),
    [
        (((8.0, 12),), 0, "holds 8 (12 voxels), which no structure has", 8.0),
        (((0.5, 1), (8.0, 12)), 3, "holds 0.5 (1 voxel), 8 (12 voxels), NaN or infinity (3 voxels), which no", None),
        ((), 2, "holds NaN or infinity (2 voxels), which no structure has", None),
    ],
)
def test_label_unknown(
    values: tuple[tuple[float, int], ...], nonfinite: int, message: str, observed: float | None
) -> None:
    """Values that stand for no structure are one finding about the file, with the first voxel."""
    case = merged_case()
    assert case.label_map
    label_map = replace(case.label_map, values=values, distinct_values=len(values), nonfinite=nonfinite, spot=CENTRE)
    (finding,) = label_unknown(replace(case, label_map=label_map))
    assert finding.message.startswith(message)
    assert (finding.case, finding.structures, finding.file) == ("s0001", (), "labelsTr/s0001.nii.gz")
    assert (finding.observed, finding.spot) == (observed, CENTRE)


def test_label_map_has_no_values_of_masks() -> None:
    """The values of a label map are not compared with 0 and 1."""
    with pytest.raises(NotApplicable):
        list(mask_values(merged_case().masks[0]))


def test_finding_about_a_label_map_names_the_file_alone() -> None:
    """What is about a file that holds several structures names none of them."""
    (mask, *_) = merged_case().masks
    file = replace(mask.file, header=healthy_header(dtype="float64"))
    (finding,) = mask_dtype(replace(mask, file=file), small_contract())
    assert (finding.structures, finding.file) == ((), "labelsTr/s0001.nii.gz")


def test_the_quick_look_at_values() -> None:
    """It passes over binary masks alone: of label maps the check says that it does not apply."""
    (merged, *_) = merged_case().masks
    shown = (merged, healthy_mask(values=((2.0, 8000),)), healthy_mask(nonfinite=1))
    assert mask_values.suspects([healthy_mask(), *shown], small_contract()) == list(shown)
