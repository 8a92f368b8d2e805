"""A dataset to be read from elsewhere, and one with a file that is longer than a block."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import segaudit
from segaudit.model import Report
from segaudit.places.remote import BLOCK_BYTES
from segaudit.testing.small import write_small, write_volume


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Report]:
    """Return a dataset with findings, its contract, and the report of an audit of the folder."""
    root, contract = write_small(tmp_path_factory.mktemp("small"))
    liver = root / "s0001" / "segmentations" / "liver.nii.gz"
    liver.write_bytes(liver.read_bytes()[:-20])
    (root / "s0002" / "segmentations" / "spleen.nii.gz").unlink()
    (root / "s0002" / "._ct.nii.gz").write_bytes(b"junk")
    report = segaudit.audit(root, contract, workers=1)
    assert {finding.check for finding in report.findings} == {"file-truncated", "mask-missing", "file-unexpected"}
    return root, contract, report


@pytest.fixture
def long(tmp_path: Path) -> tuple[Path, Path, bytes]:
    """Return a dataset with an uncompressed CT that is longer than a block, and another such CT.

    Nothing in a mixture of the two shows that it is one.
    """
    root, contract = write_small(tmp_path)
    random = np.random.default_rng(0)
    for name in ("ct.nii.gz", "other.nii"):
        write_volume(tmp_path / "plain.nii", random.integers(-1000, 1000, (160, 128, 128)).astype(np.int16))
        (tmp_path / "plain.nii").replace(root / "s0001" / name if name == "ct.nii.gz" else tmp_path / name)
    assert (root / "s0001" / "ct.nii.gz").stat().st_size > BLOCK_BYTES
    return root, contract, (tmp_path / "other.nii").read_bytes()
