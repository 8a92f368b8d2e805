"""Fixtures that every test module can use."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.support import needs

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytest_plugins = ["pytester"]

REAL_DATA = Path(os.environ.get("SEGAUDIT_REAL_DATA") or Path(__file__).parent.parent.parent / "shared" / "data")

settings.register_profile("ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("dev", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell lets commands with "&" ignore it


def pytest_configure() -> None:
    """Set what makes the processes that tests start, xdist's workers among them, cheaper.

    Modules are compiled once for all, even where the environment forbids it, as containers do. The C library (glibc)
    keeps the memory of large arrays for the next one: new pages have to be cleared, which takes as long as inflating.
    """
    for name in ("MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_"):
        os.environ.setdefault(name, str(2**28))
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        folder = Path(__file__).parent.parent / ".pytest_cache" / "d" / "bytecode"
        os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix = str(folder)
        sys.dont_write_bytecode = False


def pytest_collection_finish() -> None:
    """Leave all modules and tests, which stay to the end, out of each search for garbage: that saves a twentieth."""
    gc.freeze()


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark a test with what it needs, for ``-m`` and for the summary."""
    needs.mark(item)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests need what is not part of the project."""
    reports = (report for each in terminalreporter.stats.values() for report in each)
    for line in needs.counted(report for report in reports if isinstance(report, pytest.TestReport)):
        terminalreporter.write_line(line)


PATIENCE_MS = 60_000
"""Twelve times Playwright's own: what does not come is as wrong after a minute."""


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of the real cases, which are not part of the project; without it the test is skipped."""
    if not REAL_DATA.is_dir():
        pytest.skip(f"no real cases in {REAL_DATA}; SEGAUDIT_REAL_DATA names another folder")
    return REAL_DATA


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Import all that an audit and its pytest plugin import.

    A run of pytest in this process, by pytester, forgets the modules that it was the first to import, but not all that
    they did.
    """
    import segaudit  # noqa: PLC0415 (most tests need less)
    from segaudit.pytest_plugin import items  # noqa: F401, PLC0415 (as above)
    from segaudit.testing.small import write_small  # noqa: PLC0415 (as above)

    segaudit.audit(*write_small(tmp_path_factory.mktemp("engine")), workers=1)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser without a window, which is waited for as long as a busy machine needs."""
    from playwright.sync_api import expect, sync_playwright  # noqa: PLC0415 (most tests need none)

    from tests.support.browsing import CHROMIUM  # noqa: PLC0415

    expect.set_options(timeout=PATIENCE_MS)

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield launched
        launched.close()
