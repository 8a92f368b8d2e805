"""What a case holds."""

from __future__ import annotations

from functools import cached_property

from msgspec import Struct

from segaudit.model.records.ct import Ct
from segaudit.model.records.files import File, UnexpectedFile
from segaudit.model.records.masks import Contact, LabelMap, Mask, Overlap

MAX_RUNS = 1 << 22
"""Runs of voxels along i that the masks of a case have together, of which s0327 of v2 has 243,334; masks that have more
are noise."""


class Case(Struct, frozen=True, kw_only=True, omit_defaults=True, dict=True):
    """What was measured in one case."""

    case: str
    """Its id."""
    folder: str = ""
    """Name of the folder as found; it can differ from the case's id in letter case."""
    ct: Ct | None = None
    """None where there is no file of it."""
    masks: tuple[Mask, ...] = ()
    """By structure, in alphabetical order; damaged ones included."""
    label_map: LabelMap | None = None
    """The file that holds all masks; None where each has a file of its own."""
    further: tuple[File, ...] = ()
    """Files that were verified and not measured: other channels, a label map beside the masks."""
    channels_missing: tuple[str, ...] = ()
    """Channels that the dataset promises, and that have no file."""
    ending: str = ""
    """What the name of each file has to end in; empty if nothing says so."""
    label_map_missing: str = ""
    """Path of the label map that should be there and is not; empty where it is there, or each mask has its own file."""
    unlabelled: bool = False
    """Whether the layout has no masks for this case, as for the test cases of a challenge."""
    reference: str = ""
    """Path of the file whose grid the masks are held against: the CT, or else the first mask of the commonest grid."""
    overlaps: tuple[Overlap, ...] = ()
    """Pairs that share voxels, most first."""
    overlaps_counted: bool = True
    """Whether overlaps were counted: not where the masks have more than ``MAX_RUNS`` runs. Then there are no pairs, and
    the three numbers below are 0."""
    overlap_voxels: int = 0
    """Voxels in two masks or more."""
    overlap_multiplicity: int = 0
    """The most masks that meet in one voxel."""
    labelled_voxels: int = 0
    """Voxels in one mask or more."""
    contacts: tuple[Contact, ...] = ()
    """Pairs that touch from head to foot, largest area first; none where overlaps were not counted, or where the
    reference's affine has no lengths."""
    unexpected_files: tuple[UnexpectedFile, ...] = ()
    """Files and folders in it that the layout has no place for."""

    @cached_property
    def files(self) -> tuple[File, ...]:
        """The CT's file, further ones, and the masks' files; a label map counts once."""
        files = (*((self.ct.file,) if self.ct else ()), *self.further, *(mask.file for mask in self.masks))
        return tuple({(file.path, file.structure): file for file in files}.values())

    @cached_property
    def structures(self) -> frozenset[str]:
        """The structures that it has a mask of, damaged ones included."""
        return frozenset(mask.structure for mask in self.masks)

    @cached_property
    def whole_masks(self) -> dict[str, Mask]:
        """The masks whose files are whole, by structure."""
        return {mask.structure: mask for mask in self.masks if mask.file.whole}

    @cached_property
    def reference_file(self) -> File | None:
        """The file whose grid the masks are held against."""
        return next((file for file in self.files if file.path == self.reference), None)
