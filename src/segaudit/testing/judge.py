"""Run one check on a record, or on all measurements of a dataset, as an audit does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from segaudit import layouts
from segaudit.dataset.measured import measure_dataset
from segaudit.dataset.target import Target
from segaudit.judging.runner import CheckRun, Runner
from segaudit.model import Case, Check, Contract, Dataset
from segaudit.model.views import CaseViews
from segaudit.settings import Settings


def judge_record(check: Check[Any], record: object, contract: Contract) -> CheckRun:
    """Run a check on a record, or on the parts of a case or a dataset that the check looks at.

    Raises:
        AssertionError: it could not run.
    """
    runner = Runner([check], contract)
    (check_run,) = runner.check_runs
    if check_run.error or check_run.reason or isinstance(record, check.unit):
        check_run.apply([] if check_run.reason else [record], contract)
    elif isinstance(record, Case):
        runner.case(CaseViews(record, contract))
    elif isinstance(record, Dataset):
        runner.dataset(record)
    else:
        raise AssertionError(f"{check.id} looks at a {check.unit.__name__}, and is given a {type(record).__name__}")
    return _ran(check_run)


def judge_folder(check: Check[Any], root: Path, contract: Contract) -> CheckRun:
    """Measure a dataset, and run a check on all records that an audit would run it on.

    Raises:
        AssertionError: it could not run, or a case could not be measured.
        DatasetError: the folder is not a dataset.
    """
    runner = Runner([check], contract)
    target = Target(layouts.discover(root), contract)
    measured = measure_dataset(target, Settings(workers=1), lambda cases, _: cases, runner.cases)
    if measured.unmeasured:
        raise AssertionError(f"cannot be measured: {measured.unmeasured}")
    runner.dataset(measured.dataset)
    return _ran(runner.check_runs[0])


def _ran(check_run: CheckRun) -> CheckRun:
    if check_run.error:
        raise AssertionError(f"{check_run.check.id} could not run: {check_run.error}")
    return check_run
