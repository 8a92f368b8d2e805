"""What is measured of two fixed cases, and the digest that is kept of it beside the version of records.

``python -m tests.measure.kept_records`` keeps today's, if the version was raised: kept records of an earlier one are
then measured again.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from segaudit.measure import RECORD_VERSION, measure_case
from segaudit.model import Case, CaseFiles
from segaudit.testing.volumes import Made, listed

KEPT = Path(__file__).with_name("kept_records.json")

COMMAND = "python -m tests.measure.kept_records"

SPACING_MM = 3.0
SHAPE = (60, 56, 50)
DIGITS = 5
"""Digits of a number that are compared: the last ones depend on processors and libraries."""

NOT_MEASURED = frozenset({"digest", "mtime_ns", "size", "read_bytes", "fingerprint", "thumbnail", "digests"})
"""Fields that say which bytes were read, not what is in them."""


def written(root: Path) -> tuple[CaseFiles, CaseFiles]:
    """Write a body with a spine, lungs, a liver and ribs, not all as they should be, and list its files.

    It is written twice: with a file for each mask, and as a label map beside a CT in another type and axis order.
    """
    x, y, z = (np.arange(length) - length / 2 for length in SHAPE)
    grid = np.meshgrid(x, y, z, indexing="ij")

    def ball(centre: tuple[float, float, float], radii: tuple[float, float, float]) -> NDArray[np.bool_]:
        parts = ((axis - middle) / radius for axis, middle, radius in zip(grid, centre, radii, strict=True))
        return np.asarray(sum(part**2 for part in parts) <= 1)

    masks = {
        "liver": ball((8, 4, -6), (9, 7, 8)),
        "spleen": ball((-14, -4, -6), (4, 5, 6)),
        "lung_upper_lobe_left": ball((-11, 2, 12), (7, 9, 10)),
        "lung_upper_lobe_right": ball((11, 2, 10), (7, 9, 10)),
        **{f"vertebrae_L{n}": ball((0, -16, 9 - 9 * n), (4, 4, 3.5)) for n in (1, 2)},
        "rib_left_5": ball((-19, 0, 5), (1.6, 12, 1.6)) | ball((-19, 20, 20), (1.2, 1.2, 1.2)),
        "heart": ball((-3, 8, 6), (6, 6, 6)),
        "stomach": ball((-8, 6, -8), (6, 5, 5)),
        "colon": np.zeros(SHAPE, np.bool_),
    }
    tissue = {"liver": 60, "spleen": 50, "lung": -850, "vertebrae": 300, "rib": 400, "heart": 40, "stomach": 20}
    ct = np.where(ball((0, 0, 0), (24, 22, 40)), 20.0, -1000.0)
    for name, mask in masks.items():
        ct[mask] = tissue.get(name.split("_")[0], 20)
    waves = 9 * np.sin(1.7 * grid[0] + 2.3 * grid[1]) * np.sin(1.1 * grid[2] + grid[0] * grid[1])
    ct = np.where(ct > -1000, ct + waves, ct + waves / 3)
    ct[:3] = -1024
    affine = np.diag([SPACING_MM, SPACING_MM, SPACING_MM, 1.0])
    affine[0, 1] = 0.05
    Made(np.rint(ct).astype(np.int16), affine).write(root / "s0001" / "ct.nii.gz")
    for name, mask in masks.items():
        own, voxels = affine.copy(), mask.astype(np.uint8)
        own[0, 3] += 4.0 if name == "stomach" else 0.0
        voxels[mask & (name == "heart") & (grid[0] > 0)] = 2
        Made(voxels, own).write(root / "s0001" / "segmentations" / f"{name}.nii.gz")
    return listed(root, "s0001"), _labelled(root, ct, masks, affine)


def _labelled(
    root: Path, ct: NDArray[np.float64], masks: Mapping[str, NDArray[np.bool_]], affine: NDArray[np.float64]
) -> CaseFiles:
    """Write the body as numbers of 32 bits with j, i and -k as axes, and a label map, with a value of no structure."""
    turn = np.array([[0.0, 1, 0, 0], [1, 0, 0, 0], [0, 0, -1, SHAPE[2] - 1], [0, 0, 0, 1]])
    stored = (2 * (ct + 3)).transpose(1, 0, 2)[:, :, ::-1].astype(np.float32)
    image = Made(stored, affine @ turn, byte_order=">", slope=0.5, inter=-3.0, members=2, second=True)
    labels, values = dict[str, tuple[int, ...]](), np.zeros(SHAPE, np.int16)
    for value, (name, mask) in enumerate(masks.items(), 1):
        values[mask], labels[name] = value, (value,)
    values[2:5, 3:6, 7] = 99
    files = CaseFiles(
        case="s0002",
        folder="",
        ct=image.write(root / "images" / "s0002_0000.nii.gz").relative_to(root).as_posix(),
        masks=dict.fromkeys([*labels, "lungs"], "labels/s0002.nii"),
        labels=labels | {"lungs": (3, 4)},
        anatomy={"lungs": "lung"},
        further={"PET": "images/s0002_0001.nii.gz"},
    )
    image.write(root / files.further["PET"])
    Made(values, affine, members=0).write(root / files.masks["lungs"])
    return files


def digest() -> str:
    """Return a digest of what is measured of the fixed cases."""
    with tempfile.TemporaryDirectory() as folder:
        cases = [measure_case(Path(folder), files) for files in written(Path(folder))]
    text = json.dumps(_rounded(msgspec.to_builtins(cases, builtin_types=(bytes,))), sort_keys=True, default=_numbers)
    return hashlib.sha256(f"{Case.__struct_fields__}{text}".encode()).hexdigest()[:16]


def _rounded(value: Any) -> Any:  # noqa: ANN401 (whatever a record holds)
    """Return a value with few digits, and without the fields that are not measured."""
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items() if key not in NOT_MEASURED}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    return f"{value:.{DIGITS}g}" if isinstance(value, float) else value


def _numbers(column: bytes) -> list[str]:
    """Return the numbers of a column of slices."""
    return [f"{number + 0:.{DIGITS - 2}g}" for number in np.frombuffer(column, "<f4").tolist()]


def kept() -> dict[str, Any]:
    """Return the version of records, and the digest, that were kept last."""
    read: dict[str, Any] = json.loads(KEPT.read_text())
    return read


def keep() -> None:
    """Keep the digest of today, unless it has changed under the same version."""
    if KEPT.exists() and kept()["version"] == RECORD_VERSION and kept()["digest"] != digest():
        sys.exit("What is measured has changed: raise RECORD_VERSION in src/segaudit/measure/__init__.py first.")
    KEPT.write_text(json.dumps({"version": RECORD_VERSION, "digest": digest()}) + "\n")


if __name__ == "__main__":
    keep()
