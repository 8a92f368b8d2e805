"""Find the linear change between a CT's values and Hounsfield units.

Masks and peaks give readings of some tissues in a CT: the median under masks, or a narrow peak of what is evenly dense,
which air, fat and soft tissue make, but neither lung nor bone nor contrast medium in vessels. Each tissue has a range
that covers all contrast phases and the commoner diseases (fatty liver, wasted muscle, emphysema, effusion,
osteoporosis). Where two readings or more lie outside, and one of them where no disease puts it, the line
``slope * HU + offset`` that brings them back is looked for: the best offset alone, the best slope alone, the best of
both, each by least absolute deviations in units of the ranges, so that no single reading can pull it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate, combinations
from math import inf
from statistics import median
from typing import NamedTuple

from segaudit.model.clipping import clipping
from segaudit.model.field_of_view import wide
from segaudit.model.kept import kept_with_case
from segaudit.model.peaks import Peak, peaks_of
from segaudit.model.records import BLANK_STD_HU, Case, Ct, Mask
from segaudit.model.stack import disorder, offsets
from segaudit.model.tissues import AIR, BRAIN, FAT, LUNG, MASKED, MUSCLE, PARENCHYMA, PEAKS_HU, SOFT, Tissue

SLOPE_LIMIT, OFFSET_LIMIT_HU = 0.10, 40.0
"""Scanners, tube voltages and reconstructions differ by less than both."""

MIN_MASK_ML = 1.0
"""The least volume of a mask whose median is used."""

MAX_DARKEST_HU = -60.0
"""The highest plausible 0.1 per cent quantile: at least one voxel in a thousand of a body's CT is fat or air."""

LARGE_PEAK_SHARE = 0.15
"""Share of a peak, of all that is even, that is one of the body's tissues or air, and nothing on the table."""

FAT_DEPTH_RATIO = (0.08, 0.22)
"""How far fat lies below muscle, as a share of how far air does: 145 of 1045 HU, give or take contrast and disease."""

MIN_LUNG_DEPTH_RATIO = 0.08
"""How far air is below lung at least, relative to how far lung is below muscle."""


MIN_MASKED = 2
"""Tissues under masks that have to be wrong in a small field of view, whose peaks can be those of a single organ."""

FREE = 2
"""Numbers of a line that can be adapted."""


class Reading(NamedTuple):
    """The value of a tissue in a CT."""

    tissue: Tissue
    value: float
    share: float = 0.0
    """Of all that is even, where it is a peak of that; 0 of what a mask shows."""

    @property
    def weight(self) -> float:
        """The inverse of half the width of the tissue's range, 1/HU."""
        return 2 / (self.tissue.high - self.tissue.low)

    @property
    def plausible(self) -> bool:
        """Whether health or disease puts it there in Hounsfield units."""
        return Line().explains(self) or not self.certain

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

    def hu_of(self, value: float) -> float:
        """Return the Hounsfield units of a value; infinite where there is no slope."""
        return (value - self.offset) / self.slope if self.slope else inf

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


@kept_with_case
def rescaling(case: Case) -> Rescaling | None:
    """Return how a case's CT was rescaled; None where it holds Hounsfield units, was cut, or no line explains it."""
    readings = contradictions(case)
    if case.ct is None or not readings:
        return None
    explaining = [line for line in _lines(readings) if _explains(line, readings, case.ct)]
    line = min(explaining, key=lambda line: line.misfit(readings) + line.complexity, default=Line())
    return None if line.healthy else Rescaling(line, readings)


@kept_with_case
def contradictions(case: Case) -> tuple[Reading, ...]:
    """Return what a case's CT shows, if that is at odds with Hounsfield units; nothing where it was cut or is blank."""
    ct = case.ct
    if ct is None or not ct.even_tissue or ct.std < BLANK_STD_HU or clipping(ct):
        return ()
    if _proven(ct) or (ct.stack and (disorder(ct.stack) or offsets(ct.stack))):
        return ()
    readings = tuple(readings_of(case, ct))
    masked = sum(not reading.share and not Line().explains(reading) for reading in readings)
    enough = wide(ct) or masked >= MIN_MASKED
    return readings if enough and _contradicted(readings, nothing_dark(ct)) else ()


