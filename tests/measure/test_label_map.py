"""Label maps: each structure is measured like the binary mask of its values, made with nibabel and numpy."""

from __future__ import annotations

import dataclasses
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from segaudit.measure import measure_case, same_bytes
from segaudit.model import Case, CaseFiles, Fault, File, Mask, Spot
from segaudit.testing.volumes import IDENTITY, Made
from tests.support.volumes import REAL, made, slow_values

LABELS = {"brain": (1,), "nothing": (77,), "region": (1, 3, 200), "stomach": (2,)}
"""Structures whose surface is not compared with the CT: that takes longer than all else."""
FULL = np.ones((4, 5, 6), np.int16)


def case_files(labels: dict[str, tuple[int, ...]], **fields: object) -> CaseFiles:
    """Return a case whose masks are in one file."""
    files = CaseFiles(case="a", folder="", masks=dict.fromkeys(labels, "lab.nii.gz"), labels=labels)
    return replace(files, **fields)


def measure(root: Path, volume: Made, labels: dict[str, tuple[int, ...]] = LABELS, **fields: object) -> Case:
    """Write a label map beside a CT, and measure both."""
    random = np.random.default_rng(1)
    ct = random.integers(-1000, 1000, volume.stored.shape).astype(np.int16)
    Made(ct, volume.affine, second=volume.second).write(root / "ct.nii.gz")
    volume.write(root / "lab.nii.gz")
    return measure_case(root, case_files(labels, ct="ct.nii.gz", **fields))


def alone(root: Path, volume: Made, values: tuple[int, ...]) -> Mask:
    """Measure the voxels with some values as a binary mask of its own."""
    slow = slow_values(volume.write(root / ("slow.nii.gz" if volume.members else "slow.nii")))
    Made(np.isin(slow, values).astype(np.uint8), volume.affine, second=volume.second).write(root / "mask.nii.gz")
    files = CaseFiles(case="a", folder="", ct="ct.nii.gz", masks={"mask": "mask.nii.gz"})
    return measure_case(root, files).masks[0]


def nameless(mask: Mask) -> Mask:
    """Return the measurements without names, and without what is about other masks."""
    pieces = tuple(replace(piece, touches=()) for piece in mask.pieces)
    inside = mask.inside
    if inside and inside.cavity:
        inside = replace(inside, cavity=replace(inside.cavity, filled_by="", filled_share=0.0))
    return replace(mask, structure="", file=File(case="a"), pieces=pieces, inside=inside)


@given(made(dtypes=REAL))
def test_structures_are_measured_as_masks(volume: Made) -> None:
    """Whatever type, byte order, affine, scaling and container: structures, and regions of several values."""
    with tempfile.TemporaryDirectory() as folder:
        case = measure(Path(folder), volume)
        expected = [nameless(alone(Path(folder), volume, values)) for values in LABELS.values()]
    assert [mask.structure for mask in case.masks] == [*LABELS]
    assert [nameless(mask) for mask in case.masks] == expected


@given(made(dtypes=("uint16", "int32", "uint32", "uint64", "float32", "float64")), st.integers(0, 2**32))
def test_large_labels(volume: Made, seed: int) -> None:
    """Labels up to 65,535, some of which differ in only one byte or bit, are not mixed up."""
    labels: dict[str, tuple[int, ...]] = {f"{value}": (value,) for value in (1, 255, 256, 257, 32768, 65534, 65535)}
    chosen = np.random.default_rng(seed).choice([0, *map(int, labels)], volume.stored.shape)
    stored = np.asarray(chosen.astype(volume.stored.dtype), order="C" if volume.stored.flags.c_contiguous else "F")
    large = dataclasses.replace(volume, stored=stored, slope=np.nan, inter=np.nan)
    with tempfile.TemporaryDirectory() as folder:
        case = measure(Path(folder), large, labels)
        middle = alone(Path(folder), large, (32768,))
    counts = {name: np.count_nonzero(chosen == int(name)) for name in labels}
    assert {mask.structure: mask.voxels for mask in case.masks} == counts
    assert nameless(next(mask for mask in case.masks if mask.structure == "32768")) == nameless(middle)


