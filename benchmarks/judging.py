"""Time the judging of a dataset's worth of records: ``python benchmarks/judging.py [CASE_FOLDER]``.

One case is measured, and its record is used for all: each copy has an id of its own, lies elsewhere in the world, and
has slightly larger masks, so that nothing that is derived from one of them can be had of another one.
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
from msgspec.structs import replace

from segaudit import catalogue
from segaudit.dataset.codec import pack, unpack
from segaudit.dataset.measured import groups
from segaudit.dataset.tables import Tables, write
from segaudit.dataset.target import load_contract
from segaudit.judging.runner import Runner
from segaudit.measure import measure_case
from segaudit.model import Case, Dataset, File
from segaudit.model.records import Vector
from segaudit.model.views import CaseViews

T = TypeVar("T")

_CASES = 1204
_ROUNDS = 3
_STEP_MM, _GROWTH = 0.01, 1e-6
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
    for group in groups(timed("decode", unpack, record) for record in records):
        several = [CaseViews(case, contract) for case in group if isinstance(case, Case)]
        timed("judge cases", judge.cases, several)
        while several:
            timed("collect rows", tables.add, several.pop(0))
        group.clear()
    dataset = timed("build tables", of, tables)
    with TemporaryDirectory() as folder:
        timed("write tables", write, dataset, Path(folder))
    timed("judge the dataset", judge.dataset, dataset)
    return spent


def of(tables: Tables) -> Dataset:
    """Return the dataset of tables."""
    cases, masks = tables.frames()
    return Dataset(root=".", folders=tuple(cases["case"]), cases=cases, masks=masks, cts=tuple(tables.cts))


def another(case: Case, number: int) -> bytes:
    """Return the record of a case like this one, with another id, a little to its right and a little larger."""
    name, far = f"s{number:0{len(case.case) - 1}}", _STEP_MM * number

    def moved(point: Vector) -> Vector:
        return point[0] + far, point[1], point[2]

    def placed(file: File) -> File:
        header = file.header
        affines = (header.affine, header.qform, header.sform) if header else ()
        affine, qform, sform = ((*a[:3], a[3] + far, *a[4:]) if a else a for a in affines) if header else ((), (), ())
        return replace(file, header=header and replace(header, affine=affine, qform=qform, sform=sform))

    masks = tuple(
        replace(
            mask,
            file=placed(mask.file),
            volume_ml=mask.volume_ml * (1 + _GROWTH * number),
            centroid_mm=mask.centroid_mm and moved(mask.centroid_mm),
            ends_mm=mask.ends_mm and (moved(mask.ends_mm[0]), moved(mask.ends_mm[1])),
            course_mm=tuple(map(moved, mask.course_mm)),
        )
        for mask in case.masks
    )
    ct = case.ct and replace(case.ct, file=placed(case.ct.file))
    return pack(replace(case, masks=masks, ct=ct)).replace(case.case.encode(), name.encode())


def main(folder: Path | None) -> None:
    """Print a table of the stages."""
    with case_at(folder) as (root, files):
        case = measure_case(root, files)
    copies = [another(case, number) for number in range(_CASES)]
    rounds = [judged(copies) for _ in range(_ROUNDS)]
    print(f"{_CASES} cases of {len(case.masks)} masks, {len(copies[0])} bytes a record, medians of {_ROUNDS} rounds\n")
    print("| stage | CPU s |\n| --- | ---: |")
    for stage in rounds[0]:
        print(f"| {stage} | {median(one[stage] for one in rounds):.2f} |")
    print(f"| all | {median(sum(one.values()) for one in rounds):.2f} |")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else None)
