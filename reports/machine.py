"""The report for programs: ``report.json`` and its JSON Schema."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from inspect import cleandoc
from itertools import islice
from typing import Any, TypeVar

import msgspec

from segaudit.model import Report, ReportedFinding
from segaudit.model.report import FORMAT
from segaudit.reports.phrases import file, message, structure

Member = TypeVar("Member")

TEXTS = {"structure": structure, "file": file, "message": message}
"""Fields of a finding that join other fields into text for people."""


BATCH = 256
"""Members of a list that are encoded at a time."""


def render(report: msgspec.Struct) -> str:
    """Return ``report.json``, or another struct of the model as JSON. Numbers that are not finite become null."""
    return "".join(parts(report)) if isinstance(report, Report) else dumped(_written(report))


def parts(report: Report) -> Iterator[str]:
    """Yield ``report.json`` in parts, so that the size of a report does not matter."""
    without = _written(msgspec.structs.replace(report, findings=(), unread={}))
    return filled(without, {"findings": map(_written, report.findings), "unread": report.unread})


def filled(content: object, members: Mapping[str, Iterable[object] | Mapping[str, object]]) -> Iterator[str]:
    """Yield JSON in parts: that of plain values, of which some lists and objects, empty ones, get members.

    Args:
        content: the values.
        members: those of the last list or object with each name, in the order in which they follow each other.
    """
    rest = dumped(content)
    for name, own in members.items():
        empty = "{}" if isinstance(own, Mapping) else "[]"
        before, key, after = rest.rpartition(f'"{name}": {empty}')
        margin, end = before[before.rindex("\n") :], ""
        yield before + key[:-1]
        for batch in _batches(own):
            lines = dumped(batch)[1:-3].replace("\n", margin)  # without its brackets
            yield f"{',' if end else ''}{lines}"
            end = margin
        rest = f"{end}{empty[-1]}{after}"
    yield rest


def _batches(members: Iterable[object] | Mapping[str, object]) -> Iterator[object]:
    """Yield lists of some members, or objects with some."""
    if isinstance(members, Mapping):
        yield from map(dict, _batched(members.items()))
    else:
        yield from _batched(members)


def _batched(members: Iterable[Member]) -> Iterator[list[Member]]:
    """Yield lists of ``BATCH`` members, and what is left."""
    waiting = iter(members)
    while batch := list(islice(waiting, BATCH)):
        yield batch


def dumped(content: object) -> str:
    """Return plain values as JSON that holds no command to a terminal, or to a CI job that prints it."""
    try:
        encoded = msgspec.json.encode(content)
    except UnicodeEncodeError:
        encoded = msgspec.json.encode(_encodable(content))
    text = msgspec.json.format(encoded, indent=2).decode()
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
