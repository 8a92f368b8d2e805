"""The further contents of the page, besides the report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from segaudit.model import CaseFiles, Contract, Dataset, ReportedFinding
from segaudit.model.decision import Decisions
from segaudit.model.difference import Difference

Draw = Callable[[Mapping[str, Sequence[ReportedFinding | None]]], Mapping[str, Sequence[bytes | None]]]
"""Draws a picture of each finding, by case, as WebP; for None, of the case with all its masks. The picture is None if
there is nothing to show."""


def nothing(wanted: Mapping[str, Sequence[ReportedFinding | None]]) -> Mapping[str, Sequence[None]]:
    """Draw no picture."""
    return {case: [None] * len(findings) for case, findings in wanted.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """The further contents of the page, besides the report. Without a dataset there are no cases and plots."""

    contract: Contract
    explanations: Mapping[str, str]
    """The docstring of each check, by id."""
    date: dt.date
    dataset: Dataset | None = None
    since: Difference | None = None
    """The difference from the last report."""
    draw: Draw = nothing
    files: Mapping[str, CaseFiles] = field(default_factory=dict)
    """The files of each case, by id."""
    decisions: Decisions = field(default_factory=Decisions)
    """What people decided about findings."""
    review_note: str = ""
    """What of their decisions could not be read."""
    provenance: Mapping[str, str] = field(default_factory=dict)
    """The provenance of the audit, by name: the command, how long it took, versions."""
