"""Checks of the layout: what each case holds, against the class list."""

from __future__ import annotations

import pytest

from segaudit.checks.layout import channel_missing, ct_missing, mask_missing, mask_unknown, release_mixed
from segaudit.model import Case, Finding, NotApplicable
from segaudit.testing.records import healthy_case, healthy_ct, healthy_file, healthy_mask, merged_case, small_contract


def only(*structures: str) -> Case:
    """Return a case that has masks of these structures and no others."""
    return healthy_case(masks=tuple(healthy_mask(structure) for structure in structures))


def test_ct_missing() -> None:
    """A case without CT is a finding; a damaged CT is there."""
    assert list(ct_missing(healthy_case(ct=None))) == [Finding(case="s0001", message="no CT file")]
    assert list(ct_missing(healthy_case(ct=healthy_ct(file=healthy_file("", header=None))))) == []


def test_mask_missing() -> None:
    """Each structure without mask is a finding, with equal messages so that they can be merged."""
    names = set(small_contract().by_name) - {"liver", "spleen"}
    assert list(mask_missing(only(*names), small_contract())) == [
        Finding(case="s0001", structures=(name,), message="no mask file; absent structures need one too")
        for name in ("liver", "spleen")
    ]


def test_all_masks_missing() -> None:
    """A case without any mask is one finding."""
    assert list(mask_missing(only(), small_contract())) == [
        Finding(case="s0001", message="no masks: 10 structures expected", observed=0, expected=10)
    ]


def test_mask_unknown() -> None:
    """A mask that the class list does not have is a finding."""
    assert list(mask_unknown(healthy_case(healthy_mask("tumour")), small_contract())) == [
        Finding(case="s0001", structures=("tumour",), message="not in the class list")
    ]


def test_misspelt_mask() -> None:
    """A misspelt name is one finding with a suggestion, and the structure is not missing besides."""
    case = only(*(set(small_contract().by_name) - {"kidney_left"}), "kidney_lefft")
    message = "not in the class list; did you mean kidney_left, which has no mask?"
    assert list(mask_unknown(case, small_contract())) == [
        Finding(case="s0001", structures=("kidney_lefft",), message=message, expected="kidney_left")
    ]
    assert list(mask_missing(case, small_contract())) == []


def test_present_structure_is_not_suggested() -> None:
    """A name like that of a structure that has its mask is no misspelling of it."""
    assert list(mask_unknown(healthy_case(healthy_mask("livers")), small_contract())) == [
        Finding(case="s0001", structures=("livers",), message="not in the class list")
    ]


def test_release_mixed() -> None:
    """A case with another release's names is one finding of one check; the others do not judge it."""
    case, contract = only("kidney_left", "kidney_right", "heart", "brain"), small_contract()
    assert list(release_mixed(case, contract)) == [
        Finding(
            case="s0001",
            message="of 4 mask names 4 are in other, 2 in small",
            observed="other",
            expected="small",
        )
    ]
    for check in (mask_missing, mask_unknown):
        with pytest.raises(NotApplicable):
            list(check(case, contract))


def test_one_foreign_mask_mixes_no_releases() -> None:
    """One name of another release beside all of this one's is an unknown mask."""
    case, contract = healthy_case(healthy_mask("brain")), small_contract()
    assert list(release_mixed(case, contract)) == []
    assert [finding.structures for finding in mask_unknown(case, contract)] == [("brain",)]


def test_channel_missing() -> None:
    """Each channel without a file is a finding."""
    assert list(channel_missing(merged_case(channels_missing=("0001 PET", "0002 MR")))) == [
        Finding(case="s0001", message="no image of channel '0001 PET'"),
        Finding(case="s0001", message="no image of channel '0002 MR'"),
    ]


def test_test_cases_have_no_masks() -> None:
    """Of a case that the layout has no masks for, none is missing."""
    with pytest.raises(NotApplicable):
        list(mask_missing(merged_case(masks=(), label_map=None, unlabelled=True), small_contract()))
