"""Whether a single mask lies beside its place: each kind of evidence just below, at and above its thresholds."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from segaudit.model.mask_shift import (
    BLURRED,
    CLEAR,
    ONE_SIDED,
    OVERLAPPING,
    SHARP,
    STARK,
    UNOPPOSED,
    Evidence,
    is_displaced,
)
from segaudit.model.mask_shift import KINDS as ALL
from segaudit.model.records import MaskFit, Shift

KINDS = [
    (CLEAR, Evidence(250, 0.75, 0.05, 0.2, 0.3, 1.5, 1.5, side=0.5, side_faces=30)),
    (SHARP, Evidence(250, 0.9, 0.05, 0.05, 0.05, 1.6, 2.0, side=0.5, side_faces=30)),
    (STARK, Evidence(250, 0.55, 0.07, 0.3, 0.3, 2.5, 2.5, side=0.4)),
    (ONE_SIDED, Evidence(100, 0.9, 0.1, 0.35, 0.35, 3.0, 3.0)),
    (UNOPPOSED, Evidence(250, 0.85, 0.05, 0.1, 0.12, 1.3, 1.35, side=0.6, side_faces=30, still_covered=1.0)),
    (
        OVERLAPPING,
        Evidence(100, 0.75, 0.04, 0.05, 0.05, 1.25, 1.25, 0.25, 15, covered_in_place=0.02, still_covered=0.5),
    ),
    (BLURRED, Evidence(250, 0.55, 0.05, 0.1, 0.1, 1.4, 1.4, -1.0, 15, covered_in_place=0.04, still_covered=0.25)),
]
"""Each kind of evidence, and what is just enough of it."""

BARELY_COVERED = 0.01
ALONG, ACROSS = (0, 0, 3), (2, 0, -1)


def test_all_kinds() -> None:
    """The list above is whole."""
    assert [kind for kind, _ in KINDS] == [*ALL]


def at(least: Evidence, voxels: tuple[int, int, int] = ALONG, **changes: Any) -> MaskFit:  # noqa: ANN401
    """Return how a mask fits that shows just enough of everything, with changes of what it shows."""
    oblique = voxels == ACROSS
    shown = {
        **least._asdict(),
        "gap": least.gap_oblique if oblique else least.gap,
        "rise": least.rise_oblique if oblique else least.rise,
        **changes,
    }
    shift = Shift(
        voxels=voxels,
        agreement=shown["agreement"],
        contrast=shown["contrast"],
        faces=shown["faces"],
        gain=1.0,
        side_agreement=shown["side"],
        side_faces=shown["side_faces"],
        covered_in_place=shown["covered_in_place"],
        covered=(shown["still_covered"] or 0.0) * shown["covered_in_place"],
    )
    agreement, contrast = shown["agreement"] - shown["gap"], shown["contrast"] / shown["rise"]
    return MaskFit("femur_left", shown["faces"], agreement, contrast, shift)


@pytest.mark.parametrize("voxels", [ALONG, ACROSS])
@pytest.mark.parametrize(("kind", "least"), KINDS)
def test_just_enough(kind: Evidence, least: Evidence, voxels: tuple[int, int, int]) -> None:
    """What is at all thresholds, or above each, is enough."""
    assert kind.met_by(at(least, voxels))
    assert is_displaced(at(least, voxels))
    assert kind.met_by(at(least, voxels, gap=1.5, rise=50.0, agreement=1.0, contrast=0.4, faces=720, side=1.0))


@pytest.mark.parametrize(
    ("field", "little"),
    [
        ("faces", 1),
        ("agreement", 0.001),
        ("contrast", 0.001),
        ("gap", 0.002),
        ("rise", 0.01),
        ("side", 0.01),
        ("side_faces", 1),
    ],
)
@pytest.mark.parametrize("voxels", [ALONG, ACROSS])
@pytest.mark.parametrize(("kind", "least"), KINDS)
def test_too_little(kind: Evidence, least: Evidence, voxels: tuple[int, int, int], field: str, little: float) -> None:
    """A little less of any one thing is too little."""
    shown = least._asdict() | ({"gap": least.gap_oblique, "rise": least.rise_oblique} if voxels == ACROSS else {})
    assert not kind.met_by(at(least, voxels, **{field: shown[field] - little}))


@pytest.mark.parametrize(
    ("voxels", "found"),
    [((0, 0, 1), False), ((1, 1, 0), False), ((1, 1, 1), True), ((0, -2, 0), True), ((0, 0, 0), False)],
)
def test_length(voxels: tuple[int, int, int], found: bool) -> None:  # noqa: FBT001
    """A displacement has two voxels along an axis, or one along each."""
    sure = at(CLEAR, faces=720, agreement=0.95, gap=0.5, contrast=0.2, rise=5.0, side=0.9, side_faces=100)
    assert sure.shift
    assert is_displaced(replace(sure, shift=replace(sure.shift, voxels=voxels))) == found


def test_stark_for_bones_and_lungs_alone() -> None:
    """An organ that fits nowhere well may be as bright as what is around it."""
    assert is_displaced(at(STARK))
    assert not is_displaced(replace(at(STARK), structure="liver"))
    assert is_displaced(replace(at(CLEAR), structure="liver"))


@pytest.mark.parametrize(
    ("least", "in_place", "covered", "found"),
    [
        (OVERLAPPING, 0.02, BARELY_COVERED, True),
        (OVERLAPPING, 0.02, 0.011, False),
        (OVERLAPPING, 0.019, 0.0, False),
        (OVERLAPPING, 0.5, 0.25, True),
        (OVERLAPPING, 0.5, 0.251, False),
        (BLURRED, 0.04, BARELY_COVERED, True),
        (BLURRED, 0.04, 0.011, False),
        (BLURRED, 0.039, 0.0, False),
        (BLURRED, 0.4, 0.1, True),
        (BLURRED, 0.4, 0.101, False),
        (UNOPPOSED, 0.0, BARELY_COVERED, True),
        (UNOPPOSED, 0.0, 0.011, False),
        (UNOPPOSED, 0.3, 0.3, True),
        (UNOPPOSED, 0.3, 0.301, False),
        (CLEAR, 0.0, 1.0, True),
    ],
)
def test_other_masks(least: Evidence, in_place: float, covered: float, found: bool) -> None:  # noqa: FBT001
    """A mask leaves the others that it covers, or covers no others: edges that are clear ask for neither."""
    fit = at(least)
    assert fit.shift
    assert least.met_by(replace(fit, shift=replace(fit.shift, covered_in_place=in_place, covered=covered))) == found


def test_in_place() -> None:
    """A mask that fits nowhere better is in its place."""
    assert not is_displaced(replace(at(CLEAR), shift=None))