def _proven(ct: Ct) -> bool:
    """Whether air and fat have narrow peaks where they belong: what masks show then says something of the masks."""
    peaks = _peaks(ct)
    return all(any(tissue.low <= peak.value <= tissue.high for peak in peaks) for tissue in (AIR, FAT))


def _peaks(ct: Ct) -> tuple[Peak, ...]:
    return peaks_of(ct.even_tissue) if ct.even_tissue else ()


def nothing_dark(ct: Ct) -> bool:
    """Whether a CT with a wide field of view shows neither fat nor air."""
    return ct.quantiles[0] > MAX_DARKEST_HU and wide(ct)


def _contradicted(readings: tuple[Reading, ...], dark_missing: bool) -> bool:  # noqa: FBT001 - what else is known
    """Whether two facts or more speak against Hounsfield units, and one of them is no disease.

    Peaks have no name of their own: where each of those that seem wrong is where another tissue has one, none is.
    """
    wrong = [reading for reading in readings if not Line().explains(reading)]
    if all(reading.share and _explained(reading.value) for reading in wrong):
        wrong = []
    certain = dark_missing or any(reading.certain for reading in wrong)
    return certain and len(wrong) + dark_missing > 1


def _explained(value: float) -> bool:
    """Whether a narrow peak lies where some tissue of a healthy body has one."""
    return any(low <= value <= high for low, high in PEAKS_HU)


def _explains(line: Line, readings: tuple[Reading, ...], ct: Ct) -> bool:
    """Whether a line explains all readings, all large peaks, and that fat or air is in view.

    Of four readings or more one may be left over, but not by a line that has two numbers to adapt.
    """
    low, high = ends = ct.quantiles[0], ct.quantiles[-1]
    unexplained = sum(not line.explains(reading, ends) for reading in readings)
    peaks = (line.hu_of(peak.value) for peak in _peaks(ct) if peak.share >= LARGE_PEAK_SHARE)
    dark = not wide(ct) or min(line.hu_of(low), line.hu_of(high)) <= MAX_DARKEST_HU
    return unexplained <= (len(readings) // 4) * (line.complexity < FREE) and all(map(_explained, peaks)) and dark


def readings_of(case: Case, ct: Ct) -> Iterator[Reading]:
    """Yield what a case's masks show, and the peaks of what is even in its CT."""
    masks = {mask.meant: mask for mask in case.whole_masks.values()}
    masked = {tissue: value for tissue in MASKED if (value := _median(tissue, masks)) is not None}
    peaks = _peaks(ct)
    soft = next((masked[tissue] for tissue in (MUSCLE, PARENCHYMA, BRAIN) if tissue in masked), None)
    yield from (Reading(tissue, value) for tissue, value in masked.items())
    if soft is not None:
        yield from _below(peaks, soft, masked.get(LUNG))
    elif wide(ct):
        yield from _triple(peaks)


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
        yield Reading(FAT, *max(fats, key=lambda peak: peak.share))
    deep = [peak for peak, depth in depths.items() if depth > (1 + MIN_LUNG_DEPTH_RATIO) * lung_depth]
    if deep and (fats or lung_depth):
        in_place = (peak for peak in deep if Line().explains(Reading(AIR, *peak)))
        yield Reading(AIR, *next(in_place, max(deep, key=depths.__getitem__)))


def _triple(peaks: tuple[Peak, ...]) -> Iterator[Reading]:
    """Yield air, fat and soft tissue if three peaks are arranged like these and contain most voxels."""
    triples = ((air, fat, soft) for air, fat, soft in combinations(peaks, 3) if _is_fat(fat, air, soft))
    most = max(triples, key=lambda triple: sum(peak.share for peak in triple), default=())
    yield from (Reading(tissue, *peak) for tissue, peak in zip((AIR, FAT, SOFT), most, strict=False))


def _is_fat(fat: Peak, air: Peak, soft: Peak) -> bool:
    """Whether the position of a peak between those of air and soft tissue is that of fat."""
    return FAT_DEPTH_RATIO[0] <= (soft.value - fat.value) / (soft.value - air.value) <= FAT_DEPTH_RATIO[1]


def _lines(readings: tuple[Reading, ...]) -> Iterator[Line]:
    """Yield the best offset, the best slope, and the best line with both, which goes through two of the readings."""
    yield Line(
        offset=_weighted((value - tissue.typical, read.weight) for read in readings for tissue, value, _ in (read,))
    )
    slopes = (value / tissue.typical for tissue, value, _ in readings)
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
