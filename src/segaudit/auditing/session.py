"""An audit from end to end: measure, judge, report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

from msgspec.structs import replace

from segaudit import catalogue
from segaudit.contracts import names
from segaudit.dataset.measured import MeasuredDataset, measure_dataset
from segaudit.dataset.target import Target, is_table, load_contract, open_dataset
from segaudit.executors.base import Progress
from segaudit.judging import findings as verdict
from segaudit.judging import waivers as waiver_files
from segaudit.judging.changing import changed
from segaudit.judging.known_issues import KnownIssues
from segaudit.judging.limiting import limited
from segaudit.judging.runner import CheckRun, Runner
from segaudit.judging.scoring import scores_of, unusual_masks, with_scores
from segaudit.judging.tolerating import tolerated
from segaudit.model import Check, Contract, Dataset, Listing, Report, Scope, Severity, Waiver
from segaudit.model.errors import ContractError, InputError
from segaudit.model.judged import Judged
from segaudit.model.place import Place
from segaudit.model.report import FORMAT
from segaudit.model.statistics import statistics
from segaudit.model.views import CaseViews
from segaudit.settings import Gate, Settings

Named = TypeVar("Named", bound=str | Path)


def audit(  # noqa: PLR0913 (each is also an option of the command line)
    path: Path | str,
    contract: str | Path | None = None,
    *,
    output: Path | str | None = None,
    waivers: Path | str | None = None,
    gate: Gate = "error",
    cases: str = "*",
    select: str | Iterable[str] = (),
    ignore: str | Iterable[str] = (),
    checks: Path | str | Iterable[Path | str] = (),
    workers: int | None = None,
    scheduler: str | None = None,
    cache: bool = True,
    verify: bool = False,
    parquet: bool = False,
) -> Report:
    """Audit the dataset at ``path`` and return the report.

    Args:
        path: folder of the dataset, a ZIP archive of it, a URL that fsspec knows, or a metadata table alone (CSV).
        contract: name of a shipped contract, or a contract file; without one the release is recognised.
        output: folder in which the measurements are kept, so that the next audit reads only files that changed.
        waivers: file of accepted findings.
        gate: lowest severity that fails the audit, ``error`` or ``warning``.
        cases: glob of the case ids to audit; dataset-wide checks do not apply to a subset.
        select: ids or families of the checks to run; all if empty.
        ignore: ids or families of the checks to leave out.
        checks: files with your own checks, or folders of such files, in addition to the built-in ones.
        workers: processes that measure; one for each processor if None.
        scheduler: address of a Dask scheduler whose workers measure instead, such as ``tcp://10.0.0.1:8786``.
        cache: whether measurements of unchanged files are reused.
        verify: whether changes of a file are detected by its content, not by its size and times.
        parquet: whether the measurements are also written as Parquet.

    Raises:
        DatasetError: the path is not a dataset, or the output would be inside it.
        ContractError: the contract cannot be read, or the release cannot be recognised.
        WaiverError: the waivers cannot be read.
        UnknownCheckError: there is no such check.
        ChecksError: a file with your own checks cannot be used.
        InputError: any of these, an unknown gate, less than one worker, or Parquet without PyArrow.
    """
    settings = Settings(
        contract=contract,
        output=Path(output) if output else None,
        waivers=Path(waivers) if waivers else None,
        gate=gate,
        cases=cases,
        select=tuple(_several(select)),
        ignore=tuple(_several(ignore)),
        checks=tuple(map(Path, _several(checks))),
        workers=workers,
        scheduler=scheduler,
        cache=cache,
        verify=verify,
        parquet=parquet,
    )
    from segaudit.auditing.table import audit_table  # noqa: PLC0415 (it needs this module)

    return (audit_table(Path(path), settings) if is_table(path) else run_audit(path, settings)).report


audit.__module__ = "segaudit"


def _several(given: Named | Iterable[Named]) -> Iterable[Named]:
    """Return a single text or path as a tuple, because iterating over a text would give its letters."""
    return (given,) if isinstance(given, str | Path) else given


def run_audit(path: Path | str | Place, settings: Settings, progress: Progress = lambda cases, _: cases) -> Audit:
    """Audit a dataset; raises what ``audit`` raises."""
    return audit_target(open_dataset(path, settings.contract, settings.checks), settings, progress)


def audit_target(target: Target, settings: Settings, progress: Progress) -> Audit:
    """Audit a dataset whose files are listed; raises what ``audit`` raises."""
    part = target.only(settings.cases)
    session = new_session(target, part, settings)
    measured = measure_dataset(part, settings, progress, session.judge_cases)
    whole = part == target
    if whole:
        session.runner.dataset(measured.dataset)
    if whole and not measured.dataset.partial(target.contract):  # published tables describe the whole dataset
        session.runner.published()
    session.judge_known(measured.dataset.folders)
    session.judge_waivers(whole=whole)
    return Audit(session.report(measured), tuple(session.runner.check_runs), target, measured.dataset)


def audit_published(settings: Settings) -> Audit:
    """Judge only the published tables of a contract, without a dataset; raises what ``audit`` raises."""
    if not settings.contract:
        raise ContractError(f"name the contract whose published tables to judge: {', '.join(names())}, or a file")
    contract = load_contract(settings.contract, settings.checks)
    if not contract.published:
        raise ContractError(f"{contract.name}: has no published tables to judge")
    target = Target(Listing(root=Path(), cases=()), contract)
    session = new_session(target, target, settings)
    session.runner.published()
    session.judge_waivers(whole=False)
    return Audit(session.report(None), tuple(session.runner.check_runs), target)


@dataclass(frozen=True, slots=True)
class Audit:
    """A completed audit: its report, and what the report was made from."""

    report: Report
    check_runs: tuple[CheckRun, ...]
    target: Target
    dataset: Dataset | None = None
    """The measurements; None if only the published tables were judged."""


@dataclass(frozen=True, slots=True)
class Session:
    """State of one audit: its checks, waivers and gate."""

    runner: Runner
    known_issues: KnownIssues
    contract: Contract
    known: frozenset[str]
    """Ids of all existing checks, selected or not."""
    waivers: tuple[Waiver, ...]
    gate: Severity
    today: dt.date
    scope: Scope
    unaudited: frozenset[str]
    """Ids of the cases that are not part of the audit."""

    def judge_cases(self, several: Sequence[CaseViews]) -> None:
        """Check some cases against the contract and its known issues."""
        self.runner.cases(several)
        for views in several:
            self.known_issues.add(views.case)

    def judge_known(self, cases: Iterable[str]) -> None:
        """Judge whether the known issues of the cases are still there."""
        self.runner.known(self.known_issues.states(self.runner.check_runs, cases))

    def judge_waivers(self, *, whole: bool) -> None:
        """Check the waivers against the findings that they accept."""
        uses = verdict.waiver_uses(self.waivers, self.runner.check_runs, self.known, self.today, whole=whole)
        self.runner.waivers(tuple(uses))

    def report(self, measured: MeasuredDataset | None) -> Report:
        """Return the report of the audit."""
        runs = self.runner.check_runs
        audited = len(measured.dataset.cases) if measured else 0
        merged = (verdict.report_findings(check_run, self.waivers, self.today) for check_run in runs)
        found = limited(tolerated(group, self.contract, audited) for group in merged)
        if measured:
            scores = scores_of(measured.dataset)
            found = [list(with_scores(group, scores)) for group in found]
        findings = sorted((f for group in found for f in group), key=lambda finding: finding.severity.rank)
        return Report(
            segaudit=version("segaudit"),
            format=FORMAT,
            contract=self.contract.name,
            dataset=measured.dataset.root if measured else "",
            cases=tuple(measured.dataset.cases["case"]) if measured else (),
            gate=self.gate,
            counts=verdict.counts(measured, findings),
            checks=tuple(verdict.result(check_run, group) for check_run, group in zip(runs, found, strict=True)),
            findings=tuple(findings),
            unmeasured=measured.unmeasured if measured else (),
            statistics=statistics(measured.dataset, self.contract) if measured else {},
            unaudited=tuple(sorted(self.unaudited)),
            absent=_absent(measured.dataset, self.unaudited) if measured else (),
            digests=measured.digests if measured else {},
            contract_digest=self.contract.digest,
            unread=measured.unread if measured else {},
            verified=measured.verified if measured else None,
            scope=self._of(measured.dataset) if measured else self.scope,
            anatomy=Judged.of(measured.dataset, self.contract) if measured and len(measured.dataset.masks) else None,
            unusual=unusual_masks(measured.dataset) if measured else (),
            limits=tuple(changed((check_run.check for check_run in runs), self.contract)),
        )

    def _of(self, dataset: Dataset) -> Scope:
        """Return the scope of the audit; a dataset with only part of the promised cases is a partial audit."""
        part = not self.unaudited and dataset.partial(self.contract)
        return replace(self.scope, cases_in_all=dataset.promised(self.contract)) if part else self.scope


def new_session(target: Target, part: Target, settings: Settings) -> Session:
    """Begin an audit: select the checks and read the waivers."""
    chosen, known = _chosen(settings), frozenset(catalogue.by_id(settings.checks))
    return Session(
        runner=Runner(chosen, target.contract),
        known_issues=KnownIssues(target.contract),
        contract=target.contract,
        known=known,
        waivers=_waivers(settings, target.contract),
        gate=settings.severity,
        today=waiver_files.today(),
        scope=Scope(
            checks=len(chosen),
            checks_in_all=len(known),
            cases=len(part.cases),
            cases_in_all=len(target.cases),
            select=settings.select,
            ignore=settings.ignore,
            case_glob=settings.cases,
        ),
        unaudited=frozenset(target.cases).difference(part.cases),
    )


def _waivers(settings: Settings, contract: Contract) -> tuple[Waiver, ...]:
    """Return the waivers of the named file, or else of those that the contract names."""
    files = [settings.waivers] if settings.waivers else map(Path, contract.waivers)
    return tuple(waiver for file in files for waiver in waiver_files.load(file))


def _absent(dataset: Dataset, unaudited: frozenset[str]) -> tuple[str, ...]:
    """Return the cases that are listed and have no folder."""
    return tuple(sorted(set(dataset.listed).difference(dataset.folders, unaudited)))


def _chosen(settings: Settings) -> list[Check[...]]:
    """Return the selected checks without the ignored ones, in the catalogue's order."""
    selected = {check.id for name in settings.select or ("*",) for check in catalogue.matching(name, settings.checks)}
    ignored = {check.id for name in settings.ignore for check in catalogue.matching(name, settings.checks)}
    chosen = [check for check in catalogue.by_id(settings.checks).values() if check.id in selected - ignored]
    if not chosen:
        raise InputError("no check is left to run: everything that is selected is ignored, too")
    return chosen
