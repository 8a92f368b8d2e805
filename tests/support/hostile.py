"""A page of hostile texts, and what a browser makes of a page."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pandas as pd
from msgspec.structs import replace as changed

from segaudit.model import Metadata, Unmeasured
from segaudit.reports import html
from tests.support import pages

HOSTILE = "</script><img src=x onerror=alert(1)>\u2028&quot;{{7*7}}\x1b[31m"


class Reader(HTMLParser):
    """Reads a page as a browser does: its elements with their attributes, and the text of its scripts and styles."""

    def __init__(self, page: str) -> None:
        """Read a page."""
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Record an element."""
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Note the text of the element that was met last."""
        tag, attributes = self.elements[-1] if self.elements else ("", {})
        self.texts.setdefault(attributes.get("id") or attributes.get("type") or tag, data)


def read(page: str) -> tuple[Reader, dict[str, Any]]:
    """Return the elements of a page, and its data."""
    reader = Reader(page)
    return reader, json.loads(reader.texts["data"])


def hostile_page() -> str:
    """Render a page in which every text that a dataset can bring is hostile."""
    dataset = pages.dataset(3)
    metadata = Metadata(path=HOSTILE, columns=("image_id", "split", HOSTILE), rows=((HOSTILE, HOSTILE, HOSTILE),))
    masks = pd.concat([dataset.masks, dataset.masks[:1].assign(case=HOSTILE, structure=HOSTILE)], ignore_index=True)
    dataset = replace(dataset, root=HOSTILE, metadata=metadata, masks=masks, folders=(*dataset.folders, HOSTILE))
    fields: dict[str, Any] = dict.fromkeys(("case", "message", "waived"), HOSTILE)
    fields |= dict.fromkeys(("structures", "files"), (HOSTILE,))
    findings = [pages.finding(**fields), pages.finding(**(fields | {"waived": None}))]
    report = pages.report(findings, dataset)
    report = changed(report, contract=HOSTILE, unmeasured=(Unmeasured(case=HOSTILE, error=HOSTILE),))
    return html.render(report, pages.material(dataset))
