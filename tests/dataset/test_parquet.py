"""The tables as Parquet: those of the CSV files, and a message where PyArrow is missing."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import segaudit
from segaudit.dataset import parquet
from segaudit.dataset.tables import Tables, csv_parts
from segaudit.model import Dataset
from segaudit.model.errors import InputError
from segaudit.model.views import CaseViews
from segaudit.testing.records import empty_mask, healthy_case, small_contract
from segaudit.testing.small import write_small
from tests.support.commands import run


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
        assert [*csv_parts(pd.read_parquet(tmp_path / f"{name}.parquet"))] == [*csv_parts(table)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cases.parquet", "masks.parquet"]


def test_without_pyarrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message has the line that installs it."""
    monkeypatch.setattr(parquet, "find_spec", lambda _: None)
    with pytest.raises(InputError, match=r"pip install 'segaudit\[parquet\]'"):
        parquet.needed()


def test_an_audit_writes_it(tmp_path: Path) -> None:
    """By the function and by both commands, with the rows of the CSV files."""
    pytest.importorskip("pyarrow")
    root, contract = write_small(tmp_path)
    report = segaudit.audit(root, contract, output=tmp_path / "api", workers=1, parquet=True)
    assert report.exit_code == 0
    words = (str(root), "--contract", str(contract), "--workers", "1", "--parquet", "-o")
    for command in ("audit", "measure"):
        assert run(command, *words, str(tmp_path / command)).exit_code == 0
    for folder in ("api", "audit", "measure"):
        for name in ("cases", "masks"):
            file = tmp_path / folder / "measurements" / name
            assert (
                b"".join(csv_parts(pd.read_parquet(file.with_suffix(".parquet"))))
                == file.with_suffix(".csv").read_bytes()
            )
