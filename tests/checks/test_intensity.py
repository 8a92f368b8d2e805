"""Checks of intensity: the values of a CT."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from segaudit.checks.intensity import ct_clipped, ct_dtype, ct_empty, ct_nonfinite, ct_range
from segaudit.model import BelowAir, Ct, EvenParts, Finding, Spike
from segaudit.testing.records import (
    healthy_case,
    healthy_ct,
    healthy_file,
    healthy_header,
    healthy_slices,
    small_contract,
)

CT = "s0001/ct.nii.gz"


def found_in(ct: Ct) -> dict[str, list[Finding]]:
    """Return what each check finds in a CT, without those that find nothing."""
    contract, case = small_contract(), healthy_case(ct=ct)
    found = {
        "ct-dtype": list(ct_dtype(ct, contract)),
        "ct-nonfinite": list(ct_nonfinite(ct)),
        "ct-range": list(ct_range(case, contract)),
        "ct-empty": list(ct_empty(case)),
        "ct-clipped": list(ct_clipped(ct)),
    }
    return {check: findings for check, findings in found.items() if findings}


def finding(message: str, observed: str | float, expected: str | float | None = None) -> Finding:
    """Return a finding about the CT."""
    return Finding(case="s0001", file=CT, message=message, observed=observed, expected=expected)


def test_dtype() -> None:
    """A type that is not promised is a finding; int32, as a real case has it, is promised."""
    stored = {name: healthy_ct(file=healthy_file("", header=healthy_header(dtype=name))) for name in ("uint8", "int32")}
    expected = finding("stored as uint8, expected int16 or int32", "uint8", "int16 or int32")
    assert found_in(stored["uint8"]) == {"ct-dtype": [expected]}
    assert found_in(stored["int32"]) == {}


def test_nonfinite() -> None:
    """NaN is one finding with its count."""
    message = "27 of 120,000 voxels are NaN or infinite"
    assert found_in(healthy_ct(nonfinite=27)) == {"ct-nonfinite": [finding(message, 27, 0)]}


def test_nothing_but_nan() -> None:
    """A CT of NaN alone is not empty besides."""
    ct = healthy_ct(
        nonfinite=120000, minimum=0.0, maximum=0.0, std=0.0, body_share=0.0, distinct=0, low=None, high=None
    )
    assert list(found_in(ct)) == ["ct-nonfinite"]


@pytest.mark.parametrize(
    ("changes", "message", "observed", "expected"),
    [
        ({"minimum": -9758.0}, "minimum -9758 HU, expected -3100 or more", -9758.0, -3100.0),
        ({"maximum": 32767.0}, "maximum 32767 HU, expected 20000 or less", 32767.0, 20000.0),
    ],
)
def test_range(changes: dict[str, object], message: str, observed: float, expected: float) -> None:
    """Values that are no Hounsfield units of a body are a finding of this check alone."""
    assert found_in(healthy_ct(**changes)) == {"ct-range": [finding(message, observed, expected)]}


@pytest.mark.parametrize(
    "changes", [{"minimum": -3100.0}, {"minimum": -3024.0}, {"maximum": 20000.0}, {"maximum": 200.0}]
)
def test_healthy_ranges(changes: dict[str, object]) -> None:
    """Padding, metal and the limits themselves are no findings."""
    assert found_in(healthy_ct(**changes)) == {}


@pytest.mark.parametrize(("around", "found"), [(51, []), (50, ["ct-range"])])
def test_ringing_beside_padding(around: int, found: list[str]) -> None:
    """Below padding of -3024 HU splines may ring; where one value is no majority, there is no padding."""
    below = BelowAir(voxels=100, far=100, value=-3024.0, around=around)
    for minimum in (-3500.0, -3530.0):  # a quarter of the step from -1000 HU
        assert list(found_in(healthy_ct(minimum=minimum, below_air=below))) == found
    assert list(found_in(healthy_ct(minimum=-3530.1, below_air=below))) == ["ct-range"]
    far = BelowAir(voxels=100, far=100, value=-9758.0, around=100)
    assert list(found_in(healthy_ct(minimum=-9758.0, below_air=far))) == ["ct-range"]


@pytest.mark.parametrize(("value", "found"), [(-3100.0, []), (-3101.0, ["ct-range"])])
def test_lowest_padding(value: float, found: list[str]) -> None:
    """Padding is no lower than what a CT may have; the limit itself is padding, beside which splines ring."""
    below = BelowAir(voxels=100, far=100, value=value, around=100)
    assert list(found_in(healthy_ct(minimum=-3600.0, below_air=below))) == found


def test_damaged_or_missing() -> None:
    """A CT that is not there or not whole is not judged."""
    damaged = healthy_ct(file=healthy_file("", header=None), minimum=-9758.0, std=0.0)
    for case in (healthy_case(ct=None), healthy_case(ct=damaged)):
        assert [*ct_range(case, small_contract()), *ct_empty(case)] == []


@pytest.mark.parametrize(
    ("changes", "message", "observed", "expected"),
    [
        ({"minimum": 0.0, "maximum": 0.0, "std": 0.0, "distinct": 1}, "every voxel is 0 HU", 0.0, 5.0),
        ({"minimum": -0.0, "maximum": -0.0, "std": 0.0, "distinct": 1}, "every voxel is 0 HU", 0.0, 5.0),
        (
            {"std": 4.9, "maximum": 20.0},
            "standard deviation 4.9 HU, from -1.21e+03 to 20 HU; expected 5 or more",
            4.9,
            5.0,
        ),
        ({"body_share": 0.0096}, "0.96 % of its voxels are above -500 HU, expected 1 % or more", 0.0096, 0.01),
        (
            {"body_share": 0.004, "std": 5.0},
            "0.40 % of its voxels are above -500 HU, expected 1 % or more",
            0.004,
            0.01,
        ),
    ],
)
def test_empty(changes: dict[str, object], message: str, observed: float, expected: float) -> None:
    """A CT that shows nothing is a finding of this check alone."""
    constant = Spike(value=0.0, voxels=120000, beside=0.0)
    ct = healthy_ct(**{"low": constant, "high": constant, **changes})
    assert found_in(ct) == {"ct-empty": [finding(message, observed, expected)]}


def test_not_empty() -> None:
    """The limits themselves are no findings."""
    assert found_in(healthy_ct(std=5.0, body_share=0.01)) == {}


def test_eight_bits() -> None:
    """Grey levels are a finding of this check alone; those of an organ in a small field of view are none."""
    ct = healthy_ct(minimum=0.0, maximum=255.0, distinct=256, low=None, high=None, pad_value=0.0, body_share=1.0)
    message = "8 bits: 256 values from 0 to 255, expected Hounsfield units"
    assert found_in(ct) == {"ct-clipped": [finding(message, "0 to 255 HU")]}
    few = healthy_ct(minimum=0.0, maximum=180.0, distinct=181)
    header = healthy_header(dtype="int16", spacing_mm=(3.6, 3.6, 1.5))
    wide = replace(few, file=healthy_file("", header=header), slices=(healthy_slices(),))
    assert [list(found_in(ct)) for ct in (few, wide)] == [[], ["ct-clipped"]]


def test_window() -> None:
    """Values cut to a window are one finding, whatever the highest value is."""
    low, high = Spike(value=-160.0, voxels=60000, beside=90.0), Spike(value=150.0, voxels=4000, beside=60.0)
    ct = healthy_ct(minimum=-160.0, maximum=150.0, low=low, high=high, distinct=311)
    message = "values end in a plateau at -160 and 150 HU, as cut to a window"
    assert found_in(ct) == {"ct-clipped": [finding(message, "-160 to 150 HU")]}


@pytest.mark.parametrize(
    ("value", "voxels", "beside", "clipped"),
    [
        (1000.0, 31, 1.5, True),
        (1000.0, 30, 1.5, False),  # 0.05 per cent of the body's 60,000 voxels
        (1000.0, 31, 1.6, False),  # no 20 times more than beside
        (2499.0, 5000, 1.0, True),
        (2500.0, 5000, 1.0, False),
        (1382.0, 1, 0.0, False),  # the one brightest voxel
        (3071.0, 5000, 1.0, False),  # metal
        (4095.0, 5000, 1.0, False),
        (-950.0, 60000, 1.0, False),  # air
        (-949.0, 60000, 1.0, True),
    ],
)
def test_plateau(value: float, voxels: int, beside: float, clipped: bool) -> None:  # noqa: FBT001 (what is expected)
    """A plateau is a spike at the end of the histogram, between air and metal, and large."""
    spike = Spike(value=value, voxels=voxels, beside=beside)
    assert bool(found_in(healthy_ct(high=spike))) == clipped


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        ({"std": 4.9}, "ct-empty"),
        ({"body_share": 0.0099}, "ct-empty"),
        ({"minimum": 0.0, "distinct": 151}, "ct-clipped"),
        ({"high": Spike(value=150.0, voxels=4000, beside=60.0)}, "ct-clipped"),
        ({}, "ct-range"),
    ],
    ids=["even", "empty", "8 bits", "window", "no bone"],
)
def test_one_cause_is_one_finding(changes: dict[str, object], check: str) -> None:
    """A wide CT without bone that is empty or clipped has the finding of that check alone."""
    header = healthy_header(dtype="int16", spacing_mm=(3.6, 3.6, 1.5))
    file = healthy_file("", header=header)
    ct = healthy_ct(**{"file": file, "maximum": 150.0, "high": None, **changes})
    assert list(found_in(ct)) == [check]


def test_label_map() -> None:
    """Labels in place of a CT are no CT that was clipped to 8 bits: ct-not-hounsfield reports them."""
    labels = {"minimum": 0.0, "maximum": 255.0, "distinct": 12, "even_parts": EvenParts(share=0.95, values=12)}
    assert "ct-clipped" not in found_in(healthy_ct(**labels, low=None, high=None))


@pytest.mark.parametrize(("maximum", "mm", "found"), [(199.0, 3.6, ["ct-range"]), (200.0, 3.6, []), (199.0, 3.5, [])])
def test_no_bone(maximum: float, mm: float, found: list[str]) -> None:
    """A field of view of 180 x 180 mm shows bone; a smaller one, here of 175 mm, need not."""
    header = healthy_header(dtype="int16", spacing_mm=(mm, mm, 1.5))
    ct = healthy_ct(file=healthy_file("", header=header), slices=(healthy_slices(),), maximum=maximum, high=None)
    assert list(found_in(ct)) == found
