"""Checks of intensity: the zero of each slice."""

from __future__ import annotations

import numpy as np
import pytest

from segaudit.checks.intensity_offset import ct_slice_offset, ct_slice_offset_large
from segaudit.model import Ct
from segaudit.testing.records import SLICES, healthy_ct, healthy_slices
from tests.support.stacks import ct_of, scan


def found_in(ct: Ct) -> dict[str, list[str]]:
    """Return the messages of each check, without those that find nothing."""
    found = {check.id: [f.message for f in check(ct)] for check in (ct_slice_offset, ct_slice_offset_large)}
    return {name: messages for name, messages in found.items() if messages}


def shifted(**rises: float) -> Ct:
    """Return a CT whose slices rise after some of them."""
    medians = [rises.get(f"after{place}", 0.0) for place in range(SLICES - 1)]
    shifts = [hu for median in medians for hu in (median - 8, median, median + 8)]
    return healthy_ct(slices=(healthy_slices(shifts=shifts),))


def test_one() -> None:
    """A step is named with the slice that it begins at, and the finding leads there."""
    (finding,) = ct_slice_offset(shifted(after5=64.4))
    assert (
        finding.message
        == "along k, all intensities change: +64 HU from slice 6 on; expected the same zero in all slices"
    )
    assert (finding.observed, finding.expected, finding.spot and finding.spot.voxel) == (64, 0, (30, 25, 6))


@pytest.mark.parametrize(
    ("hu", "name"),
    [(49.0, None), (50.0, "ct-slice-offset"), (179.0, "ct-slice-offset"), (-180.0, "ct-slice-offset-large")],
)
def test_severity(hu: float, name: str | None) -> None:
    """From 50 HU on it is a warning, from 180 on an error, and never both."""
    assert list(found_in(shifted(after5=hu))) == ([name] if name else [])


def test_alternation() -> None:
    """Rises and falls in turn are one finding with their mean."""
    turns = {f"after{place}": 60.0 * (-1) ** place for place in range(2, 9)}
    expected = "along k, intensities rise and fall by 60 HU in turn, 7 times in slices 3 to 9"
    assert found_in(shifted(**turns)) == {"ct-slice-offset": [f"{expected}; expected the same zero in all slices"]}


@pytest.mark.parametrize(("turns", "alternate"), [(2, False), (3, True)])
def test_how_many_turns_alternate(turns: int, *, alternate: bool) -> None:
    """A rise and a fall are one slice; three in turn are an alternation, unless two follow in one direction."""
    steps = {f"after{place}": 60.0 * (-1) ** place for place in range(2, 2 + turns)}
    ((message,),) = found_in(shifted(**steps)).values()
    assert ("in turn" in message) is alternate
    ((message,),) = found_in(shifted(**steps, after8=60.0 * (-1) ** (turns + 1))).values()
    assert "in turn" not in message


@pytest.mark.parametrize(("places", "more"), [((1, 3, 5, 7), ""), ((1, 3, 5, 7, 9), " and at 1 places more")])
def test_many(places: tuple[int, ...], more: str) -> None:
    """Of a long list four are named."""
    ((message,),) = found_in(shifted(**{f"after{place}": 60.0 for place in places})).values()
    named = ", ".join(f"+60 HU from slice {place + 1} on" for place in (1, 3, 5, 7))
    assert message == f"along k, all intensities change: {named}{more}; expected the same zero in all slices"


@pytest.mark.parametrize(("first", "second", "place"), [(60.0, -70.0, 8), (-70.0, 60.0, 4), (60.0, 60.0, 4)])
def test_the_largest_of_several(first: float, second: float, place: int) -> None:
    """It is what was observed, in either direction, and where the finding leads; the first, of two like ones."""
    (finding,) = ct_slice_offset(shifted(after3=first, after7=second))
    assert finding.observed == max(first, second, key=abs)
    assert finding.spot
    assert finding.spot.voxel[2] == place


@pytest.mark.parametrize(
    ("hu", "name"), [(60, "ct-slice-offset"), (-60, "ct-slice-offset"), (200, "ct-slice-offset-large")]
)
@pytest.mark.parametrize("axis", [0, 2])
def test_made_offsets(hu: int, name: str, axis: int) -> None:
    """In a made scan, the upper third, and every other slice, are found along the stacking axis, first or last."""
    affine = np.diag([5.0, 5.0, 5.0, 1.0])[:, [0, 1, 2, 3] if axis == 2 else [2, 0, 1, 3]]
    upper, every_other = scan(), scan()
    upper[..., 27:] += hu
    every_other[..., ::2] += hu
    for voxels in (upper, every_other):
        ((message,),) = (found_in(ct_of(np.moveaxis(voxels, 2, axis), affine)).get(name, []),)
        assert f"along {'ijk'[axis]}, " in message


@pytest.mark.parametrize("seed", range(4))
def test_made_scans_are_level(seed: int) -> None:
    """Scans with noise, thick slices, a drift of 20 HU a slice, and crops have no offset."""
    voxels = scan(seed, 40.0)
    drift = voxels + 20 * np.arange(voxels.shape[2])
    for healthy in (voxels, voxels[..., ::4], drift, voxels[:14, :14], voxels[16:30, 16:30, :12]):
        assert found_in(ct_of(healthy)) == {}
