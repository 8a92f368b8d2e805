"""Reports of format 1, in which a finding's names were joined, and what it was merged from stood in its message."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from segaudit.model.report import FORMAT

MERGED = re.compile(r"(CT and )?[0-9]+ (?:masks?|structures|files): ")
"""How the message of a merged finding began."""

SEPARATOR = ", "


class _Report(msgspec.Struct):
    """What differs in a report."""

    findings: list[dict[str, Any]]


class _Finding(msgspec.Struct):
    """What differs in a finding."""

    structure: str
    file: str
    message: str


def converted(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return a report of format 1 as one of this version.

    Raises:
        msgspec.ValidationError: it is of another form.
    """
    findings = msgspec.convert(report, _Report).findings
    return {**report, "format": FORMAT, "findings": [finding | _fields(finding) for finding in findings]}


def _fields(finding: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that take the place of text; the file of a single finding can hold a comma in its name."""
    old = msgspec.convert(finding, _Finding)
    merged = MERGED.match(old.message)
    structures = _structures(old.structure)
    files = old.file.split(SEPARATOR) if merged and not structures else [old.file]
    return {
        "structures": structures,
        "files": list(filter(None, files)),
        "merged": len(structures or files) if merged else 0,
        "with_ct": bool(merged and merged[1]),
        "cause": old.message[merged.end() :] if merged else old.message,
    }


def _structures(text: str) -> list[str]:
    """Return names of structures, in which no blank is; one with a blank is as a published table prints it."""
    names = text.split(SEPARATOR) if text else []
    return [text] if any(" " in name for name in names) else names
