"""The waivers themselves are valid."""

from __future__ import annotations

from collections.abc import Iterator

from segaudit.model import Finding, NotApplicable, Severity, WaiverUse, check


@check("waiver-needless", Severity.ERROR)
def waiver_needless(use: WaiverUse) -> Iterator[Finding]:
    """A waiver matches no finding.

    Why it matters: the accepted finding is gone, and the waiver would hide the same defect if it came back.
    What to do: remove it, or correct its globs.
    Blind spots: a waiver that matches one of the many findings it was written for is needed. If the check did not run,
        or only some cases were audited, the use of a waiver is unknown.
    """
    if use.lapsed or use.covered is None:
        raise NotApplicable("lapsed, or its use is unknown")
    if not use.covered:
        yield Finding(message=f"{_waiver(use)}: it covers nothing, remove it")


@check("waiver-unknown", Severity.ERROR)
def waiver_unknown(use: WaiverUse) -> Iterator[Finding]:
    """A waiver names a check that does not exist.

    Why it matters: a misspelt waiver accepts nothing, although its author thinks so.
    What to do: correct the id; `segaudit list` shows them all.
    Blind spots: an existing check passes, even if another one was intended.
    """
    if not use.known:
        yield Finding(message=f"{_waiver(use)}: there is no such check, `segaudit list` shows what there is")


@check("waiver-lapsed", Severity.ERROR)
def waiver_lapsed(use: WaiverUse) -> Iterator[Finding]:
    """A waiver has expired.

    Why it matters: the findings that were accepted for a time count again, and were to be repaired by then.
    What to do: repair the data, or renew the waiver with a reason.
    Blind spots: a waiver with a day in the distant future is valid until then, even if its reason no longer applies.
    """
    if not use.known:
        raise NotApplicable("no such check")
    if use.lapsed:
        yield Finding(message=f"{_waiver(use)}: its last day is over, repair the data or renew it")


def _waiver(use: WaiverUse) -> str:
    """Name a waiver unambiguously; its globs are not a case or structure of the dataset."""
    waiver = use.waiver
    return f"waiver of {waiver.check} for case {waiver.case!r}, structure {waiver.structure!r}, until {waiver.until}"
