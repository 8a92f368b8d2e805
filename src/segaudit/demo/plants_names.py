"""Defects of names: files and cases that are missing, duplicated, unexpected or misnamed."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np

from segaudit.demo.plants_tables import SPLITS, read_rows, write_rows
from segaudit.demo.target import Damage, Target, revalue
from segaudit.demo.volume import Volume

V1_ONLY = (
    "face", "heart_atrium_left", "heart_atrium_right", "heart_myocardium", "heart_ventricle_left",
    "heart_ventricle_right", "pulmonary_artery",
)  # fmt: skip
V2_ONLY = (
    "atrial_appendage_left", "brachiocephalic_trunk", "brachiocephalic_vein_left", "brachiocephalic_vein_right",
    "common_carotid_artery_left", "common_carotid_artery_right", "costal_cartilages", "heart", "kidney_cyst_left",
    "kidney_cyst_right", "prostate", "pulmonary_vein", "skull", "spinal_cord", "sternum", "subclavian_artery_left",
    "subclavian_artery_right", "superior_vena_cava", "thyroid_gland", "vertebrae_S1",
)  # fmt: skip
"""Structures that are in only one of the class lists of TotalSegmentator v1 and v2."""


def ct_missing(target: Target) -> Damage:
    """There is no CT."""
    target.ct.unlink()
    return Damage()


def mask_missing(target: Target) -> Damage:
    """A structure has no mask."""
    structure = target.choose()
    target.mask(structure).unlink()
    return Damage(structure)


def junk_appledouble(target: Target) -> Damage:
    """An AppleDouble file of macOS lies beside the CT."""
    return _unexpected(target, target.folder / "._ct.nii.gz")


def root_junk(target: Target) -> Damage:
    """A desktop file of macOS lies beside the cases."""
    place = _unexpected(target, target.root / ".DS_Store")
    return Damage(file=place.file, case="")


def extra_unknown_mask(target: Target) -> Damage:
    """There is a mask, without voxels, of a structure that no release has."""
    _add_empty(target, "tonsil")
    return target.at("tonsil")


def mask_twin(target: Target) -> Damage:
    """A mask is there a second time, uncompressed."""
    structure = target.choose()
    twin = target.mask(structure).with_suffix("")
    twin.write_bytes(Volume.read(target.mask(structure)).payload)
    return target.at(structure, twin)


def mask_misnamed(target: Target) -> Damage:
    """A mask's name begins with a capital letter."""
    structure = target.choose()
    renamed = target.mask(structure).rename(target.mask(structure.capitalize()))
    return target.at(structure, renamed)


def release_mixed(target: Target) -> Damage:
    """The masks are named as in another release: v2's class list in a case of v1, or v1's in one of v2."""
    is_v1 = target.mask("face").exists()
    for structure in V2_ONLY if is_v1 else V1_ONLY:
        _add_empty(target, structure)
    for structure in V1_ONLY if is_v1 else V2_ONLY:
        target.mask(structure).unlink()
    return Damage()


def duplicate_case(target: Target) -> Damage:
    """A case is there twice, under two ids that the metadata both lists."""
    return Damage(case=_copy(target))


def near_duplicate(target: Target, hu: float = 5) -> Damage:
    """A case is there twice, the second time with more noise."""
    copy = _copy(target)
    _add_noise(target.root / copy / "ct.nii.gz", hu)
    return Damage(case=copy)


def near_duplicate_elsewhere(target: Target, hu: float = 5) -> Damage:
    """A case is there twice, the second time with more noise and in another split."""
    copy = _copy(target)
    _add_noise(target.root / copy / "ct.nii.gz", hu)
    columns, rows = read_rows(target.root)
    own = next(row["split"] for row in rows if row["image_id"] == copy)
    other = next(split for split in SPLITS if split != own)
    write_rows(target.root, columns, [{**row, "split": other} if row["image_id"] == copy else row for row in rows])
    return Damage(case=copy)


def _copy(target: Target) -> str:
    """Copy a case and its row of the metadata under the next free id, and return that id."""
    ids = {path.name for path in target.root.iterdir()}
    copy = next(case for number in range(10_000) if (case := f"s{number:04}") not in ids and case > target.case)
    shutil.copytree(target.folder, target.root / copy)
    columns, rows = read_rows(target.root)
    copied = [{**row, "image_id": copy} for row in rows if row["image_id"] == target.case]
    write_rows(target.root, columns, [*rows, *copied])
    return copy


def _add_noise(path: Path, hu: float) -> None:
    """Add noise of a standard deviation to a CT."""
    rng = np.random.default_rng(0)
    revalue(path, lambda voxels: np.rint(voxels + rng.normal(0, hu, voxels.shape)).astype(voxels.dtype))


def _add_empty(target: Target, structure: str) -> None:
    """Write a mask of another structure, without voxels, on the grid of an existing mask."""
    shutil.copyfile(target.masks[0], target.mask(structure))
    revalue(target.mask(structure), np.zeros_like)


def _unexpected(target: Target, path: Path) -> Damage:
    path.write_bytes(b"\0\5\x16\7\0\2\0\0Mac OS X")
    return target.at(path=path)
