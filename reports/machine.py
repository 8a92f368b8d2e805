"""The report for programs: ``report.json`` and its JSON Schema."""

from __future__ import annotations

from typing import Any

import msgspec

from segaudit.model import Report
from segaudit.model.report import FORMAT


def render(report: msgspec.Struct) -> str:
    """Return ``report.json``, or another struct of the model as JSON. Numbers that are not finite become null."""
    return dumped(msgspec.to_builtins(report))


def dumped(content: object) -> str:
    """Return plain values as JSON, whatever their texts hold."""
    return msgspec.json.format(msgspec.json.encode(_encodable(content)), indent=2).decode() + "\n"


def schema() -> dict[str, Any]:
    """Return the JSON Schema of ``report.json`` (draft 2020-12)."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:segaudit:report:{FORMAT}",
        "title": "The report of a segaudit audit",
        **msgspec.json.schema(Report),
    }


def _encodable(value: Any) -> Any:  # noqa: ANN401 (anything that JSON holds)
    r"""Return the value with lone surrogates as escapes such as ``\udc80``: names that are not UTF-8 hold them."""
    match value:
        case str():
            return value.encode(errors="backslashreplace").decode()
        case dict():
            return {_encodable(key): _encodable(member) for key, member in value.items()}
        case list() | tuple():
            return [_encodable(member) for member in value]
    return value
