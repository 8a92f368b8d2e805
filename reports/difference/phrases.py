"""Phrases that all formats of a difference share."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence

from segaudit.model import ReportedFinding, Severity
from segaudit.model.difference import Change, Difference, Side
from segaudit.model.words import count, first
from segaudit.reports.phrases import graded, visible

NAMED = 5
"""The most cases or structures that are named; more are only counted."""

VOLUMES = {
    "mean_ml": "mean volume (ml)",
    "median_ml": "median volume (ml)",
    "min_ml": "smallest volume (ml)",
    "max_ml": "largest volume (ml)",
}

NUMBERS = {"occurrence": "cases that have it", **VOLUMES}

HEADLINES = {"not worse": "NOT WORSE", "worse": "WORSE", "unknown": "NOT KNOWN"}


def verdict(difference: Difference) -> str:
    """Return whether anything got worse, and what: ``WORSE at the gate 'error': 3 new findings``."""
    failing = sum(finding.fails(difference.gate) for finding in difference.new_findings)
    newly = sum(stop.newly for stop in difference.stopped)
    reasons = [count(failing, "new finding")] if failing else []
    reasons += [f"{newly} newly could not run"] if newly else []
    if difference.verdict == "unknown":
        reasons = [f"{len(difference.stopped)} could not run, as before"]
    return f"{HEADLINES[difference.verdict]} at the gate '{difference.gate}'" + (
        f": {'; '.join(reasons)}" if reasons else ""
    )


def facts(difference: Difference) -> Iterator[tuple[str, str]]:
    """Yield the facts of the comparison, each with its name: what was compared, and how much changed."""
    old, new = difference.old, difference.new
    yield "old", side(old)
    yield "new", side(new)
    if old.contract != new.contract:
        yield "contract", f"{visible(old.contract)} became {visible(new.contract)}"
    yield "findings", findings(difference)
    other = _listed(difference.cases_changed, "with other files")
    yield "cases", f"{names(difference.cases_added, difference.cases_gone)}, {other}"
    yield "structures", names(difference.structures_added, difference.structures_gone)
    yield "numbers", f"{len(difference.changes):,} changed (volumes by more than {difference.tolerance_percent:g} %)"


def side(audit: Side) -> str:
    """Return a description of one audit."""
    what = visible(audit.dataset) or "published tables"
    return f"{what} ({visible(audit.contract)}), {count(audit.cases, 'case')}, by segaudit {visible(audit.segaudit)}"


def findings(difference: Difference) -> str:
    """Return the numbers of findings: ``3 new, 5 fixed, 40 still there``."""
    return ", ".join(f"{number:,} {word}" for word, number in _classification(difference).items())


def since(difference: Difference) -> str:
    """Return the changes since the last report in one line: ``2 new (1 error, 1 warning), 5 fixed, 40 still there``."""
    severities = Counter(finding.severity for finding in difference.new_findings)
    new = ", ".join(graded(severity, severities[severity]) for severity in Severity if severities[severity])
    became = [f"{number:,} {word}" for word, number in _classification(difference).items()]
    became[0] += f" ({new})" if new else ""
    moved = {"added": difference.cases_added, "gone": difference.cases_gone}
    return ", ".join([*became, *(f"{count(len(cases), 'case')} {word}" for word, cases in moved.items() if cases)])


def _classification(difference: Difference) -> dict[str, int]:
    """Return the number of findings of each class; rare classes are left out if empty."""
    seldom = {"newly accepted": len(difference.accepted), "no longer judged": len(difference.unjudged)}
    return {
        "new": len(difference.new_findings),
        "fixed": len(difference.fixed),
        "still there": sum(tally.still for tally in difference.checks),
        **{word: number for word, number in seldom.items() if number},
    }


def names(added: Sequence[str], gone: Sequence[str]) -> str:
    """Return which names were added and removed: ``1 added (s0100), 0 gone``."""
    return f"{_listed(added, 'added')}, {_listed(gone, 'gone')}"


def lists(difference: Difference) -> dict[str, tuple[ReportedFinding, ...]]:
    """Return the findings to list, by class; empty classes are left out."""
    groups = {
        "new": difference.new_findings,
        "fixed": difference.fixed,
        "newly accepted": difference.accepted,
        "no longer judged": difference.unjudged,
    }
    return {word: heap for word, heap in groups.items() if heap}


def change(changed: Change) -> tuple[str, str, str, str, str]:
    """Return a changed number as words: structure, number, old, new, by how much."""
    percent = "" if changed.percent is None else f"{changed.percent:+,.1f} %"
    name = NUMBERS.get(changed.number, visible(changed.number))
    digits = 2 if changed.number in VOLUMES else 0
    old, new = (_number(number, digits) for number in (changed.old, changed.new))
    return visible(changed.structure) or "dataset", name, old, new, percent


def by_size(changes: Sequence[Change]) -> list[Change]:
    """Sort changes: those of the dataset first, then the largest; a change from or to nothing is the largest."""
    return sorted(changes, key=lambda change: (bool(change.structure), -abs(change.percent or math.inf)))


def leading(changes: Sequence[Change]) -> list[Change]:
    """Return all changes of the dataset, and the largest of each structure, in that order."""
    first: dict[tuple[str, str], Change] = {}
    for change in by_size(changes):
        first.setdefault((change.structure, "" if change.structure else change.number), change)
    return list(first.values())


def _number(number: float | None, digits: int) -> str:
    return "none" if number is None else f"{number:,.{digits}f}"


def _listed(some: Sequence[str], word: str) -> str:
    if not some:
        return f"0 {word}"
    return f"{len(some):,} {word} ({first([*map(visible, some)], NAMED)})"
