"""Checks of intensity: slices that are not equally far apart."""

from __future__ import annotations

from math import exp

import numpy as np
import pytest
from msgspec.structs import replace

from segaudit.checks.intensity_spacing import ct_spacing_suspect, ct_spacing_uneven
from segaudit.model import Case, Ct, NotApplicable, Order
from segaudit.model.anatomy import Anatomy
from segaudit.testing.bodies import RELEASE, SHAPE, SPACING, body
from segaudit.testing.records import healthy_ct, healthy_file, healthy_header, healthy_slices
from tests.support.stacks import ct_of, scan

PAIRS = SHAPE[2] - 1


def wide_ct(changes: list[float], widening: float = 1.0, **columns: list[float]) -> Ct:
    """Return a CT, 600 x 400 mm wide, whose slices along k change so much from one to the next, in most cells."""
    widths = 10 * (np.array(changes) / changes[0]) ** widening
    columns = {"shifts": np.outer(widths, [-1, 0, 1]).ravel().tolist()} | columns
    pile = healthy_slices(steps=changes, roughness=[40.0] * (len(changes) + 1), **columns)
    spacing = (SPACING,) * 3
    header = healthy_header(dtype="int16", shape=(*SHAPE[:2], len(changes) + 1), spacing_mm=spacing)
    return healthy_ct(file=healthy_file("", header=header), slices=(pile,))


def stepped(rise: float, before: int = 10, after: int = 10, noise: float = 0.0) -> Ct:
    """Return a CT whose slices change more from some pair on."""
    logs = np.r_[np.zeros(before), np.full(after, rise)] + noise * np.tile([1, -1], before + after)[: before + after]
    return wide_ct((20 * np.exp(logs)).tolist())


@pytest.mark.parametrize(
    ("rise", "noise", "found"),
    [(0.61, 0.0, 1), (0.59, 0.0, 0), (-0.61, 0.0, 1), (0.9, 0.1, 1), (0.9, 0.2, 0)],
)
def test_suspect(rise: float, noise: float, found: int) -> None:
    """A rise or fall by 1.8 times that is clear of what slices vary by is a finding."""
    findings = list(ct_spacing_suspect(stepped(rise, noise=noise)))
    assert len(findings) == found
    if found and not noise:
        assert findings[0].message == (
            f"from slice 10 on, slices change {exp(rise):.2g} times as much from one to the next as before; "
            "expected less than 1.8 times"
        )


@pytest.mark.parametrize(("widening", "found"), [(0.34, 0), (0.36, 1)])
def test_few_cells(widening: float, found: int) -> None:
    """What only the edges of organs change by is anatomy."""
    changes = (20 * np.exp(np.repeat([0.0, 1.0], 10))).tolist()
    assert len(list(ct_spacing_suspect(wide_ct(changes, widening)))) == found


def test_drift_is_none() -> None:
    """What grows slice by slice is anatomy, however far."""
    assert list(ct_spacing_suspect(wide_ct((20 * np.exp(np.linspace(0, 3, 20))).tolist()))) == []


def test_suspect_needs_slices_that_can_be_compared() -> None:
    """Nothing is said in a small field of view, about a blank CT, and about slices in disorder."""
    ct = stepped(0.9)
    small = replace(ct, file=healthy_file("", header=healthy_header(dtype="int16")))
    orders = (Order("stored", 9.0), Order("least", 1.0), Order("a part reversed", 1.0))
    mixed = wide_ct([20.0] * 20, bottlenecks=[1.0] * 11)
    mixed = replace(mixed, slices=(replace(mixed.slices[0], orders=orders),))
    for other in (small, replace(ct, std=0.0), healthy_ct(slices=()), mixed):
        with pytest.raises(NotApplicable):
            list(ct_spacing_suspect(other))


