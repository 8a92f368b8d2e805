"""Checks of intensity: slices that are not equally far apart."""

from __future__ import annotations

from math import exp

import numpy as np
import pytest
from msgspec.structs import replace

from segaudit.checks.intensity_spacing import MIN_GAP, _clear, ct_spacing_suspect, ct_spacing_uneven
from segaudit.model import Case, Ct, NotApplicable, Order
from segaudit.model.anatomy import Anatomy
from segaudit.model.slice_distance import PARTS, steps
from segaudit.testing.bodies import RELEASE, SHAPE, SPACING, body
from segaudit.testing.records import healthy_ct, healthy_file, healthy_header, healthy_slices
from tests.support.stacks import ct_of, scan

PAIRS = SHAPE[2] - 1


def wide_ct(changes: list[float], *, still: int = 0, noise: float = 0.0, **columns: list[float]) -> Ct:
    """Return a CT, 600 x 400 mm wide, whose slices along k change so much from one to the next.

    Args:
        changes: HU.
        still: parts of 16 that change as much everywhere.
        noise: share of the rise, after the first pair, that noise has.
        **columns: other columns.
    """
    near = np.array(changes)
    parts = near[:, None].repeat(PARTS, axis=1)
    parts[:, PARTS - still :] = near.mean()
    signal = near[0] * (near / near[0]) ** (1 - noise)
    further = np.sqrt(near[1:] ** 2 + signal[1:] ** 2)
    own = {"parts": parts.ravel(), "roughness": np.full(near.size + 1, 40.0), "changes": near, "further": further}
    pile = healthy_slices(**{name: values.tolist() for name, values in own.items()} | columns)
    spacing = (SPACING,) * 3
    header = healthy_header(dtype="int16", shape=(*SHAPE[:2], len(changes) + 1), spacing_mm=spacing)
    return healthy_ct(file=healthy_file("", header=header), slices=(pile,))


def logs_of(rise: float, elsewhere: float = 0.0, before: int = 10, after: int = 10) -> list[float]:
    """Return slices that change more from some pair on, and a little elsewhere."""
    logs = np.r_[np.zeros(before), np.full(after, rise)]
    logs[-1] += elsewhere
    return [20 * exp(log) for log in logs.tolist()]


@pytest.mark.parametrize(
    ("rise", "elsewhere", "found"),
    [(0.31, 0.0, 1), (0.29, 0.0, 0), (-0.31, 0.0, 1), (0.6, 0.39, 1), (0.6, 0.41, 0)],
)
def test_suspect(rise: float, elsewhere: float, found: int) -> None:
    """A rise or fall of all by 1.35 times that is clear of what comes anywhere else is a finding."""
    findings = list(ct_spacing_suspect(wide_ct(logs_of(rise, elsewhere))))
    assert len(findings) == found
    if found:
        assert findings[0].message == (
            f"from slice 10 on, slices change {exp(rise):.2g} times as much from one to the next as before, at once "
            "and in all their parts; expected about as much"
        )
        assert (findings[0].observed, findings[0].expected) == (round(exp(rise), 2), 1)
        assert findings[0].spot
        assert findings[0].spot.voxel[2] == 10


@pytest.mark.parametrize(("elsewhere", "found"), [(0.23, 1), (0.25, 0)])
def test_three_pairs(elsewhere: float, found: int) -> None:
    """Among three pairs at an end, what comes at once has to be clearer."""
    assert len(list(ct_spacing_suspect(wide_ct(logs_of(0.6, elsewhere, before=3))))) == found


@pytest.mark.parametrize("rise", [1.0, -1.0])
@pytest.mark.parametrize(
    ("less", "clear"), [({}, True), ({"sudden": 1.49}, False), ({"grown": 0.49}, False), ({"shared": 0.24}, False)]
)
def test_what_neither_anatomy_nor_noise_makes(rise: float, less: dict[str, float], *, clear: bool) -> None:
    """A step at all of its limits is clear, and below any of them it is not, whichever direction it has."""
    step, *_ = steps(wide_ct(logs_of(1.0)).slices[0], MIN_GAP)
    vars(step).update({"rise": rise, "sudden": 1.5, "grown": 0.5, "shared": 0.25} | less)
    assert _clear(step) == clear


