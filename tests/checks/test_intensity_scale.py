"""Checks of intensity: the units of a CT."""

from __future__ import annotations

import re

import numpy as np
import pytest

from segaudit.checks.intensity import ct_empty, ct_range
from segaudit.checks.intensity_scale import _likely, _shown, ct_below_air, ct_rescaled
from segaudit.model import BelowAir, Case, Finding
from segaudit.model.hu_rescaling import Line
from segaudit.testing.records import VOXELS, healthy_case, healthy_ct, small_contract
from segaudit.testing.tissues import ORGANS, body, case_of

HU = body()
BONY = np.where(HU > 190, HU * 5, HU)
"""With bone that is dense enough for any CT."""


def found_in(case: Case) -> dict[str, list[Finding]]:
    """Return what each check finds in a case, without those that find nothing."""
    found = {
        "ct-rescaled": list(ct_rescaled(case)),
        "ct-below-air": list(ct_below_air(case)),
        "ct-range": list(ct_range(case, small_contract())),
        "ct-empty": list(ct_empty(case)),
    }
    return {check: findings for check, findings in found.items() if findings}


def test_stored_values() -> None:
    """An intercept left out is one finding, which says so and what shows it."""
    case = case_of(HU + 1020, *ORGANS)
    (finding,) = found_in(case)["ct-rescaled"]
    assert finding.message == (
        "values are 1 x HU + 1020: stored values without the intercept; expected Hounsfield units, found muscle "
        "at 1064, liver and spleen at 1075, bone at 1220, trachea at 40, lung at 190, fat at 921 (peak of 17%), "
        "air at 20 (peak of 41%)"
    )
    assert (finding.observed, finding.expected, finding.file) == ("1 x HU + 1020", "1 x HU + 0", "ct.nii.gz")


@pytest.mark.parametrize(
    ("slope", "offset", "likely"),
    [
        (1, -1024, ": the intercept applied twice;"),
        (1, 32768, ": stored values without the intercept;"),
        (1, 200, ";"),
        (0.5, 0, ": multiplied by 0.5;"),
        (10, 0, ": multiplied by 10;"),
        (-1, 0, ": inverted;"),
        (-2, 0, ": inverted and multiplied by 2;"),
        (0.05, 0, ";"),
    ],
)
def test_one_defect_one_finding(slope: float, offset: float, likely: str) -> None:
    """However far a change of units takes the values, no other check of units reports it as well."""
    found = found_in(case_of(BONY * slope + offset, *ORGANS))
    assert {check: len(findings) for check, findings in found.items()} == {"ct-rescaled": 1}
    assert re.search(r"HU [+-] \d+(:.*)?;", found["ct-rescaled"][0].message)[0].endswith(likely)  # type: ignore[index]
    assert (":" in likely) == (": " in found["ct-rescaled"][0].message)


def test_healthy() -> None:
    """Hounsfield units are no finding, and a CT that is not there is none."""
    assert found_in(case_of(BONY, *ORGANS)) == {}
    assert found_in(healthy_case(ct=None)) == {}


@pytest.mark.parametrize(
    ("below", "message"),
    [
        (BelowAir(voxels=1200, far=12, value=-1105.0, around=600), ""),
        (BelowAir(voxels=90, far=13, value=-2048.0, around=45), "0.011 % of its voxels (13) are below -1250 HU"),
        (BelowAir(voxels=1201, far=0, value=-1105.0, around=600), "1 % of its voxels (1,201) are below -1100 HU"),
        (BelowAir(voxels=1494, far=0, value=-1105.0, around=0), "1.2 % of its voxels (1,494) are below -1100 HU"),
        (BelowAir(voxels=60000, far=60000, value=-2048.0, around=30001), ""),
    ],
    ids=["ringing", "far", "many", "rounded", "padding"],
)
def test_below_air(below: BelowAir, message: str) -> None:
    """Few voxels near air are ringing, one value is padding, and the rest is damage."""
    found = found_in(healthy_case(ct=healthy_ct(below_air=below, minimum=-1500.0)))
    tail = ", down to -1500 HU, around no one value; expected air at -1000 HU or one padding value"
    messages = [finding.message for findings in found.values() for finding in findings]
    assert messages == ([message + tail] if message else [])
    assert [(each.observed, each.expected) for each in found.get("ct-below-air", [])] == [(below.voxels, 0)] * bool(
        message
    )


