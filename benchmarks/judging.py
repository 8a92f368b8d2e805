"""Time the judging of a dataset's worth of records: ``python benchmarks/judging.py [CASE_FOLDER]``.

One case is measured, and its record is used for all: each copy has an id of its own.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TypeVar

from cases import case_at

from segaudit import catalogue
from segaudit.dataset.codec import pack, unpack
from segaudit.dataset.tables import Tables, write
from segaudit.dataset.target import load_contract
from segaudit.judging.runner import Runner
from segaudit.measure import measure_case
from segaudit.model import Dataset
from segaudit.model.views import CaseViews

T = TypeVar("T")

_CASES = 1204
_ROUNDS = 3
_CONTRACT = "totalsegmentator-v2"


def judged(records: list[bytes]) -> dict[str, float]:
    """Decode and judge records; return the CPU seconds of each stage."""
    spent: dict[str, float] = defaultdict(float)

    def timed(stage: str, work: Callable[..., T], *arguments: object) -> T:
        start = time.process_time()
        try:
            return work(*arguments)
        finally:
            spent[stage] += time.process_time() - start

    checks = (check for family in catalogue.families().values() for check in family)
    contract = load_contract(_CONTRACT)
    judge, tables = Runner(checks, contract), Tables(contract)
    for record in records:
        views = CaseViews(timed("decode", unpack, record), contract)
        timed("judge cases", judge.case, views)
        timed("collect rows", tables.add, views)
    dataset = timed("build tables", of, tables)
    with TemporaryDirectory() as folder:
        timed("write tables", write, dataset, Path(folder))
    timed("judge the dataset", judge.dataset, dataset)
    return spent


def of(tables: Tables) -> Dataset:
    """Return the dataset of tables."""
    cases, masks = tables.frames()
    return Dataset(root=".", folders=tuple(cases["case"]), cases=cases, masks=masks, cts=tuple(tables.cts))


def main(folder: Path | None) -> None:
    """Print a table of the stages."""
    with case_at(folder) as (root, files):
        case = measure_case(root, files)
    record, name = pack(case), case.case.encode()
    copies = [record.replace(name, b"s%0*d" % (len(name) - 1, number)) for number in range(_CASES)]
    rounds = [judged(copies) for _ in range(_ROUNDS)]
    print(f"{_CASES} cases of {len(case.masks)} masks, {len(record)} bytes a record, medians of {_ROUNDS} rounds\n")
    print("| stage | CPU s |\n| --- | ---: |")
    for stage in rounds[0]:
        print(f"| {stage} | {median(one[stage] for one in rounds):.2f} |")
    print(f"| all | {median(sum(one.values()) for one in rounds):.2f} |")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else None)
