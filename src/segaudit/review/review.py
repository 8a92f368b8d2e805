"""A review: the findings of a report, how they look, and the decisions about them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from msgspec import Meta, Struct

from segaudit.model import Report, ReportedFinding
from segaudit.model.decision import Decision, Decisions, Undo, Verdict
from segaudit.model.errors import InputError
from segaudit.reports.page.explained import sections
from segaudit.review.cases import Cases
from segaudit.review.journal import Journal
from segaudit.review.queue import Queue, history, progress

Name = Annotated[str, Meta(min_length=1, max_length=100)]


class Person(Struct, frozen=True, forbid_unknown_fields=True):
    """Who decides."""

    who: Name


class Choice(Struct, frozen=True, forbid_unknown_fields=True):
    """What a person chooses on the page."""

    number: Annotated[int, Meta(ge=0)]
    """Number of the finding in the queue, from 0."""
    verdict: Verdict
    who: Name
    comment: Annotated[str, Meta(max_length=2000)] = ""


@dataclass(frozen=True)
class Review:
    """What the page shows and changes."""

    report: Report
    queue: Queue
    cases: Cases
    journal: Journal
    explanations: Mapping[str, str]
    """The docstring of each check, by id."""
    who: str = ""
    """The name that the page proposes."""

    def shown(self) -> dict[str, Any]:
        """Return all findings, with what to do by check, and what is decided."""
        checks = {finding.check for finding in self.queue.findings}
        advice = {name: sections(self.explanations.get(name, "")).get("What to do", "") for name in checks}
        return {
            "dataset": self.report.dataset,
            "who": self.who,
            "findings": [*self.queue.shown()],
            "advice": advice,
            **self._standing(self.journal.refresh()),
        }

    def view(self, number: int) -> dict[str, Any]:
        """Return how a finding looks, and the decisions about it."""
        finding = self._finding(number)
        return self.cases.view(number, finding) | {"decisions": history(self.journal.refresh(), finding)}

    def slice(self, number: int, plane: str, index: int, **choices: Any) -> bytes | None:  # noqa: ANN401 (as ``Cases``)
        """Draw a slice; None if there is none."""
        return self.cases.slice(number, self._finding(number), plane, index, **choices)

    def decide(self, choice: Choice) -> dict[str, Any]:
        """Keep a decision; return what is decided of all findings.

        Raises:
            InputError: there is no such finding, or nobody is named.
            OSError: the decision cannot be written.
        """
        finding = self._finding(choice.number)
        decision = Decision(
            id=uuid.uuid4().hex,
            at=dt.datetime.now(dt.UTC),
            who=_named(choice.who),
            verdict=choice.verdict,
            check=finding.check,
            case=finding.case,
            structures=finding.structures,
            files=finding.files,
            merged=bool(finding.merged),
            message=finding.message,
            observed=finding.observed,
            comment=choice.comment.strip(),
        )
        return self._standing(self.journal.add(decision))

    def undo(self, person: Person) -> dict[str, Any]:
        """Take back a person's last decision; return what is decided of all findings, and which one it was about.

        Raises:
            InputError: this person has decided nothing.
            OSError: it cannot be written.
        """
        who = _named(person.who)
        last = self.journal.refresh().last_of(who)
        if last is None:
            raise InputError(f"{who} has no decision to take back")
        undo = Undo(id=uuid.uuid4().hex, at=dt.datetime.now(dt.UTC), who=who, decision=last.id)
        standing = self._standing(self.journal.add(undo))
        return standing | {"number": self.queue.number_of(last), "comment": last.comment}

    def _standing(self, decisions: Decisions) -> dict[str, Any]:
        opinions = self.queue.opinions(decisions)
        return {"opinions": opinions, "progress": progress(opinions), "note": self.journal.note}

    def _finding(self, number: int) -> ReportedFinding:
        if not 0 <= number < len(self.queue.findings):
            raise InputError(f"there is no finding number {number}")
        return self.queue.findings[number]


def _named(who: str) -> str:
    """Return a name without blanks around it.

    Raises:
        InputError: it is empty.
    """
    if not who.strip():
        raise InputError("nobody is named: write who decides")
    return who.strip()
