"""The sections of a check's docstring."""

from __future__ import annotations

import re

TITLE = re.compile(r"^([A-Z][A-Za-z ]+): ", re.MULTILINE)
"""The title at the left margin that begins a section; further lines may be indented."""


def sections(explanation: str) -> dict[str, str]:
    """Return the text of each section, on one line, by its title: ``Why it matters``, ``What to do``, ..."""
    _, *parts = TITLE.split(explanation)
    return {title: " ".join(text.split()) for title, text in zip(parts[::2], parts[1::2], strict=True)}
