"""The case that benchmarks measure: a folder, with a synthetic CT if it has none, or a phantom."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from bench.costs import apart
from bench.synthetic import add_ct

from segaudit.demo.phantom import PhantomCase, make_case, write_case
from segaudit.model import CaseFiles

_SUFFIX = ".nii.gz"
_FINER = 2
"""The phantom has a million voxels, a case of TotalSegmentator v1 has 13 million."""
_NOISE_HU = 10


@contextmanager
def case_at(folder: Path | None) -> Iterator[tuple[Path, CaseFiles]]:
    """Yield the folder above a case, and the case's files; without a folder, those of a phantom.

    A case without a CT gets a synthetic one for its masks, in a copy.
    """
    if folder and (folder / f"ct{_SUFFIX}").exists():
        yield folder.parent, listed(folder)
        return
    with TemporaryDirectory() as root:
        case = Path(root, folder.name if folder else "s0001")
        apart(_write, case, folder)  # so that its memory is not counted
        yield Path(root), listed(case)


def listed(folder: Path) -> CaseFiles:
    """Return the files of a case that has a CT."""
    masks = {path.name.removesuffix(_SUFFIX): path for path in sorted(folder.glob(f"segmentations/*{_SUFFIX}"))}
    return CaseFiles(
        case=folder.name,
        folder=folder.name,
        ct=f"{folder.name}/ct{_SUFFIX}",
        masks={structure: path.relative_to(folder.parent).as_posix() for structure, path in masks.items()},
    )


def _write(case: Path, source: Path | None) -> None:
    """Write a phantom, or a copy of a case with a CT."""
    if not source:
        write_case(case, _finer(make_case(1)))
        return
    shutil.copytree(source, case, copy_function=shutil.copyfile)
    add_ct(case)


def _finer(case: PhantomCase) -> PhantomCase:
    """Divide each voxel into 2 x 2 x 2, each with independent noise."""
    ct, labels = (np.kron(grid, np.ones((_FINER,) * 3, grid.dtype)) for grid in (case.ct, case.labels))
    noise = np.random.default_rng(0).normal(0, _NOISE_HU, ct.shape)
    scale = np.diag([1 / _FINER] * 3 + [1.0])
    return PhantomCase((ct + noise).astype(np.int16), np.asfortranarray(labels), case.affine @ scale)
