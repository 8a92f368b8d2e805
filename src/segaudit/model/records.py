"""What was measured: facts about files and voxels, without any verdict.

Records are frozen, typed and small, and are kept on disk as MessagePack (which, unlike JSON, carries NaN and bytes).
Lengths are millimetres, volumes millilitres, intensities Hounsfield units (HU); voxel indices count from 0 in the
order of the file's axes (i fastest); world coordinates are RAS+ (x grows to the patient's right).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Literal, Self

from msgspec import Struct

Affine = tuple[float, ...]
"""A 3 x 4 matrix from voxel index to world millimetres, row by row: 12 numbers."""

Vector = tuple[float, float, float]

Voxel = tuple[int, int, int]

FaultKind = Literal[
    "unreadable", "empty", "not-nifti", "corrupt", "truncated", "header", "short", "trailing", "oversized"
]
"""What can be wrong with the bytes of a file; all but ``trailing`` keep its voxels from being measured."""

BLANK_STD_HU = 5.0
"""Standard deviation below which a CT shows nothing: the noise of water alone is larger."""

BLANK_BODY_SHARE = 0.01
"""Share of voxels above -500 HU below which a CT shows nothing but air."""

MAX_RUNS = 1 << 22
"""Runs of voxels along i that the masks of a case have together, of which s0327 of v2 has 243,334; masks that have more
are noise."""

FIELD_OF_VIEW_MARGIN = 3
"""A mask with a voxel within this many voxels of a face of the grid counts as cut by the field of view
(the rule TotalSegmentator itself applies before it computes volumes: ``statistics.touches_border``)."""


THUMBNAIL_SIDE = 32
"""Cells of a thumbnail along each axis."""

THUMBNAIL_HU = (-1000.0, 300.0)
"""Intensities that a thumbnail tells apart, from black to white: air, fat, soft tissue; all bone looks alike."""

FINGERPRINT_MEMBERS = 512
"""Members of a fingerprint, at most. A share of 10 per cent is then known to within 1.3 per cent."""


class Spot(Struct, frozen=True):
    """A place in a case: a voxel of its grid, counted from 0 along i, j, k, and the same place in the world, mm."""

    voxel: Voxel
    mm: Vector

    @classmethod
    def at(cls, voxel: Iterable[float], mm: Iterable[float]) -> Self:
        """Return a place whose three numbers of each kind are rounded: to a voxel, and to 0.1 mm."""
        i, j, k = (round(float(index)) for index in voxel)
        x, y, z = (round(float(position), 1) for position in mm)
        return cls((i, j, k), (x, y, z))


class Fault(Struct, frozen=True):
    """One thing wrong with the bytes of a file, with what was found in words."""

    kind: FaultKind
    detail: str


class Extension(Struct, frozen=True):
    """A NIfTI header extension: its code (2 DICOM, 4 AFNI, 6 comment), its size in bytes, its first readable text."""

    code: int
    size: int
    excerpt: str = ""


class Header(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A NIfTI header, and what follows from it.

    ``affine`` is the one nibabel and this suite use: the sform if its code is set, else the qform, else pixdim alone.
    An affine that is not finite or not invertible is kept as it is; ``orientation`` is then empty.
    """

    format: Literal["NIfTI-1", "NIfTI-2"] = "NIfTI-1"
    byte_order: Literal["little", "big"] = "little"
    shape: tuple[int, ...] = ()
    """As stored, without trailing axes of length 1 beyond the third."""
    dtype: str = ""
    """numpy's name of the stored type (``uint8``, ``complex64``) or ``rgb24``, ``rgba32``; empty if unknown."""
    zooms: tuple[float, ...] = ()
    """pixdim of the first three axes, mm."""
    affine: Affine = ()
    qform: Affine = ()
    """Empty when qform_code is 0."""
    sform: Affine = ()
    """Empty when sform_code is 0."""
    qform_code: int = 0
    sform_code: int = 0
    spacing_mm: tuple[float, ...] = ()
    """Lengths of the affine's columns."""
    orientation: str = ""
    """Axis codes such as ``RAS``; empty when the affine has none."""
    nonorthonormality: float = 0.0
    """max |R'R - I| of the affine's direction cosines R (columns divided by their lengths)."""
    ambiguity_mm: float = 0.0
    """How far qform and sform put the worst corner of the grid apart; 0 when only one is set."""
    slope: float | None = None
    """scl_slope where it is set and scales, else None."""
    intercept: float | None = None
    units: str = ""
    """Spatial unit (``mm``, ``meter``, ``micron``); empty when unset."""
    vox_offset: int = 0
    text: dict[str, str] = {}
    """Non-blank text fields (descrip, aux_file, intent_name, db_name, data_type)."""
    extensions: tuple[Extension, ...] = ()
    problems: tuple[str, ...] = ()
    """What nibabel's header checks say is wrong."""


