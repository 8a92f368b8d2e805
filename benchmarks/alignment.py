"""How small a displacement is found, and what is found in health: ``python benchmarks/alignment.py --data DIR``.

Cases are measured in memory by the product's code: all masks moved, the CT mirrored, turned or another patient's,
single masks moved, on several grids; and healthy variants of each.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import click
import numpy as np
from bench.diseases import diseases
from bench.fitted import Fitted, Step
from bench.synthetic import AIR_HU, synthetic_ct, tissues
from bench.variants import resampled, variants
from bench.volumes import Volumes
from numpy.typing import NDArray
from scipy import ndimage

from segaudit.checks import alignment_masks, alignment_voxels
from segaudit.model import Case, Check, Finding, NotApplicable
from segaudit.model.registration import Registration

WORKERS = 2
SEED = 1

HOSTS = {"v1 example": "v1-example/s9001", "s9104": "s9104", "s0327": "v2-masks/s0327", "s0010": "s0010"}
"""The first two have CTs of patients; those of the others are made for a patient's masks."""

COARSE = ("s0327", "s0010")
"""Hosts that are looked at in voxels of 3 mm and more, since all of their voxels would take hours."""

GRIDS = {"own": (0.0, 0.0, 0.0), "3 mm": (3.0,) * 3, "5 mm": (5.0,) * 3, "slices of 5 mm": (0.0, 0.0, 5.0)}

NINE = frozenset({"aorta", "kidney_left", "kidney_right", "liver", "spleen", "inferior_vena_cava"})
FIVE = frozenset({"liver", "spleen", "kidney_left", "kidney_right", "aorta"})
MASKS = {"all": frozenset[str](), "nine organs": NINE, "five organs": FIVE}
"""Of nine organs, those whose surface a CT shows."""

WHOLE = (alignment_voxels.masks_displaced, alignment_voxels.ct_mirrored, alignment_voxels.masks_unrelated,
         alignment_voxels.masks_misfit)  # fmt: skip
SINGLE = (alignment_masks.slab_unrelated, alignment_masks.mask_displaced, alignment_masks.mask_unrelated)

FLIPS = ((0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2))
LENGTHS_MM = (6.0, 15.0, 45.0)
LEAST_MM, LEAST_VOXELS = 3.0, 2
SINGLE_VOXELS = (2, 3, 5, 8)
SINGLE_ML = 1.0
SINGLE_IN_VIEW = 0.5
"""Share of a moved mask that has to stay in the grid."""

CLASSES = {
    "vertebrae": ("vertebrae_",),
    "other bones": ("hip_", "femur_", "humerus_", "scapula_", "clavicula_", "sacrum", "sternum", "skull"),
    "liver": ("liver",),
    "kidneys": ("kidney_left", "kidney_right"),
    "spleen": ("spleen",),
    "lungs": ("lung_",),
    "aorta": ("aorta",),
}

PAGE = """# Alignment: what is found, and what is found in health

Written by `python benchmarks/alignment.py --data DIR --out docs`, where `DIR` holds the real cases. v1 example and
s9104 are CTs of patients (3 mm; 20 slices); the CTs of s0327 and s0010 are made for a patient's masks.

## All masks of a case

Masks moved by {least_voxels} voxels or {least_mm:g} mm, whichever is more, and by {lengths} mm, along each axis both
ways, and obliquely; the CT mirrored along one or three axes or turned by half; and the CT of another patient. Counted
is what is found as what it is: a displacement, a mirrored CT, anything of the three for another CT. Where fewer than
five structures speak, the finding is a warning.

{whole}

## One mask of a case

Each mask of {single_ml:g} ml or more moved by itself, along each axis and obliquely, and found by its name.

{single}

Other masks accused: {accused}.

## Health

{health}
"""


@dataclass(frozen=True)
class Task:
    """What one process looks at."""

    host: str
    folder: Path
    grid: str
    masks: str = "all"
    kind: str = "whole"
    part: int = 0
    parts: int = 1
    other: Path = Path()


@dataclass(frozen=True)
class Trial:
    """One change of a case, and whether it was found."""

    host: str
    grid: str
    masks: str
    group: str
    name: str
    found: bool
    others: tuple[str, ...] = ()
    """Findings that the change does not explain."""


class Found(NamedTuple):
    """A finding, and the check that it is of."""

    check: str
    finding: Finding


