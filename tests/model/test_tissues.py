"""Tissues in Hounsfield units: each end of their ranges, and what of a histogram or a mask counts."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from msgspec.structs import replace

from segaudit.model import Case, HuSample, Mask
from segaudit.model.field_of_view import wide
from segaudit.model.hu_rescaling import Line, Reading, nothing_dark, readings_of, rescaling
from segaudit.model.peaks import Peak, peaks_of
from segaudit.model.records import Histogram
from segaudit.model.tissues import AIR, AIRWAY, BONE, BRAIN, FAT, LUNG, MASKED, MUSCLE, PARENCHYMA, SOFT, Tissue
from segaudit.testing.records import (
    healthy_case,
    healthy_ct,
    healthy_file,
    healthy_header,
    healthy_mask,
    healthy_slices,
)

WIDTH = 10.0


@pytest.mark.parametrize(
    ("tissue", "low", "typical", "high", "fixed"),
    [
        (AIR, -1045, -1000, -950, True),
        (FAT, -135, -100, -60, True),
        (SOFT, -60, 45, 150, False),
        (MUSCLE, -60, 45, 110, False),
        (PARENCHYMA, -40, 70, 260, False),
        (BRAIN, 5, 35, 80, True),
        (BONE, 20, 200, 900, False),
        (AIRWAY, -1050, -960, -850, True),
        (LUNG, -990, -830, 0, False),
    ],
    ids=lambda value: value.name if isinstance(value, Tissue) else None,
)
def test_ranges(tissue: Tissue, low: float, typical: float, high: float, *, fixed: bool) -> None:
    """A tissue is explained from one end of its range to the other, and fits best where it is typical."""
    explained = [Line().explains(Reading(tissue, value)) for value in (low - 0.1, low, high, high + 0.1)]
    assert explained == [False, True, True, False]
    assert Line().misfit([Reading(tissue, typical)]) == 0
    assert Reading(tissue, high + 0.1).certain is fixed


@pytest.mark.parametrize("tissue", [each for each in (SOFT, *MASKED) if not each.fixed], ids=lambda each: each.name)
@pytest.mark.parametrize("sense", [-1, 1])
def test_beyond_disease(tissue: Tissue, sense: int) -> None:
    """Half a width beyond the range no disease puts a tissue."""
    end, half = tissue.high if sense > 0 else tissue.low, (tissue.high - tissue.low) / 2
    readings = [Reading(tissue, end + sense * (half + little)) for little in (-0.1, 0.1)]
    assert [reading.certain for reading in readings] == [False, True]
    assert [reading.plausible for reading in readings] == [True, False]


def test_every_vertebra_is_bone() -> None:
    """From the first of the neck to the last of the back."""
    spine = {name for name in BONE.structures if name.startswith("vertebrae_")}
    assert spine == {
        f"vertebrae_{row}{at}" for row, last in (("C", 7), ("T", 12), ("L", 5)) for at in range(1, last + 1)
    }


def test_two_lobes_and_a_middle_one() -> None:
    """The middle lobe is of the right lung alone."""
    lobes = {f"lung_{part}_lobe_{side}" for part in ("upper", "lower") for side in ("left", "right")}
    assert {*LUNG.structures} == lobes | {"lung_middle_lobe_right"}


@pytest.mark.parametrize(
    ("slope", "offset", "healthy", "complexity"),
    [
        (1.0, 0.0, True, 0),
        (1.0, 40.0, True, 1),
        (1.0, -40.1, False, 1),
        (1.0, 40.1, False, 1),
        (1.09, 0.0, True, 1),
        (0.91, 0.0, True, 1),
        (1.11, 0.0, False, 1),
        (0.89, 5.0, False, 2),
    ],
)
def test_lines(slope: float, offset: float, complexity: int, *, healthy: bool) -> None:
    """Scanners differ by less than a tenth and less than 40 HU."""
    assert (Line(slope, offset).healthy, Line(slope, offset).complexity) == (healthy, complexity)


@pytest.mark.parametrize(("darkest", "mm", "found"), [(-59.9, 3.6, True), (-60.0, 3.6, False), (-59.9, 3.5, False)])
def test_nothing_dark(darkest: float, mm: float, *, found: bool) -> None:
    """A CT of 18 cm shows fat or air: one voxel in a thousand."""
    file = healthy_file("", header=healthy_header(spacing_mm=(mm,) * 3))
    assert nothing_dark(healthy_ct(file=file, quantiles=(darkest,) * 9)) is found


@pytest.mark.parametrize(("darkest", "mm", "found"), [(-60.0, 3.6, True), (-59.9, 3.6, False), (-59.9, 3.5, True)])
def test_a_line_that_leaves_nothing_dark(darkest: float, mm: float, *, found: bool) -> None:
    """It explains no CT of 18 cm: muscle and liver lie 1,024 HU too high, and so do the darkest voxels."""
    case = case_of({}, mm=mm, autochthon_left=1069.0, liver=1094.0)
    assert case.ct
    even = Histogram(first=0.0, width=WIDTH, counts=(1,) * 200)
    ct = replace(case.ct, quantiles=(1024 + darkest, *(1069.0,) * 7, 3000.0), even_tissue=even)
    changed = rescaling(replace(case, ct=ct))
    assert (changed and changed.line) == (Line(offset=1024.0) if found else None)


def case_of(peaks: dict[int, int], *, mm: float = 3.6, bins: int = 150, **medians: float) -> Case:
    """Return a case with peaks of so many cells at some HU, and masks with medians."""
    counts = [0] * bins
    for hu, cells in peaks.items():
        counts[int((hu + 1200) // WIDTH)] += cells
    ct = healthy_ct(
        file=healthy_file("", header=healthy_header(spacing_mm=(mm,) * 3)),
        even_tissue=Histogram(first=-1200.0, width=WIDTH, counts=tuple(counts)),
    )
    return replace(healthy_case(), ct=ct, masks=tuple(mask_of(name, median) for name, median in medians.items()))


def mask_of(name: str, median: float) -> Mask:
    """Return a mask with a median."""
    hu = HuSample(mean=0, std=9, minimum=0, p5=0, p25=0, median=median, p75=0, p95=0, maximum=0)
    return healthy_mask(name, hu=hu)


def seen(case: Case) -> dict[str, float]:
    """Return what is read, by tissue, HU."""
    assert case.ct
    return {reading.tissue.name: reading.value for reading in readings_of(case, case.ct)}


@pytest.mark.parametrize(
    ("fat", "found"),
    [(-95, True), (-35, False), (-45, True), (-175, True), (-185, False)],
)
def test_where_fat_is(fat: int, *, found: bool) -> None:
    """Fat lies below muscle by 8 to 22 per cent of what air does: 83 to 229 of 1,040 HU."""
    assert ("fat" in seen(case_of({-995: 500, fat: 500}, autochthon_left=45.0))) is found
    assert ("fat" in seen(case_of({-995: 500, fat: 500, 45: 800}))) is found


@pytest.mark.parametrize(("lung", "found"), [(-910.0, True), (-930.0, False)])
def test_air_lies_below_lung(lung: float, *, found: bool) -> None:
    """Air is further below muscle than lung by 8 per cent or more."""
    case = case_of({-1000: 500, -100: 500}, autochthon_left=45.0, lung_upper_lobe_left=lung)
    assert ("air" in seen(case)) is found


def test_air_alone_needs_fat_or_lung() -> None:
    """One peak far below muscle may be anything, unless fat or lung says how far air is."""
    assert "air" not in seen(case_of({-1000: 500}, autochthon_left=45.0))
    assert seen(case_of({-1000: 500}, autochthon_left=45.0, lung_upper_lobe_left=-800.0))["air"] == -995
    assert seen(case_of({-1000: 500, -100: 500}, autochthon_left=45.0))["air"] == -995


def test_air_in_place_comes_first() -> None:
    """Of several dark peaks that one is air that lies where air does; else the darkest."""
    assert seen(case_of({-1190: 500, -1000: 500, -100: 500}, autochthon_left=45.0))["air"] == -995
    assert seen(case_of({-1190: 500, -1100: 500, -100: 500}, autochthon_left=45.0))["air"] == -1185


def test_the_larger_peak_is_fat() -> None:
    """Of two where fat can be."""
    assert seen(case_of({-1000: 500, -150: 300, -80: 500}, autochthon_left=45.0))["fat"] == -75
    assert seen(case_of({-1000: 500, -150: 500, -80: 300}, autochthon_left=45.0))["fat"] == -145


def test_an_inverted_ct() -> None:
    """Where lung is brighter than muscle, air and fat are looked for above it."""
    found = seen(case_of({1000: 500, 100: 500}, bins=250, autochthon_left=-45.0, lung_upper_lobe_left=830.0))
    assert (found["fat"], found["air"]) == (105, 1005)


@pytest.mark.parametrize(("ml", "found"), [(0.99, False), (1.0, True)])
def test_small_masks_show_no_tissue(ml: float, *, found: bool) -> None:
    """The edge is most of them."""
    case = case_of({}, liver=60.0)
    case = replace(case, masks=tuple(replace(mask, volume_ml=ml) for mask in case.masks))
    assert bool(seen(case)) is found


def test_a_tissue_is_the_median_of_its_masks() -> None:
    """Muscle comes before organs, and organs before brain, as what is soft."""
    assert seen(case_of({}, liver=60.0, spleen=40.0)) == {"liver and spleen": 50.0}
    both = {-1000: 500, -75: 500}  # fat below 45 HU, not below 300 HU
    assert "fat" in seen(case_of(both, autochthon_left=45.0, liver=300.0))
    assert "fat" not in seen(case_of(both, liver=300.0, brain=35.0))
    assert "fat" in seen(case_of(both, brain=35.0))


@pytest.mark.parametrize(("mm", "found"), [(3.6, True), (3.5, False)])
def test_three_peaks_need_a_wide_field(mm: float, *, found: bool) -> None:
    """Without masks, three peaks arranged like these; in a small field of view they can be others."""
    expected = {"air": -995.0, "fat": -95.0, "soft tissue": 45.0}
    assert seen(case_of({-1000: 500, -100: 500, 40: 800}, mm=mm)) == (expected if found else {})


@pytest.mark.parametrize("muscle", [44.0, 45.0, 46.0])
def test_soft_tissue_alone(muscle: float) -> None:
    """A peak where soft tissue is, and none below it, is neither air nor fat."""
    assert seen(case_of({40: 900}, autochthon_left=muscle)) == {"muscle": muscle}


def test_the_fullest_three_peaks() -> None:
    """Of several triples, the one with most voxels."""
    assert seen(case_of({-1000: 500, -100: 500, 0: 800, 120: 300}))["soft tissue"] == 5
    assert seen(case_of({-1000: 500, -100: 500, 0: 300, 120: 800}))["soft tissue"] == 125


def histogram(*counts: int, bins: int = 110) -> Histogram:
    """Return a histogram from -1000 HU on, in bins of 10 HU: cores have 3 bins, what is around them 9."""
    return Histogram(first=-1000, width=WIDTH, counts=(*counts, *(0,) * (bins - len(counts))))


@pytest.mark.parametrize(("beside", "found"), [(50, True), (51, False)])
def test_what_is_around_a_peak(beside: int, *, found: bool) -> None:
    """The core holds half of what is around it, 4 bins to both sides."""
    counts = [0] * 20 + [0, beside, 0, 0, 100, 0, 0, beside] + [0] * 20
    assert (Peak(-755.0, 100 / (100 + 2 * beside)) in peaks_of(histogram(*counts))) is found


@pytest.mark.parametrize(("cells", "found"), [(10, True), (9, False)])
def test_share_of_a_peak(cells: int, *, found: bool) -> None:
    """A peak holds a hundredth of all."""
    counts = [0] * 60
    counts[10], counts[50] = 1000 - cells, cells
    assert (Peak(-495.0, cells / 1000) in peaks_of(histogram(*counts))) is found


def test_reach_of_a_peak() -> None:
    """Of two like ones the first counts where what is around them meets; the same at both ends of the histogram."""
    for apart, found in ((6, [-995.0]), (7, [-995.0, -925.0])):
        assert [each.value for each in peaks_of(histogram(100, *(0,) * (apart - 1), 100))] == found
    last = peaks_of(histogram(*(0,) * 109, 100))
    assert [each.value for each in last] == [95.0]


@pytest.mark.parametrize(("apart", "found"), [(4, [-555.0]), (5, [-595.0, -545.0])])
def test_a_smaller_peak_before_a_larger_one(apart: int, found: list[float]) -> None:
    """It is on the slope of that one where the larger core begins within 4 bins."""
    counts = [0] * 40 + [80] + [0] * (apart - 1) + [100]
    assert [each.value for each in peaks_of(histogram(*counts))] == found


def test_wide_histograms() -> None:
    """Where values span twice as much, cores are twice as wide; bins are never split."""
    counts = [0] * 220
    counts[98:103] = [30, 40, 50, 40, 30]
    assert peaks_of(histogram(*counts, bins=220)) == (Peak(5.0, 1.0),)
    assert peaks_of(histogram(bins=5)) == ()
    assert peaks_of(histogram(0, 7, bins=5)) == (Peak(-985.0, 1.0),)


@pytest.mark.parametrize(
    ("spacing", "axis", "found"),
    [
        ((3.0, 3.6, 0.1), 2, True),  # 180 x 180 mm
        ((2.99, 3.6, 9.0), 2, False),
        ((3.0, 3.59, 9.0), 2, False),
        ((0.1, 3.6, 4.5), 0, True),
        ((9.0, 3.6, 4.49), 0, False),
    ],
)
def test_wide(spacing: tuple[float, float, float], axis: int, *, found: bool) -> None:
    """The field of view has 18 cm along both axes across the patient's length."""
    file = healthy_file("", header=healthy_header(spacing_mm=spacing))
    ct = healthy_ct(file=file, slices=(replace(healthy_slices(), axis=axis),))
    assert wide(ct) is found
    assert not wide(replace(ct, slices=()))
    assert not wide(replace(ct, file=healthy_file("", header=None)))


def thin(counts: Mapping[int, int]) -> tuple[Peak, ...]:
    """Return the peaks of a histogram in bins of 1 HU, by the places of those that are not empty."""
    return peaks_of(Histogram(first=-500, width=1, counts=tuple(counts.get(place, 0) for place in range(1100))))


@pytest.mark.parametrize(
    ("apart", "beside", "found"), [(36, 50, True), (36, 51, False), (37, 51, True)], ids=["half", "less", "beyond"]
)
def test_what_is_around_a_peak_in_hu(apart: int, beside: int, *, found: bool) -> None:
    """What lies within 36 HU on both sides is around it."""
    core = dict.fromkeys(range(488, 513), 4)
    peaks = thin({500 - apart: beside, **core, 500 + apart: beside})
    assert (0.5 in [peak.value for peak in peaks]) is found


@pytest.mark.parametrize(("apart", "share"), [(24, 1.0), (25, 100 / 150)])
def test_core_of_a_peak_in_hu(apart: int, share: float) -> None:
    """What lies within 12 HU of one place is its core."""
    assert max(peak.share for peak in thin({500: 100, 500 + apart: 50})) == share