@given(made(dtypes=REAL), st.sampled_from([(), (2, 5)]))
def test_unknown_values(volume: Made, ignored: tuple[int, ...]) -> None:
    """Values without a structure are counted, and their first voxel is recorded; ignored values are not."""
    labels = {"brain": (1,), "stomach": (3, 4)}
    with tempfile.TemporaryDirectory() as folder:
        case = measure(Path(folder), volume, labels, ignored=ignored)
        slow = slow_values(volume.write(Path(folder) / ("slow.nii.gz" if volume.members else "slow.nii")))
    strange = ~np.isin(slow, (0, 1, 3, 4, *ignored))
    distinct, counts = np.unique(slow[strange], return_counts=True)
    label_map = case.label_map
    assert label_map is not None
    assert label_map.values == tuple(zip(distinct.tolist(), counts.tolist(), strict=True))[:16]
    assert (label_map.distinct_values, label_map.nonfinite) == (min(len(distinct), 17), 0)
    where = np.argwhere(strange)
    first = where[np.lexsort(where.T)][0].tolist() if len(where) else None
    assert (list(label_map.spot.voxel) if label_map.spot else None) == first


def test_not_a_number(tmp_path: Path) -> None:
    """NaN voxels are counted separately, and belong to no structure."""
    stored = np.ones((4, 4, 4), np.float32)
    stored[1, 2, 3] = np.nan
    case = measure(tmp_path, Made(stored), {"brain": (1,)})
    assert case.label_map is not None
    assert (case.label_map.values, case.label_map.nonfinite) == ((), 1)
    assert case.label_map.spot == Spot((1, 2, 3), (1.5, 3.0, 4.5))
    assert case.masks[0].voxels == 63


def test_one_file_is_one_file(tmp_path: Path) -> None:
    """A label map is one file of the case, however many structures it has; so is a damaged one."""
    case = measure(tmp_path, Made(FULL))
    assert [file.path for file in case.files] == ["ct.nii.gz", "lab.nii.gz"]
    assert [mask.merged for mask in case.masks] == [True] * 4
    assert (case.labelled_voxels, case.overlap_multiplicity) == (120, 2)
    (tmp_path / "lab.nii.gz").write_bytes(Made(FULL).file()[:-9])
    damaged = measure_case(tmp_path, case_files(LABELS, ct="ct.nii.gz"))
    assert [(file.path, file.whole) for file in damaged.files] == [("ct.nii.gz", True), ("lab.nii.gz", False)]
    assert [mask.voxels for mask in damaged.masks] == [0] * 4
    assert damaged.whole_masks == {}


def test_further_files_are_verified(tmp_path: Path) -> None:
    """Another channel is read to its last byte; a missing one that is promised is reported by name."""
    Made(FULL).write(tmp_path / "pet.nii.gz")
    (tmp_path / "mr.nii.gz").write_bytes(Made(FULL).file()[:-1])
    further = {"0001 PET": "pet.nii.gz", "0002 MR": "mr.nii.gz", "0003 US": ""}
    case = measure(tmp_path, Made(FULL), further=further)
    assert [file.path for file in case.files] == ["ct.nii.gz", "pet.nii.gz", "mr.nii.gz", "lab.nii.gz"]
    assert [file.faults for file in case.further] == [(), (Fault("truncated", case.further[1].faults[0].detail),)]
    assert case.channels_missing == ("0003 US",)


@pytest.mark.parametrize(
    "change",
    [
        {"labels": LABELS | {"brain": (5,)}},
        {"ignored": (9,)},
        {"ending": ".nii"},
        {"unlabelled": True},
        {"further": {"0001 PET": ""}},
        {"further": {"0001 PET": "pet.nii.gz"}},
        {"ct": ""},
    ],
)
def test_same_bytes_of_another_meaning(tmp_path: Path, change: dict[str, object]) -> None:
    """A record is valid as long as the files and their meaning are the same."""
    case, files = measure(tmp_path, Made(FULL)), case_files(LABELS, ct="ct.nii.gz")
    Made(FULL, IDENTITY).write(tmp_path / "pet.nii.gz")
    assert same_bytes(tmp_path, files, case)
    assert not same_bytes(tmp_path, replace(files, **change), case)
