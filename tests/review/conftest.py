"""A dataset with findings of several kinds, its report, and a server of its review."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import segaudit
from segaudit.reports.write import write
from segaudit.review.server import Server
from segaudit.testing.small import SHAPE, write_small, write_volume
from tests.support.reviewed import serving


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a dataset with a pair that overlaps, a case without CT, a truncated and a missing mask; and its report."""
    folder = tmp_path_factory.mktemp("review")
    root, contract = write_small(folder)
    spleen = np.zeros(SHAPE, np.uint8)
    spleen[6:16, 6:12, 4:10] = 1
    write_volume(root / "s0000" / "segmentations" / "spleen.nii.gz", spleen)
    (root / "s0001" / "ct.nii.gz").unlink()
    liver = root / "s0002" / "segmentations" / "liver.nii.gz"
    liver.write_bytes(liver.read_bytes()[:-20])
    (root / "s0002" / "segmentations" / "spleen.nii.gz").unlink()
    report = segaudit.audit(root, contract, workers=1)
    found = {"masks-overlap-large", "ct-missing", "file-truncated", "mask-missing"}
    assert {finding.check for finding in report.findings} >= found
    write(report, folder / "report")
    return folder


@pytest.fixture
def folder(kept: Path, tmp_path: Path) -> Path:
    """Return a copy, whose folders are ``dataset`` and ``report``."""
    shutil.copytree(kept, tmp_path, dirs_exist_ok=True)
    return tmp_path


@pytest.fixture
def server(folder: Path) -> Iterator[Server]:
    """Serve the review."""
    with serving(folder / "dataset", folder / "report") as started:
        yield started
