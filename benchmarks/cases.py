"""The case that is measured: a folder, or a phantom."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from segaudit.demo.phantom import PhantomCase, make_case, write_case
from segaudit.model import CaseFiles

_SUFFIX = ".nii.gz"
_FINER = 2
"""The phantom has a million voxels, a case of TotalSegmentator v1 has 13 million."""
_NOISE_HU = 10


@contextmanager
def case_at(folder: Path | None) -> Iterator[tuple[Path, CaseFiles]]:
    """Give the folder above a case, and the case's files; without a folder, those of a phantom."""
    if folder:
        yield folder.parent, _listed(folder)
        return
    with TemporaryDirectory() as root:
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:  # whose memory is not the benchmark's
            pool.submit(_write_phantom, Path(root, "s0001")).result()
        yield Path(root), _listed(Path(root, "s0001"))


def _listed(folder: Path) -> CaseFiles:
    masks = {path.name.removesuffix(_SUFFIX): path for path in sorted(folder.glob(f"segmentations/*{_SUFFIX}"))}
    return CaseFiles(
        case=folder.name,
        folder=folder.name,
        ct="".join(f"{folder.name}/{path.name}" for path in folder.glob(f"ct{_SUFFIX}")),
        masks={structure: path.relative_to(folder.parent).as_posix() for structure, path in masks.items()},
    )


def _write_phantom(folder: Path) -> None:
    write_case(folder, _finer(make_case(1)))


def _finer(case: PhantomCase) -> PhantomCase:
    """Cut each voxel into 2 x 2 x 2, each with noise of its own."""
    ct, labels = (np.kron(grid, np.ones((_FINER,) * 3, grid.dtype)) for grid in (case.ct, case.labels))
    noise = np.random.default_rng(0).normal(0, _NOISE_HU, ct.shape)
    scale = np.diag([1 / _FINER] * 3 + [1.0])
    return PhantomCase((ct + noise).astype(np.int16), np.asfortranarray(labels), case.affine @ scale)
