"""Statistics of many intensities: those of a histogram and those of sorted floats, against numpy's."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from segaudit.measure import distribution
from segaudit.measure.distribution import Distribution, distribution_of
from segaudit.model import BelowAir, Spike
from segaudit.model.records import Histogram

DTYPES = ("int16", "float32")
ENDS = (-(1 << 15), (1 << 15) - 1)
WHOLE = st.lists(
    st.one_of(st.integers(-1300, -1050), st.integers(-20, 20), st.sampled_from(ENDS)), min_size=1, max_size=40
)
"""Values below air and beside each other, and the ends of 16 bits."""


def of(values: object, dtype: str) -> Distribution:
    """Return the distribution of some values."""
    found = distribution_of(np.array(values, dtype))
    assert found
    return found


@given(WHOLE, st.sampled_from(DTYPES), st.integers(-1400, 100), st.sampled_from((0.0, 0.5, -0.25)))
def test_counts(values: list[int], dtype: str, value: int, part: float) -> None:
    """How many values are less than one, equal to it, at most it; whole or not, beyond both ends as well."""
    found, limit = of(values, dtype), value + part
    for at in (limit, float(min(values)), float(max(values)), min(values) - 1.0, max(values) + 1.0):
        assert found.at_most(at) == sum(each <= at for each in values)
        assert found.below(at) == sum(each < at for each in values)
        assert found.count(at) == values.count(int(at)) * (at == int(at))


@given(WHOLE, st.sampled_from(DTYPES), st.integers(1, 8))
def test_moments(values: list[int], dtype: str, block: int) -> None:
    """Size, different values, mean and standard deviation, whatever is taken at a time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(distribution, "_BLOCK_VALUES", block)
        found = of(values, dtype)
    assert (found.size, found.distinct) == (len(values), len(set(values)))
    assert (found.minimum, found.maximum) == (min(values), max(values))
    assert found.mean == pytest.approx(np.mean(values), abs=1e-9)
    assert found.std == pytest.approx(np.std(values), abs=1e-6)


@given(WHOLE, st.sampled_from(DTYPES), st.lists(st.floats(0, 1), min_size=1, max_size=5))
def test_quantiles(values: list[int], dtype: str, levels: list[float]) -> None:
    """Those of numpy, and the values in order."""
    found = of(values, dtype)
    assert found.at(np.arange(len(values))).tolist() == sorted(values)
    assert found.quantiles(levels) == pytest.approx(np.quantile(values, levels), abs=1e-6)
    sample = found.sample()
    names = ("minimum", "p5", "p25", "median", "p75", "p95", "maximum")
    assert [getattr(sample, name) for name in names] == pytest.approx(
        np.quantile(values, (0, 0.05, 0.25, 0.5, 0.75, 0.95, 1))
    )
    assert (sample.mean, sample.std) == (found.mean, found.std)


@given(WHOLE, st.sampled_from(DTYPES), st.integers(-1200, 40))
def test_commonest(values: list[int], dtype: str, limit: int) -> None:
    """The most frequent value below a limit, the smallest of several."""
    below = [value for value in values if value < limit]
    if below:
        most = max(map(below.count, below))
        assert of(values, dtype).commonest(limit) == min(value for value in below if below.count(value) == most)


@pytest.mark.parametrize("dtype", DTYPES)
def test_commonest_below_a_part(dtype: str) -> None:
    """A limit need not be whole."""
    assert of([1, 2, 2, 3, 3, 3], dtype).commonest(2.5) == 2
    assert of([1, 2, 2, 3, 3, 3], dtype).commonest(2.0) == 1


@pytest.mark.parametrize("dtype", DTYPES)
def test_spikes(dtype: str) -> None:
    """The ends of the histogram, and the mean count of the ten values beside them."""
    found = of([-1024] * 7 + [-1023, -1014, -1013, 40, 50, 50, 60, 60, 60], dtype)
    assert found.low_spike() == Spike(value=-1024, voxels=7, beside=0.2)
    assert found.high_spike() == Spike(value=60, voxels=3, beside=0.2)
    assert of([49, 50, 60], dtype).high_spike().beside == 0.1


@pytest.mark.parametrize("dtype", DTYPES)
def test_below_air(dtype: str) -> None:
    """Below -1100 HU, below -1250 HU, and within a twentieth of the most frequent of these values."""
    assert of([-1100, -1099, 0], dtype).below_air() is None
    found = of([*[-1200] * 3, -1260, -1261, -1140, -1139, -1101, -1251, -1250, -1100], dtype).below_air()
    assert found == BelowAir(voxels=10, far=3, value=-1200, around=7)
    assert of([-1101, -1101, -1100, -1060], dtype).below_air() == BelowAir(voxels=2, far=0, value=-1101, around=2)


def slow_histogram(values: NDArray[np.float64]) -> Histogram:
    """Return the narrowest bins of a power of two, not below 1, of which about 256 reach from quantile to quantile."""
    low, high = np.quantile(values, (0.001, 0.999))
    width = 1.0
    while width * 256 < high - low:
        width *= 2
    first, last = math.floor(low / width), math.floor(high / width)
    numbers = np.floor(values / width)
    counts = tuple(int((numbers == number).sum()) for number in range(first, last + 1))
    return Histogram(first=first * width, width=width, counts=counts)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("most", [0, 1, 255, 256, 257, 512, 513, 4000])
@pytest.mark.parametrize("least", [-1024, -3, 0])
def test_histogram(dtype: str, most: int, least: int) -> None:
    """Widths of bins just at a power of two, and to both sides of it."""
    values = np.random.default_rng(most).integers(least, least + most, 500, endpoint=True)
    values[:5], values[5:10] = least, least + most
    assert of(values, dtype).histogram() == slow_histogram(values.astype(np.float64))


def test_not_finite() -> None:
    """Of floats the finite ones count; without any, and without values, there is no distribution."""
    found = of([np.nan, 3, -np.inf, 1, np.inf, np.nan, 1], "float32")
    assert (found.size, found.distinct, found.minimum, found.maximum) == (3, 2, 1, 3)
    for nothing in ([], [np.nan], [np.inf, -np.inf]):
        assert distribution_of(np.array(nothing, np.float32)) is None
    assert distribution_of(np.zeros(0, np.int16)) is None
