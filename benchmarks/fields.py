"""Look for false findings in healthy fields of view: ``python benchmarks/fields.py --data DIR [--count N]``.

Of each case views are drawn at random: fields of view as large as those of v1, and between 60 and 165 mm, as they are,
noisy, tilted, with thick slices, coarser, or with contrast medium; with their masks, and without. Each is judged by all
checks of intensity.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from shutil import copyfile, copytree
from tempfile import TemporaryDirectory
from typing import Any

import click
import numpy as np
from bench.in_memory import measured
from bench.synthetic import add_ct
from bench.tables import table
from bench.views import sizes, views
from bench.volumes import Volumes
from msgspec.structs import replace

from segaudit import catalogue, contracts
from segaudit.demo.volume import Volume
from segaudit.judging.runner import Runner
from segaudit.model import Check
from segaudit.model.views import CaseViews

WORKERS = 2
BATCH = 50
"""Views of a task."""

REAL = {"v1 example": ("v1-example/s9001", "totalsegmentator-v1"), "s9104": ("s9104", "totalsegmentator-v2")}
"""Cases with a CT of a patient: folder and release."""

MADE = {"s0327": ("v2-masks/s0327", "totalsegmentator-v2"), "s0010": ("s0010", "totalsegmentator-v2")}
"""Cases with a patient's masks, and a CT that is made for them."""

PROMISES = frozenset({"ct-dtype"})

PAGE = """# False findings in healthy fields of view

Written by `python benchmarks/fields.py --data DIR --out docs`, where `DIR` holds the real cases. Of each case views are
drawn at random: every other one as large as a CT of v1, as far as the case goes, the others between 60 and 165 mm; as
they are, with noise of 5 to 80 HU, tilted by up to 20 degrees, with slices of 5 mm, with voxels up to twice as large,
or with contrast medium; every third one without masks. v1 example and s9104 are CTs of patients; those of s0327 and
s0010 are made for a patient's masks. Each view is judged by the {checks} checks of intensity that look at a case.

{table}

{found}
"""


@dataclass(frozen=True)
class Task:
    """Views of a case to be judged."""

    case: str
    folder: Path
    release: str
    data: Path
    seed: int
    count: int


@dataclass(frozen=True)
class Outcome:
    """How many views of a case were judged, and what was found in them: check, severity, kind, shape, message."""

    case: str
    views: int
    found: tuple[tuple[str, str, str, str, str], ...]


@click.command(help=__doc__)
@click.option("--data", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True)
@click.option(
    "--ct", "further", type=click.Path(exists=True, dir_okay=False, path_type=Path), multiple=True, help="A further CT."
)
@click.option("--count", default=1000, show_default=True, help="Views of each real case; of made ones a fifth.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("docs"), show_default=True)
def main(data: Path, further: tuple[Path, ...], count: int, out: Path) -> None:
    """Judge all views and write ``fields-of-view.md``."""
    with TemporaryDirectory() as folder, ProcessPoolExecutor(WORKERS, get_context("spawn")) as pool:
        outcomes = []
        for done, outcome in enumerate(pool.map(judge, tasks(data, further, count, Path(folder))), 1):
            outcomes.append(outcome)
            print(f"\r{done} batches, {sum(len(each.found) for each in outcomes)} findings", end="", file=sys.stderr)
    (out / "fields-of-view.md").write_text(page(outcomes), "utf-8")


def tasks(data: Path, further: tuple[Path, ...], count: int, folder: Path) -> Iterator[Task]:
    """Yield the batches of all cases."""
    for name, (path, release) in (REAL | MADE).items():
        case = data / path
        if name in MADE:
            case = Path(copytree(case, folder / name, copy_function=copyfile))
            for part in (case, case / "segmentations"):
                part.chmod(0o755)
            add_ct(case)
        for seed in range(count // BATCH if name in REAL else count // BATCH // 5):
            yield Task(name, case, release, data, seed, BATCH)
    for ct in further:
        yield from (Task(ct.name, ct, "totalsegmentator-v1", data, seed, BATCH) for seed in range(count // BATCH))


def judge(task: Task) -> Outcome:
    """Judge a batch of views."""
    contract = contracts.load(task.release)
    found = []
    for number, (kind, view) in enumerate(views(loaded(task.folder), sizes(task.data), task.count, task.seed)):
        case = measured(view)
        shown = "x".join(map(str, view.labels.shape))
        runner = Runner(checks(), contract)
        runner.case(CaseViews(case if number % 3 else replace(case, masks=()), contract))
        for check_run in runner.check_runs:
            severity = check_run.check.severity.value
            found += [(check_run.check.id, severity, kind, shown, each.message) for each in check_run.findings]
    return Outcome(task.case, task.count, tuple(found))


@lru_cache(maxsize=1)
def loaded(path: Path) -> Volumes:
    """Read a case, or a CT that has no masks."""
    if path.is_dir():
        return Volumes.load(path)
    volume = Volume.read(path)
    return Volumes(volume.voxels, np.zeros(volume.voxels.shape, np.uint16), (frozenset(),), (), volume.affine)


def checks() -> list[Check[Any]]:
    """Return the checks of intensity that look at a case, but for those of what a contract promises."""
    known = catalogue.by_id().values()
    return [check for check in known if check.family == "intensity" and check.id not in PROMISES]


def page(outcomes: Sequence[Outcome]) -> str:
    """Return the page."""
    judged = Counter[str]()
    for outcome in outcomes:
        judged[outcome.case] += outcome.views
    found = [(outcome.case, *each) for outcome in outcomes for each in outcome.found]
    header = ("check", "severity", *judged)
    counts = Counter((case, check) for case, check, *_ in found)
    rows = [
        (f"`{check.id}`", check.severity.value, *(str(counts[case, check.id]) for case in judged)) for check in checks()
    ]
    shown = table(header, [("views", "", *map(str, judged.values())), *rows])
    lines = [
        f"- {case}, {kind}, {shown} voxels: `{check}`: {message}" for case, check, _, kind, shown, message in found
    ]
    return PAGE.format(checks=len(rows), table=shown, found="\n".join(lines) or "Nothing was found in any of them.")


if __name__ == "__main__":
    main()
