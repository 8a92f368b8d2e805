"""The checks of the cells, columns and lines of meta.csv."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from segaudit.checks import metadata as checks
from segaudit.model import Dataset, Finding, Metadata
from tests.support.metadata import CONTRACT, FAMILY, OLD, REGIONS, ROW, V1, V2, finding, found, held, row, table


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


def test_the_cells_of_a_doubled_column() -> None:
    """Which of the two columns is the right one is unknown: their cells are not judged, that there are two is."""
    cells = dict(zip(V2, ROW, strict=True))
    metadata = table((*(cells[column] for column in V1), "ct abdomen"), columns=(*V1, "age"))
    (only,) = found(metadata, OLD)["meta-schema"]
    assert only.expected == "to have only once the columns age"


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
