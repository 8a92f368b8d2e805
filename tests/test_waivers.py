"""Accepted findings: read, matched, written."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from segaudit.model import Finding, Waiver
from segaudit.waivers import WaiverError, baseline, load

TODAY = dt.date(2026, 11, 23)
WAIVER = Waiver(check="mask-tiny", case="s00*", structure="kidney_*", reason="known", until=TODAY)


@pytest.mark.parametrize(
    ("check", "case", "structure", "today", "covered"),
    [
        ("mask-tiny", "s0001", "kidney_left", TODAY, True),
        ("mask-tiny", "s0001", "kidney_left", TODAY + dt.timedelta(days=1), False),
        ("mask-values", "s0001", "kidney_left", TODAY, False),
        ("mask-tiny", "s0101", "kidney_left", TODAY, False),
        ("mask-tiny", "s0001", "liver", TODAY, False),
    ],
)
def test_covers(check: str, case: str, structure: str, today: dt.date, covered: bool) -> None:  # noqa: FBT001
    """A waiver accepts its own check, case and structure through its last day, and nothing else."""
    assert WAIVER.covers(check, Finding(case=case, structure=structure, message=""), today) is covered


def test_reads_entries(tmp_path: Path) -> None:
    """Structure is any structure when it is not named."""
    path = tmp_path / "waivers.toml"
    path.write_text('[[waiver]]\ncheck = "mask-tiny"\ncase = "s0001"\nreason = "cyst"\nuntil = 2027-01-31\n')
    assert load(path) == (
        Waiver(check="mask-tiny", case="s0001", structure="*", reason="cyst", until=dt.date(2027, 1, 31)),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[waiver]\n", "cannot read the waivers: "),
        ("[waiver]\ncheck = 'x'\n", "[waiver] is a table; write [[waiver]] for each entry"),
        ("[[waivers]]\n", "unknown key 'waivers'; expected only [[waiver]] entries"),
        ("[[waiver]]\ncheck = 'x'\n", "waiver 1: Object missing required field `case`; expected the keys check, case"),
        (
            "[[waiver]]\ncheck='x'\ncase='s'\nreason='r'\nuntil='soon'\n",
            "waiver 1: Invalid RFC3339 encoded date - at `$.until`; expected the keys check, case, reason, until",
        ),
        ("[[waiver]]\nchekc='x'\ncase='s'\nreason='r'\nuntil=2027-01-01\n", "waiver 1: Object contains unknown field"),
    ],
)
def test_wrong_file(tmp_path: Path, text: str, message: str) -> None:
    """The message names the file, the entry, and what is allowed."""
    path = tmp_path / "waivers.toml"
    path.write_text(text)
    with pytest.raises(WaiverError) as caught:
        load(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert message in str(caught.value)


def test_missing_file(tmp_path: Path) -> None:
    """A file that is not there is an error, not an empty list."""
    with pytest.raises(WaiverError, match="No such file"):
        load(tmp_path / "waivers.toml")


def test_baseline_accepts_just_what_was_found(tmp_path: Path) -> None:
    """Names with brackets, quotes and commas survive; the waivers cover the findings for a year and no others."""
    findings = [
        ("masks-overlap", Finding(case="s0001", structure="heart, aorta", message="a")),
        ("file-unexpected", Finding(case='s[1] "x"', message="b")),
        ("file-unexpected", Finding(case='s[1] "x"', message="c")),
    ]
    path = tmp_path / "waivers.toml"
    path.write_text(baseline(findings, TODAY))
    waivers = load(path)
    assert len(waivers) == 2
    assert all(any(w.covers(check, f, TODAY) for w in waivers) for check, f in findings)
    assert not any(w.covers("file-unexpected", Finding(case="s1", message=""), TODAY) for w in waivers)
    assert {(w.reason, w.until) for w in waivers} == {("baseline 2026-11-23", dt.date(2027, 11, 23))}
