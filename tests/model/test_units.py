"""Whether a CT holds Hounsfield units in all slices: what is said of its masks otherwise."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from segaudit.model import Case, Order, units
from segaudit.model.hu_rescaling import Reading
from segaudit.model.tissues import FAT, MUSCLE, PARENCHYMA
from segaudit.model.units import comparable, foreign
from segaudit.testing.records import SLICES, healthy_case, healthy_ct, healthy_file, healthy_header, healthy_slices
from segaudit.testing.tissues import ORGANS, body, case_of

HU = body()


def with_slices(**columns: list[float]) -> Case:
    """Return a healthy case whose slices have some columns."""
    orders = (Order("stored", 9.0), Order("least", 1.0), Order("a part reversed", 1.0))
    return healthy_case(ct=healthy_ct(slices=(healthy_slices(*orders, **columns),)))


def shifted(hu: float) -> Case:
    """Return a case whose upper half is higher."""
    medians = [hu * (place == 5) for place in range(SLICES - 1)]
    return with_slices(shifts=[edge for median in medians for edge in (median - 8, median, median + 8)])


def test_comparable() -> None:
    """Masks are compared with a CT in Hounsfield units, in order, with one zero; small offsets do not matter."""
    assert comparable(case_of(HU, *ORGANS))
    assert not comparable(case_of(HU + 1024, *ORGANS))
    assert not comparable(with_slices(bottlenecks=[1.0] * (SLICES - 1)))
    assert [comparable(shifted(hu)) for hu in (0, 179, 180)] == [True, True, False]
    assert comparable(healthy_case(ct=None))


LIVID, WET, PEAK = Reading(MUSCLE, 900.0), Reading(PARENCHYMA, -700.0), Reading(FAT, 900.0, 0.2)


@pytest.mark.parametrize(
    ("readings", "named"),
    [
        ((LIVID,), False),
        ((LIVID, Reading(PARENCHYMA, 60.0)), False),
        ((LIVID, PEAK), False),
        ((LIVID, WET), True),
        ((LIVID, WET, PEAK), True),
    ],
)
def test_two_tissues_are_foreign(
    monkeypatch: pytest.MonkeyPatch, readings: tuple[Reading, ...], *, named: bool
) -> None:
    """Under masks, and where no disease puts them; peaks have no name of their own."""
    monkeypatch.setattr(units, "contradictions", lambda _: readings)
    found = "muscle at 900, liver and spleen at -700"
    said = foreign(healthy_case())
    assert said == (f"no linear change of Hounsfield units has {found}" if named else "")


def test_without_fat_and_air() -> None:
    """The darkest voxels are named, and what is below which HU."""
    quantiles = tuple(np.linspace(5, 300, 9).tolist())
    bright = healthy_case(
        ct=healthy_ct(file=healthy_file("", header=healthy_header(spacing_mm=(4.0,) * 3)), quantiles=quantiles)
    )
    assert foreign(bright) == "only one voxel in a thousand is below 5; fat or air are below -60 HU"


@pytest.mark.parametrize("offset", [0, 300])
def test_foreign(offset: int) -> None:
    """Tissues that no line explains are named; a blank CT, and a linear change, are none."""
    mirrored = np.where(HU < -500, 900.0 + HU % 97, HU + 400) + offset
    case = case_of(mirrored, *ORGANS)
    assert "no linear change of Hounsfield units has" in foreign(case)
    assert not comparable(case)
    assert foreign(case_of(HU + 1024, *ORGANS)) == ""
    assert case.ct is not None
    assert foreign(replace(case, ct=replace(case.ct, std=0.0))) == ""
