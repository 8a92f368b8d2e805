"""Phrases that all reports share: the verdict, the subject of a finding, counts. No phrase has a line break."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter

from segaudit.model import ChangedLimit, CheckResult, Outcome, Report, ReportedFinding, Severity, Verified
from segaudit.model.limits import written
from segaudit.model.promises import OFF
from segaudit.model.words import count, edged, first, printable

PAIR = 2
"""The most structures or files that a finding's subject names; of more, its text lists the first ``NAMED``."""

NAMED = 3

MAX_CHARACTERS = 300
"""The most characters of a text that are printed, with ``CUT`` at the end of a longer one; JSON and CSV have it all."""

CUT = "..."

MAX_WORD_CHARACTERS = 60
"""The most characters by which a text is shortened to end at a word; a longer word is cut."""


def visible(text: str, longest: int = MAX_CHARACTERS) -> str:
    """Return the beginning of a text in printable characters, because a cell of a table can have megabytes."""
    shown = printable(text[: longest + 1])
    if len(shown) <= longest:
        return shown
    cut = max(longest - len(CUT), 0)
    blank = shown.rfind(" ", max(cut - MAX_WORD_CHARACTERS, 0), cut + 1)
    return f"{shown[: cut if blank < 0 else blank]}{CUT}"


def graded(severity: Severity, number: int) -> str:
    """Return the number of findings of a severity: ``1 error``, ``2 warnings``, ``3 info``."""
    return f"{number:,} info" if severity is Severity.INFO else count(number, severity)


def affected(findings: Sequence[ReportedFinding]) -> int:
    """Return the number of cases with findings; findings about the dataset are in none."""
    return len({finding.case for finding in findings if finding.case})


def extent(findings: Sequence[ReportedFinding]) -> str:
    """Return the number of findings and of their cases: ``13 findings in 4 cases``."""
    cases = affected(findings)
    return count(len(findings), "finding") + (f" in {count(cases, 'case')}" if cases else "")


def subject(finding: ReportedFinding) -> str:
    """Return the subject of a finding: ``s0051/liver``, ``s0051/ct.nii.gz``, ``s0051``, ``meta.csv``, ``dataset``."""
    if len(finding.names) > PAIR:
        where = finding.case
    elif finding.structures:
        where = "/".join(filter(None, (finding.case, structure(finding))))
    elif finding.case in file(finding):
        where = file(finding)
    else:
        where = ", ".join(filter(None, (finding.case, file(finding))))
    return visible(edged(where)) or "dataset"


def structure(finding: ReportedFinding) -> str:
    """Return a finding's structures, separated by comma and blank."""
    return ", ".join(finding.structures)


def file(finding: ReportedFinding) -> str:
    """Return a finding's files, separated by comma and blank."""
    return ", ".join(finding.files)


def message(finding: ReportedFinding) -> str:
    """Return the observed and expected, after the number of those affected: ``CT and 104 masks: qform_code 0``."""
    return f"{_several(finding)}: {finding.message}" if finding.merged else finding.message


def _several(finding: ReportedFinding) -> str:
    """Return what a merged finding is about, and how many of them a part of it is about: ``3 of 117 masks``."""
    noun = "file" if not finding.structures else "mask" if finding.case else "structure"
    part = f"{len(finding.names)} of " if len(finding.names) < finding.merged else ""
    return f"{part}{'CT and ' * finding.with_ct}{finding.merged} {noun}{'s' * (finding.merged > 1)}"


