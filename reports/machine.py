"""The report for programs: ``report.json`` and its JSON Schema."""

from __future__ import annotations

import json
import re
from inspect import cleandoc
from typing import Any

import msgspec

from segaudit.model import Report, ReportedFinding
from segaudit.model.report import FORMAT
from segaudit.reports.phrases import file, message, structure

TEXTS = {"structure": structure, "file": file, "message": message}
"""Fields of a finding that join other fields into text for people."""


def render(report: msgspec.Struct) -> str:
    """Return ``report.json``, or another struct of the model as JSON. Numbers that are not finite become null."""
    return dumped(_written(report))


def dumped(content: object) -> str:
    """Return plain values as JSON that holds no command to a terminal, or to a CI job that prints it."""
    text = msgspec.json.format(msgspec.json.encode(_encodable(content)), indent=2).decode()
    return re.sub(r"##(?=\w*\[)", r"#\\u0023", re.sub(r"[^ -~\n]", _shown, text)) + "\n"


def _shown(found: re.Match[str]) -> str:
    """Return a character that is printable as it is, and any other as JSON escapes it."""
    return found[0] if found[0].isprintable() else json.dumps(found[0])[1:-1]


def schema() -> dict[str, Any]:
    """Return the JSON Schema of ``report.json`` (draft 2020-12)."""
    of_report = msgspec.json.schema(Report)
    finding = of_report["$defs"][ReportedFinding.__name__]
    finding["properties"] |= {name: {"type": "string"} for name in TEXTS}
    finding["required"] += TEXTS
    for each in of_report["$defs"].values():
        if "description" in each:
            each["description"] = cleandoc(each["description"])  # as msgspec does from version 0.23 on
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:segaudit:report:{FORMAT}",
        "title": "The report of a segaudit audit",
        **of_report,
    }


def _written(value: object) -> object:
    """Return plain values; findings at any depth get their ``TEXTS``."""
    match value:
        case ReportedFinding():
            fields = msgspec.to_builtins(value)
            first = {name: fields.pop(name) for name in ("check", "severity", "case")}
            return first | {name: text(value) for name, text in TEXTS.items()} | fields
        case msgspec.Struct():
            return {name: _written(member) for name, member in msgspec.structs.asdict(value).items()}
        case tuple():
            return [_written(member) for member in value]
    return msgspec.to_builtins(value)


def _encodable(value: Any) -> Any:  # noqa: ANN401 (anything that JSON holds)
    r"""Return the value with lone surrogates, from names that are not UTF-8, as escapes such as ``\udc80``."""
    match value:
        case str():
            return value.encode(errors="backslashreplace").decode()
        case dict():
            return {_encodable(key): _encodable(member) for key, member in value.items()}
        case list() | tuple():
            return [_encodable(member) for member in value]
    return value
