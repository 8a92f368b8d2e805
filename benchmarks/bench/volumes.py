"""A case in memory: its CT, and one grid of labels for all masks, so that a change of geometry touches two arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from segaudit.demo.volume import Volume

_SUFFIX = ".nii.gz"


@dataclass(frozen=True)
class Volumes:
    """CT and masks of a case on one grid."""

    ct: NDArray[Any]
    labels: NDArray[np.uint16]
    """The label of the set of structures in each voxel; 0 for none."""
    sets: tuple[frozenset[str], ...]
    """The structures that share the voxels of each label."""
    structures: tuple[str, ...]
    """All structures, including absent ones."""
    affine: NDArray[np.float64]

    @classmethod
    def load(cls, case: Path) -> Self:
        """Read a case; without a CT, its grid is zero."""
        paths = sorted(case.glob(f"segmentations/*{_SUFFIX}"))
        structures = tuple(path.name.removesuffix(_SUFFIX) for path in paths)
        first = Volume.read(paths[0])
        ct = Volume.read(case / "ct.nii.gz").voxels if (case / "ct.nii.gz").exists() else np.zeros_like(first.voxels)
        labels, sets = np.zeros(first.voxels.shape, np.uint16, order="F"), [frozenset[str]()]
        for structure, path in zip(structures, paths, strict=True):
            inside = Volume.read(path).voxels != 0
            for below in np.unique(labels[inside]):
                labels[inside & (labels == below)] = len(sets)
                sets.append(sets[below] | {structure})
        return cls(ct, labels, tuple(sets), structures, first.affine)

    @property
    def spacing_mm(self) -> NDArray[np.float64]:
        """Edges of a voxel."""
        return np.asarray(np.linalg.norm(self.affine[:3, :3], axis=0))

    def mask(self, *structures: str) -> NDArray[np.bool_]:
        """Return the voxels of any of the structures."""
        inside = np.zeros_like(self.labels, np.bool_)
        for label, members in enumerate(self.sets):
            if not members.isdisjoint(structures):
                inside |= self.labels == label
        return inside

    def without(self, *structures: str) -> Self:
        """Return it with the masks of some structures empty."""
        return replace(self, sets=tuple(members.difference(structures) for members in self.sets))

    def relabelled(self, names: dict[str, str]) -> Self:
        """Return it with structures renamed; an empty name removes the structure."""
        sets = (frozenset(names.get(name, name) for name in members) - {""} for members in self.sets)
        return replace(self, sets=tuple(sets))

    def shaped(self, change: Callable[[NDArray[Any]], NDArray[Any]], affine: NDArray[np.float64]) -> Self:
        """Return it with both grids changed in the same way, and the matching affine."""
        return replace(self, ct=change(self.ct), labels=change(self.labels), affine=affine)

    def save(self, case: Path) -> None:
        """Write it as ``ct.nii.gz`` and ``segmentations/<structure>.nii.gz`` into a folder, which is created."""
        (case / "segmentations").mkdir(parents=True)
        Volume.new(np.asfortranarray(self.ct), self.affine).write(case / "ct.nii.gz")
        for structure in self.structures:
            mask = Volume.new(np.asfortranarray(self.mask(structure)).view(np.uint8), self.affine)
            mask.write(case / "segmentations" / f"{structure}{_SUFFIX}")
