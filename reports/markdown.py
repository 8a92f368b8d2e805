"""Markdown with escaped data."""

from __future__ import annotations

import re
from collections.abc import Sequence

from segaudit.reports.phrases import visible
from segaudit.reports.spreadsheet import Cell

MARKS = re.compile(r"[\\`*~\[\]<>|&$]|(?<![^\W_])_|_(?![^\W_])")
"""What starts a span, a link, HTML, an entity, a table cell or a formula in CommonMark, GFM or the maths of GitHub.
An underscore inside a word, as in ``lung_left``, starts nothing."""


def escape(text: str) -> str:
    """Return the text on one line, with a backslash before each special character of Markdown."""
    return MARKS.sub(r"\\\g<0>", visible(text))


def table(header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """Return a table. Columns without text are right-aligned; numbers have separators, None is blank."""
    texts = [any(isinstance(row[column], str) for row in rows) for column in range(len(header))]
    rule = ["---" if text else "--:" for text in texts]
    lines = [[escape(name) for name in header], rule, *([_cell(value) for value in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(value: Cell) -> str:
    """Return a cell as Markdown."""
    match value:
        case None:
            return ""
        case str():
            return escape(value)
    return f"{value:,}"
