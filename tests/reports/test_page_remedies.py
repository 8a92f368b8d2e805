"""What the page says that is to be done."""

from __future__ import annotations

import re

from segaudit.model import CheckResult, Outcome, Severity
from segaudit.reports import html
from segaudit.reports.page import outcomes, remedies
from tests.support import pages


def ended(check: str = "mine-alone", family: str = "mine", outcome: Outcome = Outcome.CLEAN) -> CheckResult:
    """Return how a check ended."""
    return CheckResult(
        id=check, severity=Severity.ERROR, family=family, outcome=outcome, findings=0, waived=0, summary="It is so."
    )


def test_every_remedy_is_for_checks_that_there_are() -> None:
    """Each name is an id or a family of the catalogue, and stands once; each family has a remedy."""
    families = {check.family for check in pages.checks().values()}
    named = [name for remedy in remedies.REMEDIES for name in remedy.checks]
    assert len(named) == len(set(named))
    assert set(named) - families <= set(pages.checks())
    assert families <= set(named)


def test_an_id_goes_before_its_family() -> None:
    """A CT that is missing is fetched, other faults of the layout are put in order; own checks are looked at."""
    known = [ended("ct-missing", "layout"), ended("file-twin", "layout"), ended()]
    assert [remedies.remedy(check).name for check in known] == ["fetch", "files", "decide"]


def test_tasks_hold_what_stands_at_error_or_warning() -> None:
    """Errors first, then in the order of the work; waived findings and infos ask for nothing."""
    findings = [
        pages.finding("mask-dtype", case="s0000"),
        pages.finding("mask-values", case="s0001"),
        pages.finding("mask-values", case="s0001", structures=("spleen",)),
        pages.finding("masks-identical", case="s0002", waived="seen"),
        pages.finding("file-trailing"),
        pages.finding("meta-incomplete", case=""),
    ]
    tasks = [
        (task.remedy.name, task.severity, task.extent, [(w.check.id, len(w.places)) for w in task.wrongs])
        for task in remedies.tasks(pages.report(findings))
    ]
    assert tasks == [
        ("masks", "error", "2 findings in 1 case", [("mask-values", 1)]),
        ("fetch", "warning", "1 finding in 1 case", [("file-trailing", 1)]),
        ("promise", "warning", "1 finding in 1 case", [("mask-dtype", 1)]),
    ]


def test_what_is_in_no_case_has_its_place() -> None:
    """The file that it is about."""
    page = html.render(
        pages.report([pages.finding("split-count", case="", structures=(), files=("meta.csv",))]), pages.material()
    )
    assert re.search(r"<span>meta.csv</span>", page)


def test_cases_that_do_not_pass_are_those_at_the_gate() -> None:
    """A warning and a waived error leave a case in."""
    findings = [
        pages.finding(case="s0003"),
        pages.finding(case="s0001"),
        pages.finding(case="s0001", structures=("spleen",)),
        pages.finding("mask-dtype", case="s0004"),
        pages.finding(case="s0005", waived="seen"),
    ]
    assert remedies.failing(pages.report(findings)) == ["s0001", "s0003"]


def test_where_nothing_is_wrong_nothing_is_to_be_done() -> None:
    """The block and its link are left out."""
    assert "todo" not in re.sub(
        "<(style|script).*?</", "", html.render(pages.report([]), pages.material()), flags=re.DOTALL
    )


def test_checks_are_listed_by_how_they_ended() -> None:
    """What asks for attention comes first, and each outcome is counted."""
    report = pages.report([pages.finding("mask-dtype"), pages.finding()])
    listed = outcomes.ordered(report)
    assert [check.id for check in listed[:2]] == ["mask-off-grid", "mask-dtype"]
    assert outcomes.counted(report) == f"{len(listed)} checks: 2 found something, {len(listed) - 2} clean"
    assert set(outcomes.WORDS) == set(Outcome)
