"""The measurement tables as Parquet, for those who read millions of masks. It needs PyArrow, which is large."""

from __future__ import annotations

from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

from segaudit.model import Dataset
from segaudit.model.errors import InputError
from segaudit.model.whole import write_together


def needed() -> None:
    """Make sure that tables can be written.

    Raises:
        InputError: PyArrow is not installed; the message says how to.
    """
    if find_spec("pyarrow") is None:
        raise InputError("--parquet needs PyArrow: pip install 'segaudit[parquet]'")


def write(dataset: Dataset, folder: Path) -> None:
    """Write ``cases.parquet`` and ``masks.parquet``, with the columns of the CSV files; what is empty there is null."""
    contents = {}
    for name, table in (("cases", dataset.cases), ("masks", dataset.masks)):
        stream = BytesIO()
        table.to_parquet(stream, engine="pyarrow", compression="zstd", index=False)
        contents[folder / f"{name}.parquet"] = [stream.getvalue()]
    write_together(contents)
