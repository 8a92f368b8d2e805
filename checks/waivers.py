"""The waivers themselves are in order."""

from __future__ import annotations

from collections.abc import Iterator

from segaudit.model import Finding, NotApplicable, Severity, WaiverUse, check


@check("waiver-needless", Severity.ERROR)
def waiver_needless(use: WaiverUse) -> Iterator[Finding]:
    """A waiver covers nothing.

    Why it matters: what it accepted is gone, and it would hide the same defect when it comes back.
    What to do: remove it, or correct its globs.
    Blind spots: a waiver that covers one finding of the many it was written for is needed. Where the check did not run,
        or only a part of the cases was audited, nobody can tell.
    """
    if use.lapsed or use.covered is None:
        raise NotApplicable("lapsed, or nobody can tell what it covers")
    if not use.covered:
        yield Finding(message=f"{_waiver(use)}: it covers nothing, remove it")


@check("waiver-unknown", Severity.ERROR)
def waiver_unknown(use: WaiverUse) -> Iterator[Finding]:
    """A waiver names a check that does not exist.

    Why it matters: a misspelt waiver accepts nothing, though its author thinks so.
    What to do: correct the id; `segaudit list` shows them all.
    Blind spots: a check that exists is known, even if it is not the one that was meant.
    """
    if not use.known:
        yield Finding(message=f"{_waiver(use)}: there is no such check, `segaudit list` shows what there is")


@check("waiver-lapsed", Severity.ERROR)
def waiver_lapsed(use: WaiverUse) -> Iterator[Finding]:
    """A waiver is past its day.

    Why it matters: what was accepted for a while counts again, and somebody promised to look at it by then.
    What to do: repair the data, or renew the waiver with a reason.
    Blind spots: a waiver with a day far away is good until then, whatever becomes of its reason.
    """
    if not use.known:
        raise NotApplicable("no such check")
    if use.lapsed:
        yield Finding(message=f"{_waiver(use)}: its last day is over, repair the data or renew it")


def _waiver(use: WaiverUse) -> str:
    """Name a waiver so that nobody takes it for another one; its globs are no place in the dataset."""
    waiver = use.waiver
    return f"waiver of {waiver.check} for case {waiver.case!r}, structure {waiver.structure!r}, until {waiver.until}"
