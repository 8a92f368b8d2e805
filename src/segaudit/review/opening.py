"""Open a review: the report of an audit, the files of its dataset, and the decisions beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from segaudit import catalogue, contracts, layouts
from segaudit.compare import loading
from segaudit.model import CaseFiles, Contract, Listing, Report
from segaudit.model.errors import DatasetError, ReportError
from segaudit.model.place import Place
from segaudit.model.words import argument, count
from segaudit.review.cases import Cases
from segaudit.review.journal import Journal, load
from segaudit.review.queue import Queue
from segaudit.review.review import Review
from segaudit.settings import outside


@dataclass(frozen=True, slots=True)
class Opened:
    """A review, and the files of each case."""

    review: Review
    files: Mapping[str, CaseFiles]

    @property
    def report(self) -> Report:
        """The report that is reviewed."""
        return self.review.report

    @property
    def journal(self) -> Journal:
        """The decisions."""
        return self.review.journal


def opened(dataset: Place, output: Path, contract: str | None = None, who: str = "") -> Opened:
    """Open a review of the report in a folder.

    Raises:
        ReportError: there is no report, or it or the decisions were written by another version.
        DatasetError: the path is no dataset, or none of the report's cases is in it; or the folder is inside of it.
        ContractError: the contract cannot be read.
    """
    report = _report(outside(dataset, output), dataset)
    listing = layouts.discover(dataset)
    agreed = _contract(listing, contract)
    reported = {name: name for finding in report.findings for name in finding.structures}
    files = {case.case: case for case in listing.named(reported | agreed.meanings).cases if not case.error}
    if report.cases and not files.keys() & set(report.cases):
        raise DatasetError(
            f"{dataset}: holds none of the {count(len(report.cases), 'case')} of {output / loading.NAME}, which is "
            f"about {report.dataset}; there {listing.extent}. Name the place where that dataset lies now, or audit "
            "this one"
        )
    explanations = {check.id: check.explanation for check in catalogue.by_id().values()}
    cases = Cases(listing.root, files, agreed)
    return Opened(Review(report, Queue.of(report), cases, load(output), explanations, who), files)


def _report(output: Path, dataset: Place) -> Report:
    if not (output / loading.NAME).is_file():
        raise ReportError(
            f"{output}: there is no {loading.NAME} to review; first: segaudit audit {argument(dataset)} "
            f"--output {argument(output)}"
        )
    return loading.load(output / loading.NAME)


def _contract(listing: Listing, named: str | None) -> Contract:
    """Return the contract that says which structures are bones; any will do."""
    if named:
        return contracts.load(named)
    return contracts.load(contracts.recognise(listing.structures) or contracts.names()[-1])
