"""What a contract sets otherwise than by default: limits and severities, with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from segaudit.model import ChangedLimit, Check, Contract
from segaudit.model.limits import REASON, SHARE_OF_CASES


def changed(checks: Iterable[Check[Any]], contract: Contract) -> Iterator[ChangedLimit]:
    """Yield the severities and limits of checks that differ from the default."""
    for check in checks:
        regrade, tuned = contract.regrade.get(check.id), contract.limits.get(check.id, {})
        reason = str(tuned.get(REASON, ""))
        if regrade and regrade.severity != check.severity:
            severity, default = str(regrade.severity), str(check.severity)
            yield _changed(check, "severity", severity, default, "", regrade.reason)
        for limit in check.limits:
            if (value := limit.of(contract)) != limit.default:
                yield _changed(check, limit.name, value, limit.default, limit.unit, reason)
        if share := tuned.get(SHARE_OF_CASES):
            yield _changed(check, SHARE_OF_CASES, share, 0.0, "share", reason)


def _changed(  # noqa: PLR0913, PLR0917 (the fields)
    check: Check[Any], limit: str, value: float | str, default: float | str, unit: str, reason: str
) -> ChangedLimit:
    return ChangedLimit(check=check.id, limit=limit, value=value, default=default, unit=unit, reason=reason)
