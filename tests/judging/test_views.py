"""Views of a case: derived once for all that ask for them, gone with the case, and an error in one stops no other."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

import segaudit
from segaudit import catalogue
from segaudit.dataset.tables import Tables
from segaudit.judging.runner import Runner
from segaudit.model import Case, Check, Contract, Finding, Outcome, Severity, check
from segaudit.model.anatomy import Anatomy
from segaudit.model.views import CaseViews
from segaudit.testing.bodies import RELEASE, body
from segaudit.testing.records import CASE, healthy_case, healthy_mask, merged_case, small_contract
from segaudit.testing.small import write_small
from tests.support.checked import fail_for

CHECKS = tuple(catalogue.by_id().values())
OF_ANATOMY = [check.id for check in CHECKS if check.unit is Anatomy]


def keeping(seen: list[Anatomy], check_id: str) -> Check[...]:
    """Return a check that keeps the anatomy which it is called with."""

    @check(check_id, Severity.INFO)
    def keeps(anatomy: Anatomy, contract: Contract) -> Iterator[Finding]:
        """Every anatomy."""
        assert contract is anatomy.contract
        seen.append(anatomy)
        yield Finding(case=anatomy.case, message="seen")

    return keeps


def test_all_checks_of_a_case_get_the_same_anatomy() -> None:
    """It is that of the case's views, which tables take their rows from; the next case has another one."""
    seen: list[Anatomy] = []
    runner = Runner([keeping(seen, "one-keeps"), keeping(seen, "other-keeps")], small_contract())
    views = [CaseViews(healthy_case(), runner.contract) for _ in range(2)]
    for one in views:
        runner.case(one)
    first, second = (one.anatomy for one in views)
    assert list(map(id, seen)) == [id(first), id(first), id(second), id(second)]


@check("liver-wanted", Severity.INFO)
def breaking(case: Case) -> Iterator[Finding]:
    """Every case; it cannot run where there is no liver."""
    if not case.whole_masks["liver"].voxels:
        raise ValueError("no liver")
    yield Finding(case=case.case, message="a liver")


def test_cases_are_judged_alike_together_and_one_by_one() -> None:
    """What is found, where, and which checks apply or could not run is the same, in the same order."""
    cases = [replace(body(without=names), case=f"s{number:04}") for number, names in enumerate(((), ("liver",)))]
    cases += [replace(healthy_case(healthy_mask("liver", values=((2.0, 8000),))), case="s0009"), merged_case()]
    together, apart = (Runner([*CHECKS, breaking], RELEASE) for _ in range(2))
    together.cases([CaseViews(case, RELEASE) for case in cases])
    for case in cases:
        apart.case(CaseViews(case, RELEASE))
    assert any(run.findings for run in together.check_runs)
    assert together.check_runs[-1].error == "ValueError: no liver (in s0001)"
    assert together.check_runs == apart.check_runs


def test_anatomy_is_derived_once_for_checks_and_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its frame, which eight checks and the tables need, is computed one time."""
    calls: list[str] = []
    frame = vars(Anatomy)["frame"].func

    def counted(anatomy: Anatomy) -> object:
        calls.append(anatomy.case)
        return frame(anatomy)

    monkeypatch.setattr(vars(Anatomy)["frame"], "func", counted)
    runner, tables, views = Runner(CHECKS, RELEASE), Tables(RELEASE), CaseViews(body(), RELEASE)
    runner.case(views)
    tables.add(views)
    assert calls == [views.case.case]


def test_anatomy_leaves_memory_with_its_case() -> None:
    """Once judged and in the tables, nothing of a case is kept, and no garbage collector is needed: there are many."""
    runner, tables, views = Runner(CHECKS, RELEASE), Tables(RELEASE), CaseViews(replace(body(), case="gone"), RELEASE)
    gc.disable()
    try:
        runner.case(views)
        tables.add(views)
        assert views.anatomy.placement
        anatomy, case = weakref.ref(views.anatomy), weakref.finalize(views.anatomy.placement, list)
        assert [one for one in gc.get_objects() if isinstance(one, Case) and one.case == "gone"] != []
        del views
        assert anatomy() is None
        assert not case.alive
        assert [one for one in gc.get_objects() if isinstance(one, Case) and one.case == "gone"] == []
    finally:
        gc.enable()


def test_an_anatomy_that_fails_is_an_error_of_the_checks_that_need_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """They could not run, with the case named; checks that ask for something else judge the case as ever."""
    fail_for(monkeypatch, "s0001", "complete")
    runner = Runner(CHECKS, RELEASE)
    runner.case(CaseViews(body(), RELEASE))
    errors = {run.check.id: run.error for run in runner.check_runs if run.error}
    assert set(errors) <= set(OF_ANATOMY)
    assert errors["mask-expected"] == "ZeroDivisionError: no complete (in s0001)"
    assert {"sides-swapped", "spacing-implausible"}.isdisjoint(errors)  # these do not look at what is complete
    assert [run.check.id for run in runner.check_runs if run.applied and run.check.unit is Case]


def test_an_audit_goes_on_after_an_anatomy_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The checks and the case are named, nothing passes for clean, and the other cases are in the tables."""
    fail_for(monkeypatch, "s0001", "aligned")
    root, contract = write_small(tmp_path)
    (tmp_path / "structures.csv").write_text("label,name,group,expected_with\n1,liver,organ,spleen\n2,spleen,organ,\n")
    report = segaudit.audit(root, contract, output=tmp_path / "out", workers=1)
    failed = {result.id: result.error for result in report.checks if result.outcome is Outcome.COULD_NOT_RUN}
    assert set(failed) <= set(OF_ANATOMY)
    assert set(failed.values()) == {"ZeroDivisionError: no aligned (in s0001)"}
    assert [lost.case for lost in report.unmeasured] == ["s0001"]
    assert (report.exit_code, report.cases) == (3, ("s0000", "s0001", "s0002"))
    rows = (tmp_path / "out" / "measurements" / "masks.csv").read_text().splitlines()
    assert len(rows) == 1 + 3 * 2


def test_a_case_that_fails_is_reported_without_the_checks_of_anatomy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where none of them is selected, what dataset-wide checks would miss of the case is an error of its own."""
    fail_for(monkeypatch, "s0001", "aligned")
    report = segaudit.audit(*write_small(tmp_path), select="outliers", workers=1)
    (lost,) = report.unmeasured
    reason = "its anatomy could not be derived: ZeroDivisionError: no aligned"
    assert (lost.case, lost.error, report.exit_code) == ("s0001", reason, 3)


def test_an_anatomy_says_whose_it_is() -> None:
    """It has the case's id, its masks and all of its records."""
    case = healthy_case()
    anatomy = Anatomy(case, small_contract())
    assert (anatomy.case, anatomy.records) == (CASE, case)
    assert anatomy.masks is case.whole_masks
