"""The checks of meta.csv, and the models behind them."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from segaudit.checks import metadata as checks
from segaudit.model import Cases, Check, Contract, Dataset, Finding, Metadata, NotApplicable
from segaudit.model.statistics import split_sizes

V1 = ("image_id", "age", "gender", "institute", "study_type", "split")
V2 = (*V1, "manufacturer", "scanner_model", "kvp", "pathology", "pathology_location")
REGIONS = "abdomen, bones, extremity, head, no_location, pelvis, thorax, throat, unclear"
ROW = (
    "s0001",
    "58",
    "f",
    "I",
    "ct abdomen-pelvis",
    "train",
    "siemens",
    "somatom force",
    "120",
    "tumor",
    "throat,thorax",
)

CONTRACT = Contract(name="small", metadata="totalsegmentator-v2", cases=Cases(count=2), splits={"train": 1, "test": 1})
OLD = Contract(name="old", metadata="totalsegmentator-v1", cases=Cases(count=2), splits={"train": 1, "test": 1})

FAMILY = (
    checks.meta_schema,
    checks.meta_vocabulary,
    checks.meta_implausible,
    checks.meta_incomplete,
    checks.meta_whitespace,
    checks.meta_duplicate,
    checks.split_count,
)


def table(*rows: tuple[str, ...], columns: tuple[str, ...] = V2) -> Metadata:
    """Return metadata with rows, by default one healthy one."""
    found = rows or (ROW,)
    return Metadata(path="meta.csv", columns=columns, rows=found, lines=tuple(range(2, len(found) + 2)))


def row(**cells: str) -> tuple[str, ...]:
    """Return the healthy row with other cells."""
    return tuple((dict(zip(V2, ROW, strict=True)) | cells).values())


def found(metadata: Metadata, contract: Contract = CONTRACT) -> dict[str, list[Finding]]:
    """Return what each check of the family finds, by id; those that find nothing, or do not apply, are left out."""
    results = {check.id: held(check, metadata, contract) for check in FAMILY}
    return {check_id: findings for check_id, findings in results.items() if findings}


def held(check: Check[...], metadata: Metadata, contract: Contract = CONTRACT) -> list[Finding] | None:
    """Return what a check finds; None if it does not apply."""
    try:
        return list(check(metadata, contract) if check.takes_contract else check(metadata))
    except NotApplicable:
        return None


def finding(message: str, observed: str | None = None, expected: str | None = None, case: str = "s0001") -> Finding:
    """Return a finding in the table."""
    return Finding(case=case, file="meta.csv", message=message, observed=observed, expected=expected)


def test_healthy_tables() -> None:
    """Healthy tables of both releases give no finding, with the promised splits as with a part of the cases."""
    both = (row(), row(image_id="s0002", split="test", age="0", kvp="150", gender="m", pathology_location="unclear"))
    assert found(table(*both)) == {}
    assert found(table()) == {}
    assert found(table(*(cells[:6] for cells in both), columns=V1), OLD) == {}


@pytest.mark.parametrize(
    ("column", "value", "check", "expected"),
    [
        ("image_id", "x1", "meta-schema", r"an id that matches s\d{4}"),
        ("image_id", "", "meta-schema", r"an id that matches s\d{4}"),
        ("image_id", "s00011", "meta-schema", r"an id that matches s\d{4}"),
        ("age", "old", "meta-schema", "an age from 0 to 120 years"),
        ("age", "-1", "meta-schema", "an age from 0 to 120 years"),
        ("age", "121", "meta-schema", "an age from 0 to 120 years"),
        ("age", "nan", "meta-schema", "an age from 0 to 120 years"),
        ("age", "101", "meta-implausible", "an age of at most 100 years"),
        ("gender", "female", "meta-schema", "m or f"),
        ("institute", "K", "meta-vocabulary", "a letter from A to J"),
        ("institute", "AB", "meta-vocabulary", "a letter from A to J"),
        ("study_type", "ct tohrax", "meta-vocabulary", "a study type of the releases"),
        ("split", "trian", "meta-schema", "train or test"),
        ("split", "", "meta-schema", "train or test"),
        ("manufacturer", "simens", "meta-vocabulary", "one of ge, philips, siemens"),
        ("kvp", "49", "meta-schema", "a tube voltage from 50 to 200 kV"),
        ("kvp", "120kV", "meta-schema", "a tube voltage from 50 to 200 kV"),
        ("kvp", "125", "meta-implausible", "a usual tube voltage (70, 80, ... 150 kV)"),
        ("kvp", "160", "meta-implausible", "a usual tube voltage (70, 80, ... 150 kV)"),
        (
            "pathology",
            "cancer",
            "meta-vocabulary",
            "one of bleeding, inflammation, no_pathology, other, trauma, tumor, unclear, vascular",
        ),
        (
            "pathology_location",
            "thorax,knee",
            "meta-vocabulary",
            f"one of {REGIONS}, or several joined with commas",
        ),
    ],
)
def test_one_wrong_cell(column: str, value: str, check: str, expected: str) -> None:
    """A wrong cell is one finding of one check, with its line, column, value and rule."""
    metadata = table(ROW, row(**({"image_id": "s0002", "split": "test"} | {column: value})))
    message = f"line 3: {column} is {value!r}, expected {expected}"
    case = value if column == "image_id" else "s0002"
    assert found(metadata) == {check: [finding(message, value, expected, case)]}


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (V1[:3], "to have the columns institute, study_type, split"),
        ((*V1, "kvp"), "not to have the columns kvp"),
        (("age", "image_id", *V1[2:]), f"to have the order {';'.join(V1)}"),
        ((*V1, "age"), "to have only once the columns age"),
    ],
)
def test_wrong_columns(columns: tuple[str, ...], expected: str) -> None:
    """Columns that are missing, surplus, out of order or doubled are one finding, and cells are judged all the same."""
    cells = dict(zip(V2, ROW, strict=True)) | {"gender": "x"}
    metadata = table(tuple(cells[column] for column in columns), columns=columns)
    header = ";".join(columns)
    assert found(metadata, OLD) == {
        "meta-schema": [
            finding(f"line 1: header is {header!r}, expected {expected}", header, expected, case=""),
            finding("line 2: gender is 'x', expected m or f", "x", "m or f"),
        ]
    }


def test_wrong_file() -> None:
    """What is wrong with the file itself, and the delimiter, are findings; a table without a header has no others."""
    metadata = Metadata(path="meta.csv", delimiter=",", problems=("the file is empty",))
    message = "the cells are separated by ',', expected ';'"
    assert found(metadata) == {
        "meta-schema": [finding("the file is empty", case=""), finding(message, ",", ";", case="")]
    }


def test_header_alone() -> None:
    """Of a table without rows the header is judged, and nothing else is called clean."""
    header = Metadata(path="meta.csv", columns=V2)
    assert {check.id: held(check, header) for check in FAMILY if held(check, header) is not None} == {"meta-schema": []}


def test_no_ids() -> None:
    """Without the column of ids, nobody can tell whether a case is listed twice."""
    assert held(checks.meta_duplicate, table(ROW[1:], columns=V2[1:])) is None


def test_lines_are_those_of_the_file() -> None:
    """Lines that are blank, or inside a quoted cell, count: every check names the line on which a row begins."""
    rows = (row(age="x"), row(age="112"), row(age="", kvp="120  "), row(pathology="cancer"))
    metadata = replace(table(*rows), header_line=2, lines=(4, 5, 9, 10))
    said = {check: [one.message.partition(": ")[0] for one in findings] for check, findings in found(metadata).items()}
    assert said == {
        "meta-schema": ["line 4"],
        "meta-vocabulary": ["line 10"],
        "meta-implausible": ["line 5"],
        "meta-incomplete": ["line 9"],
        "meta-whitespace": ["line 9"],
        "meta-duplicate": ["listed 4 times, with different age, pathology"],
    }
    assert found(metadata)["meta-duplicate"][0].message.endswith(": lines 4, 5, 9, 10")
    wrong = next(checks.meta_schema(replace(metadata, columns=("id", *V2[1:])), CONTRACT))
    assert wrong.message.startswith("line 2: header is 'id;age;")


def test_incomplete() -> None:
    """Each empty cell is a finding."""
    assert found(table(row(age="", kvp=" "))) == {
        "meta-incomplete": [
            finding("line 2: age is empty", "", "a value"),
            finding("line 2: kvp is empty", " ", "a value"),
        ]
    }


def test_whitespace() -> None:
    """Each cell with stray blanks is a finding, and its word is known all the same."""
    assert found(table(row(study_type="ct  head "), row(image_id=" s0002", split="test"))) == {
        "meta-whitespace": [
            finding("line 2: study_type is 'ct  head ', expected 'ct head'", "ct  head ", "ct head"),
            finding("line 3: image_id is ' s0002', expected 's0002'", " s0002", "s0002", "s0002"),
        ]
    }


@pytest.mark.parametrize(
    ("other", "agreement"),
    [
        (row(), "with equal rows"),
        (row(image_id=" S0001"), "with equal rows"),
        (row(age="59", split="test"), "with different age, split"),
    ],
)
def test_duplicate(other: tuple[str, ...], agreement: str) -> None:
    """A case that is listed twice is one finding, whatever the spelling of its id."""
    metadata = table(ROW, row(image_id="s0002"), other)
    message = f"listed 2 times, {agreement}: lines 2, 4"
    assert list(checks.meta_duplicate(metadata)) == [
        Finding(case="s0001", file="meta.csv", message=message, observed=2, expected=1)
    ]


def test_split_count() -> None:
    """Sizes of splits other than promised are one finding when all cases are listed and all splits are known."""
    both = table(row(), row(image_id="s0002"))
    observed, expected = "train 2, test 0", "train 1, test 1"
    message = f"the splits have {observed} cases, expected {expected}"
    assert found(both) == {"split-count": [finding(message, observed, expected, case="")]}


@pytest.mark.parametrize(
    "rows", [(ROW,), (ROW, ROW, ROW), (ROW, row(split="test")), (ROW, row(image_id="s0002", split="tset"))]
)
def test_no_split_count(rows: tuple[tuple[str, ...], ...]) -> None:
    """Another number of cases, a case in two splits, a word that is no split: another check tells these."""
    assert held(checks.split_count, table(*rows)) is None


def test_splits_without_count() -> None:
    """The sizes that are promised are promised with or without a number of cases."""
    contract = replace(CONTRACT, cases=Cases())
    assert held(checks.split_count, table(ROW, row(image_id="s0002", split="test")), contract) == []


def test_a_row_that_is_there_twice_counts_once() -> None:
    """It is one finding, of meta-duplicate, and the sizes of the splits are what they are without it."""
    once = (ROW, row(image_id="s0002", split="test"))
    assert split_sizes(table(*once, once[0])) == split_sizes(table(*once)) == {"train": 1, "test": 1}
    assert held(checks.split_count, table(*once, once[0])) == []


def test_missing() -> None:
    """A dataset without metadata is one finding, one with them none."""
    listed = Dataset(root="", folders=(), cases=None, masks=None, metadata=table())  # type: ignore[arg-type]  # no tables
    assert list(checks.meta_missing(listed)) == []
    unlisted = Dataset(root="", folders=(), cases=None, masks=None)  # type: ignore[arg-type]  # no tables
    assert list(checks.meta_missing(unlisted)) == [
        Finding(message="there is no meta.csv beside the cases, expected the one of the release")
    ]


@settings(max_examples=20)
@given(st.lists(st.lists(st.text(max_size=8), min_size=6, max_size=6).map(tuple), max_size=5))
def test_any_cells(rows: list[tuple[str, ...]]) -> None:
    """Whatever the cells hold, each finding names a line of the table and shows its cell."""
    metadata = replace(table(columns=V1), rows=tuple(rows), lines=tuple(range(2, len(rows) + 2)))
    found_in_cells = [one for check in FAMILY[:3] for one in held(check, metadata, OLD) or ()]
    places = {(f"line {line}", cell) for line, cells in enumerate(rows, start=2) for cell in cells}
    assert {(one.message.partition(":")[0], one.observed) for one in found_in_cells} <= places


def test_real_metadata(real_data: Path) -> None:
    """The metadata of v2.0.1 give stray blanks in study types and cases with empty cells, and nothing else."""
    with (real_data / "meta-v2.0.1.csv").open(encoding="utf-8-sig", newline="") as file:
        columns, *rows = map(tuple, csv.reader(file, delimiter=";"))
    splits = {"train": 1082, "val": 57, "test": 89}
    contract = Contract(name="v2", metadata="totalsegmentator-v2", cases=Cases(count=1228), splits=splits)
    results = found(table(*rows, columns=columns), contract)
    said = {check: Counter(one.message.partition(": ")[2] for one in findings) for check, findings in results.items()}
    assert said == {
        "meta-incomplete": {
            "pathology is empty": 24,
            "pathology_location is empty": 24,
            "manufacturer is empty": 16,
            "scanner_model is empty": 16,
            "kvp is empty": 16,
            "institute is empty": 5,
            "study_type is empty": 5,
            "gender is empty": 2,
            "age is empty": 1,
        },
        "meta-whitespace": {
            "study_type is 'ct  intervention ', expected 'ct intervention'": 40,
            "study_type is 'ct  operation', expected 'ct operation'": 12,
            "study_type is 'ct abdomen ', expected 'ct abdomen'": 12,
            "study_type is 'ct head ', expected 'ct head'": 4,
        },
    }
