"""Defects planted in real anatomy: each is found by its own check, nothing else is new, and the gate decides.

The real cases are the public v1 example (CT and 104 masks) and the masks of s0327 of v2.0.1, which has no CT.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

import segaudit
from segaudit import catalogue
from segaudit.demo.plant import DEFECTS, plant
from segaudit.demo.target import Array, Defect, Planted, revalue
from segaudit.model import Report, Severity

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

V1 = """
extends = "totalsegmentator-v1"
published = ""
cases.count = {cases}
splits.train = {cases}
geometry.spacing_mm = 3.0
labels.dtypes = ["uint8", "float64"]
"""
"""The contract of the example: v1, except for its spacing and the type of its masks."""

V2 = """
extends = "totalsegmentator-v2"
published = ""
known_issues = ""
cases.count = 1
splits.train = 1
geometry.shape_min = [47, 48, 29]
regrade.ct-missing = {severity = "info", reason = "this copy has the masks alone"}
"""
"""v2 without CTs, with the smallest shape published for v1."""

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
NOT_IN_V2 = {
    "sform_skewed",  # it would come on top of the skew that 25 of the masks of s0327 have, and ITK refuses the sum
    "ribs_mixed",  # they are, as published
    "meta_wrong_study",  # it shows the neck
}

WITHOUT_CT = [d for d in DEFECTS if d.scope == "case" and not d.needs_ct and d.name not in NOT_IN_V2 | HOSTS.keys()]

BROUGHT = {
    "ct_stack_break": {"mask-fragmented"},  # what a slab is moved out of falls into pieces
    "organs_mirrored": {"ribs-mixed"},  # the ribs of s0327 are mixed under their new names, too
    "ribs_miscounted": {"ribs-mixed"},
    "masks_slices_moved": {"masks-overlap"},  # slices that lie beside each other overlap
    "organ_enlarged": {"mask-stray-piece"},  # what it has grown around looks like parts of it
    "process_misnamed": {"mask-fragmented"},  # a process is no part of its new mask
}
"""Further findings that a defect causes, which are true."""

Found = frozenset[tuple[str, str, str]]
"""Check, case and structure of each finding."""


@dataclass(frozen=True)
class Host:
    """A real case to plant defects in, its contract, and the report without a defect."""

    source: Path
    contract: Path
    clean: Report

    @property
    def case(self) -> str:
        """The id of the case."""
        (folder,) = self.source.glob("s*/")
        return folder.name

    def plant(self, defect: Defect, root: Path) -> tuple[Planted, Report]:
        """Plant a defect in a copy, and audit that."""
        copied(self.source, root)
        planted = plant(defect.name, root, self.case)
        return planted, segaudit.audit(root, self.contract, workers=1)


def copied(source: Path, root: Path) -> None:
    """Copy a dataset; the copy is writable even if the source is protected."""
    shutil.copytree(source, root, copy_function=shutil.copyfile)
    for folder in (root, *root.rglob("*/")):
        folder.chmod(0o755)


def host(source: Path, contract: Path, promise: str, clean: Path | None = None) -> Host:
    """Write the contract of a case and audit it without a defect."""
    contract.write_text(promise, encoding="utf-8")
    return Host(source, contract, segaudit.audit(clean or source, contract, workers=1))


@pytest.fixture(scope="module")
def v1(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Host:
    """Return the v1 example."""
    return host(real_data / "v1-example", tmp_path_factory.mktemp("v1") / "v1.toml", V1.format(cases=1))


@pytest.fixture(scope="module")
def v2(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Host:
    """Return the masks of s0327."""
    return host(real_data / "v2-masks", tmp_path_factory.mktemp("v2") / "v2.toml", V2)


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


def found(report: Report) -> Found:
    """Return the findings of a report, split by structure."""
    return frozenset((f.check, f.case, structure) for f in report.findings for structure in f.structures or ("",))


def assert_found(host: Host, defect: Defect, root: Path) -> None:
    """All new findings have the defect's check and case, and a damaged structure; only errors fail the gate."""
    planted, report = host.plant(defect, root)
    brought = BROUGHT.get(defect.name, ())
    new = {each for each in found(report) - found(host.clean) if each[0] not in brought}
    assert {(check, case) for check, case, _ in new} == {(defect.check, planted.case)}
    assert not planted.structure or {structure for *_, structure in new} == set(planted.structure.split(", "))
    fails = catalogue.find(defect.check).severity is Severity.ERROR
    assert (host.clean.exit_code, report.exit_code) == (0, int(fails))


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


@pytest.mark.parametrize("defect", WITHOUT_CT, ids=lambda defect: defect.name)
def test_in_the_masks_of_s0327(defect: Defect, v2: Host, tmp_path: Path) -> None:
    """Masks alone, 117 of them, oblique and overlapping."""
    assert_found(v2, defect, tmp_path / "v2")


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
