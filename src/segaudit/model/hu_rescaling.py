"""Find the linear change between a CT's values and Hounsfield units.

Masks and histogram give readings of some tissues: the median under masks, or a peak. Each tissue has a range that
covers all contrast phases and the more common diseases (fatty liver, wasted muscle, emphysema, effusion,
osteoporosis). If two or more readings are outside, and at least one of them cannot be due to disease, the line
``slope * HU + offset`` that explains them is fitted: the best offset alone, the best slope alone, and the best of
both, each by least absolute deviations in units of the ranges, so that no single reading dominates.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate, combinations
from math import inf
from statistics import median
from typing import NamedTuple

from segaudit.model.clipping import clipping
from segaudit.model.peaks import Peak, peaks_of
from segaudit.model.records import BLANK_STD_HU, Case, Ct, Mask

SLOPE_LIMIT, OFFSET_LIMIT_HU = 0.10, 40.0
"""Scanners, tube voltages and reconstructions differ by less than both."""

MIN_MASK_ML = 1.0
"""The least volume of a mask whose median is used."""

MAX_DARKEST_HU = -60.0
"""The highest plausible 0.1 per cent quantile: at least one voxel in a thousand of a body's CT is fat or air."""

FAT_DEPTH_RATIO = (0.08, 0.22)
"""How far fat is below muscle, relative to how far air is below muscle: 145 of 1045 HU, with a margin for contrast
and disease."""

MIN_LUNG_DEPTH_RATIO = 0.08
"""How far air is below lung at least, relative to how far lung is below muscle."""


class Tissue(NamedTuple):
    """A tissue and the range of its median: lowest, typical and highest, HU."""

    name: str
    low: float
    typical: float
    high: float
    structures: tuple[str, ...] = ()
    """The masks that mark it; none for a tissue that is read from the histogram."""
    fixed: bool = True
    """Whether it is the same in any disease and contrast phase."""


def _sided(*names: str) -> tuple[str, ...]:
    return tuple(f"{name}_{side}" for name in names for side in ("left", "right"))


_LOBES = ("lung_upper_lobe", "lung_lower_lobe")
_MUSCLES = ("autochthon", "iliopsoas", "gluteus_maximus", "gluteus_medius", "gluteus_minimus")
_SPINE = tuple(
    f"vertebrae_{row}{number}" for row, last in (("C", 7), ("T", 12), ("L", 5)) for number in range(1, last + 1)
)
_BONES = ("sacrum", *_sided("hip", "femur", "humerus", "scapula"), *_SPINE)

AIR = Tissue("air", -1045, -1000, -950)
FAT = Tissue("fat", -135, -100, -60)
SOFT = Tissue("soft tissue", -60, 45, 150, fixed=False)
MUSCLE = Tissue("muscle", -60, 45, 110, _sided(*_MUSCLES), fixed=False)
PARENCHYMA = Tissue("liver and spleen", -40, 70, 260, ("liver", "spleen"), fixed=False)
BRAIN = Tissue("brain", 5, 35, 80, ("brain",))
BONE = Tissue("bone", 20, 200, 900, _BONES, fixed=False)
AIRWAY = Tissue("trachea", -1050, -960, -850, ("trachea",))
LUNG = Tissue("lung", -990, -830, 0, (*_sided(*_LOBES), "lung_middle_lobe_right"), fixed=False)
MASKED = (MUSCLE, PARENCHYMA, BRAIN, BONE, AIRWAY, LUNG)
"""The first three represent soft tissue, in this order."""


class Reading(NamedTuple):
    """The value of a tissue in a CT."""

    tissue: Tissue
    value: float

    @property
    def weight(self) -> float:
        """The inverse of half the width of the tissue's range, 1/HU."""
        return 2 / (self.tissue.high - self.tissue.low)

    @property
    def certain(self) -> bool:
        """Whether a reading outside the range cannot be due to disease: fixed tissue, or another half width away."""
        outside = max(self.tissue.low - self.value, self.value - self.tissue.high)
        return self.tissue.fixed or outside * self.weight > 1


class Line(NamedTuple):
    """Values are ``slope * HU + offset``."""

    slope: float = 1.0
    offset: float = 0.0

    @property
    def healthy(self) -> bool:
        """Whether its values are Hounsfield units within the limits."""
        return abs(self.slope - 1) <= SLOPE_LIMIT and abs(self.offset) <= OFFSET_LIMIT_HU

    @property
    def complexity(self) -> int:
        """The number of parameters that differ from those of Hounsfield units, to prefer simpler lines."""
        return (self.slope != 1) + (self.offset != 0)

    def of(self, hu: float) -> float:
        """Return the value for a number of Hounsfield units."""
        return self.slope * hu + self.offset

    def explains(self, reading: Reading, ends: tuple[float, float] = (-inf, inf)) -> bool:
        """Whether a reading is in its tissue's range, given that values were clipped at two ends."""
        low, high = sorted((self.of(reading.tissue.low), self.of(reading.tissue.high)))
        return min(low, ends[1]) <= reading.value <= max(high, ends[0])

    def misfit(self, readings: Iterable[Reading]) -> float:
        """Return the distance of readings from typical values, in half widths of their ranges."""
        return sum(abs(reading.value - self.of(reading.tissue.typical)) * reading.weight for reading in readings)


class Rescaling(NamedTuple):
    """A change of scale, and the readings that show it."""

    line: Line
    readings: tuple[Reading, ...]


