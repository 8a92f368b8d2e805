"""Masks of ribs that touch, which healthy ribs do not."""

from __future__ import annotations

import pytest

from segaudit.checks.anatomy_ribs import ribs_mixed
from segaudit.model import Contact, Finding
from segaudit.testing.spines import rib, spine, spine_contract, vertebra
from tests.support.checked import found_in


def test_masks_of_ribs_that_touch() -> None:
    """One finding names all ribs of the case that touch another of their side, at the widest contact."""
    left = [rib("left", number) for number in (7, 8, 9)]
    contacts = (Contact(left[0], left[1], 3.2, 80.0), Contact(left[1], left[2], 36.0))
    case = spine(contacts=contacts)
    (finding,) = found_in(ribs_mixed, case, spine_contract())
    assert finding == Finding(
        case=case.case,
        structures=tuple(left),
        message="rib_left_7 and rib_left_8 touch across 83 mm2, 2 such pairs in all; expected a gap",
        observed=83,
        expected=0,
        spot=case.whole_masks[left[1]].spot,
    )
    (single,) = found_in(ribs_mixed, spine(contacts=contacts[1:]), spine_contract())
    assert single.message == "rib_left_8 and rib_left_9 touch across 36 mm2; expected a gap"


@pytest.mark.parametrize(("area", "beside"), [(30.0, 0.0), (0.0, 30.0), (14.5, 15.5)])
def test_smallest_contact_of_ribs(area: float, beside: float) -> None:
    """30 mm2 of voxel faces, whichever way these look."""
    contact = Contact(rib("right", 7), rib("right", 8), area, beside)
    (finding,) = found_in(ribs_mixed, spine(contacts=(contact,)), spine_contract())
    assert (finding.observed, finding.expected) == (30, 0)


@pytest.mark.parametrize(
    ("one", "other", "area_mm2"),
    [
        (rib("left", 7), rib("left", 8), 14.9),
        (rib("left", 7), rib("right", 7), 83.0),
        (rib("left", 7), vertebra("T7"), 83.0),
        ("costal_cartilages", rib("left", 7), 83.0),
    ],
)
def test_contacts_of_ribs_that_are_healthy(one: str, other: str, area_mm2: float) -> None:
    """A rib may touch its vertebra and its cartilage; one voxel of another rib is none."""
    case = spine(contacts=(Contact(one, other, area_mm2, 15.0),))
    assert found_in(ribs_mixed, case, spine_contract()) == []
