"""What some tests need that is not part of the project: how many tests need it, and how to get it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pytest


@dataclass(frozen=True)
class Need:
    """What tests of a marker need; they are those that use a fixture."""

    marker: str
    fixture: str
    what: str
    remedy: str


NEEDS = (
    Need(
        "real_data",
        "real_data",
        "real cases",
        "docs/real-cases.md says where they are published; SEGAUDIT_REAL_DATA names their folder",
    ),
    Need("chromium", "browser", "Chromium", "apt-get install chromium-headless-shell"),
)


def mark(item: pytest.Item) -> None:
    """Mark a test with what it needs."""
    for need in NEEDS:
        if need.fixture in getattr(item, "fixturenames", ()):
            item.add_marker(need.marker)


def counted(reports: Iterable[pytest.TestReport]) -> Iterator[str]:
    """Return a line for each need of the tests that were run: how many have it, and how to get it for the skipped."""
    ended = {report.nodeid: report for report in reports}
    for need in NEEDS:
        needing = [report for report in ended.values() if need.marker in report.keywords]
        skipped = sum(report.skipped for report in needing)
        if skipped:
            yield f"{len(needing)} tests need {need.what}, {skipped} of them were skipped: {need.remedy}"
        elif needing:
            yield f"{len(needing)} tests need {need.what}, and were run"
