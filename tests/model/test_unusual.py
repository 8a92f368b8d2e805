"""What can be unusual about a mask: which reference, and the smallest deviation that counts, of each measurement."""

from __future__ import annotations

import math

import numpy as np
import pytest

from segaudit.model import Structure
from segaudit.model.deviations import NARROWEST, deviations
from segaudit.model.unusual import Measure, measures_of
from segaudit.testing.records import small_contract
from segaudit.testing.tables import Cell, dataset, mask

SPLEEN = Structure(
    name="spleen", label=1, group="organ", max_pieces=1, volume_low_ml=50.0, volume_high_ml=400.0, hu_low=-40.0,
    hu_high=260.0, down_low=100.0, down_high=200.0, right_low=-90.0, right_high=-10.0, front_low=0.0, front_high=80.0,
)  # fmt: skip
CELLS: Cell = {
    "complete": True,
    "components": 2,
    "largest_ml": 75.0,
    "hu_median": 50.0,
    "hu_std": 12.0,
    "depth_mm": 140.0,
    "right_mm": -50.0,
    "front_mm": 30.0,
    "outside_body_share": 0.01,
    "void_share": 0.02,
    "overlap_share": 0.03,
    "cavity_ml": 1.0,
    "roughness": 0.5,
    "neighbours": 4.0,
    "agreement": 0.9,
}


def measures(*structures: Structure, **changes: object) -> list[Measure]:
    """Return the measurements of a spleen of 100 ml, with changes."""
    table = dataset([], [mask("s0001", "spleen", 100.0, **CELLS | changes)]).masks
    return list(measures_of(table, small_contract(structures=structures or (SPLEEN,))))


@pytest.mark.parametrize(
    ("number", "name", "value", "narrowest", "limits"),
    [
        (0, "volume", math.log(100), 0.1, (math.log(50), math.log(400))),
        (1, "intensity", 50.0, 8.0, (-40.0, 260.0)),
        (2, "spread of intensities", 12.0, 8.0, None),
        (3, "position", 140.0, 6.0, (100.0, 200.0)),
        (4, "position", -50.0, 4.0, (-90.0, -10.0)),
        (5, "position", 30.0, 4.0, (0.0, 80.0)),
        (6, "pieces", 0.25, 0.02, (-0.06, 0.06)),
        (7, "pieces", math.log(2), 0.3, None),
        (8, "outside of the body", 0.01, 0.005, (-0.015, 0.015)),
        (9, "padding", 0.02, 0.005, (-0.015, 0.015)),
        (10, "overlap", 0.03, 0.02, (-0.15, 0.15)),
        (11, "cavities", 0.01, 0.002, (-0.006, 0.006)),
        (12, "surface", 0.5, 0.05, None),
        (13, "neighbours", 4.0, 1.0, None),
        (14, "fit", 0.9, 0.05, None),
    ],
)
def test_each_measure(
    number: int, name: str, value: float, narrowest: float, limits: tuple[float, float] | None
) -> None:
    """As it is compared, with the smallest standard deviation that is used, and its reference."""
    measure = measures()[number]
    assert (measure.name, measure.numbers.tolist(), measure.narrowest) == (name, [pytest.approx(value)], narrowest)
    low, high = (float(end[0]) for end in measure.limits)
    assert (low, high) == pytest.approx(limits or (math.nan, math.nan), nan_ok=True)


@pytest.mark.parametrize("number", [0, 3, 4, 5, 12, 13])
def test_incomplete_masks(number: int) -> None:
    """Of what the field of view cuts, size, place and surface say nothing; without voxels nothing does."""
    cut = measures(complete=False)
    assert [at for at, one in enumerate(cut) if np.isnan(one.numbers[0])] == [0, 3, 4, 5, 12, 13]
    assert np.isnan(cut[number].numbers[0])
    assert all(np.isnan(one.numbers[0]) for one in measures(voxels=0))


def test_a_mask_without_volume_is_measured_in_silence() -> None:
    """The header of its file gives voxels no volume: its shares are undefined, which numpy would print a warning of."""
    found = measures(volume_ml=0.0, largest_ml=0.0, cavity_ml=0.0)
    assert all(math.isnan(found[number].numbers.item()) for number in (0, 6, 11))


def test_pieces_that_were_not_counted() -> None:
    """The masks of the case have too many runs: nothing is known of the pieces, and no mask is unusual by them."""
    found = measures(components=0, largest_ml=100.0)
    assert all(math.isnan(found[number].numbers.item()) for number in (6, 7))


def test_what_has_no_reference() -> None:
    """No limits, limits at one point, on one side, or none by intention."""
    bare = Structure(name="spleen", label=1, group="organ")
    assert [at for at, one in enumerate(measures(bare)) if not np.isnan(one.limits[0][0])] == [8, 9, 10, 11]
    bright = Structure(name="spleen", label=1, group="organ", hu_low=-40.0, hu_high=20000.0)
    half = Structure(name="spleen", label=1, group="organ", hu_low=-40.0, volume_low_ml=50.0)
    vertebra = Structure(name="spleen", label=1, group="bone", spine_mm=100.0)
    for structure in (bright, half, vertebra):
        assert all(np.isnan(one.limits[0][0]) for one in measures(structure)[:6])


def test_narrowest() -> None:
    """Two people who outline the same structure differ by as much: a tenth, 8 HU, 6 and 4 mm."""
    assert NARROWEST == {"log_ml": 0.1, "hu_median": 8.0, "depth_mm": 6.0, "right_mm": 4.0, "front_mm": 4.0}


@pytest.mark.parametrize(("narrowest", "expected"), [(0.5, 10 / 1.4826), (3.0, 10 / 3.0)])
def test_deviations_by_hand(narrowest: float, expected: float) -> None:
    """By the median absolute deviation, as of a normal distribution, or the smallest deviation if that is larger."""
    column = np.array([-2.0, -1.0, -1.0, 0.0, 0.0, 1.0, 1.0, 2.0, 10.0])
    table = np.column_stack([column, np.zeros(9), np.zeros(9)])
    assert deviations(table, narrowest)[-1, 0] == pytest.approx(expected)
    assert deviations(table, narrowest)[3, 0] == 0
