"""What a contract says about checks concerns checks and limits that there are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from segaudit import catalogue
from segaudit.model import Check, Contract, Published, Severity, WaiverUse
from segaudit.model.errors import did_you_mean, no_such_check
from segaudit.model.limits import REASON, SHARE_OF_CASES

Table = dict[str, float | str]

CASELESS = (Published, WaiverUse)
"""Records that belong to no case."""


def faults(contract: Contract, files: catalogue.Files = ()) -> Iterator[str]:
    """Yield what is wrong in ``[regrade]`` and ``[limits]``: unknown checks, unknown limits, values out of range.

    Raises:
        ChecksError: a file of the user's own checks cannot be used.
    """
    known = catalogue.by_id(files)
    for table in ("regrade", "limits"):
        for check_id in getattr(contract, table):
            if check_id not in known:
                yield f"{table}.{check_id}: {no_such_check(check_id, [*known, *catalogue.families(files)])}"
    for check_id, tuned in contract.limits.items():
        if check_id in known:
            regrade = contract.regrade.get(check_id)
            severity = regrade.severity if regrade else known[check_id].severity
            yield from _of_check(known[check_id], tuned, severity)


def _of_check(check: Check[Any], tuned: Table, severity: str) -> Iterator[str]:
    """Yield what is wrong in the limits of one check."""
    limits = {limit.name: limit for limit in check.limits}
    if not tuned.keys() - {REASON}:
        yield f"limits.{check.id}: states no limit; {_offered(check)}"
    for name, value in tuned.items():
        if isinstance(value, str):
            continue
        place = f"limits.{check.id}.{name}"
        if name == SHARE_OF_CASES:
            yield from _of_share(check, value, severity)
        elif name not in limits:
            yield f"{place}: unknown key{did_you_mean(name, limits)}; {_offered(check)}"
        elif not limits[name].allows(value):
            yield f"{place}: found {value:g}, expected {limits[name].allowed} ({limits[name].unit})"


def _of_share(check: Check[Any], share: float, severity: str) -> Iterator[str]:
    """Yield what is wrong in the share of the cases in which findings are accepted."""
    place = f"limits.{check.id}.{SHARE_OF_CASES}"
    if check.unit in CASELESS:
        yield f"{place}: its findings belong to no case; {_offered(check)}"
    elif severity == Severity.ERROR:
        yield f"{place}: no share of the cases makes an error acceptable; [regrade.{check.id}] can make it a warning"
    elif not 0 < share <= 1:
        yield f"{place}: found {share:g}, expected a share above 0, up to 1"


def _offered(check: Check[Any]) -> str:
    """Say which limits a check has, as it is graded by default."""
    named = [f"{limit.name} ({limit.stated} by default)" for limit in check.limits]
    shared = [] if check.unit in CASELESS or check.severity is Severity.ERROR else [SHARE_OF_CASES]
    text = ", ".join([*named, *shared]) or "none"
    return f"limits of {check.id}: {text}; severities are in [regrade.{check.id}]"