@pytest.mark.parametrize(("still", "found"), [(3, 1), (4, 0)])
def test_some_parts(still: int, found: int) -> None:
    """What three quarters of a slice change by is anatomy."""
    assert len(list(ct_spacing_suspect(wide_ct(logs_of(1.0), still=still)))) == found


@pytest.mark.parametrize(("noise", "found"), [(0.49, 1), (0.51, 0)])
def test_noise_is_none(noise: float, found: int) -> None:
    """Where most of the rise is that of noise, it is none of distance."""
    assert len(list(ct_spacing_suspect(wide_ct(logs_of(1.0), noise=noise)))) == found


@pytest.mark.parametrize(
    ("before", "padded", "found"), [(10, 6, 1), (10, 7, 0), (10, 14, 0), (10, 15, 1), (3, 1, 0), (3, 7, 0), (3, 8, 1)]
)
def test_padding_is_none(before: int, padded: int, found: int) -> None:
    """Where padding takes up more than a tenth of the slices from some slice on, among those that are compared."""
    for more, expected in ((0.101, found), (0.1, 1)):
        even = [more * (at >= padded) for at in range(before + 11)]
        assert len(list(ct_spacing_suspect(wide_ct(logs_of(1.0, before=before), even=even)))) == expected


def test_drift_is_none() -> None:
    """What grows slice by slice is anatomy, however far."""
    assert list(ct_spacing_suspect(wide_ct((20 * np.exp(np.linspace(0, 3, 20))).tolist()))) == []


def test_suspect_needs_slices_that_can_be_compared() -> None:
    """Nothing is said in a small field of view, about a blank CT, and about slices in disorder."""
    ct = wide_ct(logs_of(0.9))
    small = replace(ct, file=healthy_file("", header=healthy_header(dtype="int16")))
    orders = (Order("stored", 9.0), Order("least", 1.0), Order("a part reversed", 1.0))
    mixed = wide_ct([20.0] * 20, bottlenecks=[1.0] * 20)
    mixed = replace(mixed, slices=(replace(mixed.slices[0], orders=orders),))
    for other in (small, replace(ct, std=0.0), healthy_ct(slices=()), mixed):
        with pytest.raises(NotApplicable):
            list(ct_spacing_suspect(other))


def squeezed(factor: float, odd: float = 0.0) -> Case:
    """Return a body whose slices below L1 are so many times farther apart than stated, and whose S1 is nearer to L5."""
    case = body()
    by_name = {mask.structure: mask for mask in case.masks}
    middle = by_name["vertebrae_L1"].centroid_voxel
    assert middle is not None
    masks = []
    for mask in case.masks:
        assert mask.centroid_voxel is not None
        i, j, k = mask.centroid_voxel
        at = middle[2] + (k - middle[2]) / (factor if k < middle[2] else 1)
        at += odd * (mask.structure == "vertebrae_S1")
        x, y, _ = mask.centroid_mm or (0, 0, 0)
        masks.append(replace(mask, centroid_voxel=(i, j, at), centroid_mm=(x, y, at * SPACING)))
    return replace(case, masks=tuple(masks))


def changing(rise: float, above: int = 0) -> Ct:
    """Return a CT whose slices change more below L1, or below a slice so far above it."""
    place = round(next(mask.centroid_voxel for mask in body().masks if mask.structure == "vertebrae_L1")[2])  # type: ignore[index]
    place += above
    return wide_ct((20 * np.exp(np.r_[np.full(place, rise), np.zeros(PAIRS - place)])).tolist())


