"""How unusual each mask and each case is: what a person looks at first.

Each measurement of a mask is compared with the other masks of its structure, or, where fewer than 30 cases have it,
with the contract's reference values. The squares of its deviations, each capped, add up: a mask that is a little odd in
many ways counts as much as one that is very odd in one. No model is trained, and nothing here is a verdict.
"""

from __future__ import annotations

from math import erf
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from segaudit.model.contract import Contract
from segaudit.model.deviations import deviations
from segaudit.model.unusual import Measure, measures_of

if TYPE_CHECKING:
    import pandas as pd

MIN_CASES = 30
"""With fewer values of a structure the reference counts, as in the checks of outliers."""

CAP = 10.0
"""A measurement that is further off, in standard deviations, counts no more."""

LIMITS_SD = 3.0
"""Reference limits are taken for three standard deviations on both sides of the mean, between which 99.7 % of a normal
distribution lie."""

MASKS_OF_CASE = 3
"""A case is as unusual as its three most unusual masks are on average: one alone may be a patient's disease."""

CASE_SCORE_COLUMNS = ("deviation", "score", "reference_score")

SCORE_COLUMNS = ("deviation", "unusual", "score", "reference_score")
"""Columns of the scores: standard deviations off in all; the measurement of a mask that is furthest off; the percentile
of the deviation in the dataset; and that of its largest part among people, by the contract's reference values alone."""


def scores(masks: pd.DataFrame, contract: Contract) -> pd.DataFrame:
    """Return the scores of masks.

    Args:
        masks: a row for each mask, with the measured columns of ``segaudit.model.dataset.MASK_COLUMNS``.
        contract: has the reference values.

    Returns:
        ``SCORE_COLUMNS``, with the same index; NaN and an empty word for masks without voxels, and for those of which
        nothing could be compared.
    """
    among, sum_of_squares = _Among(masks), np.zeros(len(masks))
    most, name = np.zeros(len(masks)), np.full(len(masks), "", dtype=object)
    off, compared, referred = np.zeros(len(masks)), np.zeros(len(masks), np.bool_), np.zeros(len(masks), np.bool_)
    for measure in measures_of(masks, contract):  # one at a time: each has several numbers for each mask
        by_reference, by_masks = _by_reference(measure), among.off(measure)
        found = np.where(np.isnan(by_masks), by_reference, by_masks)
        part = np.minimum(np.nan_to_num(found), CAP)
        sum_of_squares += part**2
        name[part > most] = measure.name
        most = np.maximum(most, part)
        off = np.maximum(off, np.nan_to_num(by_reference))
        compared |= ~np.isnan(found)
        referred |= ~np.isnan(by_reference)
    table = masks[[]].copy()
    table["deviation"] = np.where(compared, np.sqrt(sum_of_squares), np.nan)
    table["unusual"] = name.astype(str)
    table["score"] = _percentile(table["deviation"])
    table["reference_score"] = np.where(referred, _percentile_of_normal(off), np.nan)
    return table


def case_scores(masks: pd.DataFrame, scored: pd.DataFrame) -> pd.DataFrame:
    """Return ``CASE_SCORE_COLUMNS`` by case: the mean of its three most unusual masks, NaN without any."""
    ranked = scored.assign(case=masks["case"]).sort_values("deviation", ascending=False, kind="stable")
    first = ranked.groupby("case").head(MASKS_OF_CASE).groupby("case")[["deviation", "reference_score"]].mean()
    return first.assign(score=_percentile(first["deviation"]))[list(CASE_SCORE_COLUMNS)]


def _percentile(deviation: pd.Series[float]) -> pd.Series[float]:
    """Return how many per cent are as unusual at most."""
    return 100 * deviation.rank(pct=True)


def _percentile_of_normal(deviation: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how many per cent of a normal distribution are less far off, on both sides."""
    return 100 * np.array([erf(number) for number in (deviation / np.sqrt(2)).tolist()])


def _by_reference(measure: Measure) -> NDArray[np.float64]:
    """Return how far values are from the middle of their limits, in standard deviations; NaN without limits."""
    low, high = measure.limits
    return np.abs(measure.numbers - (low + high) / 2) / ((high - low) / (2 * LIMITS_SD))


class _Among:
    """Compares measurements with those of other cases."""

    def __init__(self, masks: pd.DataFrame) -> None:
        """Note the case and the structure of each mask."""
        self._rows, cases = masks["case"].factorize()
        self._columns, structures = masks["structure"].factorize()
        self._shape = len(cases), len(structures)

    def off(self, measure: Measure) -> NDArray[np.float64]:
        """Return how far values are from those of other cases; NaN where fewer than 30 have one."""
        table = np.full(self._shape, np.nan)
        table[self._rows, self._columns] = measure.numbers
        found = np.abs(deviations(table, measure.narrowest))
        found[:, np.sum(~np.isnan(table), axis=0) < MIN_CASES] = np.nan
        return np.asarray(found[self._rows, self._columns])
