"""The target of a planted defect: a case on disk, and the structures that can be damaged."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from segaudit.demo.volume import Volume
from segaudit.model.docstrings import docstring

Array = npt.NDArray[Any]
Inside = npt.NDArray[np.bool_]

MARGIN_VOXELS = 3
"""The least distance in voxels from every face of the grid at which a mask counts as not cut by the field of view."""

ORGANS = (
    "spleen", "stomach", "kidney_left", "kidney_right", "urinary_bladder", "pancreas", "duodenum", "aorta", "colon",
    "inferior_vena_cava", "liver", "small_bowel", "lung_lower_lobe_left", "lung_lower_lobe_right", "esophagus",
    "vertebrae_L1", "vertebrae_T12", "vertebrae_L2", "vertebrae_T11", "vertebrae_T10",
)  # fmt: skip
"""Structures to damage if any one will do."""


class UnplantableError(LookupError):
    """The defect cannot be planted in this case."""


@dataclass(frozen=True)
class Damage:
    """What was damaged. A defect of the dataset names another case than the given one, or none."""

    structure: str = ""
    """The structure; two, in alphabetical order, for a pair; empty for the CT, the whole case or the dataset."""
    file: str = ""
    """Path relative to the dataset; empty if more than one file was changed."""
    case: str | None = None


@dataclass(frozen=True)
class Planted:
    """A planted defect, and the check that has to find it."""

    case: str
    """Empty for a defect of the dataset."""
    check: str
    structure: str
    file: str
    note: str


@dataclass(frozen=True)
class Target:
    """A case in TotalSegmentator's layout, and its structures that must not be changed."""

    root: Path
    case: str
    taken: frozenset[str] = frozenset()

    @property
    def folder(self) -> Path:
        """The case's folder."""
        return self.root / self.case

    @property
    def ct(self) -> Path:
        """The path of the CT, if there is one."""
        return self.folder / "ct.nii.gz"

    @property
    def masks(self) -> list[Path]:
        """The masks, by name."""
        return sorted((self.folder / "segmentations").glob("[!.]*.nii.gz"))

    @property
    def volumes(self) -> list[Path]:
        """The CT, if there is one, and the masks."""
        return [*([self.ct] if self.ct.exists() else []), *self.masks]

    def mask(self, structure: str) -> Path:
        """Return the path of a structure's mask."""
        return self.folder / "segmentations" / f"{structure}.nii.gz"

    def at(self, structure: str = "", path: Path | None = None) -> Damage:
        """Return the damage to a structure's mask, or to another file."""
        return Damage(structure, (path or self.mask(structure)).relative_to(self.root).as_posix())

    def choose(self, *structures: str) -> str:
        """Return the first of the structures (``ORGANS`` by default) that is present, complete and not taken.

        Raises:
            UnplantableError: there is none.
        """
        for structure in structures or ORGANS:
            if structure not in self.taken and self.complete(structure):
                return structure
        raise UnplantableError(f"{self.case}: none of {', '.join(structures or ORGANS)} is here and complete")

    def inside(self, structure: str) -> Inside:
        """Return the voxels of a structure."""
        return np.asarray(Volume.read(self.mask(structure)).voxels != 0)

    def draw(self, structure: str, inside: Inside) -> None:
        """Replace the voxels of a structure."""
        revalue(self.mask(structure), lambda voxels: inside.astype(voxels.dtype))

    def complete(self, structure: str) -> bool:
        """Whether a structure's mask can be read, has voxels, and is not cut by the field of view."""
        try:
            voxels = Volume.read(self.mask(structure)).voxels
        except (OSError, ValueError):
            return False
        inner = tuple(slice(MARGIN_VOXELS, -MARGIN_VOXELS) for _ in voxels.shape)
        return bool(voxels.any()) and np.count_nonzero(voxels[inner]) == np.count_nonzero(voxels)

    def labelled(self) -> Inside:
        """Return the voxels of all readable masks."""
        labelled = np.zeros(Volume.read(self.volumes[0]).voxels.shape, np.bool_, order="F")
        for path in self.masks:
            with suppress(OSError, ValueError):
                labelled |= Volume.read(path).voxels != 0
        return labelled


@dataclass(frozen=True)
class Defect:
    """A way to damage a case or its dataset, with exactly one cause."""

    check: str
    """Id of the check that has to find it."""
    function: Callable[..., Damage]
    """Damages a target. Its name is the defect's; its docstring describes the defect at its usual severity.

    A second parameter, if there is one, is the severity: in voxels, mm, HU, ml or as a share.
    """
    needs_ct: bool = False
    scope: Literal["case", "dataset"] = "case"

    @property
    def name(self) -> str:
        """The defect's name."""
        return self.function.__name__

    @property
    def description(self) -> str:
        """The defect in one sentence."""
        return docstring(self.function).partition("\n")[0]

    def plant(self, target: Target, severity: float | None = None) -> Planted:
        """Damage a case in place, with the usual or a given severity, and return the planted defect.

        Raises:
            UnplantableError: the defect cannot be planted in this case.
        """
        if self.needs_ct and not target.ct.exists():
            raise UnplantableError(f"{target.case}: {self.name} needs a CT")
        place = self.function(target) if severity is None else self.function(target, severity)
        case = target.case if place.case is None else place.case
        return Planted(case, self.check, place.structure, place.file, self.description)


def revalue(path: Path, change: Callable[[Array], Array]) -> None:
    """Apply a function to the voxels of a volume."""
    edit(path, lambda volume: volume.store(change(volume.voxels)))


def edit(path: Path, change: Callable[[Volume], Any]) -> None:
    """Read a volume, change it and write it back."""
    volume = Volume.read(path)
    change(volume)
    volume.write(path)


def densify(target: Target, structure: str, hu: float) -> Damage:
    """Raise the CT under the mask of a structure."""
    inside = target.inside(structure)
    revalue(target.ct, lambda voxels: np.where(inside, voxels + int(hu), voxels).astype(voxels.dtype))
    return target.at(structure)
