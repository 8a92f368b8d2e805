"""Checks of intensity: regions of a CT without an image, as measured."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from segaudit.checks.intensity_empty import ct_box_empty, ct_part_empty
from segaudit.model import Ct
from segaudit.model.records import EvenParts, Void
from segaudit.testing.records import healthy_ct, healthy_file, healthy_header


def ct_with(
    value: float,
    fill: float,
    sides: tuple[int, int, int],
    *,
    planes: bool = False,
    **changes: Any,  # noqa: ANN401
) -> Ct:
    """Return a CT of 1 mm with a region of one value, with so many voxels along each axis."""
    i, j, k = sides
    box = (20, 19 + i, 10, 9 + j, 5, 4 + k)
    void = Void(value=value, box=box, cells=20, fill=fill, planes=planes)
    file = healthy_file("", header=healthy_header(spacing_mm=(1.0, 1.0, 1.0)))
    return healthy_ct(file=file, even_parts=EvenParts(share=0.2, values=1, voids=(void,)), **changes)


@pytest.mark.parametrize(
    ("value", "fill", "sides", "found"),
    [
        (0.0, 0.6, (10, 10, 3), True),
        (0.0, 0.59, (10, 10, 3), False),
        (0.0, 0.6, (3, 9, 30), False),
        (0.0, 0.6, (9, 3, 30), False),
        (0.0, 0.6, (30, 3, 9), False),
        (0.0, 0.6, (30, 3, 10), True),
        (-949.0, 0.6, (10, 10, 3), True),
        (-950.0, 0.6, (10, 10, 3), False),
        (-950.0, 0.95, (15, 15, 3), True),
        (-950.0, 0.949, (15, 15, 3), False),
        (-950.0, 0.95, (15, 14, 3), False),
        (1999.0, 0.6, (10, 10, 3), True),
        (2000.0, 0.6, (10, 10, 3), False),
        (77.0, 0.6, (10, 10, 3), True),
    ],
)
def test_regions(value: float, fill: float, sides: tuple[int, int, int], found: bool) -> None:  # noqa: FBT001
    """Filled by six tenths and 1 cm wide along two axes; gas, which is round, needs more; metal is none."""
    assert bool(list(ct_box_empty(ct_with(value, fill, sides)))) == found


def test_padding_is_gas() -> None:
    """A region of the padding value needs as much as gas, whatever the value."""
    assert len(list(ct_box_empty(ct_with(77.0, 0.6, (10, 10, 3), pad_value=-1024.0)))) == 1
    assert list(ct_box_empty(ct_with(77.0, 0.6, (10, 10, 3), pad_value=77.0))) == []


@pytest.mark.parametrize(("values", "found"), [(8, 1), (9, 0)])
def test_cts_without_noise(values: int, found: int) -> None:
    """Where many values fill cells, none stands out."""
    ct = ct_with(0.0, 0.6, (10, 10, 3))
    assert ct.even_parts
    assert len(list(ct_box_empty(replace(ct, even_parts=replace(ct.even_parts, values=values))))) == found


@pytest.mark.parametrize(
    ("value", "found"), [(-949.0, 1), (-950.0, 0), (-1000.0, 0), (77.0, 1), (78.0, 0), (2000.0, 1)]
)
def test_planes(value: float, found: int) -> None:
    """Planes across the field of view are a part, and no region; gas and padding, which is 78 HU here, are neither."""
    ct = ct_with(value, 1.0, (30, 30, 30), planes=True, pad_value=78.0)
    assert (len(list(ct_part_empty(ct))), list(ct_box_empty(ct))) == (found, [])


def test_the_first_of_several_regions() -> None:
    """One finding leads to the first that is large enough."""
    small, large = (ct_with(0.0, 0.6, (side, side, side)).even_parts for side in (9, 10))
    assert small
    assert large
    voids = (*small.voids, *large.voids, *large.voids)
    ct = healthy_ct(file=ct_with(0.0, 0.6, (9, 9, 9)).file, even_parts=EvenParts(share=0.2, values=1, voids=voids))
    (finding,) = ct_box_empty(ct)
    assert "voxels 20 to 29, 10 to 19, 5 to 14" in finding.message


@pytest.mark.parametrize(
    ("spacing", "found"), [((1.0, 1.0, 1.0), 1), ((0.9, 0.9, 3.0), 0), ((1.0, 1.0), 1), ((1.0,), 0), ((), 0), (None, 0)]
)
def test_width_of_a_region(spacing: tuple[float, ...] | None, found: int) -> None:
    """In mm along two axes; nothing is said where these are not known."""
    ct = ct_with(0.0, 0.6, (10, 10, 3))
    header = None if spacing is None else healthy_header(spacing_mm=spacing)
    assert len(list(ct_box_empty(replace(ct, file=healthy_file("", header=header))))) == found


@pytest.mark.parametrize(
    "changes", [{"even_parts": None}, {"minimum": 0.0, "maximum": 255.0, "distinct": 256}], ids=["unknown", "clipped"]
)
def test_regions_that_are_not_known(changes: dict[str, object]) -> None:
    """A CT that was clipped is even where it was."""
    assert list(ct_box_empty(replace(ct_with(0.0, 0.6, (10, 10, 3)), **changes))) == []
