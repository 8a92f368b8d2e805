"""Audits of a dataset with a register of publicly reported defects."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from segaudit import audit
from segaudit.judging.known_issues import KnownIssues
from segaudit.model import Contract
from segaudit.testing.records import CASE, healthy_case
from segaudit.testing.small import SHAPE, write_small, write_volume
from tests.support.known import WAIVED

RELEASE_NOTES = """release,case,defect,description,source,file
v1,s0000,AFFINE_NONORTHO,ITK refuses it,https://example.org/1,ct.nii.gz
v1,s0001,MASK_VALUE,it holds 2,https://example.org/2,liver
v1,s0002,LABEL_BOUNDARY,it ends too early,https://example.org/3,spleen
v1,s0009,IMG_EMPTY,it is empty,https://example.org/4,ct.nii.gz
v1,*,SPLIT,the splits are odd,https://example.org/5,meta.csv
"""
GONE, STILL, OPEN = ("known-issue-gone", "s0000"), ("known-issue", "s0001"), ("known-issue-open", "s0002")


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """Return the folder of a small dataset with a register of five issues, one of which is still there."""
    root, contract = write_small(tmp_path)
    (tmp_path / "known_issues.csv").write_text(RELEASE_NOTES, encoding="utf-8")
    contract.write_text(f'known_issues = "known_issues.csv"\n{contract.read_text()}', encoding="utf-8")
    write_volume(root / "s0001" / "segmentations" / "liver.nii.gz", np.full(SHAPE, 2, np.uint8))
    return tmp_path


def found_in(
    release: Path, cases: str = "*", select: Iterable[str] = (), waivers: Path | None = None
) -> dict[tuple[str, str], str | None]:
    """Audit the small release; return the findings of known issues: check and case, with the waiver's reason."""
    root, contract = release / "dataset", release / "contract.toml"
    report = audit(root, contract, cases=cases, select=select, waivers=waivers, workers=1)
    return {(f.check, f.case): f.waived for f in report.findings if f.check.startswith("known")}


def test_audit_tells_what_became_of_each_case(release: Path) -> None:
    """Each issue of an existing case is reported; those of absent cases and of the release as a whole are not."""
    assert found_in(release) == {GONE: None, STILL: None, OPEN: None}


def test_audit_of_a_part_tells_of_its_cases(release: Path) -> None:
    """With a glob of cases, only their issues are reported."""
    assert found_in(release, cases="s0001") == {STILL: None}


def test_excluded_cases_are_not_reported(release: Path) -> None:
    """What is left out of the verdict has no known issues either."""
    with (release / "contract.toml").open("a") as contract:
        contract.write('[exclude]\ncases = ["s0001"]\n')
    assert found_in(release) == {GONE: None, OPEN: None}


def test_audit_of_known_issues_alone_decides_nothing(release: Path) -> None:
    """Where no other check was selected, nothing is decidable."""
    assert {check for check, _ in found_in(release, select=["known"])} == {"known-issue-open"}


def test_known_issues_can_be_waived(release: Path) -> None:
    """A waiver accepts what is still there; a waiver of the evidence leaves it evidence."""
    waivers = release / "waivers.toml"
    rows = (f'[[waiver]]\ncheck = "{check}"\ncase = "*"\nreason = "ok"\nuntil = 2999-01-01\n' for check in WAIVED)
    waivers.write_text("".join(rows), encoding="utf-8")
    assert found_in(release, waivers=waivers) == {GONE: None, STILL: "ok", OPEN: None}


def test_contract_without_register_has_no_known_issues() -> None:
    """Without known issues, there are no findings."""
    register = KnownIssues(Contract(name="none"))
    register.add(healthy_case())
    assert list(register.states([], [CASE])) == []
