"""A dataset that is audited in other layouts and under other names, and real cases to plant defects in."""

from __future__ import annotations

from pathlib import Path

import pytest

from segaudit.demo.build import write_dataset
from segaudit.demo.phantom import TRUNK
from tests.support.planted import V1, V2, Host, host


@pytest.fixture(scope="session")
def phantom(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return three healthy cases in TotalSegmentator's layout."""
    root = tmp_path_factory.mktemp("phantom") / "dataset"
    write_dataset(root, dict.fromkeys(("s0001", "s0002", "s0003"), TRUNK))
    return root


@pytest.fixture(scope="module")
def v1(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Host:
    """Return the v1 example."""
    return host(real_data / "v1-example", tmp_path_factory.mktemp("v1") / "v1.toml", V1.format(cases=1))


@pytest.fixture(scope="module")
def v2(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Host:
    """Return the masks of s0327."""
    return host(real_data / "v2-masks", tmp_path_factory.mktemp("v2") / "v2.toml", V2)
