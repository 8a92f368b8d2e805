"""What masks show, and where two of them meet."""

from __future__ import annotations

from segaudit.model.records.files import File
from segaudit.model.records.record import Record
from segaudit.model.records.spot import Spot, Vector

FIELD_OF_VIEW_MARGIN = 3
"""A mask with a voxel within this many voxels of a face of the grid counts as cut by the field of view
(the rule TotalSegmentator itself applies before it computes volumes: ``statistics.touches_border``)."""


class HuSample(Record, frozen=True, kw_only=True):
    """Intensities of the CT under a mask, HU, over all its voxels that are finite."""

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
    """What was measured in one mask.

    The fields after ``file`` are meaningful when the file is whole; those that need the CT are None without one,
    or when the mask does not have the CT's shape.
    """

    case: str
    """Id of the case."""
    structure: str
    """As its file, or the value in a label map, is named."""
    file: File
    """Its bytes; those of the label map where there is one."""
    voxels: int = 0
    """Non-zero voxels; in a label map those with a value of the structure."""
    values: tuple[tuple[float, int], ...] = ()
    """Distinct non-zero values with their voxel counts, ascending, at most 16 of them; in a label map 1 stands for the
    structure's values."""
    distinct_values: int = 0
    """How many distinct non-zero values there are; more than 16 are reported as 17."""
    nonfinite: int = 0
    """Voxels that are NaN or infinite."""
    volume_ml: float = 0.0
    """Of its voxels; NaN where the affine has no volume."""
    box: tuple[int, int, int, int, int, int] | None = None
    """First and last voxel index along i, j, k (i0, i1, j0, j1, k0, k1; inclusive); None when empty."""
    centroid_voxel: Vector | None = None
    """Centre of mass along i, j, k; None when empty."""
    centroid_mm: Vector | None = None
    """The same place in the world, RAS+."""
    faces: tuple[int, int, int, int, int, int] | None = None
    """Voxels between the box and the low and high face along i, j, k; 0 touches the face."""
    components: int = 0
    """26-connected components."""
    pieces: tuple[int, ...] = ()
    """Voxels of the largest components, descending, at most 8."""
    second_piece: Spot | None = None
    """Centre of mass of the second largest component; None where there is only one."""
    same_shape: bool = True
    """Whether it has the shape of the case's reference grid."""
    corner_displacement_mm: float = 0.0
    """How far the worst of the grid's 8 corners lies from where the reference's affine puts it; 0 if shapes differ."""
    hu: HuSample | None = None
    """Intensities of the CT under it."""
    void_share: float | None = None
    """Share of its voxels on the CT's padding value."""
    outside_body_share: float | None = None
    """Share of its voxels clearly outside the body (see ``measure.body``)."""
    ends_mm: tuple[Vector, Vector] | None = None
    """Where it ends to the left and to the right: the mean voxels of these two faces of its box, in world mm; None when
    it is empty or the affine has no lengths."""

    @property
    def whole(self) -> bool:
        """Whether its file could be read and trusted to the last voxel."""
        return self.file.whole

    @property
    def merged(self) -> bool:
        """Whether its file is a label map, which holds the case's other structures, too."""
        return not self.file.structure

    @property
    def spot(self) -> Spot | None:
        """Its centre of mass, rounded to a voxel and to 0.1 mm; None when it is empty."""
        if self.centroid_voxel is None or self.centroid_mm is None:
            return None
        return Spot.at(self.centroid_voxel, self.centroid_mm)

    @property
    def cut(self) -> bool:
        """Whether the field of view may cut it: it has a voxel within 3 voxels of a face."""
        return self.faces is not None and min(self.faces) < FIELD_OF_VIEW_MARGIN


class LabelMap(Record, frozen=True, kw_only=True, omit_defaults=True):
    """The file that holds all masks of a case, and the values in it that nobody knows."""

    file: File
    """Its bytes."""
    labels: dict[str, tuple[int, ...]]
    """The values that stand for each structure."""
    ignored: tuple[int, ...] = ()
    """Values that are meant, but stand for no structure."""
    values: tuple[tuple[float, int], ...] = ()
    """Other non-zero values with their voxel counts, ascending, at most 16 of them."""
    distinct_values: int = 0
    """How many other non-zero values there are; more than 16 are reported as 17."""
    nonfinite: int = 0
    """Voxels that are NaN or infinite."""
    spot: Spot | None = None
    """The first voxel with one of them."""


class Overlap(Record, frozen=True):
    """Voxels that two masks share; the structures are in alphabetical order."""

    first: str
    second: str
    voxels: int


class Contact(Record, frozen=True):
    """Where one mask lies on another; the structures are in alphabetical order."""

    first: str
    second: str
    area_mm2: float
    """Of the voxel faces across the patient's length that have a voxel of the one, and of no other mask, on this side
    and one of the other on that side."""
    beside_mm2: float = 0.0
    """The same of the faces along the patient's length."""
