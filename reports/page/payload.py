"""The data for the page's scripts, as one JSON object."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Any

import msgspec
import pandas as pd

from segaudit.model import Contract, Dataset, Report, ReportedFinding
from segaudit.model.words import printable
from segaudit.reports.page import findings, measured, since
from segaudit.reports.page.material import Material
from segaudit.reports.page.pictures import pictures
from segaudit.reports.page.pool import Pool
from segaudit.reports.page.remedies import REMEDIES

DANGEROUS = re.compile("[<>&\u2028\u2029]")
"""Characters that could end the script element with the JSON, or a line of JavaScript (OWASP, "Cross Site Scripting
Prevention"). In JSON they occur only in strings, where an escape is equivalent."""


def payload(report: Report, material: Material) -> dict[str, Any]:
    """Return the data for the page."""
    texts, groups = Pool(""), Pool[tuple[str, ...]](())
    fresh = since.fresh(report, material.since)
    listed = tuple(findings.listed(since.newest_first(report.findings, fresh)))
    packed = findings.packed(listed, texts, groups, material.files)
    return {
        "contract": printable(report.contract),
        "dataset": printable(report.dataset),
        "local": local(report.dataset),
        "gate": report.gate,
        "date": material.date,
        "checks": findings.checks(report, material),
        "remedies": {remedy.name: remedy.title for remedy in REMEDIES},
        "findings": packed,
        "fresh": fresh,
        "texts": texts.members,
        "groups": groups.members,
        "pictures": pictures(listed, material.draw),
        "spine": [structure.name for structure in material.contract.spine],
        "published": _published(report, material.contract),
        "measured": _measured(report, listed, material.dataset, material.contract) if material.dataset else None,
    }


def local(dataset: str) -> bool:
    """Whether other programs on this machine can open the files of a dataset: a folder, and no name that is escaped."""
    unpacked = "://" not in dataset and not dataset.lower().endswith(".zip")
    return bool(dataset) and unpacked and printable(dataset) == dataset


def encoded(data: object) -> str:
    """Return JSON that is safe in an HTML page; numbers that are not finite become null."""
    text = msgspec.json.encode(data).decode()
    return DANGEROUS.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def digests(material: Material) -> dict[str, str]:
    """Return digests of the contract and of the measurements: equal ones mean the same audit."""
    named = {"contract": material.contract.digest}
    if material.dataset:
        rows = (pd.util.hash_pandas_object(table) for table in (material.dataset.cases, material.dataset.masks))
        measured_bytes = b"".join(hashes.to_numpy().tobytes() for hashes in rows)
        named["measurements"] = hashlib.sha256(measured_bytes).hexdigest()[:12]
    return named


def _measured(
    report: Report, listed: Sequence[ReportedFinding], dataset: Dataset, contract: Contract
) -> dict[str, Any]:
    """Return the data of the plots and of the pages of cases."""
    everyone = measured.cases(report, dataset)
    cases = measured.shown(everyone, report.findings, dataset.masks["structure"].nunique())
    there = frozenset(cases)
    return {
        "audited": report.counts.cases,
        "all": len(everyone),
        "cases": [printable(case) for case in cases],
        "graver": measured.graver(report.findings, listed, cases),
        "absent": [printable(case) for case in report.absent if case in there],
        "unaudited": [printable(case) for case in report.unaudited if case in there],
        "unmeasured": {printable(lost.case): printable(lost.error) for lost in report.unmeasured if lost.case in there},
        "grids": measured.grids(dataset, cases),
        "metadata": measured.cells(dataset, cases),
        "structures": measured.masks(dataset, contract, cases),
        "overlaps": measured.overlaps(dataset),
    }


def _published(report: Report, contract: Contract) -> dict[str, Any] | None:
    """Return the published mean volumes, and those recomputed over each choice of masks."""
    if contract.published is None or not report.statistics:
        return None
    recomputed = {row["structure"]: row["volume_ml"] for row in report.statistics["structures"]}
    return {
        "images": contract.published.facts.get("images"),
        "rows": [
            [printable(row.structure), row.mean_volume_ml, {s: v["mean"] for s, v in recomputed[row.structure].items()}]
            for row in contract.published.structures
            if row.structure in recomputed
        ],
    }
