"""Defects planted in real anatomy: each is found by its own check, nothing else is new, and the gate decides.

The real cases are the public v1 example (CT and 104 masks) and the masks of s0327 of v2.0.1, which has no CT.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import segaudit
from segaudit import catalogue
from segaudit.demo.plant import DEFECTS, plant
from segaudit.demo.target import Array, Defect, revalue
from segaudit.measure import measure_case
from segaudit.model import Severity
from segaudit.testing.volumes import listed
from tests.support.planted import V1, Host, assert_found, copied, found, host

PEERS = (
    "ct_crc_flip",
    "mask_crc_flip",
    "ct_truncated",
    "mask_truncated",
    "ct_bitflip_midstream",
    "mask_zero_byte",
    "mask_shape_off_by_one",
    "mask_origin_shift_3vox",
    "sform_not_orthonormal",
    "qform_sform_disagree",
    "wrong_spacing_case",
    "wrong_spacing_mask",
    "mask_values_0_2",
    "mask_fractional_07",
    "mask_empty_liver",
    "all_masks_empty",
    "masks_overlap_large",
    "kidneys_swapped",
    "ct_constant_0",
    "ct_hu_minus9758",
    "ct_clipped_0_255",
    "ct_nan",
    "mask_missing",
    "junk_appledouble",
    "extra_unknown_mask",
    "duplicate_case",
)
"""The defects in images that ten other tools were tried with; the best of them reports 9."""

HOSTS = {"mask_empty_liver": "v2", "duplicate_case": "twins"}
"""Hosts of defects that cannot be planted in the v1 example: it ends in the liver, and is a single case."""

BY_NAME = {defect.name: defect for defect in DEFECTS}
NOT_IN_V1 = {
    "vertebrae_emptied", "vertebra_unnamed", "vertebrae_merged",  # it shows few of them complete
    "ribs_miscounted", "ribs_mixed",  # and no ribs
    "meta_wrong_sex",  # v1 has no prostate
    "organs_mirrored", "organ_misplaced",  # its field of view is too short
    "bone_unseen",  # and no long bone
    "mask_stray",  # none of the pairs that it pastes into each other is complete
    "slices_uneven",  # its slices of 3 mm differ too much from each other to show another distance
}  # fmt: skip
OTHERS = [d for d in DEFECTS if d.scope == "case" and d.name not in NOT_IN_V1.union(PEERS)]


@pytest.fixture(scope="module")
def twins(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Host:
    """Return the v1 example, promised to be two cases; without a defect, their CTs differ in one voxel."""
    source, folder = real_data / "v1-example", tmp_path_factory.mktemp("twins")
    copied(source, folder / "clean")
    copy = plant("duplicate_case", folder / "clean", "s9001").case

    def change(voxels: Array) -> Array:
        voxels[0, 0, 0] += 1
        return voxels

    revalue(folder / "clean" / copy / "ct.nii.gz", change)
    return host(source, folder / "twins.toml", V1.format(cases=2), folder / "clean")


@pytest.mark.parametrize("name", PEERS)
def test_every_defect_of_the_comparison_fails_the_gate(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """The audit exits with 0 without the defect, and with 1 with it, and only the defect is new."""
    assert catalogue.find(BY_NAME[name].check).severity is Severity.ERROR
    assert_found(request.getfixturevalue(HOSTS.get(name, "v1")), BY_NAME[name], tmp_path / "dataset")


@pytest.mark.parametrize("defect", OTHERS, ids=lambda defect: defect.name)
def test_in_the_v1_example(defect: Defect, v1: Host, tmp_path: Path) -> None:
    """A whole case: CT and masks."""
    assert_found(v1, defect, tmp_path / "v1")


def test_what_is_remembered_is_what_is_read(v1: Host, v2: Host) -> None:
    """A host is measured alike, whether its masks are read again or not."""
    for each in (v1, v2):
        files = listed(each.source, each.case)
        with each.read.applied():
            remembered = measure_case(each.source, files)
        assert remembered == measure_case(each.source, files)


def test_untouched_cases_give_what_is_true_of_them(real_data: Path) -> None:
    """The findings that docs/real-cases.md explains: 3 mm, float64, a pancreas in two pieces; a harmless skew."""
    v1 = segaudit.audit(real_data / "v1-example", "totalsegmentator-v1", ignore=["published"], workers=1)
    everywhere = {"dataset-partial"}
    v1_only = {"spacing-unexpected", "mask-dtype", "mask-fragmented", "meta-incomplete"}
    assert {finding.check for finding in v1.findings} == everywhere | v1_only
    assert ("mask-fragmented", "s9001", "pancreas") in found(v1)
    v2 = segaudit.audit(real_data / "v2-masks", "totalsegmentator-v2", workers=1)
    assert {finding.check for finding in v2.findings} == everywhere | {
        "ct-missing",
        "affine-skewed",
        "ribs-mixed",
        "known-issue-open",
    }
