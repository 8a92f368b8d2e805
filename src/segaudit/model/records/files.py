"""What the bytes of a file are, to the last one."""

from __future__ import annotations

from typing import Literal

from segaudit.model.records.record import Record
from segaudit.model.records.spot import Affine

FaultKind = Literal[
    "unreadable", "empty", "not-nifti", "corrupt", "truncated", "header", "short", "trailing", "oversized"
]
"""What can be wrong with the bytes of a file; all but ``trailing`` keep its voxels from being measured."""


class Fault(Record, frozen=True):
    """One thing wrong with the bytes of a file, with what was found in words."""

    kind: FaultKind
    detail: str


class Extension(Record, frozen=True):
    """A NIfTI header extension: its code (2 DICOM, 4 AFNI, 6 comment), its size in bytes, its first readable text."""

    code: int
    size: int
    excerpt: str = ""


class Header(Record, frozen=True, kw_only=True, omit_defaults=True):
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
    """What the qform's space is; 0 for none."""
    sform_code: int = 0
    """What the sform's space is; 0 for none."""
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
    """scl_inter where it is set and shifts, else None."""
    units: str = ""
    """Spatial unit (``mm``, ``meter``, ``micron``); empty when unset."""
    vox_offset: int = 0
    """Byte at which the voxels begin."""
    text: dict[str, str] = {}
    """Non-blank text fields (descrip, aux_file, intent_name, db_name, data_type)."""
    extensions: tuple[Extension, ...] = ()
    """What lies between header and voxels."""
    problems: tuple[str, ...] = ()
    """What nibabel's header checks say is wrong."""


class File(Record, frozen=True, kw_only=True, omit_defaults=True):
    """The bytes of one CT or mask file, verified to the last one."""

    case: str
    """Id of the case."""
    structure: str = ""
    """The mask's structure; empty for the CT, and for a file that holds several structures."""
    path: str = ""
    """Relative to the dataset, with forward slashes."""
    size: int = 0
    """Bytes on disk."""
    mtime_ns: int = 0
    """When it was changed, ns since 1970."""
    digest: str = ""
    """xxh3-128 of the bytes on disk."""
    content: str = "gzip"
    """What the first bytes say it is: ``gzip``, ``nifti``, ``empty``, or words such as ``a Git LFS pointer``."""
    members: int = 0
    """gzip members."""
    gzip_name: str = ""
    """The name that the gzip header holds; that of the file before it was compressed."""
    gzip_comment: str = ""
    """The comment that the gzip header holds."""
    header: Header | None = None
    """None where there is none that can be read."""
    promised_bytes: int = 0
    """Voxel offset and voxels, as the header promises them."""
    payload_bytes: int = 0
    """Bytes that were there once inflated."""
    faults: tuple[Fault, ...] = ()
    """What is wrong with its bytes."""

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


class UnexpectedFile(Record, frozen=True):
    """A file or folder that the layout has no place for, and, for a ``.nii`` beside a ``.nii.gz``, its twin."""

    path: str
    size: int
    twin: str = ""
