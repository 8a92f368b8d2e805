"""What is derived from the record of a CT: whether it shows a body, how fine its values are, and where a voxel lies."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from segaudit.model import Ct
from segaudit.model.records import Spot
from segaudit.testing.records import healthy_ct, healthy_file, healthy_header, healthy_slices

OBLIQUE = (0.0, 2.0, 0.0, 10.0, -1.0, 0.0, 0.0, 20.0, 0.0, 0.0, 3.0, -30.0)
"""The first axis goes back by 1 mm, the second to the right by 2 mm, the third up by 3 mm."""


def on_grid(shape: tuple[int, ...] = (5, 6, 7), orientation: str = "PRS") -> Ct:
    """Return a CT on a grid of its own."""
    header = healthy_header(shape=shape, affine=OBLIQUE, orientation=orientation)
    return healthy_ct(file=healthy_file("", header=header))


@pytest.mark.parametrize(
    ("std", "body", "blank"),
    [(5.0, 0.01, False), (4.9, 0.5, True), (400.0, 0.009, True), (4.9, 0.009, True), (0.0, 0.0, True)],
)
def test_blank(std: float, body: float, *, blank: bool) -> None:
    """Values that hardly vary, or air."""
    assert healthy_ct(std=std, body_share=body).blank is blank


@pytest.mark.parametrize(
    ("quantiles", "distinct", "step"),
    [((-1000.0, 0.0, 1000.0), 2000, 1.0), ((-1000.0, 1000.0), 1, 2000.0), ((5.0, 9.0), 0, 4.0), ((), 9, 0.0)],
)
def test_steps(quantiles: tuple[float, ...], distinct: int, step: float) -> None:
    """The range by the number of values; 0 where there are none."""
    assert healthy_ct(quantiles=quantiles, distinct=distinct).step_hu == step


def test_places_of_voxels() -> None:
    """By the affine, row by row; nowhere without a header, or where its affine has no directions."""
    assert on_grid().spot_at(1, 2, 4) == Spot((1, 2, 4), (14.0, 19.0, -18.0))
    assert on_grid(orientation="").spot_at(1, 2, 4) is None
    assert healthy_ct(file=healthy_file("", header=None)).spot_at(1, 2, 4) is None


@pytest.mark.parametrize(("axis", "voxel"), [(0, (1, 3, 3)), (1, (2, 1, 3)), (2, (2, 3, 1))])
def test_middles_of_slices(axis: int, voxel: tuple[int, int, int]) -> None:
    """Across any axis; of an even number of voxels, the one behind the middle."""
    slices = replace(healthy_slices(), axis=axis)
    assert on_grid().middle_of(slices, 1) == on_grid().spot_at(*voxel)
    assert on_grid((5, 6)).middle_of(slices, 1) is on_grid((5, 6, 7, 2)).middle_of(slices, 1) is None
    assert healthy_ct(file=healthy_file("", header=None)).middle_of(slices, 1) is None


def test_stack() -> None:
    """The first pile of slices, if there is one; each has as many numbers as slices."""
    first, second = healthy_slices(), replace(healthy_slices(), axis=1)
    assert healthy_ct(slices=(first, second)).stack == first
    assert healthy_ct(slices=()).stack is None
    assert len(first) == 12
