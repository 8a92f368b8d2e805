"""Checks of intensity: the slices of a CT."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from segaudit.checks.intensity_slices import ct_slices_repeated, ct_stack_break
from segaudit.model import Ct, NotApplicable, Spot
from segaudit.testing.records import healthy_ct, healthy_file, healthy_header

EVEN = (0.01,) * 39


def ct_of(slices: Sequence[int], **changes: object) -> Ct:
    """Return a CT of slices along k, of which equal numbers stand for equal slices; 0 is padding."""
    digests = b"".join(number.to_bytes(8, "little") for number in slices)
    return healthy_ct(slice_digests=digests, slice_std=tuple(300.0 * (number > 0) for number in slices), **changes)


def stepped(*steps: tuple[int, float], **changes: object) -> Ct:
    """Return a CT of 40 different slices, with changes between some neighbours."""
    slice_changes = list(EVEN)
    for place, change in steps:
        slice_changes[place] = change
    return ct_of(range(1, 41), slice_changes=tuple(slice_changes), **changes)


@pytest.mark.parametrize(
    ("slices", "message"),
    [
        ((1, 2, 3, 1), "2 slices along k are copies of each other: 0 = 3; expected each once"),
        ((1, 2, 2, 2, 3, 4, 5), "3 slices along k are copies of each other: 1 = 2 = 3; expected each once"),
        ((1, 2, 3, 1, 2), "4 slices along k are copies of each other: 0 = 3; 1 = 4; expected each once"),
        ((1, 2, 2, 3), ""),
        ((0, 0, 1, 2, 0, 0, 0), ""),
        ((1, 1, 1, 2, 2, 2, 3, 3, 3), ""),
        (range(1, 41), ""),
    ],
    ids=["apart", "three", "block", "pair", "padding", "thick-slices", "healthy"],
)
def test_repeated(slices: Sequence[int], message: str) -> None:
    """Copies are named; a pair of neighbours, padding, and slices that were thickened are no finding."""
    found = [finding.message for finding in ct_slices_repeated(ct_of(slices))]
    assert found == ([message] if message else [])


def test_repeated_block() -> None:
    """A long list is cut, and the finding leads to the first copy."""
    (finding,) = ct_slices_repeated(ct_of((*range(1, 21), *range(11, 31))))
    assert finding.message == (
        "20 slices along k are copies of each other: 10 = 20; 11 = 21; 12 = 22; 13 = 23; 14 = 24; 15 = 25 "
        "and 4 groups more; expected each once"
    )
    assert (finding.observed, finding.expected) == (20, 0)
    assert finding.spot == Spot((30, 25, 20), (0.0, 0.0, 0.0))


def test_break() -> None:
    """A step is a finding that names both slices and leads to the middle of the first."""
    (finding,) = ct_stack_break(stepped((20, 0.13)))
    assert finding.message == (
        "axial slices 20 and 21 do not belong together: 1 - correlation is 0.13, 13 times the most beside it, "
        "expected at most 4 times"
    )
    assert (finding.observed, finding.expected, finding.spot) == (0.13, 0.01, Spot((30, 25, 20), (0.0, 0.0, 0.0)))


@pytest.mark.parametrize(
    "steps",
    [
        [(20, 0.049)],
        [(20, 0.13), (21, 0.04)],
        [(20, 0.13), (24, 0.04)],
        [(20, 0.13), (18, 0.0)],
        [(3, 0.13)],
        [(35, 0.13)],
    ],
    ids=["small", "next-too", "near-too", "nothing-beside", "first", "last"],
)
def test_no_break(steps: list[tuple[int, float]]) -> None:
    """What changes slowly, at the ends, or beside empty slices, is none."""
    assert list(ct_stack_break(stepped(*steps))) == []


def test_break_far_from_another() -> None:
    """Two steps five slices apart are two findings."""
    assert len(list(ct_stack_break(stepped((20, 0.13), (25, 0.2))))) == 2


def test_break_at_copies() -> None:
    """The edge of a copy is told once."""
    slices = (*range(1, 21), *range(11, 31))
    ct = ct_of(slices, slice_changes=tuple(0.2 if place == 19 else 0.01 for place in range(39)))
    assert (len(list(ct_slices_repeated(ct))), list(ct_stack_break(ct))) == (1, [])


def test_break_along_another_axis() -> None:
    """In a CT whose third axis is not along the body, the middle is that of the axial slice."""
    affine = (0.0, 0.0, 1.5, 0.0, 0.0, 1.5, 0.0, 0.0, 1.5, 0.0, 0.0, 0.0)
    header = healthy_header(dtype="int16", affine=affine, orientation="SAR", shape=(40, 50, 60))
    (finding,) = ct_stack_break(stepped((20, 0.13), file=healthy_file("", header=header)))
    assert finding.spot == Spot((20, 25, 30), (45.0, 37.5, 30.0))


def test_break_needs_a_body_and_directions() -> None:
    """Nothing is said about an empty CT or one without directions."""
    lost = healthy_file("", header=healthy_header(dtype="int16", orientation=""))
    for ct in (stepped((20, 0.13), std=0.0), stepped((20, 0.13), file=lost)):
        with pytest.raises(NotApplicable):
            list(ct_stack_break(ct))
