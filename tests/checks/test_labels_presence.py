"""Checks of labels: masks without voxels."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from segaudit import contracts
from segaudit.checks.labels_presence import mask_expected, mask_never_present, masks_all_empty
from segaudit.model import (
    Cases,
    Dataset,
    Fault,
    Finding,
    Mask,
    NotApplicable,
    Spot,
)
from segaudit.testing.records import (
    STRUCTURES,
    VOXEL_ML,
    dataset,
    empty_mask,
    healthy_case,
    healthy_file,
    healthy_mask,
    merged_case,
    renamed,
    small_contract,
)
from tests.support.checked import found_in
from tests.support.findings import about_liver

MIDWAY = Spot((30, 24, 20), (0.0, -0.8, -0.8))
"""Between the healthy kidneys."""

EDGE = (2, 20, 15, 15, 10, 10)

BROKEN = healthy_file(faults=(Fault("corrupt", "CRC"),))


def test_all_empty() -> None:
    """A case whose masks are all empty is one finding, and no structure is missed besides."""
    case = healthy_case(*(empty_mask(structure.name) for structure in STRUCTURES))
    assert list(masks_all_empty(case)) == [
        Finding(case="s0001", message="all 10 masks are empty", observed=0, expected=1)
    ]
    assert found_in(mask_expected, case, small_contract()) == []


def test_not_all_empty() -> None:
    """One voxel in one mask is enough, and a case without a readable mask has other findings."""
    absent = [empty_mask(structure.name) for structure in STRUCTURES[1:]]
    assert list(masks_all_empty(healthy_case(*absent))) == []
    assert list(masks_all_empty(healthy_case(masks=()))) == []
    assert list(masks_all_empty(healthy_case(masks=(empty_mask(file=BROKEN),)))) == []


def test_expected() -> None:
    """An empty liver between two kidneys is a finding; an empty spleen is not."""
    case = healthy_case(empty_mask("liver"), empty_mask("spleen"))
    assert found_in(mask_expected, case, small_contract()) == [
        about_liver("empty, although kidney_left and kidney_right are present and not cut", 0, 1, MIDWAY)
    ]


@pytest.mark.parametrize(
    "kidney",
    [
        empty_mask("kidney_left"),
        healthy_mask("kidney_left", voxels=4, volume_ml=4 * VOXEL_ML),
        healthy_mask("kidney_left", faces=EDGE),
        empty_mask("kidney_left", file=BROKEN),
    ],
)
def test_not_expected_without_evidence(kidney: Mask) -> None:
    """Evidence that is absent, a speck, cut or damaged is none."""
    assert found_in(mask_expected, healthy_case(empty_mask("liver"), kidney), small_contract()) == []


@pytest.mark.parametrize("release", ["totalsegmentator-v1", "totalsegmentator-v2", "totalsegmentator-v3"])
@pytest.mark.parametrize(
    ("structure", "evidence"),
    [
        ("vertebrae_L2", ("vertebrae_L1", "vertebrae_L3")),
        ("hip_left", ("sacrum", "gluteus_medius_left")),
        ("gluteus_minimus_right", ("gluteus_medius_right", "hip_right")),
        ("aorta", ("kidney_left", "kidney_right", "liver")),
        ("small_bowel", ("kidney_left", "kidney_right", "urinary_bladder")),
    ],
)
def test_expected_in_a_release(release: str, structure: str, evidence: tuple[str, ...]) -> None:
    """What lies between or against structures that are all there is missed, and only then."""
    contract, empty = contracts.load(release), empty_mask(structure)
    case = healthy_case(masks=(empty, *map(healthy_mask, evidence)))
    assert [finding.structures for finding in found_in(mask_expected, case, contract)] == [(structure,)]
    assert list(found_in(mask_expected, healthy_case(masks=(empty, *map(healthy_mask, evidence[1:]))), contract)) == []


def test_damaged_mask_is_not_empty() -> None:
    """A mask that cannot be read has its own finding."""
    case = healthy_case(empty_mask("liver", file=BROKEN))
    assert found_in(mask_expected, case, small_contract()) == []


def many(count: int, *masks: Mask, excluded: tuple[str, ...] = ()) -> Dataset:
    """Return a dataset of equal cases."""
    return dataset(*(renamed(healthy_case(*masks), f"s{i:04d}") for i in range(count)), excluded=excluded)


def test_never_present() -> None:
    """A structure without a voxel in a whole dataset is a finding."""
    contract = small_contract(cases=Cases(count=20))
    assert list(mask_never_present(many(20, empty_mask("spleen")), contract)) == [
        Finding(structures=("spleen",), message="empty in all 20 cases", observed=0, expected=1)
    ]
    assert list(mask_never_present(many(20), contract)) == []
    assert list(mask_never_present(many(20, empty_mask("tonsil")), contract)) == []


def test_never_present_in_what_is_known() -> None:
    """In part of a dataset, in a small one, or where a mask could not be read, absence says nothing."""
    spleen = empty_mask("spleen")
    for cases, promised in ((20, 21), (19, 19)):
        with pytest.raises(NotApplicable, match="a subset"):
            list(mask_never_present(many(cases, spleen), small_contract(cases=Cases(count=promised))))
    unknown = renamed(healthy_case(empty_mask("spleen", file=BROKEN)), "s0099")
    nearly = [*(renamed(healthy_case(spleen), f"s{i:04d}") for i in range(19)), unknown]
    assert list(mask_never_present(dataset(*nearly), small_contract(cases=Cases(count=20)))) == []


def test_excluded_cases_were_promised_too() -> None:
    """Cases that the contract excludes count towards the promised number."""
    spleen, contract = empty_mask("spleen"), small_contract(cases=Cases(count=21))
    assert len(list(mask_never_present(many(20, spleen, excluded=("s9999",)), contract))) == 1


def test_finding_in_a_label_map_names_the_structure() -> None:
    """What is about the voxels of a structure names it and the file that holds all."""
    case = merged_case()
    masks = {mask.structure: mask for mask in case.masks}
    empty = empty_mask("liver", file=masks["liver"].file)
    (finding,) = found_in(
        mask_expected, replace(case, masks=tuple((masks | {"liver": empty}).values())), small_contract()
    )
    assert (finding.structures, finding.file) == (("liver",), "labelsTr/s0001.nii.gz")
