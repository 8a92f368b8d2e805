"""Scores beside findings."""

from __future__ import annotations

import math

from segaudit.judging.scoring import scores_of, unusual_masks, with_scores
from segaudit.testing.tables import dataset, mask
from tests.support.pages import finding

SCORED = dataset(
    [],
    [
        mask("s0000", "liver", 1500, score=40.0, deviation=2.0, unusual="volume", reference_score=50.0),
        mask("s0000", "spleen", 200, score=99.12345, deviation=9.87654, unusual="pieces", reference_score=99.0),
        mask("s0001", "spleen", 0, score=math.nan, deviation=math.nan, unusual="", reference_score=math.nan),
    ],
)


UNKNOWN = mask("s0000", "seroma", 9, score=90.0, deviation=3.0, unusual="fit", reference_score=math.nan)
"""A mask of which there are no reference values."""


def test_a_finding_has_the_highest_score_of_its_masks() -> None:
    """None where it names no mask, or none with voxels."""
    findings = [
        finding(structures=("liver",)),
        finding(structures=("liver", "spleen")),
        finding(structures=()),
        finding(case="s0001", structures=("spleen",)),
    ]
    assert [found.score for found in with_scores(findings, scores_of(SCORED))] == [40.0, 99.123, None, None]


def test_most_unusual_masks() -> None:
    """Most first, without those that have no voxels, and not more than are listed."""
    assert [(one.structure, one.unusual, one.deviation) for one in unusual_masks(SCORED)] == [
        ("spleen", "pieces", 9.877),
        ("liver", "volume", 2.0),
    ]
    known, unknown = unusual_masks(SCORED)[1], unusual_masks(dataset([], [UNKNOWN]))[0]
    assert (known.reference_score, unknown.reference_score) == (50.0, None)
    many = [mask("s0000", f"rib_{number}", 1, deviation=number, unusual="fit", score=1.0) for number in range(1, 150)]
    found = unusual_masks(dataset([], many))
    assert (len(found), found[0].deviation) == (100, 149)
    assert unusual_masks(dataset([], [])) == ()
