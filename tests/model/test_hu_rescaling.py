"""Linear changes of Hounsfield units, and healthy intensities."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from segaudit.model.hu_rescaling import Line, Reading, contradictions, readings_of, rescaling
from segaudit.model.tissues import AIR, FAT, MUSCLE
from segaudit.testing.records import healthy_case
from segaudit.testing.tissues import ORGANS, body, case_of

HU = body()


def line_of(slope: float, offset: float, *names: str) -> tuple[object, ...]:
    """Return the slope and offset that are found after a change of values; empty if none are."""
    found = rescaling(case_of(HU * slope + offset, *names))
    return tuple(found.line) if found else ()


def test_readings() -> None:
    """Masks and histogram give the intensities of the body's tissues, to half a bin."""
    case = case_of(HU, *ORGANS)
    assert case.ct is not None
    values = {reading.tissue.name: reading.value for reading in readings_of(case, case.ct)}
    expected = {
        "air": -1000,
        "fat": -100,
        "muscle": 45,
        "liver and spleen": 55,
        "bone": 200,
        "trachea": -980,
        "lung": -830,
    }
    assert values == {name: pytest.approx(hu, abs=9) for name, hu in expected.items()}


@pytest.mark.parametrize("names", [tuple(ORGANS), ("liver", "spleen"), ()], ids=["all", "abdomen", "no-masks"])
def test_hounsfield_units(names: tuple[str, ...]) -> None:
    """For a body in Hounsfield units no other scale is found, whatever masks there are."""
    assert line_of(1, 0, *names) == ()


@settings(max_examples=15)
@given(st.sampled_from((-1024, -1000, -200, -100, -80, 60, 100, 200, 1000, 1024, 8192)))
def test_offset(offset: int) -> None:
    """An offset is found, with a slope of exactly 1, to within a bin."""
    assert line_of(1, offset, *ORGANS) == (1, pytest.approx(offset, abs=12))


@settings(max_examples=10)
@given(st.sampled_from((-1.0, 0.1, 0.25, 0.5, 0.75, 1.4, 2.0, 4.0)))
def test_slope(slope: float) -> None:
    """A wrong slope is found, with an offset of exactly 0, to within 3 per cent."""
    assert line_of(slope, 0, *ORGANS) == (pytest.approx(slope, rel=0.03), 0)


def test_both() -> None:
    """A slope and an offset are found together."""
    assert line_of(0.25, 256, *ORGANS) == (pytest.approx(0.25, rel=0.05), pytest.approx(256, abs=8))


@pytest.mark.parametrize(
    ("slope", "offset", "found"), [(1, 200, True), (0.25, 0, True), (0.25, 256, False), (1.5, -300, False)]
)
def test_a_reading_that_is_left_over(slope: float, offset: float, found: bool) -> None:  # noqa: FBT001 - what is expected
    """An offset or a slope may leave one of seven readings unexplained; both together fit too much for that."""
    blocked = HU.copy()
    blocked[ORGANS["trachea"][0]] = -300
    line = rescaling(case_of(blocked * slope + offset, *ORGANS))
    assert (line is not None) is found


@pytest.mark.parametrize(("slope", "offset"), [(1, 20), (1, -20), (1, 40), (1.05, 0), (0.95, 0)])
def test_small_changes(slope: float, offset: float) -> None:
    """Differences between scanners are not a change of scale."""
    assert line_of(slope, offset, *ORGANS) == ()


def test_without_masks() -> None:
    """Air, fat and soft tissue are distinguished by their arrangement."""
    assert line_of(1, 1024) == (1, pytest.approx(1024, abs=8))


@pytest.mark.parametrize(
    "disease",
    [
        {"autochthon_left": -70, "vertebrae_L1": 5},
        {"liver": -60, "spleen": -50, "lung_lower_lobe_left": 20, "lung_lower_lobe_right": 10},
        {"autochthon_left": 120, "liver": 280, "spleen": 300, "vertebrae_L1": 950},
        {"lung_lower_lobe_left": -995, "lung_lower_lobe_right": -995, "autochthon_left": -80},
    ],
    ids=["wasted", "fatty-liver-white-lung", "contrast", "emphysema"],
)
def test_disease(disease: dict[str, float]) -> None:
    """Changes of tissues by disease, however many, are not a change of scale while air and fat are unchanged."""
    hu = HU.copy()
    for name, value in disease.items():
        hu[ORGANS[name][0]] = value
    assert rescaling(case_of(hu, *ORGANS)) is None


