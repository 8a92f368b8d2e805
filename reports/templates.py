"""The templates of pages: all text goes through Jinja's escaping."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template

from segaudit.reports.phrases import count, place, printable, told, verified, visible


def template(path: str) -> Template:
    """Return the template at a path in this package."""
    return _environment().get_template(path)


def resource(path: str) -> str:
    """Return the text of a file of this package."""
    return files(__package__).joinpath(path).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(resource),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    phrases = (count, place, printable, told, verified, visible)
    environment.filters |= {phrase.__name__: phrase for phrase in phrases}
    return environment
