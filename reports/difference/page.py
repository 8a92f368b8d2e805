"""A difference as one HTML file that needs nothing beside it, no network and no script."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from segaudit.model.difference import Difference
from segaudit.reports.difference.phrases import by_size, change, facts, lists, verdict
from segaudit.reports.phrases import count, place, told, visible

LIMIT = 1000
"""Rows of a table: a page of many more is slow to open."""

TONES = {"not worse": "holds", "worse": "fails", "unknown": "unknown"}


def render(difference: Difference) -> str:
    """Return the page. All text is escaped by Jinja, and the page's Content-Security-Policy runs no script at all."""
    style = _read("page.css")
    return _template().render(
        difference=difference,
        verdict=verdict(difference),
        tone=TONES[difference.verdict],
        facts=list(facts(difference)),
        lists=lists(difference),
        changes=[change(changed) for changed in by_size(difference.changes)],
        limit=LIMIT,
        style=Markup(style),  # noqa: S704 (a file of this package)
        digest=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
    )


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"visible": visible, "place": place, "told": told, "count": count}
    return environment.from_string(_read("page.html"))


def _read(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")
