"""A NIfTI-1 file in parts, so that one part can be changed while all else stays the same."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import nibabel as nib
import numpy as np
import numpy.typing as npt
from isal import igzip, isal_zlib

HEADER_BYTES = 348
GZIP = b"\x1f\x8b"
GZIP_WBITS = 31
NIFTI_1 = (348).to_bytes(4, "little")
"""The first bytes of a plain NIfTI-1 file, the size of its header."""
"""The value of ``wbits`` for a gzip stream in zlib."""


@dataclass
class Volume:
    """Header, the bytes between header and voxels, and the voxels as stored."""

    header: Any
    """nibabel's header, which has no types."""
    gap: bytes
    voxels: npt.NDArray[Any]

    @classmethod
    def new(cls, voxels: npt.NDArray[Any], affine: npt.NDArray[np.float64]) -> Self:
        """Return a volume with a header like TotalSegmentator's: only an sform, no slope, no unit."""
        volume = cls(nib.Nifti1Header(), bytes(4), voxels)
        volume.header["vox_offset"] = HEADER_BYTES + len(volume.gap)
        volume.header["scl_slope"] = volume.header["scl_inter"] = np.nan
        volume.store(voxels)
        volume.place(affine)
        return volume

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a ``.nii.gz`` file, compressed or not.

        Raises:
            OSError: it does not exist, or is not a complete gzip file.
            ValueError: it has fewer or more voxels than its header says.
        """
        data = path.read_bytes()
        payload = data if data.startswith(NIFTI_1) else inflate(data)
        header: Any = nib.Nifti1Header(payload[:HEADER_BYTES], check=False)
        start = int(header["vox_offset"])
        voxels = np.frombuffer(payload, header.get_data_dtype(), offset=start)
        voxels = voxels.reshape(header.get_data_shape(), order="F").copy(order="F")
        return cls(header, payload[HEADER_BYTES:start], voxels)

    @property
    def affine(self) -> npt.NDArray[np.float64]:
        """The sform, or the qform without one: 4 x 4, voxel index to mm."""
        return np.array(self.header.get_best_affine())

    @property
    def voxel_ml(self) -> float:
        """The volume of a voxel whose edges are at right angles; NaN without a valid affine."""
        return float(np.prod(np.linalg.norm(self.affine[:3, :3], axis=0))) / 1000

    @property
    def payload(self) -> bytes:
        """The uncompressed file."""
        return b"".join((self.header.binaryblock, self.gap, self.voxels.ravel(order="F").data))

    def store(self, voxels: npt.NDArray[Any]) -> None:
        """Replace the voxels; shape and data type in the header follow."""
        self.voxels = voxels
        self.header.set_data_shape(voxels.shape)
        self.header.set_data_dtype(voxels.dtype)

    def place(self, affine: npt.NDArray[np.float64]) -> None:
        """Set the sform and the matching pixdim; a qform is removed."""
        self.header.set_sform(affine, code=2)
        self.header["qform_code"] = 0
        self.header["pixdim"][1:4] = np.linalg.norm(affine[:3, :3], axis=0)

    def write(self, path: Path) -> None:
        """Write it as ``.nii.gz``: the same volume gives the same bytes."""
        path.write_bytes(compress(self.payload))


def inflate(data: bytes) -> bytes:
    """Return the content of a gzip file, with every member verified; bytes after the last one are ignored.

    Raises:
        OSError: there is no member, or one is damaged or truncated.
    """
    content = []
    while data.startswith(GZIP):
        member = isal_zlib.decompressobj(wbits=GZIP_WBITS)
        try:
            content.append(member.decompress(data))
        except isal_zlib.error as error:  # type: ignore[misc]
            raise OSError(str(error)) from error
        if not member.eof:
            raise OSError("the gzip stream is cut short")
        data = member.unused_data
    if not content:
        raise OSError("no gzip stream")
    return b"".join(content)


def compress(payload: bytes) -> bytes:
    """Return a gzip stream without name and time."""
    return igzip.compress(payload, 1, mtime=0)