@click.command(help=__doc__)
@click.option("--data", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True)
@click.option("--only", type=click.Choice(list(HOSTS)), help="One host.")
@click.option("--quick", is_flag=True, help="A tenth of the single masks and of the healthy variants.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("docs"), show_default=True)
def main(data: Path, only: str | None, quick: bool, out: Path) -> None:  # noqa: FBT001 (click calls it)
    """Run all trials and write ``alignment.md``."""
    trials: list[Trial] = []
    with ProcessPoolExecutor(WORKERS, get_context("spawn")) as pool:
        work = list(tasks(data, [only] if only else list(HOSTS), 10 if quick else 1))
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
                yield Task(host, folder, name, masks, other=other)
        own = "3 mm" if coarse else "own"
        yield from (Task(host, folder, own, kind="single", part=part * step, parts=4 * step) for part in range(4))
        yield from (Task(host, folder, own, kind="health", part=part * step, parts=4 * step) for part in range(4))


def tried(task: Task) -> list[Trial]:
    """Make the trials of a task."""
    case = laid_out(task.folder, task.grid)
    trials = {"whole": whole, "single": single, "health": health}[task.kind]
    return list(trials(task, case))


@lru_cache(maxsize=2)
def laid_out(folder: Path, name: str) -> Volumes:
    """Return a case on a grid, with a CT that is made where it has none."""
    case = Volumes.load(folder)
    if not case.ct.any():
        rows = tissues(min(members, default="") for members in case.sets[1:])
        case = replace(case, ct=synthetic_ct(case.labels, rows, float(case.spacing_mm.mean())))
    return resampled(case, GRIDS[name]) if any(GRIDS[name]) else case


def whole(task: Task, case: Volumes) -> Iterator[Trial]:
    """Move all masks, mirror the CT, exchange it."""
    fitted = Fitted(case, MASKS[task.masks])
    trial = partial(Trial, task.host, task.grid, task.masks)
    for name, step in displacements(case):
        found = judged(WHOLE, fitted.records(steps=dict.fromkeys(fitted.masks, step)))
        yield trial("displaced", name, any(is_displaced(each) for each in found))
    for axes in FLIPS:
        found = judged(WHOLE, fitted.records(ct=np.flip(case.ct, axes)))
        yield trial("mirrored or turned", str(axes), any(is_turned(each) for each in found))
    found = judged(WHOLE, fitted.records(ct=stretched(laid_out(task.other, "own"), case)))
    yield trial("another patient", task.other.name, bool(found))


def is_displaced(found: Found) -> bool:
    """Whether a finding says that masks lie elsewhere."""
    place = found.finding.misplacement
    return place is not None and place.voxels is not None and not place.turn


def is_turned(found: Found) -> bool:
    """Whether a finding says that masks are mirrored or turned."""
    place = found.finding.misplacement
    return place is not None and bool(place.turn)


def displacements(case: Volumes) -> Iterator[tuple[str, Step]]:
    """Yield displacements along each axis and obliquely, none of more than half of the grid."""
    rng = np.random.default_rng(SEED)
    for axis, mm in enumerate(case.spacing_mm):
        least = max(LEAST_VOXELS, int(np.ceil(LEAST_MM / mm)))
        lengths = sorted({least, *(max(least, round(length / mm)) for length in LENGTHS_MM)})
        for voxels, sign in product(lengths, (-1, 1)):
            yield from _within(case, np.eye(3)[axis] * voxels * sign)
    for length in LENGTHS_MM:
        direction = rng.normal(size=3)
        yield from _within(case, np.rint(length * direction / np.linalg.norm(direction) / case.spacing_mm))


def _within(case: Volumes, voxels: NDArray[np.float64]) -> Iterator[tuple[str, Step]]:
    i, j, k = voxels.astype(int).tolist()
    if max(map(abs, (i, j, k))) >= LEAST_VOXELS and (2 * np.abs(voxels) < case.labels.shape).all():
        yield f"{i}, {j}, {k} voxels", (i, j, k)


def single(task: Task, case: Volumes) -> Iterator[Trial]:
    """Move one mask at a time."""
    fitted = Fitted(case)
    rng = np.random.default_rng(SEED)
    trials = [
        (group, name, step)
        for group, starts in CLASSES.items()
        for name in fitted.masks
        if name.startswith(starts) and large(fitted, name)
        for voxels in SINGLE_VOXELS
        for step in _single_steps(voxels, rng)
    ]
    for group, name, step in trials[task.part :: task.parts]:
        inside = fitted.masks[name]
        if np.count_nonzero(moved_part(inside, step)) < SINGLE_IN_VIEW * np.count_nonzero(inside):
            continue
        found = judged(SINGLE, fitted.records(steps={name: step}))
        voxels = str(max(SINGLE_VOXELS[0], round(float(np.linalg.norm(step)))))
        others = tuple(
            f"{name} by {step}: {each.check} {each.finding.structures}"
            for each in found
            if name not in each.finding.structures
        )
        yield Trial(
            task.host,
            task.grid,
            group,
            "single",
            voxels,
            any(name in each.finding.structures for each in found),
            others,
        )


def large(fitted: Fitted, name: str) -> bool:
    """Whether a mask is large enough to be moved by itself."""
    return bool(np.count_nonzero(fitted.masks[name]) * fitted.case.spacing_mm.prod() >= SINGLE_ML * 1000)


def moved_part(inside: NDArray[np.bool_], step: Step) -> NDArray[np.bool_]:
    """Return the part of a mask that stays in the grid when it is moved."""
    return inside[
        tuple(
            slice(max(-voxels, 0), length - max(voxels, 0)) for voxels, length in zip(step, inside.shape, strict=True)
        )
    ]


def _single_steps(voxels: int, rng: np.random.Generator) -> Iterator[Step]:
    """Yield six displacements along axes, and an oblique one."""
    for axis, sign in product(range(3), (-voxels, voxels)):
        i, j, k = (np.eye(3, dtype=int)[axis] * sign).tolist()
        yield i, j, k
    direction = rng.normal(size=3)
    i, j, k = np.rint(voxels * direction / np.linalg.norm(direction)).astype(int).tolist()
    yield i, j, k


def health(task: Task, case: Volumes) -> Iterator[Trial]:
    """Look at healthy variants."""
    changes = [(each.group, each.name, each.change) for each in variants(float(case.spacing_mm.min()))]
    changes += diseases()
    for group, name, change in changes[task.part :: task.parts]:
        found = judged((*WHOLE, *SINGLE), Fitted(change(case)).records())
        others = tuple(f"{each.check} {', '.join(each.finding.structures)}: {each.finding.message}" for each in found)
        yield Trial(task.host, task.grid, "all", "health", f"{group}, {name}", bool(found), others)


def judged(checks: Iterable[Check[Any]], case: Case) -> list[Found]:
    """Return what checks find in a case."""
    registration, found = Registration(case), list[Found]()
    for check in checks:
        try:
            found += [Found(check.id, each) for each in check.function(registration)]
        except NotApplicable:
            continue
    return found


def stretched(other: Volumes, case: Volumes) -> NDArray[np.int16]:
    """Return the CT of another case on the grid of a case, from its corner, with air beyond."""
    factors = other.spacing_mm / case.spacing_mm
    ct = ndimage.zoom(other.ct.astype(np.float32), factors, order=1)
    there = np.full(case.labels.shape, AIR_HU, np.float32)
    part = tuple(slice(length) for length in np.minimum(ct.shape, there.shape).tolist())
    there[part] = ct[part]
    return np.rint(there).astype(np.int16)


def page(trials: Sequence[Trial]) -> str:
    """Return the page."""
    singles = [trial for trial in trials if trial.group == "single"]
    accused = [other for trial in singles for other in trial.others]
    return PAGE.format(
        least_voxels=LEAST_VOXELS,
        least_mm=LEAST_MM,
        lengths=", ".join(f"{mm:g}" for mm in LENGTHS_MM),
        single_ml=SINGLE_ML,
        whole=_whole_table([trial for trial in trials if trial.group not in {"single", "health"}]),
        single=_single_table(singles),
        accused="; ".join(accused) or f"none in {len(singles)} trials",
        health=_health([trial for trial in trials if trial.group == "health"]),
    )


def _whole_table(trials: Sequence[Trial]) -> str:
    groups = list(dict.fromkeys(trial.group for trial in trials))
    cells = _counted(((trial.host, trial.grid, trial.masks), trial.group, trial.found) for trial in trials)
    rows = [(*key, *(row.get(group, "") for group in groups)) for key, row in cells.items()]
    return _table([("host", "grid", "masks", *groups), *rows])


def _single_table(trials: Sequence[Trial]) -> str:
    columns = [*map(str, SINGLE_VOXELS)]
    cells = _counted(((trial.host, trial.grid, trial.masks), trial.name, trial.found) for trial in trials)
    total = _counted(((trial.host, trial.grid, trial.masks), "all", trial.found) for trial in trials)
    rows = [
        (*key, *(row.get(voxels, "") for voxels in columns), total[key]["all"]) for key, row in sorted(cells.items())
    ]
    return _table([("host", "grid", "structures", *(f"{voxels} voxels" for voxels in columns), "all"), *rows])


def _health(trials: Sequence[Trial]) -> str:
    counts = _counted(((trial.host, trial.grid), "clean", not trial.found) for trial in trials)
    table = _table(
        [("host", "grid", "variants without a finding"), *((*key, row["clean"]) for key, row in counts.items())]
    )
    lines = [f"- {trial.host}, {trial.name}: {other}" for trial in trials for other in trial.others]
    return "\n\n".join((table, "\n".join(lines) or "Nothing was found in any of them."))


def _counted(trials: Iterable[tuple[tuple[str, ...], str, bool]]) -> Mapping[tuple[str, ...], Mapping[str, str]]:
    """Return how many of how many were found, by row and column."""
    found: dict[tuple[str, ...], dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for row, column, value in trials:
        found[row][column].append(value)
    return {
        row: {column: f"{sum(values)} of {len(values)}" for column, values in cells.items()}
        for row, cells in found.items()
    }


def _table(rows: Sequence[Sequence[str]]) -> str:
    head, *body = rows
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *body))


if __name__ == "__main__":
    main()
