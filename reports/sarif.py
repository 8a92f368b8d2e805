"""The findings for code scanning: ``findings.sarif``, in the Static Analysis Results Interchange Format 2.1.0 of OASIS.

It stays within GitHub's limits ("SARIF support for code scanning"): 25,000 results per run, of which 5,000 are shown,
the worst first; 1,024 characters of a rule's description; a location and a line for each result.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from segaudit.model import CheckResult, Report, ReportedFinding, Severity
from segaudit.model.words import count
from segaudit.reports.machine import filled
from segaudit.reports.phrases import file, partly, stopped, structure, subject, text_of, visible

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}

RESULTS = 25_000
"""The most results; a file with more is refused."""

DESCRIPTION = 1024
"""The most characters of a description."""

LOCATIONS = 100
"""The most locations of a result that are shown."""

ROOT = "DATASET"
"""The name of the folder that paths are relative to."""

Object = dict[str, Any]


def render(report: Report, explanations: Mapping[str, str]) -> str:
    """Return the SARIF log of a report; ``explanations`` are the docstrings of its checks, by id."""
    return "".join(parts(report, explanations))


def parts(report: Report, explanations: Mapping[str, str]) -> Iterator[str]:
    """Yield it in parts, so that the size of a report does not matter."""
    run = {
        "tool": {"driver": _driver(report, explanations)},
        "automationDetails": {"id": f"segaudit/{visible(report.contract)}/"},
        "invocations": [_invocation(report)],
        "originalUriBaseIds": _roots(report.dataset),
        "columnKind": "unicodeCodePoints",
        "results": [],
    }
    return filled({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, {"results": _results(report)})


def _driver(report: Report, explanations: Mapping[str, str]) -> Object:
    rules = [_rule(check, explanations.get(check.id) or check.summary) for check in report.checks]
    return {"name": "segaudit", "semanticVersion": report.segaudit, "rules": rules}


def _rule(check: CheckResult, explanation: str) -> Object:
    """Return a check as a rule. A user's check may lack a docstring, but a rule needs a text."""
    return {
        "id": check.id,
        "shortDescription": {"text": (check.summary or check.id)[:DESCRIPTION]},
        "fullDescription": {"text": (explanation or check.id)[:DESCRIPTION]},
        "help": {"text": explanation or check.id},
        "defaultConfiguration": {"level": LEVELS[check.severity]},
        "properties": {"tags": [check.family]},
    }


def _invocation(report: Report) -> Object:
    """Return notes on the audit: what could not run, how many results the limit left out, and that it is partial."""
    lines = [f"{name} could not run: {why}" for name, why in stopped(report)]
    if len(report.findings) > RESULTS:
        lines.append(f"{count(len(report.findings) - RESULTS, 'more finding')} in findings.csv")
    notes = [{"level": "error", "message": {"text": visible(line)}} for line in lines]
    notes += [{"level": "note", "message": {"text": partly(report)}}] if partly(report) else []
    return {"executionSuccessful": not stopped(report), "toolExecutionNotifications": notes}


def _roots(dataset: str) -> Object:
    """Return the dataset's folder, relative to the working directory if it is below that."""
    if "://" in dataset:
        return {ROOT: {"uri": f"{_uri(dataset, ':/')}/"}}
    path = PurePath(dataset)
    if path.is_absolute():
        return {ROOT: {"uri": f"file:///{_uri(path.as_posix().lstrip('/'), ':/')}/"}}
    return {ROOT: {"uri": f"{_uri(path.as_posix())}/", "uriBaseId": "%SRCROOT%"}}


def _results(report: Report) -> Iterator[Object]:
    numbers = {check.id: number for number, check in enumerate(report.checks)}
    for finding in report.findings[:RESULTS]:
        yield {
            "ruleId": finding.check,
            "ruleIndex": numbers[finding.check],
            "level": LEVELS[finding.severity],
            "message": {"text": f"{subject(finding)}: {text_of(finding)}"},
            "locations": [_location(path, finding) for path in _paths(finding)[:LOCATIONS]],
            "partialFingerprints": {"finding/v1": _fingerprint(finding)},
            "suppressions": _suppressions(finding),
            "properties": {"observed": finding.observed, "expected": finding.expected},
        }


def _paths(finding: ReportedFinding) -> Sequence[str]:
    """Return the files of a finding, or else the folder of its case, or of the dataset."""
    return tuple(dict.fromkeys(file(part) or part.case or "." for part in finding.apart()))


def _location(path: str, finding: ReportedFinding) -> Object:
    """Return a file with the structure. GitHub requires a line, which for an image is always the first."""
    physical = {"artifactLocation": {"uri": _uri(path), "uriBaseId": ROOT}, "region": {"startLine": 1}}
    structures = [{"name": visible(structure(part))} for part in finding.apart() if part.structures]
    return {"physicalLocation": physical} | ({"logicalLocations": structures} if structures else {})


def _fingerprint(finding: ReportedFinding) -> str:
    """Return a digest that identifies a finding across audits: of its check and subject, not its message."""
    identity = f"{finding.check}\0{finding.case}\0{structure(finding)}\0{file(finding)}"
    return hashlib.sha256(identity.encode(errors="backslashreplace")).hexdigest()


def _suppressions(finding: ReportedFinding) -> list[Object]:
    """Return the waiver, if there is one, else an empty list."""
    if finding.waived is None:
        return []
    return [{"kind": "external", "status": "accepted", "justification": visible(finding.waived)}]


def _uri(path: str, safe: str = "/") -> str:
    """Return a path as a URI; bytes of a name that are not UTF-8 are escaped as in ``report.json``."""
    return quote(path.encode(errors="backslashreplace"), safe=safe)
