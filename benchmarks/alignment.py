"""How small a displacement is found, and what is found in health: ``python benchmarks/alignment.py --data DIR``.

Cases are measured in memory by the product's code: all masks moved, the CT mirrored, turned or another patient's,
single masks moved, on several grids; and healthy variants of each.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product
from multiprocessing import get_context
from pathlib import Path

import click
from bench.alignment_page import Kind, Trial, page
from bench.displacing import Result, health, single, whole
from bench.synthetic import synthetic_ct, tissues
from bench.variants import resampled
from bench.volumes import Volumes

WORKERS = 2

HOSTS = {"v1 example": "v1-example/s9001", "s9104": "s9104", "s0327": "v2-masks/s0327", "s0010": "s0010"}
"""The first two have CTs of patients; those of the others are made for a patient's masks."""

COARSE = ("s0327", "s0010")
"""Hosts that are looked at in voxels of 3 mm and more, since all of their voxels would take hours."""

GRIDS = {"own": (0.0, 0.0, 0.0), "3 mm": (3.0,) * 3, "5 mm": (5.0,) * 3, "slices of 5 mm": (0.0, 0.0, 5.0)}

MASKS = {
    "all": frozenset[str](),
    "nine organs": frozenset({"aorta", "kidney_left", "kidney_right", "liver", "spleen", "inferior_vena_cava"}),
    "five organs": frozenset({"liver", "spleen", "kidney_left", "kidney_right", "aorta"}),
}
"""Of nine organs, those whose surface a CT shows."""

PARTS = 4
"""Tasks in which the single masks, and the healthy variants, of a host are tried."""
QUICK_STEP = 10


@dataclass(frozen=True)
class Task:
    """What one process looks at."""

    kind: Kind
    host: str
    folder: Path
    grid: str
    masks: str = "all"
    part: int = 0
    parts: int = 1
    other: Path = Path()


@click.command(help=__doc__)
@click.option("--data", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True)
@click.option("--only", type=click.Choice(list(HOSTS)), help="One host.")
@click.option("--quick", is_flag=True, help=f"One in {QUICK_STEP} of the single masks and of the healthy variants.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("docs"), show_default=True)
def main(data: Path, only: str | None, quick: bool, out: Path) -> None:  # noqa: FBT001 (click calls it)
    """Run all trials and write ``alignment.md``."""
    trials: list[Trial] = []
    with ProcessPoolExecutor(WORKERS, get_context("spawn")) as pool:
        work = list(tasks(data, [only] if only else list(HOSTS), QUICK_STEP if quick else 1))
        for done, found in enumerate(pool.map(tried, work), 1):
            trials += found
            print(f"\r{done} of {len(work)} tasks, {len(trials)} trials", end="", file=sys.stderr, flush=True)
    (out / "alignment.md").write_text(page(trials), "utf-8")


def tasks(data: Path, hosts: Sequence[str], step: int) -> Iterator[Task]:
    """Yield the tasks of some hosts."""
    for host in hosts:
        folder, other = data / HOSTS[host], data / HOSTS["s0327" if host == "v1 example" else "v1 example"]
        coarse = host in COARSE
        for name, masks in product(GRIDS, MASKS):
            if not coarse or name not in {"own", "slices of 5 mm"}:
                yield Task("whole", host, folder, name, masks, other=other)
        kinds: tuple[Kind, ...] = ("single", "health")
        for kind, part in product(kinds, range(PARTS)):
            yield Task(kind, host, folder, "3 mm" if coarse else "own", part=part * step, parts=PARTS * step)


def tried(task: Task) -> list[Trial]:
    """Make the trials of a task."""
    return [Trial(task.kind, task.host, task.grid, task.masks, result) for result in _results(task)]


def _results(task: Task) -> Iterator[Result]:
    case = laid_out(task.folder, task.grid)
    if task.kind == "whole":
        return whole(case, MASKS[task.masks], laid_out(task.other, "own"))
    return (single if task.kind == "single" else health)(case, task.part, task.parts)


@lru_cache(maxsize=2)
def laid_out(folder: Path, name: str) -> Volumes:
    """Return a case on a grid, with a CT that is made where it has none."""
    case = Volumes.load(folder)
    if not case.ct.any():
        rows = tissues(min(members, default="") for members in case.sets[1:])
        case = replace(case, ct=synthetic_ct(case.labels, rows, float(case.spacing_mm.mean())))
    return resampled(case, GRIDS[name]) if any(GRIDS[name]) else case


if __name__ == "__main__":
    main()
