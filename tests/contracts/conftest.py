"""A contract of a user's own, to be written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.contracts import HEADER


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """Return the path of a user's contract, with a table of structures beside it."""
    rows = (HEADER, "1,liver,organ,,,,,,,,1,1", "2,kidney_left,organ,left,,,,,true,,,")
    (tmp_path / "structures.csv").write_text("\n".join(rows), encoding="utf-8")
    return tmp_path / "mine.toml"
