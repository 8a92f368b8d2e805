"""NIfTI files for tests, with control over their bytes, and measured cases of such files."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import numpy as np
from nibabel.nifti1 import Nifti1Header
from nibabel.nifti2 import Nifti2Header
from numpy.typing import NDArray

from segaudit.measure import measure_case
from segaudit.model import Case, CaseFiles

IDENTITY = np.diag([1.5, 1.5, 1.5, 1.0])


@dataclass(frozen=True)
class Made:
    """A volume and how to write it."""

    stored: NDArray[Any]
    affine: NDArray[np.float64] = field(default_factory=lambda: IDENTITY)
    byte_order: Literal["<", ">"] = "<"
    slope: float = float("nan")
    inter: float = float("nan")
    members: int = 1
    """Number of gzip members; 0 for an uncompressed file."""
    second: bool = False
    """NIfTI-2 instead of NIfTI-1."""

    def header(self) -> Nifti1Header:
        """Return nibabel's header."""
        kind: Any = Nifti2Header if self.second else Nifti1Header
        header = kind(endianness=self.byte_order)
        header.set_data_shape(self.stored.shape)
        header.set_data_dtype(self.stored.dtype)
        header.set_sform(self.affine, code=2)
        header["pixdim"][1:4] = np.sqrt((self.affine[:3, :3] ** 2).sum(axis=0))
        header["vox_offset"] = header.single_vox_offset
        header["scl_slope"], header["scl_inter"] = self.slope, self.inter
        header["magic"] = header.single_magic
        return header  # type: ignore[no-any-return]

    def content(self) -> bytes:
        """Return the uncompressed bytes of the file."""
        voxels = self.stored.astype(self.stored.dtype.newbyteorder(self.byte_order))
        return bytes(self.header().binaryblock) + bytes(4) + voxels.tobytes("F")

    def file(self) -> bytes:
        """Return the bytes of the file."""
        content = self.content()
        return zipped(content, self.members) if self.members else content

    def write(self, path: Path) -> Path:
        """Write the file, with its folders."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.file())
        return path


def zipped(content: bytes, members: int = 1) -> bytes:
    """Compress into one gzip member or more."""
    cuts = [len(content) * part // members for part in range(members + 1)]
    parts = (content[start:stop] for start, stop in pairwise(cuts))
    return b"".join(gzip.compress(part, 1, mtime=0) for part in parts)


def measured(root: Path, ct: Made | bytes | None = None, **masks: Made | bytes) -> Case:
    """Write a case and measure it."""
    files = {"ct": ct} if ct is not None else {}
    for name, made in (files | masks).items():
        (root / f"{name}.nii.gz").write_bytes(made if isinstance(made, bytes) else made.file())
    paths = {name: f"{name}.nii.gz" for name in masks}
    ct_path = "ct.nii.gz" if ct is not None else ""
    return measure_case(root, CaseFiles(case="s0001", folder="s0001", ct=ct_path, masks=paths))


def listed(root: Path, case: str) -> CaseFiles:
    """List the files of a case in TotalSegmentator's layout."""
    masks = {path.name.removesuffix(".nii.gz"): path for path in (root / case / "segmentations").glob("*.nii.gz")}
    ct = root / case / "ct.nii.gz"
    return CaseFiles(
        case=case,
        folder=case,
        ct=ct.relative_to(root).as_posix() if ct.exists() else "",
        masks={structure: path.relative_to(root).as_posix() for structure, path in masks.items()},
    )
