"""findings.sarif: its form, the limits of GitHub, and names that a dataset can bring."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from msgspec.structs import replace

from segaudit.model import Report
from segaudit.reports import github, sarif
from tests.support.reports import CHECKS, FINDINGS, REPORT, finding, names, reports

TEXT: dict[str, Any] = {"type": "string", "minLength": 1}
MESSAGE = {"type": "object", "properties": {"text": TEXT}, "required": ["text"], "additionalProperties": False}
URI = {"type": "string", "pattern": "^[A-Za-z0-9._~:/%-]+$"}


def exactly(required: dict[str, Any], **optional: Any) -> dict[str, Any]:  # noqa: ANN401 (any schema)
    """Return the schema of an object that has these properties and no others."""
    properties = required | optional
    return {"type": "object", "properties": properties, "required": [*required], "additionalProperties": False}


ARTIFACT = exactly({"uri": URI, "uriBaseId": {"const": "DATASET"}})
LOCATION = exactly(
    {"physicalLocation": exactly({"artifactLocation": ARTIFACT, "region": exactly({"startLine": {"const": 1}})})},
    logicalLocations={"type": "array", "items": exactly({"name": TEXT}), "minItems": 1},
)
LEVEL = {"enum": ["error", "warning", "note"]}
RESULT = exactly(
    {
        "ruleId": TEXT,
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": LEVEL,
        "message": MESSAGE,
        "locations": {"type": "array", "items": LOCATION, "minItems": 1, "maxItems": 100},
        "partialFingerprints": exactly({"finding/v1": {"type": "string", "pattern": "^[0-9a-f]{64}$"}}),
        "suppressions": {
            "type": "array",
            "items": exactly(
                {"kind": {"const": "external"}, "status": {"const": "accepted"}, "justification": {"type": "string"}}
            ),
        },
        "properties": {"type": "object"},
    }
)
DESCRIPTION = exactly({"text": TEXT | {"maxLength": 1024}})
RULE = exactly(
    {
        "id": TEXT,
        "shortDescription": DESCRIPTION,
        "fullDescription": DESCRIPTION,
        "help": MESSAGE,
        "defaultConfiguration": exactly({"level": LEVEL}),
        "properties": exactly({"tags": {"type": "array", "items": TEXT, "maxItems": 20, "uniqueItems": True}}),
    }
)
NOTE = exactly({"level": {"const": "error"}, "message": MESSAGE})
RUN = exactly(
    {
        "tool": exactly(
            {"driver": exactly({"name": TEXT, "semanticVersion": TEXT, "rules": {"type": "array", "items": RULE}})}
        ),
        "automationDetails": exactly({"id": TEXT}),
        "invocations": {
            "type": "array",
            "items": exactly(
                {"executionSuccessful": {"type": "boolean"}, "toolExecutionNotifications": {"items": NOTE}}
            ),
        },
        "originalUriBaseIds": exactly(
            {"DATASET": exactly({"uri": URI | {"pattern": "/$"}}, uriBaseId={"const": "%SRCROOT%"})}
        ),
        "columnKind": {"const": "unicodeCodePoints"},
        "results": {"type": "array", "items": RESULT, "maxItems": 25_000},
    }
)
ESSENTIAL = exactly(
    {"$schema": TEXT, "version": {"const": "2.1.0"}, "runs": {"type": "array", "items": RUN, "maxItems": 1}}
)
"""What of SARIF 2.1.0 (OASIS Standard, errata 01, 3.13 to 3.58) is written, and what GitHub asks for beyond."""


def log(report: Report) -> Any:  # noqa: ANN401 (JSON)
    """Read back the log of a report."""
    return msgspec.json.decode(sarif.render(report, {}))


def run(report: Report) -> Any:  # noqa: ANN401 (JSON)
    """Return its one run."""
    return log(report)["runs"][0]


@given(reports(names))
def test_whatever_is_found_follows_the_schema(report: Report) -> None:
    """No name breaks the form, and each result names the rule it is of."""
    Draft202012Validator(ESSENTIAL).validate(log(report))
    rules = [rule["id"] for rule in run(report)["tool"]["driver"]["rules"]]
    assert [rules[result["ruleIndex"]] for result in run(report)["results"]] == [f.check for f in report.findings]


def test_a_check_without_words_is_a_rule_with_its_id() -> None:
    """A check of the user's own can lack a docstring; a rule has text."""
    (rule,) = run(replace(REPORT, checks=(replace(CHECKS[0], summary=""),), findings=()))["tool"]["driver"]["rules"]
    assert [rule["shortDescription"]["text"], rule["help"]["text"]] == ["case-unlisted", "case-unlisted"]


