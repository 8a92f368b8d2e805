"""Compare publicly reported defects with the findings of an audit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from fnmatch import fnmatchcase

from segaudit.catalogue.defect_classes import CLASSES, UNSEEN, DefectClass
from segaudit.judging.runner import CheckRun
from segaudit.model import Case, Contract, Finding, KnownIssue, KnownState, State
from segaudit.model.listing import stem

EVERY_CASE = "*"
"""The case of an issue about a release as a whole."""

CT = "ct"


class KnownIssues:
    """The reported defects of single cases, and which files of these cases could be read."""

    def __init__(self, contract: Contract) -> None:
        """Take the known issues of a contract, without any case yet."""
        self._issues: dict[str, dict[str, list[KnownIssue]]] = defaultdict(lambda: defaultdict(list))
        self._readable: dict[str, dict[str, bool]] = {}
        for issue in contract.known_issues:
            if issue.case != EVERY_CASE:
                self._issues[issue.case][issue.defect].append(issue)

    def add(self, case: Case) -> None:
        """Record which files of a case could be read, if it has reported defects."""
        if case.case in self._issues:
            self._readable[case.case] = {mask.structure: mask.whole for mask in case.masks}
            if case.ct:
                self._readable[case.case][CT] = case.ct.whole and not case.ct.nonfinite

    def states(self, check_runs: Iterable[CheckRun], cases: Iterable[str]) -> Iterator[KnownState]:
        """Yield the state of each reported defect of the cases, after all cases were judged."""
        ran = {check_run.check.id: check_run for check_run in check_runs if check_run.applied and not check_run.error}
        found = self._findings(ran.values())
        for case in cases:
            readable = self._readable.get(case, {})
            for defect, issues in self._issues.get(case, {}).items():
                yield _state(tuple(issues), CLASSES.get(defect, UNSEEN), found[case], ran.keys(), readable)

    def _findings(self, check_runs: Iterable[CheckRun]) -> dict[str, list[tuple[str, Finding]]]:
        """Return the findings in cases with reported defects, by case, each with its check's id."""
        found = defaultdict(list)
        for check_run in check_runs:
            for finding in check_run.findings:
                if finding.case in self._issues:
                    found[finding.case].append((check_run.check.id, finding))
        return found


def _state(
    issues: tuple[KnownIssue, ...],
    defect_class: DefectClass,
    found: Iterable[tuple[str, Finding]],
    ran: Collection[str],
    readable: dict[str, bool],
) -> KnownState:
    """Return the state of one defect; ``found`` and ``readable`` are those of its case."""
    globs = tuple(dict.fromkeys(glob for issue in issues for glob in issue.globs))
    evidence = {check for check, finding in found if check in defect_class.checks and _at(finding, globs)}
    if globs and evidence:
        checks = tuple(check for check in defect_class.checks if check in evidence)
        return KnownState(issues=issues, state=State.STILL_THERE, checks=checks)
    why = next(filter(None, _doubts(defect_class, globs, ran, readable)), "")
    return KnownState(
        issues=issues, state=State.NOT_DECIDABLE if why else State.GONE, checks=defect_class.checks, why=why
    )


def _doubts(
    defect_class: DefectClass, globs: tuple[str, ...], ran: Collection[str], readable: dict[str, bool]
) -> Iterator[str]:
    """Yield the reasons why a defect cannot be called gone; an empty text means no doubt."""
    idle = [check for check in defect_class.checks if check not in ran]
    files = [[whole for name, whole in readable.items() if _fits(name, glob)] for glob in globs]
    yield "" if defect_class.checks else "no check sees this class of defects"
    yield "" if globs else "the report names no file or structure"
    yield f"{', '.join(idle)} did not run" if idle else ""
    yield "" if all(read and all(read) for read in files) else "a file is missing or damaged"
    yield defect_class.limit and f"nothing is found, but {defect_class.limit}"


def _at(finding: Finding, globs: tuple[str, ...]) -> bool:
    """Whether a finding matches the globs: all its names do; a finding without names matches always."""
    names = finding.structures or filter(None, [finding.file])
    return all(any(_fits(name, glob) for glob in globs) for name in names)


def _fits(name: str, glob: str) -> bool:
    """Whether a structure, or a path in a dataset, matches a name or glob of files or structures."""
    name, glob = _bare(name.rpartition("/")[2]), _bare(glob)
    return fnmatchcase(name, glob) or (name != CT and fnmatchcase(f"segmentations/{name}", glob))


def _bare(name: str) -> str:
    """Return a name without the suffix of a volume."""
    return stem(name) or name
