"""Where a defect is planted: a case on disk, and what of it is fit to be damaged."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from segaudit.demo.volume import Volume

Array = npt.NDArray[Any]
Inside = npt.NDArray[np.bool_]

MARGIN = 3
"""Voxels between a mask and every face of the grid, from which on the field of view does not cut it."""

ORGANS = (
    "spleen", "stomach", "kidney_left", "kidney_right", "urinary_bladder", "pancreas", "duodenum", "aorta", "colon",
    "inferior_vena_cava", "liver", "small_bowel", "lung_lower_lobe_left", "lung_lower_lobe_right", "esophagus",
    "vertebrae_L1", "vertebrae_T12", "vertebrae_L2", "vertebrae_T11", "vertebrae_T10",
)  # fmt: skip
"""Structures to damage where any one will do."""


class UnplantableError(LookupError):
    """A case has nothing that this defect could be planted in."""


@dataclass(frozen=True)
class Place:
    """What was damaged. A defect of the dataset names another case than the one it was given, or none."""

    structure: str = ""
    """The structure; two, in alphabetical order, for a pair; empty for the CT, the whole case or the dataset."""
    file: str = ""
    """Relative to the dataset; empty where more than one file was changed."""
    case: str | None = None


@dataclass(frozen=True)
class Planted:
    """A defect that is in the dataset, and the check that has to find it."""

    case: str
    """Empty for a defect of the dataset."""
    check: str
    structure: str
    file: str
    note: str


@dataclass(frozen=True)
class Target:
    """A case in TotalSegmentator's layout, and the structures in it that have to stay as they are."""

    root: Path
    case: str
    taken: frozenset[str] = frozenset()

    @property
    def folder(self) -> Path:
        """The case's folder."""
        return self.root / self.case

    @property
    def ct(self) -> Path:
        """Where the CT is, if there is one."""
        return self.folder / "ct.nii.gz"

    @property
    def masks(self) -> list[Path]:
        """The masks, by name."""
        return sorted((self.folder / "segmentations").glob("[!.]*.nii.gz"))

    @property
    def volumes(self) -> list[Path]:
        """The CT, where there is one, and the masks."""
        return [*([self.ct] if self.ct.exists() else []), *self.masks]

    def mask(self, structure: str) -> Path:
        """Return where a structure's mask is."""
        return self.folder / "segmentations" / f"{structure}.nii.gz"

    def at(self, structure: str = "", path: Path | None = None) -> Place:
        """Return the place of a structure's mask, or of another file."""
        return Place(structure, (path or self.mask(structure)).relative_to(self.root).as_posix())

    def choose(self, *structures: str) -> str:
        """Return the first of the structures (``ORGANS`` if none is named) that is here, complete and not taken.

        Raises:
            UnplantableError: there is none.
        """
        for structure in structures or ORGANS:
            if structure not in self.taken and self.complete(structure):
                return structure
        raise UnplantableError(f"{self.case}: none of {', '.join(structures or ORGANS)} is here and complete")

    def inside(self, structure: str) -> Inside:
        """Return in which voxels a structure is."""
        return np.asarray(Volume.read(self.mask(structure)).voxels != 0)

    def draw(self, structure: str, inside: Inside) -> None:
        """Give a structure other voxels."""
        revalue(self.mask(structure), lambda voxels: inside.astype(voxels.dtype))

    def complete(self, structure: str) -> bool:
        """Whether a structure's mask can be read, has voxels, and is not cut by the field of view."""
        try:
            voxels = Volume.read(self.mask(structure)).voxels
        except (OSError, ValueError):
            return False
        inner = tuple(slice(MARGIN, -MARGIN) for _ in voxels.shape)
        return bool(voxels.any()) and np.count_nonzero(voxels[inner]) == np.count_nonzero(voxels)

    def labelled(self) -> Inside:
        """Return the voxels in which any mask that can be read has a structure."""
        labelled = np.zeros(Volume.read(self.volumes[0]).voxels.shape, np.bool_)
        for path in self.masks:
            with suppress(OSError, ValueError):
                labelled |= Volume.read(path).voxels != 0
        return labelled


@dataclass(frozen=True)
class Defect:
    """A way to damage a case or its dataset, with exactly one cause."""

    check: str
    """Id of the check that has to find it."""
    function: Callable[..., Place]
    """Does the damage to a target. Its name is the defect's, its docstring the description at its usual severity.

    A second parameter, where there is one, says how severe: in voxels, mm, HU, ml or as a share.
    """
    needs_ct: bool = False
    scope: Literal["case", "dataset"] = "case"

    @property
    def name(self) -> str:
        """The defect's name."""
        return self.function.__name__

    @property
    def description(self) -> str:
        """What is wrong, in a sentence."""
        return (self.function.__doc__ or "").partition("\n")[0]

    def plant(self, target: Target, severity: float | None = None) -> Planted:
        """Damage a case in place, as severely as usual or as told, and say what was done.

        Raises:
            UnplantableError: the case has nothing that fits.
        """
        if self.needs_ct and not target.ct.exists():
            raise UnplantableError(f"{target.case}: {self.name} needs a CT")
        place = self.function(target) if severity is None else self.function(target, severity)
        case = target.case if place.case is None else place.case
        return Planted(case, self.check, place.structure, place.file, self.description)


def revalue(path: Path, change: Callable[[Array], Array]) -> None:
    """Replace the voxels of a volume by what a function makes of them."""
    edit(path, lambda volume: volume.store(change(volume.voxels)))


def edit(path: Path, change: Callable[[Volume], Any]) -> None:
    """Read a volume, change it and write it back."""
    volume = Volume.read(path)
    change(volume)
    volume.write(path)


def densify(target: Target, structure: str, hu: float) -> Place:
    """Raise the CT under the mask of a structure."""
    inside = target.inside(structure)
    revalue(target.ct, lambda voxels: np.where(inside, voxels + int(hu), voxels).astype(voxels.dtype))
    return target.at(structure)
