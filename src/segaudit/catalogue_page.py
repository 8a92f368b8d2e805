"""The catalogue as a page: ``python -m segaudit.catalogue_page > docs/catalogue.md``."""

from __future__ import annotations

import inspect
import re
import sys

from segaudit import catalogue
from segaudit.model import Case, Check, Ct, Dataset, File, Mask, Metadata, Published, WaiverUse

LOOKS_AT = {
    File: "each file",
    Ct: "each CT",
    Mask: "each mask",
    Case: "each case",
    Dataset: "the dataset as a whole",
    Metadata: "the table of metadata",
    Published: "the published tables",
    WaiverUse: "each waiver",
}
SECTION = re.compile(r"^(Why it matters|What to do|Threshold|Seen in):", re.MULTILINE)
"""The labels that open the sections of a check's docstring."""
INTRODUCTION = """\
# The catalogue of checks

An **error** says: do not release. A **warning** says: a person has to look before release. An **info** is worth knowing
and never gates. A contract can re-grade a check, with a reason. `segaudit explain ID` prints what stands here.

The text is that of the checks' docstrings; `python -m segaudit.catalogue_page > docs/catalogue.md` writes the page.
"""


def markdown() -> str:
    """Return the page, as Markdown."""
    return "\n".join([INTRODUCTION, *map(section, catalogue.families().values())])


def section(family: tuple[Check[...], ...]) -> str:
    """Return a family's section: its module's docstring, then its checks."""
    first = family[0]
    title = f"## {first.family}\n\n{inspect.getdoc(inspect.getmodule(first.function))}\n"
    return "\n".join([title, *(entry(check) for check in family)])


def entry(check: Check[...]) -> str:
    """Return a check's entry: what its declaration says, and its docstring with a bullet for each section."""
    applies = f", where the contract states `{check.needs}`" if check.needs else ""
    explanation = SECTION.sub(r"- **\1:**", check.explanation)
    return f"### {check.id}\n\n**{check.severity}**, looks at {LOOKS_AT[check.unit]}{applies}\n\n{explanation}\n"


if __name__ == "__main__":
    sys.stdout.write(markdown())
