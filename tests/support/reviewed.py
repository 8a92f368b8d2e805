"""Decisions, and reviews of small datasets."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from segaudit.model import ReportedFinding
from segaudit.model.decision import Decision, Undo, Verdict
from segaudit.places import located
from segaudit.review.opening import opened
from segaudit.review.server import Server

DAY = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)

_numbers = itertools.count()


def decision(finding: ReportedFinding, verdict: Verdict, who: str = "ann", **fields: object) -> Decision:
    """Return a decision about a finding, a millisecond after the one before."""
    number = next(_numbers)
    known = {
        "id": f"d{number}",
        "at": DAY + dt.timedelta(milliseconds=number),
        "who": who,
        "verdict": verdict,
        "check": finding.check,
        "case": finding.case,
        "structures": finding.structures,
        "files": finding.files,
        "merged": bool(finding.merged),
        "message": finding.message,
        "observed": finding.observed,
    }
    return Decision(**(known | fields))  # type: ignore[arg-type]  # the values fit, name by name


def undo(taken: Decision) -> Undo:
    """Return what takes a decision back."""
    number = next(_numbers)
    return Undo(id=f"u{number}", at=DAY + dt.timedelta(milliseconds=number), who=taken.who, decision=taken.id)


@contextmanager
def serving(dataset: Path | str, output: Path, who: str = "ann", contract: str | None = None) -> Iterator[Server]:
    """Serve the review of a report."""
    with Server(opened(located(dataset), output, contract, who).review) as server:
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
