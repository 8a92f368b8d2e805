"""Wording that checks and reports share."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

COMMAND = re.compile(r"##(?=\w*\[)|^(\s*):(?=:)")
"""What begins a command to a CI job that reads its log: ``##[error]`` or ``##vso[...]`` anywhere in a line, and
``::error::`` at its beginning (runners of GitHub and Azure)."""


def printable(text: str) -> str:
    r"""Return text with non-printable characters written as escapes such as ``\x1b``, and without commands to a CI job.

    File names and metadata can contain line breaks, terminal codes, direction marks and bytes that are not UTF-8.
    """
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return COMMAND.sub(lambda found: r"#\x23" if found[1] is None else rf"{found[1]}\x3a", shown) if shown else ""


def edged(name: str) -> str:
    r"""Return a name with blanks at its ends as ``\x20``: nobody sees them, and what reads a log takes them off."""
    inner = name.strip(" ")
    before, _, behind = name.partition(inner) if inner else (name, "", "")
    return r"\x20" * len(before) + inner + r"\x20" * len(behind)


def argument(word: object) -> str:
    """Return what has to be typed for a word of a command, such as the path of a folder, in printable characters."""
    return printable(shlex.quote(str(word)))


def count(number: int, noun: str) -> str:
    """Return a count with its noun: ``1 case``, ``1,204 cases``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def some(items: Sequence[str], shown: int, noun: str = "", separator: str = ", ") -> str:
    """Return the first items, and how many more there are: ``line 2, line 5 and 3 lines more``."""
    rest = len(items) - shown
    more = " ".join(filter(None, (f" and {rest}", noun, "more"))) if rest > 0 else ""
    return separator.join(items[:shown]) + more


def first(items: Sequence[str], shown: int) -> str:
    """Return the first items, with an ellipsis if there are more: ``liver, spleen, ...``."""
    return ", ".join(items[:shown]) + (", ..." if len(items) > shown else "")
