"""Messages about the TOML file of a contract."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from segaudit import contracts
from segaudit.contracts import ContractError
from segaudit.contracts.rules import problems
from segaudit.contracts.sources import MAX_BYTES, TOO_MUCH
from segaudit.model import Cases, Contract, Geometry, Regrade, Structure
from tests.support.contracts import V1, V2, wrong
from tests.support.systems import pipes

ALLOWED = ("extends", *(key for key in Contract.__struct_fields__ if key != "siblings"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[cases\n", "is not TOML: Expected ']' at the end of a table declaration (at line 1, column 7)"),
        ('titel = "x"', "titel: unknown key; did you mean 'title'?"),
        ("[geometry]\nspacng_mm = 1.5", "geometry.spacng_mm: unknown key; did you mean 'spacing_mm'?"),
        (f'extend = "{V2}"', "extend: unknown key; did you mean 'extends'?"),
        ("[cases]\nxyz = 1", "cases.xyz: unknown key, allowed are count, pattern"),
        ("[regrade.mask-tiny]\nseverity = 'info'", "regrade.mask-tiny.reason: missing, and it has no default"),
        (
            "[regrade.mask-tiny]\nseverity = 'warn'\nreason = 'x'",
            (
                'regrade.mask-tiny.severity: found "warn", expected one of error, info, off, warning'
                "; did you mean 'warning'?"
            ),
        ),
        (
            "[regrade.mask-tiny]\nseverity = 'info'\nreason = ' '",
            'regrade.mask-tiny.reason: found " ", expected the reason in words',
        ),
        (
            "metadata = 'totalsegmentator-v4'",
            (
                'metadata: found "totalsegmentator-v4", expected one of "", totalsegmentator-v1, totalsegmentator-v2'
                ", totalsegmentator-v3; did you mean 'totalsegmentator-v3'?"
            ),
        ),
        (
            '[geometry]\nspacing_mm = "1.5"',
            'geometry.spacing_mm: found "1.5", expected a number or three numbers',
        ),
        (
            "[geometry]\nspacing_mm = [1.5, 1.5]",
            "geometry.spacing_mm: found [1.5, 1.5], expected a number or three numbers",
        ),
        ("[geometry]\nspacing_mm = [1, 1, 'x']", 'geometry.spacing_mm[2]: found "x", expected a number'),
        ("[geometry]\nspacing_mm = 0", "geometry.spacing_mm: found 0.0, expected more than 0"),
        ("[geometry]\nspacing_mm = nan", "geometry.spacing_mm: found nan, expected more than 0"),
        ("[geometry]\nspacing_tolerance_mm = -1", "geometry.spacing_tolerance_mm: found -1.0, expected 0 or more"),
        ("[geometry]\nshape_min = [1, -1, 1]", "geometry.shape_min: found [1, -1, 1], expected 0 or more"),
        (
            "[geometry]\nshape_min = [9, 9, 30]\nshape_max = [10, 10, 20]",
            "geometry.shape_min: found [9, 9, 30], expected no axis above shape_max = [10, 10, 20]",
        ),
        (
            '[geometry]\norientation = "RAZ"',
            'geometry.orientation: found "RAZ", expected axis codes such as RAS or LPS',
        ),
        ("[reading]\nmax_voxels = 0", "reading.max_voxels: found 0, expected 1 to 2,147,483,647"),
        ("[reading]\nmax_runs = 2147483648", "reading.max_runs: found 2147483648, expected 1 to 2,147,483,647"),
        ("published = '..'", 'published: found "..", expected a path in the contract\'s folder'),
        (
            "structures = '/proc/self/environ'",
            'structures: found "/proc/self/environ", expected a path in the contract\'s folder',
        ),
        (
            "known_issues = 'a/../../b.csv'",
            'known_issues: found "a/../../b.csv", expected a path in the contract\'s folder',
        ),
        ("siblings = 1", f"siblings: unknown key, allowed are {', '.join(ALLOWED)}"),
        ("[alignment]\ntolerance_mm = 1e400", "alignment.tolerance_mm: found inf, expected a finite number"),
        (
            "[geometry]\nspacing_mm = [1, 1, inf]",
            "geometry.spacing_mm: found [1.0, 1.0, inf], expected a finite number",
        ),
        ("[intensity]\nmaximum_hu = inf", "intensity.maximum_hu: found inf, expected a finite number"),
        ("a=" + "[\n" * 20_000, TOO_MUCH),
        ("a=" + "{a=" * 3_000, TOO_MUCH),
        ("x=" + "1" * 5_000, TOO_MUCH),
        ("cases.count=0x" + "f" * 5_000, "cases.count: found a value too large to show, expected a finite number"),
        (
            '[cases]\npattern = "a{99999999999}"',
            (
                'cases.pattern: found "a{99999999999}", which is no regular expression'
                ": the repetition number is too large"
            ),
        ),
        (
            '[cases]\npattern = "' + "(" * 5_000 + '"',
            'cases.pattern: found "' + "(" * 56 + "..., which is no regular expression: it nests too deeply",
        ),
        (
            '[exclude]\ncases = ["s0001", "s0001"]',
            'exclude.cases[1]: found "s0001" a second time, expected each case once',
        ),
        (
            '[exclude]\ncases = ["s0001", "s1"]',
            'exclude.cases[1]: found "s1", which does not match cases.pattern = "s\\\\d{4}"',
        ),
        ("[alignment]\ntolerance_mm = -0.1", "alignment.tolerance_mm: found -0.1, expected 0 or more"),
        ("[cases]\ncount = -5", "cases.count: found -5, expected 0 or more"),
        ("[cases]\ncount = 1.5", "cases.count: found 1.5, expected a whole number"),
        ("[cases]\ncount = true", "cases.count: found true, expected a whole number"),
        ("cases = 5", "cases: found 5, expected a table"),
        (
            '[cases]\npattern = "s["',
            'cases.pattern: found "s[", which is no regular expression: unterminated character set at position 1',
        ),
        ('[splits]\ntrain = 3\nval = "x"', 'splits.val: found "x", expected a whole number'),
        ("[splits]\ntrain = -3", "splits.train: found -3, expected 0 or more"),
        (
            "[cases]\ncount = 9\n[splits]\ntrain = 5\ntest = 3",
            (
                "splits: found train 5, test 3, which add up to 8, expected cases.count = 9"
                "; an empty [splits] promises none"
            ),
        ),
        (
            "[intensity]\nminimum_hu = 20000",
            "intensity.minimum_hu: found 20000.0, expected less than maximum_hu = 20000.0",
        ),
        (
            '[intensity]\ndtypes = ["in16"]',
            "intensity.dtypes: found \"in16\", which is no type of a NIfTI file; did you mean 'int16'?",
        ),
        ("[labels]\ndtypes = 'uint8'", 'labels.dtypes: found "uint8", expected a list of texts'),
        (
            "structures = 'structures.csv'\n[labels]\nallowed_overlaps = [['liver', 'kidny_left']]",
            "labels.allowed_overlaps: found \"kidny_left\", which matches no structure; did you mean 'kidney_left'?",
        ),
        ("[labels]\nallowed_overlaps = [['a']]", 'labels.allowed_overlaps[0]: found ["a"], expected two texts'),
        ("structures = ['liver']", 'structures[0]: found "liver", expected a table'),
        ("structures = 'x.csv'", "x.csv: cannot be read: No such file or directory"),
        ("extends = 5", "extends: found 5, expected text"),
        ("extends = 'mine.toml'", 'extends: found "mine.toml", which extends this contract in turn'),
        (
            "extends = 'totalsegmentator-v4'",
            (
                "extends: totalsegmentator-v4: no such contract, expected a shipped one (totalsegmentator-v1, "
                "totalsegmentator-v2, totalsegmentator-v3), a TOML file, or a folder with contract.toml"
                "; did you mean 'totalsegmentator-v3'?"
            ),
        ),
        (
            "extends = 'totalsegmentator-v2'\n[cases]\ncount = 10",
            (
                "splits: found train 1082, val 57, test 89, which add up to 1228, expected cases.count = 10"
                "; an empty [splits] promises none"
            ),
        ),
    ],
)
def test_wrong_toml(mine: Path, text: str, message: str) -> None:
    """One message that says where and what, without a traceback of the parser."""
    mine.write_text(text, encoding="utf-8")
    said = wrong(mine)
    assert said == (message if message.startswith("x.csv") else f"mine.toml: {message}")


@pipes
@pytest.mark.parametrize("key", ["structures", "known_issues"])
def test_pipe(mine: Path, key: str) -> None:
    """A pipe, which may never end, is refused unread."""
    os.mkfifo(mine.with_name("fifo"))
    mine.write_text(f'{key} = "fifo"', encoding="utf-8")
    assert wrong(mine) == "fifo: is no regular file, expected a file of text"


def test_large_file(mine: Path) -> None:
    """A file that is larger than any table, such as a sparse one, is refused unread."""
    mine.touch()
    os.truncate(mine, MAX_BYTES + 1)
    assert wrong(mine) == "mine.toml: has 67,108,865 bytes, expected 67,108,864 at most"


def test_deep_value(mine: Path) -> None:
    """A deeply nested value is shown in part or, depending on Python's version, not at all."""
    mine.write_text("cases.count" + ".a" * 4_900 + "=1", encoding="utf-8")
    begun = ('{"a": ' * 20)[:57] + "..."
    assert wrong(mine) in [
        f"mine.toml: cases.count: found {value}, expected a whole number"
        for value in (begun, "a value too large to show")
    ]


