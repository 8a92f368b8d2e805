"""The report for people: ``report.html``, one self-contained file that needs no network and no server.

The verdict and other short texts are written into the page; the rest is data, which the page's scripts display.
All text is escaped by Jinja or encoded as JSON; the scripts never parse text as HTML, and the page's
Content-Security-Policy allows no other script and no request.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from segaudit.model import Report, ReportedFinding, Severity
from segaudit.model.words import count
from segaudit.reports import breakdown, reviewed
from segaudit.reports.page import bundle, outcomes, remedies, since
from segaudit.reports.page.material import Material
from segaudit.reports.page.payload import digests, encoded, payload
from segaudit.reports.phrases import graded, headline, integrity, not_run, partly, settings, stopped
from segaudit.reports.templates import template


def render(report: Report, material: Material) -> str:
    """Return the page."""
    data = payload(report, material)
    return template("page/page.html").render(
        report=report,
        verdict=_verdict(report),
        reasons=_reasons(report),
        left_out=_left_out(data["measured"]),
        severities=[(severity, getattr(report.counts, severity)) for severity in Severity],
        stopped=stopped(report),
        outcomes=outcomes.counted(report),
        checks=outcomes.ordered(report),
        tasks=remedies.tasks(report),
        failing=remedies.failing(report),
        kinds=remedies.KINDS,
        named=remedies.CASES,
        since=since.summary(report, material.since) if material.since else None,
        digests=digests(material),
        settings=settings(report),
        groups=breakdown.groups(report, material.dataset),
        precisions=reviewed.precisions(material.decisions),
        review_note=material.review_note,
        provenance=material.provenance,
        date=material.date,
        policy=bundle.policy(),
        style=Markup(bundle.style(bundle.STYLES)),  # noqa: S704 (a file of this package)
        script=Markup(bundle.script()),  # noqa: S704 (as above)
        data=Markup(encoded(data)),  # noqa: S704 (it has no special characters of HTML)
    )


def _left_out(measured: Mapping[str, Any] | None) -> str:
    """Say how many of all cases the page has, if it leaves some out."""
    if measured is None or len(measured["cases"]) == measured["all"]:
        return ""
    return f"{len(measured['cases']):,} of {measured['all']:,} cases"


def _verdict(report: Report) -> tuple[str, str]:
    """Return the verdict: the name of its style, and the headline."""
    style = "unknown" if not_run(report) or partly(report) else "holds"
    return ("fails" if any(f.fails(report.gate) for f in report.findings) else style), headline(report)


def _reasons(report: Report) -> str:
    """Return the reasons: ``58 errors in 31 of 39 cases``, and what could not run or was left out."""
    failing = [finding for finding in report.findings if finding.fails(report.gate)]
    numbers = [graded(level, sum(f.severity is level for f in failing)) for level in Severity]
    found = " and ".join(number for number in numbers if not number.startswith("0 "))
    levels = "error" if report.gate is Severity.ERROR else "error or warning"
    told = f"{found}{_where(report, failing)}." if failing else f"No {levels} was found."
    lost = f" {not_run(report)} could not run." if not_run(report) else ""
    whole = f" {integrity(report).capitalize()}." if integrity(report) else ""
    return told + lost + (f" {partly(report).capitalize()}." if partly(report) else "") + whole


def _where(report: Report, findings: Sequence[ReportedFinding]) -> str:
    """Return the number of cases with findings; cases that were not measured are counted separately."""
    named = {finding.case for finding in findings if finding.case}
    beside = len(named.difference(report.cases))
    where = f" in {len(named) - beside:,} of {count(report.counts.cases, 'case')}" if report.cases and named else ""
    return where + (f", and in {count(beside, 'case')} that could not be audited" if where and beside else "")
