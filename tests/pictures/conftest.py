"""A small case to draw."""

from __future__ import annotations

from pathlib import Path

import pytest

from segaudit.model import CaseFiles
from tests.support.pictured import write_case


@pytest.fixture
def files(tmp_path: Path) -> CaseFiles:
    """Write the case."""
    return write_case(tmp_path)