class File(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The bytes of one CT or mask file, verified to the last one."""

    case: str
    structure: str = ""
    """The mask's structure; empty for the CT, and for a file that holds several structures."""
    path: str = ""
    """Relative to the dataset, with forward slashes."""
    size: int = 0
    """Bytes on disk."""
    mtime_ns: int = 0
    digest: str = ""
    """xxh3-128 of the bytes on disk."""
    content: str = "gzip"
    """What the first bytes say it is: ``gzip``, ``nifti``, ``empty``, or words such as ``a Git LFS pointer``."""
    members: int = 0
    """gzip members."""
    gzip_name: str = ""
    gzip_comment: str = ""
    header: Header | None = None
    promised_bytes: int = 0
    """Voxel offset and voxels, as the header promises them."""
    payload_bytes: int = 0
    """Bytes that were there once inflated."""
    faults: tuple[Fault, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether every promised voxel could be read and trusted."""
        harmless = not self.faults or all(fault.kind == "trailing" for fault in self.faults)
        return self.header is not None and harmless

    def fault(self, kind: FaultKind) -> Fault | None:
        """Return the fault of a kind, if the file has it."""
        for fault in self.faults:
            if fault.kind == kind:
                return fault
        return None


class HuSample(Struct, frozen=True, kw_only=True):
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


class Mask(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was measured in one mask.

    The fields after ``file`` are meaningful when the file is whole; those that need the CT are None without one,
    or when the mask does not have the CT's shape.
    """

    case: str
    structure: str
    file: File
    voxels: int = 0
    """Non-zero voxels; in a label map those with a value of the structure."""
    values: tuple[tuple[float, int], ...] = ()
    """Distinct non-zero values with their voxel counts, ascending, at most 16 of them; in a label map 1 stands for the
    structure's values."""
    distinct_values: int = 0
    """How many distinct non-zero values there are; more than 16 are reported as 17."""
    nonfinite: int = 0
    volume_ml: float = 0.0
    box: tuple[int, int, int, int, int, int] | None = None
    """First and last voxel index along i, j, k (i0, i1, j0, j1, k0, k1; inclusive); None when empty."""
    centroid_voxel: Vector | None = None
    centroid_mm: Vector | None = None
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


class Spike(Struct, frozen=True, kw_only=True):
    """One end of a CT's histogram: the end value, its voxels, and the mean voxels per HU over the 10 HU beside it."""

    value: float
    voxels: int
    beside: float


class Histogram(Struct, frozen=True, kw_only=True):
    """Voxels by intensity, in at most 257 bins of a width that is a power of two and at least 1 HU."""

    first: float
    """Lower edge of the first bin, a multiple of the width."""
    width: float
    counts: tuple[int, ...]


class BelowAir(Struct, frozen=True, kw_only=True):
    """The voxels below -1100 HU, where there is no air any more."""

    voxels: int
    far: int
    """Those below -1250 HU, where splines hardly ring to."""
    value: float
    """The commonest value among them, the smallest of several."""
    around: int
    """Those within 5 per cent of it: padding, and what a spline makes of padding."""


class Ct(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was measured in one CT, HU after slope and intercept. The fields after ``file`` need a whole file."""

    case: str
    file: File
    voxels: int = 0
    nonfinite: int = 0
    minimum: float = 0.0
    maximum: float = 0.0
    mean: float = 0.0
    std: float = 0.0
    quantiles: tuple[float, ...] = ()
    """At 0.1, 1, 5, 25, 50, 75, 95, 99 and 99.9 per cent (see ``QUANTILES``)."""
    distinct: int = 0
    """Distinct values."""
    low: Spike | None = None
    high: Spike | None = None
    pad_value: float | None = None
    """The value that fills the grid's corners, when one value does; else None."""
    pad_share: float = 0.0
    """Share of voxels on the pad value."""
    body_share: float = 0.0
    """Share of voxels above -500 HU."""
    extremes: tuple[int, int] = (0, 0)
    """Voxels below -3100 HU and above 20000 HU."""
    digest: str = ""
    """xxh3-128 of the intensities, independent of dtype, byte order, scaling and compression."""
    slice_digests: bytes = b""
    """8 bytes (xxh3-64) for each slice along k."""
    constant_slices: int = 0
    """Slices along k in which all voxels are equal."""
    histogram: Histogram | None = None
    """Of the values from the 0.1 to the 99.9 per cent quantile."""
    below_air: BelowAir | None = None
    """What lies below -1100 HU; None where nothing does."""
    slice_std: tuple[float, ...] = ()
    """Standard deviation of each slice along k, HU, over every n-th voxel (about 6 mm apart)."""
    slice_changes: tuple[float, ...] = ()
    """How little each axial slice resembles the next one, in voxel order: 1 minus the correlation of every n-th voxel
    (about 6 mm apart), cut to -1000 to 400 HU; 0 where one of the two shows nothing but a constant or noise."""
    thumbnail: bytes = b""
    """Mean grey values, 0 to 255 over ``THUMBNAIL_HU``, of 32 x 32 x 32 cells (right, front, head; head fastest);
    empty where the grid is smaller than that."""
    fingerprint: bytes = b""
    """The smallest hashes of runs of 8 voxels from left to right, ascending, 8 bytes each, little-endian: at most
    ``FINGERPRINT_MEMBERS``, and then a sample; else all there are. CTs share members where they share voxels, but for
    a constant, whatever else each of them shows. Runs of fewer than 5 values (air, padding) are left out."""

    @property
    def whole(self) -> bool:
        """Whether its file could be read and trusted to the last voxel."""
        return self.file.whole

    @property
    def blank(self) -> bool:
        """Whether it shows no body: its values hardly differ, or nearly all of it is air."""
        return self.std < BLANK_STD_HU or self.body_share < BLANK_BODY_SHARE


QUANTILES = (0.001, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999)


class Overlap(Struct, frozen=True):
    """Voxels that two masks share; the structures are in alphabetical order."""

    first: str
    second: str
    voxels: int


class Contact(Struct, frozen=True):
    """Where one mask lies on another; the structures are in alphabetical order."""

    first: str
    second: str
    area_mm2: float
    """Of the voxel faces across the patient's length that have a voxel of the one, and of no other mask, on this side
    and one of the other on that side."""
    beside_mm2: float = 0.0
    """The same of the faces along the patient's length."""


class Stranger(Struct, frozen=True):
    """A file or folder that the layout has no place for, and, for a ``.nii`` beside a ``.nii.gz``, its twin."""

    path: str
    size: int
    twin: str = ""


class LabelMap(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The file that holds all masks of a case, and the values in it that nobody knows."""

    file: File
    labels: dict[str, tuple[int, ...]]
    """The values that stand for each structure."""
    ignored: tuple[int, ...] = ()
    """Values that are meant, but stand for no structure."""
    values: tuple[tuple[float, int], ...] = ()
    """Other non-zero values with their voxel counts, ascending, at most 16 of them."""
    distinct_values: int = 0
    """How many other non-zero values there are; more than 16 are reported as 17."""
    nonfinite: int = 0
    spot: Spot | None = None
    """The first voxel with one of them."""


class Case(Struct, frozen=True, kw_only=True, omit_defaults=True, dict=True):
    """What was measured in one case."""

    case: str
    folder: str = ""
    """Name of the folder as found; it can differ from the case's id in letter case."""
    ct: Ct | None = None
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
    strangers: tuple[Stranger, ...] = ()

    @property
    def files(self) -> tuple[File, ...]:
        """The CT's file, further ones, and the masks' files; a label map counts once."""
        files = (*((self.ct.file,) if self.ct else ()), *self.further, *(mask.file for mask in self.masks))
        return tuple({(file.path, file.structure): file for file in files}.values())

    @cached_property
    def whole_masks(self) -> dict[str, Mask]:
        """The masks whose files are whole, by structure."""
        return {mask.structure: mask for mask in self.masks if mask.file.whole}

    @property
    def reference_file(self) -> File | None:
        """The file whose grid the masks are held against."""
        return next((file for file in self.files if file.path == self.reference), None)


class Metadata(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The cells of ``meta.csv`` as text, before anyone judges them."""

    path: str
    encoding: str = "utf-8"
    delimiter: str = ";"
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    """Cells exactly as stored, each row padded or cut to the number of columns."""
    header_line: int = 1
    lines: tuple[int, ...] = ()
    """Line of the file, from 1, on which each row begins; a quoted cell can make a row end on a later one."""
    problems: tuple[str, ...] = ()
    """What was wrong with the file itself: encoding, ragged rows, no header."""

    def cells(self, column: str) -> tuple[str, ...]:
        """Return a column's cells without stray blanks; none when there is no such column."""
        if column not in self.columns:
            return ()
        place = self.columns.index(column)
        return tuple(tidy(row[place]) for row in self.rows)


def tidy(text: str) -> str:
    """Return text without blanks around it, and with single ones inside."""
    return " ".join(text.split())
