"""The audit of a metadata table alone, without the images that it describes."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from segaudit.auditing.session import Audit, new_session
from segaudit.contracts import names
from segaudit.dataset.target import Target, load_contract
from segaudit.measure import read_metadata
from segaudit.model import Listing, Metadata
from segaudit.model.errors import ContractError, InputError
from segaudit.model.report import AuditedTable
from segaudit.settings import Settings

TABLE_ALONE = "only the metadata table was audited"


def audit_table(path: Path | str, settings: Settings) -> Audit:
    """Judge a metadata table against a contract; what needs images is not applicable.

    Raises:
        ContractError: no contract is named, it cannot be read, or it promises no metadata.
        InputError: only some cases are selected.
    """
    path = Path(path)
    if not settings.contract:
        raise ContractError(f"{path}: name the contract of the table with --contract: {', '.join(names())}, or a file")
    if settings.cases != "*":
        raise InputError(f"{path}: a table is audited as a whole; leave out --cases")
    contract = load_contract(settings.contract, settings.checks)
    if not contract.metadata:
        raise ContractError(f"{contract.name}: promises no metadata, so that there is nothing to judge in {path}")
    target = Target(Listing(root=path.parent, cases=()), contract)
    metadata = read_metadata(path.parent, path.name)
    session = new_session(target, target, settings)
    for check_run in session.runner.check_runs:
        if check_run.check.unit is not Metadata:
            check_run.reason = TABLE_ALONE
    session.runner.metadata(metadata)
    session.judge_waivers(whole=False)
    report = session.report(None)
    report = replace(
        report,
        dataset=str(path.parent),
        counts=replace(report.counts, files=1),
        table=AuditedTable(file=path.name, rows=len(metadata.rows)),
    )
    return Audit(report, tuple(session.runner.check_runs), target)
