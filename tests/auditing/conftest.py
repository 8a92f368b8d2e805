"""A dataset that is audited in other layouts and under other names."""

from __future__ import annotations

from pathlib import Path

import pytest

from segaudit.demo.build import write_dataset
from segaudit.demo.phantom import TRUNK


@pytest.fixture(scope="session")
def phantom(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return three healthy cases in TotalSegmentator's layout."""
    root = tmp_path_factory.mktemp("phantom") / "dataset"
    write_dataset(root, dict.fromkeys(("s0001", "s0002", "s0003"), TRUNK))
    return root
