"""The parts of the page that are the same for each report: styles and scripts, each in files of their own."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from importlib.resources import files

STYLES = ("tokens", "base", "header", "findings", "plots", "case", "print")
"""Files in ``css``, in the order in which they apply."""

IMPORT = re.compile(r'^import (\{[^}]*\}) from "\./(\w+)\.js";$', re.MULTILINE)

EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const) (\w+|\{[^}]*\}))", re.MULTILINE)


@cache
def style() -> str:
    """Return the style sheet."""
    return "".join(_read(f"css/{name}.css") for name in STYLES)


@cache
def script() -> str:
    """Return one ES module made of all; each is a function, called once, that returns what it exports."""
    return "".join(_module(name, source) for name, source in _with_imports("main", {}).items())


def _with_imports(name: str, known: dict[str, str]) -> dict[str, str]:
    """Return what is known with a module added, after all that it imports."""
    if name not in known:
        source = _read(f"js/{name}.js")
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
            f"script-src {_digest(script())}",
            f"style-src {_digest(style())}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def template() -> str:
    """Return the page's Jinja template."""
    return _read("page.html")


def _read(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
