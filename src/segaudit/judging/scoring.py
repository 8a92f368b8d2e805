"""Scores of masks beside what checks found, and the masks that a person looks at first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec
from msgspec.structs import replace

from segaudit.model import Dataset, ReportedFinding, UnusualMask

LISTED = 100
"""Masks that the report lists: more than a person looks at in an hour."""

DIGITS = 3


Scores = dict[tuple[str, str], float]
"""Scores of masks by case and structure."""


def scores_of(dataset: Dataset) -> Scores:
    """Return the scores of all masks that have one."""
    known = dataset.masks.dropna(subset=["score"])
    return dict(zip(zip(known["case"], known["structure"], strict=True), known["score"], strict=True))


def with_scores(findings: Iterable[ReportedFinding], scores: Scores) -> Iterator[ReportedFinding]:
    """Yield findings, each with the highest score of the masks that it names."""
    for finding in findings:
        own = [scores[key] for name in finding.structures if (key := (finding.case, name)) in scores]
        yield replace(finding, score=round(float(max(own)), DIGITS)) if own else finding


def unusual_masks(dataset: Dataset) -> tuple[UnusualMask, ...]:
    """Return the most unusual masks of a dataset, most first."""
    masks = dataset.masks[dataset.masks["unusual"].astype(bool)]
    first = masks.astype({"deviation": float}).nlargest(LISTED, "deviation")[list(UnusualMask.__struct_fields__)]
    rows = first.round(DIGITS).astype(object).where(first.notna(), None)
    return msgspec.convert(rows.to_dict("records"), tuple[UnusualMask, ...])
