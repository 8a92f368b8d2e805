"""The page that says which displacements are found, and what is found in health."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from .displacing import LEAST_MM, LEAST_VOXELS, LENGTHS_MM, SINGLE_ML, SINGLE_VOXELS, Result
from .tables import table

Kind = Literal["whole", "single", "health"]

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

Of liver, spleen and humeri in s9104 two in three that are missed were moved along its 20 slices, 40 mm, which cut all
of them at both ends: no edge ends a mask there, only surfaces that slant show that it lies beside its place, and a long
bone moved along itself has the same edges. To ask less of a mask's sides there finds five more, and takes a bone that
the CT shows nothing of for one that was moved. Nearly all others were moved by 2 voxels within slices, which are 2 mm:
the steps across a surface gain about as much as those of a mask in its place that is drawn two voxels too small.

## Health

{health}
"""


class Trial(NamedTuple):
    """A result, and where it was tried."""

    kind: Kind
    host: str
    grid: str
    masks: str
    result: Result


def page(trials: Sequence[Trial]) -> str:
    """Return the page."""
    of_kind: dict[str, list[Trial]] = defaultdict(list)
    for trial in trials:
        of_kind[trial.kind].append(trial)
    single = of_kind["single"]
    accused = [other for trial in single for other in trial.result.others]
    return PAGE.format(
        least_voxels=LEAST_VOXELS,
        least_mm=LEAST_MM,
        lengths=", ".join(f"{mm:g}" for mm in LENGTHS_MM),
        single_ml=SINGLE_ML,
        whole=_whole(of_kind["whole"]),
        single=_single(single),
        accused="; ".join(accused) or f"none in {len(single)} trials",
        health=_health(of_kind["health"]),
    )


def _whole(trials: Sequence[Trial]) -> str:
    groups = list(dict.fromkeys(trial.result.group for trial in trials))
    cells = _counted(((each.host, each.grid, each.masks), each.result.group, each.result.found) for each in trials)
    rows = [(*key, *(row.get(group, "") for group in groups)) for key, row in cells.items()]
    return table(("host", "grid", "masks", *groups), rows)


def _single(trials: Sequence[Trial]) -> str:
    columns = [*map(str, SINGLE_VOXELS), "all"]
    cells = _counted(
        ((each.host, each.grid, each.result.group), column, each.result.found)
        for each in trials
        for column in (each.result.name, "all")
    )
    rows = [(*key, *(row.get(column, "") for column in columns)) for key, row in sorted(cells.items())]
    return table(("host", "grid", "structures", *(f"{voxels} voxels" for voxels in SINGLE_VOXELS), "all"), rows)


def _health(trials: Sequence[Trial]) -> str:
    counts = _counted(((each.host, each.grid), "clean", not each.result.found) for each in trials)
    rows = [(*key, row["clean"]) for key, row in counts.items()]
    lines = [
        f"- {each.host}, {each.result.group}, {each.result.name}: {other}"
        for each in trials
        for other in each.result.others
    ]
    shown = table(("host", "grid", "variants without a finding"), rows)
    return "\n\n".join((shown, "\n".join(lines) or "Nothing was found in any of them."))


def _counted(trials: Iterable[tuple[tuple[str, ...], str, bool]]) -> Mapping[tuple[str, ...], Mapping[str, str]]:
    """Return how many of how many, by row and column."""
    found: dict[tuple[str, ...], dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for row, column, value in trials:
        found[row][column].append(value)
    return {
        row: {column: f"{sum(values)} of {len(values)}" for column, values in cells.items()}
        for row, cells in found.items()
    }
