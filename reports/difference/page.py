"""A difference as one HTML file that needs nothing beside it, no network and no script."""

from __future__ import annotations

from markupsafe import Markup

from segaudit.model.difference import Difference
from segaudit.reports.difference.phrases import by_size, change, facts, lists, verdict
from segaudit.reports.page import bundle
from segaudit.reports.templates import template

STYLES = ("tokens", "base", "verdict", "difference")
"""Those of the report that this page has, too."""

LIMIT = 1000
"""Rows of a table: a page of many more is slow to open."""

TONES = {"not worse": "holds", "worse": "fails", "unknown": "unknown"}


def render(difference: Difference) -> str:
    """Return the page. All text is escaped by Jinja, and the page's Content-Security-Policy runs no script at all."""
    style = bundle.style(STYLES)
    return template("difference/page.html").render(
        difference=difference,
        verdict=verdict(difference),
        tone=TONES[difference.verdict],
        facts=list(facts(difference)),
        lists=lists(difference),
        changes=[change(changed) for changed in by_size(difference.changes)],
        limit=LIMIT,
        style=Markup(style),  # noqa: S704 (a file of this package)
        digest=bundle.digest(style),
    )
