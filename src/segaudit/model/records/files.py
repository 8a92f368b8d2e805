"""The records of a file's bytes and header."""

from __future__ import annotations

from typing import Literal

from segaudit.model.records.record import Record
from segaudit.model.records.spot import Affine

FaultKind = Literal[
    "unreadable", "empty", "not-nifti", "corrupt", "truncated", "header", "short", "trailing", "oversized"
]
"""Kinds of damage to the bytes of a file; with any but ``trailing``, its voxels are not measured."""


class Fault(Record, frozen=True):
    """A defect of the bytes of a file, with a description."""

    kind: FaultKind
    detail: str
    advice: str = ""
    """What to do, where it is another thing than for most faults of this kind."""


class Extension(Record, frozen=True):
    """A NIfTI header extension: its code (2 DICOM, 4 AFNI, 6 comment), size in bytes, and first readable text."""

    code: int
    size: int
    excerpt: str = ""


AXES = 3
"""Axes of a volume."""


class Header(Record, frozen=True, kw_only=True, omit_defaults=True):
    """A NIfTI header, and values derived from it.

    ``affine`` is the one that nibabel uses, too: the sform if its code is set, else the qform, else pixdim alone.
    An affine that is not finite or not invertible is kept as it is; ``orientation`` is then empty.
    """

    format: Literal["NIfTI-1", "NIfTI-2"] = "NIfTI-1"
    byte_order: Literal["little", "big"] = "little"
    shape: tuple[int, ...] = ()
    """As stored, without trailing axes of length 1 beyond the third."""
    further_axes: int = 0
    """How many trailing axes of length 1 beyond the third are stored."""
    dtype: str = ""
    """numpy's name of the stored type (``uint8``, ``complex64``) or ``rgb24``, ``rgba32``; empty if unknown."""
    zooms: tuple[float, ...] = ()
    """pixdim of the first three axes, mm."""
    affine: Affine = ()
    qform: Affine = ()
    """Empty if qform_code is 0."""
    sform: Affine = ()
    """Empty if sform_code is 0."""
    qform_code: int = 0
    """Code of the qform's space; 0 for none."""
    sform_code: int = 0
    """Code of the sform's space; 0 for none."""
    spacing_mm: tuple[float, ...] = ()
    """Lengths of the affine's columns."""
    orientation: str = ""
    """Axis codes such as ``RAS``; empty if the affine has none."""
    nonorthonormality: float = 0.0
    """max |R'R - I| of the affine's direction cosines R (columns divided by their lengths)."""
    ambiguity_mm: float = 0.0
    """The largest distance between the positions of a grid's corner by qform and by sform; 0 if only one is set."""
    slope: float | None = None
    """scl_slope if it is set and not 1, else None."""
    intercept: float | None = None
    """scl_inter if it is set and not 0, else None."""
    units: str = ""
    """Spatial unit (``mm``, ``meter``, ``micron``); empty if unset."""
    vox_offset: int = 0
    """Byte at which the voxels begin."""
    text: dict[str, str] = {}
    """Non-blank text fields (descrip, aux_file, intent_name, db_name, data_type)."""
    extensions: tuple[Extension, ...] = ()
    """The extensions between header and voxels."""
    problems: tuple[str, ...] = ()
    """Problems that nibabel's header checks report."""

    @property
    def three_axes(self) -> bool:
        """Whether it is that of a volume: it has three axes, each of a voxel or more."""
        return len(self.shape) == AXES and min(self.shape) >= 1


class File(Record, frozen=True, kw_only=True, omit_defaults=True):
    """The bytes of one CT or mask file, verified to the last byte."""

    case: str
    """Id of the case."""
    structure: str = ""
    """The mask's structure; empty for the CT, and for a file with several structures."""
    path: str = ""
    """Relative to the dataset, with forward slashes."""
    size: int = 0
    """Bytes on disk."""
    mtime_ns: int = 0
    """Time of the last modification, ns since 1970."""
    digest: str = ""
    """xxh3-128 of the bytes on disk, as far as they were read."""
    read_bytes: int = 0
    """Bytes on disk that were read: all but in a file that goes on long after its damage or after its last voxel."""
    content: str = "gzip"
    """Its type by its first bytes: ``gzip``, ``nifti``, ``empty``, or words such as ``a Git LFS pointer``."""
    members: int = 0
    """Number of gzip members."""
    gzip_name: str = ""
    """The name in the gzip header, which is that of the file before it was compressed."""
    gzip_comment: str = ""
    """The comment in the gzip header."""
    header: Header | None = None
    """None if it cannot be read."""
    promised_bytes: int = 0
    """Length of the content according to the header: voxel offset and voxels."""
    payload_bytes: int = 0
    """Length of the inflated content."""
    faults: tuple[Fault, ...] = ()
    """Defects of its bytes."""

    @property
    def whole(self) -> bool:
        """Whether every promised voxel could be read and verified."""
        harmless = not self.faults or all(fault.kind == "trailing" for fault in self.faults)
        return self.header is not None and harmless

    @property
    def whole_volume(self) -> bool:
        """Whether it is whole, and not a plane or a series of volumes: these show no body, or several."""
        return self.whole and self.header is not None and (self.header.three_axes or not self.header.shape)

    def fault(self, kind: FaultKind) -> Fault | None:
        """Return the fault of a kind, if the file has it."""
        for fault in self.faults:
            if fault.kind == kind:
                return fault
        return None


class UnexpectedFile(Record, frozen=True):
    """A file or folder that does not belong to the layout, and, for a ``.nii`` beside a ``.nii.gz``, its twin."""

    path: str
    size: int
    twin: str = ""
