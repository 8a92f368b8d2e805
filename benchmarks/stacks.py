"""Plant what goes wrong with the slices of a CT: ``python benchmarks/stacks.py --data DIR [--out docs]``.

Each fault at three strengths or more, in two CTs of patients and a phantom, stored along each axis and from either end.
Healthy small fields of view are among them. Each is judged by all checks of intensity.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import numpy as np
from bench.in_memory import measured
from bench.slice_plants import AXES, plants, stored
from bench.tables import table
from bench.volumes import Volumes
from fields import REAL, checks
from msgspec import structs

from segaudit import contracts
from segaudit.demo.phantom import TRUNK, make_case, write_case
from segaudit.judging.runner import Runner
from segaudit.model.views import CaseViews

WORKERS = 2
MAX_VOXELS = 4_000_000
PHANTOM = "phantom"
PAGE = """# What goes wrong with slices, and what is found

Written by `python benchmarks/stacks.py --data DIR --out docs`, where `DIR` holds the real cases. Each fault is planted
at three strengths or more in two CTs of patients and in a phantom; each of these is stored along each axis, from either
end, and judged by the {checks} checks of intensity that look at a case. A cell says in how many of the six ways the
fault was found by a check that names it, and which others found something; a healthy one says what was found at all.
Where a case has nothing that a fault shows in, the cell says "no place": no voxel as bright, or two slices that follow
each other as well in either order, as they do along the phantom's thighs.

{table}
"""


@dataclass(frozen=True)
class Task:
    """A fault in a host."""

    host: str
    folder: Path
    release: str
    plant: int


def judge(task: Task) -> tuple[str, int, str]:
    """Return host, fault, and what its cell says."""
    plant = list(plants())[task.plant]
    healthy, contract = loaded(task.folder), contracts.load(task.release)
    if not plant.shows(healthy):
        return task.host, task.plant, "no place"
    case = plant.change(healthy)
    found, others = 0, set[str]()
    for axis, turned in product(AXES, (False, True)):
        records = measured(stored(case, axis, turned=turned))
        runner = Runner(checks(), contract)
        runner.case(
            CaseViews(records if plant.masks or not plant.named else structs.replace(records, masks=()), contract)
        )
        ids = {run.check.id for run in runner.check_runs if run.findings}
        found += not ids.isdisjoint(plant.named)
        others |= ids.difference(plant.named)
    more = ", ".join(f"`{check}`" for check in sorted(others))
    return task.host, task.plant, "; ".join(filter(None, [f"{found} of 6" if plant.named else "", more])) or "none"


@lru_cache(maxsize=1)
def loaded(folder: Path) -> Volumes:
    """Read a case with whole intensities; a large one with every other voxel in the plane."""
    case = Volumes.load(folder)
    if case.ct.size > MAX_VOXELS:
        case = case.shaped(lambda grid: grid[::2, ::2], case.affine @ np.diag([2, 2, 1, 1]))
    return replace(case, ct=np.rint(case.ct).astype(np.int32))


@click.command(help=__doc__)
@click.option("--data", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("docs"), show_default=True)
def main(data: Path, out: Path) -> None:
    """Judge all faults and write ``stacks.md``."""
    with TemporaryDirectory() as folder, ProcessPoolExecutor(WORKERS, get_context("spawn")) as pool:
        phantom = Path(folder) / PHANTOM
        write_case(phantom, make_case(1, TRUNK))
        hosts = {name: (data / path, release) for name, (path, release) in REAL.items()}
        hosts[PHANTOM] = phantom, "totalsegmentator-v1"
        tasks = [Task(name, *host, number) for name, host in hosts.items() for number in range(len(list(plants())))]
        cells = {}
        for done, (host, number, cell) in enumerate(pool.map(judge, tasks), 1):
            cells[host, number] = cell
            print(f"\r{done} of {len(tasks)}", end="", file=sys.stderr)
    (out / "stacks.md").write_text(page(list(hosts), cells), "utf-8")


def page(hosts: Sequence[str], cells: dict[tuple[str, int], str]) -> str:
    """Return the page."""
    header = ("fault", "strength", *hosts)
    rows = [
        (plant.fault, plant.strength, *(cells[host, number] for host in hosts)) for number, plant in enumerate(plants())
    ]
    return PAGE.format(checks=len(checks()), table=table(header, rows))


if __name__ == "__main__":
    main()
