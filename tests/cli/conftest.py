"""A clean dataset to run commands on."""

from __future__ import annotations

import math
import shutil
from pathlib import Path

import pytest

from segaudit.cli import progress
from segaudit.testing.small import write_small


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a clean dataset and its contract."""
    folder = tmp_path_factory.mktemp("small")
    write_small(folder)
    return folder


@pytest.fixture
def here(clean: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Go to a folder with a copy of the clean dataset; however slow the machine is, no progress is printed."""
    monkeypatch.setattr(progress, "LINE_SECONDS", math.inf)
    shutil.copytree(clean, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path
