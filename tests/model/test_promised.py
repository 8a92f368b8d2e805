"""How many cases there have to be: as the contract states, or else those that are listed and those left out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from segaudit.model import Contract
from segaudit.model.promises import Cases, Geometry
from segaudit.testing.records import dataset, healthy_case, metadata


@pytest.mark.parametrize(("count", "expected"), [(0, 4), (9, 9)])
def test_promised(count: int, expected: int) -> None:
    """A case that is listed twice counts once, and an excluded one whether it is listed or not."""
    listed = metadata(("s0001", "train"), ("s0001", "train"), ("s0002", "train"), ("s0003", "train"))
    excluding = replace(dataset(healthy_case(), listed=listed), excluded=("s0003", "s0009"))
    assert excluding.promised(Contract(name="any", cases=Cases(count=count or None))) == expected


@pytest.mark.parametrize(
    ("promised", "spacing", "held"),
    [
        (None, (0.7, 0.7, 5.0), True),
        (1.5, (1.5, 1.499, 1.501), True),
        (1.5, (1.5, 1.5, 1.5015), False),
        (1.5, (1.4985, 1.5, 1.5), False),
        ((0.7, 0.7, 5.0), (0.7, 0.7, 5.0), True),
        ((0.7, 0.7, 5.0), (0.7, 5.0, 0.7), False),
        ((0.7, 0.7, 5.0), (0.7, 0.7, 5.0, 1.0), True),
        ((0.7, 0.7, 5.0), (0.7, 0.7), True),
    ],
)
def test_spacing(
    promised: float | tuple[float, float, float] | None, spacing: tuple[float, ...], *, held: bool
) -> None:
    """Along every axis to within a thousandth of a millimetre; the length of a further axis is not promised."""
    assert Geometry(spacing_mm=promised).has_spacing(spacing) is held
