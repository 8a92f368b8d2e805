"""The report for CI servers, as JUnit XML: a suite for each family, a test case for each clean check and failing case.

It uses only elements and attributes that Jenkins (``junit-10.xsd`` of its xUnit plugin) and GitLab both support.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from xml.etree import ElementTree as ET

from segaudit.model import CheckResult, Outcome, Report, ReportedFinding, Severity
from segaudit.reports.phrases import partly, subject, text_of, visible

TOTALS = {"failures": "failure", "errors": "error", "skipped": "skipped"}
"""The elements that each attribute of a suite counts."""


def render(report: Report) -> str:
    """Return the JUnit XML of a report. Times are 0, because checks are not timed."""
    return "".join(parts(report))


def parts(report: Report) -> Iterator[str]:
    """Yield it in parts; of the elements, only those of one suite are in memory."""
    root, suites = ET.Element("testsuites", name="segaudit"), list[str]()
    for name, cases in groupby(_cases(report), key=_classname):
        suite = ET.Element("testsuite", name=name)
        suite.extend(cases)
        _total(suite)
        _add(root, suite)
        ET.indent(suite, level=1)
        suites.append(ET.tostring(suite, encoding="unicode"))
    del root.attrib["skipped"]  # the schema allows it only in a suite
    root.text = "\n"
    before, end, _ = ET.tostring(root, encoding="unicode", xml_declaration=True).rpartition("</")
    yield before
    yield from (f"  {text}\n" for text in suites)
    yield f"{end}{root.tag}>\n"


def _cases(report: Report) -> Iterator[ET.Element]:
    """Yield the test cases of each check, of each case that could not be measured, and of a partial audit."""
    findings: dict[str, list[ReportedFinding]] = defaultdict(list)
    for finding in report.findings:
        findings[finding.check].append(finding)
    for check in sorted(report.checks, key=attrgetter("family")):
        if check.outcome not in {Outcome.FOUND, Outcome.WAIVED}:
            yield _whole(check)
        for case, members in groupby(findings[check.id], key=attrgetter("case")):
            yield _part(check, case, list(members), report.gate)
    for unmeasured in report.unmeasured:
        element = _element("segaudit.measure", unmeasured.case)
        ET.SubElement(element, "error", type="could not run", message=visible(unmeasured.error))
        yield element
    if partly(report):
        element = _element("segaudit.scope", "audit")
        ET.SubElement(element, "skipped", message=partly(report))
        yield element


def _whole(check: CheckResult) -> ET.Element:
    """Return the test case of a check that is clean, does not apply, or could not run."""
    element = _element(f"segaudit.checks.{check.family}", check.id)
    if check.outcome is Outcome.NOT_APPLICABLE:
        ET.SubElement(element, "skipped", message="not applicable")
    if check.outcome is Outcome.COULD_NOT_RUN:
        ET.SubElement(element, "error", type="could not run", message=visible(check.error))
    return element


def _part(check: CheckResult, case: str, findings: Sequence[ReportedFinding], gate: Severity) -> ET.Element:
    """Return the test case of a check's findings in one case, or in the dataset if ``case`` is empty."""
    element = _element(f"segaudit.checks.{check.family}", f"{check.id}::{case}" if case else check.id)
    lines = [f"{subject(finding)}: {text_of(finding)}" for finding in findings]
    if any(finding.fails(gate) for finding in findings):
        child = ET.SubElement(element, "failure", type=check.severity, message=visible(check.summary))
    elif all(finding.waived is not None for finding in findings):
        reasons = dict.fromkeys(finding.waived or "" for finding in findings)
        child = ET.SubElement(element, "skipped", message=visible("; ".join(reasons)))
    else:
        child = ET.SubElement(element, "system-out")
    child.text = "\n".join(lines)
    return element


def _element(classname: str, name: str) -> ET.Element:
    return ET.Element("testcase", classname=classname, name=visible(name), time="0")


def _classname(element: ET.Element) -> str:
    return element.attrib["classname"]


def _total(suite: ET.Element) -> None:
    """Set the totals of a suite."""
    suite.set("tests", str(len(suite)))
    for attribute, tag in TOTALS.items():
        suite.set(attribute, str(len(suite.findall(f".//{tag}"))))
    suite.set("time", "0")


def _add(root: ET.Element, suite: ET.Element) -> None:
    """Add the totals of a suite to those of all suites."""
    for attribute in ("tests", *TOTALS):
        root.set(attribute, str(int(root.get(attribute, "0")) + int(suite.get(attribute, "0"))))
    root.set("time", "0")
