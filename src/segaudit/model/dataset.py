"""The dataset as a whole, as tables, for dataset-wide checks and statistics."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from segaudit.model.contract import Contract
from segaudit.model.listing import Flaw, Training
from segaudit.model.records import Metadata, Spot, StatedCard, UnexpectedFile
from segaudit.model.scan import Scan
from segaudit.model.split_names import misspelt

if TYPE_CHECKING:
    import pandas as pd

    from segaudit.model.likeness import Likeness

CASE_COLUMNS = (
    "case", "size_i", "size_j", "size_k", "spacing_i", "spacing_j", "spacing_k",
    "voxels", "ct_whole", "ct_digest", "masks", "nonempty_masks", "overlap_voxels", "labelled_voxels",
    "deviation", "score", "reference_score",
)  # fmt: skip
"""Columns of ``Dataset.cases``: a row for each case that was measured; sizes and spacings are its reference grid's."""

MASK_COLUMNS = (
    "case", "structure", "whole", "voxels", "volume_ml", "cut", "complete", "flaw", "components", "largest_ml",
    "corner_displacement_mm", "centroid_i", "centroid_j", "centroid_k", "centroid_x", "centroid_y", "centroid_z",
    "depth_mm", "right_mm", "front_mm", "hu_mean", "hu_std", "hu_median", "void_share", "outside_body_share",
    "cavity_ml", "roughness", "overlap_share", "neighbours", "agreement",
    "deviation", "unusual", "score", "reference_score",
)  # fmt: skip
"""Columns of ``Dataset.masks``: a row for each mask; ``complete`` and the position are those of ``Anatomy``, ``flaw``
is the id of the check that reports the whole mask, the last four are those of ``segaudit.model.score``."""


class Meeting(NamedTuple):
    """Two structures that share voxels in some cases."""

    first: str
    second: str
    cases: int
    share: float
    """The largest share of the smaller mask."""
    case: str
    """The case with the largest share."""


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """Facts about a dataset that concern more than one case."""

    root: str
    """Path or URL of the dataset."""
    folders: tuple[str, ...]
    """Ids of the cases that have a folder, in alphabetical order; excluded ones are left out."""
    cases: pd.DataFrame
    """A row for each case, with ``CASE_COLUMNS``."""
    masks: pd.DataFrame
    """A row for each mask, with ``MASK_COLUMNS``."""
    cts: tuple[Scan, ...] = ()
    """The CTs that are whole, as far as they are compared with each other."""
    unlike_tissue: frozenset[str] = frozenset()
    """Ids of the cases in which what the CT shows under the masks is not what they mark."""
    meetings: tuple[Meeting, ...] = ()
    """Structures that share voxels."""
    archive: tuple[str, int] | None = None
    """Name and size in bytes of the archive that it is in; None if it is unpacked."""
    archive_flaws: dict[str, str] = field(default_factory=dict)
    """What programs read differently in the archive's list of contents, by path; of all names under an empty one."""
    metadata: Metadata | None = None
    """The table of metadata; None if there is none."""
    unexpected_files: tuple[UnexpectedFile, ...] = ()
    """Files and folders beside the cases that do not belong to the layout."""
    outside: tuple[str, ...] = ()
    """Names of links beside the cases that lead out of the dataset."""
    excluded: tuple[str, ...] = ()
    """Ids of the cases that the contract leaves out, and that have a folder or a row in the metadata."""
    excluded_unused: tuple[str, ...] = ()
    """Ids that the contract leaves out, and that have neither."""
    flaws: tuple[Flaw, ...] | None = None
    """What is wrong in the files that describe the dataset; None if there is no such file."""
    card: StatedCard | None = None
    """What a card beside the cases says; None if there is none."""
    training: Training | None = None
    """The stated and the actual number of training cases, if the dataset states one."""

    @property
    def listed(self) -> tuple[str, ...]:
        """Ids in the metadata, as stored but without surrounding blanks; excluded ones are left out."""
        ids = self.metadata.cells("image_id") if self.metadata else ()
        return tuple(case for case in ids if case and case not in self.excluded)

    def promised(self, contract: Contract) -> int:
        """Return how many cases there have to be: as many as the contract states, or else as the metadata lists."""
        return contract.cases.count or len(frozenset(self.listed)) + len(self.excluded)

    def partial(self, contract: Contract) -> bool:
        """Whether fewer than half of the promised cases have a folder, so that the dataset is a subset."""
        return 2 * (len(self.folders) + len(self.excluded)) < self.promised(contract)

    @cached_property
    def likenesses(self) -> tuple[Likeness, ...]:
        """The pairs of CTs that are alike, the most alike first."""
        from segaudit.model.likeness import likenesses  # noqa: PLC0415 (stored records can be read without scipy)

        return likenesses(self.cts, self.splits)

    @cached_property
    def splits(self) -> dict[str, str]:
        """The split of each case that the metadata states one for; of a misspelt one, what was meant."""
        if self.metadata is None:
            return {}
        ids, splits = self.metadata.cells("image_id"), self.metadata.cells("split")
        meant = misspelt(splits)
        return {case: meant.get(split, split) for case, split in zip(ids, splits, strict=False)}  # a column may lack


def spot_of(row: Any) -> Spot:  # noqa: ANN401 (a row of ``Dataset.masks`` by name, of a mask with voxels)
    """Return a mask's centre of mass, as ``Mask.spot`` does."""
    voxel, mm = (row.centroid_i, row.centroid_j, row.centroid_k), (row.centroid_x, row.centroid_y, row.centroid_z)
    return Spot.at(voxel, mm)
