"""Find the peak memory of measuring one case: ``python benchmarks/memory.py``.

Cases of TotalSegmentator's usual size and of v1's largest, with the data types that need the most memory. Each is
written in one process and measured in another.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

import numpy as np
from bench.costs import Cost, apart, of_call
from cases import listed
from numpy.typing import NDArray

from segaudit.demo.volume import Volume
from segaudit.measure import measure_case

Grid: TypeAlias = NDArray[Any]
Shape: TypeAlias = tuple[int, ...]

SHAPES: tuple[Shape, ...] = ((222, 166, 429), (333, 333, 835))
SPACING_MM = 1.5

_BOXES = (np.s_[2:6, 2:6, 4:8], np.s_[6:10, 2:6, 4:8])
"""Organs, in twelfths of the grid's edges: 1/27 of the grid each, more than any liver."""

SORTS: dict[str, Callable[[Grid], list[Grid]]] = {
    "CT of int16, two large organs": lambda hu: [hu.astype(np.int16), *_organs(hu.shape)],
    "CT of float64 with whole numbers, four masks, one of them the whole grid": lambda hu: [
        np.rint(hu).astype(np.float64),
        *_organs(hu.shape),
        _everywhere(hu.shape),
        np.zeros_like(_everywhere(hu.shape)),
    ],
    "CT of float32 with fractions, two large organs": lambda hu: [hu, *_organs(hu.shape)],
    "CT of float32 with fractions, a mask that is the whole grid": lambda hu: [hu, _everywhere(hu.shape)],
    "CT of float32 with fractions, and once more in the place of a mask": lambda hu: [hu, hu],
}
"""The CT and the masks of each kind of case, from fractional Hounsfield units."""


def main() -> None:
    """Print a table, row by row."""
    print(f"| peak of one process, MiB | {' | '.join(' x '.join(map(str, shape)) for shape in SHAPES)} |")
    print(f"| --- |{' ---: |' * len(SHAPES)}")
    for sort in SORTS:
        print(f"| {sort} | {' | '.join(f'{peak_mib(sort, shape):.0f}' for shape in SHAPES)} |", flush=True)


def peak_mib(sort: str, shape: Shape) -> float:
    """Return the peak memory of measuring a case."""
    with TemporaryDirectory() as folder:
        case = Path(folder, "s0001")
        apart(_write, case, sort, shape)
        return apart(_measured, case).memory_mib


def _measured(case: Path) -> Cost:
    return of_call(measure_case, case.parent, listed(case))


def _write(case: Path, sort: str, shape: Shape) -> None:
    (case / "segmentations").mkdir(parents=True)
    ct, *masks = SORTS[sort](_body(shape))
    grids = {"ct": ct} | {f"segmentations/mask_{number}": mask for number, mask in enumerate(masks, 1)}
    for name, grid in grids.items():
        Volume.new(grid, np.diag([SPACING_MM] * 3 + [1])).write(case / f"{name}.nii.gz")


def _body(shape: Shape) -> Grid:
    """Return an oval of soft tissue in air, with noise: float32, HU."""
    x, y = np.ogrid[-1 : 1 : shape[0] * 1j, -1 : 1 : shape[1] * 1j]
    inside = (x / 0.9) ** 2 + (y / 0.7) ** 2 < 1
    noise = np.random.default_rng(0).standard_normal(shape[::-1], np.float32).T
    return noise * 15 + np.where(inside, np.float32(40), np.float32(-1000))[..., None]


def _organs(shape: Shape) -> list[Grid]:
    organs = []
    for box in _BOXES:
        organs.append(np.zeros(shape, np.uint8, order="F"))
        organs[-1][tuple(slice(s.start * n // 12, s.stop * n // 12) for s, n in zip(box, shape, strict=True))] = 1
    return organs


def _everywhere(shape: Shape) -> Grid:
    return np.ones(shape, np.uint8, order="F")


if __name__ == "__main__":
    main()
