"""Decisions of people about findings.

They are only ever added: an undo is an entry of its own, so that two people can write at once and nothing is lost.
"""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TypeAlias

from msgspec import Struct

from segaudit.model.report import ReportedFinding

VERSION = 1
"""Version of the entries; it increases if a field changes its meaning, is removed, or is needed to read others."""


class Verdict(enum.StrEnum):
    """What a person decides about a finding."""

    RIGHT = "right"
    """It is a defect."""
    FALSE_ALARM = "false alarm"
    """Nothing is wrong, or it is accepted."""
    UNSURE = "unsure"
    """This person cannot decide."""
    SKIP = "skip"
    """To be decided later."""


class Opinion(enum.StrEnum):
    """What all people together say about a finding."""

    OPEN = "open"
    """Nobody has decided."""
    SKIPPED = "skipped"
    """It was only skipped."""
    UNSURE = "unsure"
    """Nobody could decide."""
    RIGHT = "right"
    """A defect, and nobody says otherwise."""
    FALSE_ALARM = "false alarm"
    """No defect, and nobody says otherwise."""
    DISPUTED = "disputed"
    """Some say that it is right, others that it is a false alarm."""

    @property
    def settled(self) -> bool:
        """Whether there is no need to show the finding again."""
        return self not in (Opinion.OPEN, Opinion.SKIPPED)


Names: TypeAlias = frozenset[str]

Subject: TypeAlias = tuple[str, str, Names]
"""What decisions are about: the check, the case, and the structures or else the files."""


class Decision(Struct, frozen=True, kw_only=True, tag_field="kind", tag="decision"):
    """What one person decided about one finding."""

    version: int = VERSION
    """Version of the entry."""
    id: str
    """Its name among all entries: those with the same one are the same."""
    at: datetime
    """When it was made."""
    who: str
    """Who made it."""
    verdict: Verdict
    """What was decided."""
    check: str
    """Id of the check."""
    case: str
    """Id of the case."""
    structures: tuple[str, ...]
    """The structures that the finding is about."""
    files: tuple[str, ...]
    """Its files, relative to the dataset."""
    merged: bool = False
    """Whether the finding has one cause in each of its structures, or else files."""
    message: str = ""
    """The message of the finding at that time."""
    observed: str | int | float | None = None
    """What was observed then, if it is a number or a word."""
    comment: str = ""
    """Why it was decided so."""

    @property
    def subject(self) -> Subject:
        """What it is about."""
        return self.check, self.case, frozenset(self.structures or self.files)

    def covers(self, names: Names) -> bool:
        """Whether it is about a finding of its check and case with these names; if merged, some of its names do."""
        own = self.subject[2]
        return names == own or (self.merged and names <= own)


class Undo(Struct, frozen=True, kw_only=True, tag_field="kind", tag="undo"):
    """A decision is taken back by who made it."""

    version: int = VERSION
    """Version of the entry."""
    id: str
    """Its name among all entries."""
    at: datetime
    """When it was taken back."""
    who: str
    """Who did."""
    decision: str
    """Id of the decision."""


Entry: TypeAlias = Decision | Undo


class Decisions:
    """All decisions that stand, in the order in which they were made."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        """Take entries in any order; those that are there twice count once."""
        unique = {entry.id: entry for entry in entries}
        undone = {entry.decision for entry in unique.values() if isinstance(entry, Undo)}
        made = [entry for entry in unique.values() if isinstance(entry, Decision) and entry.id not in undone]
        self.all: tuple[Decision, ...] = tuple(sorted(made, key=lambda decision: decision.at))
        self._places: dict[tuple[str, str], list[Decision]] = defaultdict(list)
        for decision in self.all:
            self._places[decision.check, decision.case].append(decision)

    def about(self, finding: ReportedFinding) -> dict[str, Decision]:
        """Return the last decision of each person about a finding, by person."""
        some = self._places.get((finding.check, finding.case))
        if not some:
            return {}
        names = frozenset(finding.names)
        return {decision.who: decision for decision in some if decision.covers(names)}

    def last_of(self, who: str) -> Decision | None:
        """Return the last decision of a person that stands; None if there is none."""
        return next((decision for decision in reversed(self.all) if decision.who == who), None)

    def opinions(self) -> Iterator[tuple[Opinion, Decision]]:
        """Yield what is said about each finding that anybody decided, still found or not, and its last decision."""
        last: dict[Subject, dict[str, Decision]] = defaultdict(dict)
        for decision in self.all:
            last[decision.subject].pop(decision.who, None)  # the last one comes last
            last[decision.subject][decision.who] = decision
        for by_person in last.values():
            yield opinion(by_person), next(reversed(by_person.values()))


def opinion(by_person: Mapping[str, Decision]) -> Opinion:
    """Return what people say together about one finding, by the last decision of each."""
    said = {decision.verdict for decision in by_person.values()}
    if {Verdict.RIGHT, Verdict.FALSE_ALARM} <= said:
        return Opinion.DISPUTED
    for verdict in (Verdict.RIGHT, Verdict.FALSE_ALARM, Verdict.UNSURE):
        if verdict in said:
            return Opinion(verdict)
    return Opinion.SKIPPED if said else Opinion.OPEN
