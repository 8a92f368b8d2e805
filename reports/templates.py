"""The templates of pages; Jinja escapes all text."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template
from markupsafe import Markup

from segaudit.model.words import count, printable
from segaudit.reports.phrases import audited, judged, subject, text_of, verified, visible


def template(path: str) -> Template:
    """Return the template at a path in this package."""
    return _environment().get_template(path)


def resource(path: str) -> str:
    """Return the text of a file of this package."""
    return files(__package__).joinpath(path).read_text(encoding="utf-8")


def prose(text: str) -> Markup:
    """Return a text as HTML, with `code` in backticks marked as code."""
    parts = enumerate(re.split("`+([^`]+)`+", visible(text)))
    return Markup().join(Markup("<code>{}</code>").format(part) if number % 2 else part for number, part in parts)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(resource),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    helpers = (audited, count, judged, subject, printable, prose, text_of, verified, visible)
    environment.filters |= {helper.__name__: helper for helper in helpers}
    return environment
