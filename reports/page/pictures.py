"""Select what gets a picture: some findings of each check, and their cases."""

from __future__ import annotations

import base64
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice

from segaudit.model import ReportedFinding
from segaudit.model.words import printable
from segaudit.reports.page.findings import identity
from segaudit.reports.page.material import Draw

EACH = 12
"""The most findings of one check that get a picture: more show nothing new."""

ALL = 120
"""The most findings that get a picture. Each takes 0.1 s to draw, and 20 to 50 kB."""

CASES = 24
"""The most cases that get a picture with all masks."""


def pictures(findings: Iterable[ReportedFinding], draw: Draw) -> dict[str, str]:
    """Return pictures in base64, by the fragment of the page's address for their subject: ``case-s0001``."""
    wanted = _by_case(islice(_in_turn(findings), ALL))
    for members in islice(wanted.values(), CASES):
        members.append(None)
    drawn = draw(wanted)
    return {
        f"finding-{identity(finding)}" if finding else f"case-{printable(case)}": base64.b64encode(picture).decode()
        for case, members in wanted.items()
        for finding, picture in zip(members, drawn[case], strict=True)
        if picture
    }


def _in_turn(findings: Iterable[ReportedFinding]) -> Iterator[ReportedFinding]:
    """Yield the findings in cases that are not waived: the first of each check before the second of any."""
    seen: Counter[str] = Counter()
    turns: dict[int, list[ReportedFinding]] = defaultdict(list)
    for finding in findings:
        if finding.case and finding.waived is None:
            turns[seen[finding.check]].append(finding)
            seen[finding.check] += 1
    for turn in range(EACH):
        yield from turns[turn]


def _by_case(findings: Iterable[ReportedFinding]) -> dict[str, list[ReportedFinding | None]]:
    cases: dict[str, list[ReportedFinding | None]] = defaultdict(list)
    for finding in findings:
        cases[finding.case].append(finding)
    return cases
