"""What profiles of steps across faces say: in place, moved, too large or too small, and by how much of a voxel."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from segaudit.measure.fit.profiles import Fit, Numbers, Profiles, refined

REACH = 4
OFFSETS = 2 * REACH + 1
SIZE = np.array([3, 3, 3])
ALL = np.ones((1, 3), np.bool_)


def edges(low: int, high: int, axis: int | None = None, height: float = 1.0) -> Numbers:
    """Return the steps of one mask: one edge for its low sides and one for its high sides, along an axis or all."""
    total = np.zeros((1, 3, 2, OFFSETS))
    for each in range(3) if axis is None else (axis,):
        total[0, each, 0, REACH + low] += height
        total[0, each, 1, REACH + high] += height
    return total


def fit(total: Numbers, magnitude: Numbers | None = None, decidable: NDArray[np.bool_] = ALL) -> dict[str, Any]:
    """Return how it fits."""
    found = Fit.of(total, np.abs(total) if magnitude is None else magnitude, decidable, SIZE)
    return {name: np.asarray(value)[0].tolist() for name, value in found._asdict().items()}


def test_in_place() -> None:
    """All edges are at the faces."""
    found = fit(edges(0, 0, height=0.4))
    assert (found["agreement"], found["contrast"], found["magnitude"]) == pytest.approx((1, 0.4, 0.4))
    assert (found["excess"], found["offset"], found["gain"]) == ([0] * 3, [0] * 3, [1] * 3)
    assert (found["axis_agreement"], found["side_agreement"]) == ([1] * 3, [1] * 3)
    assert found["axis_contrast"] == pytest.approx([0.8] * 3)


@pytest.mark.parametrize("by", [-4, -2, 1, 4])
@pytest.mark.parametrize("axis", [0, 1, 2])
def test_moved(axis: int, by: int) -> None:
    """Both sides find their edges the same way off, so far the mask lies the other way; in place one side has none."""
    found = fit(edges(by, by, axis))
    assert found["offset"][axis] == -by
    assert found["side_agreement"][axis] == 0
    larger = 2 if abs(by) <= SIZE[0] else 1 / 0.05  # than what one side finds, as of another size, or than nothing
    assert found["gain"] == [pytest.approx(larger if each == axis else 1) for each in range(3)]


@pytest.mark.parametrize(("by", "agreement"), [(-3, 1), (-1, 1), (2, 1), (3, 1), (4, 0), (-4, 0)])
def test_too_small_or_too_large(by: int, agreement: int) -> None:
    """The sides find their edges on opposite sides of the faces; up to a size error it is in place."""
    found = fit(edges(-by, by))
    assert found["agreement"] == agreement
    if agreement:
        assert (found["offset"], found["excess"]) == ([0] * 3, [by] * 3)


@pytest.mark.parametrize(("low", "high", "both"), [(-2, 4, True), (-3, 4, False), (4, -2, True), (4, -3, False)])
def test_moved_and_of_another_size(low: int, high: int, *, both: bool) -> None:
    """The edges of both sides are looked for at most twice a size error apart."""
    assert (fit(edges(low, high))["offset"] == [-(low + high) / 2] * 3) is both


@pytest.mark.parametrize("steps", [(0.5, 1.0, 0.5), (0.8, 1.0, 0.4), (0.1, 1.0, 0.9), (1.0, 1.0, 0.0), (0.2, 0.9, 0.3)])
@pytest.mark.parametrize("at", [-2, 0, 3])
def test_parts_of_a_voxel(at: int, steps: tuple[float, float, float]) -> None:
    """A peak lies where a parabola through it and its smoothed neighbours has its top, half a voxel off at most."""
    total = np.zeros((1, 3, 2, OFFSETS))
    total[..., REACH + at - 1 : REACH + at + 2] = steps
    smooth = np.convolve(np.pad(total[0, 0, 0], 1, mode="edge"), [0.25, 0.5, 0.25], "valid")
    peak = at + int(np.argmax(steps)) - 1
    bend, slope, _ = np.polyfit([-1, 0, 1], smooth[REACH + peak - 1 : REACH + peak + 2], 2)
    assert fit(total)["offset"] == pytest.approx([-(peak + np.clip(-slope / (2 * bend), -0.5, 0.5))] * 3)


@pytest.mark.parametrize(
    ("steps", "at"),
    [
        ([0, 0, 0, 0, 0, 0, 0, 0.9, 1], 4),
        ([1, 0.9, 0, 0, 0, 0, 0, 0, 0], -4),
        ([0, 0, 0, 0, 0, 0, 0.5, 1, 0.5], 3 + 1 / 6),  # smoothed 0.5, 0.75, 0.625: the last one counts twice
        ([0.5, 1, 0.5, 0, 0, 0, 0, 0, 0], -3 - 1 / 6),
        ([0, 0, 0, 0, 0, 0, 0.5, 1, 0.3], 3 - 0.0125 / 0.425),
        ([0, 0, 0, 0, 0, 0, 0.3, 1, 0.7], 3.5),
        ([0, 0, 0, 0, 1, 0, 0, 0, 0], 0),
        ([0, 0, 0, 0, 0.5, 0, 0, 0, 0], 0),
    ],
)
def test_peaks_near_the_end(steps: list[float], at: float) -> None:
    """A peak at the end of what was looked at stays there; beside it, it is refined as anywhere."""
    profile = np.array(steps, float)
    peak = np.array(int(profile.argmax()) - REACH)
    assert float(refined(profile, peak)) == pytest.approx(at, abs=1e-6)


def test_flat_profiles_have_no_peak() -> None:
    """Steps that are alike everywhere show no place."""
    found = fit(np.ones((1, 3, 2, OFFSETS)))
    assert np.isfinite(found["offset"]).all()
    assert found["gain"] == [1] * 3


def test_axes_that_cannot_be_decided() -> None:
    """They count for nothing: neither their edges, nor how far these are off."""
    known = np.array([[True, True, False]])
    total = edges(0, 0) + edges(2, 2, axis=2, height=9.0)
    found = fit(total, decidable=known)
    assert (found["agreement"], found["contrast"]) == pytest.approx((1, 1))
    assert (found["offset"][2], found["gain"][2]) == (0, 1)
    assert fit(total, decidable=~ALL)["agreement"] == fit(total, decidable=~ALL)["contrast"] == 0


def test_edges_of_the_wrong_sign() -> None:
    """Where the CT rises outwards nothing agrees: any other place is better; unless it does so all around."""
    assert fit(-edges(0, 0))["agreement"] == 0
    found = fit(np.full((1, 3, 2, OFFSETS), -1.0))
    assert (found["agreement"], found["side_agreement"], found["gain"]) == (-1, [-1] * 3, [1] * 3)


def profiles(*counts: int, height: float = 1.0) -> Profiles:
    """Return the profiles of masks with so many faces on each side, the edges of the first one are so high."""
    total = np.concatenate([edges(0, 0, height=count * (height if at == 0 else 1)) for at, count in enumerate(counts)])
    return Profiles(total, np.abs(total), np.repeat(counts, 6).reshape(-1, 3, 2), SIZE)


@pytest.mark.parametrize(("faces", "decidable"), [(9, False), (10, True)])
def test_faces_that_are_enough(faces: int, *, decidable: bool) -> None:
    """Ten on the side that has fewer."""
    one = profiles(40)
    one.count[0, 1] = faces, 40
    assert one.decidable.tolist() == [[True, decidable, True]]
    assert one.faces.tolist() == [160 + (40 + faces) * decidable]


@pytest.mark.parametrize(("faces", "weight"), [(600, 1.0), (30, 1.0), (15, 0.5)])
def test_masks_count_alike(faces: int, weight: float) -> None:
    """Whatever their size, from 30 faces on a side on; below, as much as they have."""
    found = profiles(faces, 60, height=0.2).pooled()
    assert found.contrast.tolist() == pytest.approx([(0.2 * weight + 1) / 2])
    assert found.agreement.tolist() == pytest.approx([1])


def test_each_mask_by_itself() -> None:
    """A mean over its own faces; two voxels too large or too small are in place, three are not."""
    found = profiles(600, 60, height=0.2).each()
    assert found.contrast.tolist() == pytest.approx([0.2, 1])
    for by, agreement in ((2, 1), (3, 0)):
        one = Profiles(edges(-by, by), edges(-by, by), np.full((1, 3, 2), 20), SIZE)
        assert one.each().agreement.tolist() == [agreement]
        assert one.pooled().agreement.tolist() == [1]
    assert profiles(20, 30).chosen(np.array([False, True])).count.tolist() == np.full((1, 3, 2), 30).tolist()
