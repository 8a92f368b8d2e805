"""The record of a case."""

from __future__ import annotations

from functools import cached_property

from msgspec import Struct

from segaudit.model.reading import Reading
from segaudit.model.records.ct import Ct
from segaudit.model.records.files import File, UnexpectedFile
from segaudit.model.records.fit import CaseFit
from segaudit.model.records.masks import Contact, LabelMap, Mask, Overlap


class Case(Struct, frozen=True, kw_only=True, omit_defaults=True, dict=True):
    """The measurements of one case."""

    case: str
    """Its id."""
    folder: str = ""
    """Name of the folder as found; it can differ from the case's id in letter case."""
    ct: Ct | None = None
    """None if there is no file."""
    masks: tuple[Mask, ...] = ()
    """In alphabetical order of structures, including damaged ones."""
    label_map: LabelMap | None = None
    """The file with all masks; None if each mask has a file of its own."""
    further: tuple[File, ...] = ()
    """Files that were verified but not measured: other channels, a label map beside the masks."""
    channels_missing: tuple[str, ...] = ()
    """Channels that the dataset promises, but that have no file."""
    ending: str = ""
    """The required ending of each file's name; empty if any is allowed."""
    ct_missing: str = ""
    """Path of a missing CT that a list of cases names; empty if it exists, or if its name follows from the case."""
    label_map_missing: str = ""
    """Path of a missing label map; empty if it exists, or if each mask has its own file."""
    unnumbered: bool = False
    """Whether the name of its CT lacks the channel's number, which the layout asks for."""
    unlabelled: bool = False
    """Whether the layout has no masks for this case, such as a test case of a challenge."""
    reference: str = ""
    """Path of the file whose grid is the reference: the CT, or else the first mask with the most frequent grid."""
    overlaps: tuple[Overlap, ...] = ()
    """Pairs that share voxels, most first."""
    overlaps_counted: bool = True
    """Whether overlaps were counted; they are not if the masks have more runs than ``reading`` allows. Then there are
    no pairs, and the three numbers below are 0."""
    overlap_voxels: int = 0
    """Voxels in two masks or more."""
    overlap_multiplicity: int = 0
    """The largest number of masks in one voxel."""
    labelled_voxels: int = 0
    """Voxels in one mask or more."""
    contacts: tuple[Contact, ...] = ()
    """Pairs that touch along the head-foot axis, largest area first; none if overlaps were not counted, or if the
    reference's affine has no lengths."""
    fit: CaseFit | None = None
    """How the masks fit the edges that the CT shows; None without a whole CT, or a mask whose surface it shows."""
    outside: tuple[str, ...] = ()
    """Paths of links in it that lead out of the dataset."""
    reading: Reading = Reading()
    """How much of it was read."""
    unexpected_files: tuple[UnexpectedFile, ...] = ()
    """Files and folders in it that do not belong to the layout."""

    @cached_property
    def files(self) -> tuple[File, ...]:
        """The CT's file, further ones, and the masks' files; a label map counts once."""
        files = (*((self.ct.file,) if self.ct else ()), *self.further, *(mask.file for mask in self.masks))
        return tuple({(file.path, file.structure): file for file in files}.values())

    @cached_property
    def structures(self) -> frozenset[str]:
        """The structures with a mask, including damaged ones."""
        return frozenset(mask.structure for mask in self.masks)

    def meant(self, structure: str) -> str:
        """Return the known anatomy that a structure is, or else its own name."""
        return self.anatomies.get(structure, structure)

    @cached_property
    def anatomies(self) -> dict[str, str]:
        """The known anatomy that structures are whose names are others."""
        return {name: mask.anatomy for name, mask in self.whole_masks.items() if mask.anatomy}

    @cached_property
    def whole_masks(self) -> dict[str, Mask]:
        """The masks that are whole, by structure."""
        return {mask.structure: mask for mask in self.masks if mask.whole}

    @cached_property
    def reference_file(self) -> File | None:
        """The file whose grid is the reference."""
        return next((file for file in self.files if file.path == self.reference), None)
