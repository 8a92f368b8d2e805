"""Docstrings, also where Python was told to leave them out (``python -OO``, ``PYTHONOPTIMIZE=2``)."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from functools import cache
from typing import Any


@cache
def docstring(function: Callable[..., Any]) -> str:
    """Return a function's docstring without its indentation; empty if it has none."""
    return inspect.getdoc(function) or _in_source(function)


def _in_source(function: Callable[..., Any]) -> str:
    """Return the docstring that a function has in its source; empty if the source cannot be read."""
    try:
        (written,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    except (OSError, TypeError, ValueError, SyntaxError):
        return ""
    if not isinstance(written, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return ""
    return ast.get_docstring(written) or ""