@pytest.mark.parametrize(
    ("factor", "rise", "found"),
    [
        *((2.0, 0.5, 1), (1.5, 0.27, 1), (1.5, 0.24, 0), (1.3, 0.5, 0), (2.0, -0.5, 0), (1.0, 0.5, 0)),
        *((0.5, -0.5, 1), (0.66, -0.27, 1), (0.66, -0.24, 0), (0.77, -0.5, 0), (0.5, 0.5, 0)),
    ],
)
def test_uneven(factor: float, rise: float, found: int) -> None:
    """Where the vertebrae and the change of slices agree, it is an error that says how much and where."""
    findings = list(ct_spacing_uneven(Anatomy(replace(squeezed(factor), ct=changing(rise)), RELEASE)))
    assert len(findings) == found
    if found:
        assert findings[0].observed == pytest.approx(factor, rel=0.05)
        assert findings[0].expected == 1


@pytest.mark.parametrize(
    ("level", "beyond", "found"),
    [
        ("L1", 0, 1),
        ("L3", 0, 1),
        ("L3", -1, 1),
        ("L3", -2, 0),
        ("T11", 0, 1),
        ("T11", 1, 0),
        ("L5", 0, 0),
        ("T5", 0, 0),
    ],
)
def test_vertebrae_and_slices_agree_on_the_place(level: str, beyond: int, found: int) -> None:
    """Around L1, two steps to both sides: what slices change by elsewhere says nothing of the distances there."""
    case = squeezed(2.0)
    places = {mask.structure: round(mask.centroid_voxel[2]) for mask in case.masks if mask.centroid_voxel}
    above = places[f"vertebrae_{level}"] + beyond - places["vertebrae_L1"]
    assert len(list(ct_spacing_uneven(Anatomy(replace(case, ct=changing(0.5, above)), RELEASE)))) == found


@pytest.mark.parametrize(
    ("first", "last", "found"), [("T12", "L5", 0), ("T11", "L5", 1), ("T5", "L3", 1), ("T5", "L2", 0), ("T11", "L3", 1)]
)
def test_two_steps_on_both_sides(first: str, last: str, found: int) -> None:
    """A single step beyond L1 can be that of an odd vertebra, or of one that has another name."""
    levels = [vertebra.name.removeprefix("vertebrae_") for vertebra in RELEASE.spine]
    kept = {f"vertebrae_{level}" for level in levels[levels.index(first) : levels.index(last) + 1]}
    case = squeezed(2.0)
    masks = tuple(mask for mask in case.masks if mask.structure in kept)
    assert len(list(ct_spacing_uneven(Anatomy(replace(case, masks=masks, ct=changing(0.5)), RELEASE)))) == found


def test_an_odd_vertebra() -> None:
    """The middle of each part is compared: with one vertebra that is nearer, 1.35 times as far are not enough."""
    case = replace(squeezed(1.35, odd=2.0), ct=changing(0.5))
    assert list(ct_spacing_uneven(Anatomy(case, RELEASE))) == []


def test_uneven_needs_a_ct() -> None:
    """Nothing is said without a CT, or about a blank one."""
    for ct in (None, healthy_ct(std=0.0), healthy_ct(slices=())):
        with pytest.raises(NotApplicable):
            list(ct_spacing_uneven(Anatomy(replace(squeezed(2.0), ct=ct), RELEASE)))


@pytest.mark.parametrize("seed", range(3))
def test_made_scans(seed: int) -> None:
    """A made scan is even, with little noise and with much of it from some slice on."""
    healthy = scan(seed, 5.0)
    assert list(ct_spacing_suspect(ct_of(healthy))) == []
    healthy[..., 20:] += np.random.default_rng(seed).normal(0, 30, healthy[..., 20:].shape)
    assert list(ct_spacing_suspect(ct_of(healthy))) == []


def test_made_scans_with_a_sparse_part() -> None:
    """Most made scans of whose upper half two slices of three are missing are found to be uneven."""
    kept = [*range(20), *range(20, 40, 3)]
    found = [len(list(ct_spacing_suspect(ct_of(scan(seed, 5.0)[..., kept])))) for seed in range(8)]
    assert sum(found) >= 5, found


def test_without_vertebrae() -> None:
    """Nothing says how far apart slices are."""
    case = body(without=[vertebra.name for vertebra in RELEASE.spine])
    assert list(ct_spacing_uneven(Anatomy(replace(case, ct=wide_ct(logs_of(0.6))), RELEASE))) == []
