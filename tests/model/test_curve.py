"""How far a spine lies beside its line: what is smooth of it, how it goes on, and the short ways of counting."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from segaudit.model.curve import Curve, medians, pairs, stacked

STEP_MM = 20.0


def sloping(*slopes: float) -> Curve:
    """Return the curve of vertebrae 2 cm apart whose neighbours have such slopes."""
    offsets = np.array([0.0, *np.cumsum(slopes) * STEP_MM], np.float64)
    return Curve(np.arange(len(offsets), dtype=np.float64) * STEP_MM, offsets)


def test_a_vertebra_counts_as_the_median_with_its_neighbours() -> None:
    """One that stands out has no effect; an end has one neighbour, and counts twice."""
    curve = Curve.of(np.arange(7.0), np.array([5.0, 1.0, 2.0, 40.0, 3.0, 6.0, 4.0]))
    assert curve.offsets.tolist() == [5, 2, 2, 3, 6, 4, 4]


@pytest.mark.parametrize("sense", [1, -1])
def test_four_vertebrae_of_an_end_show_how_it_goes_on(sense: int) -> None:
    """By the median of their three slopes; those of the others, and of the other end, have no effect."""
    slopes = [sense * slope for slope in (0.1, 0.3, 0.4, 0.45, -0.2, -0.4, 0.05, 0.2, 0.25)]
    curve = sloping(*slopes)
    end = curve.depths[-1]
    assert curve.at(np.array([-10.0])) == pytest.approx([-sense * 0.3 * 10])
    assert curve.at(np.array([end + 10.0])) == pytest.approx([curve.offsets[-1] + sense * 0.2 * 10])
    assert curve.at(curve.depths).tolist() == curve.offsets.tolist()


def test_a_curved_spine() -> None:
    """The curve is that of the vertebrae beside the line, relative to the body's size."""
    depths = np.arange(0.0, 240.0, 30.0)
    offsets = np.array([0.0, 3.0, 6.0, 9.0, 9.0, 6.0, 3.0, 0.0])
    curve = Curve.of(depths, offsets)
    assert curve.offsets.tolist() == [0, 3, 6, 9, 9, 6, 3, 0]
    assert curve.at(np.array([15.0, 105.0, 195.0])).tolist() == [1.5, 9, 1.5]
    assert curve.at(np.array([-100.0, 310.0])) == pytest.approx([-10, -10])


@pytest.mark.parametrize(("count", "curved"), [(4, False), (5, True)])
def test_five_vertebrae_show_a_curve(count: int, *, curved: bool) -> None:
    """Fewer count as straight; so do offsets that are no numbers."""
    depths = np.arange(0.0, 30.0 * count, 30.0, dtype=np.float64)
    assert Curve.of(depths, np.ones(count)).offsets.any() == curved
    assert not Curve.of(depths, np.array([np.nan, *np.ones(count - 1)])).offsets.any()


@pytest.mark.parametrize(("steep", "slope"), [(0.4, 0.4), (0.6, 0.5), (-0.4, -0.4), (-0.6, -0.5)])
def test_how_steeply_a_curve_goes_on(steep: float, slope: float) -> None:
    """As the last four vertebrae do, but no more steeply than by half."""
    depths = np.arange(0.0, 270.0, 30.0, dtype=np.float64)
    up = Curve(depths, np.array([*np.zeros(5), *(steep * 30 * np.arange(4))]))
    assert up.at(depths[-1:] + 50) - up.offsets[-1] == pytest.approx(50 * slope)
    down = Curve(depths, up.offsets[::-1])
    assert down.at(depths[:1] - 50) - down.offsets[0] == pytest.approx(50 * slope)
    assert up.at(depths[:1] - 50).tolist() == [0]


def test_offsets_that_are_no_numbers_are_straight() -> None:
    """One that is infinite, or none, is enough."""
    for wrong in (np.inf, np.nan):
        assert Curve.of(np.arange(6.0), np.array([1.0, 2.0, 3.0, 4.0, 5.0, wrong])).offsets.tolist() == [0.0] * 6


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6])
def test_medians_are_those_of_numpy(count: int) -> None:
    """Of any number of rows; a column with a value that is none has none."""
    rows = np.random.default_rng(count).normal(size=(count, 9))
    rows[-1, 4] = np.nan
    np.testing.assert_array_equal(medians(rows), np.median(rows, axis=0))


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_pairs(count: int) -> None:
    """Each member with each later one."""
    one, other = pairs(count)
    assert list(zip(one.tolist(), other.tolist(), strict=True)) == list(combinations(range(count), 2))


def test_stacked() -> None:
    """A row each; of nothing, no rows."""
    assert stacked([(1.0, 2.0, 3.0), (4.0, 5.0, 6.0)]).tolist() == [[1, 2, 3], [4, 5, 6]]
    assert stacked([]).shape == (0, 3)
