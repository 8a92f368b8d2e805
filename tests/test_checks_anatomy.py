"""Checks of anatomy: left and right."""

from __future__ import annotations

import pytest

from segaudit.checks.anatomy import sides_swapped
from segaudit.model import Finding, Mask
from tests.factories import empty_mask, healthy_case, healthy_mask, small_contract


def swapped(pair: str, **changes: object) -> tuple[Mask, Mask]:
    """Return the masks of a pair on each other's side, 60 mm apart."""
    left = healthy_mask(f"{pair}_left", centroid_mm=(30.0, 0.0, 0.0), **changes)
    return left, healthy_mask(f"{pair}_right", centroid_mm=(-30.0, 0.0, 0.0), **changes)


def test_one_pair_swapped() -> None:
    """A pair of kidneys on each other's side is a finding."""
    assert list(sides_swapped(healthy_case(*swapped("kidney")), small_contract())) == [
        Finding(
            case="s0001",
            structure="kidney_left, kidney_right",
            message="the right one's centre lies 60 mm to the left of the left one's",
            observed=-60,
            expected=0,
        )
    ]


def test_all_pairs_swapped() -> None:
    """A mirrored case is one finding."""
    case = healthy_case(*swapped("kidney"), *swapped("femur"), *swapped("iliac_artery"))
    message = "all 3 pairs of left and right are swapped: the whole case is mirrored"
    assert list(sides_swapped(case, small_contract())) == [
        Finding(case="s0001", message=message, observed=3, expected=0)
    ]


def test_the_only_pair_is_not_the_whole_case() -> None:
    """Where only one pair can be judged, it is the pair that is told."""
    others = [empty_mask(name) for name in ("femur_left", "femur_right", "iliac_artery_left")]
    (finding,) = sides_swapped(healthy_case(*swapped("kidney"), *others), small_contract())
    assert finding.structure == "kidney_left, kidney_right"


def test_vessels_alone_may_wander() -> None:
    """A pair of vessels is told only beside a solid pair."""
    case = healthy_case(*swapped("iliac_artery"))
    assert list(sides_swapped(case, small_contract())) == []
    both = healthy_case(*swapped("iliac_artery"), *swapped("kidney"))
    assert [finding.structure for finding in sides_swapped(both, small_contract())] == [
        "kidney_left, kidney_right",
        "iliac_artery_left, iliac_artery_right",
    ]


@pytest.mark.parametrize(("x", "found"), [(-29.9, 0), (-30.0, 1)])
def test_limit(x: float, found: int) -> None:
    """Two centres at the same place are no left and right."""
    case = healthy_case(healthy_mask("kidney_right", centroid_mm=(x, 0.0, 0.0)))
    assert len(list(sides_swapped(case, small_contract()))) == found


def test_cut_pairs_are_not_judged() -> None:
    """What the field of view cuts has its centre anywhere."""
    case = healthy_case(*swapped("kidney", faces=(0, 9, 9, 9, 9, 9)))
    assert list(sides_swapped(case, small_contract())) == []