def squeezed(factor: float) -> Case:
    """Return a body whose slices below L1 are so many times farther apart than the header says."""
    case = body()
    by_name = {mask.structure: mask for mask in case.masks}
    middle = by_name["vertebrae_L1"].centroid_voxel
    assert middle is not None
    masks = []
    for mask in case.masks:
        assert mask.centroid_voxel is not None
        i, j, k = mask.centroid_voxel
        at = middle[2] + (k - middle[2]) / (factor if k < middle[2] else 1)
        x, y, _ = mask.centroid_mm or (0, 0, 0)
        masks.append(replace(mask, centroid_voxel=(i, j, at), centroid_mm=(x, y, at * SPACING)))
    return replace(case, masks=tuple(masks))


def changing(rise: float) -> Ct:
    """Return a CT whose slices change more below L1."""
    place = round(next(mask.centroid_voxel for mask in body().masks if mask.structure == "vertebrae_L1")[2])  # type: ignore[index]
    return wide_ct((20 * np.exp(np.r_[np.full(place, rise), np.zeros(PAIRS - place)])).tolist())


@pytest.mark.parametrize(
    ("factor", "rise", "found"),
    [(2.0, 0.5, 1), (1.5, 0.27, 1), (1.5, 0.24, 0), (1.3, 0.5, 0), (0.5, -0.5, 1), (2.0, -0.5, 0), (1.0, 0.5, 0)],
)
def test_uneven(factor: float, rise: float, found: int) -> None:
    """Where the vertebrae and the change of slices agree, it is an error that says how much and where."""
    findings = list(ct_spacing_uneven(Anatomy(replace(squeezed(factor), ct=changing(rise)), RELEASE)))
    assert len(findings) == found
    if found:
        assert findings[0].observed == pytest.approx(factor, rel=0.05)


def test_uneven_needs_a_ct() -> None:
    """Nothing is said without a CT, or about a blank one."""
    for ct in (None, healthy_ct(std=0.0), healthy_ct(slices=())):
        with pytest.raises(NotApplicable):
            list(ct_spacing_uneven(Anatomy(replace(squeezed(2.0), ct=ct), RELEASE)))


@pytest.mark.parametrize("seed", range(3))
def test_made_scans(seed: int) -> None:
    """A made scan is even; one of whose lower half two slices of three are missing is not."""
    healthy = scan(seed, 5.0)
    assert list(ct_spacing_suspect(ct_of(healthy))) == []


@pytest.mark.parametrize(
    ("factor", "rise", "words"),
    [
        (2.0, 0.5, "vertebrae are 2 times as far apart as before, and slices change 0.61 times as much"),
        (0.5, -0.5, "vertebrae are 0.5 times as far apart as before, and slices change 1.6 times as much"),
    ],
)
def test_words_of_uneven_slices(factor: float, rise: float, words: str) -> None:
    """How far apart vertebrae are behind the place, and what slices change by there, in the order of slices."""
    (finding,) = ct_spacing_uneven(Anatomy(replace(squeezed(factor), ct=changing(rise)), RELEASE))
    assert f"on, {words} from one to the next; expected one distance for all slices" in finding.message


@pytest.mark.parametrize(("noise", "found"), [(0.15, 1), (0.18, 0)])
def test_spread(noise: float, found: int) -> None:
    """Slices that vary by more than a sixth of the rise hide it."""
    assert len(list(ct_spacing_suspect(stepped(0.9, noise=noise)))) == found


@pytest.mark.parametrize(("place", "found"), [(3, 1), (4, 0), (15, 0), (16, 1)])
@pytest.mark.parametrize("step", [0.09, 0.11])
def test_padding_around_a_step(place: int, found: int, step: float) -> None:
    """Six slices to both sides of the step have as much padding, to a tenth of the cells."""
    changes = (20 * np.exp(np.repeat([0.0, 0.9], 10))).tolist()
    even = [0.1] * (place + 1) + [0.1 + step] * (20 - place)
    assert len(list(ct_spacing_suspect(wide_ct(changes, even=even)))) == (found if step > 0.1 else 1)
