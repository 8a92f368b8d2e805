"""Phantoms to damage, and what is seen of them in their files."""

from __future__ import annotations

import hashlib
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import numpy.typing as npt
from scipy import ndimage

from segaudit.demo.phantom import SPACING_MM

VOXEL_ML = SPACING_MM**3 / 1000


class Bench:
    """A dataset to damage, and the clean original."""

    def __init__(self, source: Path, root: Path) -> None:
        """Copy the clean dataset."""
        self.source, self.root = source, root
        self.files = digests(source)
        shutil.copytree(source, root)

    def changes(self) -> set[str]:
        """Return the files that were changed, added or removed."""
        return {path for path, _ in self.files.items() ^ digests(self.root).items()}

    def repair(self) -> None:
        """Undo all changes."""
        for path in self.changes():
            (self.root / path).unlink(missing_ok=True)
            if path in self.files:
                shutil.copyfile(self.source / path, self.root / path)


def digests(root: Path) -> dict[str, str]:
    """Return the digest of each file, and the target of each link."""
    return {
        path.relative_to(root).as_posix(): str(path.readlink())
        if path.is_symlink()
        else hashlib.sha256(path.read_bytes()).hexdigest()
        for path in root.rglob("*")
        if path.is_symlink() or path.is_file()
    }


def load(path: Path) -> npt.NDArray[Any]:
    """Return the voxels of a volume as nibabel scales them."""
    return np.asanyarray(nib.Nifti1Image.from_filename(path).dataobj)


@cache
def shown(source: Path) -> frozenset[str]:
    """Return the volumes of an original dataset that are not empty."""
    volumes = {path.relative_to(source).as_posix(): load(path) for path in source.rglob("*.nii.gz")}
    return frozenset(path for path, voxels in volumes.items() if voxels.any())


@cache
def shown_in_the_upper_half(source: Path) -> frozenset[str]:
    """Return the volumes of an original dataset that are not empty from the middle slice on."""
    volumes = {path: load(source / path) for path in shown(source)}
    return frozenset(path for path, voxels in volumes.items() if voxels[:, :, voxels.shape[2] // 2 :].any())


def centroid(mask: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Return the mean voxel index."""
    return np.asarray(np.argwhere(mask).mean(axis=0))


def pieces(mask: npt.NDArray[Any]) -> int:
    """Return the number of 26-connected pieces."""
    boxes = ndimage.find_objects(mask.astype(np.uint8))
    return int(ndimage.label(mask[boxes[0]], np.ones((3, 3, 3)))[1]) if boxes else 0
