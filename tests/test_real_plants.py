"""Defects planted in real anatomy: each is found under its own id, and nothing else is new.

The real cases are the public v1 example (CT and 104 masks) and the masks of s0327 of v2.0.1, which has no CT.
"""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

import msgspec
import pytest

from segaudit import catalogue, contracts
from segaudit.demo.plant import DEFECTS, Defect, UnplantableError
from segaudit.demo.target import Target
from segaudit.judge import Judge
from segaudit.layouts import discover
from segaudit.measure import measure_case
from segaudit.model import Geometry, Labels, Severity

PEERS = {
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
}
"""The defects in images that ten other tools were tried with; the best of them reports 9."""

CASE_DEFECTS = [defect for defect in DEFECTS if defect.scope == "case"]

Found = frozenset[tuple[str, str]]
"""Check and structure of each finding."""


V1 = msgspec.structs.replace(
    contracts.load("totalsegmentator-v1"),
    geometry=Geometry(spacing_mm=3.0, orientation="RAS", shape_min=(47, 48, 29)),
    labels=Labels(dtypes=("uint8", "float64")),
)
"""What the example keeps to: v1, but for its spacing and its type of masks."""

V2 = msgspec.structs.replace(
    contracts.load("totalsegmentator-v2"), geometry=Geometry(spacing_mm=1.5, orientation="RAS", shape_min=(47, 48, 29))
)
"""v2 with the least shape that v1 publishes."""


@cache
def found(root: Path, release: str) -> Found:
    """Audit the one case of a dataset, in this process."""
    contract = {"v1": V1, "v2": V2}.get(release) or contracts.load(release)
    (files,) = discover(root).named(contract.by_name).cases
    judge = Judge(catalogue.by_id().values(), contract)
    judge.case(measure_case(root, files))
    assert not [trial.error for trial in judge.trials if trial.error]
    return frozenset((trial.check.id, finding.structure) for trial in judge.trials for finding in trial.findings)


def new_findings(source: Path, copy: Path, release: str, defect: Defect) -> tuple[Found, str]:
    """Plant a defect in a copy of a case; return what is found in it and not in the case, and where it was planted."""
    shutil.copytree(source, copy)
    (files,) = discover(copy).cases
    try:
        planted = defect.plant(Target(copy, files.case))
    except UnplantableError as error:
        pytest.skip(str(error))
    return found(copy, release) - found(source, release), planted.structure


def assert_only(new: Found, check: str, structure: str) -> None:
    """Whatever is new is of one check, and where one structure was damaged, about that one."""
    assert {check_id for check_id, _ in new} == {check}
    assert not structure or {where for _, where in new} == {structure}


@pytest.mark.parametrize("defect", CASE_DEFECTS, ids=lambda defect: defect.name)
def test_in_the_v1_example(defect: Defect, real_data: Path, tmp_path: Path) -> None:
    """A whole case: CT and masks."""
    new, structure = new_findings(real_data / "v1-example", tmp_path / "v1", "v1", defect)
    assert_only(new, defect.check, structure)


WITHOUT_CT = [d for d in CASE_DEFECTS if not d.needs_ct and d.name != "sform_skewed"]
"""The skew that ITK still reads would come on top of the one that 25 of the masks have, and ITK refuses the sum."""


@pytest.mark.parametrize("defect", WITHOUT_CT, ids=lambda defect: defect.name)
def test_in_the_masks_of_s0327(defect: Defect, real_data: Path, tmp_path: Path) -> None:
    """Masks alone, 117 of them, oblique and overlapping."""
    new, structure = new_findings(real_data / "v2-masks", tmp_path / "v2", "v2", defect)
    assert_only(new, defect.check, structure)


def test_every_defect_of_the_comparison_fails_the_gate() -> None:
    """All 26 can be planted, and each is found by a check whose severity is error."""
    severities: dict[str, Severity] = {d.name: catalogue.find(d.check).severity for d in DEFECTS if d.name in PEERS}
    assert severities == dict.fromkeys(PEERS, Severity.ERROR)


def test_untouched_cases_give_what_is_true_of_them(real_data: Path) -> None:
    """What docs/real-cases.md explains one by one: 3 mm, float64, a pancreas in two; a skew that harms nobody."""
    v1 = found(real_data / "v1-example", "totalsegmentator-v1")
    assert {check for check, _ in v1} == {"spacing-unexpected", "mask-dtype", "mask-fragmented"}
    assert ("mask-fragmented", "pancreas") in v1
    v2 = found(real_data / "v2-masks", "totalsegmentator-v2")
    assert {check for check, _ in v2} == {"ct-missing", "affine-skewed"}
