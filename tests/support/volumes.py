"""NIfTI files for tests: hypothesis strategies for volumes, writers, and the slow way to read them back."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import nibabel as nib
import numpy as np
from hypothesis import strategies as st
from nibabel.nifti1 import Nifti1Header
from nibabel.nifti2 import Nifti2Header
from numpy.typing import NDArray

from segaudit.measure import measure_case
from segaudit.model import Case, CaseFiles

REAL = ("uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64", "float32", "float64")
COMPLEX = ("complex64", "complex128")
COLOUR = {"rgb24": 3, "rgba32": 4}

SCALINGS = ((np.nan, np.nan), (0.0, 5.0), (1.0, 0.0), (2.0, 0.0), (0.5, -1.0), (1.0, 3.0))
"""Unset twice, identity, and scalings that float32 and float64 compute alike."""

IDENTITY = np.diag([1.5, 1.5, 1.5, 1.0])


def colour(channels: int) -> np.dtype[Any]:
    """Return the structured type in which nibabel keeps colours."""
    return np.dtype([(name, "u1") for name in "RGBA"[:channels]])


@dataclass(frozen=True)
class Made:
    """A volume and how to write it."""

    stored: NDArray[Any]
    affine: NDArray[np.float64] = field(default_factory=lambda: IDENTITY)
    byte_order: Literal["<", ">"] = "<"
    slope: float = float("nan")
    inter: float = float("nan")
    members: int = 1
    """gzip members; 0 for a file that is not compressed."""
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


def slow_values(path: Path) -> NDArray[np.float64]:
    """Read voxels by nibabel: magnitudes of complex, sums of colour channels."""
    stored: NDArray[Any] = np.asanyarray(nib.load(path).dataobj)  # type: ignore[attr-defined]
    if stored.dtype.names:
        return np.asarray(sum(stored[name].astype(np.float64) for name in stored.dtype.names))
    return np.asarray(np.abs(stored) if stored.dtype.kind == "c" else stored, np.float64)


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


def shapes(longest: int = 9) -> st.SearchStrategy[tuple[int, int, int]]:
    """Draw shapes of three axes."""
    axis = st.integers(1, longest)
    return st.tuples(axis, axis, axis)


def rotations() -> st.SearchStrategy[NDArray[np.float64]]:
    """Draw affines: any axis order and signs, any spacing, a small shear."""

    def build(order: list[int], signs: list[int], spacing: list[float], shear: float) -> NDArray[np.float64]:
        affine = np.eye(4)
        affine[:3, :3] = np.eye(3)[order] * np.array(signs) * np.array(spacing)
        affine[0, 1] += shear
        affine[:3, 3] = (-100, 20.5, 3)
        return affine

    signs = st.lists(st.sampled_from((-1, 1)), min_size=3, max_size=3)
    spacing = st.lists(st.sampled_from((0.5, 1.5, 3.0)), min_size=3, max_size=3)
    return st.builds(build, st.permutations([0, 1, 2]), signs, spacing, st.sampled_from((0.0, 1e-4)))


@st.composite
def made(draw: st.DrawFn, *, shape: tuple[int, int, int] | None = None, dtypes: tuple[str, ...] = REAL) -> Made:
    """Draw a volume: any type, byte order, scaling and container; empty, sparse, dense or touching faces."""
    shape = shape or draw(shapes())
    dtype = draw(st.sampled_from(dtypes))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    present = rng.random(shape) < draw(st.sampled_from((0.0, 0.02, 0.3, 0.9, 1.0)))
    numbers = rng.integers(1, draw(st.sampled_from((2, 4, 100))), shape)
    stored = _typed(present * numbers, dtype, rng)
    slope, inter = draw(st.sampled_from(SCALINGS))
    if dtype in COLOUR:
        slope = inter = np.nan
    return Made(
        stored=np.asarray(stored, order=draw(st.sampled_from(("C", "F")))),
        affine=draw(rotations()),
        byte_order=draw(st.sampled_from(("<", ">"))),
        slope=slope,
        inter=inter,
        members=draw(st.integers(0, 2)),
        second=draw(st.booleans()),
    )


def _typed(values: NDArray[Any], dtype: str, rng: np.random.Generator) -> NDArray[Any]:
    if channels := COLOUR.get(dtype):
        colours = np.zeros(values.shape, colour(channels))
        for name in colours.dtype.names or ():
            colours[name] = values * (rng.random(values.shape) < 0.5)
        return colours
    if dtype in COMPLEX:
        return (values * (3 + 4j)).astype(dtype)
    return values.astype(dtype)
