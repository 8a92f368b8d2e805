"""The difference between two audits, and what was judged of a dataset."""

from __future__ import annotations

import pytest

from segaudit.model.difference import Change, Difference, Side, Verdict
from segaudit.model.judged import Judged
from segaudit.model.severity import Severity
from segaudit.model.table_difference import ColumnChange, TableDifference, TableSide
from segaudit.testing import tables
from segaudit.testing.records import small_contract

SIDE = Side(dataset="d", contract="c", segaudit="0.1.0", cases=3)


@pytest.mark.parametrize(("verdict", "code"), [("not worse", 0), ("worse", 1), ("unknown", 3)])
def test_exit_codes(verdict: Verdict, code: int) -> None:
    """Those of an audit."""
    nothing = dict.fromkeys(set(Difference.__struct_fields__), ())
    known = {
        "format": 1,
        "verdict": verdict,
        "gate": Severity.ERROR,
        "tolerance_percent": 1.0,
        "old": SIDE,
        "new": SIDE,
    }
    assert Difference(**nothing | known).exit_code == code  # type: ignore[arg-type]  # the values fit, name by name


@pytest.mark.parametrize(
    ("old", "new", "percent"),
    [
        (80.0, 100.0, 25.0),
        (100.0, 80.0, -20.0),
        (0.0, 5.0, None),
        (None, 5.0, None),
        (5.0, None, None),
        (5.0, 0.0, -100.0),
    ],
)
def test_changes_in_per_cent(old: float | None, new: float | None, percent: float | None) -> None:
    """Of the old number, where there is one."""
    change = Change(structure="liver", number="mean_ml", old=old, new=new)
    assert change.percent == (percent if percent is None else pytest.approx(percent))


def test_what_was_judged() -> None:
    """The structures with voxels in whole files, and those of which the contract says nothing."""
    rows = [
        tables.mask("s0001", "liver", 27.0),
        tables.mask("s0002", "liver", 27.0),
        tables.mask("s0001", "tumour", 1.0),
        tables.mask("s0001", "kidney_left", 0.0, voxels=0),
        tables.mask("s0001", "femur_left", 9.0, whole=False),
        tables.mask("s0001", "kidney_right", 9.0, voxels=1),
    ]
    judged = Judged.of(tables.dataset([tables.case("s0001"), tables.case("s0002")], rows), small_contract())
    assert judged == Judged(structures=3, judged=1, others=("liver", "tumour"))


COLUMN = ColumnChange(column="age", old_type="integer", new_type="integer", cells=1)
TABLE = TableSide(path="meta.csv", rows=3, columns=2)
NAMES = ("added_columns", "removed_columns", "added_rows", "removed_rows", "repeated")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, 0),
        ({"reordered": True}, 1),
        ({"columns": (COLUMN,)}, 1),
        *(({name: ("a",)}, 1) for name in NAMES),
    ],
)
def test_tables_that_differ(changes: dict[str, object], code: int) -> None:
    """In anything, or in rows that could not be compared."""
    same = {"format": 1, "old": TABLE, "new": TABLE, "key": "image_id", "reordered": False, "columns": (), "cells": ()}
    found = TableDifference(**same | dict.fromkeys(NAMES, ()) | changes)  # type: ignore[arg-type]  # name by name
    assert (found.exit_code, found.differs) == (code, bool(code))
