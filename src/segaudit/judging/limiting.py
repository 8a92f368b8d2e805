"""The findings that a report lists of one case: about a hundred, and the number of the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import count, takewhile

from segaudit.model import ReportedFinding

MOST = 100
"""The most findings that a report lists of one case, so that the worst case leaves the others readable."""

_Group = tuple[str, str | None]
"""A check, and the reason of a waiver: findings that count together where they are too many."""


def limited(found: Iterable[Sequence[ReportedFinding]], most: int = MOST) -> list[list[ReportedFinding]]:
    """Return the findings of each check: at most ``most`` in a case, or one for each check if there are more checks.

    Of a case that has more, the checks with the most findings list fewer: each as many as the others, and one finding
    that says how many more there are.
    """
    groups = [list(findings) for findings in found]
    sizes: dict[str, Counter[_Group]] = {}
    for finding in (finding for group in groups for finding in group if finding.case):
        sizes.setdefault(finding.case, Counter())[finding.check, finding.waived] += 1
    limits = {case: _limit(counter.values(), most) for case, counter in sizes.items() if counter.total() > most}
    return [list(_listed(group, limits, sizes)) for group in groups] if limits else groups


def _limit(sizes: Iterable[int], most: int) -> int:
    """Return how many findings each check may list, so that all together are at most ``most``; at least one."""
    numbers = tuple(sizes)
    fitting = takewhile(lambda limit: sum(min(size, limit + 1) for size in numbers) <= most, count(1))
    return max(fitting, default=1)


def _listed(
    findings: Iterable[ReportedFinding], limits: dict[str, int], sizes: dict[str, Counter[_Group]]
) -> Iterator[ReportedFinding]:
    """Yield the findings that are listed, the number of the others behind the last one of each group."""
    seen = Counter[tuple[str, _Group]]()
    for finding in findings:
        key = finding.case, (finding.check, finding.waived)
        limit = limits.get(finding.case)
        seen[key] += 1
        size = sizes[finding.case][key[1]] if limit else 0
        if limit is None or seen[key] <= limit or size == limit + 1 == seen[key]:
            yield finding
        elif seen[key] == limit + 1:
            yield _others(finding, size - limit)


def _others(finding: ReportedFinding, number: int) -> ReportedFinding:
    """Return a finding that stands for several like another one."""
    return ReportedFinding(
        check=finding.check,
        severity=finding.severity,
        case=finding.case,
        structures=(),
        files=(),
        message=f"{number:,} further findings of this check in this case are not listed",
        observed=number,
        expected=0,
        waived=finding.waived,
    )