@pytest.mark.parametrize(("other", "found"), [(None, 1), ("rescaling", 0), ("wrapping", 0)])
def test_values_below_air_of_a_known_cause(monkeypatch: pytest.MonkeyPatch, other: str | None, found: int) -> None:
    """Where values were changed or wrapped around as a whole, that is the finding."""
    for name in ("rescaling", "wrapping"):
        monkeypatch.setattr(
            f"segaudit.checks.intensity_scale.{name}", lambda _, name=name: name if name == other else None
        )
    below = BelowAir(voxels=1300, far=1300, value=-2048.0, around=0)
    assert len(list(ct_below_air(healthy_case(ct=healthy_ct(below_air=below))))) == found


def test_below_air_counts() -> None:
    """The limits are shares of all voxels."""
    assert (VOXELS * 1e-4, VOXELS * 1e-2) == (12, 1200)


@pytest.mark.parametrize(
    ("slope", "likely"),
    [
        (0.1, ": multiplied by 0.1;"),
        (0.25, ": multiplied by 0.25;"),
        (0.26, ": multiplied by 0.25;"),
        (0.5, ": multiplied by 0.5;"),
        (2, ": multiplied by 2;"),
        (4, ": multiplied by 4;"),
        (2.2, ";"),
    ],
)
def test_known_factors(slope: float, likely: str) -> None:
    """Those that a slope is near to by a twentieth."""
    (finding,) = found_in(case_of(BONY * slope, *ORGANS))["ct-rescaled"]
    assert f" HU + 0{likely}" in finding.message


@pytest.mark.parametrize(("offset", "likely"), [(1060, True), (1090, False), (950, False), (965, True)])
def test_known_offsets(offset: float, likely: bool) -> None:  # noqa: FBT001 - what is expected
    """Those that an offset is near to by 50 HU, of 1000 and 1024."""
    (finding,) = found_in(case_of(BONY + offset, *ORGANS))["ct-rescaled"]
    assert (": stored values without the intercept;" in finding.message) is likely


@pytest.mark.parametrize(
    ("slope", "offset", "shown", "likely"),
    [
        (1, 1024, "1 x HU + 1024", ": stored values without the intercept"),
        (1, -1024, "1 x HU - 1024", ": the intercept applied twice"),
        (1, 950.1, "1 x HU + 950", ": stored values without the intercept"),
        (1, 950, "1 x HU + 950", ""),
        (1, 1073.9, "1 x HU + 1074", ": stored values without the intercept"),
        (1, -1074, "1 x HU - 1074", ""),
        (1, 32768, "1 x HU + 32768", ": stored values without the intercept"),
        (1, 32718.1, "1 x HU + 32718", ": stored values without the intercept"),
        (1, 32718, "1 x HU + 32718", ""),
        (1, 32817.9, "1 x HU + 32818", ": stored values without the intercept"),
        (1, 32818, "1 x HU + 32818", ""),
        (1, -0.6, "1 x HU - 1", ""),
        (1.01, 1024, "1 x HU + 1024", ""),
        (-1, 0.4, "-1 x HU + 0", ": inverted"),
        (-0.5, 0, "-0.5 x HU + 0", ": inverted and multiplied by 0.5"),
        (2.09, 60, "2.1 x HU + 60", ": multiplied by 2"),
        (1.91, 60, "1.9 x HU + 60", ": multiplied by 2"),
        (2.11, 60, "2.1 x HU + 60", ""),
        (1.89, 60, "1.9 x HU + 60", ""),
        (0.1, 0, "0.1 x HU + 0", ": multiplied by 0.1"),
        (0.25, 0, "0.25 x HU + 0", ": multiplied by 0.25"),
        (4, 0, "4 x HU + 0", ": multiplied by 4"),
        (10, 0, "10 x HU + 0", ": multiplied by 10"),
        (3, 0, "3 x HU + 0", ""),
    ],
)
def test_what_a_line_looks_like(slope: float, offset: float, shown: str, likely: str) -> None:
    """Its slope and offset, and a change that is known and near: by less than 50 HU, or a twentieth."""
    line = Line(slope, offset)
    assert (_shown(line), _likely(line)) == (shown, likely)
