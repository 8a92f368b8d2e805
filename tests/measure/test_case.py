"""A case as a whole: the reference of masks, real cases, and damaged ones."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import msgspec
import nibabel as nib
import numpy as np
import pytest

from segaudit.measure import measure_case
from segaudit.model import Case, CaseFiles, Overlap, UnexpectedFile
from segaudit.testing.volumes import IDENTITY, Made, listed, measured
from tests.support.mutate import measure_mutation, mutations, originals

FULL = np.ones((5, 5, 5), np.uint8)
SHIFTED = np.block([[np.eye(3) * 1.5, np.array([[9.0], [0], [0]])], [0, 0, 0, 1]])


def test_ct_is_the_reference(tmp_path: Path) -> None:
    """Masks are compared with the CT, even a damaged one whose header can be read."""
    ct, mask = Made(FULL.astype(np.int16), SHIFTED), Made(FULL)
    for content in (ct.file(), ct.file()[:-5]):
        case = measured(tmp_path, content, spleen=mask)
        assert (case.reference, case.masks[0].corner_displacement_mm) == ("ct.nii.gz", 9.0)
        assert case.reference_file == (case.ct.file if case.ct else None)


@pytest.mark.parametrize("ct", [None, b"", b"not a CT"], ids=["missing", "empty", "text"])
def test_commonest_grid_is_the_reference(tmp_path: Path, ct: bytes | None) -> None:
    """Without a CT's header, masks are compared with the most frequent grid among them."""
    odd, even = Made(FULL, SHIFTED), Made(FULL)
    case = measured(tmp_path, ct, a=b"", b=odd, c=even, d=even)
    assert case.reference == "c.nii.gz"
    assert [mask.corner_displacement_mm for mask in case.masks] == [0.0, 9.0, 0.0, 0.0]


def test_no_reference(tmp_path: Path) -> None:
    """A case without any readable header still has records."""
    case = measured(tmp_path, b"", a=b"x")
    assert (case.reference, case.reference_file, len(case.files), case.whole_masks) == ("", None, 2, {})


def test_names_and_unexpected_files_are_passed_on(tmp_path: Path) -> None:
    """Masks are in alphabetical order; fields of the listing are kept."""
    unexpected_files = (UnexpectedFile("S0001/.DS_Store", 9),)
    files = CaseFiles(
        case="s0001", folder="S0001", masks={"b": "b.nii", "a": "a.nii"}, unexpected_files=unexpected_files
    )
    case = measure_case(tmp_path, files)
    assert (case.case, case.folder, case.unexpected_files) == ("s0001", "S0001", unexpected_files)
    assert [(mask.structure, mask.file.path) for mask in case.masks] == [("a", "a.nii"), ("b", "b.nii")]


def test_one_damaged_mask_hides_nothing(tmp_path: Path) -> None:
    """The other masks of a case are measured as if the damaged one were not there."""
    ct, mask = Made(FULL.astype(np.int16), IDENTITY), Made(FULL)
    alone = measured(tmp_path, ct, b=mask)
    beside = measured(tmp_path, ct, a=mask.file()[:-1], b=mask)
    assert msgspec.structs.replace(beside.masks[1].file, mtime_ns=0) == msgspec.structs.replace(
        alone.masks[0].file, mtime_ns=0
    )
    assert beside.masks[1].hu == alone.masks[0].hu


def test_records_travel(tmp_path: Path) -> None:
    """A case is unchanged after pickle and MessagePack."""
    case = measured(tmp_path, originals()[0], liver=originals()[2], spleen=b"")
    assert pickle.loads(pickle.dumps(case)) == case  # noqa: S301 - our own bytes
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(case), type=Case) == case


def test_damaged_files(tmp_path: Path) -> None:
    """No damage raises, hides the mask beside it, or gives a record that cannot be stored."""
    for data in mutations(200):
        case = measure_mutation(tmp_path, data)
        assert case.masks[1].voxels == np.count_nonzero(originals()[2].stored)
        assert msgspec.msgpack.encode(case)


def test_real_v1_case(real_data: Path) -> None:
    """The real v1 case: 59 of 104 masks are not empty, none overlap, the pancreas has 4 pieces."""
    root = real_data / "v1-example"
    case = measure_case(root, listed(root, "s9001"))
    assert len(case.masks) == len(case.whole_masks) == 104
    assert sum(mask.voxels > 0 for mask in case.masks) == 59
    assert (case.overlaps, case.overlap_voxels, case.overlap_multiplicity) == ((), 0, 1)
    assert case.whole_masks["pancreas"].components == 4
    assert {mask.values for mask in case.masks if mask.voxels} == {((1.0, m.voxels),) for m in case.masks if m.voxels}
    liver = np.asarray(nib.load(root / "s9001/segmentations/liver.nii.gz").dataobj) > 0  # type: ignore[attr-defined]
    hu = np.asarray(nib.load(root / "s9001/ct.nii.gz").dataobj)[liver]  # type: ignore[attr-defined]
    sample = case.whole_masks["liver"].hu
    assert sample is not None
    assert [sample.mean, sample.median, sample.minimum] == pytest.approx([hu.mean(), np.median(hu), hu.min()])


def test_real_v2_masks(real_data: Path) -> None:
    """The real v2 masks: 108 of 117 are not empty, 50 pairs share 4,486 voxels, two affines lie 0.013 mm apart."""
    root = real_data / "v2-masks"
    case = measure_case(root, listed(root, "s0327"))
    assert sum(mask.voxels > 0 for mask in case.masks) == 108
    assert (len(case.overlaps), case.overlap_voxels, case.overlap_multiplicity) == (50, 4486, 2)
    assert case.overlaps[0] == Overlap("heart", "inferior_vena_cava", 2891)
    displaced = [mask.corner_displacement_mm for mask in case.masks if mask.corner_displacement_mm]
    assert [len(displaced), max(displaced)] == pytest.approx([25, 0.01264], abs=1e-5)
    assert [file.faults for file in case.files if file.faults] == []


def test_light_to_import() -> None:
    """Reading stored records imports no library that reads images."""
    code = "import sys, segaudit.measure; print(sorted({'cc3d', 'nibabel', 'numpy', 'scipy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, encoding="utf-8")
    assert done.stdout.strip() == "[]"
