"""What the page shows beside the report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from segaudit.model import Contract, Dataset, ReportedFinding
from segaudit.model.difference import Difference

Draw = Callable[[Mapping[str, Sequence[ReportedFinding | None]]], Mapping[str, Sequence[bytes | None]]]
"""Draws what findings are about, by case, as WebP, a picture for each; for None, draws the case with all its masks. The
picture is None where there is nothing to see."""


def nothing(wanted: Mapping[str, Sequence[ReportedFinding | None]]) -> Mapping[str, Sequence[None]]:
    """Draw no picture."""
    return {case: [None] * len(findings) for case, findings in wanted.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What the page shows beside the report. Without a dataset there are findings, and no cases or plots."""

    contract: Contract
    explanations: Mapping[str, str]
    """The docstring of each check, by id."""
    date: dt.date
    dataset: Dataset | None = None
    since: Difference | None = None
    """What changed since the last report."""
    draw: Draw = nothing
    provenance: Mapping[str, str] = field(default_factory=dict)
    """How the audit came about, by name: the command, how long it took, versions."""
