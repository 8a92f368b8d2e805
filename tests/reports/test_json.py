"""The report for programs: JSON and its schema."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from jsonschema import Draft202012Validator
from msgspec.structs import replace

from segaudit.model import Report, Severity
from segaudit.reports import machine
from tests.support.reports import FINDINGS, REPORT, SCHEMA, finding, reports, texts


def test_json_joins_what_people_read() -> None:
    """Beside the fields stand the texts that other reports show, in a report and in a difference alike."""
    one = finding("mask-dtype", Severity.WARNING, "odd", case="s1", structures=("a", "b"), merged=2)
    written = json.loads(machine.render(replace(REPORT, findings=(one,))))["findings"][0]
    assert (written["structure"], written["file"], written["message"]) == ("a, b", "", "2 masks: odd")
    assert (written["structures"], written["files"], written["cause"]) == (["a", "b"], [], "odd")


def test_json_follows_its_schema() -> None:
    """The example is an instance of the kept schema, and the schema is a schema."""
    schema = msgspec.json.decode(SCHEMA.read_bytes())
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(msgspec.json.decode(machine.render(REPORT)))


def test_json_without_a_field_breaks_the_schema() -> None:
    """The schema asks for every field of a finding."""
    report = msgspec.json.decode(machine.render(REPORT))
    del report["findings"][0]["message"]
    errors = Draft202012Validator(machine.schema()).iter_errors(report)
    assert [error.message for error in errors] == ["'message' is a required property"]


@given(reports(texts))
def test_json_gives_the_report_back(report: Report) -> None:
    """What is written is read back as it was."""
    assert msgspec.json.decode(machine.render(report).encode(), type=Report) == report


def test_json_tells_what_json_has_no_place_for() -> None:
    """Numbers that are not finite become null, and bytes of a name that are not UTF-8 become escapes."""
    odd = replace(FINDINGS[0], observed=float("nan"), expected=float("-inf"), files=("s0864/\udce9.nii.gz",))
    read = msgspec.json.decode(machine.render(replace(REPORT, findings=(odd,))), type=Report)
    assert read.findings == (replace(odd, observed=None, expected=None, files=("s0864/\\udce9.nii.gz",)),)


@pytest.mark.parametrize("number", [0, 1, machine.BATCH, machine.BATCH + 1])
def test_parts(number: int) -> None:
    """In parts it is what it is in one: no list is too long, or empty, for that."""
    findings = tuple(replace(FINDINGS[1], case=f"s{at}") for at in range(number))
    report = replace(REPORT, findings=findings)
    text = "".join(machine.parts(report))
    assert text == msgspec.json.format(text, indent=2) + "\n"
    assert json.loads(text)["findings"] == [json.loads(machine.render(finding)) for finding in findings]
    assert [*json.loads(text)] == [*type(report).__struct_fields__]
