"""Convert reports of format 1, in which a finding's names were joined texts, and its message said what was merged."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from segaudit.model.report import FORMAT

MERGED = re.compile(r"(CT and )?[0-9]+ (?:masks?|structures|files): ")
"""The beginning of a merged finding's message."""

SEPARATOR = ", "


class _Report(msgspec.Struct):
    """The fields of a report that differ."""

    findings: list[dict[str, Any]]


class _Finding(msgspec.Struct):
    """The fields of a finding that differ."""

    structure: str
    file: str
    message: str


def converted(report: Mapping[str, Any]) -> dict[str, Any]:
    """Convert a report of format 1 to the current format.

    Raises:
        msgspec.ValidationError: it has another format.
    """
    findings = msgspec.convert(report, _Report).findings
    return {**report, "format": FORMAT, "findings": [finding | _fields(finding) for finding in findings]}


def _fields(finding: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that replace text; the name of a single finding's file may contain a comma."""
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
    """Return names of structures, which have no blanks; a name with a blank is from a published table."""
    names = text.split(SEPARATOR) if text else []
    return [text] if any(" " in name for name in names) else names
