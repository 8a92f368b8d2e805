"""The waivers themselves are in order."""

from __future__ import annotations

from collections.abc import Iterator

from segaudit.model import Finding, Severity, WaiverUse, check


@check("waiver-needless", Severity.ERROR)
def waiver_needless(use: WaiverUse) -> Iterator[Finding]:
    """A waiver covers nothing.

    Why it matters: what it accepted is gone, and it would hide the same defect when it comes back.
    What to do: remove it, or correct its globs.
    """
    if use.known and not use.lapsed and not use.covered:
        yield _about(use, f"the waiver of {use.waiver.check} covers nothing: remove it")


@check("waiver-unknown", Severity.ERROR)
def waiver_unknown(use: WaiverUse) -> Iterator[Finding]:
    """A waiver names a check that does not exist.

    Why it matters: a misspelt waiver accepts nothing, though its author thinks so.
    What to do: correct the id; `segaudit list` shows them all.
    """
    if not use.known:
        yield _about(use, f"there is no check {use.waiver.check}: `segaudit list` shows what there is")


@check("waiver-lapsed", Severity.ERROR)
def waiver_lapsed(use: WaiverUse) -> Iterator[Finding]:
    """A waiver is past its day.

    Why it matters: what was accepted for a while counts again, and somebody promised to look at it by then.
    What to do: repair the data, or renew the waiver with a reason.
    """
    if use.known and use.lapsed:
        yield _about(use, f"the waiver of {use.waiver.check} lapsed on {use.waiver.until}: repair or renew")


def _about(use: WaiverUse, message: str) -> Finding:
    """Return a finding about a waiver, at the place it names."""
    return Finding(case=use.waiver.case, structure=use.waiver.structure, message=message)
