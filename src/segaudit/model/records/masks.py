"""The records of masks, label maps, overlaps and contacts."""

from __future__ import annotations

from segaudit.model.records.files import File
from segaudit.model.records.pieces import Inside, Piece
from segaudit.model.records.record import Record
from segaudit.model.records.spot import Spot, Vector

FIELD_OF_VIEW_MARGIN_VOXELS = 3
"""A mask with a voxel within this many voxels of a face of the grid counts as cut by the field of view
(the rule TotalSegmentator itself applies before it computes volumes: ``statistics.touches_border``)."""


class HuSample(Record, frozen=True, kw_only=True):
    """Intensities of the CT under a mask, HU, over all finite voxels."""

    mean: float
    std: float
    minimum: float
    p5: float
    p25: float
    median: float
    p75: float
    p95: float
    maximum: float


class Mask(Record, frozen=True, kw_only=True, omit_defaults=True):
    """The measurements of one mask.

    The fields after ``file`` are meaningful only if the file is whole; those that need the CT are None without one,
    or if the mask does not have the CT's shape.
    """

    case: str
    """Id of the case."""
    structure: str
    """The name of its file, or of its value in a label map."""
    file: File
    """Its file, or the label map."""
    anatomy: str = ""
    """The known anatomy that it shows, where its name is another."""
    voxels: int = 0
    """Non-zero voxels; in a label map those with a value of the structure."""
    values: tuple[tuple[float, int], ...] = ()
    """Distinct non-zero values with their voxel counts, ascending, at most 16 of them; in a label map 1 represents the
    structure's values."""
    distinct_values: int = 0
    """Number of distinct non-zero values; more than 16 are reported as 17."""
    nonfinite: int = 0
    """Voxels that are NaN or infinite."""
    volume_ml: float = 0.0
    """Volume of its voxels; NaN if the affine has no volume."""
    box: tuple[int, int, int, int, int, int] | None = None
    """First and last voxel index along i, j, k (i0, i1, j0, j1, k0, k1; inclusive); None if empty."""
    centroid_voxel: Vector | None = None
    """Centre of mass along i, j, k; None if empty."""
    centroid_mm: Vector | None = None
    """The same point in world coordinates, RAS+."""
    faces: tuple[int, int, int, int, int, int] | None = None
    """Voxels between the box and the low and high face along i, j, k; 0 touches the face."""
    components: int = 0
    """Number of 26-connected components."""
    pieces: tuple[Piece, ...] = ()
    """Its largest components, descending, at most 16; none if it is one piece."""
    inside: Inside | None = None
    """Its surface and what it encloses; None if it is empty."""
    same_shape: bool = True
    """Whether it has the shape of the case's reference grid, once its axes are in that grid's order."""
    axis_order: tuple[int, ...] = ()
    """If its axes are stored in another order than those of the reference grid: for each of them the one of that grid,
    from 1, negative for the other direction. Boxes, places and faces are then those on the reference grid."""
    on_grid: bool = True
    """Whether its voxels are those of the reference grid: the same shape, and no corner half a voxel away."""
    corner_displacement_mm: float = 0.0
    """The largest distance of a corner of the grid from its position on the reference grid, once its axes are in that
    grid's order; 0 if shapes differ."""
    agreement: float | None = None
    """How well its voxels, and those of all masks with its affine, agree with the CT's edges on the CT's grid, whatever
    the header says: the median (see ``MaskFit``). None where the header places it on the grid, or the CT shows the
    surface of none of them."""
    hu: HuSample | None = None
    """Intensities of the CT under it."""
    void_share: float | None = None
    """Share of its voxels with the CT's padding value."""
    outside_body_share: float | None = None
    """Share of its voxels clearly outside the body (see ``measure.body``)."""
    ends_mm: tuple[Vector, Vector] | None = None
    """Its left and right end: the mean positions of the voxels on these two faces of its box, world mm; None if it is
    empty or the affine has no lengths."""
    course_mm: tuple[Vector, ...] = ()
    """Its course from head to foot or from foot to head: the centres of mass, world mm, of up to six slabs of equal
    height across the head-foot axis; none if it is empty or the affine has no lengths."""

    @property
    def meant(self) -> str:
        """The known anatomy that it shows, or else its own name."""
        return self.anatomy or self.structure

    @property
    def whole(self) -> bool:
        """Whether its file could be read and verified to the last voxel, and is a single volume."""
        return self.file.whole_volume

    @property
    def binary(self) -> bool:
        """Whether all of its voxels that are not zero have one value, so that they are one structure."""
        return self.distinct_values <= 1 and not self.nonfinite

    @property
    def comparable(self) -> bool:
        """Whether it can be compared with the CT and with other masks, voxel by voxel."""
        return self.on_grid and self.binary

    @property
    def largest_ml(self) -> float:
        """Volume of its largest piece."""
        return self.volume_ml * self.pieces[0].voxels / self.voxels if self.pieces else self.volume_ml

    @property
    def merged(self) -> bool:
        """Whether its file is a label map with the case's other structures."""
        return not self.file.structure

    @property
    def spot(self) -> Spot | None:
        """Its centre of mass, rounded to a voxel and to 0.1 mm; None if it is empty."""
        if self.centroid_voxel is None or self.centroid_mm is None:
            return None
        return Spot.at(self.centroid_voxel, self.centroid_mm)

    @property
    def cut(self) -> bool:
        """Whether the field of view may cut it: it has a voxel within 3 voxels of a face."""
        return self.faces is not None and min(self.faces) < FIELD_OF_VIEW_MARGIN_VOXELS


class LabelMap(Record, frozen=True, kw_only=True, omit_defaults=True):
    """The file with all masks of a case, and the unknown values in it."""

    file: File
    """The file."""
    labels: dict[str, tuple[int, ...]]
    """The values of each structure."""
    ignored: tuple[int, ...] = ()
    """Values that are intended, but belong to no structure."""
    values: tuple[tuple[float, int], ...] = ()
    """Other non-zero values with their voxel counts, ascending, at most 16 of them."""
    distinct_values: int = 0
    """Number of other non-zero values; more than 16 are reported as 17."""
    nonfinite: int = 0
    """Voxels that are NaN or infinite."""
    spot: Spot | None = None
    """The first voxel with another value."""


class Overlap(Record, frozen=True):
    """Voxels that two masks share; the structures are in alphabetical order."""

    first: str
    second: str
    voxels: int


class Contact(Record, frozen=True):
    """The contact of two masks; the structures are in alphabetical order."""

    first: str
    second: str
    area_mm2: float
    """Area of the voxel faces across the head-foot axis with a voxel of one mask only on one side, and a voxel of the
    other mask only on the other side."""
    beside_mm2: float = 0.0
    """The same for faces along the head-foot axis."""
