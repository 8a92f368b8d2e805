"""Fixtures that every test module can use."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["pytester"]

REAL_DATA = Path(os.environ.get("SEGAUDIT_REAL_DATA") or Path(__file__).parent.parent.parent / "shared" / "data")

settings.register_profile("ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("dev", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell lets commands with "&" ignore it


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of the real cases, which are not part of the project; without it the test is skipped."""
    if not REAL_DATA.is_dir():
        pytest.skip(f"no real cases in {REAL_DATA}; SEGAUDIT_REAL_DATA names another folder")
    return REAL_DATA
