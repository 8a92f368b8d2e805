"""The schema of ``meta.csv`` of each release, cell by cell.

Columns and words are those of the public metadata of TotalSegmentator v2.0.1 (https://zenodo.org/records/10047292);
v1 has the first six columns. No source names those of v3 but ``image_id`` and ``split``, so that others may be there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pandas as pd
import pandera.pandas as pa
from msgspec import Struct

from segaudit.model import Contract, Metadata
from segaudit.model.promises import MetadataSchema
from segaudit.model.records import tidy


def read_words(path: Path) -> dict[str, list[str]]:
    """Return the words of a vocabulary by column; ``None`` and ``NA`` are words, too."""
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    return {str(column): list(words) for column, words in table.groupby("column")["word"]}


WORDS = read_words(Path(__file__).with_name("vocabulary.csv"))
"""The words that the releases use, by column, in their spelling, including typos."""


class Violation(Struct, frozen=True):
    """A cell that breaks a rule."""

    line: int
    """Line of the file on which the row or the header begins."""
    case: str
    column: str
    value: str
    """The cell as stored."""
    rule: str
    """A description of valid cells, to follow the word "expected"."""


def numbers(cells: pd.Series[str]) -> pd.Series[float]:
    """Return the numbers in cells, NaN for other cells."""
    return pd.to_numeric(cells, errors="coerce")


def _listed(column: str) -> str:
    return f"one of {', '.join(WORDS[column])}"


def _possible_age(ages: pd.Series[str]) -> pd.Series[bool]:
    """Judge ages; the longest known life lasted 122 years."""
    return numbers(ages).between(0, 120)


def _possible_voltage(voltages: pd.Series[str]) -> pd.Series[bool]:
    """Judge tube voltages."""
    return numbers(voltages).between(50, 200)


def _usual_voltage(voltages: pd.Series[str]) -> pd.Series[bool]:
    """Judge tube voltages; scanners offer steps of 10 kV."""
    numeric = numbers(voltages)
    return numeric.isin(range(70, 151, 10)) | ~numeric.between(50, 200)


def _known_regions(places: pd.Series[str]) -> pd.Series[bool]:
    """Judge regions; a pathology can be in several."""
    return places.str.split(",").map(set(WORDS["pathology_location"]).issuperset)


def _cells(description: str = "", *checks: pa.Check, required: bool = True) -> pa.Column:
    """Return a column of texts, which may be empty, and a description of valid ones."""
    return pa.Column(str, list(checks), nullable=True, required=required, description=description or None)


def _filled() -> pa.Column:
    """Return a column without empty cells; ``release_schema`` says more of it."""
    return pa.Column(str)


# Schemas, and no models: these import all of Dask where it is installed, which takes half a second in each audit.
V1 = pa.DataFrameSchema(
    {
        "image_id": _filled(),
        "age": _cells("an age from 0 to 120 years", pa.Check(_possible_age)),
        "gender": _cells("m or f", pa.Check.isin(["m", "f"])),
        "institute": _cells(),
        "study_type": _cells(),
        "split": _filled(),
    },
    strict=True,
    ordered=True,
    unique_column_names=True,
)
"""The columns of v1, exactly these in this order, and their possible values."""

V2 = V1.add_columns(
    {
        "manufacturer": _cells(),
        "scanner_model": _cells(),
        "kvp": _cells("a tube voltage from 50 to 200 kV", pa.Check(_possible_voltage)),
        "pathology": _cells(),
        "pathology_location": _cells(),
    }
)
"""The columns of v2: those of v1, and more."""

V3 = pa.DataFrameSchema(
    {
        "image_id": _filled(),
        "split": _filled(),
        "age": _cells("an age from 0 to 120 years", pa.Check(_possible_age), required=False),
        "gender": _cells("m or f", pa.Check.isin(["m", "f"]), required=False),
        "kvp": _cells("a tube voltage from 50 to 200 kV", pa.Check(_possible_voltage), required=False),
    },
    unique_column_names=True,
)
"""The columns of v3 that are known, in any order, among others; those of v2 have possible values."""

KNOWN_WORDS = pa.DataFrameSchema(
    {
        "institute": _cells("a letter from A to J", pa.Check.isin(WORDS["institute"]), required=False),
        "study_type": _cells("a study type of the releases", pa.Check.isin(WORDS["study_type"]), required=False),
        "manufacturer": _cells(_listed("manufacturer"), pa.Check.isin(WORDS["manufacturer"]), required=False),
        "pathology": _cells(_listed("pathology"), pa.Check.isin(WORDS["pathology"]), required=False),
        "pathology_location": _cells(
            f"{_listed('pathology_location')}, or several joined with commas", pa.Check(_known_regions), required=False
        ),
    }
)
"""The words that the releases use; scanner models are free text."""

USUAL_VALUES = pa.DataFrameSchema(
    {
        "age": _cells("a usual age", required=False),
        "kvp": _cells("a usual tube voltage (70, 80, ... 150 kV)", pa.Check(_usual_voltage), required=False),
    }
)
"""The usual ones among the possible values; the schema of the release covers impossible ones."""

SCHEMAS: dict[MetadataSchema, pa.DataFrameSchema] = {
    "totalsegmentator-v1": V1,
    "totalsegmentator-v2": V2,
    "totalsegmentator-v3": V3,
}

HEADER_RULES = {
    "column_in_dataframe": "to have the columns {}",
    "column_in_schema": "not to have the columns {}",
    "column_ordered": "to have the order {order}",
    "dataframe_column_labels_unique": "to have only once the columns {}",
}
"""The requirement behind each of pandera's errors about columns."""