def test_field_of_view_inside_the_body() -> None:
    """If no air is visible, fat is not mistaken for air."""
    inside = np.where(HU < -500, 45.0, HU)
    assert rescaling(case_of(inside, "autochthon_left", "liver", "vertebrae_L1")) is None


def test_window() -> None:
    """Grey levels of a window, spread by resampling, are a change of scale."""
    grey = np.clip((HU + 160) / 400, 0, 1) * 255 + np.random.default_rng(0).normal(0, 4, HU.shape)
    assert rescaling(case_of(grey, *ORGANS)) is not None


def test_nothing_to_judge() -> None:
    """Without a CT, without values, or with equal values, nothing is found."""
    cases = (healthy_case(ct=None), healthy_case(), case_of(np.zeros_like(HU), *ORGANS))
    assert [rescaling(case) for case in cases] == [None] * 3


@pytest.mark.parametrize(
    ("value", "explained"), [(MUSCLE.low - 1, False), (MUSCLE.low, True), (MUSCLE.high, True), (MUSCLE.high + 1, False)]
)
@pytest.mark.parametrize("line", [Line(), Line(offset=1024), Line(slope=-2), Line(0.25, 256)])
def test_ends_of_a_range(value: float, explained: bool, line: Line) -> None:  # noqa: FBT001 - what is expected
    """A reading at the end of its tissue's range is explained, by any line."""
    assert line.explains(Reading(MUSCLE, line.of(value))) is explained


def test_line() -> None:
    """A line explains values in a tissue's range, and values that were clipped at an end."""
    line = Line(2, 10)
    assert line.of(100) == 210
    assert line.explains(Reading(MUSCLE, 100))
    assert not line.explains(Reading(AIR, -1500))
    assert line.explains(Reading(AIR, -1500), ends=(-1500, 3000))
    assert line.misfit([Reading(FAT, -190), Reading(FAT, -190 + 37.5)]) == 1
    assert [line.healthy, Line(1.09, 40).healthy, Line(1, 41).healthy, Line(0.8, 0).healthy] == [
        False,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("reading", "certain"),
    [
        (Reading(FAT, 0), True),
        (Reading(MUSCLE, 115), False),
        (Reading(MUSCLE, 194), False),
        (Reading(MUSCLE, 196), True),
    ],
)
def test_certain(reading: Reading, certain: bool) -> None:  # noqa: FBT001 - what is expected
    """Fat outside its range is certain; muscle only beyond a margin."""
    assert reading.certain == certain


@pytest.mark.parametrize(("names", "found"), [(("liver",), False), (("liver", "spleen"), True)])
def test_small_field_needs_two_tissues(names: tuple[str, ...], found: bool) -> None:  # noqa: FBT001 - what is expected
    """In a field of view of 60 mm one tissue under masks is not enough; muscle is another than liver and spleen."""
    whole = case_of(HU + 1024, *names, *(("autochthon_left",) if found else ()))
    assert whole.ct is not None
    assert whole.ct.file.header is not None
    small = replace(whole.ct.file, header=replace(whole.ct.file.header, spacing_mm=(1.5, 1.5, 1.5)))
    assert bool(contradictions(replace(whole, ct=replace(whole.ct, file=small)))) == found


def test_slices_out_of_order_or_at_another_zero() -> None:
    """Where slices are out of order, or a part has another zero, what is under masks says nothing of the scale."""
    upper, mixed = HU.copy(), HU.copy() + 1024
    upper[..., 15:] += 1024
    assert contradictions(case_of(mixed, *ORGANS))
    assert contradictions(case_of(upper, *ORGANS)) == ()
