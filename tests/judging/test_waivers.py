"""Accepted findings: read, matched, written."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest
from msgspec.structs import replace

from segaudit.contracts.sources import TOO_MUCH
from segaudit.judging.waivers import baseline, dump, load
from segaudit.model import Finding, Waiver
from segaudit.model.errors import WaiverError
from tests.support.systems import pipes

TODAY = dt.date(2026, 11, 23)
WAIVER = Waiver(check="mask-tiny", case="s00*", structure="kidney_*", reason="known", until=TODAY)

ENTRY = "[[waiver]]\ncheck='x'\ncase='s'\nreason='r'\n"


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
    assert WAIVER.covers(check, Finding(case=case, structures=(structure,), message=""), today) is covered


PAIR = ("heart", "aorta")


@pytest.mark.parametrize(
    ("names", "structure", "accepted"),
    [
        ((), "*", True),
        ((), "", True),
        ((), "heart", False),
        (("heart",), "*", True),
        (("heart",), "heart", True),
        (("heart",), "heart, aorta", False),
        (("h[1]",), "h[1]", False),
        (("h[1]",), "h[[]1]", True),
        (("Rib, Left 11",), "Rib, Left 11", True),
        (PAIR, "*", True),
        (PAIR, "heart, aorta", True),
        (PAIR, "aorta, heart", True),
        (PAIR, "heart, *", True),
        (PAIR, "heart", False),
        (PAIR, "aorta", False),
        (PAIR, "hea*", False),
        (PAIR, "heart, aorta, liver", False),
        (PAIR, "", False),
        (("kidney_left", "kidney_right"), "kidney_*", True),
        (("kidney_left", "liver"), "kidney_*", False),
    ],
)
def test_a_finding_about_several_structures(names: tuple[str, ...], structure: str, accepted: bool) -> None:  # noqa: FBT001
    """A waiver for one of a pair leaves the pair standing; one that both fit, or that names both, accepts it."""
    waiver = replace(WAIVER, structure=structure)
    assert waiver.accepts(Finding(case="s0001", structures=names, message="")) is accepted


@pytest.mark.parametrize(
    ("glob", "cases"),
    [("s1", ["s1"]), ("s*", ["s1", "s2"]), ("s3", []), ("s[2]", ["s2"]), ("", [""]), ("*", ["", "s1", "s2"])],
)
def test_cases_of_a_waiver(glob: str, cases: list[str]) -> None:
    """A glob names those that fit it, a name itself."""
    assert list(replace(WAIVER, case=glob).cases({"": 0, "s1": 1, "s2": 2})) == cases


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
        ("[[waiver]\n", "is not TOML: Expected ']]' at the end of an array declaration (at line 1, column 9)"),
        ("[waiver]\ncheck = 'x'\n", "waiver: found one entry or value, expected [[waiver]] before each entry"),
        ("[[waivers]]\n", "waivers: unknown key, expected only [[waiver]] entries"),
        ("waiver = [1]\n", "waiver 1: found 1, expected a table"),
        ("[[waiver]]\ncheck='x'\nreason='r'\nuntil=2027-01-01\n", "waiver 1: case: missing, and it has no default"),
        (
            f"{ENTRY}until=2027-01-31\n{ENTRY}until='soon'\n",
            'waiver 2: until: found "soon", expected a date such as 2027-01-31',
        ),
        (
            f"{ENTRY}until=2027-01-31T08:00:00\n",
            'waiver 1: until: found "2027-01-31T08:00:00", expected a date such as 2027-01-31',
        ),
        (
            "[[waiver]]\ncheck='x'\ncase='s'\nreason=' '\nuntil=2027-01-01\n",
            'waiver 1: reason: found " ", expected why the finding is accepted',
        ),
        (
            "[[waiver]]\nchekc='x'\ncase='s'\nreason='r'\nuntil=2027-01-01\n",
            "waiver 1: chekc: unknown key; did you mean 'check'?",
        ),
        ("a=" + "[\n" * 20_000, TOO_MUCH),
        ("a=" + "{a=" * 3_000, TOO_MUCH),
        ("x=" + "1" * 5_000, TOO_MUCH),
        ("waiver=[0x" + "f" * 5_000 + "]", "waiver 1: found a value too large to show, expected a table"),
    ],
)
def test_wrong_file(tmp_path: Path, text: str, message: str) -> None:
    """The message names the file, the entry, and what is allowed."""
    path = tmp_path / "waivers.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(WaiverError) as caught:
        load(path)
    assert str(caught.value) == f"{path}: {message}"


def test_all_that_is_wrong(tmp_path: Path) -> None:
    """What is wrong in several entries, and beside them, is listed in one message, in the order of the file."""
    path = tmp_path / "waivers.toml"
    path.write_text(f"odd=1\n[[waiver]]\nchekc='x'\nuntil=3\n{ENTRY}until=2027-01-31\n{ENTRY}reasn='r'\n", "utf-8")
    with pytest.raises(WaiverError) as caught:
        load(path)
    assert str(caught.value).replace(f"{path}: ", "").splitlines() == [
        "odd: unknown key, expected only [[waiver]] entries",
        "waiver 1: chekc: unknown key; did you mean 'check'?",
        "waiver 1: until: found 3, expected a date such as 2027-01-31",
        "waiver 1: case: missing, and it has no default",
        "waiver 1: reason: missing, and it has no default",
        "waiver 3: reasn: unknown key; did you mean 'reason'?",
        "waiver 3: until: missing, and it has no default",
    ]


def test_missing_file(tmp_path: Path) -> None:
    """A file that is not there is an error, not an empty list."""
    with pytest.raises(WaiverError) as caught:
        load(tmp_path / "waivers.toml")
    assert str(caught.value) == f"{tmp_path / 'waivers.toml'}: cannot be read: No such file or directory"


@pipes
def test_pipe(tmp_path: Path) -> None:
    """A pipe, which may never end, is refused unread."""
    path = tmp_path / "waivers.toml"
    os.mkfifo(path)
    with pytest.raises(WaiverError) as caught:
        load(path)
    assert str(caught.value) == f"{path}: is no regular file, expected a file of text"


@pytest.mark.parametrize("number", [1, 10, 11, 117])
def test_a_baseline_hides_nothing_that_comes_later(number: int) -> None:
    """However many structures share a check in a case, it accepts these and no other, nor the same of another case."""
    names = [f"structure_{n}" for n in range(number)]
    findings = [("mask-dtype", Finding(case="s0001", structures=(name,), message="odd")) for name in names]
    of_ct = ("mask-dtype", Finding(case="s0001", file="ct.nii.gz", message="odd"))
    waivers = baseline([*findings, *findings, of_ct], TODAY)
    assert [w.structure for w in waivers] == [*names, ""]
    later = Finding(case="s0001", structures=(f"structure_{number}",), message="odd")
    assert not any(w.covers("mask-dtype", later, TODAY) for w in waivers)
    assert not any(w.covers("mask-dtype", replace(findings[0][1], case="s0002"), TODAY) for w in waivers)


def test_baseline_accepts_just_what_was_found(tmp_path: Path) -> None:
    """Names with brackets, quotes and commas survive; the waivers cover the findings for a year and no others."""
    findings = [
        ("masks-overlap", Finding(case="s0001", structures=("heart", "aorta"), message="a")),
        ("file-unexpected", Finding(case='s[1] "x"', message="b")),
        ("file-unexpected", Finding(case='s[1] "x"', message="c")),
    ]
    path = tmp_path / "waivers.toml"
    path.write_text(dump(baseline(findings, TODAY)))
    waivers = load(path)
    assert len(waivers) == 2
    assert all(any(w.covers(check, f, TODAY) for w in waivers) for check, f in findings)
    assert not any(w.covers("file-unexpected", Finding(case="s1", message=""), TODAY) for w in waivers)
    assert {(w.reason, w.until) for w in waivers} == {("baseline 2026-11-23", dt.date(2027, 11, 23))}