def test_null_byte_in_a_path(mine: Path) -> None:
    """A path that cannot exist is named."""
    mine.write_text('structures = "x\\u0000"', encoding="utf-8")
    assert wrong(mine) == r"x\x00: cannot be read: no path can hold a null byte"


def test_long_lines(mine: Path) -> None:
    """A line has 10,000 characters at most, in tables, too, so that patterns are read in time."""
    mine.write_text(f'title = "{"[" * (10_000 - 10)}"', encoding="utf-8")
    assert not wrong(mine).startswith("mine.toml: line")
    mine.write_text(f'\ntitle = "{"[" * (10_000 - 9)}"', encoding="utf-8")
    assert wrong(mine) == "mine.toml: line 2 has more than 10,000 characters, expected fewer: write lists in lines"


def test_wrong_encoding(mine: Path) -> None:
    """A file that is not UTF-8 is named."""
    mine.write_bytes(b'title = "Sch\xe4del"')
    assert wrong(mine) == "mine.toml: is not UTF-8 text (byte 12)"


KEYS = st.sampled_from([
    *Contract.__struct_fields__, *Cases.__struct_fields__, *Geometry.__struct_fields__, *Regrade.__struct_fields__,
    *Structure.__struct_fields__, "extends", "train", "facts", "x",
])  # fmt: skip
LEAVES = st.one_of(
    st.booleans(), st.integers(-2, 3), st.floats(), st.dates(), st.sampled_from([V1, "", "RAS", "info", "organ", "x\0"])
)
VALUES = st.recursive(LEAVES, lambda v: st.lists(v, max_size=3) | st.dictionaries(KEYS, v, max_size=4), max_leaves=8)


@given(stated=st.dictionaries(KEYS, VALUES, max_size=4))
def test_nothing_but_contract_errors(stated: dict[str, object], tmp_path_factory: pytest.TempPathFactory) -> None:
    """Any TOML file is a contract, or there is one message that begins with the file."""
    file = tmp_path_factory.getbasetemp() / "any.toml"
    file.write_text(tomli_w.dumps(stated), encoding="utf-8")
    try:
        assert list(problems(contracts.load(file))) == []
    except ContractError as error:
        assert str(error).startswith(str(file.parent))  # noqa: PT017 (either outcome is right)
