"""The demo: its files, its tables, its contract, and the plan of its defects."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from segaudit import contracts
from segaudit.demo import build
from segaudit.demo.build import MISPLACED, PLAN, build_demo
from segaudit.demo.known_issues import REPORTS
from segaudit.demo.phantom import SPACING_MM, THORAX, TRUNK, make_case, write_case
from segaudit.demo.plant import DEFECTS
from segaudit.demo.plants_tables import read_rows
from segaudit.demo.published import write_contract
from segaudit.demo.volume import Volume, compress, inflate
from tests.support.phantoms import VOXEL_ML, digests


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    """A seed gives the same files every time, without names and times in them; another seed gives others."""
    for folder, seed in (("a", 5), ("b", 5), ("c", 6)):
        write_case(tmp_path / folder, make_case(seed, THORAX))
    first, again, other = (digests(tmp_path / folder) for folder in "abc")
    assert first == again
    assert len(first) == 105
    assert first["ct.nii.gz"] != other["ct.nii.gz"]
    assert (tmp_path / "a" / "ct.nii.gz").read_bytes()[:9] == b"\x1f\x8b\x08\0\0\0\0\0\0"


def test_headers_are_as_in_the_releases(clean: Path) -> None:
    """Headers are like TotalSegmentator's: only an sform, no slope, uint8 masks of 0 and 1, int16 CT, RAS."""
    volumes = {name: Volume.read(clean / "s0001" / name) for name in ("ct.nii.gz", "segmentations/liver.nii.gz")}
    for volume, dtype in zip(volumes.values(), ("int16", "uint8"), strict=True):
        header = volume.header
        assert (int(header["sform_code"]), int(header["qform_code"]), volume.voxels.dtype.name) == (2, 0, dtype)
        assert header.get_zooms() == (SPACING_MM, SPACING_MM, SPACING_MM)
        assert np.array_equal(volume.affine[:3, :3], np.eye(3) * SPACING_MM)
        assert np.isnan(header["scl_slope"])
    assert np.unique(volumes["segmentations/liver.nii.gz"].voxels).tolist() == [0, 1]


def test_metadata_agrees_with_the_folders(clean: Path) -> None:
    """Each case has its row, in the format of the release."""
    columns, rows = read_rows(clean)
    assert columns == ["image_id", "age", "gender", "institute", "study_type", "split"]
    assert [(row["image_id"], row["study_type"]) for row in rows] == [
        ("s0001", TRUNK.study_type),
        ("s0007", THORAX.study_type),
    ]
    assert (clean / "meta.csv").read_bytes().startswith(b"\xef\xbb\xbfimage_id;")


@pytest.mark.usefixtures("no_links")
def test_demo_goes_on_without_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the system refuses links, the demo has all other defects."""
    plan = {"s0055": (TRUNK, "mask_zero_byte mask_dangling_link mask_html_page"), MISPLACED: (THORAX, "")}
    monkeypatch.setattr(build, "PLAN", plan)
    in_cases = [(each.check, each.structure) for each in build_demo(tmp_path) if each.case == "s0055"]
    assert in_cases == [("file-empty", "spleen"), ("file-not-nifti", "stomach")]


def test_plan_has_every_defect_once() -> None:
    """The demo has each defect that does not hide others."""
    planned = Counter(name for _, names in PLAN.values() for name in names.split())
    assert {name for name, count in planned.items() if count > 1} == set()
    hiding = {"meta_missing", "case_dropped", "meta_wrong_split"}
    of_real_cases = {"meta_wrong_sex", "vertebrae_mixed", "vertebrae_joined", "process_misnamed"}  # no discs
    of_many_cases = {"organ_smaller", "organ_denser", "organ_shifted"}
    second_of_a_check = {"ct_slope_half", "case_back_to_front", "vertebra_unnamed"}
    second_of_a_check |= {"ct_pairs_exchanged", "ct_end_empty", "slices_uneven", "ct_upper_offset"}
    of_most_masks = {
        "masks_hollowed",
        "masks_riddled",
        "masks_slices_lost",
        "masks_slices_moved",
    }  # organs get too small
    left_out = hiding | of_real_cases | of_many_cases | second_of_a_check | of_most_masks
    assert set(planned) == {defect.name for defect in DEFECTS} - left_out
    assert MISPLACED in PLAN
    assert 32 <= len(PLAN) <= 46


def test_contract_and_published_tables(clean: Path, tmp_path: Path) -> None:
    """The contract can be read, and its tables match the phantoms, except for two misprints."""
    planted = write_contract(tmp_path, clean, {"train": 1, "val": 1, "test": 0})
    contract = contracts.load(tmp_path / "contract.toml")
    painted = [make_case(seed, field) for seed, field in ((1, TRUNK), (7, THORAX))]
    table = (tmp_path / "published" / "structures.csv").read_text("utf-8")
    rows = {row["structure"]: row for row in csv.DictReader(table.splitlines())}
    volumes = {name: [case.mask(name).sum(dtype=int) * VOXEL_ML for case in painted] for name in rows}
    present = {name: [volume for volume in both if volume] for name, both in volumes.items()}
    means = {name: f"{np.mean(both or [0]):.2f}" for name, both in present.items()}
    assert {name: row["occurrence"] for name, row in rows.items()} == {n: str(len(v)) for n, v in present.items()}
    assert {name for name, row in rows.items() if row["mean_volume_ml"] != means[name]} == {"trachea"}
    assert {name for name, row in rows.items() if int(row["label"]) != contract.by_name[name].label} == {
        "urinary_bladder"
    }
    assert [(each.check, each.structure) for each in planted] == [
        ("published-inconsistent", ""),
        ("published-differs", "trachea"),
        ("known-issue", ""),
        ("known-issue-gone", ""),
        ("known-issue-open", ""),
    ]
    assert contract.known_issues == tuple(REPORTS.values())
    assert contract.published is not None
    assert contract.published.facts["slices"] == sum(case.ct.shape[2] for case in painted)


def test_gzip_members_are_verified() -> None:
    """Whole members are joined, damage is an error, and bytes after the last member are ignored."""
    assert inflate(compress(b"a") + compress(b"b") + b"tail") == b"ab"
    for damaged in (compress(b"a")[:-1], compress(b"a") + compress(b"b")[:-8] + bytes(8), b"", b"no gzip"):
        with pytest.raises(OSError, match=r".+"):
            inflate(damaged)
