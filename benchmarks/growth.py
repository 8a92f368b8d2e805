"""Growth of measuring with masks and voxels: ``python benchmarks/growth.py [CASE_FOLDER]``.

Fewer masks are an even selection of those of the case. Smaller grids have every second voxel, larger ones repeat each
voxel. The baseline is inflating the same files, in turn, in new processes.
"""

from __future__ import annotations

import gzip
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import numpy as np
from bench.costs import apart
from cases import case_at, listed
from numpy.typing import NDArray
from reading import cost
from ways import inflating, measuring

from segaudit.demo.volume import Volume
from segaudit.model import CaseFiles

ROUNDS = 3
MASKS = (13, 29, 58, 117)
ZOOMS = ((0.5, 0.5, 0.5), (1, 1, 0.5), (1, 1, 1), (2, 1, 1), (2, 2, 1))
"""Along each axis; the last one gives s0327 two thirds of the voxels of v1's largest CT."""

LEVEL = 1
"""nibabel's compression level. Zeros inflate four times as fast as from higher levels, or from ISA-L's fastest."""


def main(folder: Path | None) -> None:
    """Print both tables, row by row."""
    with case_at(folder) as (root, files):
        _print("masks", (_row(f"{count}", root, _fewer(files, count)) for count in MASKS if count <= len(files.masks)))
        _print("million voxels", (_zoomed(root / files.folder, zoom) for zoom in ZOOMS))


def _print(first: str, rows: Iterator[str]) -> None:
    print(f"| {first} | inflating, CPU s | segaudit, CPU s | times inflating | peak memory, MiB |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    for row in rows:
        print(row, flush=True)
    print()


def _row(first: str, root: Path, files: CaseFiles) -> str:
    """Measure a case, and inflate it, in turn; return a row of medians."""
    rounds = [[apart(cost, way, root, files) for way in (inflating, measuring)] for _ in range(ROUNDS)]
    least, own, memory = (
        median(numbers) for numbers in zip(*((i.cpu_s, m.cpu_s, m.memory_mib) for i, m in rounds), strict=True)
    )
    times = median(measured.cpu_s / inflated.cpu_s for inflated, measured in rounds)
    return f"| {first} | {least:.2f} | {own:.2f} | {times:.1f} | {memory:.0f} |"


def _fewer(files: CaseFiles, count: int) -> CaseFiles:
    """Return a case with some of its masks."""
    structures = sorted(files.masks)
    chosen = [structures[number * len(structures) // count] for number in range(count)]
    return msgspec.structs.replace(files, masks={structure: files.masks[structure] for structure in chosen})


def _zoomed(case: Path, zoom: tuple[float, ...]) -> str:
    """Return the row of a case on another grid."""
    with TemporaryDirectory() as folder:
        copy = Path(folder, case.name)
        voxels = apart(_write, case, zoom, copy)
        return _row(f"{voxels / 1e6:.1f}", Path(folder), listed(copy))


def _write(case: Path, zoom: tuple[float, ...], copy: Path) -> int:
    """Write a case on another grid; return the number of voxels."""
    (copy / "segmentations").mkdir(parents=True)
    for path in case.rglob("*.nii.gz"):
        volume = Volume.read(path)
        volume.store(_resized(volume.voxels, zoom))
        volume.place(volume.affine @ np.diag([*(1 / factor for factor in zoom), 1]))
        (copy / path.relative_to(case)).write_bytes(gzip.compress(volume.payload, LEVEL))
    return volume.voxels.size


def _resized(grid: NDArray[Any], zoom: tuple[float, ...]) -> NDArray[Any]:
    """Subsample a grid, or repeat its voxels, along each axis."""
    for axis, factor in enumerate(zoom):
        places = np.arange(0, grid.shape[axis], 1 / factor).astype(int)
        grid = grid.take(places, axis)
    return grid


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else None)
