"""Checks of waivers: what became of each."""

from __future__ import annotations

import datetime as dt
from itertools import combinations

import pytest
from msgspec.structs import replace

from segaudit.checks.waivers import waiver_lapsed, waiver_needless, waiver_unknown
from segaudit.model import Finding, NotApplicable, Waiver, WaiverUse

WAIVER = Waiver(check="mask-tiny", case="s00*", structure="spleen", reason="looked at", until=dt.date(2026, 12, 31))
NAMED = "waiver of mask-tiny for case 's00*', structure 'spleen', until 2026-12-31"


def used(*, covered: int | None, lapsed: bool = False, known: bool = True, waiver: Waiver = WAIVER) -> WaiverUse:
    """Return what became of a waiver."""
    return WaiverUse(waiver=waiver, covered=covered, lapsed=lapsed, known=known)


def found(use: WaiverUse) -> dict[str, list[Finding] | None]:
    """Return what each check says of a waiver: nothing is left out, None is that the check does not apply."""
    results: dict[str, list[Finding] | None] = {}
    for check in (waiver_needless, waiver_unknown, waiver_lapsed):
        try:
            results[check.id] = list(check(use))
        except NotApplicable:
            results[check.id] = None
    return {check: findings for check, findings in results.items() if findings != []}


def test_used_waiver() -> None:
    """A waiver that covers something, of a check that exists, before its day, is in order."""
    assert found(used(covered=1)) == {}


def test_needless_waiver() -> None:
    """A waiver that matches nothing is a finding; its globs are in the message, as they are no structure."""
    message = f"{NAMED}: it covers nothing, remove it"
    assert found(used(covered=0)) == {"waiver-needless": [Finding(message=message)]}


def test_waiver_of_what_was_not_audited() -> None:
    """Whether a waiver is needless is not judged where its check or its cases were left out."""
    assert found(used(covered=None)) == {"waiver-needless": None}


@pytest.mark.parametrize("lapsed", [False, True])
def test_unknown_waiver(lapsed: bool) -> None:  # noqa: FBT001 (a parameter of the test)
    """A waiver of a check that does not exist is that finding alone."""
    message = f"{NAMED}: there is no such check, `segaudit list` shows what there is"
    assert found(used(covered=None, lapsed=lapsed, known=False)) == {
        "waiver-needless": None,
        "waiver-unknown": [Finding(message=message)],
        "waiver-lapsed": None,
    }


@pytest.mark.parametrize("covered", [None, 0, 3])
def test_lapsed_waiver(covered: int | None) -> None:
    """A waiver past its day is that finding alone."""
    message = f"{NAMED}: its last day is over, repair the data or renew it"
    assert found(used(covered=covered, lapsed=True)) == {
        "waiver-needless": None,
        "waiver-lapsed": [Finding(message=message)],
    }


def test_each_waiver_has_its_message() -> None:
    """Findings about two waivers are never merged: they differ in what they say."""
    others: tuple[dict[str, object], ...] = (
        {},
        {"check": "mask-values"},
        {"case": "*"},
        {"structure": "*"},
        {"until": dt.date(2027, 1, 1)},
    )
    said = [list(waiver_needless(used(covered=0, waiver=replace(WAIVER, **changes)))) for changes in others]
    assert all(first != second for first, second in combinations(said, 2))