def number_columns() -> frozenset[str]:
    """Return the columns whose cells are numbers: those with a usual range."""
    return frozenset(USUAL_VALUES.columns)


def release_schema(contract: Contract) -> pa.DataFrameSchema:
    """Return the schema of a contract's metadata, with its ids and splits."""
    pattern, splits = contract.cases.pattern, list(contract.splits)
    matching = pa.Check.str_matches(re.compile(rf"(?:{pattern})\Z", re.ASCII))
    ids = {"checks": [matching], "description": f"an id that matches {pattern}"}
    words = {"checks": [pa.Check.isin(splits)] if splits else [], "description": " or ".join(splits) or "a split"}
    return SCHEMAS[contract.metadata].update_columns({"image_id": ids, "split": words})


def likely_schema(years: tuple[float, float]) -> pa.DataFrameSchema:
    """Return the schema of likely values, with the usual ages; that of the release covers impossible ones."""
    youngest, oldest = years

    def usual(ages: pd.Series[str]) -> pd.Series[bool]:
        found = numbers(ages)
        return ~(found.between(oldest, 120, inclusive="right") | found.between(0, youngest, inclusive="left"))

    words = f"an age of at most {oldest:g} years" if youngest <= 0 else f"an age from {youngest:g} to {oldest:g} years"
    age = {"checks": [pa.Check(usual)], "description": words}
    return USUAL_VALUES.update_columns({"age": age})


Question = Literal["possible", "known", "likely"]


def violations(
    metadata: Metadata, contract: Contract, question: Question, years: tuple[float, float] = (0, 100)
) -> Iterator[Violation]:
    """Yield the cells of the metadata that are not possible, known or likely: the header first, then line by line.

    Stray blanks are ignored; an empty cell is valid, unless its column has to be filled. ``years`` are the likely ages.
    """
    schemas = {"possible": lambda: release_schema(contract), "known": lambda: KNOWN_WORDS}
    schema = likely_schema(years) if question == "likely" else schemas[question]()
    cells = [[tidy(cell) or None for cell in row] for row in metadata.rows]
    failures = _failures(pd.DataFrame(cells, columns=list(metadata.columns), dtype="str"), schema)
    if failures.empty:
        return
    whole = failures["index"].isna()
    yield from _header_violations(metadata, failures[whole], schema)
    yield from _cell_violations(metadata, failures[~whole], schema)


def _header_violations(metadata: Metadata, failures: pd.DataFrame, schema: pa.DataFrameSchema) -> Iterator[Violation]:
    """Yield one violation for all columns with the same error; a duplicate column is not also reported as unordered."""
    header, order = ";".join(metadata.columns), ";".join(schema.columns)
    columns = failures.explode("failure_case").sort_values("check", ascending=False, kind="stable")
    for code, names in columns.drop_duplicates("failure_case").groupby("check")["failure_case"]:
        rule = HEADER_RULES[str(code)].format(", ".join(names), order=order)
        yield Violation(metadata.header_line, "", "header", header, rule)


def _cell_violations(metadata: Metadata, failures: pd.DataFrame, schema: pa.DataFrameSchema) -> Iterator[Violation]:
    """Yield one violation for each cell that fails, however many checks it fails."""
    ids = metadata.cells("image_id")
    columns = list(metadata.columns)
    failed = [(row, name) for row, name in failures[["index", "column"]].to_numpy() if columns.count(name) == 1]
    for row, place in sorted({(row, columns.index(name)) for row, name in failed}):  # of two, it is unknown which one
        line, case, column = metadata.lines[row], ids[row] if ids else "", columns[place]
        yield Violation(line, case, column, metadata.rows[row][place], schema.columns[column].description or "a value")


def _failures(table: pd.DataFrame, schema: pa.DataFrameSchema) -> pd.DataFrame:
    """Return pandera's table of failures: column, check, failure_case, index."""
    try:
        schema.validate(table, lazy=True)
    except pa.errors.SchemaErrors as errors:
        failures: pd.DataFrame = errors.failure_cases
        return failures
    return pd.DataFrame(columns=["column", "check", "failure_case", "index"])
