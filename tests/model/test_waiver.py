"""Which cases a waiver is about, and what it accepts."""

from __future__ import annotations

import datetime as dt

import pytest

from segaudit.model import Finding, Waiver

DAY = dt.date(2026, 11, 23)


@pytest.mark.parametrize(
    ("case", "names"),
    [
        ("s0001", ["s0001"]),
        ("s0003", []),
        ("s000*", ["s0001", "s0002"]),
        ("*2", ["s0002"]),
        ("*", ["s0001", "s0002", ""]),
    ],
)
def test_cases(case: str, names: list[str]) -> None:
    """A name is one case, if it is there; a glob is all that it matches."""
    waiver = Waiver(check="a-b", case=case, reason="known", until=DAY)
    assert sorted(waiver.cases(dict.fromkeys(("s0001", "s0002", "")))) == sorted(names)


@pytest.mark.parametrize(
    ("structure", "structures", "accepted"),
    [
        ("*", ("liver",), True),
        ("liver", ("liver",), True),
        ("spleen", ("liver",), False),
        ("kidney_*", ("kidney_left", "kidney_right"), True),
        ("kidney_left", ("kidney_left", "liver"), False),
        ("liver, spleen", ("spleen", "liver"), True),
        ("liver, spleen", ("liver",), False),
        ("liver, spleen, heart", ("liver", "spleen"), False),
        ("liver, *", ("liver", "spleen"), True),
        ("liver, *", ("liver",), False),
        ("liver", (), False),
        ("*", (), True),
    ],
)
def test_structures(structure: str, structures: tuple[str, ...], *, accepted: bool) -> None:
    """All of a finding's structures are meant."""
    waiver = Waiver(check="a-b", case="s0001", structure=structure, reason="known", until=DAY)
    finding = Finding(case="s0001", structures=structures, message="odd")
    assert waiver.accepts(finding) is accepted


@pytest.mark.parametrize(
    ("check", "case", "structure", "days", "covered"),
    [
        ("a-b", "s0001", "liver", 0, True),
        ("a-b", "s0001", "liver", -9, True),
        ("a-b", "s0001", "liver", 1, False),
        ("a-c", "s0001", "liver", 0, False),
        ("a-b", "s0002", "liver", 0, False),
        ("a-b", "s0001", "spleen", 0, False),
    ],
)
def test_what_it_covers(check: str, case: str, structure: str, days: int, *, covered: bool) -> None:
    """Findings of its check, case and structure, to the end of its last day."""
    waiver = Waiver(check="a-b", case="s0001", structure="liver", reason="known", until=DAY)
    finding = Finding(case=case, structures=(structure,), message="odd")
    assert waiver.covers(check, finding, DAY + dt.timedelta(days)) is covered
