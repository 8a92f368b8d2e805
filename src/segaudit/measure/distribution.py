"""Exact statistics of many intensities: from a histogram of 16-bit integers, or from sorted floats."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from segaudit.model import BelowAir, Histogram, HuSample, Spike

Intensities: TypeAlias = NDArray[np.int16 | np.float32]

_BLOCK_VALUES = 1 << 16
"""Values that are processed at a time: few enough for the cache."""

_BESIDE_HU = 10
"""Width of the part of the histogram that a spike is compared with."""

_BELOW_AIR_HU, _FAR_BELOW_HU, _AROUND_RATIO = -1100, -1250, 0.05
"""Limits of the counts in ``BelowAir``; the last one is a share of its value."""

_MAX_BINS = 256
_RANGE_QUANTILES = (0.001, 0.999)
"""Quantiles between which a histogram counts."""


class Distribution(ABC):
    """Sorted intensities: at least one, all finite."""

    size: int
    distinct: int
    mean: float
    std: float
    """Population standard deviation."""

    @abstractmethod
    def at(self, ranks: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the values at these ranks, 0 being the smallest."""

    @abstractmethod
    def at_most(self, value: float) -> int:
        """Return how many values are ``value`` or less."""

    @abstractmethod
    def below(self, value: float) -> int:
        """Return how many values are less than ``value``."""

    @abstractmethod
    def commonest(self, below: float) -> float:
        """Return the most frequent value less than ``below``, the smallest of several; there has to be one."""

    @property
    def minimum(self) -> float:
        """The smallest value."""
        return self.quantiles((0,))[0]

    @property
    def maximum(self) -> float:
        """The largest value."""
        return self.quantiles((1,))[0]

    def count(self, value: float) -> int:
        """Return how many values equal ``value``."""
        return self.at_most(value) - self.below(value)

    def quantiles(self, levels: Sequence[float]) -> tuple[float, ...]:
        """Return quantiles, interpolated linearly between neighbours as numpy does by default."""
        rank = np.array(levels) * (self.size - 1)
        lower = np.floor(rank).astype(np.int64)
        low, high = self.at(lower), self.at(np.minimum(lower + 1, self.size - 1))
        return tuple((low + (high - low) * (rank - lower)).tolist())

    def low_spike(self) -> Spike:
        """Describe the lower end of the histogram."""
        edge = self.minimum
        beside = self.at_most(edge + _BESIDE_HU) - self.at_most(edge)
        return Spike(value=edge, voxels=self.count(edge), beside=beside / _BESIDE_HU)

    def high_spike(self) -> Spike:
        """Describe the upper end of the histogram."""
        edge = self.maximum
        beside = self.below(edge) - self.below(edge - _BESIDE_HU)
        return Spike(value=edge, voxels=self.count(edge), beside=beside / _BESIDE_HU)

    def below_air(self) -> BelowAir | None:
        """Describe the values below air; None if there are none."""
        if not (voxels := self.below(_BELOW_AIR_HU)):
            return None
        value = self.commonest(_BELOW_AIR_HU)
        reach = _AROUND_RATIO * abs(value)
        around = min(self.at_most(value + reach), voxels) - self.below(value - reach)
        return BelowAir(voxels=voxels, far=self.below(_FAR_BELOW_HU), value=value, around=around)

    def histogram(self) -> Histogram:
        """Count by intensity between two quantiles."""
        low, high = self.quantiles(_RANGE_QUANTILES)
        width = 2.0 ** max(math.ceil(math.log2(max(high - low, 1) / _MAX_BINS)), 0)
        edges = np.arange(math.floor(low / width), math.floor(high / width) + 2) * width
        counts = np.diff([self.below(edge) for edge in edges.tolist()])
        return Histogram(first=float(edges[0]), width=width, counts=tuple(counts.tolist()))

    def sample(self) -> HuSample:
        """Summarise the distribution."""
        minimum, p5, p25, median, p75, p95, maximum = self.quantiles((0, 0.05, 0.25, 0.5, 0.75, 0.95, 1))
        return HuSample(
            mean=self.mean, std=self.std,
            minimum=minimum, p5=p5, p25=p25, median=median, p75=p75, p95=p95, maximum=maximum,
        )  # fmt: skip


class _Histogram(Distribution):
    """Counts of 16-bit integers."""

    def __init__(self, values: Intensities) -> None:
        self._first = int(values.min())
        counts = np.zeros(int(values.max()) - self._first + 1, np.int64)
        for block in _blocks(values.view(np.uint16)):  # differences wrap as intended
            counts += np.bincount(block - np.uint16(self._first % (1 << 16)), minlength=counts.size)
        bins = np.arange(counts.size) + self._first
        self._up_to = np.cumsum(counts)
        self.size = values.size
        self.distinct = int(np.count_nonzero(counts))
        self.mean = float(counts @ bins) / self.size
        self.std = math.sqrt(float(counts @ (bins - self.mean) ** 2) / self.size)

    def at(self, ranks: NDArray[np.int64]) -> NDArray[np.float64]:
        return (np.searchsorted(self._up_to, ranks, side="right") + self._first).astype(np.float64)

    def at_most(self, value: float) -> int:
        position = min(math.floor(value) - self._first, self._up_to.size - 1)
        return 0 if position < 0 else int(self._up_to[position])

    def below(self, value: float) -> int:
        return self.at_most(math.ceil(value) - 1)

    def commonest(self, below: float) -> float:
        counts = np.diff(self._up_to[: math.ceil(below) - self._first], prepend=0)
        return float(counts.argmax() + self._first)


class _Sorted(Distribution):
    """Floats in ascending order."""

    def __init__(self, values: Intensities) -> None:
        self._values = values
        self.size = values.size
        self.distinct = 1 + sum(int(np.count_nonzero(np.diff(block))) for block in _blocks(self._values, overlap=1))
        self.mean = float(values.mean(dtype=np.float64))
        squares = sum(float(((block - np.float64(self.mean)) ** 2).sum()) for block in _blocks(values))
        self.std = math.sqrt(squares / self.size)

    def at(self, ranks: NDArray[np.int64]) -> NDArray[np.float64]:
        return self._values[ranks].astype(np.float64)

    def at_most(self, value: float) -> int:
        return int(np.searchsorted(self._values, np.float32(value), side="right"))

    def below(self, value: float) -> int:
        return int(np.searchsorted(self._values, np.float32(value), side="left"))

    def commonest(self, below: float) -> float:
        values, counts = np.unique(self._values[: self.below(below)], return_counts=True)
        return float(values[counts.argmax()])


def distribution_of(values: Intensities) -> Distribution | None:
    """Return the distribution of the finite values, None if there are none; floats are sorted in place."""
    if values.dtype == np.int16:
        return _Histogram(values) if values.size else None
    values.sort()  # infinities come first and last, and NaN after them
    infinity = np.float32(np.inf)  # a 64-bit one would make searchsorted convert all values
    first, last = np.searchsorted(values, -infinity, "right"), np.searchsorted(values, infinity, "left")
    return _Sorted(values[first:last]) if first < last else None


def _blocks(values: NDArray[Any], overlap: int = 0) -> Iterator[NDArray[Any]]:
    return (values[start : start + _BLOCK_VALUES + overlap] for start in range(0, values.size, _BLOCK_VALUES))
