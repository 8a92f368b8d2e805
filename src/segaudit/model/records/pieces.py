"""The records of what a mask consists of and encloses: pieces, cavities, empty slices, its surface."""

from __future__ import annotations

from segaudit.model.records.record import Record
from segaudit.model.records.spot import Spot


class Touch(Record, frozen=True, array_like=True):
    """What a piece of a mask has to do with another mask."""

    structure: str
    area_mm2: float = 0.0
    """Area of the voxel faces between it and voxels of the other mask only."""
    voxels: int = 0
    """Voxels that both have."""


class Piece(Record, frozen=True, kw_only=True, array_like=True):
    """A 26-connected component of a mask that has several."""

    voxels: int
    box: tuple[int, int, int, int, int, int]
    """First and last voxel index along i, j, k (i0, i1, j0, j1, k0, k1; inclusive)."""
    spot: Spot
    """Its centre of mass."""
    apart_mm: float = 0.0
    """The distance of its box from the nearest voxel of a larger piece; 0 for the largest one."""
    area_mm2: float = 0.0
    """Its surface: the faces of its voxels with voxels outside of it; 0 for the largest one."""
    hu_mean: float | None = None
    """Mean intensity of the CT under it, HU; None for the largest one, and without a CT."""
    hu_median: float | None = None
    """The median."""
    touches: tuple[Touch, ...] = ()
    """The masks that it touches or overlaps most, at most 4; none for the largest one."""


class Cavity(Record, frozen=True, kw_only=True, array_like=True):
    """A part of the grid that a mask encloses: no way along faces of voxels leads out of it."""

    voxels: int
    spot: Spot
    """Its centre of mass."""
    hu_mean: float | None = None
    """Mean intensity of the CT in it, HU; None without a CT."""
    hu_median: float | None = None
    """The median."""
    filled_by: str = ""
    """The mask that has most of its voxels; empty if none has any."""
    filled_share: float = 0.0
    """The share of its voxels that this mask has."""


class SliceGaps(Record, frozen=True, kw_only=True, array_like=True):
    """Empty slices of a mask, between others that are not, along one axis."""

    axis: int
    """0 to 2 for i to k."""
    gaps: int
    """Rows of empty slices."""
    slices: int
    """Empty slices."""
    filled: int
    """Slices that are not."""
    first: int
    """The first slice of the gap with the most similar sections on both sides, of those between the largest ones."""
    width: int
    """The slices of that gap."""
    likeness: float
    """How similar these sections are: their overlap, as share of the largest of the three sections on either side, or
    of a quarter of the mean section, if that is larger."""


class Inside(Record, frozen=True, kw_only=True, array_like=True):
    """The surface of a mask and what it encloses, in voxels."""

    faces: tuple[int, int, int]
    """Faces across i, j, k between a voxel of the mask and one outside."""
    changes: tuple[int, int, int]
    """The same between voxels two apart: twice as many where the surface is smooth, as many where it is random."""
    cavities: int = 0
    """Number of cavities."""
    cavity_voxels: int = 0
    """Voxels in all of them."""
    cavity: Cavity | None = None
    """The largest one."""
    rings: tuple[int, int] = (0, 0)
    """Voxels that it encloses within the planes along i and j, and within those along i and k."""
    pinholes: int = 0
    """Single voxels outside between two inside along i, at least 4 voxels from both ends of the row."""
    filled: int = 0
    """Voxels inside between two inside along i, at least 4 voxels from both ends of the row."""
    slice_gaps: tuple[SliceGaps, ...] = ()
    """Empty slices, for each axis that has some."""
