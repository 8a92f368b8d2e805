"""Findings that a contract accepts as long as they are in no more than a share of the cases."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from segaudit.model import Contract, ReportedFinding
from segaudit.model.limits import REASON, SHARE_OF_CASES


def tolerated(found: Sequence[ReportedFinding], contract: Contract, cases: int) -> list[ReportedFinding]:
    """Return the findings of a check, waived if they are in at most the contract's share of the audited cases.

    What is waived already does not count, and what is about no case is never accepted.
    """
    tuned = contract.limits.get(found[0].check, {}) if found else {}
    share, affected = tuned.get(SHARE_OF_CASES), {one.case for one in found if one.case and one.waived is None}
    if not isinstance(share, float) or not affected or len(affected) > share * cases:
        return list(found)
    reason = f"in {len(affected):,} of {cases:,} cases, at most {100 * share:g} % allowed: {tuned[REASON]}"
    return [replace(one, waived=reason) if one.case in affected and one.waived is None else one for one in found]
