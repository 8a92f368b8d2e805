"""A difference as one self-contained HTML file, without network and script."""

from __future__ import annotations

from markupsafe import Markup

from segaudit.model.difference import Difference
from segaudit.reports.difference.phrases import by_size, change, facts, lists, verdict
from segaudit.reports.page import bundle
from segaudit.reports.templates import template

STYLES = ("tokens", "base", "verdict", "difference")
"""Style sheets; all but the last are shared with the report."""

LIMIT = 1000
"""The most rows of a table: a page with many more is slow to open."""

TONES = {"not worse": "holds", "worse": "fails", "unknown": "unknown"}


def render(difference: Difference) -> str:
    """Return the page. Jinja escapes all text, and the page's Content-Security-Policy allows no script."""
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
