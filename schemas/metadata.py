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

VOCABULARY = pd.read_csv(Path(__file__).with_name("vocabulary.csv"))
WORDS = {str(column): list(words) for column, words in VOCABULARY.groupby("column")["word"]}
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


class MetadataV1(pa.DataFrameModel):
    """The columns of v1, in order, and their possible values."""

    image_id: str
    age: str = pa.Field(nullable=True, description="an age from 0 to 120 years")
    gender: str = pa.Field(nullable=True, isin=["m", "f"], description="m or f")
    institute: str = pa.Field(nullable=True)
    study_type: str = pa.Field(nullable=True)
    split: str

    class Config:
        """Exactly these columns, in this order."""

        strict = True
        ordered = True
        unique_column_names = True

    @pa.check("age")
    @classmethod
    def possible_age(cls, ages: pd.Series[str]) -> pd.Series[bool]:
        """Judge ages; the longest known life lasted 122 years."""
        return numbers(ages).between(0, 120)


class MetadataV2(MetadataV1):
    """The columns of v2 and v3."""

    manufacturer: str = pa.Field(nullable=True)
    scanner_model: str = pa.Field(nullable=True)
    kvp: str = pa.Field(nullable=True, description="a tube voltage from 50 to 200 kV")
    pathology: str = pa.Field(nullable=True)
    pathology_location: str = pa.Field(nullable=True)

    @pa.check("kvp")
    @classmethod
    def possible_voltage(cls, voltages: pd.Series[str]) -> pd.Series[bool]:
        """Judge tube voltages."""
        return numbers(voltages).between(50, 200)


class MetadataV3(pa.DataFrameModel):
    """The columns of v3 that are known, in any order, among others; those of v2 have possible values."""

    image_id: str
    split: str
    age: str | None = pa.Field(nullable=True, description="an age from 0 to 120 years")
    gender: str | None = pa.Field(nullable=True, isin=["m", "f"], description="m or f")
    kvp: str | None = pa.Field(nullable=True, description="a tube voltage from 50 to 200 kV")

    class Config:
        """These columns, and others."""

        unique_column_names = True

    @pa.check("age")
    @classmethod
    def possible_age(cls, ages: pd.Series[str]) -> pd.Series[bool]:
        """Judge ages; the longest known life lasted 122 years."""
        return numbers(ages).between(0, 120)

    @pa.check("kvp")
    @classmethod
    def possible_voltage(cls, voltages: pd.Series[str]) -> pd.Series[bool]:
        """Judge tube voltages."""
        return numbers(voltages).between(50, 200)


class KnownWords(pa.DataFrameModel):
    """The words that the releases use; scanner models are free text."""

    institute: str | None = pa.Field(nullable=True, isin=WORDS["institute"], description="a letter from A to J")
    study_type: str | None = pa.Field(
        nullable=True, isin=WORDS["study_type"], description="a study type of the releases"
    )
    manufacturer: str | None = pa.Field(nullable=True, isin=WORDS["manufacturer"], description=_listed("manufacturer"))
    pathology: str | None = pa.Field(nullable=True, isin=WORDS["pathology"], description=_listed("pathology"))
    pathology_location: str | None = pa.Field(
        nullable=True, description=f"{_listed('pathology_location')}, or several joined with commas"
    )

    @pa.check("pathology_location")
    @classmethod
    def known_regions(cls, places: pd.Series[str]) -> pd.Series[bool]:
        """Judge regions; a pathology can be in several."""
        return places.str.split(",").map(set(WORDS["pathology_location"]).issuperset)


class LikelyValues(pa.DataFrameModel):
    """The usual ones among the possible values; the model of the release covers impossible ones."""

    age: str | None = pa.Field(nullable=True, description="a usual age")
    kvp: str | None = pa.Field(nullable=True, description="a usual tube voltage (70, 80, ... 150 kV)")

    @pa.check("kvp")
    @classmethod
    def usual_voltage(cls, voltages: pd.Series[str]) -> pd.Series[bool]:
        """Judge tube voltages; scanners offer steps of 10 kV."""
        numeric = numbers(voltages)
        return numeric.isin(range(70, 151, 10)) | ~numeric.between(50, 200)


MODELS: dict[MetadataSchema, type[pa.DataFrameModel]] = {
    "totalsegmentator-v1": MetadataV1,
    "totalsegmentator-v2": MetadataV2,
    "totalsegmentator-v3": MetadataV3,
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
    return frozenset(LikelyValues.to_schema().columns)


def release_schema(contract: Contract) -> pa.DataFrameSchema:
    """Return the model of a contract's metadata, with its ids and splits."""
    pattern, splits = contract.cases.pattern, list(contract.splits)
    matching = pa.Check.str_matches(re.compile(rf"(?:{pattern})\Z", re.ASCII))
    ids = {"checks": [matching], "description": f"an id that matches {pattern}"}
    words = {"checks": [pa.Check.isin(splits)] if splits else [], "description": " or ".join(splits) or "a split"}
    return MODELS[contract.metadata].to_schema().update_columns({"image_id": ids, "split": words})


def likely_schema(years: tuple[float, float]) -> pa.DataFrameSchema:
    """Return the model of likely values, with the usual ages; the model of the release covers impossible ones."""
    youngest, oldest = years

    def usual(ages: pd.Series[str]) -> pd.Series[bool]:
        found = numbers(ages)
        return ~(found.between(oldest, 120, inclusive="right") | found.between(0, youngest, inclusive="left"))

    words = f"an age of at most {oldest:g} years" if youngest <= 0 else f"an age from {youngest:g} to {oldest:g} years"
    age = {"checks": [pa.Check(usual)], "description": words}
    return LikelyValues.to_schema().update_columns({"age": age})


Question = Literal["possible", "known", "likely"]


def violations(
    metadata: Metadata, contract: Contract, question: Question, years: tuple[float, float] = (0, 100)
) -> Iterator[Violation]:
    """Yield the cells of the metadata that are not possible, known or likely: the header first, then line by line.

    Stray blanks are ignored; an empty cell is valid, unless its column has to be filled. ``years`` are the likely ages.
    """
    schemas = {"possible": lambda: release_schema(contract), "known": KnownWords.to_schema}
    schema = likely_schema(years) if question == "likely" else schemas[question]()
    cells = [[tidy(cell) or None for cell in row] for row in metadata.rows]
    failures = _failures(pd.DataFrame(cells, columns=list(metadata.columns), dtype="str"), schema)
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
    for row, place in sorted({(row, columns.index(name)) for row, name in failures[["index", "column"]].to_numpy()}):
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