@pytest.mark.parametrize(
    ("dataset", "root"),
    [
        ("dataset", {"uri": "dataset/", "uriBaseId": "%SRCROOT%"}),
        ("../a b", {"uri": "../a%20b/", "uriBaseId": "%SRCROOT%"}),
        ("/data/v2.zip", {"uri": "file:///data/v2.zip/"}),
        ("s3://bucket/v2", {"uri": "s3://bucket/v2/"}),
        ("", {"uri": "./", "uriBaseId": "%SRCROOT%"}),
    ],
)
def test_paths_are_relative_to_the_dataset(dataset: str, root: dict[str, str]) -> None:
    """The dataset's folder is named from where the audit ran, or absolutely."""
    assert run(replace(REPORT, dataset=dataset))["originalUriBaseIds"] == {"DATASET": root}


@pytest.mark.parametrize(
    ("fields", "uris"),
    [
        ({"case": "s0001", "files": ("s0001/ct.nii.gz",)}, ["s0001/ct.nii.gz"]),
        ({"case": "s0001", "files": ("s0001/a b:c.nii",)}, ["s0001/a%20b%3Ac.nii"]),
        ({"case": "s0001", "structures": ("liver",)}, ["s0001"]),
        ({"files": ("a.txt, b.txt",)}, ["a.txt%2C%20b.txt"]),
        ({"files": ("a.txt", "b.txt"), "merged": 2}, ["a.txt", "b.txt"]),
        ({"case": "s0001", "structures": ("a", "b"), "merged": 2}, ["s0001"]),
        ({}, ["."]),
    ],
)
def test_a_result_is_where_its_files_are(fields: dict[str, str], uris: list[str]) -> None:
    """A finding without a file lies in its case, one of several files in each of them."""
    found = finding(CHECKS[1].id, CHECKS[1].severity, fields.pop("message", "odd"), **fields)
    (result,) = run(replace(REPORT, findings=(found,)))["results"]
    assert [place["physicalLocation"]["artifactLocation"]["uri"] for place in result["locations"]] == uris


def test_fingerprints_outlive_messages() -> None:
    """A finding whose numbers change stays the same alert; one in another place is another."""
    first, other = FINDINGS[2], FINDINGS[3]
    prints = [
        run(replace(REPORT, findings=(found,)))["results"][0]["partialFingerprints"]
        for found in (first, replace(first, message="x", observed=1), other)
    ]
    assert (prints[0] == prints[1], prints[0] == prints[2]) == (True, False)


def test_no_more_results_than_are_taken() -> None:
    """Of 25,002 findings the first 25,000 are there, and a note says how many are not."""
    some = run(replace(REPORT, findings=FINDINGS[:1] * 25_002, unmeasured=(), checks=CHECKS[:3]))
    notes = [note["message"]["text"] for note in some["invocations"][0]["toolExecutionNotifications"]]
    assert (len(some["results"]), notes) == (25_000, ["2 more findings in findings.csv"])


@given(st.lists(names, min_size=2, max_size=2))
def test_no_name_is_a_command_of_github(texts: list[str]) -> None:
    """Each annotation is one line that begins with its command, whatever is in the names."""
    found = finding(CHECKS[1].id, CHECKS[1].severity, texts[0], case=texts[1])
    lines = github.render(replace(REPORT, findings=(found,))).splitlines()
    commands = [re.match(r"::(\w+) title=[^:,\n]*::", line) for line in lines[:-1]]
    assert [command and command[1] for command in commands] == ["error", "error", "error"]
