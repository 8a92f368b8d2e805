"""What gets a picture: some findings of each check, and the cases that they are in."""

from __future__ import annotations

import base64
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from segaudit.model import ReportedFinding
from segaudit.reports.page.findings import identity
from segaudit.reports.page.material import Draw
from segaudit.reports.phrases import printable

EACH = 12
"""Findings of one check that have a picture: the eye has seen by then what it is about."""

ALL = 120
"""Findings that have a picture. One of a large image takes half a second to make, and 20 to 50 kB."""

CASES = 24
"""Cases that have one with all masks."""


def pictures(findings: Iterable[ReportedFinding], draw: Draw) -> dict[str, str]:
    """Return pictures in base64, each under what the page's address says of its subject: ``case-s0001``."""
    drawn: dict[str, str] = {}
    for number, (case, members) in enumerate(_by_case(islice(_in_turn(findings), ALL)).items()):
        wanted = [*members, *([None] if number < CASES else [])]
        for finding, picture in zip(wanted, draw(case, wanted), strict=True):
            if picture:
                name = f"finding-{identity(finding)}" if finding else f"case-{printable(case)}"
                drawn[name] = base64.b64encode(picture).decode()
    return drawn


def _in_turn(findings: Iterable[ReportedFinding]) -> Iterator[ReportedFinding]:
    """Yield the findings in cases that nothing waives: the first of each check before the second of any."""
    seen: Counter[str] = Counter()
    turns: dict[int, list[ReportedFinding]] = defaultdict(list)
    for finding in findings:
        if finding.case and finding.waived is None:
            turns[seen[finding.check]].append(finding)
            seen[finding.check] += 1
    for turn in range(EACH):
        yield from turns[turn]


def _by_case(findings: Iterable[ReportedFinding]) -> Mapping[str, list[ReportedFinding]]:
    cases: dict[str, list[ReportedFinding]] = defaultdict(list)
    for finding in findings:
        cases[finding.case].append(finding)
    return cases
