"""Ways to read a case: inflating only, segaudit, and pairs of masks in ITK."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import combinations, islice
from pathlib import Path
from typing import Any, TypeAlias

from isal import igzip_lib

from segaudit.measure import measure_case
from segaudit.model import CaseFiles

Way: TypeAlias = Callable[[Path, CaseFiles], None]

_PIECE = 1 << 18
_CHUNK = 1 << 16
PAIRS = 12
"""Number of pairs of masks that ITK compares; all pairs of 117 masks take most of an hour."""


def paths(root: Path, files: CaseFiles) -> Iterator[Path]:
    """Yield the CT, if there is one, and the masks."""
    yield from (root / path for path in (files.ct, *files.masks.values()) if path)


def inflating(root: Path, files: CaseFiles) -> None:
    """Inflate every file with ISA-L, which verifies checksum and size, in pieces of 256 KiB that are discarded."""
    for path in paths(root, files):
        inflater: Any = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)
        with path.open("rb") as file:
            while not inflater.eof:
                inflater.decompress(file.read(_CHUNK) if inflater.needs_input else b"", _PIECE)


def measuring(root: Path, files: CaseFiles) -> None:
    """Measure the case as an audit does."""
    measure_case(root, files)


def pairs_by_itk(root: Path, files: CaseFiles) -> None:
    """Compare the first pairs of masks with ITK's overlap measures, on images that are read once."""
    itk: Any = import_module("SimpleITK")  # optional

    compared = list(islice(combinations(files.masks.values(), 2), PAIRS))
    images = {path: itk.ReadImage(str(root / path), itk.sitkUInt8) for pair in compared for path in pair}
    for first, second in compared:
        images[second].CopyInformation(images[first])  # ITK refuses grids that differ in the sixth decimal
        itk.LabelOverlapMeasuresImageFilter().Execute(images[first], images[second])
