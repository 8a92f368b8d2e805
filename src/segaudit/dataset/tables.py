"""The measurement tables, with a row for each case and for each mask."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pandas as pd
import xxhash
from msgspec.structs import astuple

from segaudit.dataset.columns import Columns
from segaudit.dataset.rows import case_row, mask_rows
from segaudit.dataset.scans import Scans
from segaudit.model import CASE_COLUMNS, MASK_COLUMNS, Case, Contract, Dataset, Meeting, Unmeasured
from segaudit.model.bearing import Position
from segaudit.model.flawed import flawed, unlike_tissue
from segaudit.model.report import CT
from segaudit.model.scan import Scan
from segaudit.model.score import CASE_SCORE_COLUMNS, SCORE_COLUMNS, case_scores, scores
from segaudit.model.views import CaseViews
from segaudit.model.whole import write_together

MEASURED_OF_CASE = CASE_COLUMNS[: -len(CASE_SCORE_COLUMNS)]
MEASURED_OF_MASK = MASK_COLUMNS[: -len(SCORE_COLUMNS)]

WITHOUT_EXPONENT = (1e-4, 1e16)
"""The range in which Python writes fractions without an exponent; the upper end is excluded."""

QUOTED = ',"\r\n\0'
"""Characters that ``csv`` quotes or escapes."""

WRITTEN_ROWS = 1 << 12
"""Rows whose cells are objects of Python at a time while a table is written."""


class Tables:
    """The measurement tables, built case by case."""

    def __init__(self, contract: Contract, folder: Path | None = None) -> None:
        """Start without rows.

        Args:
            contract: defines the position and completeness of a structure.
            folder: where to keep what does not stay in memory; where the system has temporary files if None.
        """
        self._contract = contract
        self.files = 0
        self.underived: list[Unmeasured] = []
        """The cases whose anatomy could not be derived: their masks have no place, and none counts as complete."""
        self.digests: dict[str, str] = {}
        self.unread: dict[str, tuple[str, ...]] = {}
        self._wanting: dict[tuple[str, ...], tuple[str, ...]] = {}
        """Each of its values once: most cases of a dataset lack the same structures."""
        self.unlike_tissue: set[str] = set()
        self._scans = Scans(folder)
        self._cases = Columns(MEASURED_OF_CASE)
        self._masks = Columns(MEASURED_OF_MASK)
        self._shares: dict[tuple[str, str], list[tuple[float, str]]] = defaultdict(list)

    def add(self, views: CaseViews) -> None:
        """Add the rows of one case, and its CT if it is whole."""
        case = views.case
        self.files += len(case.files)
        self.digests[case.case] = _digest(case)
        if unread := self._unread(case):
            self.unread[case.case] = self._wanting.setdefault(unread, unread)
        if case.ct and case.ct.whole:
            self._scans.add(case.ct)
        self._cases.add([case_row(case)])
        self._masks.add(mask_rows(case, *self._anatomy(views)))
        self._meet(case)

    def frames(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return a row for each case, with ``CASE_COLUMNS``, and a row for each mask, with ``MASK_COLUMNS``."""
        cases, masks = self._cases.frame(), self._masks.frame()
        scored = scores(masks, self._contract)
        return cases.join(case_scores(masks, scored), on="case"), masks.join(scored)

    @property
    def cts(self) -> tuple[Scan, ...]:
        """The CTs that are whole, as far as they are compared with each other."""
        return tuple(self._scans.kept)

    @property
    def meetings(self) -> tuple[Meeting, ...]:
        """The pairs of structures that share voxels, the most frequent first."""
        meetings = (Meeting(*pair, len(shares), *max(shares)) for pair, shares in self._shares.items())
        return tuple(sorted(meetings, key=lambda meeting: -meeting.cases))

    def _anatomy(self, views: CaseViews) -> tuple[Collection[str], Mapping[str, Position], Mapping[str, str]]:
        """Return the complete structures of a case, where they lie, and flaws; none where this cannot be derived."""
        try:
            self.unlike_tissue.update([views.case.case] if unlike_tissue(views.registration) else [])
            return views.anatomy.complete, views.anatomy.places, flawed(views.anatomy)
        except Exception as error:  # noqa: BLE001 (one case must not stop the others)
            reason = f"its anatomy could not be derived: {type(error).__name__}: {error}"
            self.underived.append(Unmeasured(case=views.case.case, error=reason))
            return (), {}, {}

    def _unread(self, case: Case) -> tuple[str, ...]:
        """Return the structures without a whole mask, and the CT if it is not whole."""
        wanted = {*self._contract.by_name, *(mask.structure for mask in case.masks)} - case.whole_masks.keys()
        return (*(() if case.ct and case.ct.whole else (CT,)), *sorted(wanted))

    def _meet(self, case: Case) -> None:
        """Add the overlaps of one case."""
        sizes = {name: mask.voxels for name, mask in case.whole_masks.items()}
        for first, second, voxels in map(astuple, case.overlaps):
            self._shares[first, second].append((voxels / min(sizes[first], sizes[second]), case.case))


def write(dataset: Dataset, folder: Path) -> None:
    """Write ``cases.csv`` and ``masks.csv``, each atomically."""
    write_together({folder / "cases.csv": csv_parts(dataset.cases), folder / "masks.csv": csv_parts(dataset.masks)})


def csv_parts(table: pd.DataFrame) -> Iterator[bytes]:
    """Yield a table as pandas writes it without its index, in half the time, with the same line ends everywhere.

    It comes in parts of some rows, whose cells are objects of Python meanwhile.
    """
    yield _lines([table.columns])
    for first in range(0, len(table), WRITTEN_ROWS):
        columns = [_texts(column) for _, column in table.iloc[first : first + WRITTEN_ROWS].items()]
        rows = zip(*columns, strict=False)
        yield _lines(rows) if len(columns) == 1 or any(map(_odd, columns)) else _joined(rows)


def _lines(rows: Iterable[Iterable[object]]) -> bytes:
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def _joined(rows: Iterable[Iterable[str]]) -> bytes:
    """Return what ``csv`` writes of cells that it neither quotes nor escapes, in a third of the time."""
    return "".join(f"{line}\n" for line in map(",".join, rows)).encode()


def _odd(texts: list[str]) -> bool:
    """Whether any cell of a column may have to be quoted or escaped."""
    together = "".join(texts)
    return any(character in together for character in QUOTED)


def _texts(column: pd.Series[Any]) -> list[str]:
    """Return the cells of a column as they are written, empty for NaN of numbers.

    msgspec writes fractions six times as fast as Python, with the same digits, except for those with an exponent.
    """
    values: list[Any] = column.tolist()
    if column.dtype.kind != "f":
        return ["" if value is None else str(value) for value in values]
    sizes, (least, end) = np.abs(column.to_numpy()), WITHOUT_EXPONENT
    if ((sizes > 0) & ~((sizes >= least) & (sizes < end))).any():
        return ["" if value != value else str(value) for value in values]  # noqa: PLR0124 (only NaN differs from itself)
    return msgspec.json.encode(values)[1:-1].decode().replace("null", "").split(",")


def _digest(case: Case) -> str:
    """Return a digest of the paths and the bytes of a case's files."""
    return xxhash.xxh3_64_hexdigest(msgspec.msgpack.encode(sorted((file.path, file.digest) for file in case.files)))