def rescaling(case: Case) -> Rescaling | None:
    """Return how a case's CT was rescaled; None if it has Hounsfield units, was clipped, or no line explains it."""
    ct = case.ct
    if ct is None or not ct.histogram or ct.std < BLANK_STD_HU or clipping(ct):
        return None
    readings = tuple(readings_of(case, ct))
    if not _contradicted(readings, ct.quantiles[0]):
        return None
    ends = ct.quantiles[0], ct.quantiles[-1]
    explaining = [line for line in _lines(readings) if _explains(line, readings, ends)]
    line = min(explaining, key=lambda line: line.misfit(readings) + line.complexity, default=Line())
    return None if line.healthy else Rescaling(line, readings)


def _contradicted(readings: tuple[Reading, ...], darkest: float) -> bool:
    """Whether two facts or more contradict Hounsfield units, and at least one cannot be due to disease."""
    wrong = [reading for reading in readings if not Line().explains(reading)]
    certain = darkest > MAX_DARKEST_HU or any(reading.certain for reading in wrong)
    return certain and len(wrong) + (darkest > MAX_DARKEST_HU) > 1


def _explains(line: Line, readings: tuple[Reading, ...], ends: tuple[float, float]) -> bool:
    """Whether a line explains all readings, or all but one of four or more."""
    return sum(not line.explains(reading, ends) for reading in readings) <= len(readings) // 4


def readings_of(case: Case, ct: Ct) -> Iterator[Reading]:
    """Yield the readings from a case's masks and its CT's histogram."""
    masks = case.whole_masks
    masked = {tissue: value for tissue in MASKED if (value := _median(tissue, masks)) is not None}
    peaks = peaks_of(ct.histogram, ct.voxels) if ct.histogram else ()
    soft = next((masked[tissue] for tissue in (MUSCLE, PARENCHYMA, BRAIN) if tissue in masked), None)
    yield from (Reading(tissue, value) for tissue, value in masked.items())
    yield from _triple(peaks) if soft is None else _below(peaks, soft, masked.get(LUNG))


def _median(tissue: Tissue, masks: dict[str, Mask]) -> float | None:
    """Return the median of the medians of a tissue's masks."""
    marking = (masks[name] for name in tissue.structures if name in masks)
    medians = [mask.hu.median for mask in marking if mask.hu and mask.volume_ml >= MIN_MASK_ML]
    return median(medians) if medians else None


def _below(peaks: tuple[Peak, ...], soft: float, lung: float | None) -> Iterator[Reading]:
    """Yield air and fat as peaks below soft tissue, or above it in an inverted CT, as the lung shows."""
    lung_depth = 0.0 if lung is None else abs(soft - lung)
    sign = -1 if lung is not None and lung > soft else 1
    depths = {peak: (soft - peak.value) * sign for peak in peaks if (soft - peak.value) * sign > 0}
    if not depths:
        return
    deepest = max(*depths.values(), lung_depth)
    fats = [peak for peak, depth in depths.items() if FAT_DEPTH_RATIO[0] <= depth / deepest <= FAT_DEPTH_RATIO[1]]
    if fats:
        yield Reading(FAT, max(fats, key=lambda peak: peak.share).value)
    deep = [peak for peak, depth in depths.items() if depth > (1 + MIN_LUNG_DEPTH_RATIO) * lung_depth]
    if deep and (fats or lung_depth):
        in_place = (peak for peak in deep if Line().explains(Reading(AIR, peak.value)))
        yield Reading(AIR, next(in_place, max(deep, key=depths.__getitem__)).value)


def _triple(peaks: tuple[Peak, ...]) -> Iterator[Reading]:
    """Yield air, fat and soft tissue if three peaks are arranged like these and contain most voxels."""
    triples = ((air, fat, soft) for air, fat, soft in combinations(peaks, 3) if _is_fat(fat, air, soft))
    most = max(triples, key=lambda triple: sum(peak.share for peak in triple), default=())
    yield from (Reading(tissue, peak.value) for tissue, peak in zip((AIR, FAT, SOFT), most, strict=False))


def _is_fat(fat: Peak, air: Peak, soft: Peak) -> bool:
    """Whether the position of a peak between those of air and soft tissue is that of fat."""
    return FAT_DEPTH_RATIO[0] <= (soft.value - fat.value) / (soft.value - air.value) <= FAT_DEPTH_RATIO[1]


def _lines(readings: tuple[Reading, ...]) -> Iterator[Line]:
    """Yield the best offset, the best slope, and the best line with both, which goes through two of the readings."""
    yield Line(
        offset=_weighted((value - tissue.typical, read.weight) for read in readings for tissue, value in (read,))
    )
    slopes = (value / tissue.typical for tissue, value in readings)
    weights = (abs(reading.tissue.typical) * reading.weight for reading in readings)
    yield Line(slope=_weighted(zip(slopes, weights, strict=True)))
    through = (_through(one, other) for one, other in combinations(readings, 2))
    yield min(through, key=lambda line: line.misfit(readings), default=Line())


def _through(one: Reading, other: Reading) -> Line:
    slope = (one.value - other.value) / (one.tissue.typical - other.tissue.typical)
    return Line(slope, one.value - slope * one.tissue.typical)


def _weighted(pairs: Iterable[tuple[float, float]]) -> float:
    """Return the weighted median of values, each with its weight; 0 if there are none."""
    ordered = sorted(pairs)
    half = sum(weight for _, weight in ordered) / 2
    sums = accumulate(weight for _, weight in ordered)
    return next((value for (value, _), upto in zip(ordered, sums, strict=True) if upto >= half), 0.0)
