"""What contracts say about checks: unknown checks and limits, values out of range, shares that make no sense."""

from __future__ import annotations

import pytest

from segaudit.catalogue.tuning import faults
from segaudit.model import Contract, Regrade

OFFERED = "limits of masks-overlap: share (0.05 by default), volume_ml (0.17 ml by default), share_of_cases"
SEVERITIES = "severities are in [regrade.masks-overlap]"


def said(*, regrade: dict[str, Regrade] | None = None, **limits: dict[str, float]) -> list[str]:
    """Return what is wrong with the limits of checks, whose ids have dashes for underscores."""
    named: dict[str, dict[str, float | str]] = {
        check.replace("_", "-"): {**tuned, "reason": "ours"} for check, tuned in limits.items()
    }
    return list(faults(Contract(name="own", regrade=regrade or {}, limits=named)))


@pytest.mark.parametrize("value", [0.0, 0.2, 1.0])
def test_values_in_range(value: float) -> None:
    """The ends of the range are allowed."""
    assert said(masks_overlap={"share": value, "share_of_cases": 0.01}) == []


@pytest.mark.parametrize("value", [-0.01, 1.01, 20.0, float("nan"), float("inf")])
def test_values_out_of_range(value: float) -> None:
    """The message names the key, the value, the range and the unit."""
    assert said(masks_overlap={"share": value}) == [
        f"limits.masks-overlap.share: found {value:g}, expected 0 to 1 (share)"
    ]
    if not value >= 0 or value == float("inf"):
        message = f"limits.mask-cavity.volume_ml: found {value:g}, expected 0 or more (ml)"
        assert said(mask_cavity={"volume_ml": value}) == [message]


def test_unknown_checks() -> None:
    """The most similar id is suggested, or the command that lists all."""
    assert said(regrade={"mask-offgrid": Regrade("off", "x")}, masks_overlp={"share": 0.1}, odd_one={"share": 0.1}) == [
        "regrade.mask-offgrid: there is no check 'mask-offgrid'; did you mean 'mask-off-grid'?",
        "limits.masks-overlp: there is no check 'masks-overlp'; did you mean 'masks-overlap'?",
        "limits.odd-one: there is no check 'odd-one'; `segaudit list` shows what there is",
    ]


def test_unknown_limits() -> None:
    """All limits of the check are listed, with their defaults."""
    assert said(masks_overlap={"shar": 0.1}) == [
        f"limits.masks-overlap.shar: unknown key; did you mean 'share'?; {OFFERED}; {SEVERITIES}"
    ]
    assert said(file_corrupt={"share": 0.1}) == [
        "limits.file-corrupt.share: unknown key; limits of file-corrupt: none; severities are in [regrade.file-corrupt]"
    ]


def test_no_limit() -> None:
    """A reason alone sets nothing."""
    assert said(masks_overlap={}) == [f"limits.masks-overlap: states no limit; {OFFERED}; {SEVERITIES}"]


@pytest.mark.parametrize("share", [0.0, -0.1, 1.1])
def test_shares_of_cases(share: float) -> None:
    """A share is above 0, and 1 at most."""
    message = f"limits.mask-tiny.share_of_cases: found {share:g}, expected a share above 0, up to 1"
    assert said(mask_tiny={"share_of_cases": share}) == [message]


def test_errors_have_no_share() -> None:
    """Unless the contract makes a warning of the error, or an error of the warning."""
    share = {"share_of_cases": 0.01}
    message = (
        "limits.masks-overlap-large.share_of_cases: no share of the cases makes an error acceptable"
        "; [regrade.masks-overlap-large] can make it a warning"
    )
    assert said(masks_overlap_large=share) == [message]
    assert said(masks_overlap_large=share, regrade={"masks-overlap-large": Regrade("warning", "x")}) == []
    assert len(said(masks_overlap=share, regrade={"masks-overlap": Regrade("error", "x")})) == 1


def test_findings_without_a_case_have_no_share() -> None:
    """Published tables belong to no case."""
    (message,) = said(published_inconsistent={"share_of_cases": 0.5})
    assert message.startswith(
        "limits.published-inconsistent.share_of_cases: its findings belong to no case; limits of "
    )
    assert "none" in message