def text_of(finding: ReportedFinding) -> str:
    """Return a finding's message, the first of its merged names, its location, and the waiver's reason.

    A long message is truncated to leave room for the others.
    """
    listed = f" ({first(finding.names, NAMED)})" if len(finding.names) > PAIR else ""
    waived = "" if finding.waived is None else f" (waived: {finding.waived})"
    rest = visible(listed + spot(finding) + waived, MAX_CHARACTERS // 2)
    return visible(message(finding), MAX_CHARACTERS - len(rest)) + rest


def spot(finding: ReportedFinding) -> str:
    """Return the location in a case: `` [x 12, y -30, z 140 mm; voxel 80, 91, 210]``; empty if there is none."""
    if finding.position_mm is None or finding.voxel is None:
        return ""
    x, y, z = finding.position_mm
    i, j, k = finding.voxel
    return f" [x {x:.0f}, y {y:.0f}, z {z:.0f} mm; voxel {i}, {j}, {k}]"


def headline(report: Report) -> str:
    """Return whether to release the dataset, in a few words; no more is said of a part of it than what was found."""
    if _failing(report):
        return "Do not release"
    if not_run(report):
        return "Not judged in full"
    if partly(report) or report.table or not report.dataset:
        return f"{_nothing(report).capitalize()} found"
    return "Fit to release"


def verdict(report: Report) -> str:
    """Return whether to release the dataset, and the reason: ``Do not release: 57 errors in 29 cases``."""
    failing = _failing(report)
    reasons = [_graded(failing)] if failing else [_nothing(report)] if headline(report) == "Fit to release" else []
    reasons += [f"{not_run(report)} could not run"] if not_run(report) else []
    outcome = ": ".join(filter(None, (headline(report), "; ".join(reasons))))
    return f"{outcome} ({partly(report)})" if partly(report) else outcome


def _failing(report: Report) -> list[ReportedFinding]:
    return [finding for finding in report.findings if finding.fails(report.gate)]


def _nothing(report: Report) -> str:
    """Return what was not found: what would fail the gate."""
    return "no error" if report.gate is Severity.ERROR else "no error or warning"


def _graded(findings: Sequence[ReportedFinding]) -> str:
    """Return the number of findings by severity, and of their cases: ``2 errors and 1 warning in 3 cases``."""
    numbers = Counter(finding.severity for finding in findings)
    found = " and ".join(graded(severity, numbers[severity]) for severity in Severity if numbers[severity])
    cases = affected(findings)
    return found + (f" in {count(cases, 'case')}" if cases else "")


def integrity(report: Report) -> str:
    """Return whether the files are intact: ``all 4,842 files are intact``, ``2 files are damaged``; empty if unknown.

    It is known if a check of integrity ran, none of them failed to run or is switched off, and all cases could be read.
    """
    ended = [check.outcome for check in report.checks if check.family == "integrity"]
    if not report.counts.files or report.table or report.unmeasured or Outcome.COULD_NOT_RUN in ended:
        return ""
    if {one.check for one in report.limits if one.value == OFF} & {
        c.id for c in report.checks if c.family == "integrity"
    }:
        return ""
    ids = {check.id for check in report.checks if check.family == "integrity" and check.severity is not Severity.INFO}
    damaged = {file for finding in report.findings if finding.check in ids for file in _files_of(finding)}
    if damaged:
        return f"{count(len(damaged), 'file')} {'is' if len(damaged) == 1 else 'are'} damaged"
    ran = any(outcome is not Outcome.NOT_APPLICABLE for outcome in ended)
    return f"all {count(report.counts.files, 'file')} that were read are intact" if ran else ""


def _files_of(finding: ReportedFinding) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what stands for each file that a finding is about: its case, and its path or its structure."""
    yield from ((finding.case, part.files or part.names) for part in finding.apart())
    if finding.with_ct:
        yield finding.case, ()


def audited(report: Report) -> str:
    """Return what was audited: ``39 cases, 4,056 masks, 4,096 files``, or ``meta.csv alone, 1,228 rows``."""
    if report.table:
        return f"{visible(report.table.file)} alone, {count(report.table.rows, 'row')}"
    counts = report.counts
    return f"{count(counts.cases, 'case')}, {count(counts.masks, 'mask')}, {count(counts.files, 'file')}"


def partly(report: Report) -> str:
    """Return the extent of a partial audit: ``partial: 8 of 98 checks, 1 of 39 cases``; empty for a full one."""
    shares = report.scope.shares if report.scope else ()
    extents = ", ".join(f"{some:,} of {count(of, noun)}" for some, of, noun in shares)
    return f"partial: {extents}" if extents else ""


def verified(found: Verified) -> str:
    """Return which files changed: ``105 files compared with what was measured: 1 changed (s0001/ct.nii.gz)``."""
    kinds = {"changed": found.changed, "are new": found.added, "are gone": found.gone}
    changes = [f"{len(paths):,} {word} ({visible(first(paths, NAMED))})" for word, paths in kinds.items() if paths]
    return f"{count(found.files, 'file')} compared with what was measured: {', '.join(changes) or 'none changed'}"


def judged(report: Report) -> str:
    """Return for how many structures anatomy was judged: ``1 of 2 structures, not of Milz``; empty if unknown."""
    if not report.anatomy:
        return ""
    found, others = report.anatomy, report.anatomy.others
    unknown = f", not of {first(others, NAMED)}" if others else ""
    return visible(f"{found.judged:,} of {count(found.structures, 'structure')}{unknown}")


def tuned(report: Report) -> str:
    """Return what the contract sets otherwise than by default: ``masks-overlap.share 0.2 for 0.05``; empty if nothing.

    A severity is that of its check: ``mask-tiny info for warning``.
    """
    return visible(first([f"{key} {value} for {default}" for key, value, default, _ in settings(report)], NAMED))


def settings(report: Report) -> list[tuple[str, str, str, str]]:
    """Return what the contract sets otherwise than by default: key, value, default, reason."""
    return [
        (_key(one), _valued(one.value, one.unit), _valued(one.default, one.unit), one.reason) for one in report.limits
    ]


def _key(changed: ChangedLimit) -> str:
    """Return the key of a limit, or the check whose severity is another one."""
    return f"{changed.check}.{changed.limit}" if changed.unit else changed.check


def _valued(value: float | str, unit: str) -> str:
    """Return a value with its unit; a share has none."""
    return value if isinstance(value, str) else written(value, unit)


def not_run(report: Report) -> str:
    """Return the number of checks and cases that could not run: ``1 check and 2 cases``; empty if all ran."""
    checks = sum(check.outcome is Outcome.COULD_NOT_RUN for check in report.checks)
    numbers = ((checks, "check"), (len(report.unmeasured), "case"))
    return " and ".join(count(number, noun) for number, noun in numbers if number)


def stopped(report: Report) -> list[tuple[str, str]]:
    """Return the checks and cases that could not run, each with the reason."""
    checks = [(check.id, check.error) for check in report.checks if check.outcome is Outcome.COULD_NOT_RUN]
    return checks + [(case.case, case.error) for case in report.unmeasured]


def by_check(report: Report) -> Iterator[tuple[CheckResult, tuple[ReportedFinding, ...]]]:
    """Yield each check with its findings that are not waived, in the report's order: errors first."""
    results = {check.id: check for check in report.checks}
    standing = (finding for finding in report.findings if finding.waived is None)
    for check_id, findings in groupby(standing, key=attrgetter("check")):
        yield results[check_id], tuple(findings)
