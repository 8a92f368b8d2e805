"""Audits with limits, severities and waivers of the contract, from end to end."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import segaudit
from segaudit.model import ChangedLimit, Report
from segaudit.model.errors import ContractError, WaiverError
from segaudit.testing.small import MASKS, SHAPE, write_small, write_volume
from tests.support.commands import run

WAIVER = '[[waiver]]\ncheck = "masks-overlap"\ncase = "s0000"\nreason = "known"\nuntil = 2999-01-01\n'


@pytest.fixture
def overlapping(tmp_path: Path) -> tuple[Path, Path]:
    """Return a dataset with a case in which liver and spleen share 20 per cent of the spleen, and its contract."""
    root, contract = write_small(tmp_path)
    voxels = np.zeros(SHAPE, np.uint8)
    voxels[MASKS["liver"]] = 1
    voxels[9, 6:12, 4:10] = 1  # a slice of five of the spleen
    voxels[8, 6:12, 4:10][:2] = 0
    write_volume(root / "s0000" / "segmentations" / "liver.nii.gz", voxels)
    return root, contract


def audited(root: Path, contract: Path, more: str) -> Report:
    """Audit what is about overlaps, with more in the contract."""
    text = contract.read_text() + more if "[" in more else more + contract.read_text()
    (contract.parent / "tuned.toml").write_text(text)
    return segaudit.audit(
        root, contract.parent / "tuned.toml", select=["masks-overlap", "waivers", "integrity"], workers=1
    )


@pytest.mark.parametrize(("share", "found"), [(0.2, 1), (0.249, 1), (0.25, 0), (0.3, 0)])
def test_a_tuned_overlap(overlapping: tuple[Path, Path], share: float, found: int) -> None:
    """The quarter of the spleen that both have is a finding up to a limit below it; the report says so."""
    report = audited(*overlapping, f"[limits.masks-overlap]\nshare = {share}\nreason = 'drafts'\n")
    assert len(report.findings) == found
    assert report.limits == (
        ChangedLimit(check="masks-overlap", limit="share", value=share, default=0.05, unit="share", reason="drafts"),
    )


def test_severities_and_shares(overlapping: tuple[Path, Path]) -> None:
    """Off leaves the check out; a share of the cases accepts its findings and says why."""
    report = audited(*overlapping, "[regrade]\nmasks-overlap = {severity = 'off', reason = 'drafts'}\n")
    assert (report.findings, report.limits[0].value) == ((), "off")
    share = "in 1 of 3 cases, at most 50 % allowed: drafts"
    report = audited(*overlapping, "[limits.masks-overlap]\nshare_of_cases = 0.5\nreason = 'drafts'\n")
    assert [finding.waived for finding in report.findings] == [share]
    report = audited(*overlapping, "[limits.masks-overlap]\nshare_of_cases = 0.3\nreason = 'drafts'\n")
    assert [finding.waived for finding in report.findings] == [None]


def test_waivers_of_the_contract(overlapping: tuple[Path, Path], tmp_path: Path) -> None:
    """The contract's waivers count, unless others are named; a file that is missing is an error that names it."""
    (tmp_path / "accepted.toml").write_text(WAIVER)
    report = audited(*overlapping, "waivers = 'accepted.toml'\n")
    assert [finding.waived for finding in report.findings] == ["known"]
    (tmp_path / "none.toml").write_text("")
    report = segaudit.audit(
        overlapping[0], tmp_path / "tuned.toml", select="masks-overlap", waivers=tmp_path / "none.toml", workers=1
    )
    assert [finding.waived for finding in report.findings] == [None]
    (tmp_path / "accepted.toml").unlink()
    with pytest.raises(WaiverError, match=r"accepted\.toml: cannot be read: No such file"):
        audited(*overlapping, "waivers = 'accepted.toml'\n")


def test_wrong_limits_stop_the_audit(overlapping: tuple[Path, Path]) -> None:
    """All of them are reported, before anything is read."""
    more = "[limits]\nmasks-overlap = {shares = 1, reason = 'x'}\nmask-tiny = {volume_ml = 50, reason = 'x'}\n"
    with pytest.raises(ContractError) as caught:
        audited(*overlapping, more)
    assert [line.partition(": ")[2].partition(":")[0] for line in str(caught.value).splitlines()] == [
        "limits.masks-overlap.shares",
        "limits.mask-tiny.volume_ml",
    ]
    assert not (overlapping[1].parent / "segaudit-report").exists()


def test_limits_are_explained() -> None:
    """`explain` has the key, the default, the unit and the source."""
    text = run("explain", "mask-leaks").stdout
    assert "Limits, which [limits.mask-leaks] of a contract can set, with a reason:\n    hu: " in text
    assert "-500 HU by default. A voxel whose middle lies in an organ is half of it at least: " in text
    assert "Limits" not in run("explain", "file-corrupt").stdout
