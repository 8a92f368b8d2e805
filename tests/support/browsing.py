"""Pages to open in a browser, and what they do there."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pytest
from msgspec.structs import replace as changed
from PIL import Image
from playwright.sync_api import Page

from segaudit.compare import compare
from segaudit.model import Dataset, Published, PublishedStructure, ReportedFinding, Severity
from segaudit.reports import html
from segaudit.reports.page.material import Material
from tests.support import pages

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first draws no windows: a page costs a quarter of the CPU time."""

CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)

needs_chromium = pytest.mark.skipif(not CHROMIUM, reason="no Chromium here: apt-get install chromium-headless-shell")

FINDINGS = (
    *(pages.finding(case=f"s{number:04}", message=f"{number} mm off") for number in range(8)),
    pages.finding(
        "mask-dtype", structures=("a*", "liver"), merged=2, message="stored as float32", voxel=None, position_mm=None
    ),
    pages.finding("masks-overlap", case="s0003", structures=("liver", "stomach"), waived="seen"),
    pages.finding("meta-incomplete", case="", structures=(), files=("meta.csv",), voxel=None, position_mm=None),
)


@dataclass
class Visit:
    """A page that is open, and what it did that it should not."""

    page: Page
    faults: list[str] = field(default_factory=list)

    def places(self) -> list[str]:
        """Return the cases of the findings that are shown, in their order."""
        return [text.split(" ")[0] for text in self.page.locator(PLACES).all_text_contents()]


Open = Callable[..., Visit]

PLACES = "#findings .finding .place"
"""What names the case and the structure of each finding that is shown."""


def ends(text: str) -> re.Pattern[str]:
    """Return the pattern of addresses that end with a text."""
    return re.compile(re.escape(text) + "$")


def picture() -> bytes:
    """Return the smallest picture."""
    stream = io.BytesIO()
    Image.new("RGB", (633, 237)).save(stream, "WEBP")
    return stream.getvalue()


def material(cases: int) -> Material:
    """Return what the page shows of so many cases, with published tables and a picture for each finding."""
    row = PublishedStructure(
        label=5, structure="liver", occurrence=4, presence_rate=100, mean_volume_ml=1500, volume_variability_ml=300
    )
    contract = changed(pages.contract(), published=Published(source="a paper", structures=(row,)))
    drawn = picture()

    def draw(wanted: Mapping[str, Sequence[ReportedFinding | None]]) -> dict[str, list[bytes]]:
        return {case: [drawn] * len(some) for case, some in wanted.items()}

    return replace(pages.material(pages.dataset(cases)), contract=contract, draw=draw)


def page_of(cases: int = 12, findings: tuple[ReportedFinding, ...] = FINDINGS) -> str:
    """Render the page of so many cases."""
    shown = material(cases)
    return html.render(pages.report(findings, shown.dataset), shown)


def page_with(dataset: Dataset) -> str:
    """Render the page of a dataset."""
    return html.render(pages.report(FINDINGS, dataset), replace(material(12), dataset=dataset))


def since_page() -> str:
    """Render a page whose last report lacked the sixth finding and one of two masks, and had one that is fixed."""
    shown = material(12)
    merged = changed(FINDINGS[8], structures=("liver",), merged=1)
    before = (*FINDINGS[:5], *FINDINGS[6:8], merged, *FINDINGS[9:], pages.finding("mask-tiny", case="s0002"))
    old, new = (changed(pages.report(found, shown.dataset), cases=pages.case_ids(12)) for found in (before, FINDINGS))
    return html.render(new, replace(shown, since=compare(old, new, Severity.ERROR)))
