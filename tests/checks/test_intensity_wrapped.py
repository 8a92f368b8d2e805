"""Checks of intensity: values that were wrapped around."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from segaudit.checks.intensity import ct_range
from segaudit.checks.intensity_scale import ct_below_air
from segaudit.checks.intensity_wrapped import ct_values_wrapped, ct_values_wrapped_large
from segaudit.model import BelowAir, Spike, Spot, Wrap
from segaudit.testing.records import healthy_case, healthy_ct, small_contract


def wrap(voxels: int = 8, seams: float = 0.001) -> Wrap:
    """Return what is found in a CT of 12 bits."""
    return Wrap(bits=12, seams=seams, voxels=voxels, place=(3, 4, 5))


@pytest.mark.parametrize(
    ("found", "some", "much"),
    [
        (wrap(7), 0, 0),
        (wrap(8), 1, 0),
        (wrap(8, 0.0), 0, 0),
        (wrap(8, 0.0099), 1, 0),
        (wrap(8, 0.01), 0, 1),
        (None, 0, 0),
    ],
)
def test_thresholds(found: Wrap | None, some: int, much: int) -> None:
    """Eight voxels and a cell that spans the range are a warning; one such cell in a hundred is an error."""
    ct = healthy_ct(wrap=found)
    assert (len(list(ct_values_wrapped(ct))), len(list(ct_values_wrapped_large(ct)))) == (some, much)


def test_no_ct() -> None:
    """In MR, air and bone are dark beside bright fat; nothing of it is negative, or it is cut off at 0."""
    healthy = healthy_ct(wrap=wrap())
    positive = replace(healthy, minimum=0.0, quantiles=tuple(max(value, 0.0) + 1 for value in healthy.quantiles))
    cut = replace(healthy, low=Spike(value=0.0, voxels=healthy.voxels // 10, beside=1.0))
    assert [list(ct_values_wrapped(ct)) for ct in (positive, cut)] == [[], []]


@pytest.mark.parametrize(("darkest", "found"), [(-60.0, 1), (-59.9, 0)])
def test_little_that_is_dark(darkest: float, found: int) -> None:
    """A CT shows fat or air in one voxel in a thousand; nothing else has to be dark."""
    ct = healthy_ct(wrap=wrap(), quantiles=(darkest, *(20.0,) * 8))
    assert len(list(ct_values_wrapped(ct))) == found


def test_message() -> None:
    """The finding says at how many bits, how many voxels, and where."""
    (finding,) = ct_values_wrapped(healthy_ct(wrap=wrap(1200, 0.0012)))
    assert finding.message == (
        "values were wrapped around at 12 bits: about 1,200 voxels lie 2,048 HU or more below all that is around them, "
        "and 0.12% of the cells of 6 mm span nearly all 4,096 values; expected no such jump"
    )
    assert (finding.observed, finding.expected) == (1200, 0)
    assert isinstance(finding.spot, Spot)
    assert finding.spot.voxel == (3, 4, 5)


def test_one_cause() -> None:
    """What was wrapped is not reported as values out of range, or below air, as well."""
    below = BelowAir(voxels=10**6, far=10**6, value=-2000.0, around=0)
    for some, damaged, beyond in ((None, 1, 1), (wrap(), 0, 1), (wrap(seams=0.02), 0, 0)):
        case = healthy_case(ct=healthy_ct(wrap=some, below_air=below, minimum=-3500.0))
        assert len(list(ct_below_air(case))) == damaged
        assert len(list(ct_range(case, small_contract()))) == beyond
