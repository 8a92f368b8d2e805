"""How the values of a CT were cut: plateaus, 8 bits and label maps, just below, at and above each threshold."""

from __future__ import annotations

import pytest

from segaudit.model import Ct
from segaudit.model.clipping import clipping, label_map
from segaudit.model.records import EvenParts, Spike
from segaudit.testing.records import healthy_ct, healthy_file, healthy_header

SPIKE = Spike(value=200.0, voxels=1000, beside=10.0)


def cut(value: float = 200.0, voxels: int = 1000, beside: float = 10.0, **changes: object) -> str:
    """Return how a CT of a million voxels was cut whose highest value has so many voxels, and those beside it fewer."""
    high = Spike(value=value, voxels=voxels, beside=beside)
    return clipping(healthy_ct(**{"voxels": 10**6, "body_share": 0.5, "low": None, "high": high, **changes}))


@pytest.mark.parametrize(
    ("value", "found"), [(-950.0, False), (-949.0, True), (0.0, True), (2499.0, True), (2500.0, False), (3071.0, False)]
)
def test_where_windows_end(value: float, *, found: bool) -> None:
    """Scanners clip air and metal; what is cut between is a window."""
    assert cut(value) == (f"values end in a plateau at {value:g} HU, as cut to a window" if found else "")


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"voxels": 251}, True),
        ({"voxels": 250}, False),  # 0.0005 of half a million
        ({"body_share": 0.0, "voxels": 1000, "beside": 1.0}, True),
        ({"beside": 49.9}, True),
        ({"beside": 50.0}, False),  # 20 times as many
    ],
)
def test_plateaus(changes: dict[str, float], *, found: bool) -> None:
    """Many of the body's voxels, and many more than each value beside it has."""
    assert bool(cut(**changes)) is found  # type: ignore[arg-type]  # the fields fit, name by name


@pytest.mark.parametrize(("voxels", "found"), [(9, False), (10, True)])
def test_plateaus_in_a_small_field(voxels: int, *, found: bool) -> None:
    """Ten voxels, at least."""
    high = Spike(value=200.0, voxels=voxels, beside=0.0)
    assert bool(clipping(healthy_ct(voxels=10, body_share=0.0, low=None, high=high))) is found


def test_both_ends() -> None:
    """Both are named."""
    low = Spike(value=-160.0, voxels=1000, beside=10.0)
    assert clipping(healthy_ct(low=low, high=SPIKE)) == "values end in a plateau at -160 and 200 HU, as cut to a window"


def grey(least: float = 0.0, most: float = 255.0, distinct: int = 256, mm: float = 3.6, **changes: object) -> Ct:
    """Return a CT of a few values."""
    file = healthy_file("", header=healthy_header(spacing_mm=(mm,) * 3))
    return healthy_ct(file=file, minimum=least, maximum=most, distinct=distinct, low=None, high=None, **changes)


@pytest.mark.parametrize(
    ("ct", "found"),
    [
        (grey(), True),
        (grey(distinct=257), False),
        (grey(least=-1.0), False),
        (grey(most=256.0), False),
        (grey(least=5.0, most=250.0), True),
        (grey(mm=3.5), True),  # 0 to 255
        (grey(least=1.0, mm=3.5), False),
        (grey(most=254.0, mm=3.5), False),
    ],
)
def test_eight_bits(ct: Ct, *, found: bool) -> None:
    """All values fit 8 bits, and fill them where the field of view is too small to show air and bone."""
    assert clipping(ct).startswith("8 bits: ") is found


@pytest.mark.parametrize(
    ("share", "values", "found"), [(0.9, 3, True), (0.89, 3, False), (0.9, 2, False), (1.0, 9, True)]
)
def test_label_maps(share: float, values: int, *, found: bool) -> None:
    """Nine tenths of the cells have one of three values or more."""
    even = EvenParts(share=share, values=values)
    assert bool(label_map(grey(distinct=5, even_parts=even))) is found
    assert label_map(grey(least=-1.0, even_parts=even)) == label_map(grey(even_parts=None)) == ""
