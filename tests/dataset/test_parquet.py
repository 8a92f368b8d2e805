"""The tables as Parquet: those of the CSV files, and a message where PyArrow is missing."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from segaudit.dataset import parquet
from segaudit.dataset.tables import Tables, as_csv
from segaudit.model import Dataset
from segaudit.model.errors import InputError
from segaudit.model.views import CaseViews
from segaudit.testing.records import empty_mask, healthy_case, small_contract


def made(*, empty: bool) -> Dataset:
    """Return a dataset of one case, or none."""
    tables = Tables(small_contract())
    if not empty:
        tables.add(CaseViews(healthy_case(empty_mask("spleen")), small_contract()))
    cases, masks = tables.frames()
    return Dataset(root="d", folders=tuple(cases["case"]), cases=cases, masks=masks)


@pytest.mark.parametrize("empty", [False, True])
def test_tables(empty: bool, tmp_path: Path) -> None:  # noqa: FBT001
    """Columns, rows and numbers are those of the CSV files."""
    pytest.importorskip("pyarrow")
    dataset = made(empty=empty)
    parquet.write(dataset, tmp_path)
    for name, table in (("cases", dataset.cases), ("masks", dataset.masks)):
        assert as_csv(pd.read_parquet(tmp_path / f"{name}.parquet")) == as_csv(table)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cases.parquet", "masks.parquet"]


def test_without_pyarrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message has the line that installs it."""
    monkeypatch.setattr(parquet, "find_spec", lambda _: None)
    with pytest.raises(InputError, match=r"pip install 'segaudit\[parquet\]'"):
        parquet.needed()
