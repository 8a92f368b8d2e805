"""Checks of waivers: what became of each."""

from __future__ import annotations

import datetime as dt

import pytest

from segaudit.checks.waivers import waiver_lapsed, waiver_needless, waiver_unknown
from segaudit.model import Finding, Waiver, WaiverUse

WAIVER = Waiver(check="mask-tiny", case="s00*", structure="spleen", reason="looked at", until=dt.date(2026, 12, 31))


def found(*, covered: int, lapsed: bool, known: bool) -> dict[str, list[Finding]]:
    """Return what each check says of a waiver, without those that find nothing."""
    use = WaiverUse(waiver=WAIVER, covered=covered, lapsed=lapsed, known=known)
    results = {check.id: list(check(use)) for check in (waiver_needless, waiver_unknown, waiver_lapsed)}
    return {check: findings for check, findings in results.items() if findings}


def finding(message: str) -> Finding:
    """Return a finding at the place that the waiver names."""
    return Finding(case="s00*", structure="spleen", message=message)


def test_used_waiver() -> None:
    """A waiver that covers something, of a check that exists, before its day, is in order."""
    assert found(covered=1, lapsed=False, known=True) == {}


def test_needless_waiver() -> None:
    """A waiver that covers nothing is a finding."""
    message = "the waiver of mask-tiny covers nothing: remove it"
    assert found(covered=0, lapsed=False, known=True) == {"waiver-needless": [finding(message)]}


@pytest.mark.parametrize("lapsed", [False, True])
def test_unknown_waiver(lapsed: bool) -> None:  # noqa: FBT001 (a parameter of the test)
    """A waiver of a check that does not exist is that finding alone."""
    message = "there is no check mask-tiny: `segaudit list` shows what there is"
    assert found(covered=0, lapsed=lapsed, known=False) == {"waiver-unknown": [finding(message)]}


@pytest.mark.parametrize("covered", [0, 3])
def test_lapsed_waiver(covered: int) -> None:
    """A waiver past its day is that finding alone."""
    message = "the waiver of mask-tiny lapsed on 2026-12-31: repair or renew"
    assert found(covered=covered, lapsed=True, known=True) == {"waiver-lapsed": [finding(message)]}
