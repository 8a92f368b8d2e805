"""How the masks of a case fit the edges that its CT shows; what is compared is voxels, whatever the headers say."""

from __future__ import annotations

from segaudit.model.records.record import Record
from segaudit.model.records.spot import Vector, Voxel

EVEN = 0.04
"""Deviation inside of an organ that says nothing, as a share of the window: 20 HU, with the noise of a usual scan."""


class Shift(Record, frozen=True, kw_only=True, omit_defaults=True):
    """Where a mask would fit better than in its place."""

    voxels: Voxel
    """How far it lies from there, along i, j, k."""
    agreement: float
    """As ``MaskFit.agreement``, there."""
    contrast: float
    """As ``MaskFit.contrast``, there."""
    faces: int
    """Faces that are in the grid there."""
    gain: float
    """How many times larger the CT's steps are there than in place, at the faces across the axis of the shift."""
    side_agreement: float
    """Agreement there of the worse of the two sides across the axis of the shift."""
    side_faces: int
    """Faces of the smaller one of these sides."""
    covered: float = 0.0
    """Share of the mask's surface that lies in other masks there."""
    covered_in_place: float = 0.0
    """The same in its own place."""


class Margin(Record, frozen=True, kw_only=True):
    """How far outside of a mask the CT has the edges of what it marks; negative where these lie inside of it.

    Distances are along the axes, where steps in the expected direction are largest, up to four voxels off.
    """

    mm: float
    """Median of the sides that the CT shows: both sides across an axis, each with 30 faces and an edge."""
    voxels: float
    """The same, in voxels along the axis of each side."""
    least_mm: float
    """Least of the sides in the direction of the median; of six, of all but one."""
    gain: float
    """How many times larger the steps are there than on the mask's own faces, up to 20: median of the sides."""
    sides: int
    """How many these are, four or six."""


class MaskFit(Record, frozen=True, omit_defaults=True):
    """How one mask fits."""

    structure: str
    faces: int
    """Faces that were looked at: voxels inside with a neighbour outside, in the grid."""
    agreement: float
    """Sum of the CT's steps across the mask's faces, positive in the expected direction, over the sum of their
    magnitudes: 1 where all edges are there, about 0 where the CT knows nothing of the mask. Size errors of up to two
    voxels are allowed for."""
    contrast: float
    """Mean step, as a share of the window of the structure's tissue."""
    shift: Shift | None = None
    """The best place within reach, looked for where it does not fit well; None where that is its own."""
    anatomy: str = ""
    """As ``Mask.anatomy``."""
    margin: Margin | None = None
    """What says whether it is drawn too small or too large; None where the CT shows both sides across one axis at
    most, or where its structure is not judged by itself."""

    @property
    def meant(self) -> str:
        """As ``Mask.meant``."""
        return self.anatomy or self.structure


class Placement(Record, frozen=True, kw_only=True, omit_defaults=True):
    """Where all masks together would fit."""

    turn: str = ""
    """The axes along which the masks are reversed against the CT, such as ``i`` or ``jk``; after ``swap`` the first two
    axes are exchanged before; empty where they lie as the CT does."""
    voxels: Vector = (0.0, 0.0, 0.0)
    """How far the masks, once turned back, lie from there, along i, j, k."""
    agreement: float = 0.0
    contrast: float = 0.0
    """Mean step there, as a share of the window."""
    spread: float = 0.0
    """How far the CT inside of each mask is off its mean there, as a share of the window: the mean of all masks."""

    @property
    def quality(self) -> float:
        """How large the steps are, compared with how uneven the CT is inside."""
        return self.contrast / (self.spread + EVEN)


class SlabFit(Record, frozen=True, kw_only=True):
    """How the masks fit in some neighbouring slices."""

    first: int
    last: int
    """Slices along the patient's length, by voxel index, inclusive."""
    structures: int
    """Masks with faces enough there."""
    agreement: float
    """Of all faces there."""
    typical: float
    """Median of the masks' agreements."""
    certain: float | None
    """Agreement of all faces of bones, lungs and airways; None where there are none."""


class CaseFit(Record, frozen=True, kw_only=True, omit_defaults=True):
    """How the masks of a case fit its CT; those together that their headers place within half a voxel of it."""

    masks: tuple[MaskFit, ...]
    """The masks that have a surface which a CT shows, and are measured by themselves."""
    structures: int = 0
    """How many of them are taken together."""
    faces: int = 0
    agreement: float = 0.0
    """Of all together, as ``MaskFit.agreement``; each mask counts alike."""
    magnitude: float = 0.0
    """Mean of the magnitudes of the CT's steps there, as a share of the window."""
    offset: Vector = (0.0, 0.0, 0.0)
    """How far they lie off along i, j, k, voxels, where that is four at most."""
    gain: Vector = (1.0, 1.0, 1.0)
    """How many times larger the CT's steps are there than in place, along each axis."""
    placements: tuple[Placement, ...] = ()
    """The best place for each way the masks could be turned, best first, looked for where they do not fit well; voxels
    are those of the masks as turned back."""
    axis: int = 2
    """The axis along the patient's length."""
    slabs: tuple[SlabFit, ...] = ()
