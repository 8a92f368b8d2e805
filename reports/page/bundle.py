"""The parts of the page that are the same for each report: styles and scripts, each in files of their own."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from functools import cache

from segaudit.reports.templates import resource

STYLES = ("tokens", "base", "verdict", "header", "remedies", "since", "findings", "plots", "case", "print")
"""Files in ``css``, in the order in which they apply."""

IMPORT = re.compile(r'^import (\{[^}]*\}) from "\./(\w+)\.js";$', re.MULTILINE)

EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const) (\w+|\{[^}]*\}))", re.MULTILINE)


def style(names: Iterable[str]) -> str:
    """Return a style sheet made of files in ``css``."""
    return "".join(resource(f"page/css/{name}.css") for name in names)


@cache
def script() -> str:
    """Return one ES module made of all; each is a function, called once, that returns what it exports."""
    return "".join(_module(name, source) for name, source in _with_imports("main", {}).items())


def _with_imports(name: str, known: dict[str, str]) -> dict[str, str]:
    """Return what is known with a module added, after all that it imports."""
    if name not in known:
        source = resource(f"page/js/{name}.js")
        for _, imported in IMPORT.findall(source):
            _with_imports(imported, known)
        known[name] = source
    return known


def _module(name: str, source: str) -> str:
    exports = ", ".join(names.strip("{ ,\n}") for names in EXPORT.findall(source))
    body = EXPORT.sub("", IMPORT.sub(r"const \1 = $\2;", source))
    return f"const ${name} = (() => {{\n{body}return {{ {exports} }};\n}})();\n"


def policy() -> str:
    """Return the Content-Security-Policy: these styles and scripts and no others, pictures in the page, no requests."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src '{digest(script())}'",
            f"style-src '{digest(style(STYLES))}'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def digest(text: str) -> str:
    """Return what a Content-Security-Policy calls the one text that it allows."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
