"""What a contract does to checks: switched off, accepted in a share of the cases, and stated in the report."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from segaudit.judging.changing import changed
from segaudit.judging.findings import report_findings, result
from segaudit.judging.tolerating import tolerated
from segaudit.model import ChangedLimit, Check, Contract, Limit, Outcome, Regrade, ReportedFinding, Severity
from tests.support.judged import TODAY, judged, mask_seen

SHARE = Limit("mask-seen.share", 0.05, "share", "how much is seen", "A convention.", most=1.0)
TUNABLE = Check("mask-seen", Severity.WARNING, mask_seen.function, mask_seen.unit, False, "", limits=(SHARE,))  # noqa: FBT003


def contract(**fields: object) -> Contract:
    """Return a contract with limits or severities."""
    return replace(Contract(name="own"), **fields)


def seen(share: float | None, *cases: str) -> list[ReportedFinding]:
    """Return what is found in cases, of which 100 are audited, where a share of them is accepted."""
    limits = {} if share is None else {"mask-seen": {"share_of_cases": share, "reason": "lesions"}}
    return tolerated(report_findings(judged(mask_seen, *cases), (), TODAY), contract(limits=limits), 100)


def test_off() -> None:
    """A check that is switched off does not apply, and says who switched it off; its severity stays its own."""
    off = contract(regrade={"mask-seen": Regrade("off", "masks are drafts")})
    ended = result(judged(mask_seen, "s0001", contract=off), [])
    assert (ended.outcome, ended.reason) == (Outcome.NOT_APPLICABLE, "the contract switches it off: masks are drafts")
    assert ended.severity is Severity.WARNING


@pytest.mark.parametrize(("share", "accepted"), [(None, False), (0.019, False), (0.02, True), (0.021, True)])
def test_shares_of_cases(share: float | None, *, accepted: bool) -> None:
    """Findings in two of a hundred cases are accepted from a share of 0.02 on, with the number and the reason."""
    reason = f"in 2 of 100 cases, at most {100 * (share or 0):g} % allowed: lesions"
    assert {finding.waived for finding in seen(share, "s0001", "s0002")} == {reason if accepted else None}


def test_what_is_not_tolerated() -> None:
    """A finding about the dataset stays; what is waived anyway neither counts nor changes."""
    first, second = seen(None, "s0001")[0], replace(seen(None, "s0002")[0], waived="known")
    whole = replace(first, case="")
    agreed = contract(limits={"mask-seen": {"share_of_cases": 0.01, "reason": "lesions"}})
    found = tolerated([first, second, whole], agreed, 100)
    assert [one.waived for one in found] == ["in 1 of 100 cases, at most 1 % allowed: lesions", "known", None]
    assert tolerated([whole], agreed, 100) == [whole]
    assert tolerated([], agreed, 100) == []
    assert tolerated([first], agreed, 0) == [first]


def test_what_differs_from_the_default() -> None:
    """Severities and limits, each with the reason; a value that is the default one is none."""
    limits: dict[str, dict[str, float | str]] = {"mask-seen": {"share": 0.2, "share_of_cases": 0.5, "reason": "drafts"}}
    agreed = contract(limits=limits, regrade={"mask-seen": Regrade("info", "seen often")})
    fields = {"check": "mask-seen", "unit": "share", "reason": "drafts"}
    assert list(changed([TUNABLE], agreed)) == [
        ChangedLimit(
            check="mask-seen", limit="severity", value="info", default="warning", unit="", reason="seen often"
        ),
        ChangedLimit(limit="share", value=0.2, default=0.05, **fields),
        ChangedLimit(limit="share_of_cases", value=0.5, default=0.0, **fields),
    ]
    same = contract(
        limits={"mask-seen": {"share": 0.05, "reason": "x"}}, regrade={"mask-seen": Regrade("warning", "x")}
    )
    assert list(changed([TUNABLE], same)) == []
