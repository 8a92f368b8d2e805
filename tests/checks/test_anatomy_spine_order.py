"""Vertebrae in another order than their names."""

from __future__ import annotations

import pytest

from segaudit.checks.anatomy_spine import vertebrae_gap, vertebrae_joined, vertebrae_mixed, vertebrae_order
from segaudit.model import Case, Finding
from segaudit.testing.records import CASE
from segaudit.testing.spines import LEVELS, body, height, removed, spine, spine_contract, vertebra
from tests.support.checked import found_by, found_in

CONTRACT = spine_contract()
CHECKS = (vertebrae_order, vertebrae_gap, vertebrae_mixed, vertebrae_joined)


def found(case: Case) -> list[Finding]:
    """Return what the check of the order finds."""
    return found_in(vertebrae_order, case, CONTRACT)


def only(case: Case) -> list[tuple[str, str]]:
    """Return check and structure of all findings about the spine."""
    return [(check, ", ".join(finding.structures)) for check, finding in found_by(CHECKS, case, CONTRACT)]


def test_two_exchanged() -> None:
    """Two neighbours with each other's name are named, with the place of the first."""
    case = spine(body("T6", height("T7")), body("T7", height("T6")))
    assert found(case) == [
        Finding(
            case=CASE,
            structures=("vertebrae_T6", "vertebrae_T7"),
            message="lie in the order vertebrae_T7, vertebrae_T6 from head to foot",
            observed="vertebrae_T7, vertebrae_T6",
            expected="vertebrae_T6, vertebrae_T7",
            spot=body("T6", height("T7")).spot,
        )
    ]
    assert only(case) == [("vertebrae-order", "vertebrae_T6, vertebrae_T7")]


@pytest.mark.parametrize(("upper", "lower"), [("C6", "C7"), ("L5", "S1")])
def test_two_exchanged_at_an_end(upper: str, lower: str) -> None:
    """The first and the last vertebra are named as any other."""
    case = spine(body(upper, height(lower)), body(lower, height(upper)))
    assert only(case) == [("vertebrae-order", f"{vertebra(upper)}, {vertebra(lower)}")]


def test_two_exchanged_far_apart() -> None:
    """Two that are far apart are named, and not what lies between them; gaps and volumes say nothing of their own."""
    case = spine(body("T4", height("L4"), volume_ml=80), body("L4", height("T4"), volume_ml=28))
    assert only(case) == [("vertebrae-order", "vertebrae_T4, vertebrae_L4")]


def test_upside_down() -> None:
    """A spine that stands on its head as a whole is not out of order."""
    assert only(spine(*(body(level, -height(level)) for level in LEVELS))) == []


def test_bent_neck() -> None:
    """A neck that is bent forward until it lies level follows the order of its names."""
    top = height("T1")
    bent = [body(level, centroid_mm=(0.0, 25.0 * at, top + 3.0 * at)) for at, level in ((1, "C7"), (2, "C6"))]
    assert only(spine(*bent)) == []


def test_two_levels_alone() -> None:
    """Two vertebrae in reverse order may be exchanged or upside down, so they are not reported."""
    rest = [vertebra(level) for level in LEVELS if level not in {"L1", "L2"}]
    assert only(spine(body("L1", height("L2")), body("L2", height("L1")), *removed(*rest))) == []


def test_two_at_the_same_height() -> None:
    """Two vertebrae at the same height, as copies are, are not out of order."""
    assert only(spine(body("T8"), body("T9", height("T8")))) == []


def test_one_at_the_height_of_another_is_not_reversed() -> None:
    """It does not make most of the steps reversed, as they are in a case that is upside down."""
    rest = [vertebra(level) for level in LEVELS if level not in {"L1", "L2", "L3", "L4"}]
    heights = {"L1": 0.0, "L2": -50.0, "L3": -50.0, "L4": -25.0}
    case = spine(*(body(level, at) for level, at in heights.items()), *removed(*rest))
    (finding,) = found(case)
    assert finding.observed == "vertebrae_L4, vertebrae_L2, vertebrae_L3"


@pytest.mark.parametrize(
    ("heights", "lying"),
    [
        ((0, -100, -90, -80, -110), "vertebrae_L4, vertebrae_L2"),
        ((0, -100, -90, -80, -70), None),
        ((0, -100, -90), "vertebrae_L3, vertebrae_L2"),
        ((0, -90, -100), None),
    ],
)
def test_how_many_are_out_of_order(heights: tuple[float, ...], lying: str | None) -> None:
    """Half of the steps at most: where most are reversed, nobody knows what is up."""
    levels = dict(zip(("L1", "L2", "L3", "L4", "L5"), heights, strict=False))
    rest = [vertebra(level) for level in LEVELS if level not in levels]
    case = spine(*(body(level, at) for level, at in levels.items()), *removed(*rest))
    assert [finding.observed for finding in found(case)] == ([lying] if lying else [])
