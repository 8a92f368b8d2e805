"""The constant parts of the page: styles and scripts, in separate files."""

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
    """Return a style sheet of some files in ``css``."""
    return "".join(resource(f"page/css/{name}.css") for name in names)


@cache
def script() -> str:
    """Return one ES module with all scripts; each becomes a function, called once, that returns its exports."""
    return "".join(_module(name, source) for name, source in _with_imports("main", {}).items())


def _with_imports(name: str, known: dict[str, str]) -> dict[str, str]:
    """Return the known modules with another one added, after its imports."""
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
    """Return the hash by which a Content-Security-Policy allows a text."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
