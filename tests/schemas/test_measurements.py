"""The models of the exported measurements."""

from __future__ import annotations

import gzip
import io
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segaudit import audit
from segaudit.model import CASE_COLUMNS, MASK_COLUMNS
from segaudit.schemas.measurements import Cases, Masks
from segaudit.testing.small import write_small
from segaudit.testing.tables import Cell, case, dataset, mask

DATA = dataset([case("s0001"), case("s0002", size_i=math.nan, ct_digest="")], [mask("s0001", "liver", 12.5)])


def broken(table: pd.DataFrame, model: type[pa.DataFrameModel]) -> list[tuple[str, str]]:
    """Return column and rule of what a model refuses."""
    try:
        model.validate(table, lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        return list(dict.fromkeys(zip(cases["column"], cases["check"], strict=True)))
    return []


def exported(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table as it is after export and import."""
    text = io.StringIO(table.to_csv(index=False))
    return pd.read_csv(text, dtype={"case": str, "structure": str}, keep_default_na=False, na_values="")


def test_columns() -> None:
    """The models have the columns of the tables, in their order."""
    assert tuple(Cases.to_schema().columns) == CASE_COLUMNS
    assert tuple(Masks.to_schema().columns) == MASK_COLUMNS


def test_healthy_tables() -> None:
    """Tables pass in memory and after export, empty ones, too."""
    for cases, masks in ((DATA.cases, DATA.masks), (DATA.cases[:0], DATA.masks[:0])):
        assert broken(cases, Cases) == []
        assert broken(masks, Masks) == []
        assert broken(exported(cases), Cases) == []
        assert broken(exported(masks), Masks) == []


MISSING = ("NA", "nan", "NaN", "null", "None", "N/A", "<NA>", "001", "1e5", "True")
"""Names that pandas and others take for a missing value, a number or a truth value."""


@given(st.lists(st.sampled_from(MISSING) | st.from_regex(r"[A-Za-z0-9_]+", fullmatch=True), min_size=1, unique=True))
def test_names_stay_names(names: list[str]) -> None:
    """Whatever they are, in memory and after export; a missing number stays missing."""
    cases = [case(name, size_i=math.nan) for name in names]
    masks = [mask(name, structure, 0.0, volume_ml=math.nan) for name in names for structure in names[:3]]
    tables = dataset(cases, masks)
    for table in (tables.masks, exported(tables.masks)):
        valid = Masks.validate(table)
        assert list(valid["case"]) == [row["case"] for row in masks]
        assert list(valid["structure"]) == [row["structure"] for row in masks]
        assert valid["volume_ml"].isna().all()
    for table in (tables.cases, exported(tables.cases)):
        valid_cases = Cases.validate(table)
        assert list(valid_cases["case"]) == names
        assert valid_cases["size_i"].isna().all()


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"masks": -1, "nonempty_masks": -1}, [("masks", "greater_than_or_equal_to(0)")]),
        ({"nonempty_masks": 2, "masks": 1}, [("case", "parts")]),
    ],
)
def test_wrong_case(cells: Cell, expected: list[tuple[str, str]]) -> None:
    """A number that no case can have is refused."""
    assert broken(dataset([case("s0001", **cells)], []).cases, Cases)[: len(expected)] == expected


def test_wrong_masks() -> None:
    """Shares lie between 0 and 1, and a structure has one mask in a case."""
    masks = [mask("s0001", "liver", 1.0, void_share=1.5), mask("s0001", "liver", 1.0)]
    assert broken(dataset([], masks).masks, Masks) == [
        ("case", "multiple_fields_uniqueness"),
        ("structure", "multiple_fields_uniqueness"),
        ("void_share", "in_range(0, 1)"),
    ]


def test_other_columns() -> None:
    """A table with a column more or less is refused."""
    assert broken(DATA.cases.drop(columns="masks").assign(more=1), Cases)[:1] == [("Cases", "column_in_schema")]


def test_exports_of_damaged_cases_pass(tmp_path: Path) -> None:
    """What an audit writes of affines without lengths, of damaged files and of cases without a CT."""
    root, contract = write_small(tmp_path)
    for name, place in (("s0000/ct.nii.gz", 280), ("s0000/segmentations/liver.nii.gz", 296)):
        content = bytearray(gzip.decompress((root / name).read_bytes()))
        content[place : place + 4] = np.float32(np.nan).tobytes()
        (root / name).write_bytes(gzip.compress(content))
    (root / "s0001" / "ct.nii.gz").unlink()
    (root / "s0002" / "segmentations" / "liver.nii.gz").write_bytes(b"junk")
    audit(root, contract, output=tmp_path / "out", workers=1)
    for name, model in (("cases", Cases), ("masks", Masks)):
        table = pd.read_csv(tmp_path / "out" / "measurements" / f"{name}.csv")
        assert broken(table, model) == []
        assert len(table) >= len(("s0000", "s0001", "s0002"))
